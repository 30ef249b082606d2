//! The contract that every store is held to.

use account_connections::{
    store::Key,
    testing::store_contract::{self, Fixture, Outbox},
};
use account_connections_sqlite::Sqlite;
use tempfile::TempDir;

use crate::{
    async_store::plant::plant,
    support::{State, items, open},
};

/// A file in its own directory, which goes with it.
struct Fresh(TempDir);

impl Fixture for Fresh {
    type Handle = Sqlite;

    fn handle(&self) -> Sqlite {
        open(&self.0.path().join("connections.db"))
    }

    fn plant(&self, key: &Key, record: &str) -> bool {
        plant(&self.handle(), key, record);
        true
    }

    fn outbox(&self) -> Option<Outbox> {
        let State { events, instructions, .. } = State::of(&mut self.handle()).unwrap();
        Some(Outbox { events: items(&events), instructions: items(&instructions) })
    }
}

#[test]
fn keeps_to_the_contract() {
    let fresh = || Fresh(tempfile::tempdir().unwrap());
    let report = store_contract::check(fresh).unwrap_or_else(|failures| panic!("{failures}"));
    println!("{report}");
}
