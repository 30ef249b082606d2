use alloc::{string::String, vec::Vec};

use serde_json::Value;

use super::symbols;
use crate::{Rule, id::Region, names::names, operation::Operation};

/// A call, and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// Its number, from 1.
    pub number: u32,
    /// Who makes it.
    pub caller: Party,
    /// The Region.
    pub region: Region,
    /// The second at which it is made, if that is not its number.
    pub at: Option<i64>,
    /// The operation's name.
    pub operation: &'static str,
    /// The operation's input, with symbols in its texts.
    pub input: Value,
    /// What is answered.
    pub expected: Expected,
    /// All events, in order.
    pub events: Vec<EventLine>,
    /// All instructions to the host, in order.
    pub instructions: Vec<InstructionLine>,
    /// Rules on which the outcome rests, among others.
    pub rests_on: Vec<Rule>,
}

names! {
    /// Whose account a call is made from.
    #[expect(clippy::exhaustive_enums, reason = "the two parties of a connection, and anybody else")]
    pub enum Party {
        /// The environment account.
        Environment = "environment",
        /// The management account.
        Management = "management",
        /// An account that has nothing to do with either.
        Stranger = "stranger",
    }
}

/// The answer to a call.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "a call is answered or refused")]
pub enum Expected {
    /// An answer with at least these members; one that is `null` is absent.
    Answer(Value),
    /// A refusal.
    Refusal {
        /// By this rule.
        rule: Rule,
        /// The kind of its error.
        kind: String,
        /// What its message says, among other things.
        says: String,
    },
}

/// An event: `connection $1 PENDING -> CONNECTED at 3`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventLine {
    /// What changed its status, and how it changed.
    pub text: String,
    /// The second that it bears, if that is not the second of the call.
    pub at: Option<i64>,
}

/// An instruction to the host: `provision prod {"deploymentId": "$3"}`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InstructionLine {
    /// What to do, and to which environment.
    pub text: String,
    /// The members that it has, at least.
    pub members: Value,
}

impl Call {
    /// The second at which the call is made.
    #[must_use]
    pub fn second(&self) -> i64 {
        self.at.unwrap_or(i64::from(self.number))
    }

    /// Whether it is one of the host's own calls.
    #[must_use]
    pub fn is_hosts(&self) -> bool {
        !Operation::is_public_name(self.operation)
    }

    pub(super) fn expectations(&self) -> usize {
        let outcome = match &self.expected {
            Expected::Answer(members) => 1 + symbols::special(members),
            Expected::Refusal { says, .. } => 2 + usize::from(!says.is_empty()),
        };
        let events = 1 + usize::from(!self.events.is_empty());
        outcome + events + self.in_instructions() + usize::from(!self.rests_on.is_empty())
    }

    pub(super) fn in_instructions(&self) -> usize {
        1 + self.instructions.iter().map(|line| symbols::special(&line.members)).sum::<usize>()
    }
}
