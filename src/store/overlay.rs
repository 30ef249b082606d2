use alloc::vec::Vec;

use super::{AsyncStore, Batch, Commit, Entry, Expectation, Key, Scan, Store, Version, Versioned};

/// A store over another one that keeps what is committed to it, so that several decisions become one commit.
///
/// A decision over it sees what the decisions before it wrote. Nothing reaches the store below before
/// [`into_batch`](Self::into_batch) is committed there; where that is a conflict, all of it has to be decided again.
/// A host uses it for what belongs together: a report in the very commit of the instruction, say.
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
    kept: Option<Batch>,
}

/// The version of what is not committed yet.
const KEPT: Version = Version(u64::MAX);

impl<S> Overlay<S> {
    /// Over this store, with nothing kept yet.
    pub const fn new(below: S) -> Self {
        Self { below, kept: None }
    }

    /// All that was committed here as one batch; `None` where nothing was.
    pub fn into_batch(self) -> Option<Batch> {
        self.kept
    }

    fn kept(&self, key: &Key) -> Option<Option<Versioned>> {
        let write = self.kept.as_ref()?.writes.iter().find(|write| write.key == *key)?;
        Some(write.record.clone().map(|record| Versioned { version: KEPT, record }))
    }

    /// The keys that only the store below knows of.
    fn others(&self, keys: &[Key]) -> Vec<Key> {
        keys.iter().filter(|key| self.kept(key).is_none()).cloned().collect()
    }

    /// Puts what is kept between what the store below found for the [others](Self::others).
    fn merged(&self, keys: &[Key], found: Vec<Option<Versioned>>) -> Vec<Option<Versioned>> {
        let mut found = found.into_iter();
        keys.iter().filter_map(|key| self.kept(key).or_else(|| found.next())).collect()
    }

    fn keep(&mut self, batch: &Batch) -> Commit {
        let Some(kept) = &mut self.kept else {
            self.kept = Some(batch.clone());
            return Commit::Committed;
        };
        let mut new = Vec::new();
        for expectation in &batch.expectations {
            let Expectation { key, expected } = expectation;
            if let Some(write) = kept.writes.iter().find(|write| write.key == *key) {
                if !expected.holds(write.record.as_ref().map(|_| KEPT)) {
                    return Commit::Conflict;
                }
            } else if let Some(known) = kept.expectations.iter().find(|known| known.key == *key) {
                if known.expected != *expected {
                    return Commit::Conflict;
                }
            } else {
                new.push(expectation.clone());
            }
        }
        kept.expectations.extend(new);
        for write in &batch.writes {
            match kept.writes.iter_mut().find(|known| known.key == write.key) {
                Some(known) => known.clone_from(write),
                None => kept.writes.push(write.clone()),
            }
        }
        kept.events.extend_from_slice(&batch.events);
        kept.instructions.extend_from_slice(&batch.instructions);
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
