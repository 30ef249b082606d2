//! Damage to the index of the keys, and to a key: what a load finds in its place is not deleted, or mistaken, for another.

use std::{fs, path::Path};

use account_connections::store::{Batch, Commit, Store as _};
use account_connections_sqlite::{ErrorKind, Sqlite};
use serde_json::{Value, json};

use super::{batch, open, place, put, usage, write};

/// Five records, the first two in these places, after damage to the first one's entry in the index: to the byte so far from
/// its end.
fn damaged(path: &Path, places: [i64; 2], from_end: usize, bits: u8) -> Sqlite {
    let mut store = open(path);
    assert_eq!(store.commit(&write(1..=5)).unwrap(), Commit::Committed);
    let first = usage(1).to_string();
    put(store.connection(), &first, places[0]);
    put(store.connection(), &usage(2).to_string(), places[1]);
    store.connection().execute_batch("VACUUM").unwrap();
    store.verify().unwrap();
    drop(store);
    let mut bytes = fs::read(path).unwrap();
    // The key, and after it the place in four bytes, or in six where four are not enough.
    let place = places[0].to_be_bytes();
    let entry = [first.as_bytes(), if place[4] < 0x80 { &place[4..] } else { &place[2..] }].concat();
    let found = bytes.windows(entry.len()).position(|bytes| bytes == entry).unwrap();
    bytes[found + entry.len() - 1 - from_end] ^= bits;
    fs::write(path, bytes).unwrap();
    open(path)
}

fn delete(number: u32, expected: Value) -> Batch {
    batch(json!([{ "key": usage(number), "expected": expected }]), json!([{ "key": usage(number), "record": null }]))
}

/// The first record is deleted, as whoever loaded it does it: it is gone and no other, or the call fails and changes
/// nothing.
fn delete_first(store: &mut Sqlite) {
    let all = (1..=5).map(|number| store.load(&[usage(number)]).unwrap().pop().unwrap()).collect::<Vec<_>>();
    let Some(first) = &all[0] else { panic!("it is in its own place") };
    let deleted = store.commit(&delete(1, json!({ "at": first.version })));
    let left = (1..=5).map(|number| store.load(&[usage(number)]));
    for (before, found) in all.iter().zip(left).skip(usize::from(deleted.is_ok())) {
        assert_eq!(found.unwrap()[0], *before, "{deleted:?}");
    }
    if let Ok(deleted) = deleted {
        assert_eq!(deleted, Commit::Committed);
        assert!(!matches!(store.load(&[usage(1)]), Ok(found) if found[0].is_some()));
    }
}

#[test]
fn index_with_another_key() {
    let directory = tempfile::tempdir().unwrap();
    let own = [1, 2].map(|number| place(&usage(number).to_string()));
    delete_first(&mut damaged(&directory.path().join("connections.db"), own, 6, 1));
}

#[test]
fn index_that_leads_nowhere() {
    let directory = tempfile::tempdir().unwrap();
    let own = [1, 2].map(|number| place(&usage(number).to_string()));
    delete_first(&mut damaged(&directory.path().join("connections.db"), own, 0, 2));
}

#[test]
fn index_that_leads_to_another_record() {
    let directory = tempfile::tempdir().unwrap();
    let own = place(&usage(1).to_string());
    delete_first(&mut damaged(&directory.path().join("connections.db"), [own, own ^ 1], 0, 1));

    // Where nothing but the index leads to the record, there is no answer rather than another one.
    let elsewhere = 1 << 28;
    let mut store = damaged(&directory.path().join("elsewhere.db"), [elsewhere, elsewhere ^ 1], 0, 1);
    for error in [store.load(&[usage(1)]).unwrap_err(), store.commit(&delete(1, json!({ "at": 1 }))).unwrap_err()] {
        assert!(matches!(error.kind(), ErrorKind::Unreadable { .. }), "{error}");
    }
}

#[test]
fn key_that_is_no_text() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = open(&directory.path().join("connections.db"));
    assert_eq!(store.commit(&write(1..=2)).unwrap(), Commit::Committed);
    let spoil = "UPDATE record SET key = CAST(x'ff41' AS TEXT) WHERE key = ?";
    store.connection().execute(spoil, [usage(1).to_string()]).unwrap();
    for error in
        [store.load(&[usage(1), usage(2)]).unwrap_err(), store.commit(&delete(1, json!("absent"))).unwrap_err()]
    {
        assert!(matches!(error.kind(), ErrorKind::Unreadable { .. }), "{error}");
    }
}
