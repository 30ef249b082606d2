//! What a report shows of what was recorded: enough to see what is wrong, but no secrets.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Difference, Expected};
use crate::trace::{Call, Reply};

/// The most characters of a text.
const CHARACTERS: usize = 200;
/// The most items of a list.
const ITEMS: usize = 10;
/// How much is shown before the first character in which two long texts differ.
const BEFORE: usize = 20;
/// In place of the value of an output, which the API marks as sensitive and which is often a password.
const HIDDEN: &str = "…";
const HIDDEN_MEMBER: &str = "valueString";

pub(super) fn call(call: &Call) -> Call {
    let mut shown = call.clone();
    shown.input = value(&call.input);
    shown.reply = reply(&call.reply);
    shown
}

pub(super) fn expected(expected: &Expected) -> Expected {
    match expected {
        Expected::Answer(answer) => Expected::Answer(value(answer)),
        Expected::Refusal { rule, message } => Expected::Refusal { rule: *rule, message: text(message).into_owned() },
        Expected::Other(other) => Expected::Other(text(other).into_owned()),
    }
}

pub(super) fn difference(difference: &Difference) -> Difference {
    let hidden = difference.path.split('/').any(|member| member == HIDDEN_MEMBER);
    let show = |side: &Option<Value>, from: usize| {
        side.as_ref().map(|side| match side {
            _ if hidden => HIDDEN.into(),
            Value::String(long) => cut(long, from).into(),
            other => value(other),
        })
    };
    let from = match (&difference.expected, &difference.got) {
        (Some(Value::String(expected)), Some(Value::String(got))) => common(expected, got).saturating_sub(BEFORE),
        _ => 0,
    };
    Difference {
        path: difference.path.clone(),
        expected: show(&difference.expected, from),
        got: show(&difference.got, from),
    }
}

/// A text, cut if it is long.
pub(super) fn text(long: &str) -> Cow<'_, str> {
    cut(long, 0)
}

fn reply(reply: &Reply) -> Reply {
    match reply {
        Reply::Answer(answer) => Reply::Answer(value(answer)),
        Reply::Error { kind, message } => {
            Reply::Error { kind: kind.clone(), message: message.as_deref().map(|message| text(message).into_owned()) }
        }
        Reply::Unknown => Reply::Unknown,
    }
}

fn value(shown: &Value) -> Value {
    match shown {
        Value::String(long) => text(long).into(),
        Value::Array(items) => {
            let mut cut = items.iter().take(ITEMS).map(value).collect::<Vec<_>>();
            if items.len() > ITEMS {
                cut.push(format!("… ({} items in all)", items.len()).into());
            }
            Value::Array(cut)
        }
        Value::Object(members) => Value::Object(members.iter().map(member).collect::<Map<_, _>>()),
        Value::Null | Value::Bool(_) | Value::Number(_) => shown.clone(),
    }
}

fn member((name, shown): (&String, &Value)) -> (String, Value) {
    (name.clone(), if name == HIDDEN_MEMBER { HIDDEN.into() } else { value(shown) })
}

/// A text if it is short; otherwise as much of it as is shown, from this character on.
fn cut(long: &str, from: usize) -> Cow<'_, str> {
    // A text has at most as many characters as bytes, so most need not be counted.
    if long.len() <= CHARACTERS {
        return long.into();
    }
    let characters = long.chars().count();
    if characters <= CHARACTERS {
        return long.into();
    }
    let start = if from > 0 { "…" } else { "" };
    let part = long.chars().skip(from).take(CHARACTERS).collect::<String>();
    let end = if from + CHARACTERS < characters { "…" } else { "" };
    format!("{start}{part}{end} ({characters} characters in all)").into()
}

/// How many leading characters two texts have in common.
fn common(one: &str, other: &str) -> usize {
    one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count()
}
