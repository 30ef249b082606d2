//! The contract that every store is held to.

use account_connections::{
    store::Key,
    testing::store_contract::{self, Fixture, Outbox},
};
use account_connections_sqlite::{Options, Shared, Sqlite, Synchronous};
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

/// The same for many threads.
struct FreshShared(TempDir, Shared);

impl Fixture for FreshShared {
    type Handle = Shared;

    fn handle(&self) -> Shared {
        self.1.clone()
    }

    fn plant(&self, key: &Key, record: &str) -> bool {
        plant(&open(&self.0.path().join("connections.db")), key, record);
        true
    }

    fn outbox(&self) -> Option<Outbox> {
        let State { events, instructions, .. } = self.1.read(State::of).unwrap();
        Some(Outbox { events: items(&events), instructions: items(&instructions) })
    }
}

#[test]
fn shared_keeps_to_the_contract() {
    let fresh = || {
        let directory = tempfile::tempdir().unwrap();
        let options = Options::new().synchronous(Synchronous::Process);
        let shared = options.open_shared(directory.path().join("connections.db")).unwrap();
        FreshShared(directory, shared)
    };
    let report = store_contract::check(fresh).unwrap_or_else(|failures| panic!("{failures}"));
    println!("{report}");
}

#[test]
fn keeps_to_the_contract() {
    let fresh = || Fresh(tempfile::tempdir().unwrap());
    let report = store_contract::check(fresh).unwrap_or_else(|failures| panic!("{failures}"));
    println!("{report}");
}
