use std::collections::BTreeSet;

use maud::{Markup, html};
use serde_json::Value;

use super::{super::shown, severity_class};
use crate::{
    report::{Expected, Finding, Lane, Place, Report},
    trace::{Call, Reply},
};

pub(super) fn section(report: &Report) -> Markup {
    html! {
        @if !report.findings.is_empty() {
            section #findings {
                h2 { "Findings" }
                p.lead { "One for each cause, in the order in which they were met." }
                @for (number, one) in (1..).zip(&report.findings) { (finding(number, one)) }
            }
        }
    }
}

fn finding(number: usize, finding: &Finding) -> Markup {
    let rule = finding.rule();
    let call = shown::call(&finding.call);
    html! {
        article.card.finding.(severity_class(finding.severity)) id={ "finding-" (number) } {
            h3 {
                span.number { (number) }
                a href={ "#" (rule) } { code { (rule) } }
                span.chip.(severity_class(finding.severity)) { (finding.severity) }
                span.chip { (rule.basis()) }
                @if finding.more > 0 { span.chip { "and " (finding.more) " more like it" } }
            }
            p.sentence { (rule.sentence()) }
            @if !finding.script.is_empty() {
                h4 { "Before" }
                ol.script { @for (place, before) in &finding.script { li { (earlier(place, &shown::call(before))) } } }
            }
            @if finding.lanes.is_empty() {
                h4 { "The call" }
                (line(&finding.place, &call))
                (json(&call.input))
                div.sides {
                    div.expected { h4 { "Expected" } (expected(&finding.expected)) }
                    div.got { h4 { "Got" } (reply(&call.reply)) }
                }
            } @else {
                (lanes(&finding.lanes))
                h4 { "Why there is no serial order" }
                (expected(&finding.expected))
            }
            (differences(finding))
            (suspects(finding))
            @if let Some(again) = &finding.again { h4 { "Again" } pre { code { (again) } } }
        }
    }
}

/// A row for each client, time from left to right: each call from its start to its end.
fn lanes(lanes: &[Lane]) -> Markup {
    let until = lanes.iter().map(|lane| lane.during.1).max().unwrap_or_default().max(1);
    let clients = lanes.iter().map(|lane| lane.client.as_str()).collect::<BTreeSet<_>>();
    let percent = |micros: u64| micros as f64 * 100.0 / until as f64;
    html! {
        @if !lanes.is_empty() {
            h4 { "Who called when" }
            div.lanes {
                @for client in clients {
                    div.lane {
                        span.who { "client " (client) }
                        div.during {
                            @for lane in lanes.iter().filter(|lane| lane.client == client) {
                                @let (from, to) = lane.during;
                                @let style = format!("left:{:.2}%;width:{:.2}%", percent(from), percent(to.saturating_sub(from)));
                                span style=(style) title=(lane.what) { (lane.what) }
                            }
                        }
                    }
                }
            }
            p.where { (until) " microseconds from left to right" }
        }
    }
}

fn earlier(place: &Place, call: &Call) -> Markup {
    html! {
        details {
            summary { (line(place, call)) }
            (json(&call.input))
            (reply(&call.reply))
        }
    }
}

/// A call in a line: where, who, what, and how it ended.
fn line(place: &Place, call: &Call) -> Markup {
    html! {
        span.call {
            b { (call.operation) }
            span.arrow { " → " }
            @match &call.reply {
                Reply::Answer(_) => span { "answer" },
                Reply::Error { kind, .. } => span { (kind) },
                Reply::Unknown => span { "no answer" },
            }
            span.where {
                @if let Some(client) = &call.client { "client " (client) " · " }
                (call.account) " · " (call.region) " · " (place)
            }
        }
    }
}

fn expected(expected: &Expected) -> Markup {
    match shown::expected(expected) {
        Expected::Answer(answer) => json(&answer),
        Expected::Refusal { rule, message } => html! {
            p { b { (rule.refuses_with().map_or("a refusal", |kind| kind.name())) } }
            p { (message) }
            p { "by the rule " a href={ "#" (rule) } { code { (rule) } } }
        },
        Expected::Other(other) if other.contains('\n') => html! { pre.wide { code { (other) } } },
        Expected::Other(other) => html! { p { (other) } },
    }
}

fn reply(reply: &Reply) -> Markup {
    match reply {
        Reply::Answer(answer) => json(answer),
        Reply::Error { kind, message } => html! {
            p { b { (kind) } }
            @if let Some(message) = message { p { (message) } }
        },
        Reply::Unknown => html! { p { "no answer: the call was made or not" } },
    }
}

fn differences(finding: &Finding) -> Markup {
    let side = |side: &Option<Value>| match side {
        Some(value) => html! { code { (value) } },
        None => html! { span.absent { "nothing" } },
    };
    html! {
        @if finding.members().next().is_some() {
            h4 { "Differences" }
            div.scroll {
                table.differences {
                    thead { tr { th { "Member" } th { "Expected" } th { "Got" } } }
                    tbody {
                        @for difference in finding.members().map(shown::difference) {
                            tr {
                                th scope="row" { code { (difference.path) } }
                                td { (side(&difference.expected)) }
                                td { (side(&difference.got)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn suspects(finding: &Finding) -> Markup {
    html! {
        @for (rank, suspect) in finding.suspects.iter().enumerate() {
            @if rank == 0 {
                h4 { "Why this rule" }
                p { (suspect) "." }
            } @else {
                @if rank == 1 { h4 { "Other suspects" } }
                p { a href={ "#" (suspect.rule) } { code { (suspect.rule) } } " (" (suspect.rule.basis()) "): " (suspect) "." }
            }
        }
    }
}

fn json(value: &Value) -> Markup {
    html! { pre { code { (format!("{value:#}")) } } }
}
