use std::{convert::Infallible, sync::Arc};

use account_connections::{
    Memory,
    store::{Batch, Commit, Entry, Key, Record, Scan, Store, Version, Versioned, Write},
};

use crate::fault::{Ask, Fault};

/// A store that lies to the model as its faults say.
///
/// It is asked one question after the other, and so checks no expectation. It finds the entries of its lists itself, so
/// that a record that was changed is listed as what it is.
#[derive(Clone, Debug)]
pub(crate) struct Lying {
    pub(crate) memory: Memory,
    pub(crate) faults: Arc<[Fault]>,
    /// The question that is being decided.
    pub(crate) ask: Option<Ask>,
    /// What there was before the latest commit.
    earlier: Memory,
}

impl Lying {
    pub(crate) fn new(faults: Arc<[Fault]>) -> Self {
        Self { memory: Memory::new(), faults, ask: None, earlier: Memory::new() }
    }

    fn is_late(&self) -> bool {
        let Some(ask) = &self.ask else { return false };
        self.faults.iter().any(|fault| matches!(fault, Fault::Late(is_late) if is_late(ask)))
    }

    fn seen(&self, key: &Key, record: Option<Record>) -> Option<Record> {
        let Some(ask) = &self.ask else { return record };
        let always = self.faults.iter().filter_map(|fault| match fault {
            Fault::Reads(see) => Some(see),
            _ => None,
        });
        always.chain(&ask.sees).fold(record, |record, see| see(ask, &self.memory, key, record))
    }

    /// What is written in place of this.
    fn written(&self, write: &Write) -> Option<Write> {
        let mut write = write.clone();
        let Some(ask) = &self.ask else { return Some(write) };
        let is_written = self.faults.iter().all(|fault| match fault {
            Fault::Writes(change) => change(ask, &self.memory, &mut write),
            Fault::Forgets(is_kept) => is_kept(ask, &write),
            _ => true,
        });
        is_written.then_some(write)
    }
}

impl Store for Lying {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        let found = if self.is_late() { self.earlier.load(keys)? } else { self.memory.load(keys)? };
        let seen = keys.iter().zip(found).map(|(key, found)| {
            let version = found.as_ref().map_or(Version(0), |found| found.version);
            let record = self.seen(key, found.map(|found| found.record))?;
            Some(Versioned { version, record })
        });
        Ok(seen.collect())
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        let mut found = if self.is_late() { self.earlier.scan(scan)? } else { self.memory.scan(scan)? };
        for fault in self.faults.iter() {
            if let (Fault::Lists(change), Some(ask)) = (fault, &self.ask) {
                found.iter_mut().for_each(|entries| change(ask, entries));
            }
        }
        Ok(found)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        if batch.writes().is_empty() {
            return Ok(Commit::Committed);
        }
        if self.faults.iter().any(|fault| matches!(fault, Fault::Late(_))) {
            self.earlier = self.memory.clone();
        }
        let writes = batch.writes().iter().filter_map(|write| self.written(write)).collect::<Vec<_>>();
        for Write { key, record, .. } in writes {
            put(&mut self.memory, key, record);
        }
        Ok(Commit::Committed)
    }
}

/// Writes a record past the model, with the entries that lead to it.
pub(crate) fn put(memory: &mut Memory, key: Key, record: Option<Record>) {
    if key.leads_to().is_some() {
        return;
    }
    for stale in memory.get(&key).map_or_else(Vec::new, Record::listings) {
        memory.remove(&stale);
    }
    for entry in record.iter().flat_map(Record::listings) {
        memory.insert(entry, Record::IndexEntry);
    }
    match record {
        Some(record) => memory.insert(key, record),
        None => memory.remove(&key),
    };
}
