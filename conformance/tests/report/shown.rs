use account_connections::Rule;
use account_connections_conformance::report::{Expected, Report, Severity};
use serde_json::{Value, json};

use super::sample::{OWNER, call, difference, finding};
use account_connections_conformance::trace::Reply;

/// What a report shows of these two values, expected and got.
fn shown(path: &str, expected: Value, got: Value) -> [Value; 2] {
    let get = call(OWNER, "GetEnvironment", json!({}), Reply::Unknown);
    let mut finding = finding(Rule::SetTags, Severity::Deviates, get, Expected::Other(String::new()));
    finding.differences = vec![difference(path, Some(expected), Some(got))];
    let mut report = Report::new("default");
    report.findings = vec![finding];
    let json = serde_json::from_str::<Value>(&report.to_json()).unwrap();
    ["expected", "got"].map(|side| json["findings"][0]["differences"][0][side].clone())
}

#[test]
fn a_text_is_cut_where_it_gets_long_and_never_within_a_character() {
    for length in [0, 1, 199, 200, 201, 5000] {
        let text = "ä".repeat(length);
        let [cut, _] = shown("/spec", json!(text), json!(1));
        let expected =
            if length <= 200 { text } else { format!("{}… ({length} characters in all)", "ä".repeat(200)) };
        assert_eq!(cut, expected);
    }
}

/// Wherever two long texts differ, what is shown of them differs.
#[test]
fn a_difference_of_long_texts_shows_where_they_differ() {
    let text = |wrong: Option<usize>| {
        json!((0..1000).map(|index| if Some(index) == wrong { 'X' } else { 'x' }).collect::<String>())
    };
    for wrong in (0..1000).step_by(9) {
        let [expected, got] = shown("/spec", text(None), text(Some(wrong)));
        assert!(got.as_str().unwrap().contains('X') && !expected.as_str().unwrap().contains('X'), "{wrong}");
    }
}

#[test]
fn a_long_list_is_cut_and_outputs_are_hidden_at_any_depth() {
    let list = |value: &str| json!({ "outputs": vec![json!({ "key": "k", "valueString": value }); 11] });
    let mut cut = list("…");
    cut["outputs"][10] = json!("… (11 items in all)");
    assert_eq!(shown("", list("secret"), json!(["valueString"])), [cut, json!(["valueString"])]);
}
