use serde_json::{Value, json};

use super::{
    Check,
    Party::{Environment, Management, Other, Stranger},
    Spoil, each, with,
};
use crate::script::stage::{ENVIRONMENT, MANAGEMENT, OTHER, role};

/// Checks of the operations about environments, and of those about connections that depend on one.
pub(super) fn all() -> Vec<Check> {
    let repository = json!({ "branch": "main", "name": "owner/other", "provider": "GITHUB" });
    let strangers = || [vec![Spoil::Elsewhere], [Environment, Other, Stranger].map(Spoil::By).into()].concat();
    let reject = Check {
        by: Management,
        operation: "RejectEnvironmentAccountConnection",
        input: json!({ "id": "$c" }),
        spoils: vec![strangers(), each("id", &[json!("$u"), json!("$never")])],
    };
    let create = Check {
        by: Management,
        operation: "CreateEnvironment",
        input: json!({ "name": "conn", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
            "environmentAccountConnectionId": "$c" }),
        spoils: vec![
            [Environment, Other, Stranger].map(Spoil::By).into(),
            [each("name", &[json!("used"), json!("own"), json!("orphan"), json!("other"), json!("-bad")])].concat(),
            each(
                "environmentAccountConnectionId",
                &["$p", "$r", "$never", "$g", "$u", "$c2", "no-id"].map(Value::from),
            ),
            with(&[
                json!({ "protonServiceRoleArn": role(MANAGEMENT, "own") }),
                json!({ "environmentAccountConnectionId": null }),
                json!({ "provisioningRepository": repository }),
                json!({ "environmentAccountConnectionId": null, "protonServiceRoleArn": role(OTHER, "r") }),
                json!({ "environmentAccountConnectionId": null, "codebuildRoleArn": role(ENVIRONMENT, "r") }),
                json!({ "componentRoleArn": role(MANAGEMENT, "own") }),
            ]),
            each("templateMajorVersion", &[json!("01"), json!(null)]),
            each("tags", &[json!([{ "key": "aws:x", "value": "" }])]),
        ],
    };
    // Names of the environment that could be updated, and of others.
    let names = || each("name", &["orphan", "busy", "updating", "dying", "doomed", "none", "-bad"].map(Value::from));
    let update = Check {
        by: Management,
        operation: "UpdateEnvironment",
        input: json!({ "name": "used", "deploymentType": "CURRENT_VERSION", "spec": "t" }),
        spoils: vec![
            strangers(),
            names(),
            each(
                "environmentAccountConnectionId",
                &["$p", "$r", "$never", "$g", "$c", "$c2", "no-id"].map(Value::from),
            ),
            with(&[
                json!({ "deploymentType": "NONE" }),
                json!({ "templateMajorVersion": "2" }),
                json!({ "deploymentType": "MAJOR_VERSION", "templateMajorVersion": null }),
                json!({ "deploymentType": "MINOR_VERSION", "templateMinorVersion": "x" }),
            ]),
            with(&[
                json!({ "protonServiceRoleArn": role(MANAGEMENT, "own") }),
                json!({ "protonServiceRoleArn": role(OTHER, "r") }),
                json!({ "componentRoleArn": role(OTHER, "r") }),
                json!({ "provisioningRepository": repository }),
            ]),
        ],
    };
    let update_own = Check {
        by: Management,
        operation: "UpdateEnvironment",
        input: json!({ "name": "own", "deploymentType": "CURRENT_VERSION", "spec": "t",
            "protonServiceRoleArn": role(MANAGEMENT, "new") }),
        spoils: vec![
            strangers(),
            names(),
            each("protonServiceRoleArn", &[role(OTHER, "r")]),
            each("codebuildRoleArn", &[role(ENVIRONMENT, "r")]),
            with(&[json!({ "environmentAccountConnectionId": "$c" }), json!({ "provisioningRepository": repository })]),
            with(&[json!({ "deploymentType": "NONE" })]),
        ],
    };
    let named = |operation: &'static str, name: &str, own: Vec<Vec<Spoil>>| {
        let mut spoils = vec![strangers(), names()];
        spoils.extend(own);
        let member = match operation {
            "GetEnvironment" | "DeleteEnvironment" | "ProvisioningAuthority" => "name",
            _ => "environmentName",
        };
        let spoils =
            spoils.into_iter().map(|ways| ways.into_iter().map(|way| renamed(way, member)).collect()).collect();
        Check { by: Management, operation, input: json!({ member: name }), spoils }
    };
    let report = Check {
        by: Management,
        operation: "ReportDeployment",
        input: json!({ "name": "updating", "deploymentId": "$updating.update", "outcome": "SUCCEEDED" }),
        spoils: vec![
            strangers(),
            each("deploymentId", &[json!("$never"), json!("$own.deployment")]),
            each("outcome", &[json!("GONE")]),
        ],
    };
    let arn = |account: &str, name: &str| json!(format!("arn:aws:proton:us-east-1:{account}:environment/{name}"));
    let notify = Check {
        by: Management,
        operation: "NotifyResourceDeploymentStatusChange",
        input: json!({ "resourceArn": arn(MANAGEMENT, "updating"), "status": "IN_PROGRESS" }),
        spoils: vec![
            strangers(),
            each(
                "resourceArn",
                &[
                    arn(MANAGEMENT, "none"),
                    arn(MANAGEMENT, "orphan"),
                    arn(MANAGEMENT, "own"),
                    arn(MANAGEMENT, "dying"),
                    arn(MANAGEMENT, "doomed"),
                    json!("$p.arn"),
                    json!("no arn"),
                ],
            ),
            each("deploymentId", &[json!("$never"), json!("no-id")]),
            each("outputs", &[json!([{ "key": "k", "valueString": "" }])]),
        ],
    };
    let tag = Check {
        by: Management,
        operation: "TagResource",
        input: json!({ "resourceArn": arn(MANAGEMENT, "own"), "tags": [{ "key": "a", "value": "b" }] }),
        spoils: vec![
            strangers(),
            each("resourceArn", &[arn(MANAGEMENT, "none"), arn(OTHER, "own")]),
            each(
                "tags",
                &[
                    (0..50).map(|number| json!({ "key": format!("k{number}"), "value": "" })).collect(),
                    json!([{ "key": "aws:x", "value": "" }]),
                ],
            ),
        ],
    };
    let clean_up = Check {
        by: Environment,
        operation: "CleanUpResources",
        input: json!({ "identifiers": ["unknown"] }),
        spoils: vec![each("identifiers", &[(0..51).map(|number| json!(format!("i{number}"))).collect(), json!([""])])],
    };
    let list = Check {
        by: Management,
        operation: "ListEnvironments",
        input: json!({}),
        spoils: vec![
            each("nextToken", &[json!("c29tZXRoaW5nIGVsc2U=")]),
            each("maxResults", &[json!(0), json!(101)]),
            each("environmentTemplates", &[json!([{ "templateName": "-", "majorVersion": "1" }])]),
        ],
    };
    vec![
        reject,
        create,
        update,
        update_own,
        named("GetEnvironment", "used", vec![]),
        list,
        named("DeleteEnvironment", "used", vec![]),
        named("CancelEnvironmentDeployment", "updating", vec![]),
        named("ListEnvironmentProvisionedResources", "used", vec![]),
        named("ListEnvironmentOutputs", "used", vec![each("deploymentId", &[json!("$never"), json!("no-id")])]),
        named("ProvisioningAuthority", "used", vec![]),
        report,
        notify,
        tag,
        clean_up,
    ]
}

/// With a name that is given in a different member.
fn renamed(way: Spoil, member: &str) -> Spoil {
    match way {
        Spoil::With(members) if member != "name" && members.get("name").is_some() => {
            Spoil::With(json!({ member: members.get("name") }))
        }
        way => way,
    }
}
