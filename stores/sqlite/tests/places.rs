//! Where a record's row is makes no difference: its place is only where it is looked for first.
#![allow(clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

use std::collections::BTreeSet;

use account_connections::{Memory, run, store::Entry, testing::session::Session};
use account_connections_sqlite::{
    Options, Sqlite, Synchronous,
    rusqlite::{Connection, params},
};

fn place(key: &str) -> i64 {
    crc32fast::hash(key.as_bytes()).into()
}

fn places(connection: &Connection) -> Vec<i64> {
    let mut statement = connection.prepare_cached("SELECT place FROM record ORDER BY key").unwrap();
    statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

/// Gives each record the place of the next one.
fn rotate(connection: &Connection) {
    let places = places(connection);
    connection.execute_batch("BEGIN; UPDATE record SET place = -1 - place").unwrap();
    for (index, place) in places.iter().enumerate() {
        let next = places.get(index + 1).or(places.first()).unwrap();
        connection
            .prepare_cached("UPDATE record SET place = ? WHERE place = -1 - ?")
            .unwrap()
            .execute(params![next, place])
            .unwrap();
    }
    connection.execute_batch("COMMIT").unwrap();
}

/// A session in which no record is where it is looked for first, and a new one often finds its place taken, is the same as
/// in memory.
#[test]
fn records_in_one_anothers_places() {
    let directory = tempfile::tempdir().unwrap();
    let mut store: Sqlite =
        Options::new().synchronous(Synchronous::Process).open(directory.path().join("connections.db")).unwrap();
    let (mut memory, mut session, mut own) = (Memory::new(), Session::new(29), BTreeSet::new());
    for _ in 0..3000 {
        rotate(store.connection());
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
    let elsewhere = places(store.connection()).into_iter().filter(|place| !own.contains(place)).count();
    println!("{} records, {elsewhere} of which were put where no key has its place", records.len());
    assert!(elsewhere > 0);
}
