use serde_json::json;

use super::{
    Check,
    Party::{Environment, Management, Other, Stranger},
    Spoil, each, with,
};
use crate::script::stage::{ENVIRONMENT, MANAGEMENT, OTHER, role};

/// Checks of the operations about connections and their tags.
pub(super) fn all() -> Vec<Check> {
    let by = |parties: &[super::Party]| parties.iter().map(|party| Spoil::By(*party)).collect::<Vec<_>>();
    let strangers = || [by(&[Other, Stranger]), vec![Spoil::Elsewhere]].concat();
    let gone = || [json!("$never"), json!("$g"), json!("no-id")];
    let roles = || {
        let partition = json!(format!("arn:aws-cn:iam::{ENVIRONMENT}:role/r"));
        [
            each("roleArn", &[role(MANAGEMENT, "r"), partition.clone(), json!("no-arn")]),
            each("codebuildRoleArn", &[role(OTHER, "r"), partition.clone()]),
            each("componentRoleArn", &[role(OTHER, "r"), partition]),
        ]
    };
    let [main, build, component] = roles();
    let create = Check {
        by: Environment,
        operation: "CreateEnvironmentAccountConnection",
        input: json!({ "environmentName": "new", "managementAccountId": MANAGEMENT, "roleArn": role(ENVIRONMENT, "r") }),
        spoils: vec![
            each("managementAccountId", &[json!(ENVIRONMENT), json!("1234")]),
            [with(&[json!({ "roleArn": null })]), main].concat(),
            build,
            component,
            each("clientToken", &[json!("taken"), json!("not a token")]),
            each("environmentName", &[json!("-bad"), json!(null)]),
            each(
                "tags",
                &[
                    json!([{ "key": "aws:x", "value": "" }]),
                    json!([{ "key": "k", "value": "" }, { "key": "k", "value": "" }]),
                ],
            ),
        ],
    };
    let decided = |operation, wrong: &[_]| Check {
        by: Management,
        operation,
        input: json!({ "id": "$p" }),
        spoils: vec![[by(&[Environment]), strangers()].concat(), each("id", &[&gone()[..], wrong].concat())],
    };
    let [main, build, component] = roles();
    let update = Check {
        by: Environment,
        operation: "UpdateEnvironmentAccountConnection",
        input: json!({ "id": "$c", "roleArn": role(ENVIRONMENT, "new") }),
        spoils: vec![
            [by(&[Management]), strangers()].concat(),
            each("id", &[&gone()[..], &[json!("$r")]].concat()),
            main,
            build,
            component,
        ],
    };
    let delete = Check {
        by: Environment,
        operation: "DeleteEnvironmentAccountConnection",
        input: json!({ "id": "$r" }),
        spoils: vec![by(&[Management]), each("id", &[json!("no-id")])],
    };
    let get = Check {
        by: Environment,
        operation: "GetEnvironmentAccountConnection",
        input: json!({ "id": "$p" }),
        spoils: vec![strangers(), each("id", &gone())],
    };
    let list = Check {
        by: Environment,
        operation: "ListEnvironmentAccountConnections",
        input: json!({ "requestedBy": "ENVIRONMENT_ACCOUNT" }),
        spoils: vec![
            each("requestedBy", &[json!("NOBODY"), json!(null)]),
            each("nextToken", &[json!("c29tZXRoaW5nIGVsc2U="), json!("no token!")]),
            each("maxResults", &[json!(0), json!(101)]),
            each("statuses", &[json!(["GONE"])]),
        ],
    };
    let tagging = |operation, input: serde_json::Value, own: Vec<Vec<Spoil>>| {
        let arns = [json!("arn:aws:proton:us-east-1:222222222222:service/x"), json!("no arn")];
        let arn = [each("resourceArn", &[json!("$g.arn")]), each("resourceArn", &arns)].concat();
        let mut spoils = vec![[by(&[Management]), strangers()].concat(), arn];
        spoils.extend(own);
        Check { by: Environment, operation, input, spoils }
    };
    let many = (0..51).map(|number| json!({ "key": format!("k{number}"), "value": "" })).collect::<Vec<_>>();
    let some = (0..50).map(|number| json!({ "key": format!("k{number}"), "value": "" })).collect::<Vec<_>>();
    let tag = tagging(
        "TagResource",
        json!({ "resourceArn": "$p.arn", "tags": [{ "key": "a", "value": "b" }] }),
        vec![each(
            "tags",
            &[json!(many), json!(some), json!([{ "key": "AWS:x", "value": "" }]), json!([{ "key": "", "value": "" }])],
        )],
    );
    let untag = tagging(
        "UntagResource",
        json!({ "resourceArn": "$p.arn", "tagKeys": ["a"] }),
        vec![each("tagKeys", &[json!(["aws:x"]), json!([""])])],
    );
    let list_tags = tagging(
        "ListTagsForResource",
        json!({ "resourceArn": "$p.arn" }),
        vec![each("nextToken", &[json!("c29tZXRoaW5nIGVsc2U=")]), each("maxResults", &[json!(0)])],
    );
    vec![
        create,
        decided("AcceptEnvironmentAccountConnection", &[json!("$r")]),
        decided("RejectEnvironmentAccountConnection", &[]),
        update,
        delete,
        get,
        list,
        tag,
        untag,
        list_tags,
    ]
}
