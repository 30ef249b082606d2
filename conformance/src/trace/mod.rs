//! Traces: what was called and what was answered, one call per line of JSON.
//!
//! The first line is the [`Header`]; each of the others is a [`Line`].

mod line;
mod overlaps;
mod read;
mod write;

use std::collections::BTreeSet;

pub use account_connections::testing::{history::foreign::ClockUnit, subject::Reply};
use account_connections::{
    id::{AccountId, Region, Timestamp},
    operation::Limits,
};
pub(crate) use line::time;
pub use overlaps::Overlaps;
pub use read::{Malformed, Read, read};
use serde_json::Value;

/// What is known about a recording as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// What was recorded, for the reader of a report.
    pub subject: Option<String>,
    /// The quotas that the subject has.
    pub limits: Limits,
    /// What was there before the first call.
    pub begins: Begins,
    /// The unit of the subject's clock.
    pub clock: ClockUnit,
    /// Whether all events are recorded; otherwise a missing one is not a finding.
    pub events_complete: bool,
    /// Whether all of the host's side is recorded: reports and clean-ups. Otherwise deployments may end, and resources
    /// disappear, between two lines.
    pub host_complete: bool,
}

/// What was there before the first call of a trace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "nothing, or anything")]
pub enum Begins {
    /// Nothing, in any account.
    Empty,
    /// Anything.
    #[default]
    Unknown,
}

/// A line of a trace after the header.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "the lines of the format")]
pub enum Line {
    /// A call of the public API, or one of the host's side: a report, a clean-up, a look at an account's resources. The
    /// latter have the names of the host's own operations.
    Call(Box<Call>),
    /// The events since the last such line, as EventBridge has them.
    Events(Vec<Value>),
}

/// A call, and what was answered.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Call {
    /// Who made it, if several clients were recorded.
    pub client: Option<String>,
    /// The calling account.
    pub account: AccountId,
    /// The Region that it called.
    pub region: Region,
    /// The operation by its name in the public API, or by that of one of the host's own operations.
    pub operation: String,
    /// The operation's input.
    pub input: Value,
    /// What was answered.
    pub reply: Reply,
    /// Just before the call was sent.
    pub start: Option<Timestamp>,
    /// Just after its answer came.
    pub end: Option<Timestamp>,
    /// Members of the input or of the answer that the recorder blacked out, by name; `message` is an error's.
    pub hidden: BTreeSet<String>,
}

impl Header {
    /// The header of a recording about which nothing is known.
    #[must_use]
    pub fn new() -> Self {
        Self {
            subject: None,
            limits: Limits::default(),
            begins: Begins::Unknown,
            clock: ClockUnit::Millisecond,
            events_complete: false,
            host_complete: false,
        }
    }
}

impl Default for Header {
    fn default() -> Self {
        Self::new()
    }
}

impl Call {
    /// A call, without times.
    #[must_use]
    pub fn new(account: AccountId, region: Region, operation: impl Into<String>, input: Value, reply: Reply) -> Self {
        Self {
            client: None,
            account,
            region,
            operation: operation.into(),
            input,
            reply,
            start: None,
            end: None,
            hidden: BTreeSet::new(),
        }
    }
}

/// Whether an operation changes nothing, as far as its name says: what is recorded need not be one of the model's.
pub(crate) fn only_reads(operation: &str) -> bool {
    ["Get", "List"].iter().any(|reads| operation.starts_with(reads))
}
