//! What was answered, compared with what is expected.

use alloc::{format, string::String};

use serde_json::Value;

use super::{
    Need, Played,
    symbols::{Symbols, is_models_text, second, time},
};
use crate::{id::Timestamp, operation::read_time};

/// How values are compared.
#[derive(Debug)]
pub(super) struct Comparison<'c> {
    pub(super) symbols: &'c Symbols,
    /// Whether the subject's clock was set.
    pub(super) clock: bool,
    /// Whether texts of the model's own making are compared.
    pub(super) messages: bool,
    /// Where checks are counted.
    pub(super) played: &'c mut Played,
}

impl Comparison<'_> {
    /// Whether a value has all that is expected of it: at least these members in an object, exactly these items in a
    /// list. A member that is expected to be `null` is expected to be absent.
    pub(super) fn same(&mut self, expected: &Value, actual: &Value, path: &str) -> Result<(), String> {
        let place = if path.is_empty() { "the whole" } else { path };
        match (expected, actual) {
            (Value::Object(members), Value::Object(actual)) => members.iter().try_for_each(|(name, member)| {
                let path = format!("{path}/{name}");
                match (member, actual.get(name)) {
                    (Value::String(text), Some(Value::String(actual))) if is_models_text(name, text) => {
                        self.same_text(text, actual, &path)
                    }
                    (member, Some(actual)) => self.same(member, actual, &path),
                    (Value::Null, None) => Ok(()),
                    (member, None) => Err(format!("`{path}` is absent, not {member}")),
                }
            }),
            (Value::Array(items), Value::Array(actual)) => {
                if items.len() != actual.len() {
                    let all = Value::Array(actual.clone());
                    return Err(format!("`{place}` has {} items, not {}: {all}", actual.len(), items.len()));
                }
                let mut pairs = (0..).zip(items.iter().zip(actual));
                pairs.try_for_each(|(index, (item, actual))| self.same(item, actual, &format!("{path}/{index}")))
            }
            (Value::String(text), _) => match second(text) {
                Some(second) => self.same_time(time(second), actual, place),
                None => match self.symbols.resolved(expected)? {
                    // In place of a list.
                    list @ Value::Array(_) => self.same(&list, actual, path),
                    resolved => equal(&resolved, actual, place),
                },
            },
            _ => equal(expected, actual, place),
        }
    }

    /// The value must be a time in any case, and the right one if the clock was set.
    fn same_time(&mut self, expected: Timestamp, actual: &Value, place: &str) -> Result<(), String> {
        let got = read_time(actual).map_err(|error| format!("`{place}` is {actual}: {error}"))?;
        if self.played.can_check(self.clock, Need::Clock) && got != expected {
            return Err(format!("`{place}` is {actual}, not {expected}"));
        }
        Ok(())
    }

    /// A text of the model's own making must always name what it is about, and be the same if texts are compared.
    fn same_text(&mut self, expected: &str, actual: &str, place: &str) -> Result<(), String> {
        let expected = self.symbols.text(expected)?;
        if self.played.can_check(self.messages, Need::Messages) {
            return equal(&expected.into(), &actual.into(), place);
        }
        match expected.split('`').skip(1).step_by(2).find(|name| !actual.contains(*name)) {
            Some(name) => Err(format!("`{place}` does not name {name}: {actual:?}")),
            None => Ok(()),
        }
    }
}

/// The members that are meant: those of an answer's or a record's only member, if that is an object.
pub(super) fn unwrapped(answer: &Value) -> &Value {
    let only = answer.as_object().filter(|members| members.len() == 1).and_then(|members| members.values().next());
    only.filter(|member| member.is_object()).unwrap_or(answer)
}

fn equal(expected: &Value, actual: &Value, place: &str) -> Result<(), String> {
    if expected == actual { Ok(()) } else { Err(format!("`{place}` is {actual}, not {expected}")) }
}
