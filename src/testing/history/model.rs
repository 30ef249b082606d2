//! The sequential specification: the model over `Memory`, with calls that can be taken back.

use alloc::{collections::BTreeMap, vec::Vec};
use core::{convert::Infallible, hash::Hash};
use std::collections::HashMap;

use crate::{
    HostError, Memory, Outcome,
    operation::Answer,
    run,
    store::{Batch, Commit, Entry, Key, Record, Scan, Store, Versioned, Write},
    testing::session::Call,
};

/// What the model says to a call.
pub(super) type Returned = Result<Outcome<Answer>, HostError<Infallible>>;

/// The model, its state, and a number for each state that it has ever had.
#[derive(Debug, Default)]
pub(super) struct Model {
    memory: Memory,
    /// The state in numbers: that of each key with a record, to that of the record.
    state: BTreeMap<usize, usize>,
    keys: Numbers<Key>,
    records: Numbers<Record>,
    states: Numbers<Vec<(usize, usize)>>,
}

/// What a call replaced.
#[derive(Debug, Default)]
pub(super) struct Undo(Vec<Write>);

impl Undo {
    /// Whether the call changed nothing.
    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Model {
    /// Makes a call.
    pub(super) fn apply(&mut self, call: &Call) -> (Returned, Undo) {
        let mut watched = Watched { model: self, undo: Undo::default() };
        let returned = run(&mut watched, call.operation.clone(), call.context);
        (returned, watched.undo)
    }

    /// Takes back the latest call that has not been taken back.
    pub(super) fn take_back(&mut self, Undo(writes): Undo) {
        // It expects nothing, so it is committed.
        let Ok(_committed) = self.commit(&Batch::of_writes(writes));
    }

    /// The number of the state: two states have the same number if and only if they have the same records.
    pub(super) fn state(&mut self) -> usize {
        self.states.number(self.state.iter().map(|(key, record)| (*key, *record)).collect())
    }

    /// Whether these are exactly its records.
    pub(super) fn has_just(&self, records: &BTreeMap<&Key, &Record>) -> bool {
        records.iter().all(|(key, record)| self.memory.get(key) == Some(*record)) && records.len() == self.memory.len()
    }

    pub(super) fn records(&self) -> impl Iterator<Item = (Key, &Record)> {
        self.memory.records()
    }

    /// The only way to another state: what is stored, and its number.
    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        let commit = Store::commit(&mut self.memory, batch)?;
        for Write { key, record } in batch.writes.iter().filter(|_| commit == Commit::Committed) {
            let key = self.keys.number(key.clone());
            match record {
                Some(record) => self.state.insert(key, self.records.number(record.clone())),
                None => self.state.remove(&key),
            };
        }
        Ok(commit)
    }
}

/// The model's store, which remembers what the last commit replaced.
struct Watched<'m> {
    model: &'m mut Model,
    undo: Undo,
}

impl Store for Watched<'_> {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        Store::load(&mut self.model.memory, keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        Store::scan(&mut self.model.memory, scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        let keys = batch.writes.iter().map(|write| write.key.clone()).collect::<Vec<_>>();
        let before = self.load(&keys)?;
        let commit = self.model.commit(batch)?;
        if commit == Commit::Committed {
            let before = before.into_iter().map(|found| found.map(|found| found.record));
            self.undo = Undo(keys.into_iter().zip(before).map(|(key, record)| Write { key, record }).collect());
        }
        Ok(commit)
    }
}

/// A number for each different thing.
#[derive(Debug)]
struct Numbers<T>(HashMap<T, usize>);

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Hash + Eq> Numbers<T> {
    fn number(&mut self, thing: T) -> usize {
        let next = self.0.len();
        *self.0.entry(thing).or_insert(next)
    }
}
