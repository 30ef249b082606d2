#![allow(clippy::unwrap_used, reason = "what goes wrong in a fixture is to stop")]

use account_connections::{
    store::Key,
    testing::store_contract::{AsyncFixture, Outbox},
};
use account_connections_sqlite::{Options, Sqlite, Synchronous};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{plant::plant, store::AsyncSqlite};

/// A database in its own directory, which goes with it.
pub(crate) struct Fresh {
    directory: TempDir,
    /// The one connection of all handles, unless each has its own.
    shared: Option<OnceCell<AsyncSqlite>>,
}

impl Fresh {
    /// A database, with a connection for each handle or with one for all.
    pub(crate) fn new(each: bool) -> Self {
        Self { directory: tempfile::tempdir().unwrap(), shared: (!each).then(OnceCell::new) }
    }

    fn options() -> Options {
        Options::new().synchronous(Synchronous::Process)
    }

    pub(crate) fn blocking(&self) -> Sqlite {
        Self::options().open(self.directory.path().join("store.db")).unwrap()
    }

    async fn open(&self) -> AsyncSqlite {
        AsyncSqlite::open(self.directory.path().join("store.db"), Self::options()).await.unwrap()
    }
}

impl AsyncFixture for Fresh {
    type Handle = AsyncSqlite;

    async fn handle(&self) -> AsyncSqlite {
        match &self.shared {
            Some(shared) => shared.get_or_init(|| self.open()).await.clone(),
            None => self.open().await,
        }
    }

    async fn plant(&self, key: &Key, record: &str) -> bool {
        plant(&self.blocking(), key, record);
        true
    }

    async fn outbox(&self) -> Option<Outbox> {
        let mut store = self.blocking();
        let events = store.events().read(usize::MAX).unwrap().into_iter().map(|event| event.item).collect();
        let instructions = store.instructions().read(usize::MAX).unwrap().into_iter().map(|waiting| waiting.item);
        Some(Outbox { events, instructions: instructions.collect() })
    }
}
