//! What the specification says comes of environments (SPEC §4, and what becomes of them when a connection is accepted or
//! deleted).

use std::collections::BTreeMap;

use account_connections::{
    id::ConnectionId,
    status::{ConnectionStatus, DeploymentStatus},
};

use super::{
    environment::{EnvironmentShape, Method},
    facts::{Facts, Owner},
    predict::Shape,
};

/// The environments when a connection becomes this, or is gone: rules `accept-restores` and `delete-orphans`.
pub fn after_connection(facts: &Facts, id: ConnectionId, now: Option<&Shape>) -> BTreeMap<Owner, EnvironmentShape> {
    let mut environments = facts.shapes();
    let was_connected = facts.connections.get(&id).map(|it| it.status()) == Some(ConnectionStatus::Connected);
    for environment in environments.values_mut() {
        let Method::CrossAccount(account, attached) = environment.method else { continue };
        match now {
            None if attached == Some(id) => orphan(environment, id),
            Some(now) if attached.is_none() && !was_connected && now.status == ConnectionStatus::Connected => {
                let its = (now.environment_account, now.management_account, &now.environment_name);
                if its == (account, environment.arn.management_account, environment.name()) {
                    environment.method = Method::CrossAccount(account, Some(id));
                }
            }
            _ => {}
        }
    }
    environments
}

fn orphan(environment: &mut EnvironmentShape, id: ConnectionId) {
    environment.method = Method::CrossAccount(environment.provisioned_in(), None);
    if environment.is_deploying() {
        environment.status = match environment.status {
            DeploymentStatus::DeleteInProgress => DeploymentStatus::DeleteFailed,
            _ => DeploymentStatus::Failed,
        };
        environment.message = Some(format!("the environment account connection `{id}` was deleted"));
        environment.target = None;
    }
}
