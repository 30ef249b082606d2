//! What a record does not tell: members that are blacked out, and times that cannot be read.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::trace::time;

/// What CloudTrail has in place of what it must not show.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// The members of answers that are times.
const TIMES: [&str; 5] =
    ["createdAt", "lastDeploymentAttemptedAt", "lastDeploymentSucceededAt", "lastModifiedAt", "requestedAt"];

/// What was seen while looking through the members of inputs and answers.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// The names of members without a comparable value.
    pub(super) hidden: BTreeSet<String>,
    /// Whether any time had fractions of a second, if there was any time.
    pub(super) parts_of_seconds: Option<bool>,
}

impl Seen {
    /// Looks through a value, which is that of the member with this name.
    pub(super) fn look(&mut self, name: &str, value: &Value) {
        match value {
            _ if TIMES.contains(&name) && !value.is_null() => match time(value) {
                Some(time) => {
                    let parts = self.parts_of_seconds.get_or_insert_default();
                    *parts |= time.unix_millis() % 1000 != 0;
                }
                None => self.hide(name),
            },
            Value::Object(members) => members.iter().for_each(|(name, value)| self.look(name, value)),
            Value::Array(items) => items.iter().for_each(|item| self.look(name, item)),
            Value::String(text) if text == HIDDEN => self.hide(name),
            _ => {}
        }
    }

    fn hide(&mut self, name: &str) {
        self.hidden.insert(name.into());
    }
}
