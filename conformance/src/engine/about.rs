//! What a call is about.

use account_connections::{
    id::{ConnectionArn, ConnectionId, EnvironmentArn, EnvironmentName, Region},
    store::{ConnectionPart, EnvironmentPart, Key, Record},
};
use serde_json::Value;

use super::{Judge, stored, world::World};
use crate::trace::{Call, Reply};

impl Judge {
    /// Whether what a call is about has values that nobody has seen, on which its answer can depend.
    pub(super) fn rests_on_the_unseen(&mut self, call: &Call) -> bool {
        if !self.world.has_loose() {
            return false;
        }
        let mut keys = shown_keys(call);
        keys.extend(self.named_keys(call));
        // What is provisioned with a connection depends on its roles.
        for key in keys.clone() {
            if let Some(Record::Environment(environment)) = self.world.record(&key)
                && let Some(attachment) = environment.attachment()
            {
                keys.push(connection_key(call.region, attachment.connection()));
            }
        }
        let is_loose = |key: &Key| {
            self.world.loose(key).is_some_and(|loose| loose.keys().any(|member| matters(&call.operation, member)))
        };
        keys.iter().any(is_loose)
    }

    /// Whether nothing can be said about the events of what this ARN names.
    pub(super) fn events_are_vague(&mut self, arn: &str) -> bool {
        let key = match (arn.parse::<EnvironmentArn>(), arn.parse::<ConnectionArn>()) {
            (Ok(arn), _) => stored::environment_key(&arn, EnvironmentPart::Head),
            (_, Ok(arn)) => connection_key(arn.region, arn.id),
            _ => return false,
        };
        !self.world.began_empty() || !self.lost.is_empty() || self.world.is_unknown(&key)
    }

    /// The records that a call names.
    pub(super) fn named_keys(&mut self, call: &Call) -> Vec<Key> {
        named(&mut self.world, call)
    }
}

/// Whether more than the member itself can depend on a value: why an operation is refused, or what it changes.
fn matters(operation: &str, member: &str) -> bool {
    match member {
        "clientToken" => operation == "CreateEnvironmentAccountConnection",
        "roleArn" | "codebuildRoleArn" | "componentRoleArn" | "protonServiceRoleArn" => {
            let uses_roles =
                ["UpdateEnvironmentAccountConnection", "NotifyResourceDeploymentStatusChange", "ProvisioningAuthority"];
            uses_roles.contains(&operation)
        }
        "templateMajorVersion" | "templateMinorVersion" => operation == "UpdateEnvironment",
        "lastAttemptedDeploymentId" | "lastSucceededDeploymentId" => {
            let names_deployments =
                ["ReportDeployment", "NotifyResourceDeploymentStatusChange", "ListEnvironmentOutputs"];
            names_deployments.contains(&operation)
        }
        _ => false,
    }
}

/// The records that a call names.
pub(super) fn named(world: &mut World, call: &Call) -> Vec<Key> {
    let text = |member: &str| call.input.get(member).and_then(Value::as_str);
    let mut keys = Vec::new();
    let ids = [text("id"), text("environmentAccountConnectionId")];
    for id in ids.into_iter().flatten().filter_map(|id| id.parse::<ConnectionId>().ok()) {
        let head = connection_key(call.region, id);
        if let Some(Record::Connection(connection)) = world.record(&head) {
            let arn = EnvironmentArn::new(
                connection.region(),
                connection.management_account(),
                connection.environment_name().clone(),
            );
            keys.push(stored::environment_key(&arn, EnvironmentPart::Head));
        }
        keys.push(head);
    }
    let names = [text("name"), text("environmentName")];
    for name in names.into_iter().flatten().filter_map(|name| name.parse::<EnvironmentName>().ok()) {
        let arn = EnvironmentArn::new(call.region, call.account, name);
        keys.push(stored::environment_key(&arn, EnvironmentPart::Head));
    }
    if let Some(arn) = text("resourceArn") {
        if let Ok(arn) = arn.parse::<EnvironmentArn>() {
            keys.push(stored::environment_key(&arn, EnvironmentPart::Head));
            keys.push(stored::environment_key(&arn, EnvironmentPart::Tags));
        } else if let Ok(arn) = arn.parse::<ConnectionArn>() {
            keys.push(connection_key(arn.region, arn.id));
            keys.push(Key::Connection { region: arn.region, id: arn.id, part: ConnectionPart::Tags });
        }
    }
    keys
}

/// The keys of what an answer shows.
pub(super) fn shown_keys(call: &Call) -> Vec<Key> {
    let Reply::Answer(answer) = &call.reply else { return Vec::new() };
    let of = |one: &str, many: &str| {
        let many = answer.get(many).and_then(Value::as_array).into_iter().flatten();
        answer.get(one).into_iter().chain(many).cloned().collect::<Vec<_>>()
    };
    let connections = of("environmentAccountConnection", "environmentAccountConnections")
        .into_iter()
        .filter_map(|shown| Some(connection_key(call.region, shown.get("id")?.as_str()?.parse().ok()?)));
    let environments = of("environment", "environments").into_iter().filter_map(|shown| {
        Some(stored::environment_key(&shown.get("arn")?.as_str()?.parse().ok()?, EnvironmentPart::Head))
    });
    connections.chain(environments).collect()
}

pub(super) const fn connection_key(region: Region, id: ConnectionId) -> Key {
    Key::Connection { region, id, part: ConnectionPart::Head }
}
