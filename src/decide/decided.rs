use alloc::vec::Vec;

use super::Fault;
use crate::{
    refusal::Refusal,
    rule::Rules,
    store::{Batch, Key, Scan},
};

/// A decision: the answer or the refusal, the batch that makes it true, and the rules that it rests on.
///
/// The answer holds only if the batch, if there is one, is committed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[must_use = "nothing holds before the batch is committed"]
pub struct Decided<A> {
    pub(crate) result: Result<A, Refusal>,
    pub(crate) batch: Option<Batch>,
    pub(crate) rules: Rules,
}

impl<A> Decided<A> {
    /// The answer, or the refusal: in either case everything that was read still has to hold.
    #[expect(clippy::missing_errors_doc, reason = "the refusal is not an error of this method")]
    pub const fn result(&self) -> Result<&A, &Refusal> {
        self.result.as_ref()
    }

    /// What has to be committed; `None` if nothing is written and what was read was read at one moment.
    #[must_use]
    pub const fn batch(&self) -> Option<&Batch> {
        self.batch.as_ref()
    }

    /// The rules that the decision rests on.
    #[must_use]
    pub const fn rules(&self) -> Rules {
        self.rules
    }

    /// The same as a value, once the batch is committed.
    #[expect(clippy::missing_errors_doc, reason = "the refusal is not an error of this method")]
    pub fn into_result(self) -> Result<A, Refusal> {
        self.result
    }
}

/// Why there is no decision yet, or none at all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever drives a decision has to deal with each of these")]
pub enum Stop {
    /// These records are needed: load them, all at one moment, and decide again.
    Load(Vec<Key>),
    /// This scan is needed: carry it out and decide again.
    Scan(Scan),
    /// The host or its store did something that allows no outcome; or records that were read at different moments do
    /// not agree, because something changed in between.
    Fault {
        /// What is wrong.
        fault: Fault,
        /// A batch without writes: if it commits, the fault is real. `None` if everything was read at one moment, or if
        /// no moment could explain what a store answered.
        check: Option<Batch>,
    },
}
