//! The contract that every store is held to.

use account_connections::{
    store::Key,
    testing::store_contract::{self, Fixture},
};
use account_connections_sqlite::{Options, Sqlite, Synchronous};
use tempfile::TempDir;

use crate::async_store::plant::plant;

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

    fn plant(&self, key: &Key, record: &str) {
        plant(&self.handle(), key, record);
    }
}

#[test]
fn keeps_to_the_contract() {
    let report = store_contract::check(Fresh::new).unwrap_or_else(|failures| panic!("{failures}"));
    println!("{report}");
}
