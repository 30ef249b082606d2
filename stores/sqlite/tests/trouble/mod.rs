//! What goes wrong with a file, and what is said about it.

mod again;
mod full;
mod read_only;

use std::{fs, path::Path, thread, time::Duration};

use account_connections::{
    HostError, Service,
    clock::{FixedClock, RandomIds},
    id::{Caller, Side},
    operation::{CreateEnvironmentAccountConnection, ListEnvironmentAccountConnections},
    store::Key,
};
use account_connections_sqlite::{Error, ErrorKind, Options, Sqlite, rusqlite::Connection};

use crate::support::records;

type Model = Service<Sqlite, FixedClock, RandomIds>;

fn model(store: Sqlite) -> Model {
    Service::new(store, FixedClock("2021-04-28T23:13:50.847Z".parse().unwrap()), RandomIds)
}

/// Asks for a connection between two accounts: a call that writes.
fn create(model: &mut Model, account: u64) -> Result<(), account_connections::Error<Error>> {
    let environment = Caller::new(format!("{account:012}").parse().unwrap(), "us-east-1".parse().unwrap());
    let role = format!("arn:aws:iam::{}:role/proton", environment.account).parse().unwrap();
    let management = "123456789111".parse().unwrap();
    let request = CreateEnvironmentAccountConnection::new("simple-env".parse().unwrap(), management, role);
    model.create(environment, request).map(|_| ())
}

/// The store's own error.
fn trouble(result: Result<(), account_connections::Error<Error>>) -> Error {
    match result {
        Err(account_connections::Error::Host(HostError::Read(error) | HostError::Commit(error))) => error,
        other => panic!("no error of the store: {other:?}"),
    }
}

/// Opening the file is refused with these words after its path, and leaves it as it is.
#[track_caller]
pub fn refused(path: &Path, words: &str) {
    let before = fs::read(path).ok();
    let error = Sqlite::open(path).unwrap_err();
    assert_eq!(error.to_string(), format!("`{}` {words}", path.display()));
    assert!(!error.retryable() && !error.fate_unknown());
    assert_eq!(fs::read(path).ok(), before, "the file was changed");
}

#[test]
fn what_is_no_database_of_this_store() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let no_database = "is not an SQLite database: give a file that this store made, or one that does not exist yet";

    fs::write(path("text"), "Not a database, but a text.\n".repeat(200)).unwrap();
    refused(&path("text"), no_database);
    fs::write(path("short"), "x").unwrap();
    refused(&path("short"), no_database);

    let no_file = "cannot be opened: it has to be a file in a directory that exists, both open to this process";
    refused(directory.path(), no_file);
    refused(&path("missing/connections.db"), no_file);

    let other = |id: i32| {
        format!(
            "is the database of another program, its application id is {id:#010x}: give a file that this store made, or \
             one that does not exist yet"
        )
    };
    let make = |name: &str, sql: &str| Connection::open(path(name)).unwrap().execute_batch(sql).unwrap();
    make("other", "CREATE TABLE record (key TEXT)");
    refused(&path("other"), &other(0));
    make("marked", "PRAGMA application_id = 0x0f055112");
    refused(&path("marked"), &other(0x0f05_5112));
    make("versioned", "PRAGMA user_version = 1");
    refused(&path("versioned"), &other(0));

    drop(Sqlite::open(path("newer")).unwrap());
    make("newer", "PRAGMA user_version = 99");
    refused(
        &path("newer"),
        "has schema version 99, and this is of at most 1: use a newer `account-connections-sqlite`",
    );
    make("newer", "PRAGMA user_version = 0");
    refused(&path("newer"), "is damaged, its schema version is 0: restore it from a backup");

    let error = Sqlite::open(":memory:").unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoWriteAheadLog { mode } if mode == "memory"), "{error}");
    let error = Options::new().create(false).open(path("vanished")).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::NoDatabase), "{error}");
    assert!(!path("vanished").exists());
}

/// A database that has nothing in it is as good as none.
#[test]
fn empty_database() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    fs::write(&path, "").unwrap();
    drop(Sqlite::open(&path).unwrap());
    let path = directory.path().join("vacuumed.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x); DROP TABLE t; VACUUM").unwrap();
    create(&mut model(Sqlite::open(&path).unwrap()), 1).unwrap();
}

#[test]
fn locked() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    let patience = Duration::from_millis(40);
    let mut model = model(Options::new().busy_timeout(patience).open(&path).unwrap());
    create(&mut model, 1).unwrap();
    let before = records(model.store_mut());

    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = trouble(create(&mut model, 2));
    let words = "was locked by others for the whole busy timeout: try again, or raise `Options::busy_timeout`";
    assert_eq!(error.to_string(), format!("`{}` {words}", path.display()));
    assert!(error.retryable() && !error.fate_unknown());
    // Whoever reads does not wait.
    assert_eq!(records(model.store_mut()), before);
    assert!(model.store_mut().events().acknowledge(1).unwrap_err().retryable());
    other.execute_batch("ROLLBACK").unwrap();
    create(&mut model, 2).unwrap();

    // Somebody wants the whole file.
    drop(model);
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT").unwrap();
    let error = Options::new().busy_timeout(patience).open(&path).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Locked) && error.retryable(), "{error}");
    drop(other);
    Sqlite::open(&path).unwrap().verify().unwrap();
}

/// What a host leaves open on the connection is not in the store's way.
#[test]
fn open_transaction() {
    let directory = tempfile::tempdir().unwrap();
    let mut model = model(Sqlite::open(directory.path().join("connections.db")).unwrap());
    create(&mut model, 1).unwrap();
    let before = records(model.store_mut());
    model.store().connection().execute_batch("BEGIN; DELETE FROM record").unwrap();
    assert_eq!(records(model.store_mut()), before);
    let events = model.store_mut().events().read(usize::MAX).unwrap();
    model.store().connection().execute_batch("BEGIN; DELETE FROM event").unwrap();
    assert_eq!(model.store_mut().events().read(usize::MAX).unwrap(), events);
    model.store().connection().execute_batch("BEGIN").unwrap();
    create(&mut model, 2).unwrap();
}

/// It is sound by itself, and nobody would find it.
#[test]
fn record_in_the_wrong_table() {
    let directory = tempfile::tempdir().unwrap();
    let mut model = model(Sqlite::open(directory.path().join("connections.db")).unwrap());
    create(&mut model, 1).unwrap();
    let columns = "key, version, record, checksum";
    let moved = format!(
        "INSERT INTO listing ({columns}) SELECT {columns} FROM record ORDER BY key LIMIT 1;
        DELETE FROM record WHERE key IN (SELECT key FROM listing)"
    );
    model.store().connection().execute_batch(&moved).unwrap();
    let error = model.store_mut().verify().unwrap_err().to_string();
    assert!(error.contains("does not belong there"), "{error}");
}

/// A list is an error rather than shorter.
#[test]
fn index_entry_that_leads_to_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let mut model = model(Sqlite::open(directory.path().join("connections.db")).unwrap());
    create(&mut model, 1).unwrap();
    model.store().connection().execute_batch("DELETE FROM record WHERE key LIKE 'connection %'").unwrap();
    let caller = Caller::new("123456789111".parse().unwrap(), "us-east-1".parse().unwrap());
    let list = ListEnvironmentAccountConnections::new(Side::ManagementAccount);
    for error in [trouble(model.list(caller, list).map(drop)), model.store_mut().verify().unwrap_err()] {
        let error = error.to_string();
        assert!(error.contains("is damaged, the index entry `listed-connection "), "{error}");
        assert!(error.ends_with("leads to no record: restore it from a backup"), "{error}");
    }
}

/// What the README says that a handle keeps in memory.
#[test]
fn cache() {
    let directory = tempfile::tempdir().unwrap();
    let store = Sqlite::open(directory.path().join("connections.db")).unwrap();
    let kib = store.connection().query_row("PRAGMA cache_size", [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(kib, -16 * 1024);
}

/// Many make the same database at once.
#[test]
fn made_by_many() {
    let directory = tempfile::tempdir().unwrap();
    for round in 0..10 {
        let path = &directory.path().join(format!("{round}.db"));
        thread::scope(|scope| {
            for account in 1..=8 {
                scope.spawn(move || {
                    let options = Options::new().busy_timeout(Duration::from_secs(60));
                    create(&mut model(options.open(path).unwrap()), account).unwrap();
                });
            }
        });
        let mut store = Sqlite::open(path).unwrap();
        let usages = records(&mut store).into_keys().filter(|key| matches!(key, Key::Usage { .. })).count();
        assert_eq!(usages, 8);
        assert_eq!(store.events().read(usize::MAX).unwrap().len(), 8);
        store.verify().unwrap();
    }
}
