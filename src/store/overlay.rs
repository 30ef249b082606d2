use alloc::{collections::BTreeMap, vec::Vec};

use super::{
    AsyncStore, Batch, Commit, Entry, Expectation, Expected, Key, Record, Scan, Store, Version, Versioned, Write,
};
use crate::{event::Event, instruction::Instruction};

/// A store on top of another one that keeps what is committed to it, so that several decisions become one commit.
///
/// A decision over it sees what the decisions before it wrote. Nothing reaches the store below until
/// [`into_batch`](Self::into_batch) is committed there; if that is a conflict, all of it has to be decided again. A
/// host uses it for what belongs together: a report in the same commit as the instruction, say. One that is dropped has
/// only shown what would happen, for anyone who wants to know beforehand.
///
/// ```
/// use account_connections::{Memory, run, store::{Commit, Overlay, Store}, operation::{Context, Operation}};
///
/// # fn both(store: &mut Memory, one: Operation, two: Operation, context: Context) {
/// let mut overlay = Overlay::new(&mut *store);
/// let first = run(&mut overlay, one, context);
/// let second = run(&mut overlay, two, context);
/// let committed = overlay.into_batch().is_none_or(|batch| store.commit(&batch) == Ok(Commit::Committed));
/// # }
/// ```
///
/// A scan sees the store below only: decisions that write do not scan.
#[derive(Clone, Debug)]
pub struct Overlay<S> {
    below: S,
    expectations: BTreeMap<Key, Expected>,
    writes: BTreeMap<Key, Option<Record>>,
    events: Vec<Event>,
    instructions: Vec<Instruction>,
}

/// The version of what is not committed yet.
const KEPT: Version = Version(u64::MAX);

impl<S> Overlay<S> {
    /// Over this store, with nothing kept yet.
    pub const fn new(below: S) -> Self {
        Self {
            below,
            expectations: BTreeMap::new(),
            writes: BTreeMap::new(),
            events: Vec::new(),
            instructions: Vec::new(),
        }
    }

    /// The instructions of what was committed here, in order.
    #[must_use]
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    /// Takes out the instructions for which `remains` returns false: they were carried out, and their reports are
    /// committed here.
    pub fn retain_instructions(&mut self, remains: impl FnMut(&Instruction) -> bool) {
        self.instructions.retain(remains);
    }

    /// Everything that was committed here as one batch, the writes in the order of their keys; `None` if nothing was.
    pub fn into_batch(self) -> Option<Batch> {
        let Self { expectations, writes, events, instructions, .. } = self;
        let expectations = expectations.into_iter().map(|(key, expected)| Expectation { key, expected });
        let writes = writes.into_iter().map(|(key, record)| Write { key, record });
        let batch = Batch { expectations: expectations.collect(), writes: writes.collect(), events, instructions };
        (!batch.expectations.is_empty() || !batch.writes.is_empty()).then_some(batch)
    }

    fn kept(&self, key: &Key) -> Option<Option<Versioned>> {
        let written = self.writes.get(key)?.clone();
        Some(written.map(|record| Versioned { version: KEPT, record }))
    }

    /// The keys that only the store below knows of.
    fn others(&self, keys: &[Key]) -> Vec<Key> {
        keys.iter().filter(|key| !self.writes.contains_key(key)).cloned().collect()
    }

    /// Merges what is kept with what the store below found for the [others](Self::others).
    fn merged(&self, keys: &[Key], found: Vec<Option<Versioned>>) -> Vec<Option<Versioned>> {
        let mut found = found.into_iter();
        keys.iter().filter_map(|key| self.kept(key).or_else(|| found.next())).collect()
    }

    fn keep(&mut self, batch: &Batch) -> Commit {
        let holds =
            |Expectation { key, expected }: &Expectation| match (self.writes.get(key), self.expectations.get(key)) {
                (Some(written), _) => expected.holds(written.as_ref().map(|_| KEPT)),
                (None, Some(known)) => known == expected,
                (None, None) => true,
            };
        if !batch.expectations.iter().all(holds) {
            return Commit::Conflict;
        }
        for Expectation { key, expected } in &batch.expectations {
            // What was written here is not for the store to check.
            if !self.writes.contains_key(key) {
                self.expectations.insert(key.clone(), *expected);
            }
        }
        self.writes.extend(batch.writes.iter().map(|write| (write.key.clone(), write.record.clone())));
        self.events.extend_from_slice(&batch.events);
        self.instructions.extend_from_slice(&batch.instructions);
        Commit::Committed
    }
}

impl<S: Store> Store for Overlay<S> {
    type Error = S::Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, S::Error> {
        let others = self.others(keys);
        let found = if others.is_empty() { Vec::new() } else { self.below.load(&others)? };
        Ok(self.merged(keys, found))
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, S::Error> {
        self.below.scan(scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, S::Error> {
        Ok(self.keep(batch))
    }
}

impl<S: AsyncStore + Send> AsyncStore for Overlay<S> {
    type Error = S::Error;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, S::Error> {
        let others = self.others(keys);
        let found = if others.is_empty() { Vec::new() } else { self.below.load(&others).await? };
        Ok(self.merged(keys, found))
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, S::Error> {
        self.below.scan(scan).await
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, S::Error> {
        Ok(self.keep(batch))
    }
}
