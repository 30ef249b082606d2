//! A report as JSON. `complete` is its last member, so that a file that was not written completely does not have it.

use account_connections::Rule;
use serde::Serialize;
use serde_json::{
    Value, json,
    value::{RawValue, to_raw_value},
};

use super::{Cell, Covered, Expected, Finding, Judged, JudgedLine, Place, Report, Standing, shown};
use crate::{
    script::Count,
    trace::{Call, Reply},
};

impl Report {
    /// The report as JSON, for programs: a call is written as the line of a trace.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every value in it can be JSON.
        let mut json = serde_json::to_string_pretty(&Members::of(self)).unwrap_or_default();
        json.push('\n');
        json
    }
}

/// A value on its own line; `None` for a value that JSON cannot have, of which there are none here.
type OnALine = Option<Box<RawValue>>;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Members<'a> {
    verdict: &'static str,
    subject: Option<&'a str>,
    profile: &'a str,
    calls: u64,
    lines: OnALine,
    notes: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    covered: OnALine,
    advice: Vec<String>,
    rules: Rules,
    findings: Vec<Found>,
    unreadable: Vec<OnALine>,
    unused_permits: Vec<OnALine>,
    cells: Vec<OnALine>,
    judged: Vec<OnALine>,
    complete: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rules {
    checked: Vec<OnALine>,
    broken: Vec<OnALine>,
    permitted: Vec<OnALine>,
    unclear: Vec<OnALine>,
    not_run: Vec<OnALine>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    rule: Rule,
    suspects: Vec<OnALine>,
    basis: &'static str,
    severity: &'static str,
    explained: bool,
    sentence: &'static str,
    place: OnALine,
    call: OnALine,
    script: Vec<OnALine>,
    script_places: Vec<OnALine>,
    expected: OnALine,
    got: OnALine,
    differences: Vec<OnALine>,
    more: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    again: Option<String>,
}

impl<'a> Members<'a> {
    fn of(report: &'a Report) -> Self {
        let lines = report.lines;
        let unreadable = report.unreadable.iter();
        let unused = report.unused_permits.iter();
        Self {
            verdict: report.verdict.name(),
            subject: report.subject.as_deref(),
            profile: &report.profile,
            calls: lines.calls(),
            lines: on_a_line(&json!({
                "checked": lines.checked, "narrowed": lines.narrowed, "notCheckable": lines.not_checkable,
                "diverged": lines.diverged, "events": lines.events,
            })),
            notes: &report.notes,
            covered: report.covered.as_ref().and_then(covered),
            advice: report.advice(),
            rules: Rules::of(report),
            findings: report.findings.iter().map(Found::of).collect(),
            unreadable: unreadable
                .map(|line| on_a_line(&at(&line.place, json!({ "error": shown::text(&line.error) }))))
                .collect(),
            unused_permits: unused
                .map(|(rule, reason)| on_a_line(&json!({ "rule": rule, "reason": reason })))
                .collect(),
            cells: report
                .cells
                .iter()
                .map(|(cell, tally)| {
                    let count = json!({ "checked": tally.checked, "broken": tally.broken });
                    on_a_line(&with(cell_members(*cell), count))
                })
                .collect(),
            judged: report.judged.iter().map(judged).collect(),
            complete: report.complete,
        }
    }
}

fn covered(covered: &Covered) -> OnALine {
    let count = |Count { met, planned, possible, .. }| json!({ "met": met, "planned": planned, "possible": possible });
    let Covered { alone, pairs, cells, digest } = covered;
    on_a_line(&json!({
        "alone": count(*alone), "pairs": count(*pairs), "cells": count(*cells), "script": digest,
    }))
}

impl Rules {
    fn of(report: &Report) -> Self {
        let counted = |standing| {
            let rules = report.rules_that(standing);
            rules
                .map(|rule| {
                    let tally = report.tally(rule);
                    on_a_line(&json!({ "rule": rule, "checked": tally.checked, "broken": tally.broken }))
                })
                .collect()
        };
        let not_run = report.rules_that(Standing::NotRun);
        Self {
            checked: counted(Standing::Held),
            broken: counted(Standing::Broken),
            permitted: counted(Standing::Permitted),
            unclear: counted(Standing::Unclear),
            not_run: not_run
                .map(|rule| on_a_line(&json!({ "rule": rule, "reason": report.why_not_run(rule) })))
                .collect(),
        }
    }
}

impl Found {
    fn of(finding: &Finding) -> Self {
        let rule = finding.rule();
        let suspects = finding.suspects.iter().map(|suspect| {
            on_a_line(&json!({
                "rule": suspect.rule, "basis": suspect.rule.basis(),
                "explained": suspect.explained, "why": suspect.why,
            }))
        });
        let differences = finding.differences.iter().map(|difference| {
            let shown = shown::difference(difference);
            let side =
                |name: &str, value: Option<Value>| value.map_or_else(|| json!({}), |value| json!({ name: value }));
            let sides = with(side("expected", shown.expected), side("got", shown.got));
            on_a_line(&with(json!({ "path": shown.path }), sides))
        });
        Self {
            rule,
            suspects: suspects.collect(),
            basis: rule.basis().name(),
            severity: finding.severity.name(),
            explained: finding.suspects.first().is_some_and(|suspect| suspect.explained),
            sentence: rule.sentence(),
            place: on_a_line(&at(&finding.place, json!({}))),
            call: call(&finding.call),
            script: finding.script.iter().map(|(_, before)| call(before)).collect(),
            script_places: finding.script.iter().map(|(place, _)| on_a_line(&at(place, json!({})))).collect(),
            expected: on_a_line(&expected(&finding.expected)),
            got: on_a_line(&got(&shown::call(&finding.call).reply)),
            differences: differences.collect(),
            more: finding.more,
            again: finding.again.clone(),
        }
    }
}

fn judged(line: &JudgedLine) -> OnALine {
    on_a_line(&at(
        &line.place,
        match &line.as_what {
            Judged::Checked => json!({ "as": "checked" }),
            Judged::Narrowed(why) => json!({ "as": "narrowed", "why": why }),
            Judged::NotCheckable(why) => json!({ "as": "notCheckable", "why": why }),
            Judged::Diverged => json!({ "as": "diverged" }),
        },
    ))
}

fn cell_members(cell: Cell) -> Value {
    match cell {
        Cell::Connection { from, on, in_use } => {
            json!({ "table": "connection", "from": from, "on": on, "inUse": in_use })
        }
        Cell::Deployment { from, on, when } => json!({ "table": "deployment", "from": from, "on": on, "when": when }),
    }
}

fn call(call: &Call) -> OnALine {
    RawValue::from_string(shown::call(call).to_string()).ok()
}

fn expected(expected: &Expected) -> Value {
    match shown::expected(expected) {
        Expected::Answer(answer) => json!({ "answer": answer }),
        Expected::Refusal { rule, message } => {
            json!({ "error": { "kind": rule.refuses_with(), "message": message }, "rule": rule })
        }
        Expected::Other(other) => json!({ "other": other }),
    }
}

fn got(reply: &Reply) -> Value {
    match reply {
        Reply::Answer(answer) => json!({ "answer": answer }),
        Reply::Error { kind, message } => json!({ "error": { "kind": kind, "message": message } }),
        Reply::Unknown => Value::Null,
    }
}

fn at(place: &Place, members: Value) -> Value {
    with(json!({ "file": place.file, "line": place.line }), members)
}

/// The members of two objects.
fn with(mut one: Value, other: Value) -> Value {
    if let (Value::Object(one), Value::Object(other)) = (&mut one, other) {
        one.extend(other);
    }
    one
}

fn on_a_line(value: &Value) -> OnALine {
    to_raw_value(value).ok()
}
