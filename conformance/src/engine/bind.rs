//! What the model takes over from the subject: ids, times, and what a recorder blacked out.

use std::{borrow::Cow, collections::BTreeSet};

use account_connections::{
    id::{Caller, Timestamp},
    operation::Operation,
    store::Record,
};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{stored::TIMES, world::Window};
use crate::trace::{Call, ClockUnit, Reply, time};

/// When a call may have been made, by the subject's clock: its window, widened by the clock's unit.
pub(super) fn window(call: &Call, clock: ClockUnit) -> Window {
    let unit = match clock {
        ClockUnit::Millisecond => 1,
        ClockUnit::Second => 1000,
        ClockUnit::None => return Window::default(),
    };
    let moved = |at: Timestamp, by: i64| Timestamp::from_unix_millis(at.unix_millis().saturating_add(by));
    Window {
        from: call.start.and_then(|start| moved(start, -unit)),
        to: call.end.or(call.start).and_then(|end| moved(end, unit)),
    }
}

/// The times at which the model is asked, most likely first: those that the answer shows and at which the call may have
/// been made, then the ends of its window, then the latest known time.
pub(super) fn times(call: &Call, operation: &Operation, window: Window, latest: Timestamp) -> Vec<Timestamp> {
    let ends = [call.start.or(window.from), call.end.or(window.to)];
    if operation.only_reads() {
        // The answer is the same at any time.
        return vec![ends[0].or(ends[1]).unwrap_or(latest)];
    }
    let mut times = shown_times(&call.reply).filter(|at| window.contains(*at)).collect::<Vec<_>>();
    times.sort_unstable_by(|one, other| other.cmp(one));
    times.extend(ends.into_iter().flatten());
    times.dedup();
    if times.is_empty() {
        times.push(latest);
    }
    if call.start.is_none() {
        // However long it has been since then: as long as a client token is valid, or longer.
        let later = latest.checked_add(core::time::Duration::from_secs(8 * 60 * 60));
        times.extend([Some(latest), later].into_iter().flatten());
    }
    times
}

/// The times that an answer shows of one thing.
pub(super) fn shown_times(reply: &Reply) -> impl Iterator<Item = Timestamp> {
    let answer = match reply {
        Reply::Answer(answer) => Some(answer),
        _ => None,
    };
    let things = ["environmentAccountConnection", "environment"];
    let things = things.into_iter().filter_map(move |thing| answer?.get(thing));
    things.flat_map(|thing| TIMES.iter().filter_map(|name| time(thing.get(name)?)))
}

/// The id that the call took, if it took one and its answer shows it.
pub(super) fn taken_id(reply: &Reply) -> Option<Uuid> {
    let Reply::Answer(answer) = reply else { return None };
    let ids = [("environmentAccountConnection", "id"), ("environment", "lastAttemptedDeploymentId")];
    ids.into_iter().find_map(|(thing, id)| answer.get(thing)?.get(id)?.as_str()?.parse().ok())
}

/// The input without what was blacked out: each way to fill that in, most likely first.
///
/// `None` if what was blacked out says what the call is about.
pub(super) fn filled<'c>(
    call: &'c Call,
    caller: &Caller,
    known: impl FnOnce() -> Option<Record>,
) -> Option<Vec<Cow<'c, Value>>> {
    if call.hidden.is_empty() || !mentions(&call.input, &call.hidden) {
        return Some(vec![Cow::Borrowed(&call.input)]);
    }
    let shown = match &call.reply {
        Reply::Answer(answer) => {
            answer.get("environmentAccountConnection").or_else(|| answer.get("environment")).and_then(Value::as_object)
        }
        _ => None,
    };
    let known = known().and_then(|record| serde_json::to_value(record).ok());
    let known = known.as_ref().and_then(|record| record.get("connection")).and_then(Value::as_object);
    let ways = [Some(Map::new()), known.cloned(), shown.cloned()];
    let mut filled = Vec::new();
    for values in ways.iter().rev().flatten() {
        let input = Cow::Owned(fill(&call.input, &call.hidden, caller, values, "1")?);
        if !filled.contains(&input) {
            filled.push(input);
        }
    }
    filled.push(Cow::Owned(fill(&call.input, &call.hidden, caller, &Map::new(), "2")?));
    Some(filled)
}

/// The reply, with each blacked-out value replaced by one that it can have had.
pub(super) fn revealed(reply: &Reply, hidden: &BTreeSet<String>, caller: &Caller) -> Reply {
    let mut reply = reply.clone();
    if let Reply::Answer(Value::Object(answer)) = &mut reply {
        for thing in answer.values_mut() {
            for one in match thing {
                Value::Array(items) => items.iter_mut().collect(),
                one => vec![one],
            } {
                reveal(one, hidden, caller);
            }
        }
    }
    reply
}

fn reveal(thing: &mut Value, hidden: &BTreeSet<String>, caller: &Caller) {
    let owner = thing.get("managementAccountId").and(thing.get("environmentAccountId"));
    let owner = owner.and_then(Value::as_str).and_then(|owner| owner.parse().ok()).unwrap_or(caller.account);
    let owner = Caller::new(owner, caller.region);
    let Some(members) = thing.as_object_mut() else { return };
    for (name, value) in members.iter_mut().filter(|(name, value)| hidden.contains(*name) && !value.is_null()) {
        if let Some(placeholder) = placeholder(name, &owner, "1") {
            *value = placeholder;
        }
    }
}

fn mentions(value: &Value, hidden: &BTreeSet<String>) -> bool {
    match value {
        Value::Object(members) => members.iter().any(|(name, value)| hidden.contains(name) || mentions(value, hidden)),
        Value::Array(items) => items.iter().any(|item| mentions(item, hidden)),
        _ => false,
    }
}

fn fill(
    input: &Value,
    hidden: &BTreeSet<String>,
    caller: &Caller,
    values: &Map<String, Value>,
    which: &str,
) -> Option<Value> {
    Some(match input {
        Value::Object(members) => {
            let mut filled = Map::new();
            for (name, value) in members {
                let value = if hidden.contains(name) && !value.is_null() {
                    match values.get(name).filter(|value| value.is_string()) {
                        // A blacked-out answer is not an answer.
                        Some(value) if value.as_str().is_some_and(|text| !text.starts_with("HIDDEN_")) => value.clone(),
                        _ => placeholder(name, caller, which)?,
                    }
                } else {
                    fill(value, hidden, caller, values, which)?
                };
                filled.insert(name.clone(), value);
            }
            Value::Object(filled)
        }
        Value::Array(items) => {
            let items = items.iter().map(|item| fill(item, hidden, caller, values, which));
            Value::Array(items.collect::<Option<_>>()?)
        }
        other => other.clone(),
    })
}

/// A value that a blacked-out member may have had. An unknown client token counts as absent.
fn placeholder(member: &str, caller: &Caller, which: &str) -> Option<Value> {
    let role = || json!(format!("arn:{}:iam::{}:role/hidden-{which}", caller.region.partition(), caller.account));
    match member {
        "roleArn" | "codebuildRoleArn" | "componentRoleArn" | "protonServiceRoleArn" => Some(role()),
        "spec" | "description" | "statusMessage" | "deploymentStatusMessage" | "message" | "valueString" | "value" => {
            Some(json!(format!("hidden {which}")))
        }
        "clientToken" => Some(Value::Null),
        _ => None,
    }
}
