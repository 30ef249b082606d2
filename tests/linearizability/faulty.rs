//! Stores that do what no store may do, now and then.

use account_connections::{
    Memory,
    store::{Batch, Commit, Entry, Expectation, Key, Record, Scan, Store, Versioned, Write},
    testing::session::Choices,
};

/// What a store does wrong, in one of four cases where it could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// An error, and nothing written: it is allowed to.
    ErrorBeforeCommit,
    /// An error after all is written: it is allowed to.
    ErrorAfterCommit,
    /// It writes whatever was expected: updates are lost.
    IgnoresExpectations,
    /// It checks the first expectation only.
    ChecksOneExpectation,
    /// It answers a load with what was there some commits ago.
    StaleLoad,
    /// The same with scans.
    StaleScan,
    /// It does the first half of the writes, and says that all are done.
    HalfCommit,
    /// It does the first half of the writes, and says that there was a conflict.
    DirtyConflict,
    /// It does all writes, and says that there was a conflict.
    FalseConflict,
    /// It does the first half of the writes, and then there is an error.
    ErrorAfterHalf,
    /// It says that all is written, and nothing is.
    ForgetsCommit,
    /// It writes an earlier batch once more.
    RepeatsCommit,
    /// What it says is written is so only after the next commit.
    WritesBehind,
    /// It leaves records that were to be deleted.
    NeverDeletes,
}

impl Fault {
    pub const ALL: [Self; 12] = [
        Self::IgnoresExpectations,
        Self::ChecksOneExpectation,
        Self::StaleLoad,
        Self::StaleScan,
        Self::HalfCommit,
        Self::DirtyConflict,
        Self::FalseConflict,
        Self::ErrorAfterHalf,
        Self::ForgetsCommit,
        Self::RepeatsCommit,
        Self::WritesBehind,
        Self::NeverDeletes,
    ];
}

pub struct FaultyStore {
    fault: Fault,
    choices: Choices,
    memory: Memory,
    /// The states before the latest commits, and what these wrote.
    past: Vec<(Memory, Vec<Write>)>,
    behind: Option<Vec<Write>>,
}

impl FaultyStore {
    pub fn new(fault: Fault, seed: u64) -> Self {
        Self { fault, choices: Choices::from_seed(seed + 77), memory: Memory::new(), past: Vec::new(), behind: None }
    }

    /// What is in it.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Makes a record another one, past the model.
    pub fn damage(&mut self, key: &Key) {
        let Ok(found) = Store::load(&mut self.memory, std::slice::from_ref(key));
        let Some(Some(Versioned { record: Record::Usage(mut usage), .. })) = found.into_iter().next() else {
            panic!("there is no such record")
        };
        usage.connections += 1;
        self.memory.insert(key.clone(), Record::Usage(usage));
    }

    fn strikes(&mut self, fault: Fault) -> bool {
        self.fault == fault && self.choices.chance(25)
    }

    fn write(&mut self, writes: &[Write]) {
        self.past.push((self.memory.clone(), writes.to_vec()));
        for Write { key, record, .. } in writes {
            match record {
                Some(record) => self.memory.insert(key.clone(), record.clone()),
                None => self.memory.remove(key),
            }
        }
    }

    fn write_half(&mut self, batch: &Batch) {
        self.write(&batch.writes()[..batch.writes().len() / 2]);
    }

    /// What there was a few commits ago.
    fn earlier(&mut self) -> Memory {
        let back = self.choices.below(3) as usize;
        self.past.iter().rev().nth(back).map_or_else(|| self.memory.clone(), |(memory, _)| memory.clone())
    }

    fn holds(&mut self, Expectation { key, expected, .. }: &Expectation) -> bool {
        let Ok(found) = Store::load(&mut self.memory, std::slice::from_ref(key));
        expected.holds(found[0].as_ref().map(|found| found.version))
    }
}

impl Store for FaultyStore {
    type Error = &'static str;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Self::Error> {
        let Ok(found) = if self.strikes(Fault::StaleLoad) {
            Store::load(&mut self.earlier(), keys)
        } else {
            Store::load(&mut self.memory, keys)
        };
        Ok(found)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Self::Error> {
        let Ok(found) = if self.strikes(Fault::StaleScan) {
            Store::scan(&mut self.earlier(), scan)
        } else {
            Store::scan(&mut self.memory, scan)
        };
        Ok(found)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Self::Error> {
        if let Some(behind) = self.behind.take() {
            self.write(&behind);
        }
        let checked = match self.fault {
            Fault::IgnoresExpectations => 0,
            Fault::ChecksOneExpectation => 1,
            _ => usize::MAX,
        };
        if !batch.expectations().iter().take(checked).all(|expectation| self.holds(expectation)) {
            if self.strikes(Fault::DirtyConflict) {
                self.write_half(batch);
            }
            return Ok(Commit::Conflict);
        }
        if batch.writes().is_empty() {
            return Ok(Commit::Committed);
        }
        if self.strikes(Fault::ErrorBeforeCommit) {
            return Err("the line broke before");
        } else if self.strikes(Fault::ErrorAfterCommit) {
            self.write(batch.writes());
            return Err("the line broke after");
        } else if self.strikes(Fault::ErrorAfterHalf) {
            self.write_half(batch);
            return Err("the line broke meanwhile");
        } else if self.strikes(Fault::FalseConflict) {
            self.write(batch.writes());
            return Ok(Commit::Conflict);
        } else if self.strikes(Fault::HalfCommit) {
            self.write_half(batch);
        } else if self.strikes(Fault::WritesBehind) {
            self.behind = Some(batch.writes().to_vec());
        } else if self.strikes(Fault::NeverDeletes) {
            let kept = batch.writes().iter().filter(|write| write.record.is_some());
            self.write(&kept.cloned().collect::<Vec<_>>());
        } else if !self.strikes(Fault::ForgetsCommit) {
            self.write(batch.writes());
        }
        if self.strikes(Fault::RepeatsCommit) {
            let earlier = self.choices.below(5) as usize;
            if let Some((_, writes)) = self.past.iter().rev().nth(earlier).cloned() {
                self.write(&writes);
            }
        }
        Ok(Commit::Committed)
    }
}
