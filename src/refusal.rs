//! Refusals: the answers that are errors.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::rule::{Basis, ErrorKind, Rule};

/// An operation was refused: it changed nothing and emitted nothing (rule `refused-changes-nothing`).
///
/// Two refusals are equal when kind, rule and message are. No part of a refusal tells more than the caller may know.
/// The message is for people, names the offending field or resource and says what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[error("{kind}: {message}")]
#[non_exhaustive]
pub struct Refusal {
    /// The kind, as the public API names it.
    pub kind: ErrorKind,
    /// The rule that the operation breaks.
    pub rule: Rule,
    /// What is wrong and what would be right, in one sentence without a full stop.
    pub message: String,
}

impl Refusal {
    /// What the broken rule rests on.
    #[must_use]
    pub const fn basis(&self) -> Basis {
        self.rule.basis()
    }

    /// A refusal by `rule`.
    pub(crate) fn new(rule: Rule, message: impl Into<String>) -> Self {
        debug_assert!(rule.refuses_with().is_some(), "the rule `{rule}` refuses nothing");
        Self { kind: rule.refuses_with().unwrap_or(ErrorKind::Validation), rule, message: message.into() }
    }
}
