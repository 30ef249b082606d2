//! Whatever is wrong with a recording: no panic, problems that say where, and a trace that can be read.

use account_connections_conformance::trace;
use serde_json::{Value, json};

use super::{Import, aws_cli, boto3, cloud_trail, event_bridge, fixture};

const SOURCES: [(&str, Import); 6] = [
    ("aws-cli.jsonl", aws_cli),
    ("boto3.jsonl", boto3),
    ("cloudtrail.json", cloud_trail),
    ("cloudtrail-looked-up.json", cloud_trail),
    ("cloudtrail-environment-account.jsonl", cloud_trail),
    ("eventbridge.json", event_bridge),
];

/// How many problems it has.
fn check(import: Import, text: &str) -> usize {
    let imported = import(&[("a file", text)]);
    for line in imported.to_string().lines() {
        trace::read(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    }
    for problem in &imported.problems {
        let said = problem.to_string();
        assert!(said.starts_with("a file: record ") && said.len() > 20 && !said.contains('\n'), "{said}");
    }
    imported.problems.len()
}

/// Does something to each value within one, and tells each result; a text that is JSON is gone into as well.
fn each(value: &Value, put: &dyn Fn(&Value) -> Vec<Value>, tell: &mut dyn FnMut(Value)) {
    put(value).into_iter().for_each(&mut *tell);
    match value {
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                each(item, put, &mut |changed| {
                    let mut items = items.clone();
                    items[at] = changed;
                    tell(items.into());
                });
            }
        }
        Value::Object(members) => {
            for (name, member) in members {
                let mut without = members.clone();
                without.remove(name);
                tell(without.into());
                each(member, put, &mut |changed| {
                    let mut members = members.clone();
                    members.insert(name.clone(), changed);
                    tell(members.into());
                });
            }
        }
        Value::String(text) if text.starts_with('{') => {
            if let Ok(within) = serde_json::from_str(text) {
                each(&within, put, &mut |changed| tell(changed.to_string().into()));
            }
        }
        _ => {}
    }
}

#[test]
fn every_value_replaced_or_removed() {
    let others = [json!(null), json!(true), json!(-1), json!(1e300), json!("x"), json!("é{"), json!([]), json!({})];
    let put = |value: &Value| others.iter().filter(|other| *other != value).cloned().collect();
    for (name, import) in SOURCES {
        let text = fixture(name);
        let documents = serde_json::Deserializer::from_str(&text).into_iter::<Value>().map(Result::unwrap);
        let documents = documents.collect::<Vec<_>>();
        let (mut cases, mut noticed) = (0, 0);
        for (at, document) in documents.iter().enumerate() {
            // Of rows the neighbours matter, of the rest only the document.
            let near = if name.ends_with(".jsonl") {
                &documents[at.saturating_sub(1)..(at + 2).min(documents.len())]
            } else {
                &[]
            };
            each(document, &put, &mut |changed| {
                let text = near.iter().map(|other| format!("{}\n", if other == document { &changed } else { other }));
                let text = if near.is_empty() { changed.to_string() } else { text.collect() };
                cases += 1;
                noticed += usize::from(check(import, &text) > 0);
            });
        }
        assert!(cases > 300 && noticed > cases / 40, "{name}: {noticed} of {cases}");
    }
}

#[test]
fn every_text_cut_off() {
    for (name, import) in SOURCES {
        let text = fixture(name);
        for end in (0..text.len()).step_by(29).filter(|end| text.is_char_boundary(*end)) {
            check(import, &text[..end]);
        }
    }
}

#[test]
fn what_comes_after_a_broken_document_is_read() {
    let text = fixture("cloudtrail-environment-account.jsonl");
    let whole = cloud_trail(&[("trail", &text)]);
    for (place, _) in text.match_indices("{\"userIdentity") {
        let (before, after) = text.split_at(place);
        let broken = format!("{before}{{\n  \"eventSource\":\n  {{\n{after}");
        let imported = cloud_trail(&[("trail", &broken)]);
        assert_eq!(imported.lines, whole.lines);
        let line = before.lines().count() + 1;
        let [problem] = &imported.problems[..] else { panic!("{:?}", imported.problems) };
        let said = format!("what begins in line {line} is not JSON: key must be a string in line {}", line + 3);
        assert_eq!(problem.error, said);
    }
}

#[test]
fn an_answer_is_not_that_of_an_earlier_attempt() {
    let text = fixture("boto3.jsonl");
    let [request, response] = text.lines().take(2).collect::<Vec<_>>()[..] else { panic!("two lines") };
    let unreadable = request.replace("Credential=", "");
    let imported = boto3(&[("calls", &format!("{request}\n{unreadable}\n{response}\n"))]);
    let [trace::Line::Call(call)] = &imported.lines[..] else { panic!("{imported}") };
    assert_eq!((&call.reply, call.end), (&trace::Reply::Unknown, None));
    assert_eq!(imported.problems.len(), 1);
}
