//! A store in memory, of which a test notes what passes through it.

use std::convert::Infallible;

use account_connections::{
    Memory,
    store::{Batch, Commit, Entry, Key, Scan, Store, Versioned},
};

/// What a test notes.
pub trait Note {
    /// These keys are loaded.
    fn load(&mut self, _keys: &[Key]) {}

    /// This scan is carried out, and finds this.
    fn scan(&mut self, _scan: &Scan, _found: &[Vec<Entry>]) {}

    /// This batch is to be committed.
    fn commit(&mut self, _batch: &Batch) {}
}

/// `Memory`, and what was noted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Watched<N> {
    pub memory: Memory,
    pub noted: N,
}

impl<N: Note> Store for Watched<N> {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        self.noted.load(keys);
        Store::load(&mut self.memory, keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        let found = Store::scan(&mut self.memory, scan)?;
        self.noted.scan(scan, &found);
        Ok(found)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        self.noted.commit(batch);
        Store::commit(&mut self.memory, batch)
    }
}
