//! The two transition tables, with a row for each earlier status and a column for each thing that happens.

use account_connections::{
    Rule,
    connection::{CONNECTION_TRANSITIONS, ConnectionTrigger},
    environment::{DEPLOYMENT_TRANSITIONS, DeploymentTrigger},
};
use maud::{Markup, html};

use crate::report::{Cell, Report, Tally};

/// A row of a transition table, in words.
struct Transition {
    from: &'static str,
    on: &'static str,
    when: &'static str,
    to: Result<&'static str, Rule>,
    tally: Tally,
}

pub(super) fn section(report: &Report) -> Markup {
    html! {
        section #tables {
            h2 { "Transitions" }
            ul.key {
                li { span.dot.good {} "checked" }
                li { span.dot.bad {} "diverged" }
                li { span.dot.none {} "not seen" }
            }
            h3 { "A connection" }
            (table(&connection(report), ConnectionTrigger::ALL.iter().map(|on| on.name()).collect()))
            h3 { "An environment's deployment" }
            (table(&deployment(report), DeploymentTrigger::ALL.iter().map(|on| on.name()).collect()))
        }
    }
}

fn connection(report: &Report) -> Vec<Transition> {
    let words = |row| {
        let &account_connections::connection::ConnectionTransition { from, on, in_use, to, .. } = row;
        Transition {
            from: from.map_or("none yet", |status| status.name()),
            on: on.name(),
            when: match in_use {
                None => "",
                Some(true) => "in use",
                Some(false) => "not in use",
            },
            to: to.map(|to| to.map_or("gone", |status| status.name())),
            tally: tally(report, row.into()),
        }
    };
    CONNECTION_TRANSITIONS.iter().map(words).collect()
}

fn deployment(report: &Report) -> Vec<Transition> {
    let words = |row| {
        let &account_connections::environment::DeploymentTransition { from, on, when, to, .. } = row;
        Transition {
            from: from.map_or("none yet", |status| status.name()),
            on: on.name(),
            when: when.name(),
            to: to.map(|to| to.map_or("gone", |status| status.name())),
            tally: tally(report, row.into()),
        }
    };
    DEPLOYMENT_TRANSITIONS.iter().map(words).collect()
}

fn tally(report: &Report, cell: Cell) -> Tally {
    report.cells.get(&cell).copied().unwrap_or_default()
}

fn table(transitions: &[Transition], triggers: Vec<&'static str>) -> Markup {
    // Rows that follow each other have the same status before.
    let rows = transitions.chunk_by(|one, next| one.from == next.from);
    html! {
        div.scroll {
            table.transitions {
                thead { tr { th {} @for on in &triggers { th scope="col" { (on) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            th scope="row" { @if let Some(first) = row.first() { (first.from) } }
                            @for on in &triggers { td { @for cell in row.iter().filter(|cell| cell.on == *on) { (show(cell)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn show(transition: &Transition) -> Markup {
    let (class, said) = match transition.tally {
        Tally { checked: 0, broken: 0 } => ("none", "not seen".into()),
        Tally { checked: 0, broken } => ("bad", format!("✗ {broken}")),
        Tally { checked, broken: 0 } => ("good", format!("✓ {checked}")),
        Tally { checked, broken } => ("bad", format!("✓ {checked} ✗ {broken}")),
    };
    html! {
        div.cell.(class) {
            @if !transition.when.is_empty() { span.when { (transition.when) } }
            @match transition.to {
                Ok(status) => b { "→\u{a0}" @for part in status.split_inclusive('_') { (part) wbr; } },
                Err(rule) => a href={ "#" (rule) } { (rule) },
            }
            span.tally { (said) }
        }
    }
}
