//! Refusals: the answers that are errors.

use alloc::string::String;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::{Basis, Rule};

/// The kind of an error, named as the public API names it.
///
/// The model itself refuses with the first five. The last two are for trouble in a host's store: see
/// [`HostError::kind`](crate::HostError::kind).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[expect(
    clippy::exhaustive_enums,
    reason = "the seven kinds of the public API; an eighth must be looked at by every host"
)]
pub enum ErrorKind {
    /// `ValidationException`: the input is not well formed, or asks for something that can never be.
    #[serde(rename = "ValidationException")]
    Validation,
    /// `AccessDeniedException`: the caller can see the resource and may not do this to it.
    #[serde(rename = "AccessDeniedException")]
    AccessDenied,
    /// `ConflictException`: the state of the resource does not allow it.
    #[serde(rename = "ConflictException")]
    Conflict,
    /// `ResourceNotFoundException`: there is no such resource that the caller can see.
    #[serde(rename = "ResourceNotFoundException")]
    ResourceNotFound,
    /// `ServiceQuotaExceededException`: a quota is used up.
    #[serde(rename = "ServiceQuotaExceededException")]
    ServiceQuotaExceeded,
    /// `ThrottlingException`: too many races were lost; the same request may succeed later.
    #[serde(rename = "ThrottlingException")]
    Throttling,
    /// `InternalServerException`: the host's store failed.
    #[serde(rename = "InternalServerException")]
    InternalServer,
}

impl ErrorKind {
    /// The name in the public API, e.g. `ConflictException`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Validation => "ValidationException",
            Self::AccessDenied => "AccessDeniedException",
            Self::Conflict => "ConflictException",
            Self::ResourceNotFound => "ResourceNotFoundException",
            Self::ServiceQuotaExceeded => "ServiceQuotaExceededException",
            Self::Throttling => "ThrottlingException",
            Self::InternalServer => "InternalServerException",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

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
