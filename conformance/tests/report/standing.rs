use account_connections::{
    Rule,
    connection::{CONNECTION_TRANSITIONS, ConnectionStatus, ConnectionTrigger},
    environment::{DEPLOYMENT_TRANSITIONS, DeploymentStatus, DeploymentTrigger},
};

use account_connections_conformance::report::{Cell, Lines, Severity, Standing, Verdict};

use super::sample::report;

#[test]
fn a_rule_is_broken_where_a_finding_is_put_down_to_it_and_not_where_it_was_merely_there() {
    let report = report();
    for (rule, standing) in [
        (Rule::RejectedIsFinal, Standing::Broken),
        (Rule::ListOrder, Standing::Broken),
        (Rule::OutputsRecorded, Standing::Permitted),
        (Rule::FirstFailureWins, Standing::Unclear),
        (Rule::StartsPending, Standing::Held),
        (Rule::TagLimit, Standing::NotRun),
    ] {
        assert_eq!(report.standing(rule), standing, "{rule}");
    }
}

#[test]
fn the_gravest_of_several_findings_counts() {
    for place in [0, 1] {
        let mut report = report();
        let mut permitted = report.findings[0].clone();
        permitted.severity = Severity::Permitted;
        report.findings.insert(place, permitted);
        assert_eq!(report.standing(Rule::RejectedIsFinal), Standing::Broken);
    }
}

/// Each row is found by what leads to it, and by nothing that another row is for.
#[test]
fn every_row_of_the_tables_is_a_cell() {
    let statuses = || [None].into_iter().chain(ConnectionStatus::ALL.iter().copied().map(Some));
    let mut met = Vec::new();
    for (from, on, in_use) in statuses().flat_map(|from| {
        ConnectionTrigger::ALL.iter().flat_map(move |on| [false, true].map(|in_use| (from, *on, in_use)))
    }) {
        met.extend(Cell::of_connection(from, on, in_use));
    }
    met.dedup();
    assert_eq!(met.len(), CONNECTION_TRANSITIONS.len());
    assert!(CONNECTION_TRANSITIONS.iter().all(|row| met.contains(&row.into())));
    for row in DEPLOYMENT_TRANSITIONS {
        assert_eq!(Cell::of_deployment(row.from, row.on, |when| when == row.when), Some(row.into()));
    }
    assert_eq!(Cell::of_deployment(Some(DeploymentStatus::Failed), DeploymentTrigger::Create, |_| true), None);
}

#[test]
fn an_inconclusive_report_says_what_would_help() {
    let mut report = report();
    assert!(report.advice().is_empty());
    report.verdict = Verdict::Inconclusive;
    report.lines = Lines::default();
    let nothing = report.advice();
    assert!(nothing[0].contains("give a recording that has calls"), "{nothing:?}");
    report.lines.not_checkable = 3;
    let unknown = report.advice();
    assert!(unknown[0].contains("record from the beginning"), "{unknown:?}");
    assert!(unknown[1].contains("could not be read"), "{unknown:?}");
    assert!(report.to_string().contains("what would help"));
    assert!(report.to_html().contains("What would help"));
    assert!(report.to_junit(false).contains("<error message="));
}
