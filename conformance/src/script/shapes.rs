//! One value wrong, or at its limit.

use serde_json::{Value, json};

use super::{
    Episode, Phase,
    checks::with_all,
    stage::{ENVIRONMENT, MANAGEMENT, Party, role},
};

/// Calls with as many members as they take, each with a caller who may make it.
fn calls() -> Vec<(Party, &'static str, Value)> {
    use Party::{Environment, Management};

    let arn = "arn:aws:proton:us-east-1:111111111111:environment/own";
    let repository = json!({ "branch": "main", "name": "owner/infra", "provider": "GITHUB" });
    vec![
        (
            Environment,
            "CreateEnvironmentAccountConnection",
            json!({ "environmentName": "new", "managementAccountId": MANAGEMENT, "roleArn": role(ENVIRONMENT, "r"),
                "codebuildRoleArn": role(ENVIRONMENT, "b"), "componentRoleArn": role(ENVIRONMENT, "c"),
                "clientToken": "fresh", "tags": [{ "key": "team", "value": "a" }] }),
        ),
        (
            Environment,
            "UpdateEnvironmentAccountConnection",
            json!({ "id": "$c", "roleArn": role(ENVIRONMENT, "r"), "codebuildRoleArn": role(ENVIRONMENT, "b"),
                "componentRoleArn": role(ENVIRONMENT, "c") }),
        ),
        (Management, "AcceptEnvironmentAccountConnection", json!({ "id": "$p" })),
        (Environment, "GetEnvironmentAccountConnection", json!({ "id": "$p" })),
        (
            Environment,
            "ListEnvironmentAccountConnections",
            json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "environmentName": "pend", "statuses": ["PENDING"], "maxResults": 1 }),
        ),
        (
            Management,
            "CreateEnvironment",
            json!({ "name": "fresh", "templateName": "vpc", "templateMajorVersion": "1", "templateMinorVersion": "0",
                "spec": "s", "description": "d", "protonServiceRoleArn": role(MANAGEMENT, "own"),
                "codebuildRoleArn": role(MANAGEMENT, "b"), "tags": [{ "key": "team", "value": "a" }] }),
        ),
        (
            Management,
            "CreateEnvironment",
            json!({ "name": "fresh-repo", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
                "provisioningRepository": repository }),
        ),
        (Management, "UpdateEnvironment", json!({ "name": "own", "deploymentType": "NONE", "description": "d" })),
        (
            Management,
            "ListEnvironments",
            json!({ "maxResults": 1, "environmentTemplates": [{ "templateName": "vpc", "majorVersion": "1" }] }),
        ),
        (Management, "GetEnvironment", json!({ "name": "own" })),
        (
            Management,
            "NotifyResourceDeploymentStatusChange",
            json!({ "resourceArn": arn.replace("own", "updating"), "status": "IN_PROGRESS", "statusMessage": "m",
                "outputs": [{ "key": "k", "valueString": "v" }] }),
        ),
        (Management, "TagResource", json!({ "resourceArn": arn, "tags": [{ "key": "team", "value": "a" }] })),
        (Management, "UntagResource", json!({ "resourceArn": arn, "tagKeys": ["team"] })),
        (Management, "ListTagsForResource", json!({ "resourceArn": arn, "maxResults": 1 })),
    ]
}

pub(super) fn episodes() -> Vec<Episode> {
    let mut episodes = Vec::new();
    for (by, operation, input) in calls() {
        let mut stage = with_all();
        stage.rehearsal.is_watched = true;
        let others = changed(&input);
        for other in others {
            stage.ask(by, operation, &other);
        }
        stage.rehearsal.look_at_all();
        episodes.push(stage.rehearsal.episode(format!("shapes of {operation} {}", episodes.len() + 1), Phase::Shapes));
    }
    episodes
}

/// The value with something in it changed, once for each possible change.
fn changed(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(members) => {
            let mut all = Vec::new();
            for (name, member) in members {
                let mut with = |other: Value| {
                    let mut members = members.clone();
                    members.insert(name.clone(), other);
                    all.push(Value::Object(members));
                };
                with(Value::Null);
                changed(member).into_iter().for_each(&mut with);
                limits(name).into_iter().for_each(&mut with);
            }
            all
        }
        Value::Array(items) => {
            let one = items.first().cloned().unwrap_or_default();
            let mut all = vec![json!([]), json!([one, one]), json!("x")];
            all.extend(changed(&one).into_iter().map(|other| json!([other])));
            all
        }
        Value::String(text) => {
            vec![json!(""), json!(format!("{text}\u{e9}")), json!(text.to_uppercase()), json!(1)]
        }
        Value::Number(_) => [0, -1, 100, 101].map(Value::from).into(),
        _ => Vec::new(),
    }
}

/// The longest text of a member, and one that is a character longer.
fn limits(member: &str) -> Vec<Value> {
    let (letter, most) = match member {
        "environmentName" | "name" | "templateName" => ("a", 100),
        "clientToken" => ("t", 64),
        "description" => ("d", 500),
        "templateMajorVersion" | "templateMinorVersion" | "majorVersion" => ("1", 20),
        "branch" => ("b", 200),
        "spec" => ("s", 51_200),
        "key" => ("k", 128),
        "value" => ("v", 256),
        "valueString" => ("v", 1024),
        _ => return Vec::new(),
    };
    [most, most + 1].map(|length| json!(letter.repeat(length))).into()
}
