//! A store with a fault in it.

use std::{collections::BTreeMap, convert::Infallible};

use account_connections::{
    Memory,
    store::{Batch, Commit, Entry, Expectation, Expected, Key, Record, Scan, Store, Version, Versioned, Write},
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
    /// The keys of a load are of two moments, with a commit between them.
    LoadsTorn,
    /// A scan answers with what was before the last commit.
    ScansStale,
    /// The ranges of a scan are of two moments, with a commit between them.
    ScansTorn,
    /// A key that was deleted begins again with its first version.
    RestartsVersions,
    /// A key keeps its first version.
    KeepsVersions,
}

type Records = BTreeMap<Key, (u64, Record)>;

/// A store with a fault.
#[derive(Clone, Debug)]
pub struct FaultyStore {
    fault: Fault,
    records: Records,
    before: Records,
    last: u64,
}

impl FaultyStore {
    /// The same records in a store with this fault.
    pub fn new(memory: &Memory, fault: Fault) -> Self {
        let records: Records = memory.records().map(|(key, record)| (key, (1, record.clone()))).collect();
        Self { fault, before: records.clone(), records, last: 1 }
    }

    fn checks(&self, Expectation { key, expected, .. }: &Expectation, batch: &Batch) -> bool {
        match self.fault {
            Fault::ChecksNothing => false,
            Fault::ChecksWhatItWrites => batch.writes().iter().any(|write| write.key == *key),
            Fault::ForgetsTheAbsent => *expected != Expected::Absent,
            _ => true,
        }
    }

    fn write(&mut self, Write { key, record, .. }: &Write) {
        let before = self.records.get(key).map(|(version, _)| *version);
        let version = match self.fault {
            Fault::RestartsVersions => before.map_or(1, |version| version + 1),
            Fault::KeepsVersions => before.unwrap_or(1),
            _ => self.last + 1,
        };
        match record {
            Some(record) => drop(self.records.insert(key.clone(), (version, record.clone()))),
            None if self.fault == Fault::DoesNotDelete => {}
            None => drop(self.records.remove(key)),
        }
    }
}

fn memory(records: &Records) -> Memory {
    let mut memory = Memory::new();
    for (key, (_, record)) in records {
        memory.insert(key.clone(), record.clone());
    }
    memory
}

impl Shown for FaultyStore {
    fn memory(&self) -> Memory {
        memory(&self.records)
    }
}

impl Store for FaultyStore {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        let found = |(place, key)| {
            let records = match self.fault {
                Fault::LoadsStale => &self.before,
                Fault::LoadsTorn if place == 0 => &self.before,
                _ => &self.records,
            };
            let (version, record) = records.get(key)?.clone();
            Some(Versioned { version: Version(version), record })
        };
        Ok(keys.iter().enumerate().map(found).collect())
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        let [now, before] = [&self.records, &self.before].map(|it| Store::scan(&mut memory(it), scan));
        let (mut now, before) = (now?, before?);
        match self.fault {
            Fault::ScansStale => return Ok(before),
            Fault::ScansTorn => now.splice(..1, before.into_iter().take(1)).for_each(drop),
            _ => {}
        }
        Ok(now)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        let holds =
            |it: &Expectation| it.expected.holds(self.records.get(&it.key).map(|(version, _)| Version(*version)));
        if !batch.expectations().iter().filter(|it| self.checks(it, batch)).all(holds) {
            return Ok(Commit::Conflict);
        }
        if batch.writes().is_empty() {
            return Ok(Commit::Committed);
        }
        let done = match self.fault {
            Fault::WritesHalf => batch.writes().len() / 2,
            Fault::LosesCommits => 0,
            _ => batch.writes().len(),
        };
        self.before = self.records.clone();
        for write in &batch.writes()[..done] {
            self.write(write);
        }
        self.last += 1;
        Ok(if self.fault == Fault::DeniesCommits { Commit::Conflict } else { Commit::Committed })
    }
}
