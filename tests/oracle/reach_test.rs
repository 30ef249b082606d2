//! Random scripts reach everything that they should, and the oracle stays sound meanwhile.

#![allow(clippy::expect_used, reason = "this is test code: a broken assumption ends the test")]

use crate::oracle::script::{ACCOUNTS, HOME, LIMITS, connection_script, script};
use crate::oracle::{Call, Oracle, Reply};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
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

/// Every rule by which an operation can be refused in a script: those on connections and tags.
pub const REFUSALS: [(&str, &str); 10] = [
    (
        "CreateEnvironmentAccountConnection",
        "well-formed-input reserved-tag-prefix distinct-accounts role-required role-in-environment-account
        client-token-mismatch connection-quota",
    ),
    ("GetEnvironmentAccountConnection", "well-formed-input connection-not-found"),
    ("ListEnvironmentAccountConnections", "well-formed-input foreign-token"),
    (
        "UpdateEnvironmentAccountConnection",
        "well-formed-input connection-not-found environment-account-owns role-in-environment-account
        rejected-is-final",
    ),
    (
        "AcceptEnvironmentAccountConnection",
        "well-formed-input connection-not-found management-decides rejected-is-final",
    ),
    (
        "RejectEnvironmentAccountConnection",
        "well-formed-input connection-not-found management-decides no-reject-while-in-use",
    ),
    ("DeleteEnvironmentAccountConnection", "well-formed-input environment-account-owns"),
    ("TagResource", "well-formed-input reserved-tag-prefix arn-not-found connection-tags-are-the-owners tag-limit"),
    ("UntagResource", "well-formed-input reserved-tag-prefix arn-not-found connection-tags-are-the-owners"),
    ("ListTagsForResource", "well-formed-input arn-not-found connection-tags-are-the-owners foreign-token"),
];

/// The same for the operations on environments. `clean-up-too-large` and `resource-shared-too-widely` take more
/// environments than a script has.
pub const ENVIRONMENT_REFUSALS: [(&str, &str); 13] = [
    (
        "CreateEnvironment",
        "well-formed-input reserved-tag-prefix one-provisioning-method role-in-own-account
        environment-name-mismatch environment-modified connection-not-found management-provisions connection-names-environment
        connection-must-be-connected rejected-is-final environment-quota",
    ),
    ("GetEnvironment", "well-formed-input environment-not-found"),
    ("ListEnvironments", "well-formed-input foreign-token"),
    (
        "UpdateEnvironment",
        "well-formed-input environment-not-found deployment-type-parameters keep-provisioning-method
        role-in-own-account connection-not-found management-provisions connection-names-environment
        same-environment-account connection-must-be-connected rejected-is-final one-deployment-at-a-time
        deletion-started unmanaged-cannot-deploy",
    ),
    ("DeleteEnvironment", "well-formed-input one-deployment-at-a-time"),
    ("CancelEnvironmentDeployment", "well-formed-input environment-not-found cancel-updates-only nothing-to-cancel"),
    ("ListEnvironmentProvisionedResources", "well-formed-input environment-not-found"),
    ("ListEnvironmentOutputs", "well-formed-input environment-not-found deployment-not-found"),
    (
        "NotifyResourceDeploymentStatusChange",
        "well-formed-input arn-not-found notify-needs-self-provisioning stale-report",
    ),
    ("ReportDeployment", "well-formed-input environment-not-found stale-report"),
    ("ProvisioningAuthority", "well-formed-input environment-not-found provisioning-authority"),
    ("ListProvisionedResources", "well-formed-input foreign-token"),
    ("CleanUpResources", "well-formed-input"),
];

/// A script that is refused twice, for which it takes many environments: one resource of 20 of them and of one more, and
/// a clean-up of 50 of them and of one more.
pub fn wide() -> Vec<Call> {
    let (account, mut calls) = (ACCOUNTS[0], Vec::new());
    let mut call = |operation: &str, input: Value| {
        let id = format!("00000000-0000-4000-8000-{:012}", calls.len());
        calls.push(Call {
            account: account.to_owned(),
            region: HOME.to_owned(),
            now: 1_619_651_610_847,
            fresh: id.clone(),
            operation: operation.to_owned(),
            input,
        });
        id
    };
    for n in 0..51 {
        let name = format!("e{n}");
        let id = call(
            "CreateEnvironment",
            json!({
                "name": name,
                "spec": "spec",
                "templateName": "vpc",
                "templateMajorVersion": "1",
                "protonServiceRoleArn": format!("arn:aws:iam::{account}:role/own"),
            }),
        );
        let report = |resource: String| json!({"name": name, "deploymentId": id, "outcome": "SUCCEEDED", "resources": [{"identifier": resource}]});
        if n == 20 {
            call("ReportDeployment", report("r0".to_owned()));
        }
        call("ReportDeployment", report(format!("r{}", n / 20)));
    }
    call("CleanUpResources", json!({"identifiers": ["r0", "r1", "r2"]}));
    call("CleanUpResources", json!({"identifiers": ["r0", "r1", "none"]}));
    call("CleanUpResources", json!({"identifiers": ["r2"]}));
    calls
}

/// A table's refusals, each as `operation: rule`.
pub fn each(table: &[(&str, &str)]) -> BTreeSet<String> {
    let rules = table.iter().flat_map(|(operation, rules)| rules.split_whitespace().map(move |rule| (operation, rule)));
    rules.map(|(operation, rule)| format!("{operation}: {rule}")).collect()
}

/// Every change of status.
const CHANGES: [&str; 28] = [
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
    "IN_PROGRESS -> CANCELLED",
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
    assert_eq!(answered.len(), 23, "{answered:?}");
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
