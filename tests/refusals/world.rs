//! The world in which everything is refused: a connection and an environment of each kind.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a world that goes wrong is to stop")]

use std::sync::LazyLock;

use account_connections::{Refusal, id::Caller};
use serde_json::{Value, json};

use crate::support::{ENVIRONMENT, MANAGEMENT, REGION, ROLE, World, at, fresh};

/// The connections, by the calls that create them.
pub(crate) const PENDING: u128 = 1;
pub(crate) const CONNECTED: u128 = 2;
/// The environment `used` is attached to it.
pub(crate) const USED: u128 = 3;
pub(crate) const REJECTED: u128 = 4;
/// For the environment `used` too, but of yet another environment account.
pub(crate) const ELSEWHERES: u128 = 5;
const OTHER: &str = "123456789444";
pub(crate) const UNKNOWN: u128 = 0xffff;

/// The environments of the management account: one attached, one unmanaged, one self-managed, and same-account ones in
/// several statuses.
const ENVIRONMENTS: [&str; 8] = ["used", "lost", "self", "creating", "updating", "failed", "deleting", "stuck"];

/// An account with more environments than one clean-up can reach, and a resource that as many of them have as may.
pub(crate) const CROWDED: &str = OTHER;
const CROWD: usize = 51;
const SHARING: usize = 20;

/// A world with a connection of each kind, that is all that their environment account may have, and with environments,
/// that are all that the management account may have. The pending connection has as many tags as it may, and a client
/// token.
pub(crate) fn world() -> World {
    static WORLD: LazyLock<World> = LazyLock::new(new_world);
    WORLD.clone()
}

fn new_world() -> World {
    let mut world = World::default();
    for name in ["pending", "connected", "used", "rejected"] {
        let mut input = json!({ "environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": ROLE });
        if name == "pending" {
            input["clientToken"] = json!("once");
            input["tags"] = tags(50);
        }
        call(&mut world, ENVIRONMENT, REGION, "CreateEnvironmentAccountConnection", &input).unwrap();
    }
    let role = format!("arn:aws:iam::{OTHER}:role/r");
    let input = json!({ "environmentName": "used", "managementAccountId": MANAGEMENT, "roleArn": role });
    call(&mut world, OTHER, REGION, "CreateEnvironmentAccountConnection", &input).unwrap();
    for id in [CONNECTED, USED, ELSEWHERES].map(by_id) {
        manage(&mut world, "AcceptEnvironmentAccountConnection", &id);
    }
    manage(&mut world, "RejectEnvironmentAccountConnection", &by_id(REJECTED));
    let lost = json!({ "environmentName": "lost", "managementAccountId": MANAGEMENT, "roleArn": ROLE });
    call(&mut world, ENVIRONMENT, REGION, "CreateEnvironmentAccountConnection", &lost).unwrap();
    let lost = world.calls;
    manage(&mut world, "AcceptEnvironmentAccountConnection", &by_id(lost));
    for name in ENVIRONMENTS {
        provision(&mut world, name, lost);
    }
    call(&mut world, ENVIRONMENT, REGION, "DeleteEnvironmentAccountConnection", &by_id(lost)).unwrap();
    for number in 0..=CROWD {
        crowd(&mut world, number);
    }
    world.limits.connections_per_account = 4;
    world.limits.environments_per_account = u32::try_from(ENVIRONMENTS.len()).unwrap();
    world
}

/// Fifty resources that are of 51 environments together: the first has two.
pub(crate) fn crowded_resources() -> Vec<String> {
    (0..CROWD - 1).map(|number| format!("stack {number}")).collect()
}

/// A report of the resource that all that may have it have.
pub(crate) fn one_more_that_shares(world: &World) -> Value {
    crowd_report(world, CROWD, &["shared".to_owned()])
}

/// One of many environments of an account; the last is still being created.
fn crowd(world: &mut World, number: usize) {
    let mut input = creation(&format!("crowd-{number}"), UNKNOWN);
    input["protonServiceRoleArn"] = json!(format!("arn:aws:iam::{CROWDED}:role/own"));
    call(world, CROWDED, REGION, "CreateEnvironment", &input).unwrap();
    if number == CROWD {
        return;
    }
    let stack = format!("stack {}", number % (CROWD - 1));
    let shared = (number < SHARING).then(|| "shared".to_owned());
    let report = crowd_report(world, number, &Vec::from_iter([stack].into_iter().chain(shared)));
    call(world, CROWDED, REGION, "ReportDeployment", &report).unwrap();
}

fn crowd_report(world: &World, number: usize, resources: &[String]) -> Value {
    let name = format!("crowd-{number}");
    let shown = call(&mut world.clone(), CROWDED, REGION, "GetEnvironment", &json!({ "name": name })).unwrap();
    let deployment = &shown["environment"]["lastAttemptedDeploymentId"];
    let resources = resources.iter().map(|identifier| json!({ "identifier": identifier })).collect::<Vec<_>>();
    json!({ "name": name, "deploymentId": deployment, "outcome": "SUCCEEDED", "resources": resources })
}

/// An environment, brought to what its name says.
fn provision(world: &mut World, name: &str, lost: u128) {
    manage(world, "CreateEnvironment", &creation(name, lost));
    if name == "creating" {
        return;
    }
    report(world, name, if name == "failed" { "FAILED" } else { "SUCCEEDED" });
    match name {
        "updating" => manage(world, "UpdateEnvironment", &json!({ "name": name, "deploymentType": "CURRENT_VERSION" })),
        "deleting" | "stuck" => manage(world, "DeleteEnvironment", &json!({ "name": name })),
        _ => {}
    }
    if name == "stuck" {
        report(world, name, "FAILED");
    }
}

/// The request that creates an environment, by the method that its name says.
pub(crate) fn creation(name: &str, lost: u128) -> Value {
    let mut input = json!({ "name": name, "templateName": "simple", "templateMajorVersion": "2", "spec": "a: b" });
    match name {
        "used" => input["environmentAccountConnectionId"] = json!(fresh(USED)),
        "lost" => input["environmentAccountConnectionId"] = json!(fresh(lost)),
        "self" => {
            input["provisioningRepository"] = json!({ "branch": "main", "name": "owner/name", "provider": "GITHUB" });
        }
        _ => input["protonServiceRoleArn"] = json!(own_role()),
    }
    if name == "used" {
        input["tags"] = tags(50);
    }
    input
}

fn report(world: &mut World, name: &str, outcome: &str) {
    let resources = json!([{ "identifier": format!("stack of {name}") }]);
    let report =
        json!({ "name": name, "deploymentId": deployment(world, name), "outcome": outcome, "resources": resources });
    manage(world, "ReportDeployment", &report);
}

/// The last attempted deployment of an environment.
pub(crate) fn deployment(world: &World, name: &str) -> Value {
    let answer = call(&mut world.clone(), MANAGEMENT, REGION, "GetEnvironment", &json!({ "name": name })).unwrap();
    answer["environment"]["lastAttemptedDeploymentId"].clone()
}

fn manage(world: &mut World, operation: &str, input: &Value) {
    call(world, MANAGEMENT, REGION, operation, input).unwrap();
}

pub(crate) fn call(
    world: &mut World,
    account: &str,
    region: &str,
    operation: &str,
    input: &Value,
) -> Result<Value, Refusal> {
    let caller = Caller::new(account.parse().unwrap(), region.parse().unwrap());
    world.call(caller, at(0), operation, input)
}

pub(crate) fn by_id(id: u128) -> Value {
    json!({ "id": fresh(id) })
}

pub(crate) fn own_role() -> String {
    format!("arn:aws:iam::{MANAGEMENT}:role/own")
}

pub(crate) fn arn(id: u128) -> String {
    format!("arn:aws:proton:{REGION}:{ENVIRONMENT}:environment-account-connection/{}", fresh(id))
}

pub(crate) fn environment_arn(name: &str) -> String {
    format!("arn:aws:proton:{REGION}:{MANAGEMENT}:environment/{name}")
}

pub(crate) fn tags(count: usize) -> Value {
    (1..=count).map(|number| json!({ "key": format!("k{number:02}"), "value": "v" })).collect()
}

pub(crate) fn tag(key: &str, value: &str) -> Value {
    json!([{ "key": key, "value": value }])
}
