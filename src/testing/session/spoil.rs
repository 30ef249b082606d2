//! Makes inputs malformed, by one step.

use alloc::{format, string::ToString as _, vec::Vec};

use serde_json::{Value, json};

use super::Choices;

/// Takes something out of an input, or makes it wrong; not everything that is changed is wrong.
///
/// It leaves alone inputs in which a tag key has a reserved prefix: the specification does not say which of two faults
/// an answer then names.
pub(in crate::testing) fn spoil(input: &mut Value, choices: &mut Choices) {
    let has_reserved_prefix = |tags: &Value| tags.to_string().to_ascii_lowercase().contains("\"aws:");
    if !["tags", "tagKeys"].iter().filter_map(|name| input.get(*name)).any(has_reserved_prefix) {
        spoil_one(input, choices);
    }
}

/// Keeps the JSON type.
fn spoil_one(value: &mut Value, choices: &mut Choices) {
    match value {
        Value::Object(members) => {
            let Some(name) = choices.latest(members.keys().cloned().collect::<Vec<_>>().into_iter()) else {
                return;
            };
            match (members.get_mut(&name), choices.below(100)) {
                (Some(member), 0..80) => spoil_one(member, choices),
                (Some(member), 80..90) => *member = Value::Null,
                _ => {
                    members.remove(&name);
                    members.insert("unknown".into(), json!([1, {}]));
                }
            }
        }
        Value::Array(items) => match (choices.latest(items.iter_mut()), choices.below(100)) {
            (Some(item), 0..60) => spoil_one(item, choices),
            (Some(item), 60..80) => {
                let twice = item.clone();
                items.push(twice);
            }
            (Some(item), _) => *items = (0..51).map(|number| numbered(item, number)).collect(),
            (None, _) => {}
        },
        Value::String(text) => {
            let longer = choices.of([66, 130, 258, 1026]);
            *text = choices.of([
                "".into(),
                format!("{text}\n"),
                format!(" {text}"),
                format!("{text}\u{661}"),
                format!("{text}{}", "x".repeat(longer)),
                text.to_uppercase(),
                format!("-{text}"),
                format!("{text}/"),
                format!("{text};"),
            ]);
        }
        Value::Number(_) => *value = json!(choices.of([0, 101, -1, 100, 1000])),
        _ => {}
    }
}

/// An item of a list whose items must all differ.
fn numbered(item: &Value, number: usize) -> Value {
    match item {
        Value::String(text) => json!(format!("{text}{number}")),
        Value::Object(members) => {
            let mut members = members.clone();
            for name in ["key", "identifier"] {
                members.entry(name).and_modify(|text| *text = numbered(text, number));
            }
            Value::Object(members)
        }
        _ => item.clone(),
    }
}
