use alloc::string::String;

use serde_json::Value;

use super::{Call, symbols};

/// A line of a scenario with what is expected of it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// The line of the file at which it begins.
    pub line: usize,
    /// What happens.
    pub act: Act,
}

/// What happens in a step.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Act {
    /// A call is made.
    Call(Call),
    /// The host deploys more environments of the management account, each with one resource.
    Deployed {
        /// How many.
        count: usize,
        /// The identifier of the resource.
        identifier: String,
    },
    /// A look at what is stored.
    Record {
        /// The key, as text.
        key: String,
        /// What is expected there: `Value::Null` for nothing.
        is: Value,
    },
    /// The host sets the quota of connections.
    LimitConnections(u32),
    /// The host sets the quota of environments.
    LimitEnvironments(u32),
}

impl Step {
    /// How many expectations it has. When a scenario is played, each is [checked](super::Played::checked) or
    /// [skipped](super::Played::skipped).
    #[must_use]
    pub fn expectations(&self) -> usize {
        match &self.act {
            Act::Call(call) => call.expectations(),
            Act::Record { is, .. } => 1 + symbols::special(is),
            Act::Deployed { .. } | Act::LimitConnections(_) | Act::LimitEnvironments(_) => 0,
        }
    }
}
