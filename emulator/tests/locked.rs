//! A database that others have locked makes nobody deaf: those who read are answered, those who write are told in time.
#![allow(clippy::disallowed_methods, reason = "how long it takes is what is promised")]

use std::{
    thread,
    time::{Duration, Instant},
};

use account_connections_sqlite::rusqlite;
use serde_json::{Value, json};

use crate::support::{Client, ENVIRONMENT, MANAGEMENT, ROLE, Server, at_once};

/// A server, and what has the lock of its database.
fn locked(directory: &tempfile::TempDir) -> (Server, rusqlite::Connection) {
    let path = directory.path().join("state.db");
    let server = Server::start(&["--store", &format!("sqlite:{}", path.display())]);
    let locked = rusqlite::Connection::open(path).unwrap();
    locked.execute_batch("BEGIN IMMEDIATE").unwrap();
    (server, locked)
}

fn creation(name: &str) -> Value {
    json!({"environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": ROLE})
}

fn names(client: &mut Client) -> Vec<String> {
    let input = json!({"requestedBy": "MANAGEMENT_ACCOUNT"});
    let listed = client.call(MANAGEMENT, "ListEnvironmentAccountConnections", &input).ok();
    let listed = listed["environmentAccountConnections"].as_array().unwrap().clone();
    listed.iter().map(|connection| connection["environmentName"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn of_300_writers_that_wait_and_hang_up_none_is_in_the_way_and_hardly_one_is_carried_out() {
    let directory = tempfile::tempdir().unwrap();
    let (server, lock) = locked(&directory);
    let mut writers = (0..300).map(|_| server.client()).collect::<Vec<_>>();
    for writer in &mut writers {
        writer.send_call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &creation("waiting"));
    }
    let mut reader = server.client();
    for _ in 0..20 {
        assert!(names(&mut reader).is_empty());
        reader.get("/_emulator/health").ok();
        let refused = reader.call(ENVIRONMENT, "AcceptEnvironmentAccountConnection", &json!({"id": "x"}));
        assert_eq!(refused.kind(), "ValidationException");
    }
    drop(writers);
    assert!(names(&mut reader).is_empty());
    // The first of them is at it. All others are seen to have gone before its turn is over.
    thread::sleep(Duration::from_secs(1));
    lock.execute_batch("ROLLBACK").unwrap();
    reader.create("after");
    let found = names(&mut reader);
    assert!(found.len() <= 2 && found.contains(&"after".into()), "{found:?}");
    let log = server.log();
    let gone = log.iter().filter(|line| line.contains("its client had gone before its turn came")).count();
    assert!(gone >= 299, "{gone} of {}", log.len());
}

pub(crate) fn a_writer_is_told_in_time_that_nothing_was_written() {
    let directory = tempfile::tempdir().unwrap();
    let (server, lock) = locked(&directory);
    let waited = at_once(40, |number| {
        let began = Instant::now();
        let input = creation(&format!("e{number}"));
        let reply = server.client().call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &input);
        assert_eq!(reply.kind(), "ThrottlingException");
        began.elapsed()
    });
    // Five seconds each, and not one after the other.
    assert!(waited.iter().all(|waited| *waited < Duration::from_secs(10)), "{waited:?}");
    lock.execute_batch("ROLLBACK").unwrap();
    assert!(names(&mut server.client()).is_empty());
}

pub(crate) fn it_ends_in_time_though_writers_wait() {
    let directory = tempfile::tempdir().unwrap();
    let (server, _lock) = locked(&directory);
    let mut writers = (0..6).map(|_| server.client()).collect::<Vec<_>>();
    for writer in &mut writers {
        writer.send_call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &creation("waiting"));
    }
    assert!(names(&mut server.client()).is_empty());
    server.signal("TERM");
    let began = Instant::now();
    assert_eq!(server.end().0.code(), Some(0));
    // Five seconds are promised; the rest is for a busy machine.
    assert!(began.elapsed() < Duration::from_secs(8), "{:?}", began.elapsed());
}
