//! Where a record's row is makes no difference: its place is only where it is looked for first.

use std::{collections::BTreeSet, fs, path::Path};

use account_connections::{
    Memory, Service,
    clock::{CountedIds, FixedClock},
    id::{Caller, ConnectionId},
    operation::CreateEnvironmentAccountConnection,
    run,
    store::{Key, Store as _},
    testing::session::Session,
};
use account_connections_sqlite::{
    ErrorKind, Sqlite,
    rusqlite::{Connection, params},
};

use crate::async_store::plant::plant;
use crate::support::{open, records, records_of};

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
    for _ in 0..750 {
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
    assert_eq!(records(&mut store), records_of(&memory));
    let elsewhere = places(store.connection()).into_iter().filter(|(_, place)| !own.contains(place)).count();
    println!("{at_home} of {all} times a record was in its own place; {elsewhere} new ones found theirs taken");
    assert!(at_home * 10 < all && elsewhere > 0);
}

fn model(path: &Path) -> Service<Sqlite, FixedClock, CountedIds> {
    Service::new(open(path), FixedClock("2021-04-28T23:13:50.847Z".parse().unwrap()), CountedIds::default())
}

fn caller() -> Caller {
    Caller::new("123456789222".parse().unwrap(), "us-east-1".parse().unwrap())
}

fn key(number: u8) -> String {
    format!("connection us-east-1 00000000-0000-0000-0000-{number:012}")
}

/// Five connections, the first two's records in these places, after damage to the first one's entry in the index of the
/// keys: to the byte so far from its end. What is loaded of each, and what comes of deleting the first.
fn delete_first(places: [i64; 2], from_end: usize, bits: u8) -> ([Result<bool, ErrorText>; 5], Result<(), ErrorText>) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    let mut whole = model(&path);
    for name in ["a", "b", "c", "d", "e"] {
        let role = "arn:aws:iam::123456789222:role/proton".parse().unwrap();
        let management = "123456789111".parse().unwrap();
        let request = CreateEnvironmentAccountConnection::new(name.parse().unwrap(), management, role);
        whole.create(caller(), request).unwrap();
    }
    put(whole.store().connection(), &key(1), places[0]);
    put(whole.store().connection(), &key(2), places[1]);
    whole.store().connection().execute_batch("VACUUM").unwrap();
    drop(whole);
    let mut bytes = fs::read(&path).unwrap();
    // The key, and after it the place in four bytes, or in six where four are not enough.
    let place = places[0].to_be_bytes();
    let entry = [key(1).as_bytes(), if place[4] < 0x80 { &place[4..] } else { &place[2..] }].concat();
    let found = bytes.windows(entry.len()).position(|bytes| bytes == entry).unwrap();
    bytes[found + entry.len() - 1 - from_end] ^= bits;
    fs::write(&path, bytes).unwrap();

    let mut damaged = model(&path);
    let deleted = damaged.delete(caller(), key(1).split(' ').next_back().unwrap().parse::<ConnectionId>().unwrap());
    let deleted = deleted.map(drop).map_err(|error| format!("{error:?}"));
    let loaded = [1, 2, 3, 4, 5].map(|number| {
        let found = damaged.store_mut().load(&[key(number).parse().unwrap()]);
        found.map(|found| found[0].is_some()).map_err(|error| error.to_string())
    });
    (loaded, deleted)
}

type ErrorText = String;

/// A record in its own place is deleted whatever its index says, and no other: it is gone, or the call fails and changes
/// nothing. Where nothing but the index leads to it, there is no answer rather than another one.
#[test]
fn damaged_index() {
    let [own, second] = [1, 2].map(|number| place(&key(number)));
    // The index has another key; leads nowhere; leads to the second one's record.
    for (places, from_end, bits) in [([own, second], 6, 1), ([own, second], 0, 2), ([own, own ^ 1], 0, 1)] {
        let (loaded, deleted) = delete_first(places, from_end, bits);
        println!("{deleted:?}, {loaded:?}");
        assert_eq!(loaded[1..], [const { Ok(true) }; 4], "{deleted:?}");
        assert_eq!(loaded[0] == Ok(true), deleted.is_err(), "{deleted:?}, {loaded:?}");
    }
    let elsewhere = 1 << 28;
    let (loaded, deleted) = delete_first([elsewhere, elsewhere ^ 1], 0, 1);
    assert_eq!(loaded[1..], [const { Ok(true) }; 4], "{deleted:?}");
    let error = loaded[0].as_ref().unwrap_err();
    assert!(error.contains("is not where the index has it") && deleted.is_err(), "{loaded:?}, {deleted:?}");
}

#[test]
fn key_that_is_no_text() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(&directory.path().join("connections.db"));
    let usage = |account: u8| Key::Usage {
        region: "us-east-1".parse().unwrap(),
        account: format!("{account:012}").parse().unwrap(),
    };
    for account in [1, 2] {
        plant(&store, &usage(account), r#"{"usage":{}}"#);
    }
    let spoil = "UPDATE record SET key = CAST(key || x'ff' AS TEXT) WHERE key = ?";
    store.connection().execute(spoil, [usage(1).to_string()]).unwrap();
    let error = store.load(&[usage(1), usage(2)]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Unreadable { .. }), "{error}");
}
