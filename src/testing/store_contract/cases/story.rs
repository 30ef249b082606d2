//! Two stories of a management and an environment account.

use alloc::{format, string::String, vec::Vec};

use serde_json::{Value, json};

use super::model::{Call, id};

const M: &str = "123456789111";
const E: &str = "123456789222";

/// One in which every kind of record comes to every state.
pub(super) fn story() -> Vec<Call> {
    let create = |name: &str, token: &str| {
        json!({ "environmentName": name, "managementAccountId": M, "roleArn": role(E, "service"),
            "codebuildRoleArn": role(E, "codebuild"), "componentRoleArn": role(E, "component"), "clientToken": token,
            "tags": [{ "key": "team", "value": "" }, { "key": "ä:/=+-@ ", "value": "中" }] })
    };
    let connect = |call: &str| json!({ "id": call });
    let environment = |name: &str, further: Value| {
        let mut input = json!({ "name": name, "templateName": "simple", "templateMajorVersion": "1",
            "templateMinorVersion": "0", "spec": "a: \u{0}'\"\\\n", "description": "the \"first\"",
            "tags": [{ "key": "k", "value": "v" }] });
        merge(&mut input, further);
        input
    };
    let attached = environment("prod", json!({ "environmentAccountConnectionId": id(1) }));
    let own = environment(
        "own",
        json!({ "protonServiceRoleArn": role(M, "service"),
        "codebuildRoleArn": role(M, "codebuild"), "componentRoleArn": role(M, "component") }),
    );
    let repository = json!({ "branch": "main", "name": "org/repo", "provider": "GITHUB" });
    let managed = environment(
        "self",
        json!({ "provisioningRepository": repository,
        "componentRoleArn": role(M, "component") }),
    );
    let resources = |names: &[&str]| {
        names
            .iter()
            .map(|name| json!({ "identifier": name, "name": "a \u{0} name", "provisioningEngine": "TERRAFORM" }))
            .collect::<Value>()
    };
    let report = |name: &str, deployment: u32, outcome: &str, further: Value| {
        let mut input = json!({ "name": name, "deploymentId": id(deployment), "outcome": outcome,
            "message": format!("it {outcome}") });
        merge(&mut input, further);
        Call(M, "ReportDeployment", input)
    };
    let update = |kind: &str, further: Value| {
        let mut input = json!({ "name": "prod", "deploymentType": kind });
        merge(&mut input, further);
        Call(M, "UpdateEnvironment", input)
    };
    let on_connection = |account, verb: &str, call: u32| {
        let operation = match verb {
            "Accept" => "AcceptEnvironmentAccountConnection",
            "Reject" => "RejectEnvironmentAccountConnection",
            _ => "DeleteEnvironmentAccountConnection",
        };
        Call(account, operation, connect(&id(call)))
    };
    let none = || json!({});
    Vec::from([
        /* 1 */ Call(E, "CreateEnvironmentAccountConnection", create("prod", "token-1")),
        /* 2 */ Call(E, "CreateEnvironmentAccountConnection", create("prod", "token-2")),
        /* 3 */ Call(E, "CreateEnvironmentAccountConnection", create("stage", "token-3")),
        /* 4 */ on_connection(M, "Accept", 1),
        /* 5 */ on_connection(M, "Reject", 3),
        /* 6 */ Call(M, "CreateEnvironment", attached),
        /* 7 */ Call(M, "CreateEnvironment", own),
        /* 8 */ Call(M, "CreateEnvironment", managed),
        /* 9 */ report("prod", 6, "SUCCEEDED", json!({ "resources": resources(&["a", "b", "\u{0}", "中"]) })),
        /* 10 */ report("own", 7, "FAILED", none()),
        /* 11 */ update("MINOR_VERSION", json!({ "templateMinorVersion": "1", "spec": "a: c" })),
        /* 12 */ Call(M, "CancelEnvironmentDeployment", json!({ "environmentName": "prod" })),
        /* 13 */ report("prod", 11, "CANCELLED", none()),
        /* 14 */ update("MAJOR_VERSION", json!({ "templateMajorVersion": "2", "spec": "a: d" })),
        /* 15 */ Call(E, "ListProvisionedResources", none()),
        // From here on, what is done in each of the states.
        /* 16 */
        report("prod", 14, "SUCCEEDED", json!({ "resources": resources(&["a", "c"]) })),
        /* 17 */ update("CURRENT_VERSION", json!({ "spec": "a: e" })),
        /* 18 */ report("prod", 17, "FAILED", none()),
        /* 19 */ Call(M, "DeleteEnvironment", json!({ "name": "prod" })),
        /* 20 */ report("prod", 19, "FAILED", none()),
        /* 21 */ on_connection(E, "Delete", 1),
        /* 22 */ Call(E, "CleanUpResources", json!({ "identifiers": ["a", "x"] })),
        /* 23 */ on_connection(M, "Accept", 2),
        /* 24 */
        Call(
            M,
            "NotifyResourceDeploymentStatusChange",
            json!({ "status": "SUCCEEDED",
            "resourceArn": format!("arn:aws:proton:us-east-1:{M}:environment/self"), "deploymentId": id(8) }),
        ),
        /* 25 */
        Call(
            E,
            "TagResource",
            json!({ "tags": [{ "key": "team", "value": "other" }],
            "resourceArn": format!("arn:aws:proton:us-east-1:{E}:environment-account-connection/{}", id(2)) }),
        ),
        /* 26 */
        Call(
            M,
            "ListEnvironments",
            json!({ "maxResults": 2,
            "environmentTemplates": [{ "templateName": "simple", "majorVersion": "1" }] }),
        ),
        /* 27 */ Call(E, "ListEnvironmentAccountConnections", json!({ "requestedBy": "ENVIRONMENT_ACCOUNT" })),
        /* 28 */
        Call(
            M,
            "ListEnvironmentAccountConnections",
            json!({ "requestedBy": "MANAGEMENT_ACCOUNT",
            "environmentName": "prod", "statuses": ["CONNECTED", "PENDING"] }),
        ),
        /* 29 */ Call(M, "DeleteEnvironment", json!({ "name": "prod" })),
        /* 30 */ report("prod", 29, "SUCCEEDED", none()),
        /* 31 */ on_connection(M, "Reject", 2),
        /* 32 */ on_connection(E, "Delete", 2),
        /* 33 */ on_connection(E, "Delete", 3),
        /* 34 */ Call(M, "DeleteEnvironment", json!({ "name": "own" })),
        /* 35 */ report("own", 34, "SUCCEEDED", none()),
    ])
}

/// One in which records are as large as they can be, and batches have as many writes: first with characters of four
/// bytes, then with characters that JSON takes six bytes for.
pub(super) fn large() -> Vec<Call> {
    let four: fn(usize) -> String = |characters| "\u{10ffff}".repeat(characters);
    let six: fn(usize) -> String = |characters| "\u{1}".repeat(characters);
    // A letter of four bytes, as tags allow.
    let tags =
        (0..50).map(|number| json!({ "key": format!("{number:02}{}", "𐐀".repeat(126)), "value": "𐐀".repeat(256) }));
    let tags = tags.collect::<Value>();
    let identifier = |number: u32, widest: fn(usize) -> String| format!("{number:03}{}", widest(197));
    let resources = |from: u32, widest: fn(usize) -> String| {
        let resource = |number: u32| {
            json!({ "identifier": identifier(number, widest), "name": widest(200),
                "provisioningEngine": "CLOUDFORMATION" })
        };
        (from..from + 50).map(resource).collect::<Value>()
    };
    let name = "n".repeat(100);
    let report = |deployment: u32, outcome: &str, resources: Value| {
        let input = json!({ "name": name, "deploymentId": id(deployment), "outcome": outcome, "message": six(5000),
            "resources": resources });
        Call(M, "ReportDeployment", input)
    };
    let update = |widest: fn(usize) -> String, further: Value| {
        let mut input = json!({ "name": name, "description": widest(500), "spec": widest(51_200) });
        merge(&mut input, further);
        Call(M, "UpdateEnvironment", input)
    };
    Vec::from([
        /* 1 */
        Call(
            E,
            "CreateEnvironmentAccountConnection",
            json!({ "environmentName": name, "managementAccountId": M,
            "roleArn": role(E, &"r".repeat(60)), "clientToken": "~".repeat(64), "tags": tags }),
        ),
        /* 2 */ Call(M, "AcceptEnvironmentAccountConnection", json!({ "id": id(1) })),
        /* 3 */
        Call(
            M,
            "CreateEnvironment",
            json!({ "name": name, "templateName": "t".repeat(100),
            "templateMajorVersion": "9".repeat(19), "spec": four(51_200), "description": four(500), "tags": tags,
            "environmentAccountConnectionId": id(1) }),
        ),
        /* 4 */ report(3, "SUCCEEDED", resources(0, four)),
        /* 5 */
        update(four, json!({ "deploymentType": "MAJOR_VERSION", "templateMajorVersion": "9".repeat(20) })),
        // Fifty resources go and fifty others come, and both of the environment's index entries change.
        /* 6 */
        report(5, "SUCCEEDED", resources(50, six)),
        /* 7 */ update(six, json!({ "deploymentType": "CURRENT_VERSION" })),
        /* 8 */ report(7, "SUCCEEDED", resources(50, six)),
        /* 9 */ update(six, json!({ "deploymentType": "CURRENT_VERSION" })),
        /* 10 */ report(9, "FAILED", resources(50, six)),
        /* 11 */ Call(E, "ListProvisionedResources", json!({ "maxResults": 100 })),
        /* 12 */
        Call(
            E,
            "CleanUpResources",
            json!({
            "identifiers": (50..100).map(|number| identifier(number, six)).collect::<Vec<_>>() }),
        ),
        /* 13 */ Call(M, "DeleteEnvironment", json!({ "name": name })),
        /* 14 */ report(13, "SUCCEEDED", json!([])),
        /* 15 */ Call(E, "DeleteEnvironmentAccountConnection", json!({ "id": id(1) })),
    ])
}

fn role(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

/// Adds the members of one object to another.
fn merge(input: &mut Value, further: Value) {
    if let (Value::Object(input), Value::Object(further)) = (input, further) {
        input.extend(further);
    }
}
