#![allow(clippy::unwrap_used, reason = "what goes wrong in a fixture is to stop")]

use account_connections::{store::Key, testing::store_contract::AsyncFixture};
use account_connections_sqlite::{Options, Synchronous, rusqlite::params};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::store::AsyncSqlite;

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

    /// As the README says that a record is stored.
    async fn plant(&self, key: &Key, record: &str) {
        let sqlite = Self::options().open(self.directory.path().join("store.db")).unwrap();
        let (connection, text) = (sqlite.connection(), key.to_string());
        let next = "UPDATE sequence SET last = last + 1, opposite = opposite - 1 RETURNING last";
        let version = connection.query_row(next, [], |row| row.get::<_, i64>(0)).unwrap();
        let checksum = crc32fast::hash(&[text.as_bytes(), &version.to_be_bytes(), record.as_bytes()].concat());
        let table = match key {
            Key::ListedConnection { .. } | Key::ListedEnvironment { .. } | Key::ProvisionedResource { .. } => "listing",
            _ => "record",
        };
        let put = format!("INSERT OR REPLACE INTO {table} (key, version, record, checksum) VALUES (?, ?, ?, ?)");
        connection.execute(&put, params![text, version, record, checksum]).unwrap();
    }
}
