//! Requests to the model, and what they leave in a store.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::{Value, json};
use uuid::Uuid;

use super::samples::{E, IDS, M, NAMES, REGION, TIMES, constant, record, resources};
use crate::{
    Memory,
    id::{Caller, Timestamp},
    operation::{Context, Limits, Operation},
    run,
    store::{Key, Write},
};

/// A request by an account, and what it is decided with.
pub(super) type Call = (Operation, Context);

/// A story in which every kind of record gets into every state: a line for each call, with account, operation and
/// input.
const STORY: &str = include_str!("story.txt");

/// The call of this number: it has the fresh id [`id`]`(number)`, and comes that many seconds after the beginning.
fn call(number: u32, account: &str, operation: &str, input: &Value) -> Call {
    #[expect(clippy::expect_used, reason = "input that is written here: the tests of the crate come by all of it")]
    let operation = Operation::read_host(operation, input).expect("the input of an operation");
    let now = Timestamp::from_unix_millis(1_619_651_630_847 + 1000 * i64::from(number)).unwrap_or(Timestamp::MAX);
    let context = Context::new(Caller::new(constant(account), constant(REGION)), now, Uuid::from_u128(number.into()));
    (operation, context.with_limits(Limits::new(1000, 1000)))
}

fn id(number: u32) -> String {
    Uuid::from_u128(number.into()).to_string()
}

/// What calls leave in a store.
pub(super) fn world(calls: impl IntoIterator<Item = Call>) -> Memory {
    let mut memory = Memory::new();
    for (operation, context) in calls {
        drop(run(&mut memory, operation, context));
    }
    memory
}

/// The calls of the story.
pub(super) fn story() -> Vec<Call> {
    let calls = (1..).zip(STORY.lines()).filter_map(|(number, line)| {
        let (account, line) = line.split_once(' ')?;
        let (operation, input) = line.split_once(' ')?;
        Some(call(number, if account == "M" { M } else { E }, operation, &serde_json::from_str(input).ok()?))
    });
    calls.collect()
}

/// The calls of a story in which records are as large, and batches have as many writes, as possible.
pub(super) fn large() -> Vec<Call> {
    let four: fn(usize) -> String = |characters| "\u{10ffff}".repeat(characters);
    // A character that takes six bytes in JSON.
    let six: fn(usize) -> String = |characters| "\u{1}".repeat(characters);
    let tag = |number| json!({ "key": format!("{number:02}{}", "𐐀".repeat(126)), "value": "𐐀".repeat(256) });
    let tags = (0..50).map(tag).collect::<Value>();
    let resources = |from: u32, widest: fn(usize) -> String| {
        let resource = |number: u32| {
            json!({ "identifier": format!("{number:03}{}", widest(197)), "name": widest(200),
                "provisioningEngine": "CLOUDFORMATION" })
        };
        (from..from + 50).map(resource).collect::<Value>()
    };
    let identifiers = (50..100).map(|number: u32| format!("{number:03}{}", six(197))).collect::<Vec<_>>();
    let name = "n".repeat(100);
    let report = |deployment: u32, outcome: &str, resources: Value| {
        json!({ "name": name, "deploymentId": id(deployment), "outcome": outcome, "message": six(5000),
            "resources": resources })
    };
    let calls = [
        (
            E,
            "CreateEnvironmentAccountConnection",
            json!({ "environmentName": name, "managementAccountId": M,
            "roleArn": format!("arn:aws:iam::{E}:role/{}", "r".repeat(60)), "clientToken": "~".repeat(64), "tags": tags }),
        ),
        (M, "AcceptEnvironmentAccountConnection", json!({ "id": id(1) })),
        (
            M,
            "CreateEnvironment",
            json!({ "name": name, "templateName": "t".repeat(100), "spec": four(51_200),
            "templateMajorVersion": "9".repeat(19), "description": four(500), "tags": tags,
            "environmentAccountConnectionId": id(1) }),
        ),
        (M, "ReportDeployment", report(3, "SUCCEEDED", resources(0, four))),
        (
            M,
            "UpdateEnvironment",
            json!({ "name": name, "description": six(500), "spec": six(51_200),
            "deploymentType": "MAJOR_VERSION", "templateMajorVersion": "9".repeat(20) }),
        ),
        // Fifty resources go, fifty others come, and both of the environment's index entries change.
        (M, "ReportDeployment", report(5, "SUCCEEDED", resources(50, six))),
        (M, "UpdateEnvironment", json!({ "name": name, "spec": six(51_200), "deploymentType": "CURRENT_VERSION" })),
        (M, "ReportDeployment", report(7, "FAILED", resources(50, six))),
        (E, "ListProvisionedResources", json!({ "maxResults": 100 })),
        (M, "ListEnvironments", json!({})),
        (E, "CleanUpResources", json!({ "identifiers": identifiers })),
        (M, "DeleteEnvironment", json!({ "name": name })),
        (M, "ReportDeployment", report(12, "SUCCEEDED", json!([]))),
        (E, "DeleteEnvironmentAccountConnection", json!({ "id": id(1) })),
    ];
    (1..).zip(calls).map(|(number, (account, operation, input))| call(number, account, operation, &input)).collect()
}

/// A connection asked for at each time with each of some ids, an environment of each name, and the resources.
pub(super) fn listed() -> Memory {
    let connections = TIMES.iter().flat_map(|time| IDS.map(|id| (time, id))).zip(1..).map(|((time, id), number)| {
        let input = json!({ "environmentName": format!("n{number}"), "managementAccountId": M,
            "roleArn": format!("arn:aws:iam::{E}:role/r") });
        let (operation, context) = call(number, E, "CreateEnvironmentAccountConnection", &input);
        // Each id is used once: those of other times differ in the middle.
        let fresh_id = Uuid::from_u128(id ^ u128::from(number / 9) << 60);
        (operation, Context { now: constant(time), fresh_id, ..context })
    });
    let templates =
        ["A", "a", "a-", "aa"].into_iter().flat_map(|template| ["1", "10", "2"].map(|major| (template, major)));
    let strangers = templates.map(|(template, major)| (template, major, format!("stranger-{template}{major}")));
    let environments = NAMES.split(' ').map(|name| ("a", "1", name.to_string())).chain(strangers);
    let environments = environments.zip(100..).map(|((template, major, name), number)| {
        call(
            number,
            M,
            "CreateEnvironment",
            &json!({ "name": name, "templateName": template, "spec": "s",
            "templateMajorVersion": major, "protonServiceRoleArn": format!("arn:aws:iam::{M}:role/r") }),
        )
    });
    let mut memory = world(connections.chain(environments));
    for (number, key) in (1..).zip(resources()) {
        memory.insert(key.clone(), record(&key, number));
    }
    memory
}

/// The families of the keys that are [listed], each in order.
pub(super) fn families(memory: &Memory) -> Vec<Vec<Key>> {
    let parts = [
        format!("listed-connection {REGION} ENVIRONMENT_ACCOUNT {E} - PENDING "),
        format!("listed-connection {REGION} MANAGEMENT_ACCOUNT {M} - PENDING "),
        format!("listed-environment {REGION} {M} - - "),
        format!("listed-environment {REGION} {M} a 1 "),
        format!("provisioned-resource {REGION} {E} "),
    ];
    let keys = memory.records().map(|(key, _)| key).collect::<Vec<_>>();
    parts.map(|parts| keys.iter().filter(|key| key.to_string().starts_with(&parts)).cloned().collect()).to_vec()
}

/// As many environments as a page asks for, each as large as a list can show it.
pub(super) fn large_page() -> Memory {
    let six = |characters| "\u{1}".repeat(characters);
    let calls = (1..=102).flat_map(|number: u32| {
        let name = format!("{number:0100}");
        let created = json!({ "name": name, "templateName": "t".repeat(100), "templateMajorVersion": "1", "spec": "s",
            "description": six(500), "protonServiceRoleArn": format!("arn:aws:iam::{M}:role/r") });
        let failed = json!({ "name": name, "deploymentId": id(number), "outcome": "FAILED", "message": six(5000) });
        [call(number, M, "CreateEnvironment", &created), call(1000 + number, M, "ReportDeployment", &failed)]
    });
    world(calls)
}

/// A pending connection, and the writes that make it connected, then rejected, then pending again.
pub(super) fn moves() -> (Memory, [Vec<Write>; 3]) {
    let input = json!({ "environmentName": "n", "managementAccountId": M,
        "roleArn": format!("arn:aws:iam::{E}:role/r") });
    let calls = [
        call(1, E, "CreateEnvironmentAccountConnection", &input),
        call(2, M, "AcceptEnvironmentAccountConnection", &json!({ "id": id(1) })),
        call(3, M, "RejectEnvironmentAccountConnection", &json!({ "id": id(1) })),
    ];
    let between = |from: usize, to: usize| {
        let [from, to] = [from, to].map(|calls_made| world(calls.iter().take(calls_made).cloned()));
        let gone = from.records().filter(|(key, _)| to.get(key).is_none());
        let gone = gone.map(|(key, _)| Write::new(key, None));
        gone.chain(to.records().map(|(key, record)| Write::new(key, Some(record.clone())))).collect()
    };
    (world(calls.iter().take(1).cloned()), [between(1, 2), between(2, 3), between(3, 1)])
}

/// What two environment accounts do concurrently without affecting each other: each asks for connections and gives them
/// up again.
pub(super) fn asking() -> [Vec<Call>; 2] {
    [1, 2].map(|task| {
        let account = format!("{task:012}");
        let calls = (1..=30).flat_map(|round| {
            let number = 1000 * task + round;
            let input = json!({ "environmentName": "n", "managementAccountId": M,
                "roleArn": format!("arn:aws:iam::{account}:role/r") });
            [
                call(number, &account, "CreateEnvironmentAccountConnection", &input),
                call(100 + number, &account, "DeleteEnvironmentAccountConnection", &json!({ "id": id(number) })),
            ]
        });
        calls.collect()
    })
}
