//! Every member of every operation, well formed and wrong in every way that it can be.

#![allow(clippy::panic, reason = "a member without wrong values is to stop the tests")]

use serde_json::{Value, json};

use super::world::{UNKNOWN, arn, by_id, tag, tags};
use crate::support::{ENVIRONMENT, MANAGEMENT, ROLE, fresh};

/// A well-formed input of an operation, with all of its members.
pub(crate) fn well_formed(operation: &str) -> Value {
    let role = ROLE;
    let repository = json!({ "branch": "main", "name": "owner/name", "provider": "GITHUB" });
    match operation {
        "CreateEnvironmentAccountConnection" => json!({
            "environmentName": "new", "managementAccountId": MANAGEMENT, "roleArn": role, "codebuildRoleArn": role,
            "componentRoleArn": role, "tags": tags(1), "clientToken": "new",
        }),
        "ListEnvironmentAccountConnections" => json!({
            "requestedBy": "MANAGEMENT_ACCOUNT", "environmentName": "new", "statuses": ["PENDING"], "maxResults": 10,
            "nextToken": "AA==",
        }),
        "UpdateEnvironmentAccountConnection" => json!({
            "id": fresh(UNKNOWN), "roleArn": role, "codebuildRoleArn": role, "componentRoleArn": role,
        }),
        "CreateEnvironment" => json!({
            "name": "new", "templateName": "simple", "templateMajorVersion": "1", "templateMinorVersion": "0",
            "spec": "a: b", "description": "d", "environmentAccountConnectionId": fresh(UNKNOWN),
            "protonServiceRoleArn": role, "codebuildRoleArn": role, "componentRoleArn": role,
            "provisioningRepository": repository, "tags": tags(1),
        }),
        "UpdateEnvironment" => json!({
            "name": "new", "deploymentType": "NONE", "spec": "a: b", "templateMajorVersion": "1",
            "templateMinorVersion": "0", "description": "d", "environmentAccountConnectionId": fresh(UNKNOWN),
            "protonServiceRoleArn": role, "codebuildRoleArn": role, "componentRoleArn": role,
            "provisioningRepository": repository,
        }),
        "GetEnvironment" | "DeleteEnvironment" | "ProvisioningAuthority" => json!({ "name": "new" }),
        "CancelEnvironmentDeployment" => json!({ "environmentName": "new" }),
        "ListEnvironmentProvisionedResources" => json!({ "environmentName": "new", "nextToken": "" }),
        "ListEnvironmentOutputs" => {
            json!({ "environmentName": "new", "deploymentId": fresh(UNKNOWN), "nextToken": "" })
        }
        "ListEnvironments" => json!({
            "environmentTemplates": [{ "templateName": "simple", "majorVersion": "1" }], "maxResults": 10,
            "nextToken": "AA==",
        }),
        "NotifyResourceDeploymentStatusChange" => json!({
            "resourceArn": arn(UNKNOWN), "status": "FAILED", "deploymentId": fresh(UNKNOWN), "statusMessage": "m",
            "outputs": [{ "key": "k", "valueString": "v" }],
        }),
        "ReportDeployment" => json!({
            "name": "new", "deploymentId": fresh(UNKNOWN), "outcome": "SUCCEEDED", "message": "m",
            "resources": [{ "identifier": "i", "name": "n", "provisioningEngine": "TERRAFORM" }],
            "templateMajorVersion": "1", "templateMinorVersion": "0",
        }),
        "ListProvisionedResources" => json!({ "maxResults": 10, "nextToken": "AA==" }),
        "CleanUpResources" => json!({ "identifiers": ["i"] }),
        "TagResource" => json!({ "resourceArn": arn(UNKNOWN), "tags": tags(1) }),
        "UntagResource" => json!({ "resourceArn": arn(UNKNOWN), "tagKeys": ["k01"] }),
        "ListTagsForResource" => json!({ "resourceArn": arn(UNKNOWN), "maxResults": 10, "nextToken": "AA==" }),
        _ => by_id(UNKNOWN),
    }
}

/// Whether a member of an operation cannot be left out.
pub(crate) fn is_required(operation: &str, member: &str) -> bool {
    match member {
        "environmentName" => operation != "ListEnvironmentAccountConnections",
        "tags" => operation == "TagResource",
        "spec" | "templateMajorVersion" => operation == "CreateEnvironment",
        "deploymentId" => operation == "ReportDeployment",
        "managementAccountId"
        | "id"
        | "requestedBy"
        | "resourceArn"
        | "tagKeys"
        | "name"
        | "templateName"
        | "deploymentType"
        | "outcome"
        | "identifiers" => true,
        _ => false,
    }
}

/// Values that are no value of a member, each wrong in another way.
pub(crate) fn wrong_values(operation: &str, member: &str) -> Vec<Value> {
    let long = |count| "x".repeat(count);
    match member {
        "environmentName" | "name" | "templateName" => {
            vec![json!(""), json!("-new"), json!("new\n"), json!("neü"), json!(long(101))]
        }
        "managementAccountId" => {
            vec![json!(""), json!("12345678911"), json!("1234567891111"), json!("+12345678911"), json!("12345678911x")]
        }
        "codebuildRoleArn" | "componentRoleArn" => vec![json!("")],
        "roleArn" => vec![
            json!(""),
            json!(format!("arn:aws:iam::{ENVIRONMENT}:user/r")),
            json!("arn:aws:iam::123:role/r"),
            json!(format!("arn:aws:iam::{ENVIRONMENT}:role/{}", long(2048))),
        ],
        "clientToken" => vec![json!("two words"), json!(long(65))],
        "tags" => vec![
            tags(51),
            json!([{ "key": "k", "value": "v" }, { "key": "k", "value": "w" }]),
            json!([{ "key": "k" }]),
            json!([{ "value": "v" }]),
            tag("", "v"),
            tag("k*", "v"),
            tag(&long(129), "v"),
            tag("aws:k", "v"),
            tag("k", "v*"),
            tag("k", &long(257)),
        ],
        "tagKeys" => vec![json!(vec!["k"; 51]), json!([""]), json!(["k", "AWS:k"])],
        "requestedBy" => vec![json!(""), json!("management_account")],
        "statuses" => vec![json!(["PENDING", "GONE"])],
        "maxResults" => vec![json!(0), json!(101), json!(-1)],
        "nextToken" if operation.starts_with("ListEnvironmentProvisioned") || operation.ends_with("Outputs") => {
            vec![json!("AA==")]
        }
        "nextToken" => vec![json!(""), json!("a-b"), json!(long(2049))],
        "id" => vec![
            json!(""),
            json!("a1b2c3d4-5678-90ab-cdef-EXAMPLE11111"),
            json!("A1B2C3D4-5678-90AB-CDEF-111111111111"),
            json!("a1b2c3d4567890abcdef111111111111"),
        ],
        "resourceArn" => vec![json!(""), json!("x"), json!("arn:aws:proton:us-east-1:123:x"), json!(long(201))],
        _ => wrong_values_of_environments(member),
    }
}

fn wrong_values_of_environments(member: &str) -> Vec<Value> {
    let long = |count| "x".repeat(count);
    let repository =
        |branch: &str, name: &str, provider: &str| json!({ "branch": branch, "name": name, "provider": provider });
    let resource = |identifier: &str, name: &str, engine: &str| {
        let resource = json!({ "identifier": identifier, "name": name, "provisioningEngine": engine });
        json!([resource])
    };
    match member {
        "environmentAccountConnectionId" | "deploymentId" => {
            vec![json!(""), json!("A1B2C3D4-5678-90AB-CDEF-111111111111")]
        }
        "templateMajorVersion" | "templateMinorVersion" => {
            vec![json!(""), json!("01"), json!("1.0"), json!("-1"), json!("१"), json!("1".repeat(21))]
        }
        "spec" => vec![json!(""), json!(long(51_201)), json!("é".repeat(51_201))],
        "description" => vec![json!(long(501))],
        "message" | "statusMessage" => vec![json!(long(5001))],
        "protonServiceRoleArn" => vec![json!(""), json!("x"), json!(long(201))],
        "deploymentType" => vec![json!(""), json!("none"), json!("PATCH_VERSION")],
        "outcome" => vec![json!(""), json!("IN_PROGRESS")],
        "status" => vec![json!(""), json!("CANCELLED")],
        "provisioningRepository" => vec![
            json!({}),
            json!({ "branch": "main", "name": "owner/name" }),
            json!({ "branch": null, "name": "owner/name", "provider": "GITHUB" }),
            repository("", "owner/name", "GITHUB"),
            repository(&long(201), "owner/name", "GITHUB"),
            repository("main", "", "GITHUB"),
            repository("main", "name", "GITHUB"),
            repository("main", "/name", "GITHUB"),
            repository("main", "owner/", "GITHUB"),
            repository("main", &format!("owner/{}", long(95)), "GITHUB"),
            repository("main", "owner/name", "GITLAB"),
        ],
        "environmentTemplates" => vec![
            json!([{}]),
            json!([{ "templateName": "simple" }]),
            json!([{ "majorVersion": "1" }]),
            json!([{ "templateName": "-", "majorVersion": "1" }]),
            json!([{ "templateName": "simple", "majorVersion": "01" }]),
        ],
        "resources" => vec![
            (0..51).map(|number| json!({ "identifier": format!("i{number}") })).collect(),
            json!([{ "identifier": "i" }, { "identifier": "i", "name": "n" }]),
            json!([{}]),
            json!([{ "name": "n" }]),
            resource("", "n", "TERRAFORM"),
            resource(&long(201), "n", "TERRAFORM"),
            resource("i", "", "TERRAFORM"),
            resource("i", &long(201), "TERRAFORM"),
            resource("i", "n", "PULUMI"),
        ],
        "identifiers" => vec![json!(vec!["i"; 51]), json!([""]), json!(["i", long(201)])],
        "outputs" => vec![
            (0..51).map(|number| json!({ "key": format!("k{number}"), "valueString": "v" })).collect(),
            json!([{ "key": "k", "valueString": "v" }, { "key": "k", "valueString": "w" }]),
            json!([{ "valueString": "v" }]),
            json!([{ "key": "k" }]),
            json!([{ "key": "", "valueString": "v" }]),
            json!([{ "key": long(1025), "valueString": "v" }]),
            json!([{ "key": "k", "valueString": "" }]),
            json!([{ "key": "k", "valueString": long(1025) }]),
        ],
        other => panic!("no wrong values of `{other}`"),
    }
}
