//! What is known of the subject's state: records that are there, keys under which nothing is, and the rest, which may be
//! anything.

use std::{
    collections::{BTreeMap, HashMap, HashSet, VecDeque},
    convert::Infallible,
    hash::Hash,
};

use account_connections::{
    Memory,
    decide::Source,
    id::{AccountId, ConnectionId, Region, Timestamp},
    store::{Entry, Key, Record, Scan, Store, Version, Versioned},
};
use serde_json::Value;

use super::stored;
use crate::trace::Begins;

/// The known state of the subject. What was done can be taken back.
#[derive(Debug, Default)]
pub(super) struct World {
    memory: Memory,
    begins: Begins,
    /// Keys that may hold anything, if all others are known.
    unknown: HashSet<Key>,
    /// Keys that hold nothing, if all others may hold anything.
    absent: Recent<Key>,
    /// The ids of the connections that most recently disappeared.
    gone: Recent<ConnectionId>,
    /// Members of known records that may have any value, or any within a window.
    loose: HashMap<Key, Loose>,
    journal: Vec<Change>,
    /// Whether what is done may be taken back.
    is_trying: bool,
}

/// Members whose values are not known, by their names in the public API: for a time, the window it may be in.
pub(super) type Loose = BTreeMap<String, Window>;

/// From when until when, both inclusive; a missing end is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) from: Option<Timestamp>,
    pub(super) to: Option<Timestamp>,
}

/// What was encountered lately: not everything, or it would take more and more space.
#[derive(Debug)]
struct Recent<T> {
    keys: HashSet<T>,
    order: VecDeque<T>,
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self { keys: HashSet::new(), order: VecDeque::new() }
    }
}

/// How many are remembered.
const REMEMBERED: usize = 4_000;

/// What can be taken back.
#[derive(Debug)]
enum Change {
    Record { key: Key, before: Option<Record>, unknown: bool, absent: bool },
    Loose { key: Key, before: Option<Loose> },
}

impl World {
    pub(super) fn new(begins: Begins) -> Self {
        Self { begins, ..Self::default() }
    }

    /// The record under a key, if it is known to be there.
    pub(super) fn record(&self, key: &Key) -> Option<Record> {
        self.memory.get(key).cloned()
    }

    pub(super) fn is_unknown(&self, key: &Key) -> bool {
        match self.begins {
            Begins::Empty => !self.unknown.is_empty() && self.unknown.contains(key),
            Begins::Unknown => {
                self.unknown.contains(key) || (!self.absent.contains(key) && self.memory.get(key).is_none())
            }
        }
    }

    /// Whether a connection with this id was here and is gone.
    pub(super) fn is_gone(&self, id: ConnectionId) -> bool {
        self.gone.contains(&id)
    }

    /// Whether a list of this account may hold unknown things.
    pub(super) fn is_clouded(&self, region: Region, account: AccountId) -> bool {
        let touches = |key: &Key| match key {
            Key::Environment { region: its, management_account, .. } => {
                (*its, *management_account) == (region, account)
            }
            Key::ProvisionedResource { region: its, account: in_which, .. } => (*its, *in_which) == (region, account),
            other => other.region() == region,
        };
        self.begins == Begins::Unknown || self.unknown.iter().any(touches)
    }

    /// Whether the trace began with an empty world.
    pub(super) fn began_empty(&self) -> bool {
        self.begins == Begins::Empty
    }

    /// What is known to be under a key, as a store has it.
    pub(super) fn found(&self, key: &Key) -> Option<Versioned> {
        // Any version will do: nothing is committed with it.
        self.memory.get(key).map(|record| Versioned { version: Version(0), record: record.clone() })
    }

    pub(super) fn scan(&mut self, scan: &Scan) -> Vec<Vec<Entry>> {
        let Ok(found): Result<_, Infallible> = Store::scan(&mut self.memory, scan);
        found
    }

    /// From now on, the key holds this. Returns what was known to be there before.
    pub(super) fn set(&mut self, key: &Key, record: Option<Record>) -> Option<Record> {
        let is_there = record.is_some();
        let before = match record {
            Some(record) => self.memory.insert(key.clone(), record),
            None => self.memory.remove(key),
        };
        let unknown = !self.unknown.is_empty() && self.unknown.remove(key);
        let absent = self.absent.contains(key);
        self.note(|| Change::Record { key: key.clone(), before: before.clone(), unknown, absent });
        if is_there {
            self.absent.remove(key);
        } else {
            if let (Key::Connection { id, .. }, Some(_)) = (key, &before) {
                self.gone.insert(id);
            }
            if self.begins == Begins::Unknown {
                self.absent.insert(key);
            }
            self.set_loose(key, Loose::new());
        }
        before
    }

    /// From now on, the key may hold anything.
    pub(super) fn forget(&mut self, key: &Key) {
        let before = self.memory.remove(key);
        let absent = self.absent.contains(key);
        let unknown = !self.unknown.insert(key.clone());
        self.note(|| Change::Record { key: key.clone(), before, unknown, absent });
        self.absent.remove(key);
        self.set_loose(key, Loose::new());
    }

    /// From now on, a thing, and everything stored about it, may be anything.
    pub(super) fn forget_thing(&mut self, head: &Key) {
        if let Some(record) = self.record(head) {
            for listing in record.listings() {
                self.set(&listing, None);
            }
        }
        for key in stored::parts(head) {
            self.forget(&key);
        }
        // It may be gone, and then there is one fewer.
        if let Key::Environment { region, management_account, .. } = head {
            self.forget(&Key::Usage { region: *region, account: *management_account });
        }
    }

    pub(super) fn has_loose(&self) -> bool {
        !self.loose.is_empty()
    }

    pub(super) fn loose(&self, key: &Key) -> Option<&Loose> {
        self.loose.get(key)
    }

    /// From now on, these members of the record, and no others, may have any value.
    pub(super) fn set_loose(&mut self, key: &Key, loose: Loose) {
        if loose.is_empty() && !self.loose.contains_key(key) {
            return;
        }
        let before = if loose.is_empty() { self.loose.remove(key) } else { self.loose.insert(key.clone(), loose) };
        self.note(|| Change::Loose { key: key.clone(), before });
    }

    /// One more member may have any value.
    pub(super) fn loosen(&mut self, key: &Key, member: &str, window: Window) {
        let mut loose = self.loose.get(key).cloned().unwrap_or_default();
        loose.insert(member.into(), window);
        self.set_loose(key, loose);
    }

    /// A member has the value that its record says.
    pub(super) fn tighten(&mut self, key: &Key, member: &str) {
        if let Some(mut loose) = self.loose.get(key).cloned()
            && loose.remove(member).is_some()
        {
            self.set_loose(key, loose);
        }
    }

    /// A member that could have any value has this one.
    pub(super) fn bind(&mut self, key: &Key, member: &str, value: Option<&Value>) {
        let Some(mut loose) = self.loose.get(key).cloned() else { return };
        if loose.remove(member).is_none() {
            return;
        }
        if let Some(record) = self.record(key).and_then(|record| stored::with_member(&record, member, value)) {
            self.set(key, Some(record));
            self.set_loose(key, loose);
        }
    }

    /// A moment to which [`take_back`](Self::take_back) leads.
    pub(super) const fn moment(&mut self) -> usize {
        self.is_trying = true;
        self.journal.len()
    }

    /// What has changed since that moment, as it is now.
    pub(super) fn changed_since(&self, moment: usize) -> BTreeMap<Key, Option<Record>> {
        let changes = self.journal.iter().skip(moment).filter_map(|change| match change {
            Change::Record { key, .. } => Some(key),
            Change::Loose { .. } => None,
        });
        changes.map(|key| (key.clone(), self.memory.get(key).cloned())).collect()
    }

    /// Undoes what was done since that moment.
    pub(super) fn take_back(&mut self, moment: usize) {
        while self.journal.len() > moment {
            match self.journal.pop() {
                Some(Change::Record { key, before, unknown, absent }) => {
                    if let (Key::Connection { id, .. }, Some(_)) = (&key, &before) {
                        self.gone.remove(id);
                    }
                    match before {
                        Some(record) => self.memory.insert(key.clone(), record),
                        None => self.memory.remove(&key),
                    };
                    if absent {
                        self.absent.insert(&key)
                    } else {
                        self.absent.remove(&key)
                    }
                    if unknown {
                        self.unknown.insert(key)
                    } else {
                        self.unknown.remove(&key)
                    };
                }
                Some(Change::Loose { key, before }) => {
                    match before {
                        Some(loose) => self.loose.insert(key, loose),
                        None => self.loose.remove(&key),
                    };
                }
                None => {}
            }
        }
    }

    /// Makes everything done so far permanent.
    pub(super) fn settle(&mut self) {
        self.journal.clear();
        self.is_trying = false;
    }

    /// What is known to be there, as a store.
    pub(super) const fn store(&mut self) -> &mut Memory {
        &mut self.memory
    }

    /// Everything known to be there.
    pub(super) fn records(&self) -> impl Iterator<Item = (Key, &Record)> {
        self.memory.records()
    }

    /// The keys that may have any record, or none.
    pub(super) fn unknown_keys(&self) -> &HashSet<Key> {
        &self.unknown
    }

    fn note(&mut self, change: impl FnOnce() -> Change) {
        if self.is_trying {
            self.journal.push(change());
        }
    }
}

/// What is known provides the answers while a decision is being made.
impl Source for World {
    fn load(&mut self, keys: &[Key]) -> Option<Vec<Option<Versioned>>> {
        if keys.iter().any(|key| self.is_unknown(key)) {
            return None;
        }
        Some(keys.iter().map(|key| self.found(key)).collect())
    }

    fn scan(&mut self, scan: &Scan) -> Option<Vec<Vec<Entry>>> {
        Some(Self::scan(self, scan))
    }
}

impl Window {
    pub(super) fn contains(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| from <= at) && self.to.is_none_or(|to| at <= to)
    }
}

impl<T: Clone + Eq + Hash> Recent<T> {
    fn insert(&mut self, key: &T) {
        if self.keys.insert(key.clone()) {
            self.order.push_back(key.clone());
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.keys.remove(&oldest);
        }
    }

    fn contains(&self, key: &T) -> bool {
        self.keys.contains(key)
    }

    fn remove(&mut self, key: &T) {
        // Its place in the order stays, and is skipped.
        if !self.keys.is_empty() {
            self.keys.remove(key);
        }
    }
}
