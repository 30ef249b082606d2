//! The service's store keeps to the contract of a store.

use account_connections::testing::store_contract::{AsyncFixture, Outbox, check_async};
use account_connections_service::store::SharedSqlite;
use account_connections_sqlite::{Options, Synchronous};
use tempfile::TempDir;

/// A database in its own directory, which goes with it.
struct Fresh(TempDir);

impl AsyncFixture for Fresh {
    type Handle = SharedSqlite;

    async fn handle(&self) -> SharedSqlite {
        let options = Options::new().synchronous(Synchronous::Process);
        options.open(self.0.path().join("connections.db")).unwrap().into()
    }

    async fn outbox(&self) -> Option<Outbox> {
        let store = self.handle().await;
        let (events, instructions) = (store.events(usize::MAX).await, store.instructions(usize::MAX).await);
        let events = events.unwrap().into_iter().map(|waiting| waiting.item);
        let instructions = instructions.unwrap().into_iter().map(|waiting| waiting.item);
        Some(Outbox { events: events.collect(), instructions: instructions.collect() })
    }

    async fn end(self) {
        self.0.close().unwrap();
    }
}

#[tokio::test]
async fn it_keeps_to_the_contract() {
    let checked = check_async(async || Fresh(tempfile::tempdir().unwrap())).await;
    println!("{}", checked.unwrap_or_else(|failures| panic!("{failures}")));
}
