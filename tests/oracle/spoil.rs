//! Makes parameters malformed.

use super::draft::pick;
use super::{shape, without_nulls};
use serde_json::{Value, json};

/// Spoils one member of an operation's input, chosen by one number, in a way chosen by another.
/// Not every way makes every member wrong.
pub(super) fn spoil(input: &mut Value, which: u8, way: u8) {
    let Some(members) = input.as_object_mut() else {
        return;
    };
    let names: Vec<String> = members.keys().cloned().collect();
    if names.is_empty() {
        members.insert("maxResults".to_owned(), json!(0));
        return;
    }
    let name = pick(&names, which.wrapping_add(way));
    if way >= 90 {
        members.remove(&name);
        return;
    }
    let Some(member) = members.get_mut(&name) else {
        return;
    };
    *member = match member {
        Value::String(text) => spoilt_text(text, way),
        Value::Number(_) => json!(pick(&[0, 101, -1, 100, 1000], way)),
        Value::Array(items) if name == "tags" => spoilt_tags(items, way),
        Value::Array(_) if name == "statuses" => json!(["PENDING", "DELETED"]),
        Value::Array(_) if name == "environmentTemplates" => json!([{"templateName": "vpc"}]),
        Value::Array(_) if name == "resources" => pick(
            &[
                json!([{"name": "a", "provisioningEngine": "TERRAFORM"}]),
                json!([{"identifier": ""}]),
                json!([{"identifier": "i".repeat(201)}]),
                json!([{"identifier": "i", "name": ""}]),
                json!([{"identifier": "i", "provisioningEngine": "MAKE"}]),
                json!([{"identifier": "i"}, {"identifier": "i", "name": "n"}]),
                json!((0..51).map(|n| json!({"identifier": format!("i{n}")})).collect::<Vec<_>>()),
            ],
            way,
        ),
        Value::Array(_) if name == "outputs" => pick(
            &[
                json!([{"key": "", "valueString": "v"}]),
                json!([{"key": "k", "valueString": "v".repeat(1025)}]),
                json!((0..51).map(|n| json!({"key": format!("k{n}"), "valueString": "v"})).collect::<Vec<_>>()),
                json!([{}]),
                json!([{"key": "k"}]),
                json!([{"key": "k", "valueString": "v"}, {"key": "k", "valueString": "w"}]),
            ],
            way,
        ),
        Value::Array(_) if name == "identifiers" => {
            pick(&[json!(["i".repeat(201)]), json!(vec!["i"; 50]), json!(vec!["i"; 51])], way)
        }
        Value::Array(_) if name == "tagKeys" => pick(
            &[
                json!([""]),
                json!(["k".repeat(129)]),
                json!(["semi;colon"]),
                json!((0..51).map(|n| format!("k{n}")).collect::<Vec<_>>()),
            ],
            way,
        ),
        Value::Object(_) if name == "provisioningRepository" => {
            let mut spoilt = member.clone();
            let (part, wrong) = pick(
                &[
                    ("name", json!("no-slash")),
                    ("name", json!("two\nlines/x")),
                    ("name", json!("/name")),
                    ("name", json!("owner/")),
                    ("name", json!(format!("o/{}", "n".repeat(99)))),
                    ("branch", json!("")),
                    ("branch", json!("b".repeat(201))),
                    ("provider", json!("GITLAB")),
                    ("branch", Value::Null),
                ],
                way,
            );
            spoilt[part] = wrong;
            spoilt
        }
        Value::Null => Value::Null,
        _ => json!("not/a-token!"),
    };
}

fn spoilt_text(text: &str, way: u8) -> Value {
    match way % 9 {
        0 => json!(""),
        1 => json!(format!("{text}\n")),
        2 => json!(format!(" {text}")),
        3 => json!(format!("{text}\u{661}")),
        4 => json!(format!("{text}{}", "x".repeat(101))),
        5 => json!(text.to_uppercase()),
        6 => json!(format!("-{text}")),
        7 => json!(format!("{text}/")),
        _ => Value::Null,
    }
}

fn spoilt_tags(tags: &[Value], way: u8) -> Value {
    let tag = |key: &str, value: &str| json!({"key": key, "value": value});
    let many: Vec<Value> = (0..51).map(|n| tag(&format!("k{n}"), "")).collect();
    let spoilt = match way % 8 {
        0 => tag("", "v"),
        1 => tag(&"k".repeat(129), "v"),
        2 => tag("k", &"v".repeat(257)),
        3 => tag("k!", "v"),
        4 => tag("k", "v;"),
        5 => json!({"key": "k"}),
        6 => return json!([tag("k", "1"), tag("k", "2")]),
        _ => return json!(many),
    };
    let mut tags = tags.to_vec();
    tags.push(spoilt);
    json!(tags)
}

/// Takes reserved prefixes off tag keys where something else is malformed too: the specification
/// does not say which of the two rules an answer then names.
pub(super) fn keep_one_fault(operation: &str, input: &mut Value) {
    let mut plain = without_nulls(input);
    for tag in plain.get_mut("tags").and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some(key) = tag.get_mut("key") {
            take_prefix_off(key);
        }
    }
    for key in plain.get_mut("tagKeys").and_then(Value::as_array_mut).into_iter().flatten() {
        take_prefix_off(key);
    }
    if plain != without_nulls(input) && shape::check(operation, &plain).is_err() {
        *input = plain;
    }
}

fn take_prefix_off(key: &mut Value) {
    let text = key.as_str().unwrap_or_default();
    if text.to_ascii_lowercase().starts_with("aws:") {
        *key = json!(text.chars().skip(4).collect::<String>());
    }
}
