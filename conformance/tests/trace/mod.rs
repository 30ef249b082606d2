//! `trace`: verdicts and their exit status, recordings in several files, and lines that cannot be read.

mod events;
mod files;
mod hidden;
mod long;
mod verdicts;

/// The recording that the walkthrough makes: of everything, from nothing on.
const STORY: &str = include_str!("../../../examples/traces/two-accounts.jsonl");

const HEADER: &str = r#"{"trace":1,"begins":"empty"}"#;

/// A deletion of what never was: a call that conforms by itself.
const CALL: &str = concat!(
    r#"{"account":"123456789222","region":"us-east-1","operation":"DeleteEnvironmentAccountConnection","#,
    r#""input":{"id":"a1b2c3d4-5678-90ab-cdef-111111111111"},"answer":{}}"#
);

/// The line of a report that begins with `lines`.
fn lines(report: &str) -> &str {
    report.lines().find_map(|line| line.strip_prefix("lines     ")).unwrap_or(report)
}

/// A recording in which the line of the first event is missing.
fn without_the_first_event(story: &str) -> String {
    let (before, after) = story.split_once("\n{\"events\"").unwrap();
    format!("{before}\n{}", after.split_once('\n').unwrap().1)
}
