//! A store that misbehaves leads to an error that says where, and to no panic; and nothing is changed by it.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that goes wrong is to stop")]

#[path = "support/search/mod.rs"]
mod search;
mod support;

use std::collections::BTreeSet;

use account_connections::{
    ErrorKind, HostError, Memory,
    id::ConnectionId,
    operation::{Context, Operation},
    store::{Commit, Entry, Key, Record, Trouble, Usage, Version, Versioned},
    txn::ATTEMPTS,
};
use proptest::{collection::vec, prelude::*};
use search::{
    E1, E2, M, connection_key, environment_key, find, home, id, limits, overwrite, real, records, role,
    spoiled::{Answered, Asked, Broken, Came, Spoiled, carry_out},
    steps::{attach, caller},
};
use serde_json::{Value, json};
use support::at;

fn context(account: &str, fresh: u128) -> Context {
    Context { caller: caller(account), now: at(1), fresh_id: *id(fresh).as_uuid(), limits: limits(5) }
}

/// A call of an account, with the fresh id 9.
fn call(account: &str, operation: &str, input: Value) -> (Operation, Context) {
    (Operation::read(operation, &input).unwrap(), context(account, 9))
}

fn create(account: &str, token: &str, name: &str) -> (Operation, Context) {
    let input = json!({ "environmentName": name, "managementAccountId": M, "roleArn": role(account, "r"),
        "clientToken": token });
    call(account, "CreateEnvironmentAccountConnection", input)
}

fn by_id(account: &str, verb: &str, number: u128) -> (Operation, Context) {
    call(account, &format!("{verb}EnvironmentAccountConnection"), json!({ "id": id(number) }))
}

/// A store with a connection in use (1, with a client token), one that is pending (2), one that is rejected (3), another
/// one that is pending (4), and one of another account (5).
fn full() -> Memory {
    let mut store = Memory::new();
    let mut done = |(operation, context): (Operation, Context)| {
        real(&mut store, &operation, context).unwrap().result.unwrap();
    };
    for (number, account, token) in [(1, E1, "t"), (2, E1, ""), (3, E1, ""), (4, E1, ""), (5, E2, "t")] {
        let (operation, _) = create(account, token, "a");
        done((operation, context(account, number)));
    }
    done(by_id(M, "Accept", 1));
    done(by_id(M, "Reject", 3));
    assert!(attach(&mut store, id(1)));
    store
}

/// Calls of every operation on what is in the full store.
fn calls() -> Vec<(Operation, Context)> {
    let list = "ListEnvironmentAccountConnections";
    let arn = format!("arn:aws:proton:us-east-1:{E1}:environment-account-connection/{}", id(1));
    vec![
        create(E1, "new", "b"),
        create(E1, "t", "a"),
        create(E1, "t", "b"),
        by_id(E1, "Get", 1),
        by_id(M, "Accept", 1),
        by_id(M, "Accept", 2),
        by_id(M, "Reject", 1),
        by_id(M, "Reject", 2),
        by_id(E1, "Delete", 1),
        by_id(E1, "Delete", 2),
        call(E1, "UpdateEnvironmentAccountConnection", json!({ "id": id(1), "roleArn": role(E1, "other") })),
        call(E1, "TagResource", json!({ "resourceArn": arn, "tags": [{ "key": "k", "value": "v" }] })),
        call(E1, "UntagResource", json!({ "resourceArn": arn, "tagKeys": ["k"] })),
        call(E1, "ListTagsForResource", json!({ "resourceArn": arn })),
        call(M, list, json!({ "requestedBy": "MANAGEMENT_ACCOUNT" })),
        call(E1, list, json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "environmentName": "a", "maxResults": 1 })),
    ]
}

/// What a call is asked of a store that answers rightly.
fn asked((operation, context): &(Operation, Context)) -> Vec<Asked> {
    let (came, store) = carry_out(|| Spoiled::new(&full(), |_, _, _| Ok(())), operation, *context);
    came.unwrap();
    store.asked
}

/// What a call comes to where one answer is spoiled; nothing may be changed by it.
fn spoil(
    (operation, context): &(Operation, Context),
    number: usize,
    with: impl Fn(&mut Answered) + Clone + 'static,
) -> Came {
    let make = || {
        let with = with.clone();
        Spoiled::new(&full(), move |now, _, answered| {
            if now == number {
                with(answered);
            }
            Ok(())
        })
    };
    let (came, store) = carry_out(make, operation, *context);
    assert_eq!(store.memory, full(), "{operation}");
    came
}

/// The call fails with this trouble, and its text names the key, where there is one.
fn assert_trouble(came: Came, expected: Trouble, key: Option<&Key>) {
    let error = came.unwrap_err();
    assert_eq!(error, HostError::Trouble(expected));
    assert!(key.is_none_or(|key| error.to_string().contains(&format!("`{key}`"))), "{error}");
}

/// Records that belong elsewhere: all of the full store, and the first connection as of another Region.
fn strays() -> Vec<Record> {
    let mut records = records(&full()).into_iter().map(|(_, record)| record).collect::<Vec<_>>();
    let mut abroad = serde_json::to_value(find(&full(), &connection_key(id(1))).unwrap()).unwrap();
    abroad["connection"]["region"] = json!("us-west-2");
    records.push(serde_json::from_value(abroad).unwrap());
    records
}

#[test]
fn a_record_that_belongs_elsewhere() {
    let mut cases = 0;
    for call in calls() {
        for (number, asked) in asked(&call).into_iter().enumerate() {
            let Asked::Load(keys) = asked else { continue };
            for (place, key) in keys.iter().enumerate() {
                for stray in strays().into_iter().filter(|stray| !stray.belongs_to(key)) {
                    let came = spoil(&call, number, move |answered| {
                        let Answered::Loaded(found) = answered else { return };
                        found[place] = Some(Versioned { version: Version(1), record: stray.clone() });
                    });
                    assert_trouble(came, Trouble::WrongRecord(Box::new(key.clone())), Some(key));
                    cases += 1;
                }
            }
        }
    }
    println!("{cases} cases");
    assert!(cases > 500);
}

#[test]
fn too_few_or_too_many_answers() {
    for call in calls() {
        for (number, asked) in asked(&call).into_iter().enumerate() {
            let asked = match asked {
                Asked::Load(keys) => keys.len(),
                Asked::Scan(scan) => scan.ranges.len(),
                Asked::Commit(_) => continue,
            };
            for given in (0..=asked + 1).filter(|given| *given != asked) {
                let came = spoil(&call, number, move |answered| match answered {
                    Answered::Loaded(found) => found.resize(given, None),
                    Answered::Scanned(found) => found.resize(given, Vec::new()),
                    Answered::Committed(_) => {}
                });
                assert_trouble(came, Trouble::WrongCount { asked, given }, None);
            }
        }
    }
}

/// What the second list of `calls` finds in its second range: connections 2 and 4, PENDING.
fn spoil_scan(with: impl Fn(&mut Vec<Entry>) + Clone + 'static) -> Came {
    let list = calls().pop().unwrap();
    spoil(&list, 0, move |answered| {
        let Answered::Scanned(found) = answered else { return };
        assert_eq!(found[1].len(), 2);
        with(&mut found[1]);
    })
}

#[test]
fn a_scan_that_is_none() {
    let asked = asked(&calls().pop().unwrap()).remove(0);
    let Asked::Scan(scan) = asked else { panic!("{asked:?}") };
    let store = full();
    let range = |number: usize| {
        let range = scan.ranges[number].bounds();
        store.records().filter(move |(key, _)| std::ops::RangeBounds::contains(&range, key))
    };
    let entry = |(key, record): (&Key, &Record)| Entry { key: key.clone(), record: record.clone() };
    let [first, second] = [0, 1].map(|place| range(1).map(entry).nth(place).unwrap());
    let elsewhere = range(2).map(entry).next().unwrap();
    let wrong = |entry: &Entry| Trouble::WrongScan(Box::new(entry.key.clone()));

    let came = spoil_scan(|found| found.reverse());
    assert_trouble(came, wrong(&first), Some(&first.key));

    let came = spoil_scan(|found| found[1] = found[0].clone());
    assert_trouble(came, wrong(&first), Some(&first.key));

    let outside = elsewhere.clone();
    let came = spoil_scan(move |found| found[1] = outside.clone());
    assert_trouble(came, wrong(&elsewhere), Some(&elsewhere.key));

    // A page of one is asked for with a limit of two.
    let Key::ListedConnection { side, account, name, status, requested_at, .. } = second.key.clone() else { panic!() };
    let key = Key::ListedConnection { region: home(), side, account, name, status, requested_at, id: id(7) };
    let third = Entry { key, record: second.record.clone() };
    let one_more = third.clone();
    let came = spoil_scan(move |found| found.push(one_more.clone()));
    assert_trouble(came, wrong(&third), Some(&third.key));

    let record = elsewhere.record;
    let came = spoil_scan(move |found| found[1].record = record.clone());
    assert_trouble(came, Trouble::WrongRecord(Box::new(second.key.clone())), Some(&second.key));

    let record = Record::Usage(Usage::default());
    let came = spoil_scan(move |found| found[0].record = record.clone());
    assert_trouble(came, Trouble::WrongRecord(Box::new(first.key.clone())), Some(&first.key));
}

#[test]
fn a_version_that_goes_backwards() {
    for (operation, context) in calls() {
        let all = asked(&(operation.clone(), context));
        let Some(committed) = all.iter().position(|asked| matches!(asked, Asked::Commit(_))) else { continue };
        let Asked::Load(keys) = all[0].clone() else { panic!("{all:?}") };
        let store = full();
        let present = keys.iter().enumerate().filter(|(_, key)| find(&store, key).is_some());
        for (place, key) in present {
            // The first commit meets a conflict, and what is loaded then is older than it was.
            let make = || {
                Spoiled::new(&full(), move |number, _, answered| {
                    match answered {
                        Answered::Committed(outcome) if number == committed => *outcome = Commit::Conflict,
                        Answered::Loaded(found) if number > committed => found[place].as_mut().unwrap().version.0 = 0,
                        _ => {}
                    }
                    Ok(())
                })
            };
            let (came, store) = carry_out(make, &operation, context);
            let Err(HostError::Trouble(trouble)) = &came else { panic!("{operation}: {came:?}") };
            let Trouble::VersionWentBackwards { before, now: Version(0), .. } = *trouble else { panic!("{trouble}") };
            assert!(before > Version(0));
            let expected = Trouble::VersionWentBackwards { key: Box::new(key.clone()), before, now: Version(0) };
            assert_trouble(came, expected, Some(key));
            assert_eq!(store.memory, full());
        }
    }
}

#[test]
fn conflicts_without_end() {
    for (operation, context) in calls() {
        let alone = asked(&(operation.clone(), context));
        let commits = |asked: &[Asked]| asked.iter().filter(|asked| matches!(asked, Asked::Commit(_))).count();
        if commits(&alone) == 0 {
            continue;
        }
        let losing = |races: u32| {
            move || {
                let mut lost = 0;
                Spoiled::new(&full(), move |_, _, answered| {
                    if let Answered::Committed(outcome) = answered
                        && lost < races
                    {
                        lost += 1;
                        *outcome = Commit::Conflict;
                    }
                    Ok(())
                })
            }
        };
        let (came, store) = carry_out(losing(ATTEMPTS), &operation, context);
        assert_eq!(commits(&store.asked), ATTEMPTS as usize);
        assert_eq!(store.memory, full());
        let error = came.clone().unwrap_err();
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::Throttling, true));
        assert_trouble(came, Trouble::Contended { attempts: ATTEMPTS }, None);

        // The last attempt is as good as the first.
        let (late, store) = carry_out(losing(ATTEMPTS - 1), &operation, context);
        let (early, other) = carry_out(losing(0), &operation, context);
        assert_eq!((late, store.memory), (early, other.memory));
    }
}

#[test]
fn a_store_that_breaks() {
    for (operation, context) in calls() {
        for broken in 0..asked(&(operation.clone(), context)).len() {
            let make = || {
                Spoiled::new(&full(), move |number, _, _| if number == broken { Err(Broken(number)) } else { Ok(()) })
            };
            let (came, store) = carry_out(make, &operation, context);
            let error = came.unwrap_err();
            assert_eq!(error, HostError::Store(Broken(broken)));
            assert_eq!((error.kind(), error.retryable()), (ErrorKind::InternalServer, false));
            assert_eq!((store.asked.len(), store.memory), (broken + 1, full()));
        }
    }
}

/// What a call comes to over a store that lost this record, or has it otherwise; nothing may be changed by it.
fn over_damaged((operation, context): (Operation, Context), key: &Key, record: Option<&Record>) -> Came {
    let mut damaged = full();
    overwrite(&mut damaged, key, record);
    let (came, store) = carry_out(|| Spoiled::new(&damaged, |_, _, _| Ok(())), &operation, context);
    assert_eq!(store.memory, damaged);
    came
}

#[test]
fn a_record_that_is_missing() {
    let usage = Key::Usage { region: home(), account: E1.parse().unwrap() };
    let missing = |key: &Key| Trouble::Missing(Box::new(key.clone()));
    for number in 1..=4 {
        let came = over_damaged(by_id(E1, "Delete", number), &usage, None);
        assert_trouble(came, missing(&usage), Some(&usage));
        let came = over_damaged(by_id(E1, "Delete", number), &usage, Some(&Record::Usage(Usage::default())));
        assert_trouble(came, missing(&usage), Some(&usage));
    }
    let connection = connection_key(id(1));
    let came = over_damaged(create(E1, "t", "a"), &connection, None);
    assert_eq!(came.as_ref().unwrap_err().kind(), ErrorKind::InternalServer);
    assert!(!came.as_ref().unwrap_err().retryable());
    assert_trouble(came, missing(&connection), Some(&connection));
}

#[test]
fn a_fresh_id_that_is_taken() {
    for taken in 1..=5 {
        let (operation, _) = create(E1, "new", "b");
        let make = || Spoiled::new(&full(), |_, _, _| Ok(()));
        let (came, store) = carry_out(make, &operation, context(E1, taken));
        let key = connection_key(id(taken));
        let error = came.clone().unwrap_err();
        assert_eq!((error.kind(), error.retryable()), (ErrorKind::InternalServer, true));
        assert_trouble(came, Trouble::IdNotFresh(Box::new(key.clone())), Some(&key));
        assert_eq!(store.memory, full());
    }
    // A replay takes no id.
    let (operation, _) = create(E1, "t", "a");
    let (came, _) = carry_out(|| Spoiled::new(&full(), |_, _, _| Ok(())), &operation, context(E1, 1));
    assert!(came.unwrap().result.is_ok());
}

/// Garbage: numbers from which a store draws its answers.
struct Garbage {
    numbers: Vec<u16>,
    drawn: usize,
    pool: Vec<(Key, Record)>,
}

impl Garbage {
    fn below(&mut self, limit: usize) -> usize {
        self.drawn += 1;
        usize::from(self.numbers[self.drawn % self.numbers.len()]) % limit
    }

    fn entry(&mut self) -> Entry {
        let (place, other) = (self.below(self.pool.len()), self.below(self.pool.len()));
        let record = if self.below(4) == 0 { other } else { place };
        Entry { key: self.pool[place].0.clone(), record: self.pool[record].1.clone() }
    }

    /// A record for a key: mostly one that belongs there, and that says something else than what was written.
    fn record(&mut self, key: &Key) -> Option<Versioned> {
        let fitting = self.pool.iter().filter(|(_, record)| record.belongs_to(key)).map(|(_, record)| record.clone());
        let fitting = fitting.collect::<Vec<_>>();
        let record = match self.below(8) {
            0 => return None,
            1 => self.entry().record,
            _ if fitting.is_empty() => return None,
            _ => fitting[self.below(fitting.len())].clone(),
        };
        Some(Versioned { version: Version(self.below(3) as u64), record })
    }

    fn spoil(&mut self, asked: &Asked, answered: &mut Answered) -> Result<(), Broken> {
        match (asked, answered) {
            (Asked::Load(keys), Answered::Loaded(found)) => {
                *found = keys.iter().map(|key| self.record(key)).collect();
                if self.below(16) == 0 {
                    found.pop();
                }
            }
            (Asked::Scan(_), Answered::Scanned(found)) => {
                for entries in found {
                    if self.below(4) == 0 {
                        let new = self.below(4);
                        entries.extend((0..new).map(|_| self.entry()));
                    }
                }
            }
            (_, Answered::Committed(outcome)) => {
                *outcome = if self.below(2) == 0 { Commit::Conflict } else { Commit::Committed };
            }
            _ => {}
        }
        if self.below(32) == 0 { Err(Broken(0)) } else { Ok(()) }
    }
}

/// Records that fit each other and records that do not: connection 1 in each state, environments and counts.
fn pool() -> Vec<(Key, Record)> {
    let mut pool = records(&full());
    for (from, to) in [(1, "PENDING"), (1, "REJECTED"), (2, "CONNECTED"), (2, "REJECTED")] {
        let key = connection_key(id(from));
        let mut record = serde_json::to_value(find(&full(), &key).unwrap()).unwrap();
        record["connection"]["status"] = json!(to);
        pool.push((key, serde_json::from_value(record).unwrap()));
    }
    let environment = environment_key(M.parse().unwrap(), &"a".parse().unwrap());
    for connection in [None, Some(id(2)), Some(id(8))] {
        let mut record = serde_json::to_value(find(&full(), &environment).unwrap()).unwrap();
        record["environment"]["environmentAccountConnectionId"] = json!(connection);
        pool.push((environment.clone(), serde_json::from_value(record).unwrap()));
    }
    let usage = Key::Usage { region: home(), account: E1.parse().unwrap() };
    for connections in [0, 1, u32::MAX] {
        pool.push((usage.clone(), serde_json::from_value(json!({ "usage": { "connections": connections } })).unwrap()));
    }
    pool
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    /// Whatever a store answers, every call ends, twice alike, and what it wants to commit is sound in itself.
    #[test]
    fn garbage_is_survived(numbers in vec(any::<u16>(), 1..60), call in 0..calls().len()) {
        let (operation, context) = calls().swap_remove(call);
        let make = || {
            let mut garbage = Garbage { numbers: numbers.clone(), drawn: 0, pool: pool() };
            Spoiled::new(&Memory::new(), move |_, asked, answered| garbage.spoil(asked, answered))
        };
        let (came, store) = carry_out(make, &operation, context);
        prop_assert!(store.asked.len() <= 5 * ATTEMPTS as usize);
        if let Ok(outcome) = &came {
            prop_assert!(outcome.result.is_ok() || outcome.events.is_empty());
        }
        for asked in &store.asked {
            let keys = match asked {
                Asked::Load(keys) => keys.clone(),
                Asked::Scan(scan) => scan.ranges.iter().map(|range| range.last.clone()).collect(),
                Asked::Commit(batch) => {
                    let writes = batch.writes.iter().map(|write| &write.key);
                    prop_assert_eq!(writes.clone().count(), writes.collect::<BTreeSet<_>>().len());
                    for write in &batch.writes {
                        prop_assert!(write.record.as_ref().is_none_or(|record| record.belongs_to(&write.key)));
                    }
                    batch.expectations.iter().map(|expectation| expectation.key.clone()).collect()
                }
            };
            prop_assert_eq!(keys.len(), keys.iter().collect::<BTreeSet<_>>().len(), "each key once");
        }
    }
}

/// The ids of the full store are what the tests above take them for.
#[test]
fn the_full_store() {
    let has = |number: u128| find(&full(), &connection_key(ConnectionId::from(*id(number).as_uuid()))).is_some();
    assert_eq!([1, 2, 3, 4, 5, 9].map(has), [true, true, true, true, true, false]);
    let violations = account_connections::invariant::check(full().records(), limits(5));
    assert_eq!(violations, []);
}
