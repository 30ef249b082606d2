//! An async store over a blocking database.

use std::sync::{Arc, Mutex, PoisonError};

use account_connections::{
    event::Event,
    instruction::Instruction,
    store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Store, Versioned},
};
use account_connections_sqlite::{Sqlite, Waiting};
use tokio::task::spawn_blocking;

/// A connection to the database that all clones share: one call after the other, each on a thread that may block.
#[derive(Clone, Debug)]
pub struct SharedSqlite(Arc<Mutex<Sqlite>>);

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The store's own.
    #[error(transparent)]
    Sqlite(#[from] account_connections_sqlite::Error),
    /// The runtime is shutting down: what became of the call is not known.
    #[error("the call was given up, because the service is ending")]
    Ended,
}

impl From<Sqlite> for SharedSqlite {
    fn from(sqlite: Sqlite) -> Self {
        Self(Arc::new(Mutex::new(sqlite)))
    }
}

impl SharedSqlite {
    /// The oldest instructions that nobody has removed.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn instructions(&self, limit: usize) -> Result<Vec<Waiting<Instruction>>, Error> {
        self.call(move |store| store.instructions().read(limit)).await
    }

    /// Removes an instruction that was carried out and reported.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn remove_instruction(&self, sequence: u64) -> Result<(), Error> {
        self.call(move |store| store.instructions().acknowledge(sequence).map(drop)).await
    }

    /// The oldest events that nobody has removed.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn events(&self, limit: usize) -> Result<Vec<Waiting<Event>>, Error> {
        self.call(move |store| store.events().read(limit)).await
    }

    /// Removes the events up to this one, which were published.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn remove_events(&self, up_to: u64) -> Result<(), Error> {
        self.call(move |store| store.events().acknowledge_up_to(up_to).map(drop)).await
    }

    async fn call<T: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Sqlite) -> Result<T, account_connections_sqlite::Error> + Send + 'static,
    ) -> Result<T, Error> {
        let store = Arc::clone(&self.0);
        // A call that panicked has ended its transaction: the connection is as good as before.
        let called = spawn_blocking(move || call(&mut store.lock().unwrap_or_else(PoisonError::into_inner)));
        Ok(called.await.map_err(|_| Error::Ended)??)
    }
}

impl AsyncStore for SharedSqlite {
    type Error = Error;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        let keys = keys.to_vec();
        self.call(move |store| store.load(&keys)).await
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        let scan = scan.clone();
        self.call(move |store| store.scan(&scan)).await
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        let batch = batch.clone();
        self.call(move |store| store.commit(&batch)).await
    }
}
