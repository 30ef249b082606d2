//! A store with a fault in it.

use std::{collections::BTreeMap, convert::Infallible};

use account_connections::{
    Memory,
    store::{Batch, Commit, Entry, Expected, Key, Scan, Store, Version, Versioned},
};

use super::race::Shown;

/// What a store does wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// A commit checks nothing.
    ChecksNothing,
    /// A commit checks the keys that it writes, and not those that were only read.
    ChecksWhatItWrites,
    /// A commit does not check that what was absent still is.
    ForgetsTheAbsent,
    /// A commit does the first half of its writes.
    WritesHalf,
    /// A commit does not delete.
    DoesNotDelete,
    /// A commit says that it is done, and writes nothing.
    LosesCommits,
    /// A commit that is done says that it met a conflict.
    DeniesCommits,
    /// A load answers with what was before the last commit.
    LoadsStale,
    /// A scan answers with what was before the last commit.
    ScansStale,
    /// A key that was deleted begins again with its first version.
    RestartsVersions,
    /// A key keeps its first version.
    KeepsVersions,
}

/// A store in memory with a fault.
#[derive(Clone, Debug)]
pub struct FaultyStore {
    fault: Fault,
    memory: Memory,
    before: Memory,
    /// The versions, where they are not the memory's own.
    versions: BTreeMap<Key, Version>,
}

impl FaultyStore {
    /// The same records in a store with this fault.
    pub fn new(memory: Memory, fault: Fault) -> Self {
        let versions = memory.records().map(|(key, _)| (key.clone(), Version(1))).collect();
        Self { fault, before: memory.clone(), memory, versions }
    }

    fn has_own_versions(&self) -> bool {
        matches!(self.fault, Fault::RestartsVersions | Fault::KeepsVersions)
    }

    /// Checks a batch by the store's own versions, and counts them on.
    fn count(&mut self, batch: &Batch) -> Commit {
        let holds = |key: &Key, expected: Expected| expected.holds(self.versions.get(key).copied());
        if !batch.expectations().iter().all(|expectation| holds(&expectation.key, expectation.expected)) {
            return Commit::Conflict;
        }
        for write in &batch.writes() {
            if write.record.is_some() {
                let version = self.versions.entry(write.key.clone()).or_default();
                if self.fault == Fault::RestartsVersions || version.0 == 0 {
                    version.0 += 1;
                }
            } else {
                self.versions.remove(&write.key);
            }
        }
        Commit::Committed
    }
}

impl Shown for FaultyStore {
    fn memory(&self) -> &Memory {
        &self.memory
    }
}

impl Store for FaultyStore {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        let from = if self.fault == Fault::LoadsStale { &mut self.before } else { &mut self.memory };
        let mut found = Store::load(from, keys)?;
        if self.has_own_versions() {
            for (key, found) in keys.iter().zip(&mut found) {
                if let Some(found) = found {
                    found.version = self.versions[key];
                }
            }
        }
        Ok(found)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        Store::scan(if self.fault == Fault::ScansStale { &mut self.before } else { &mut self.memory }, scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        let mut batch = batch.clone();
        let Batch { expectations, writes, .. } = &mut batch;
        match self.fault {
            Fault::ChecksNothing => expectations.clear(),
            Fault::ChecksWhatItWrites => expectations.retain(|it| writes.iter().any(|write| write.key == it.key)),
            Fault::ForgetsTheAbsent => expectations.retain(|it| it.expected != Expected::Absent),
            Fault::WritesHalf => writes.truncate(writes.len() / 2),
            Fault::DoesNotDelete => writes.retain(|write| write.record.is_some()),
            Fault::LosesCommits => writes.clear(),
            _ => {}
        }
        if self.has_own_versions() {
            if self.count(&batch) == Commit::Conflict {
                return Ok(Commit::Conflict);
            }
            batch.expectations().clear();
        }
        let before = self.memory.clone();
        let outcome = Store::commit(&mut self.memory, &batch)?;
        if before != self.memory {
            self.before = before;
            if self.fault == Fault::DeniesCommits {
                return Ok(Commit::Conflict);
            }
        }
        Ok(outcome)
    }
}
