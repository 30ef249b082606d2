//! The contract that every store is held to.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that goes wrong is to stop")]

use account_connections::{
    store::Key,
    testing::store_contract::{self, Fixture},
};
use account_connections_sqlite::{Options, Sqlite, Synchronous, rusqlite::params};
use tempfile::TempDir;

/// A file in a directory of its own, which goes with it.
struct Fresh(TempDir);

impl Fresh {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }
}

impl Fixture for Fresh {
    type Handle = Sqlite;

    fn handle(&self) -> Sqlite {
        Options::new().synchronous(Synchronous::Process).open(self.0.path().join("connections.db")).unwrap()
    }

    /// As the README says that a record is stored.
    fn plant(&self, key: &Key, record: &str) {
        let (store, text) = (self.handle(), key.to_string());
        let next = "UPDATE sequence SET last = last + 1, opposite = opposite - 1 RETURNING last";
        let version = store.connection().query_row(next, [], |row| row.get::<_, i64>(0)).unwrap();
        let checksum = crc32fast::hash(&[text.as_bytes(), &version.to_be_bytes(), record.as_bytes()].concat());
        let table = match key {
            Key::ListedConnection { .. } | Key::ListedEnvironment { .. } | Key::ProvisionedResource { .. } => "listing",
            _ => "record",
        };
        let put = format!("INSERT OR REPLACE INTO {table} (key, version, record, checksum) VALUES (?, ?, ?, ?)");
        store.connection().execute(&put, params![text, version, record, checksum]).unwrap();
    }
}

#[test]
fn keeps_to_the_contract() {
    let report = store_contract::check(Fresh::new).unwrap_or_else(|failures| panic!("{failures}"));
    println!("{report}");
}
