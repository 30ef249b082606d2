//! What several of the tests need.

use std::{
    sync::{
        OnceLock,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use account_connections::{
    invariant,
    store::Entry,
    testing::{history::History, session::Session, store_contract::Outbox},
};
use account_connections_postgres::{Options, Postgres, tokio_postgres::Client};

use crate::server::Server;

/// The server of the tests that need nothing special of it. It does nothing by itself: what is under way holds up outboxes,
/// for which reason tests are run one by one.
pub fn server() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(|| Server::start(&["autovacuum=off", "fsync=off", "max_connections=300"]))
}

/// For that server.
pub fn options() -> Options {
    Options::new().may_lose_commits(true)
}

/// Its own schema.
pub fn schema() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", LAST.fetch_add(1, Relaxed))
}

/// An empty store in its own schema of that server.
pub async fn fresh() -> Postgres {
    fresh_with(options()).await
}

/// The same with other options.
pub async fn fresh_with(options: Options) -> Postgres {
    let schema = schema();
    // By which its connections are known.
    let url = format!("{}?application_name={schema}", server().url());
    options.schema(schema).migrate(&url).await.unwrap()
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
    // Calls of unknown fate may have been made at any time after.
    history.check_within(10 * History::STEPS).unwrap_or_else(|failure| panic!("{failure}"));
    assert_eq!(invariant::check(records(), Session::LIMITS), []);
}

/// Fails where something takes longer.
pub async fn within<T>(seconds: u64, what: &str, future: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(seconds);
    tokio::time::timeout(limit, future).await.unwrap_or_else(|_| panic!("{what} took longer than {seconds} s"))
}

/// How many locks of the advisory kind handles of this store have or wait for.
pub async fn locks(store: &Postgres) -> i64 {
    count_locks(&server().connect().await, store, "locktype = 'advisory'").await
}

/// Waits until a handle of this store waits for a lock, of the advisory kind or another.
pub async fn one_waits(store: &Postgres) {
    let client = server().connect().await;
    let waits = async { while count_locks(&client, store, "NOT granted").await == 0 {} };
    within(10, "the way to a lock", waits).await;
}

async fn count_locks(client: &Client, store: &Postgres, which: &str) -> i64 {
    let sql = "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE application_name = $1 AND";
    client.query_one(&format!("{sql} {which}"), &[&store.schema()]).await.unwrap().get(0)
}
