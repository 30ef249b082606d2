//! The AWS CLI's history as a file of SQLite: all of it is read, and nothing is left behind.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use account_connections_conformance::import::Row;
use rusqlite::Connection;

use super::fixture;

/// Makes the history as the AWS CLI does.
fn write(path: &Path) -> Connection {
    let history = Connection::open(path).unwrap();
    history
        .execute_batch(
            "CREATE TABLE records (
                 id TEXT, request_id TEXT, source TEXT, event_type TEXT, timestamp INTEGER, payload TEXT
             );
             PRAGMA journal_mode = WAL;",
        )
        .unwrap();
    for line in fixture("aws-cli.jsonl").lines() {
        let Row { id, request_id, event_type, timestamp, payload } = serde_json::from_str(line).unwrap();
        let values = (id, request_id, "BOTOCORE", event_type, timestamp, payload);
        history.execute("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?)", values).unwrap();
    }
    history
}

/// The files of a directory. What the readers of a log tell each other is not what they read.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(directory).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let bytes = if name.ends_with("-shm") { Vec::new() } else { fs::read(entry.path()).unwrap() };
        (name, bytes)
    });
    files.collect()
}

fn check(path: &Path) {
    let before = files(path.parent().unwrap());
    let done = Command::new(env!("CARGO_BIN_EXE_account-connections-conformance"))
        .args(["import", "aws-cli", path.file_name().unwrap().to_str().unwrap()])
        .current_dir(path.parent().unwrap())
        .output()
        .unwrap();
    assert_eq!((done.status.code(), String::from_utf8_lossy(&done.stderr).as_ref()), (Some(0), ""));
    assert_eq!(format!("{}\n", String::from_utf8_lossy(&done.stdout)), fixture("aws-cli.expected"));
    assert!(before == files(path.parent().unwrap()), "something was left behind, or changed");
}

#[test]
fn a_history_that_nobody_writes() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a history?#%.db");
    write(&path).close().unwrap();
    assert_eq!(files(directory.path()).len(), 1, "the AWS CLI leaves one file");
    check(&path);
}

#[test]
fn a_history_that_is_being_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("history.db");
    let writer = write(&path);
    assert!(fs::read(directory.path().join("history.db-wal")).unwrap().len() > 10_000, "it is all in the log");
    check(&path);
    writer.close().unwrap();
    check(&path);
}

#[test]
fn rows_that_are_no_records() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("history.db");
    let history = write(&path);
    history.execute("UPDATE records SET payload = x'ff', timestamp = 'soon' WHERE rowid IN (4, 9)", ()).unwrap();
    history.execute("UPDATE records SET payload = '{' WHERE rowid = 10", ()).unwrap();
    history.close().unwrap();
    // In a URI of SQLite, what comes after two slashes is a host.
    let path = format!("/{}", path.display());
    let done = Command::new(env!("CARGO_BIN_EXE_account-connections-conformance"))
        .args(["import", "aws-cli", &path])
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(2));
    let said = String::from_utf8_lossy(&done.stderr).replace(&path, "history.db");
    let expected = [
        "history.db: record 4: `timestamp` is of the type Text, which is not that of the AWS CLI",
        "history.db: record 9: `timestamp` is of the type Text, which is not that of the AWS CLI",
        "history.db: record 10: `payload` is no request: EOF while parsing an object at line 1 column 1",
        "error: the trace lacks what could not be read, records: 3",
    ];
    assert_eq!(said.lines().collect::<Vec<_>>(), expected);
}
