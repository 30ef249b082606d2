//! The operations on environments, and the authority to provision.

mod authority;
mod cancel;
mod create;
mod delete;
mod get;
mod list;
mod report;
mod update;

use alloc::{boxed::Box, sync::Arc};
use core::iter;

use super::{
    Fault,
    desk::{Desk, Halt},
    refusals, visibility,
};
use crate::{
    connection::{Connected, Connection, Seen},
    environment::{Environment, GivenRoles, Spec},
    id::{Caller, ConnectionId, DeploymentId, EnvironmentName},
    operation::{Context, EnvironmentShown},
    refusal::Refusal,
    rule::Rule,
    store::{EnvironmentPart, Key},
};

/// The caller's environment of this name, asked for together with these records of it (rules `environment-not-found`
/// and `environment-is-managements`: the key has the caller's account and Region in it).
fn own<'a>(
    name: &EnvironmentName,
    with: &[EnvironmentPart],
    desk: &mut Desk<'a>,
) -> Result<&'a Arc<Environment>, Halt> {
    let environment = find(name, with, desk)?;
    environment.ok_or_else(|| refusals::environment_not_found(name).into())
}

fn find<'a>(
    name: &EnvironmentName,
    with: &[EnvironmentPart],
    desk: &mut Desk<'a>,
) -> Result<Option<&'a Arc<Environment>>, Halt> {
    desk.fetch(keys(name, with, desk.context.caller))?;
    fetched(name, desk)
}

/// The keys of the caller's environment of this name, and of these records of it.
fn keys<'n>(
    name: &'n EnvironmentName,
    with: &'n [EnvironmentPart],
    caller: Caller,
) -> impl Iterator<Item = Key> + use<'n> {
    let parts = iter::once(EnvironmentPart::Head).chain(with.iter().copied());
    parts.map(move |part| Key::own_environment(&caller, name, part))
}

/// The caller's environment of this name, which was asked for.
fn fetched<'a>(name: &EnvironmentName, desk: &mut Desk<'a>) -> Result<Option<&'a Arc<Environment>>, Halt> {
    desk.rests_on(Rule::EnvironmentIsManagements);
    desk.environment(Key::own_environment(&desk.context.caller, name, EnvironmentPart::Head))
}

/// An environment as it is shown, noting that the decision rests on the rules for that.
fn shown(environment: &Environment, spec: &Spec, desk: &mut Desk<'_>) -> EnvironmentShown {
    desk.rests_on(Rule::EnvironmentShown);
    if matches!(environment, Environment::Deploying(deploying) if deploying.work().is_an_update()) {
        desk.rests_on(Rule::TargetUntilSuccess);
    }
    EnvironmentShown::new(environment, spec)
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
/// [`connected`], since an update checks the account in between.
fn to_provision_with<'a>(
    id: ConnectionId,
    name: &EnvironmentName,
    desk: &mut Desk<'a>,
) -> Result<&'a Connection, Halt> {
    match visibility::visible(id, desk)? {
        Seen::ByEnvironment(seen) => Err(refusals::management_provisions(seen.connection()).into()),
        Seen::ByManagement(seen) if seen.connection().environment_name() != name => {
            Err(refusals::connection_names_environment(seen.connection(), name).into())
        }
        Seen::ByManagement(seen) => Ok(seen.connection()),
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
fn fresh_deployment(before: Option<&Environment>, context: &Context) -> Result<DeploymentId, Fault> {
    let id = DeploymentId::from(context.fresh_id);
    let used = |environment: &Environment| {
        let success = environment.last_success().map(|success| success.deployment_id);
        environment.last_attempted_deployment_id() == id || success == Some(id)
    };
    match before {
        Some(environment) if used(environment) => {
            Err(Fault::IdNotFresh(Box::new(Key::of_environment(environment, EnvironmentPart::Head))))
        }
        _ => Ok(id),
    }
}
