//! What recordings lack: functions of a trace. The right model's trace is right after each of them, too.

mod hide;
mod lines;
mod seconds;

use account_connections_conformance::trace::{Header, Line};

pub use hide::{ERROR_MESSAGES, SENSITIVE, hidden};
pub use lines::{from_the_middle, losing_answers, without_host, without_reads};
pub use seconds::in_whole_seconds;

/// A recording: its header and its lines.
pub type Trace = (Header, Vec<Line>);

/// A way in which a recording lacks something.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Degradation {
    /// What it is called.
    pub name: &'static str,
    /// The recording that lacks it.
    pub apply: fn(Trace) -> Trace,
}

/// All of them, the whole recording first.
pub const ALL: &[Degradation] = &[
    Degradation { name: "everything", apply: |trace| trace },
    Degradation { name: "no reads", apply: without_reads },
    Degradation { name: "whole seconds", apply: in_whole_seconds },
    Degradation { name: "hidden", apply: |trace| hidden(trace, &[SENSITIVE, ERROR_MESSAGES].concat()) },
    Degradation { name: "from the middle", apply: from_a_third },
    Degradation { name: "answers lost", apply: |trace| losing_answers(trace, 1, 10) },
    Degradation { name: "no host", apply: without_host },
    Degradation { name: "CloudTrail", apply: as_cloudtrail },
];

/// What CloudTrail's records of all accounts have: no reads, whole seconds, sensitive members blacked out, but the
/// messages of errors; nothing of the host's side.
#[must_use]
pub fn as_cloudtrail(trace: Trace) -> Trace {
    let recorded = without_host(without_reads(trace));
    in_whole_seconds(hidden(recorded, SENSITIVE))
}

fn from_a_third(trace: Trace) -> Trace {
    let third = trace.1.iter().filter(|line| matches!(line, Line::Call(_))).count() / 3;
    from_the_middle(trace, third)
}
