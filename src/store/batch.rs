use alloc::vec::Vec;

use super::{Key, Record, Version};
use crate::{event::Event, instruction::Instruction};

/// A commit as a value: what must still hold, what is to be written, and what happens with it.
///
/// Only the model builds one: there is no constructor, no `Default`, no field to change and no text to read one from.
///
/// ```compile_fail,E0599
/// let batch = account_connections::store::Batch::default();
/// ```
///
/// ```compile_fail,E0616
/// # use account_connections::store::Batch;
/// fn commit_anyway(mut batch: Batch) -> Batch {
///     batch.expectations.clear();
///     batch
/// }
/// ```
///
/// ```compile_fail,E0277
/// # use account_connections::store::Batch;
/// fn make_up(text: &str) -> serde_json::Result<Batch> {
///     serde_json::from_str(text)
/// }
/// ```
///
/// A store checks all expectations and, at the same moment, does all writes or none; a durable host keeps the events
/// and instructions in the same transaction.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing is written before a store commits it"]
pub struct Batch {
    pub(crate) expectations: Vec<Expectation>,
    pub(crate) writes: Vec<Write>,
    pub(crate) events: Vec<Event>,
    pub(crate) instructions: Vec<Instruction>,
}

impl Batch {
    /// Writes that expect nothing: for the testing tools, which undo what the model did.
    #[cfg(feature = "testing")]
    pub(crate) const fn of_writes(writes: Vec<Write>) -> Self {
        Self { expectations: Vec::new(), writes, events: Vec::new(), instructions: Vec::new() }
    }

    /// Everything that was read: each key once.
    #[must_use]
    pub fn expectations(&self) -> &[Expectation] {
        &self.expectations
    }

    /// Everything that changes: each key once.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// What happened, in order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// What the host is to carry out, in order.
    #[must_use]
    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }
}

/// What a key must still hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Expectation {
    /// The key.
    pub key: Key,
    /// What it must hold.
    pub expected: Expected,
}

impl Expectation {
    /// An expectation, for a store's own tests: no batch can be made from it.
    #[must_use]
    pub const fn new(key: Key, expected: Expected) -> Self {
        Self { key, expected }
    }
}

/// What a key held when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a record is there or not")]
pub enum Expected {
    /// No record.
    Absent,
    /// A record of this version.
    At(Version),
}

impl Expected {
    /// Whether this is what the key holds: the version of its record, if there is one.
    #[must_use]
    pub fn holds(self, found: Option<Version>) -> bool {
        match self {
            Self::Absent => found.is_none(),
            Self::At(version) => found == Some(version),
        }
    }
}

/// A change of what is stored under a key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Write {
    /// The key.
    pub key: Key,
    /// The record from now on; `None` to delete what is there, if anything is.
    pub record: Option<Record>,
}

impl Write {
    /// A write, for a store's own tests: no batch can be made from it.
    #[must_use]
    pub const fn new(key: Key, record: Option<Record>) -> Self {
        Self { key, record }
    }
}
