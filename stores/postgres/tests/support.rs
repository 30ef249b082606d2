//! What several of the tests need.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use account_connections::{
    store::Entry,
    testing::{
        history::History,
        session::Session,
        store_contract::Outbox,
    },
    invariant,
};
use account_connections_postgres::{Options, Postgres};

use crate::server::Server;

/// The server of the tests that need nothing special of it.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(&["max_connections=300", "fsync=off"]))
}

/// For that server.
pub fn options() -> Options {
    Options::new().may_lose_commits(true)
}

/// A schema of its own.
pub fn schema() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", LAST.fetch_add(1, Relaxed))
}

/// An empty store in its own schema of that server.
pub async fn fresh() -> Postgres {
    options().schema(schema()).migrate(&server().url()).await.unwrap()
}

/// All that the outboxes have, once nobody writes any more.
pub async fn outbox(store: &Postgres) -> Outbox {
    let events = store.events().read(usize::MAX).await.unwrap();
    let instructions = store.instructions().read(usize::MAX).await.unwrap();
    Outbox {
        events: events.into_iter().map(|waiting| waiting.item).collect(),
        instructions: instructions.into_iter().map(|waiting| waiting.item).collect(),
    }
}

/// Judges what clients did, with what the store has after it.
pub async fn judge(history: History, store: &Postgres) {
    let records = store.records().await.unwrap();
    let records = || records.iter().map(|Entry { key, record }| (key, record));
    let history = history.ending_with(records()).with_outbox(outbox(store).await);
    history.check().unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(invariant::check(records(), Session::LIMITS), []);
}

/// Fails where something takes longer.
pub async fn within<T>(seconds: u64, what: &str, future: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(seconds);
    tokio::time::timeout(limit, future).await.unwrap_or_else(|_| panic!("{what} took longer than {seconds} s"))
}
