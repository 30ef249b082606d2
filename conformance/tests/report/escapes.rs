//! Whatever a recording has in it, the page loads nothing and runs nothing, and the terminal obeys nothing.

use std::collections::BTreeMap;

use account_connections::Rule;
use serde_json::json;

use account_connections_conformance::{
    report::{Expected, Judged, Report, Severity, Suspect},
    trace::Reply,
};

use super::sample::{OWNER, at, call, difference, finding, judged_line, report, unreadable};

const MARKUP: &str = "\"'><script src=\"//evil.example/x.js\">1</script><img src=x onerror=alert(1)>&";
const CONTROLS: &str = "\u{1b}]0;title\u{7}\u{9b}2J\r\ninjected\u{7f}\u{0}";

#[test]
fn markup_in_any_text_is_text() {
    let page = hostile(MARKUP).to_html();
    let style = include_str!("../../src/report/html/style.css");
    let rest = page.replace(style, "");
    assert_eq!(page.len() - rest.len(), style.len(), "the style is there once");
    for tag in ["<script", "<img", "<link", "<iframe", "<object", "<base"] {
        assert!(!rest.contains(tag), "{tag}");
    }
    // What is not escaped ends an attribute: then the next quote is not the one that the page wrote.
    assert!(!rest.contains("\"'>"), "a quote");
    for loads in ["src=\"http", "href=\"http", "href=\"//", "url("] {
        assert!(!rest.contains(loads), "{loads}");
    }
    assert!(!style.contains("url(") && !style.contains("@import"));
}

#[test]
fn every_link_leads_to_a_place_on_the_page() {
    let page = report().to_html();
    let after = |mark| page.split(mark).skip(1).map(|rest| rest.split('"').next().unwrap());
    let places = after(" id=\"").collect::<Vec<_>>();
    let links = after("href=\"").collect::<Vec<_>>();
    assert!(links.len() > 20);
    for link in links {
        assert!(places.contains(&link.strip_prefix('#').unwrap()), "{link}");
    }
}

#[test]
fn control_characters_in_any_text_do_not_reach_the_terminal() {
    let text = hostile(CONTROLS).to_string();
    let found = text.chars().find(|character| character.is_control() && *character != '\n');
    assert_eq!(found, None);
    // Nor does a new line begin where the report did not begin it.
    assert!(!text.lines().any(|line| line.starts_with("injected")));
    assert!(text.contains(r"\u{1b}]0;title\u{7}"));
}

/// A report with this text in every place that comes from outside.
fn hostile(text: &str) -> Report {
    let mut report = report();
    let hostile = || text.to_owned();
    let mut place = at(1);
    place.file = hostile();
    report.subject = Some(hostile());
    report.profile = hostile();
    report.notes = vec![hostile()];
    report.not_run = BTreeMap::from([(Rule::Linearizable, hostile())]);
    report.unused_permits = vec![(Rule::DeleteFrees, hostile())];
    report.unreadable = vec![unreadable(place.clone(), text)];
    report.judged = vec![judged_line(place, Judged::Narrowed(hostile()))];
    for reply in [
        Reply::Answer(json!({ text: text })),
        Reply::Error { kind: hostile(), message: Some(hostile()) },
        Reply::Unknown,
    ] {
        let mut call = call(OWNER, text, json!({ text: [text] }), reply);
        call.client = Some(hostile());
        for expected in [
            Expected::Answer(json!({ text: text })),
            Expected::Refusal { rule: Rule::TagLimit, message: hostile() },
            Expected::Other(hostile()),
        ] {
            let mut finding = finding(Rule::TagLimit, Severity::Deviates, call.clone(), expected);
            finding.suspects.push(Suspect::new(Rule::SetTags, text));
            finding.script = vec![(at(1), call.clone())];
            let value = Some(json!(text));
            finding.differences = vec![difference(text, value.clone(), value)];
            report.findings.push(finding);
        }
    }
    report
}
