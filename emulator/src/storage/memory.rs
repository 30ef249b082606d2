use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use account_connections::{
    Memory,
    event::Event,
    instruction::Instruction,
    store::{Batch, Commit, Entry, Key, Scan, Store, Versioned},
};

use super::{EVENTS, Error, Handle, Number};

/// A state in memory, behind one lock. It is held for a whole request, which takes microseconds and waits for nothing:
/// requests are read and parsed before, and answers written after. Finer locks would gain nothing noticeable over HTTP,
/// and under this one a request with several calls sees one moment.
#[derive(Debug, Default)]
pub(crate) struct InMemory(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    records: Memory,
    events: VecDeque<Event>,
}

struct Locked<'m>(MutexGuard<'m, Kept>);

impl InMemory {
    pub(super) fn with<T>(&self, use_it: impl FnOnce(&mut dyn Handle) -> T) -> T {
        // A decision that panicked has not begun to write: what is behind the lock is intact.
        use_it(&mut Locked(self.0.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Handle for Locked<'_> {
    fn events(&mut self) -> Result<Vec<Event>, Error> {
        Ok(self.0.events.iter().cloned().collect())
    }

    /// None: nobody who could carry them out outlives this memory, so they are not kept.
    fn instructions(&mut self) -> Result<Vec<(Number, Instruction)>, Error> {
        Ok(Vec::new())
    }

    fn acknowledge(&mut self, _: Number) -> Result<(), Error> {
        Ok(())
    }

    fn records(&mut self) -> Result<Vec<Entry>, Error> {
        let records = self.0.records.records();
        Ok(records.map(|(key, record)| Entry { key, record: record.clone() }).collect())
    }

    fn clear(&mut self) -> Result<(), Error> {
        *self.0 = Kept::default();
        Ok(())
    }
}

impl Store for Locked<'_> {
    type Error = Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        let Ok(found) = Store::load(&mut self.0.records, keys);
        Ok(found)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        let Ok(found) = Store::scan(&mut self.0.records, scan);
        Ok(found)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        let Ok(commit) = Store::commit(&mut self.0.records, batch);
        if commit == Commit::Committed {
            let events = &mut self.0.events;
            events.extend(batch.events().iter().cloned());
            let excess = events.len().saturating_sub(EVENTS);
            events.drain(..excess);
        }
        Ok(commit)
    }
}
