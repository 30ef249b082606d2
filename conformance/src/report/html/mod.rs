//! A report as a single HTML page, which loads nothing from elsewhere and runs no script.

mod findings;
mod lines;
mod rules;
mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::{Covered, Report, Severity, Standing, Verdict, shown};

const STYLE: &str = include_str!("style.css");
/// Nothing is loaded and nothing is run, whatever a recording contains.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

impl Report {
    /// The report as an HTML page, for people who look at it in a browser.
    #[must_use]
    pub fn to_html(&self) -> String {
        page(self).into_string()
    }
}

fn page(report: &Report) -> Markup {
    let subject = report.subject.as_deref().unwrap_or("account connections");
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                title { (subject) ": " (report.verdict) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    p.eyebrow { "Conformance of account connections" }
                    h1 { (subject) }
                    p { span.verdict.(verdict_class(report.verdict)) { (report.verdict) } " by the profile " b { (report.profile) } }
                    p.lead { (meaning(report.verdict)) }
                }
                (numbers(report))
                (notes(report))
                (navigation(report))
                main {
                    (findings::section(report))
                    (rules::section(report))
                    (tables::section(report))
                    (lines::section(report))
                    (unused(report))
                }
            }
        }
    }
}

fn numbers(report: &Report) -> Markup {
    let lines = report.lines;
    let bar = [
        (lines.checked, "good", "checked"),
        (lines.narrowed, "soft", "narrowed"),
        (lines.not_checkable, "none", "not checkable"),
        (lines.diverged, "bad", "diverged"),
    ];
    let findings = |severity| report.findings.iter().filter(|finding| finding.severity == severity).count();
    html! {
        section.numbers aria-label="Numbers" {
            div.card {
                h2 { b { (lines.calls()) } " calls" @if lines.events > 0 { ", " (lines.events) " events" } }
                div.bar aria-hidden="true" {
                    @for (count, class, _) in bar.iter().filter(|(count, ..)| *count > 0) {
                        span.(class) style={ "flex-grow:" (count) } {}
                    }
                }
                ul.key { @for (count, class, name) in bar { li { span.dot.(class) {} b { (count) } " " (name) } } }
            }
            div.card {
                h2 { b { (report.rules_that(Standing::Held).count()) } " rules held" }
                ul.key {
                    @for standing in Standing::ALL.into_iter().filter(|standing| *standing != Standing::Held) {
                        li { span.dot.(class(standing)) {} b { (report.rules_that(standing).count()) } " " (standing.name()) }
                    }
                }
            }
            @if let Some(covered) = &report.covered { (met(covered)) }
            div.card {
                h2 { b { (report.findings.len()) } (if report.findings.len() == 1 { " finding" } else { " findings" }) }
                ul.key {
                    @for severity in [Severity::Violates, Severity::Deviates, Severity::Permitted] {
                        li { span.dot.(severity_class(severity)) {} b { (findings(severity)) } " " (severity) }
                    }
                }
            }
        }
    }
}

/// How much of a script was covered, as bars.
fn met(covered: &Covered) -> Markup {
    let rows = [("rules alone", covered.alone), ("pairs of rules", covered.pairs), ("cells", covered.cells)];
    html! {
        div.card {
            h2 { "Covered by the script " code { (covered.digest) } }
            @for (what, count) in rows.into_iter().filter(|(_, count)| count.possible > 0) {
                p.met { b { (count.met) } " of " (count.possible) " " (what) }
                div.bar aria-hidden="true" {
                    span.good style={ "flex-grow:" (count.met) } {}
                    span.none style={ "flex-grow:" (count.possible.saturating_sub(count.met)) } {}
                }
            }
        }
    }
}

fn notes(report: &Report) -> Markup {
    let advice = report.advice();
    html! {
        @if !report.notes.is_empty() || !advice.is_empty() {
            section.note {
                ul { @for note in &report.notes { li { (note) } } }
                @if !advice.is_empty() {
                    h2 { "What would help" }
                    ul { @for advice in advice { li { (advice) } } }
                }
            }
        }
    }
}

fn navigation(report: &Report) -> Markup {
    html! {
        nav aria-label="Sections" {
            @if !report.findings.is_empty() { a href="#findings" { "Findings" } }
            a href="#rules" { "Rules" }
            a href="#tables" { "Transitions" }
            @if lines::are_there(report) { a href="#lines" { "Lines" } }
            @if !report.unused_permits.is_empty() { a href="#permits" { "Permits" } }
        }
    }
}

fn unused(report: &Report) -> Markup {
    html! {
        @if !report.unused_permits.is_empty() {
            section #permits {
                h2 { "Permits that nothing used" }
                p.lead { "The profile permits these deviations, and the recording has none of them." }
                dl.permits { @for (rule, reason) in &report.unused_permits { dt { code { (rule) } } dd { (shown::text(reason)) } } }
            }
        }
    }
}

const fn meaning(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Conforms => "All that was asked for was checked, and what differs is permitted by the profile.",
        Verdict::Violates => "A rule that the public documentation or the API model states is broken.",
        Verdict::Deviates => {
            "Only rules are broken on which the public material is silent, and which the model had to choose."
        }
        Verdict::Inconclusive => "It cannot be said whether it conforms.",
    }
}

const fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Conforms => "good",
        Verdict::Violates => "bad",
        Verdict::Deviates => "warn",
        Verdict::Inconclusive => "none",
    }
}

const fn severity_class(severity: Severity) -> &'static str {
    match severity {
        Severity::Violates => "bad",
        Severity::Deviates => "warn",
        Severity::Permitted => "soft",
    }
}

const fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Held => "good",
        Standing::Broken => "bad",
        Standing::Permitted => "soft",
        Standing::Unclear => "warn",
        Standing::NotRun => "none",
    }
}
