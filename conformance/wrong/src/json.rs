//! Changes of records and answers as JSON.

use account_connections::{id::Timestamp, store::Record, testing::subject::Reply};
use serde_json::{Map, Value, json};

/// The record with a change of what it holds; as it was where no such record could be.
pub(crate) fn edited(record: &Record, change: impl FnOnce(&mut Map<String, Value>)) -> Record {
    let mut json = serde_json::to_value(record).unwrap_or_default();
    if let Some(held) = only(&mut json).and_then(Value::as_object_mut) {
        change(held);
    }
    serde_json::from_value(json).unwrap_or_else(|_| record.clone())
}

/// The environment with a change of what it is in any state.
pub(crate) fn with_details(record: &Record, change: impl FnOnce(&mut Map<String, Value>)) -> Record {
    with_state(record, |_, state| {
        if let Some(details) = state.get_mut("details").and_then(Value::as_object_mut) {
            change(details);
        }
        None
    })
}

/// The environment with a change of its state, given its name, which may become another.
pub(crate) fn with_state(
    record: &Record,
    change: impl FnOnce(&str, &mut Map<String, Value>) -> Option<&'static str>,
) -> Record {
    edited(record, |held| {
        let Some(name) = held.keys().next().cloned() else { return };
        let Some(Value::Object(mut state)) = held.remove(&name) else { return };
        let name = change(&name, &mut state).map_or(name, String::from);
        held.insert(name, Value::Object(state));
    })
}

/// The one member of an object.
fn only(json: &mut Value) -> Option<&mut Value> {
    json.as_object_mut()?.values_mut().next()
}

/// Each connection or environment that an answer shows.
pub(crate) fn each_shown(reply: &mut Reply, change: impl FnMut(&mut Map<String, Value>)) {
    let Reply::Answer(Value::Object(answer)) = reply else { return };
    let things = answer.iter_mut().filter(|(name, _)| {
        ["environmentAccountConnection", "environmentAccountConnections", "environment", "environments"]
            .contains(&name.as_str())
    });
    things
        .flat_map(|(_, shown)| match shown {
            Value::Array(items) => items.iter_mut().collect(),
            shown => vec![shown],
        })
        .filter_map(Value::as_object_mut)
        .for_each(change);
}

/// The list of an answer.
pub(crate) fn listed(reply: &mut Reply) -> Option<&mut Vec<Value>> {
    let Reply::Answer(Value::Object(answer)) = reply else { return None };
    answer.values_mut().find_map(Value::as_array_mut)
}

/// A member of an answer itself.
pub(crate) fn set_in_answer(reply: &mut Reply, member: &str, value: Option<Value>) {
    let Reply::Answer(Value::Object(answer)) = reply else { return };
    match value {
        Some(value) => answer.insert(member.into(), value),
        None => answer.remove(member),
    };
}

pub(crate) fn text<'v>(value: &'v Map<String, Value>, member: &str) -> Option<&'v str> {
    value.get(member)?.as_str()
}

/// The time this many milliseconds later.
pub(crate) fn later(at: Timestamp, millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(at.unix_millis().saturating_add(millis)).unwrap_or(at)
}

/// The time of a text, this many milliseconds later.
pub(crate) fn later_text(text: &Value, millis: i64) -> Value {
    let at = text.as_str().and_then(|text| text.parse::<Timestamp>().ok());
    at.map_or_else(|| text.clone(), |at| json!(later(at, millis)))
}
