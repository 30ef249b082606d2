//! A refusal as it is shown: of a call, or of what a button would do.

use account_connections::{ErrorKind, Refusal, Rule};
use serde_json::Value;

use crate::answered::Answered;

/// What was refused, with the rule if there is one: something that is not a request has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) kind: String,
    pub(super) rule: Option<Rule>,
    pub(super) message: String,
}

impl Refused {
    /// The refusal or error that a call was answered with.
    pub(super) fn of(answered: &Answered) -> Option<Self> {
        let response = &answered.response;
        if response.status == 200 {
            return None;
        }
        let kind = response.error_type.clone().unwrap_or_else(|| response.status.to_string());
        let rule = answered.rules.iter().next();
        let body = serde_json::from_slice::<Value>(&response.body).unwrap_or_default();
        let message = body.get("message").and_then(Value::as_str).unwrap_or_default();
        Some(Self { kind, rule, message: message.into() })
    }

    /// The same, with at most this many characters of its message.
    pub(super) fn shortened(mut self, most: usize) -> Self {
        if let Some((end, _)) = self.message.char_indices().nth(most) {
            self.message.truncate(end);
            self.message.push('…');
        }
        self
    }

    /// Whether what was asked for does not exist, or is not for the viewer to see.
    pub(super) fn is_missing(&self) -> bool {
        self.kind == ErrorKind::ResourceNotFound.name()
    }
}

impl From<&Refusal> for Refused {
    fn from(refusal: &Refusal) -> Self {
        let (kind, message) = (refusal.kind().name().into(), refusal.message().into());
        Self { kind, rule: Some(refusal.rule()), message }
    }
}
