use account_connections::{Basis, Rule};
use maud::{Markup, html};

use super::{class, severity_class};
use crate::report::{Report, Standing};

pub(super) fn section(report: &Report) -> Markup {
    html! {
        section #rules {
            h2 { "Rules" }
            @for basis in Basis::ALL { (group(report, *basis)) }
        }
    }
}

fn group(report: &Report, basis: Basis) -> Markup {
    let of = |standing| report.rules_that(standing).filter(move |rule| rule.basis() == basis);
    let run =
        Standing::ALL.into_iter().filter(|standing| *standing != Standing::NotRun).flat_map(of).collect::<Vec<_>>();
    let not_run = of(Standing::NotRun).collect::<Vec<_>>();
    html! {
        h3 { (title(basis)) }
        p.lead { (about(basis)) }
        @if !run.is_empty() {
            table.rules {
                thead { tr { th { "Rule" } th { "Verdict" } th.count { "Checked" } th.count { "Diverged" } } }
                tbody { @for rule in run { (row(report, rule)) } }
            }
        }
        @if !not_run.is_empty() {
            details {
                summary { (not_run.len()) " not run" }
                table.rules {
                    thead { tr { th { "Rule" } th { "Why not" } } }
                    tbody { @for rule in not_run { tr { (name(rule)) td { (report.why_not_run(rule)) } } } }
                }
            }
        }
    }
}

fn row(report: &Report, rule: Rule) -> Markup {
    let standing = report.standing(rule);
    let tally = report.tally(rule);
    let findings = (1..).zip(&report.findings).filter(|(_, finding)| finding.rule() == rule);
    html! {
        tr {
            (name(rule))
            td {
                @let class = report.gravest(rule).map_or(class(standing), severity_class);
                span.chip.(class) { (standing.name()) }
                @for (number, _) in findings { " " a href={ "#finding-" (number) } { "finding " (number) } }
            }
            td.count { (tally.checked) }
            td.count { (tally.broken) }
        }
    }
}

fn name(rule: Rule) -> Markup {
    html! { th scope="row" id=(rule) { code { (rule) } p.sentence { (rule.sentence()) } } }
}

const fn title(basis: Basis) -> &'static str {
    match basis {
        Basis::Documented => "Documented",
        Basis::ApiModel => "API model",
        Basis::Chosen => "Chosen",
    }
}

const fn about(basis: Basis) -> &'static str {
    match basis {
        Basis::Documented => "The service's guide says so.",
        Basis::ApiModel => "The public API model says so: its shapes, limits, error names and descriptions.",
        Basis::Chosen => "The public material is silent, and the model had to choose.",
    }
}
