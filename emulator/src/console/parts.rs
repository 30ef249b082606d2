//! The small parts of pages: statuses, times, texts, tables, refusals.

use account_connections::{Basis, Rule, id::Timestamp, page::NextToken};
use maud::{Markup, html};

use super::{refused::Refused, values};

/// A status, coloured, with its name as text.
pub(super) fn badge(status: &str) -> Markup {
    let tone = match status {
        "CONNECTED" | "SUCCEEDED" | "managed" => "good",
        "PENDING" | "unmanaged" | "CANCELLED" => "wait",
        "IN_PROGRESS" | "CANCELLING" | "DELETE_IN_PROGRESS" => "busy",
        "REJECTED" | "FAILED" | "DELETE_FAILED" | "refused" | "left over" => "bad",
        _ => "plain",
    };
    html! { span.badge.(tone) { (status) } }
}

/// A moment: the script shows it in the viewer's own zone.
pub(super) fn time(at: Timestamp) -> Markup {
    let exact = at.to_string();
    let (date, clock) = exact.split_once('T').unwrap_or_default();
    let clock = clock.split('.').next().unwrap_or_default();
    html! { time datetime=(exact) title=(exact) { (date) " " (clock) " UTC" } }
}

/// What the model says, with text in backticks as code.
pub(super) fn said(text: &str) -> Markup {
    html! {
        @for (place, part) in text.split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// A text that is cut if it is long, and shown in full on demand.
pub(super) fn long(text: &str) -> Markup {
    const SHOWN: usize = 44;
    let end = text.chars().rev().take(SHOWN / 2).collect::<Vec<_>>().into_iter().rev().collect::<String>();
    html! {
        @if text.chars().count() <= SHOWN {
            code.text { (text) }
        } @else {
            details.long {
                summary { code { (text.chars().take(SHOWN / 2).collect::<String>()) "…" (end) } }
                code.text { (text) }
            }
        }
    }
}

/// A text that is shown only on request.
pub(super) fn sensitive(what: &str, text: &str) -> Markup {
    html! {
        details.secret {
            summary { "Show " (what) span.note { " (sensitive, " (counted(text.chars().count(), "character")) ")" } }
            pre { (text) }
        }
    }
}

pub(super) fn counted(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

/// Names and what they stand for; what is absent is left out.
pub(super) fn facts(facts: Vec<(&str, Option<Markup>)>) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in facts {
                @if let Some(value) = value { div { dt { (name) } dd { (value) } } }
            }
        }
    }
}

/// A table, or what to do if it is empty. On a narrow screen each row is a card, but screen readers still present a
/// table.
pub(super) struct Table<'t> {
    /// Unique on the page: parts that refresh by themselves are found by it.
    pub(super) id: &'t str,
    pub(super) caption: &'t str,
    pub(super) columns: &'t [&'t str],
    pub(super) rows: Vec<Vec<Markup>>,
    pub(super) empty: Markup,
}

impl Table<'_> {
    pub(super) fn markup(&self) -> Markup {
        html! {
            div.live id=(self.id) data-live {
                @if self.rows.is_empty() {
                    h2 { (self.caption) }
                    div.empty { (self.empty) }
                } @else {
                    table role="table" {
                        caption { h2 { (self.caption) } }
                        thead role="rowgroup" {
                            tr role="row" {
                                @for column in self.columns { th role="columnheader" scope="col" { (column) } }
                            }
                        }
                        tbody role="rowgroup" {
                            @for row in &self.rows {
                                tr role="row" {
                                    @for (cell, column) in row.iter().zip(self.columns) {
                                        td role="cell" data-column=(column) { (cell) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The way to the next page of a list, and back to its beginning.
pub(super) fn pager(path: &str, list: &str, is_first: bool, next: Option<&NextToken>) -> Markup {
    html! {
        @if !is_first || next.is_some() {
            p.pager {
                @if !is_first { a.button href=(path) { "First page" } }
                @if let Some(next) = next {
                    a.button href={ (path) "?" (values::query(&[(list, next.as_str())])) } { "Next page" }
                }
            }
        }
    }
}

/// A rule: its name, what it says, and what it rests on.
pub(super) fn rule(rule: Rule) -> Markup {
    html! {
        span.rule {
            "Rule " code { (rule) } " (" (basis(rule.basis())) "): " (rule.sentence()) "."
        }
    }
}

pub(super) const fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Documented => "documented in the guide",
        Basis::ApiModel => "from the API model",
        Basis::Chosen => "chosen by this model",
    }
}

/// Why something was refused.
pub(super) fn refusal(refused: &Refused) -> Markup {
    html! {
        div.refusal {
            p { strong { (refused.kind) } ": " (said(&refused.message)) "." }
            @if let Some(broken) = refused.rule { p { (rule(broken)) } }
        }
    }
}

/// A link to another page that looks like a button.
pub(super) fn button(label: &str, href: &str, what: &str) -> Markup {
    html! { a.button href=(href) { (label) span.hidden { " " (what) } } }
}

/// Whether a button leads on, or to something that cannot be undone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Go,
    Danger,
}

impl Tone {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Go => "go",
            Self::Danger => "danger",
        }
    }
}

/// The same, if the page that it leads to asks for confirmation: the script shows that in a dialog.
pub(super) fn asking(label: &str, href: &str, what: &str, tone: Tone) -> Markup {
    html! { a.button.(tone.class()) href=(href) data-dialog { (label) span.hidden { " " (what) } } }
}
