//! Makes inputs malformed, by one step.

use alloc::{
    format,
    string::{String, ToString as _},
    vec,
    vec::Vec,
};

use serde_json::{Map, Value, json};

use super::Choices;

/// Takes out one member of an input, or makes it wrong; not every way makes every member wrong.
///
/// Not where a tag key has a reserved prefix: the specification does not say which of two faults an answer then names.
pub(super) fn spoil(input: &mut Value, choices: &mut Choices) {
    let Some(members) = input.as_object_mut() else { return };
    if has_reserved_prefix(members) {
        return;
    }
    let Some((name, value)) = choices.latest(members.iter_mut().collect::<Vec<_>>().into_iter()) else {
        members.insert("maxResults".into(), json!(0));
        return;
    };
    match wrong(name, value, choices) {
        Some(spoilt) => *value = spoilt,
        None => {
            let name = name.clone();
            members.remove(&name);
            members.insert("unknown".into(), json!([1, {}]));
        }
    }
}

fn has_reserved_prefix(members: &Map<String, Value>) -> bool {
    ["tags", "tagKeys"].iter().any(|name| {
        let text = members.get(*name).map(|value| value.to_string().to_ascii_lowercase());
        text.is_some_and(|text| text.contains("\"aws:"))
    })
}

/// Another value of the same type, or none.
fn wrong(name: &str, value: &Value, choices: &mut Choices) -> Option<Value> {
    if choices.chance(10) {
        return None;
    }
    let many = |item: &dyn Fn(usize) -> Value| (0..51).map(item).collect::<Value>();
    let tag = |key: &str, value: &str| json!({ "key": key, "value": value });
    // Characters: more than any short text may have.
    let too_many = match name {
        "statusMessage" => 5001,
        "description" => 501,
        _ => 101,
    };
    Some(match (name, value) {
        (_, Value::String(text)) => choices.of([
            json!(""),
            json!(format!("{text}\n")),
            json!(format!(" {text}")),
            json!(format!("{text}\u{661}")),
            json!(format!("{text}{}", "x".repeat(too_many))),
            json!(text.to_uppercase()),
            json!(format!("-{text}")),
            json!(format!("{text}/")),
            json!("not/a-token!"),
            Value::Null,
        ]),
        (_, Value::Number(_)) => json!(choices.of([0, 101, -1, 100, 1000])),
        ("tags", Value::Array(tags)) => {
            let spoilt = choices.of([
                json!([tag("", "v")]),
                json!([tag(&"k".repeat(129), "v")]),
                json!([tag("k", &"v".repeat(257))]),
                json!([tag("k!", "v")]),
                json!([tag("k", "v;")]),
                json!([{ "key": "k" }]),
                json!([tag("k", "1"), tag("k", "2")]),
                many(&|number| tag(&format!("k{number}"), "")),
            ]);
            tags.iter().chain(spoilt.as_array().into_iter().flatten()).cloned().collect()
        }
        ("statuses", _) => json!(["PENDING", "DELETED"]),
        ("environmentTemplates", _) => json!([{ "templateName": "vpc" }]),
        ("identifiers", _) => json!(["i".repeat(201)]),
        ("tagKeys", _) => choices.of([
            json!([""]),
            json!(["k".repeat(129)]),
            json!(["semi;colon"]),
            many(&|number| json!(format!("k{number}"))),
        ]),
        ("resources", _) => choices.of([
            json!([{ "name": "a", "provisioningEngine": "TERRAFORM" }]),
            json!([{ "identifier": "" }]),
            json!([{ "identifier": "i".repeat(201) }]),
            json!([{ "identifier": "i", "name": "" }]),
            json!([{ "identifier": "i", "provisioningEngine": "MAKE" }]),
            json!([{ "identifier": "i" }, { "identifier": "i", "name": "n" }]),
            many(&|number| json!({ "identifier": format!("i{number}") })),
        ]),
        ("outputs", _) => choices.of([
            json!([{ "key": "", "valueString": "v" }]),
            json!([{ "key": "k", "valueString": "v".repeat(1025) }]),
            json!(vec![json!({ "key": "k", "valueString": "v" }); 51]),
            json!([{}]),
        ]),
        ("provisioningRepository", Value::Object(members)) => {
            let (part, spoilt) = choices.of([
                ("name", json!("no-slash")),
                ("name", json!("two\nlines/x")),
                ("name", json!("/name")),
                ("name", json!("owner/")),
                ("name", json!(format!("o/{}", "n".repeat(99)))),
                ("branch", json!("")),
                ("branch", json!("b".repeat(201))),
                ("provider", json!("GITLAB")),
                ("branch", Value::Null),
            ]);
            let mut members = members.clone();
            members.insert(part.into(), spoilt);
            Value::Object(members)
        }
        _ => value.clone(),
    })
}
