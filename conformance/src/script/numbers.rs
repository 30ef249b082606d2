//! Quotas, as they are told.

use account_connections::{operation::Limits, testing::subject::Reply};
use serde_json::{Value, json};

use super::{
    Episode, Phase,
    rehearsal::Rehearsal,
    stage::{ELSEWHERE, ENVIRONMENT, HOME, MANAGEMENT, OTHER, caller, role},
};

/// A larger quota would take too many calls.
pub(super) const MOST: u32 = 50;

pub(super) fn episodes(limits: Limits, left_out: &mut Vec<String>) -> Vec<Episode> {
    let Limits { connections_per_account, environments_per_account, .. } = limits;
    let mut episodes = vec![gone().episode("what is gone stays gone".into(), Phase::Numbers)];
    let mut within = |most: u32, what: &str, flag: &str, make: fn(u32, Limits) -> Rehearsal| {
        if most <= MOST {
            episodes.push(make(most, limits).episode(format!("the quota of {what}"), Phase::Numbers));
        } else {
            left_out.push(format!(
                "not in the script: the quota of {what}, because {most} takes too many calls: start the subject with {MOST} or fewer and tell so by {flag}"
            ));
        }
    };
    within(connections_per_account, "connections", "--connections-per-account", connections);
    within(environments_per_account, "environments", "--environments-per-account", environments);
    episodes
}

/// As many connections as there may be, and one more; with another account, and in a place that has become free again.
fn connections(most: u32, limits: Limits) -> Rehearsal {
    let mut rehearsal = Rehearsal::with_limits(limits);
    let create = |rehearsal: &mut Rehearsal, account: &str, number: u32| {
        let input = json!({ "environmentName": format!("e{number}"), "managementAccountId": MANAGEMENT,
            "roleArn": role(account, "r"), "clientToken": format!("t{number}") });
        match rehearsal.ask(caller(account, HOME), "CreateEnvironmentAccountConnection", &input) {
            Reply::Answer(answer) => answer.pointer("/environmentAccountConnection/id").cloned().unwrap_or_default(),
            _ => Value::Null,
        }
    };
    // Refused requests do not count, nor does anything in another Region.
    let refused = json!({ "environmentName": "e", "managementAccountId": MANAGEMENT, "roleArn": role(OTHER, "r") });
    rehearsal.ask(caller(ENVIRONMENT, HOME), "CreateEnvironmentAccountConnection", &refused);
    let elsewhere =
        json!({ "environmentName": "e", "managementAccountId": MANAGEMENT, "roleArn": role(ENVIRONMENT, "r") });
    rehearsal.ask(caller(ENVIRONMENT, ELSEWHERE), "CreateEnvironmentAccountConnection", &elsewhere);
    let ids = (0..most).map(|number| create(&mut rehearsal, ENVIRONMENT, number)).collect::<Vec<_>>();
    create(&mut rehearsal, ENVIRONMENT, most);
    rehearsal.ask(caller(ENVIRONMENT, ELSEWHERE), "CreateEnvironmentAccountConnection", &elsewhere);
    // What already exists counts once.
    create(&mut rehearsal, ENVIRONMENT, 0);
    create(&mut rehearsal, OTHER, most);
    if let Some(first) = ids.first() {
        let (by, id) = (caller(ENVIRONMENT, HOME), json!({ "id": first }));
        rehearsal.ask(caller(MANAGEMENT, HOME), "RejectEnvironmentAccountConnection", &id);
        create(&mut rehearsal, ENVIRONMENT, most);
        rehearsal.ask(by, "DeleteEnvironmentAccountConnection", &id);
        rehearsal.ask(by, "DeleteEnvironmentAccountConnection", &id);
        create(&mut rehearsal, ENVIRONMENT, 0);
        create(&mut rehearsal, ENVIRONMENT, most);
    }
    rehearsal.look_at_all();
    rehearsal
}

/// Something that was tagged and had outputs is deleted and made again: it has kept nothing.
fn gone() -> Rehearsal {
    let mut rehearsal = Rehearsal::new();
    let by = caller(MANAGEMENT, HOME);
    let arn = format!("arn:aws:proton:{HOME}:{MANAGEMENT}:environment/dev");
    let create = json!({ "name": "dev", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
        "codebuildRoleArn": role(MANAGEMENT, "r") });
    let report = |rehearsal: &mut Rehearsal, answer: &Reply| {
        let Reply::Answer(answer) = answer else { return };
        let deployment = answer.pointer("/environment/lastAttemptedDeploymentId");
        let resources = json!([{ "identifier": "arn:x:a", "provisioningEngine": "TERRAFORM" }]);
        let input =
            json!({ "name": "dev", "deploymentId": deployment, "outcome": "SUCCEEDED", "resources": resources });
        rehearsal.ask(by, "ReportDeployment", &input);
    };
    let created = rehearsal.ask(by, "CreateEnvironment", &create);
    report(&mut rehearsal, &created);
    let tags = json!([{ "key": "team", "value": "a" }]);
    rehearsal.ask(by, "TagResource", &json!({ "resourceArn": arn, "tags": tags }));
    let outputs = json!([{ "key": "k", "valueString": "v" }]);
    rehearsal.ask(by, "NotifyResourceDeploymentStatusChange", &json!({ "resourceArn": arn, "outputs": outputs }));
    let deleted = rehearsal.ask(by, "DeleteEnvironment", &json!({ "name": "dev" }));
    report(&mut rehearsal, &deleted);
    rehearsal.ask(by, "ListTagsForResource", &json!({ "resourceArn": arn }));
    rehearsal.ask(by, "CreateEnvironment", &create);
    let name = json!({ "environmentName": "dev" });
    rehearsal.ask(by, "ListTagsForResource", &json!({ "resourceArn": arn }));
    rehearsal.ask(by, "ListEnvironmentOutputs", &name);
    rehearsal.ask(by, "ListEnvironmentProvisionedResources", &name);
    rehearsal.ask(by, "ListProvisionedResources", &json!({}));
    rehearsal
}

/// As many environments as there may be, and one more.
fn environments(most: u32, limits: Limits) -> Rehearsal {
    let mut rehearsal = Rehearsal::with_limits(limits);
    let create = |rehearsal: &mut Rehearsal, account: &str, number: u32| {
        let input = json!({ "name": format!("e{number}"), "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
            "protonServiceRoleArn": role(account, "r") });
        rehearsal.ask(caller(account, HOME), "CreateEnvironment", &input);
    };
    let refused = json!({ "name": "e", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
        "protonServiceRoleArn": role(OTHER, "r") });
    rehearsal.ask(caller(MANAGEMENT, HOME), "CreateEnvironment", &refused);
    let elsewhere = json!({ "name": "e", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
        "protonServiceRoleArn": role(MANAGEMENT, "r") });
    rehearsal.ask(caller(MANAGEMENT, ELSEWHERE), "CreateEnvironment", &elsewhere);
    for number in 0..=most {
        create(&mut rehearsal, MANAGEMENT, number);
    }
    create(&mut rehearsal, OTHER, most);
    create(&mut rehearsal, MANAGEMENT, 0);
    rehearsal.ask(caller(MANAGEMENT, HOME), "DeleteEnvironment", &json!({ "name": "e0" }));
    create(&mut rehearsal, MANAGEMENT, most);
    rehearsal.look_at_all();
    rehearsal
}
