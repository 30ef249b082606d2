use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Key, Record, Version};
use crate::{event::Event, instruction::Instruction};

/// A commit as a value: what must still be so, what is to be written, and what happened by it.
///
/// Only the model builds one. A store checks all expectations and does all writes at one moment, or none of them; a
/// durable host keeps the events and instructions in the same transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[must_use = "nothing is written before a store commits it"]
#[non_exhaustive]
pub struct Batch {
    /// All that was read: each key once.
    pub expectations: Vec<Expectation>,
    /// All that changes: each key once.
    pub writes: Vec<Write>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What the host is to carry out, in order.
    pub instructions: Vec<Instruction>,
}

/// What a key must still hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Expectation {
    /// The key.
    pub key: Key,
    /// What it must hold.
    pub expected: Expected,
}

/// What a key held when it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
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
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Write {
    /// The key.
    pub key: Key,
    /// The record from now on; `None` to delete what is there.
    pub record: Option<Record>,
}
