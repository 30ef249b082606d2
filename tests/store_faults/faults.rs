//! Everything that a store can do wrong while a request is carried out, and how the request then has to end.

use std::{mem::discriminant, ops::RangeBounds as _};

use account_connections::{
    Fault, Memory,
    drive::ATTEMPTS,
    id::AccountId,
    store::{ConnectionPart, Entry, Key, Parties, Record, Scan, Store as _, Version, Versioned},
};

use super::spoiled::{Call, Spoiling};
use crate::search::{E1, E2, M, environment_arn, id};

/// Something wrong, and how a request has to end that meets it.
pub struct Wrong {
    pub name: &'static str,
    pub spoiling: Spoiling,
    /// What is stored, where that is damaged.
    pub memory: Option<Memory>,
    pub expected: Expected,
}

/// How a request has to end.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// As without the fault, after this many conflicts.
    Same(u32),
    /// As without the fault after one conflict, or without a commit in any way that grants nothing.
    SeenLater,
    Contended,
    Fault(Fault),
    /// With this fault, unless what is under the key is not needed; or, where it is a connection's, as if nothing were
    /// there for whoever is not one of these.
    Damaged(Fault, Key, Vec<AccountId>),
    /// With the store's own error of the call of this number.
    Broken(usize),
    /// Nothing tells that something is wrong: in any way that grants nothing.
    Harmless,
}

/// All faults of a request that makes these calls, where this is stored.
pub fn all(memory: &Memory, calls: &[Call]) -> Vec<Wrong> {
    let mut all = All { memory, wrong: Vec::new() };
    for (number, call) in calls.iter().enumerate() {
        all.add("a call breaks", Spoiling::Breaks(number), Expected::Broken(number));
        match call {
            Call::Load(keys, found) => all.loads(number, keys, found),
            Call::Scan(scan, found) => all.scans(number, scan, found),
            Call::Commit(..) => {
                all.add("a commit breaks once it is done", Spoiling::BreaksLate(number), Expected::Broken(number));
            }
        }
    }
    if calls.iter().any(|call| matches!(call, Call::Commit(..))) {
        let most = ATTEMPTS.get();
        let conflicts = |count: u32| Spoiling::Conflicts(count as usize);
        all.add("conflicts, and one attempt is left", conflicts(most - 1), Expected::Same(most - 1));
        all.add("conflicts for ever", conflicts(most), Expected::Contended);
    }
    all.wrong
}

struct All<'m> {
    memory: &'m Memory,
    wrong: Vec<Wrong>,
}

impl All<'_> {
    fn add(&mut self, name: &'static str, spoiling: Spoiling, expected: Expected) {
        self.wrong.push(Wrong { name, spoiling, memory: None, expected });
    }

    /// Something else is stored under a key, and nothing tells.
    fn damage(&mut self, name: &'static str, key: &Key, record: Option<Record>) {
        self.replace(name, key, record, Expected::Harmless);
    }

    fn replace(&mut self, name: &'static str, key: &Key, record: Option<Record>, expected: Expected) {
        let mut memory = self.memory.clone();
        match record {
            Some(record) => memory.insert(key.clone(), record),
            None => memory.remove(key),
        };
        let (spoiling, memory) = (Spoiling::Nothing, Some(memory));
        self.wrong.push(Wrong { name, spoiling, memory, expected });
    }

    fn loads(&mut self, number: usize, keys: &[Key], found: &[Option<Versioned>]) {
        for given in [keys.len() - 1, keys.len() + 1] {
            let mut answers = found.to_vec();
            answers.resize(given, None);
            let fault = Fault::WrongCount { asked: keys.len(), given };
            self.add("the answers are not counted", Spoiling::Loads(number, answers), Expected::Fault(fault));
        }
        for (place, key) in keys.iter().enumerate() {
            let right = found[place].as_ref();
            for record in wrong_records(self.memory, key) {
                let mut wrong = found.to_vec();
                // With the version that a commit meets again, so that no conflict saves the day.
                let version = right.map_or(Version(u64::MAX), |right| right.version);
                let fault = Fault::WrongRecord(Box::new(key.clone()));
                let expected = match parties(&record) {
                    Some(parties) if is_connection(key) => Expected::Damaged(fault, key.clone(), accounts(parties)),
                    _ => Expected::Fault(fault),
                };
                wrong[place] = Some(Versioned { version, record });
                self.add("a record belongs elsewhere", Spoiling::Loads(number, wrong), expected);
            }
            let Some(Versioned { record, .. }) = right else { continue };
            let mut unseen = found.to_vec();
            unseen[place] = None;
            self.add("a record is not seen once", Spoiling::Loads(number, unseen), Expected::SeenLater);
            self.damage("a record is missing", key, None);
            for (name, parties) in
                [("a record cannot be read", parties(record)), ("a record cannot be read, nor whose it is", None)]
            {
                let (record, fault) = unreadable(key, parties);
                let accounts = parties.map(accounts).unwrap_or_default();
                self.replace(name, key, Some(record), Expected::Damaged(fault, key.clone(), accounts));
            }
            for record in damaged(key, record) {
                self.damage("a record does not agree with others", key, Some(record));
            }
        }
    }

    fn scans(&mut self, number: usize, scan: &Scan, found: &[Vec<Entry>]) {
        let asked = scan.ranges.len();
        for given in [asked - 1, asked + 1] {
            let mut answers = found.to_vec();
            answers.resize(given, Vec::new());
            let fault = Expected::Fault(Fault::WrongCount { asked, given });
            self.add("the answers are not counted", Spoiling::Scans(number, answers), fault);
        }
        let memory = self.memory;
        for (place, entries) in found.iter().enumerate() {
            let range = &scan.ranges[place];
            let mut add = |name, key: &Key, fault: fn(Box<Key>) -> Fault, entries: Vec<Entry>| {
                let mut answers = found.to_vec();
                answers[place] = entries;
                self.add(name, Spoiling::Scans(number, answers), Expected::Fault(fault(Box::new(key.clone()))));
            };
            for (at, entry) in entries.iter().enumerate() {
                let key = &entry.key;
                let twice = [&entries[..=at], &entries[at..]].concat();
                let limited =
                    if at + 1 == scan.limit { "an entry is beyond the limit" } else { "an entry comes twice" };
                add(limited, key, Fault::WrongScan, twice);
                if at > 0 {
                    let mut swapped = entries.clone();
                    swapped.swap(at - 1, at);
                    add("entries are out of order", &entries[at - 1].key, Fault::WrongScan, swapped);
                }
                let target = key.leads_to().unwrap_or_else(|| key.clone());
                let mut wrong = entries.clone();
                wrong[at].record = unreadable(key, None).0;
                add("a listed record cannot be read", &target, |key| unreadable(&key, None).1, wrong);
                let strange = memory.records().filter(|(_, record)| !record.is_listed_at(key));
                for (_, record) in strange {
                    let mut wrong = entries.clone();
                    wrong[at].record = record.clone();
                    add("a record belongs elsewhere", key, Fault::WrongRecord, wrong);
                }
            }
            let of_kind = |key: &Key| discriminant(key) == discriminant(&range.last);
            let outside = memory.records().filter(|(key, _)| of_kind(key) && !range.bounds().contains(key));
            let ours = outside.map(|(key, _)| key).collect::<Vec<_>>();
            for key in ours {
                let mut all = scan.clone();
                (all.limit, all.ranges) = (
                    1,
                    vec![account_connections::store::Range::new(std::ops::Bound::Included(key.clone()), key.clone())],
                );
                let Ok(stray) = memory.clone().scan(&all);
                let mut wrong = entries.clone();
                wrong.truncate(scan.limit - 1);
                wrong.insert(wrong.partition_point(|entry| entry.key < key), stray[0][0].clone());
                add("an entry is out of range", &key, Fault::WrongScan, wrong);
            }
        }
    }
}

/// What stands for a record under a key that cannot be read, and the fault that it is.
fn unreadable(key: &Key, parties: Option<Parties>) -> (Record, Fault) {
    let record = Record::unreadable("is damaged", parties);
    let Record::Unreadable(why) = &record else { unreachable!() };
    let fault = Fault::Unreadable(Box::new(key.clone()), why.clone());
    (record, fault)
}

pub fn is_connection(key: &Key) -> bool {
    matches!(key, Key::Connection { part: ConnectionPart::Head, .. })
}

fn parties(record: &Record) -> Option<Parties> {
    let text = serde_json::to_string(record).unwrap();
    matches!(record, Record::Connection(_)).then(|| serde_json::from_str(&text).unwrap())
}

fn accounts(parties: Parties) -> Vec<AccountId> {
    vec![parties.environment_account, parties.management_account]
}

/// One record of every kind that does not belong under a key, and all of its own kind.
fn wrong_records(memory: &Memory, key: &Key) -> Vec<Record> {
    let mut kinds = Vec::new();
    let mut wrong = Vec::new();
    for (other, record) in memory.records().filter(|(_, record)| !record.belongs_to(key)) {
        let kind = discriminant(record);
        if !kinds.contains(&kind) || discriminant(&other) == discriminant(key) {
            kinds.push(kind);
            wrong.push(record.clone());
        }
    }
    wrong
}

/// The records that can be under a key and tell of others than the right one does: of another connection, another
/// account or another environment, or of more and of less.
fn damaged(key: &Key, right: &Record) -> Vec<Record> {
    let text = serde_json::to_string(right).unwrap();
    let mut swaps = vec![(id(1), id(2)), (id(2), id(1)), (id(1), id(9)), (id(2), id(9))];
    let arn = |name| environment_arn("us-east-1", M, name);
    swaps.extend([(arn("a"), arn("b")), (arn("b"), arn("a")), (arn("a"), arn("c"))]);
    // Other records that name another account are of another thing, and agree with everything that they say themselves.
    if matches!(right, Record::Resources(_)) {
        swaps.extend([(E1, E2), (E1, M), (M, E1)].map(|(from, to)| (from.to_owned(), to.to_owned())));
    }
    for member in ["connections", "environments"] {
        let count = |count: &str| format!("\"{member}\":{count}");
        let few =
            ["1", "2"].into_iter().flat_map(|right| [(count(right), count("0")), (count(right), count("4294967295"))]);
        swaps.extend(few);
    }
    let swapped = swaps.into_iter().filter(|(from, _)| text.contains(from)).map(|(from, to)| text.replace(&from, &to));
    let read = swapped.filter_map(|text| serde_json::from_str::<Record>(&text).ok());
    read.filter(|record| record != right && record.belongs_to(key)).collect()
}
