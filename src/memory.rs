//! A store in memory: the reference for others.

use alloc::{collections::BTreeMap, vec::Vec};
use core::{
    convert::Infallible,
    hash::{Hash as _, Hasher},
};

use crate::store::{
    AsyncStore, Batch, Commit, Entry, Expectation, Key, Record, Scan, Store, Version, Versioned, Write,
};

/// A store that keeps everything in ordered maps.
///
/// The clearest implementation of the [contract](crate::store#to-be-correct), for tests and for services that need no
/// more. It is one thread's; share it behind a lock. Events are not kept: the caller has them from its
/// [`Outcome`](crate::Outcome).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Memory {
    /// What is asked for by its key alone.
    points: BTreeMap<Point, Versioned>,
    /// What is scanned.
    listed: BTreeMap<Key, Versioned>,
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
        let points = self.points.iter().map(|(point, versioned)| (&point.key, versioned));
        let mut all = points.chain(&self.listed).collect::<Vec<_>>();
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
        self.points.len() + self.listed.len()
    }

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes a record past the model: for fixtures and for stores that are damaged on purpose.
    pub fn insert(&mut self, key: Key, record: Record) {
        self.commits += 1;
        self.write(Write { key, record: Some(record) });
    }

    /// Deletes a record past the model: see [`insert`](Self::insert).
    pub fn remove(&mut self, key: &Key) {
        self.write(Write { key: key.clone(), record: None });
    }

    fn find(&self, key: &Key) -> Option<&Versioned> {
        if key.is_scanned() { self.listed.get(key) } else { self.points.get(&Point::from(key.clone())) }
    }

    /// An entry with the record that it leads to; one that leads to nothing, as no batch of the model leaves it, with its
    /// own.
    fn entry(&self, key: &Key, own: &Record) -> Entry {
        let target = key.leads_to().and_then(|target| self.points.get(&Point::from(target)));
        let record = target.map_or(own, |target| &target.record);
        Entry { key: key.clone(), record: record.clone() }
    }

    fn holds(&self, Expectation { key, expected }: &Expectation) -> bool {
        expected.holds(self.find(key).map(|found| found.version))
    }

    fn write(&mut self, Write { key, record }: Write) {
        let versioned = record.map(|record| Versioned { version: Version(self.commits), record });
        match (key.is_scanned(), versioned) {
            (true, Some(versioned)) => self.listed.insert(key, versioned),
            (true, None) => self.listed.remove(&key),
            (false, Some(versioned)) => self.points.insert(key.into(), versioned),
            (false, None) => self.points.remove(&key.into()),
        };
    }
}

/// A key in no order that means something: that of a digest, which is compared sooner than the key is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Point {
    digest: u64,
    key: Key,
}

impl From<Key> for Point {
    fn from(key: Key) -> Self {
        let mut digest = Digest::default();
        key.hash(&mut digest);
        Self { digest: digest.finish(), key }
    }
}

/// A quick digest, the same on every machine of one byte order. Where two keys have the same, the keys decide.
#[derive(Default)]
struct Digest(u64);

impl Hasher for Digest {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        for word in words {
            self.write_u64(u64::from_le_bytes(*word));
        }
        for byte in rest {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        // An odd number with half of its bits set, in no pattern: that of the golden ratio.
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl Store for Memory {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        Ok(keys.iter().map(|key| self.find(key).cloned()).collect())
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        let ranges = scan.ranges.iter().map(|range| {
            let found = self.listed.range::<Key, _>(range.bounds()).take(scan.limit);
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
