//! Refusals: the answers that are errors.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::rule::{Basis, ErrorKind, Rule};

/// An operation was refused: it changed nothing and emitted nothing (rule `refused-changes-nothing`).
///
/// Only the model refuses. Two refusals are equal if their rule and message are. No part of a refusal tells more than
/// the caller may know. The message is for people, names the offending field or resource and says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[error("{}: {message}", self.kind())]
#[serde(try_from = "Members")]
// INVARIANT: the rule is one that refuses.
pub struct Refusal {
    rule: Rule,
    message: String,
}

impl Refusal {
    /// A refusal by `rule`, which is one that refuses.
    pub(crate) fn new(rule: Rule, message: impl Into<String>) -> Self {
        Self { rule, message: message.into() }
    }

    /// The kind, as the public API names it: that of the rule.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.rule.refuses_with().unwrap_or(ErrorKind::Validation)
    }

    /// The rule that the operation breaks.
    #[must_use]
    pub const fn rule(&self) -> Rule {
        self.rule
    }

    /// What is wrong and what would be right, in one sentence without a full stop.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What the broken rule rests on.
    #[must_use]
    pub const fn basis(&self) -> Basis {
        self.rule.basis()
    }
}

#[derive(Deserialize)]
struct Members {
    rule: Rule,
    message: String,
}

impl TryFrom<Members> for Refusal {
    type Error = &'static str;

    fn try_from(Members { rule, message }: Members) -> Result<Self, &'static str> {
        rule.refuses_with().map(|_| Self { rule, message }).ok_or("`rule` must be one that refuses")
    }
}
