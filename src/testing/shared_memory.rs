use alloc::{sync::Arc, vec::Vec};
use core::convert::Infallible;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{
    Memory,
    store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Store, Versioned},
};

/// A [`Memory`] that many threads share: each has its own handle, a clone of this.
#[derive(Clone, Debug, Default)]
pub struct SharedMemory(Arc<Mutex<Memory>>);

impl SharedMemory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The store itself, locked as long as the guard lives.
    pub fn lock(&self) -> MutexGuard<'_, Memory> {
        // No call on the store ends half-way: a thread that panicked while holding the guard has left it whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Memory> for SharedMemory {
    fn from(memory: Memory) -> Self {
        Self(Arc::new(Mutex::new(memory)))
    }
}

impl Store for SharedMemory {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        Store::load(&mut *self.lock(), keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        Store::scan(&mut *self.lock(), scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        Store::commit(&mut *self.lock(), batch)
    }
}

impl AsyncStore for SharedMemory {
    type Error = Infallible;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        Store::load(self, keys)
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        Store::scan(self, scan)
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        Store::commit(self, batch)
    }
}
