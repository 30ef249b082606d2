use alloc::{boxed::Box, string::String};

use super::{Contradiction, Drawn};
use crate::{
    id::Region,
    store::{Key, Record},
};

/// Why a history has no serial order, or why that is not known.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// No serial order explains the history: the store or the service is at fault, or the clock of the history.
    #[error(transparent)]
    NotSerializable(Box<Contradiction>),
    /// There may or may not be a serial order: none was found within the limit. A shorter history, or one with fewer
    /// concurrent calls, has an answer.
    #[error(
        "gave up after {steps} steps in {region}: whether the history has a serial order is not known; record \
         fewer calls, or fewer at once, or allow more steps"
    )]
    GaveUp {
        /// The Region of the calls.
        region: Region,
        /// The limit.
        steps: u64,
    },
    /// A call's end is before its start: the clock went back, or is not a single clock.
    #[error("a call ends before it starts, so its clock is not one that never goes back: {0}")]
    EndsBeforeItStarts(Box<Drawn>),
    /// There is a serial order, but the outbox is not what the calls emitted; how it differs.
    #[error("the outbox is not what the calls emitted: {0}")]
    Outbox(String),
}

/// A record that differs from what the serial order leaves.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// The key.
    pub key: Key,
    /// What the store has, if anything.
    pub store: Option<Record>,
    /// What the model has, if anything.
    pub model: Option<Record>,
}
