//! A store in memory: the reference for others.

mod lists;
mod parts;
mod place;
mod regional;
mod sorted;

use alloc::{collections::BTreeMap, vec::Vec};
use core::{
    convert::Infallible,
    hash::{Hash, Hasher},
};

use self::regional::Regional;
use crate::{
    id::Region,
    store::{
        AsyncStore, Batch, Commit, Entry, Expectation, Key, Range, Record, Scan, Store, Version, Versioned, Write,
    },
};

/// A store that keeps everything in maps.
///
/// The clearest implementation of the [contract](crate::store#to-be-correct), for tests and for services that need no
/// more. It is for one thread; share it behind a lock. Events are not kept: the caller gets them from its
/// [`Outcome`](crate::Outcome).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// None of them is empty.
    regions: BTreeMap<Region, Regional>,
    /// How many commits have written: the version of the last one, never used again, whatever is deleted.
    commits: u64,
}

impl Memory {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// All records, in the order of their keys.
    pub fn records(&self) -> impl Iterator<Item = (Key, &Record)> {
        let records = self.regions.iter().flat_map(|(region, regional)| regional.records(*region));
        let mut all = records.collect::<Vec<_>>();
        all.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        all.into_iter()
    }

    /// What is under a key.
    #[must_use]
    pub fn get(&self, key: &Key) -> Option<&Record> {
        self.find(key).map(|(_, record)| record)
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.regions.values().map(Regional::len).sum()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.regions.is_empty()
    }

    /// Writes a record without going through the model, for fixtures and for stores damaged on purpose; returns what
    /// was there.
    pub fn insert(&mut self, key: Key, record: Record) -> Option<Record> {
        self.commits += 1;
        self.change(key.region(), |regional, version| regional.put(&key, Some(Versioned { version, record })))
    }

    /// Deletes a record without going through the model, see [`insert`](Self::insert); returns what was there.
    pub fn remove(&mut self, key: &Key) -> Option<Record> {
        self.change(key.region(), |regional, _| regional.put(key, None))
    }

    fn find(&self, key: &Key) -> Option<(Version, &Record)> {
        self.regions.get(&key.region())?.get(key)
    }

    /// Whether what is expected of one Region holds.
    fn hold(&self, expectations: &[Expectation]) -> bool {
        let regional = expectations.first().and_then(|it| self.regions.get(&it.key.region()));
        let mut reader = regional.map(Regional::reader);
        let mut version = |key| Some(reader.as_mut()?.get(key)?.0);
        expectations.iter().all(|it| it.expected.holds(version(&it.key)))
    }

    /// Changes records of one Region, which get the version of the last commit.
    fn change<T>(&mut self, region: Region, change: impl FnOnce(&mut Regional, Version) -> T) -> T {
        let regional = self.regions.entry(region).or_default();
        let changed = change(regional, Version(self.commits));
        if regional.is_empty() {
            self.regions.remove(&region);
        }
        changed
    }
}

/// By what is in it, in order: two that are equal have the same hash, however their maps are laid out.
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
        let mut found = Vec::with_capacity(keys.len());
        // The model's are all of one Region.
        for keys in keys.chunk_by(|one, other| one.region() == other.region()) {
            let regional = keys.first().and_then(|key| self.regions.get(&key.region()));
            let mut reader = regional.map(Regional::reader);
            found.extend(keys.iter().map(|key| {
                let (version, record) = reader.as_mut()?.get(key)?;
                Some(Versioned { version, record: record.clone() })
            }));
        }
        Ok(found)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        let scanned = |range: &Range| match self.regions.get(&range.last.region()) {
            Some(regional) => regional.scan(range, scan.limit),
            None => Vec::new(),
        };
        Ok(scan.ranges.iter().map(scanned).collect())
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        // The model's are all of one Region.
        if !batch.expectations().chunk_by(|one, other| one.key.region() == other.key.region()).all(|all| self.hold(all))
        {
            return Ok(Commit::Conflict);
        }
        if !batch.writes().is_empty() {
            self.commits += 1;
        }
        for writes in batch.writes().chunk_by(|one, other| one.key.region() == other.key.region()) {
            let Some(Write { key, .. }) = writes.first() else { continue };
            self.change(key.region(), |regional, version| regional.write(writes, version));
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
