use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use super::{Ending, Recorded};
use crate::{
    id::Region,
    store::{Key, Record},
};

/// Why a history has no serial order, or why that is not known.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// No serial order explains the history: the store is at fault, or the clock of the history.
    #[error(transparent)]
    NotSerializable(Box<Contradiction>),
    /// There may be a serial order or not: it was not found within the limit. A shorter history, or one with fewer
    /// calls at once, has an answer.
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
    /// A call's end is before its start: the clock went back, or is not one clock.
    #[error("a call ends before it starts, so its clock is not one that never goes back: {0}")]
    EndsBeforeItStarts(Box<Recorded>),
}

/// How far a serial order comes, and why no further.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Contradiction {
    /// The Region of the calls.
    pub region: Region,
    /// The longest serial order that explains its own calls.
    pub placed: Vec<Recorded>,
    /// The calls that could come next by their times: what the model says to each instead.
    pub stuck: Vec<Stuck>,
    /// Where all calls have their place: how the store's last state differs from the model's.
    pub differences: Vec<Difference>,
    /// How many calls of the Region have to be placed.
    pub calls: usize,
}

/// A call that could come next, if the model agreed.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Stuck {
    /// The call, with what was recorded.
    pub recorded: Recorded,
    /// What the model says to it there.
    pub model: Ending,
}

/// A record that is not what it would be after the serial order.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Difference {
    /// Where.
    pub key: Key,
    /// What the store has, if anything.
    pub store: Option<Record>,
    /// What the model has, if anything.
    pub model: Option<Record>,
}

/// How many of the placed calls a failure shows, from the last.
const SHOWN: usize = 5;

impl core::error::Error for Contradiction {}

impl fmt::Display for Contradiction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, placed, stuck, differences, calls } = self;
        writeln!(f, "not serializable: of {calls} calls in {region}, {} have a place in a serial order", placed.len())?;
        let left_out = placed.len().saturating_sub(SHOWN);
        if left_out > 0 {
            writeln!(f, "  … {left_out} calls")?;
        }
        for recorded in placed.iter().skip(left_out) {
            writeln!(f, "  {recorded}\n    -> {}", recorded.ending)?;
        }
        if !stuck.is_empty() {
            writeln!(f, "and none of those that could come next has its own answer there:")?;
        }
        for Stuck { recorded, model } in stuck {
            writeln!(f, "  {recorded}\n    recorded: {}\n    the model: {model}", recorded.ending)?;
        }
        if !differences.is_empty() {
            writeln!(f, "and no such order ends in the store's last state. After this one:")?;
        }
        for Difference { key, store, model } in differences {
            writeln!(f, "  `{key}`\n    the store: {store:?}\n    the model: {model:?}")?;
        }
        Ok(())
    }
}
