//! Files that SQLite did not leave so: copied while they were written to, or next to the journal of another copy.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use account_connections::{invariant, run, testing::session::Session};
use account_connections_sqlite::{Options, rusqlite::Connection};

use crate::{
    support::{State, open},
    trouble::refused,
};

/// A session over a file, and the file as each of some moments left it: all of its log written back.
fn moments(path: &Path, count: usize, calls: usize) -> Vec<(Vec<u8>, State)> {
    let mut session = Session::new(31);
    let moment = |_| {
        let mut store = open(path);
        for _ in 0..calls {
            let call = session.next_call();
            let outcome = run(&mut store, call.operation.clone(), call.context).unwrap();
            session.learn(&call, &outcome.result);
        }
        let state = State::of(&mut store).unwrap();
        drop(store);
        (fs::read(path).unwrap(), state)
    };
    (0..count).map(moment).collect()
}

/// A copy whose first pages are of one moment and whose others are of another one: it is refused, or `verify` or
/// `invariant::check` says that it is damaged, or its records are those of a moment.
#[test]
fn torn_copy() {
    let directory = tempfile::tempdir().unwrap();
    let moments = moments(&directory.path().join("connections.db"), 12, 40);
    let (mut refused, mut verified, mut checked, mut whole) = (0, 0, 0, 0);
    let mut seen = BTreeSet::new();
    for (before, after) in moments.iter().flat_map(|one| moments.iter().map(move |other| (one, other))) {
        for place in (4096..before.0.len().min(after.0.len())).step_by(4096) {
            let copy = [&before.0[..place], &after.0[place..]].concat();
            let path = directory.path().join("copy.db");
            fs::write(&path, &copy).unwrap();
            if !seen.insert(copy) {
                continue;
            }
            let Ok(mut store) = Options::new().create(false).open(&path) else {
                refused += 1;
                continue;
            };
            if store.verify().is_err() {
                verified += 1;
                continue;
            }
            let found = State::of(&mut store).unwrap().records;
            if !invariant::check(&found, Session::LIMITS).is_empty() {
                checked += 1;
                continue;
            }
            let is_of_a_moment = moments.iter().any(|(_, moment)| moment.records == found);
            assert!(is_of_a_moment, "pages from {place} on are of another moment, and nobody says so");
            whole += 1;
        }
    }
    println!("{refused} refused, {verified} verified, {checked} checked, {whole} whole");
    assert!(refused > 0 && verified > 0);
}

/// The journal of another copy would be written into this file: SQLite takes it for this one's.
#[test]
fn journal_of_another_copy() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    let moments = moments(&path, 2, 200);
    // Somebody has an older copy keep a rollback journal, and dies in a transaction.
    let older = directory.path().join("older.db");
    fs::write(&older, &moments[0].0).unwrap();
    let connection = Connection::open(&older).unwrap();
    connection.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).unwrap();
    let dies = "PRAGMA cache_size = 2; BEGIN IMMEDIATE; UPDATE record SET version = version + 1";
    connection.execute_batch(dies).unwrap();
    fs::copy(journal_of(&older), journal_of(&path)).unwrap();
    refused(
        &path,
        "has a rollback journal beside it, which this store does not leave: remove it if it is another file's; if it is this \
         one's, open the file with SQLite's own shell once",
    );
    fs::remove_file(journal_of(&path)).unwrap();
    assert_eq!(State::of(&mut open(&path)).unwrap(), moments[1].1);

    // That copy's own is carried out, and the file is this store's again.
    let (bytes, journal) = (fs::read(&older).unwrap(), fs::read(journal_of(&older)).unwrap());
    drop(connection);
    fs::write(&older, bytes).unwrap();
    fs::write(journal_of(&older), journal).unwrap();
    let mut store = open(&older);
    store.verify().unwrap();
    assert_eq!(State::of(&mut store).unwrap(), moments[0].1);
}

fn journal_of(path: &Path) -> PathBuf {
    path.with_extension("db-journal")
}
