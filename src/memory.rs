//! A store in memory: the reference for others.

use alloc::{collections::BTreeMap, vec::Vec};
use core::convert::Infallible;

use crate::store::{
    AsyncStore, Batch, Commit, Entry, Expectation, Key, Record, Scan, Store, Version, Versioned, Write,
};

/// A store that keeps everything in an ordered map.
///
/// The clearest implementation of the [contract](crate::store#to-be-correct), for tests and for services that need no
/// more. It is one thread's; share it behind a lock. Events are not kept: the caller has them from its
/// [`Outcome`](crate::Outcome).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Memory {
    records: BTreeMap<Key, Versioned>,
    /// How many commits wrote: the version of the last one, and never used again, whatever was deleted.
    commits: u64,
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All records, in the order of their keys.
    pub fn records(&self) -> impl Iterator<Item = (&Key, &Record)> {
        self.records.iter().map(|(key, versioned)| (key, &versioned.record))
    }

    /// What is under a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Record> {
        self.records.get(key).map(|versioned| &versioned.record)
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Writes a record past the model: for fixtures and for stores that are damaged on purpose.
    pub fn insert(&mut self, key: Key, record: Record) {
        self.commits += 1;
        self.write(Write { key, record: Some(record) });
    }

    /// Deletes a record past the model: see [`insert`](Self::insert).
    pub fn remove(&mut self, key: &Key) {
        self.records.remove(key);
    }

    /// An entry with the record that it leads to; one that leads to nothing, as no batch of the model leaves it, with its
    /// own.
    fn entry(&self, key: &Key, own: &Record) -> Entry {
        let target = key.leads_to().and_then(|target| self.records.get(&target));
        let record = target.map_or(own, |target| &target.record);
        Entry { key: key.clone(), record: record.clone() }
    }

    fn holds(&self, Expectation { key, expected }: &Expectation) -> bool {
        expected.holds(self.records.get(key).map(|found| found.version))
    }

    fn write(&mut self, Write { key, record }: Write) {
        match record {
            Some(record) => self.records.insert(key, Versioned { version: Version(self.commits), record }),
            None => self.records.remove(&key),
        };
    }
}

impl Store for Memory {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        Ok(keys.iter().map(|key| self.records.get(key).cloned()).collect())
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        let ranges = scan.ranges.iter().map(|range| {
            let found = self.records.range::<Key, _>(range.bounds()).take(scan.limit);
            found.map(|(key, versioned)| self.entry(key, &versioned.record)).collect()
        });
        Ok(ranges.collect())
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        if !batch.expectations().iter().all(|expectation| self.holds(expectation)) {
            return Ok(Commit::Conflict);
        }
        if !batch.writes().is_empty() {
            self.commits += 1;
        }
        for write in batch.writes() {
            self.write(write.clone());
        }
        Ok(Commit::Committed)
    }
}

impl AsyncStore for Memory {
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
