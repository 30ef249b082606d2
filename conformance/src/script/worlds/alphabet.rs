//! What can be asked for in a small world.

use account_connections::id::Caller;
use serde_json::{Value, json};

use crate::script::stage::{ELSEWHERE, ENVIRONMENT, HOME, MANAGEMENT, STRANGER, caller, role};

/// What a world is made of.
#[derive(Clone, Debug)]
pub(super) struct World {
    /// How many connections there can be, one after the other.
    pub(super) connections: usize,
    pub(super) asks: Vec<Ask>,
}

/// A call, with slots in place of ids.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// Operation and variant, and which side calls.
    pub(super) label: String,
    pub(super) caller: Caller,
    pub(super) operation: &'static str,
    /// `$0` and `$1` stand for the connections, `$d` for the last attempted deployment.
    pub(super) input: Value,
    /// The connection that it is about.
    pub(super) slot: Option<usize>,
    /// Whether it creates a connection.
    pub(super) creates: bool,
}

/// The name of the environment.
pub(super) const NAME: &str = "dev";

pub(super) fn world(name: &str) -> Option<World> {
    let asks = |parts: Vec<Vec<Ask>>| parts.concat();
    Some(match name {
        "connections" => World { connections: 2, asks: asks(vec![create_connection(), on_connections(2, true)]) },
        "environment" => World {
            connections: 2,
            asks: asks(vec![create_connection(), on_connections(2, false), with_connections(2), on_environment(false)]),
        },
        "own-roles" => World { connections: 0, asks: asks(vec![create_own(), on_environment(true)]) },
        "repository" => {
            World { connections: 0, asks: asks(vec![create_from_repository(), on_environment(true), notify()]) }
        }
        _ => return None,
    })
}

fn ask(side: &str, caller: Caller, operation: &'static str, variant: &str, input: Value) -> Ask {
    Ask { label: format!("{operation} {variant} by {side}"), caller, operation, input, slot: None, creates: false }
}

fn management() -> Caller {
    caller(MANAGEMENT, HOME)
}

fn environment() -> Caller {
    caller(ENVIRONMENT, HOME)
}

fn create_connection() -> Vec<Ask> {
    let input =
        json!({ "environmentName": NAME, "managementAccountId": MANAGEMENT, "roleArn": role(ENVIRONMENT, "base") });
    vec![Ask { creates: true, ..ask("environment", environment(), "CreateEnvironmentAccountConnection", "", input) }]
}

/// Sides: the right one, the other party, and, if all are asked for, strangers and another Region.
fn on_connections(slots: usize, all_sides: bool) -> Vec<Ask> {
    let sides = [
        ("management", management()),
        ("environment", environment()),
        ("a stranger", caller(STRANGER, HOME)),
        ("environment elsewhere", caller(ENVIRONMENT, ELSEWHERE)),
        ("management elsewhere", caller(MANAGEMENT, ELSEWHERE)),
    ];
    let operations = [
        "AcceptEnvironmentAccountConnection",
        "RejectEnvironmentAccountConnection",
        "UpdateEnvironmentAccountConnection",
        "DeleteEnvironmentAccountConnection",
        "GetEnvironmentAccountConnection",
    ];
    let mut asks = Vec::new();
    for slot in 0..slots {
        for operation in operations {
            for (side, caller) in sides.iter().take(if all_sides { 5 } else { 2 }) {
                let mut input = json!({ "id": format!("${slot}") });
                if operation.starts_with("Update") {
                    input = json!({ "id": format!("${slot}"), "componentRoleArn": role(ENVIRONMENT, "component") });
                }
                asks.push(Ask { slot: Some(slot), ..ask(side, *caller, operation, "", input) });
            }
        }
    }
    asks
}

/// An environment with one of the connections, or moved to it.
fn with_connections(slots: usize) -> Vec<Ask> {
    let mut asks = Vec::new();
    for slot in 0..slots {
        let id = format!("${slot}");
        let mut about = |side: &str, caller, operation, variant: &str, input: Value| {
            asks.push(Ask { slot: Some(slot), ..ask(side, caller, operation, variant, input) });
        };
        let create = json!({ "name": NAME, "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
            "environmentAccountConnectionId": id });
        about("management", management(), "CreateEnvironment", "", create.clone());
        about("environment", environment(), "CreateEnvironment", "", create);
        let switch = json!({ "name": NAME, "deploymentType": "NONE", "environmentAccountConnectionId": id });
        about("management", management(), "UpdateEnvironment", "to a connection", switch);
        let both = json!({ "name": NAME, "deploymentType": "CURRENT_VERSION", "spec": "t", "environmentAccountConnectionId": id });
        about("management", management(), "UpdateEnvironment", "to a connection, deployed", both);
    }
    asks
}

fn create_own() -> Vec<Ask> {
    let input = json!({ "name": NAME, "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
        "protonServiceRoleArn": role(MANAGEMENT, "own") });
    vec![ask("management", management(), "CreateEnvironment", "", input)]
}

fn create_from_repository() -> Vec<Ask> {
    let input = json!({ "name": NAME, "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
        "provisioningRepository": { "branch": "main", "name": "owner/infra", "provider": "GITHUB" } });
    vec![ask("management", management(), "CreateEnvironment", "", input)]
}

fn on_environment(by_strangers: bool) -> Vec<Ask> {
    let deploy = json!({ "name": NAME, "deploymentType": "CURRENT_VERSION", "spec": "t" });
    let major = json!({ "name": NAME, "deploymentType": "MAJOR_VERSION", "templateMajorVersion": "2", "spec": "u" });
    let describe = json!({ "name": NAME, "deploymentType": "NONE", "description": "d" });
    let report = |outcome: &str| json!({ "name": NAME, "deploymentId": "$d", "outcome": outcome });
    let named = || json!({ "name": NAME });
    let mut asks = vec![
        ask("management", management(), "UpdateEnvironment", "deployed", deploy),
        ask("management", management(), "UpdateEnvironment", "to another version", major),
        ask("management", management(), "UpdateEnvironment", "described", describe),
        ask("management", management(), "CancelEnvironmentDeployment", "", json!({ "environmentName": NAME })),
        ask("management", management(), "DeleteEnvironment", "", named()),
        ask("management", management(), "GetEnvironment", "", named()),
        ask("management", management(), "ReportDeployment", "succeeded", report("SUCCEEDED")),
        ask("management", management(), "ReportDeployment", "failed", report("FAILED")),
        ask("management", management(), "ReportDeployment", "cancelled", report("CANCELLED")),
    ];
    if by_strangers {
        let others = [("a stranger", caller(STRANGER, HOME)), ("management elsewhere", caller(MANAGEMENT, ELSEWHERE))];
        for (side, caller) in others {
            asks.push(ask(side, caller, "DeleteEnvironment", "", named()));
            asks.push(ask(side, caller, "GetEnvironment", "", named()));
            asks.push(ask(side, caller, "CancelEnvironmentDeployment", "", json!({ "environmentName": NAME })));
        }
    }
    asks
}

fn notify() -> Vec<Ask> {
    let arn = format!("arn:aws:proton:{HOME}:{MANAGEMENT}:environment/{NAME}");
    let notified = |status: &str| {
        let input = json!({ "resourceArn": arn, "status": status, "deploymentId": "$d" });
        ask("management", management(), "NotifyResourceDeploymentStatusChange", status, input)
    };
    vec![notified("SUCCEEDED"), notified("FAILED"), notified("IN_PROGRESS")]
}
