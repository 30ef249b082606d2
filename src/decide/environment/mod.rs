//! The operations on environments, and the authority to provision.

mod authority;
mod cancel;
mod create;
mod delete;
mod get;
mod list;
mod report;
mod update;

use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::{refusals, visibility};
use crate::{
    connection::{Connected, Connection, Party},
    environment::{Environment, GivenRoles},
    id::{ConnectionId, DeploymentId, EnvironmentName},
    operation::Context,
    refusal::Refusal,
    store::{Key, Plan, Stop, Trouble},
};

/// The caller's environment of this name (rules `environment-not-found` and `environment-is-managements`: the key has
/// the caller's account and Region in it).
fn own<'v>(name: &EnvironmentName, context: &Context, plan: &Plan<'v>) -> Result<&'v Arc<Environment>, Stop> {
    let environment = plan.environment(context.caller.region, context.caller.account, name)?;
    environment.ok_or_else(|| refusals::environment_not_found(name).into())
}

/// What every operation on an environment of the caller reads first.
fn key(name: &EnvironmentName, context: &Context) -> Key {
    let (region, management_account) = (context.caller.region, context.caller.account);
    Key::Environment { region, management_account, name: name.clone() }
}

fn first_reads(name: &EnvironmentName, context: &Context) -> Vec<Key> {
    Vec::from([key(name, context)])
}

/// Rule `role-in-own-account`.
fn roles_are_own(roles: &GivenRoles<'_>, context: &Context) -> Result<(), Refusal> {
    let (account, partition) = (context.caller.account, context.caller.region.partition());
    match roles.foreign(account, partition) {
        Some((name, role)) => Err(refusals::role_in_own_account(name, role, account, partition)),
        None => Ok(()),
    }
}

/// The connection that an environment is to be attached to: the caller's to provision with, for this very name.
///
/// Rules `connection-not-found`, `management-provisions` and `connection-names-environment`; the status comes last, in
/// [`connected`], since an update checks the account between them.
fn to_provision_with<'v>(
    id: ConnectionId,
    name: &EnvironmentName,
    context: &Context,
    plan: &Plan<'v>,
) -> Result<&'v Arc<Connection>, Stop> {
    match visibility::visible(id, context, plan)? {
        (connection, Party::EnvironmentAccount(_)) => Err(refusals::management_provisions(connection).into()),
        (connection, Party::ManagementAccount(_)) if connection.environment_name() != name => {
            Err(refusals::connection_names_environment(connection, name).into())
        }
        (connection, Party::ManagementAccount(_)) => Ok(connection),
    }
}

/// Rules `connection-must-be-connected` and `rejected-is-final`.
fn connected(connection: &Connection) -> Result<&Connected, Refusal> {
    match connection {
        Connection::Connected(connected) => Ok(connected),
        Connection::Pending(pending) => Err(refusals::connection_must_be_connected(pending.id())),
        Connection::Rejected(rejected) => Err(refusals::rejected_is_final(rejected.id())),
    }
}

/// The id of the deployment that begins: it must not be that of the one before, whose late report would be taken for
/// its own.
fn fresh_deployment(before: Option<&Environment>, context: &Context) -> Result<DeploymentId, Trouble> {
    let id = DeploymentId::from(context.fresh_id);
    let used = |environment: &Environment| {
        let success = environment.last_success().map(|success| success.deployment_id);
        environment.last_attempted_deployment_id() == id || success == Some(id)
    };
    match before {
        Some(environment) if used(environment) => Err(Trouble::IdNotFresh(Box::new(Key::of_environment(environment)))),
        _ => Ok(id),
    }
}
