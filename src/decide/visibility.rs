use alloc::sync::Arc;

use super::refusals;
use crate::{
    connection::{AsEnvironmentAccount, AsManagementAccount, Connection, Party},
    id::ConnectionId,
    operation::Context,
    store::{Key, Plan, Stop},
};

/// The connection, and proof of the side on which the caller stands.
///
/// Rules `same-region` and `parties-only`: the key has the caller's Region in it, and a stranger gets the answer that
/// it would get if the connection did not exist.
pub(super) fn visible<'v>(
    id: ConnectionId,
    context: &Context,
    plan: &Plan<'v>,
) -> Result<(&'v Arc<Connection>, Party), Stop> {
    let connection = plan.connection(context.caller.region, id)?;
    let seen = connection.and_then(|connection| Some((connection, Party::of(connection, &context.caller)?)));
    seen.ok_or_else(|| refusals::connection_not_found(id).into())
}

/// Rule `management-decides`.
pub(super) fn to_decide_on<'v>(
    verb: &str,
    id: ConnectionId,
    context: &Context,
    plan: &Plan<'v>,
) -> Result<(&'v Arc<Connection>, AsManagementAccount), Stop> {
    match visible(id, context, plan)? {
        (connection, Party::ManagementAccount(by)) => Ok((connection, by)),
        (connection, Party::EnvironmentAccount(_)) => Err(refusals::management_decides(connection, verb).into()),
    }
}

/// Rule `environment-account-owns`.
pub(super) fn to_change<'v>(
    verb: &str,
    id: ConnectionId,
    context: &Context,
    plan: &Plan<'v>,
) -> Result<(&'v Arc<Connection>, AsEnvironmentAccount), Stop> {
    match visible(id, context, plan)? {
        (connection, Party::EnvironmentAccount(by)) => Ok((connection, by)),
        (connection, Party::ManagementAccount(_)) => Err(refusals::environment_account_owns(connection, verb).into()),
    }
}

/// What every operation on a connection reads first.
pub(super) fn key(id: ConnectionId, context: &Context) -> Key {
    Key::Connection { region: context.caller.region, id }
}
