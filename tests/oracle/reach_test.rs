//! Random scripts reach everything that they should, and the oracle stays sound meanwhile.

#![allow(clippy::expect_used, reason = "this is test code: a broken assumption ends the test")]

use crate::oracle::refusals::{ENVIRONMENT_REFUSALS, REFUSALS, each};
use crate::oracle::script::{LIMITS, connection_script, script};
use crate::oracle::{Call, Oracle, Reply};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::collections::BTreeSet;

/// Plays so many scripts; the rules of all refusals, and the things that were seen besides.
fn play(scripts: impl Strategy<Value = Vec<Call>>, count: usize) -> BTreeSet<String> {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..count {
        let tree = scripts.new_tree(&mut runner).expect("a script");
        let mut oracle = Oracle::new(LIMITS);
        for call in tree.current() {
            let (before, reply) = (oracle.clone(), oracle.call(&call));
            oracle.assert_sound();
            match reply {
                Reply::Refused { rule, .. } => {
                    // `refused-changes-nothing`
                    assert_eq!(format!("{before:?}"), format!("{oracle:?}"));
                    seen.insert(format!("{}: {rule}", call.operation));
                }
                Reply::Answer(_) => {
                    seen.insert(format!("answered {}", call.operation));
                }
            }
        }
        oracle.assert_events_tell_all();
        for event in oracle.events() {
            let detail = &event["detail"];
            let previous = detail["previousStatus"].as_str().unwrap_or("none");
            let status = detail["status"].as_str().expect("a status");
            seen.insert(format!("{previous} -> {status}"));
        }
    }
    seen
}

/// Every change of status.
const CHANGES: [&str; 27] = [
    "none -> PENDING",
    "PENDING -> CONNECTED",
    "PENDING -> REJECTED",
    "CONNECTED -> REJECTED",
    "PENDING -> DELETED",
    "CONNECTED -> DELETED",
    "REJECTED -> DELETED",
    "none -> IN_PROGRESS",
    "IN_PROGRESS -> SUCCEEDED",
    "IN_PROGRESS -> FAILED",
    "IN_PROGRESS -> CANCELLING",
    "CANCELLING -> CANCELLED",
    "CANCELLING -> FAILED",
    "CANCELLING -> SUCCEEDED",
    "SUCCEEDED -> IN_PROGRESS",
    "FAILED -> IN_PROGRESS",
    "CANCELLED -> IN_PROGRESS",
    "SUCCEEDED -> DELETE_IN_PROGRESS",
    "FAILED -> DELETE_IN_PROGRESS",
    "CANCELLED -> DELETE_IN_PROGRESS",
    "DELETE_FAILED -> DELETE_IN_PROGRESS",
    "DELETE_IN_PROGRESS -> DELETED",
    "DELETE_IN_PROGRESS -> DELETE_FAILED",
    "SUCCEEDED -> DELETED",
    "FAILED -> DELETED",
    "CANCELLED -> DELETED",
    "DELETE_FAILED -> DELETED",
];

/// What a script can reach, but not every few hundred do.
const RARE: [&str; 1] = ["CANCELLED -> DELETED"];

#[test]
fn scripts_reach_every_refusal_and_every_change_of_status() {
    let seen = play(script(120), 250);
    let mut goals = each(&REFUSALS);
    goals.extend(each(&ENVIRONMENT_REFUSALS));
    goals.extend(CHANGES.map(str::to_owned));
    let missed: Vec<&String> = goals.difference(&seen).filter(|goal| !RARE.contains(&goal.as_str())).collect();
    assert!(missed.is_empty(), "missed {missed:#?}");
    let (answered, others): (Vec<&String>, Vec<&String>) =
        seen.difference(&goals).partition(|seen| seen.starts_with("answered "));
    assert_eq!(answered.len(), 22, "{answered:?}");
    assert!(others.is_empty(), "these are no goals: {others:#?}");
}

#[test]
fn connection_scripts_reach_every_refusal_of_connections() {
    let seen = play(connection_script(60), 300);
    let mut goals = each(&REFUSALS);
    goals.extend(CHANGES[..7].iter().map(|change| (*change).to_owned()));
    goals.remove("RejectEnvironmentAccountConnection: no-reject-while-in-use");
    let missed: Vec<&String> = goals.difference(&seen).collect();
    assert!(missed.is_empty(), "missed {missed:#?}");
}
