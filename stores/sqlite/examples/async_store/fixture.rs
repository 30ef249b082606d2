#![allow(clippy::unwrap_used, reason = "what goes wrong in a fixture is to stop")]

use account_connections::{store::Key, testing::store_contract::AsyncFixture};
use account_connections_sqlite::{Options, Synchronous};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::{plant::plant, store::AsyncSqlite};

/// A database in a directory of its own, which goes with it.
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

    async fn plant(&self, key: &Key, record: &str) {
        plant(&Self::options().open(self.directory.path().join("store.db")).unwrap(), key, record);
    }
}
