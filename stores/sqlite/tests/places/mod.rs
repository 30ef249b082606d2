//! Where a record's row is makes no difference: its place is only where it is looked for first.

mod damaged_index;

use std::{
    collections::BTreeSet,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use account_connections::{
    Memory, run,
    store::{Batch, Commit, Entry, Key, Record, Store as _},
    testing::session::Session,
};
use account_connections_sqlite::{
    Options, Sqlite, Synchronous,
    rusqlite::{Connection, params},
};
use serde_json::{Value, json};

fn open(path: &Path) -> Sqlite {
    Options::new().synchronous(Synchronous::Process).open(path).unwrap()
}

/// A key's own place.
fn place(key: &str) -> i64 {
    crc32fast::hash(key.as_bytes()).into()
}

/// All keys and their places, in the order of the keys.
fn places(connection: &Connection) -> Vec<(String, i64)> {
    let mut statement = connection.prepare_cached("SELECT key, place FROM record ORDER BY key").unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

fn put(connection: &Connection, key: &str, place: i64) {
    let put = "UPDATE record SET place = ? WHERE key = ?";
    assert_eq!(connection.prepare_cached(put).unwrap().execute(params![place, key]).unwrap(), 1);
}

/// Gives each record the place of the next one.
fn rotate(connection: &Connection) {
    let places = places(connection);
    connection.execute_batch("BEGIN; UPDATE record SET place = -1 - place").unwrap();
    for ((key, _), (_, next)) in places.iter().zip(places.iter().cycle().skip(1)) {
        put(connection, key, *next);
    }
    connection.execute_batch("COMMIT").unwrap();
}

/// A session in which hardly any record is where it is looked for first, and a new one often finds its place taken, is the
/// same as in memory.
#[test]
fn records_in_the_places_of_others() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(&directory.path().join("connections.db"));
    let (mut memory, mut session, mut own) = (Memory::new(), Session::new(29), BTreeSet::new());
    let (mut at_home, mut all) = (0, 0);
    for _ in 0..3000 {
        rotate(store.connection());
        let places = places(store.connection());
        at_home += places.iter().filter(|(key, at)| place(key) == *at).count();
        all += places.len();
        let call = session.next_call();
        let wanted = run(&mut memory, call.operation.clone(), call.context).unwrap();
        let outcome = run(&mut store, call.operation.clone(), call.context).unwrap();
        assert_eq!(outcome, wanted, "{call:?}");
        session.learn(&call, &outcome.result);
        own.extend(memory.records().map(|(key, _)| place(&key.to_string())));
    }
    store.verify().unwrap();
    let records = store.records().unwrap().into_iter().map(|Entry { key, record }| (key, record)).collect::<Vec<_>>();
    assert_eq!(records, memory.records().map(|(key, record)| (key.clone(), record.clone())).collect::<Vec<_>>());
    let elsewhere = places(store.connection()).into_iter().filter(|(_, place)| !own.contains(place)).count();
    println!("{at_home} of {all} times a record was in its own place; {elsewhere} new ones found theirs taken");
    assert!(at_home * 10 < all && elsewhere > 0);
}

fn usage(number: u32) -> Key {
    Key::Usage { region: "us-east-1".parse().unwrap(), account: format!("{number:012}").parse().unwrap() }
}

fn record(number: u32) -> Record {
    serde_json::from_value(json!({ "usage": { "connections": number, "environments": 0 } })).unwrap()
}

fn batch(expectations: Value, writes: Value) -> Batch {
    let batch = json!({ "expectations": expectations, "writes": writes, "events": [], "instructions": [] });
    serde_json::from_value(batch).unwrap()
}

fn write(numbers: impl IntoIterator<Item = u32>) -> Batch {
    let writes = numbers.into_iter().map(|number| json!({ "key": usage(number), "record": record(number) }));
    batch(json!([]), writes.collect())
}

/// More keys than SQLite takes in one statement, every thousandth of them absent.
#[test]
fn very_many_keys() {
    const MANY: u32 = 33_000;
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(&directory.path().join("connections.db"));
    let is_there = |number: &u32| !number.is_multiple_of(1000);
    assert_eq!(store.commit(&write((0..MANY).filter(is_there))).unwrap(), Commit::Committed);
    let found = store.load(&(0..MANY).map(usage).collect::<Vec<_>>()).unwrap();
    let found = found.into_iter().map(|found| found.map(|found| found.record)).collect::<Vec<_>>();
    let wanted = (0..MANY).map(|number| is_there(&number).then(|| record(number))).collect::<Vec<_>>();
    assert!(found == wanted);

    let all = |but: u32| {
        let expectations = (0..MANY).map(|number| {
            let expected = if is_there(&number) && number != but { json!({ "at": 1 }) } else { json!("absent") };
            json!({ "key": usage(number), "expected": expected })
        });
        batch(expectations.collect(), json!([]))
    };
    assert_eq!(store.commit(&all(MANY)).unwrap(), Commit::Committed);
    assert_eq!(store.commit(&all(MANY - 1)).unwrap(), Commit::Conflict);
}

/// One of two records is always there, and neither is in its own place: a commit that expects neither never holds, though
/// it looks at them one after the other and writes nothing.
#[test]
fn what_a_commit_without_writes_expects_is_of_one_moment() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    let mut store = open(&path);
    assert_eq!(store.commit(&write(1..=4)).unwrap(), Commit::Committed);
    for (stays, goes) in [(3, 1), (4, 2)] {
        let taken = place(&usage(goes).to_string());
        put(store.connection(), &usage(goes).to_string(), taken + (1 << 33));
        put(store.connection(), &usage(stays).to_string(), taken);
    }
    let swap = |comes: u32, goes: u32| {
        let writes = json!([
            { "key": usage(comes), "record": record(comes) },
            { "key": usage(goes), "record": null },
        ]);
        batch(json!([]), writes)
    };
    assert_eq!(store.commit(&swap(1, 2)).unwrap(), Commit::Committed);
    let neither = [1, 2].map(|number| json!({ "key": usage(number), "expected": "absent" }));
    let neither = batch(json!(neither), json!([]));
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut store = open(&path);
            for _ in 0..1000 {
                assert_eq!(store.commit(&swap(2, 1)).unwrap(), Commit::Committed);
                assert_eq!(store.commit(&swap(1, 2)).unwrap(), Commit::Committed);
            }
            done.store(true, Ordering::SeqCst);
        });
        while !done.load(Ordering::SeqCst) {
            assert_eq!(store.commit(&neither).unwrap(), Commit::Conflict);
        }
    });
}
