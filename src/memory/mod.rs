//! A store in memory: the reference for others.

mod list;

use alloc::vec::Vec;
use core::{
    convert::Infallible,
    hash::{Hash, Hasher},
};

use hashbrown::HashMap;

use self::list::{List, Listed};
use crate::store::{
    AsyncStore, Batch, Commit, Entry, Expectation, Key, Record, Scan, Store, Version, Versioned, Write,
};

/// A store that keeps everything in maps.
///
/// The clearest implementation of the [contract](crate::store#to-be-correct), for tests and for services that need no
/// more. It is one thread's; share it behind a lock. Events are not kept: the caller has them from its
/// [`Outcome`](crate::Outcome).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// What is asked for by its key alone.
    points: HashMap<Key, Versioned>,
    /// What is scanned. No list is empty.
    lists: HashMap<List, Listed>,
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
        let listed = self.lists.values().flat_map(Listed::iter);
        let mut all = self.points.iter().chain(listed).collect::<Vec<_>>();
        all.sort_unstable_by_key(|(key, _)| *key);
        all.into_iter().map(|(key, versioned)| (key, &versioned.record))
    }

    /// What is under a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Record> {
        self.find(key).map(|versioned| &versioned.record)
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.points.len() + self.lists.values().map(Listed::len).sum::<usize>()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.lists.is_empty()
    }

    /// Writes a record past the model, for fixtures and for stores that are damaged on purpose: what was there before.
    pub fn insert(&mut self, key: Key, record: Record) -> Option<Record> {
        self.commits += 1;
        self.write(Write { key, record: Some(record) })
    }

    /// Deletes a record past the model, see [`insert`](Self::insert): what was there.
    pub fn remove(&mut self, key: &Key) -> Option<Record> {
        self.write(Write { key: key.clone(), record: None })
    }

    fn find(&self, key: &Key) -> Option<&Versioned> {
        match List::of(key) {
            Some(list) => self.lists.get(&list)?.get(key),
            None => self.points.get(key),
        }
    }

    /// An entry with the record that it leads to; one that leads to nothing, as no batch of the model leaves it, with its
    /// own.
    fn entry(&self, key: &Key, own: &Record) -> Entry {
        let target = key.leads_to().and_then(|target| self.points.get(&target));
        let record = target.map_or(own, |target| &target.record);
        Entry { key: key.clone(), record: record.clone() }
    }

    fn holds(&self, Expectation { key, expected }: &Expectation) -> bool {
        expected.holds(self.find(key).map(|found| found.version))
    }

    fn write(&mut self, Write { key, record }: Write) -> Option<Record> {
        let versioned = record.map(|record| Versioned { version: Version(self.commits), record });
        let before = match (List::of(&key), versioned) {
            (Some(list), versioned) => {
                let listed = self.lists.entry(list).or_default();
                let before = listed.put(key, versioned);
                if listed.is_empty() {
                    self.lists.remove(&list);
                }
                before
            }
            (None, Some(versioned)) => self.points.insert(key, versioned),
            (None, None) => self.points.remove(&key),
        };
        before.map(|before| before.record)
    }
}

/// Of what is in it, in order: two that are equal have the same hash, however their maps are laid out.
impl Hash for Memory {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.commits.hash(state);
        for (key, record) in self.records() {
            key.hash(state);
            record.hash(state);
        }
    }
}

impl Store for Memory {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        Ok(keys.iter().map(|key| self.find(key).cloned()).collect())
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        let ranges = scan.ranges.iter().map(|range| {
            let listed = List::of(&range.last).and_then(|list| self.lists.get(&list));
            let found = listed.into_iter().flat_map(|listed| listed.range(range)).take(scan.limit);
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
            drop(self.write(write.clone()));
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
