use super::{
    desk::{Desk, Halt},
    refusals,
};
use crate::{
    connection::{ByEnvironment, ByManagement, Connection, Seen},
    id::ConnectionId,
    refusal::Refusal,
};

/// The connection as the caller sees it.
///
/// Rules `same-region` and `parties-only`: the key has the caller's Region in it, and a stranger gets the answer that
/// it would get if the connection did not exist.
pub(super) fn visible<'a>(id: ConnectionId, desk: &mut Desk<'a>) -> Result<Seen<'a>, Halt> {
    desk.seen(id)?.ok_or_else(|| refusals::connection_not_found(id).into())
}

/// Rule `management-decides`.
pub(super) fn by_management<'a>(
    verb: &str,
    id: ConnectionId,
    desk: &mut Desk<'a>,
) -> Result<ByManagement<'a, Connection>, Halt> {
    match visible(id, desk)? {
        Seen::ByManagement(connection) => Ok(connection),
        Seen::ByEnvironment(connection) => Err(refusals::management_decides(connection.connection(), verb).into()),
    }
}

/// Rule `environment-account-owns`.
pub(super) fn by_environment<'a>(
    verb: &str,
    id: ConnectionId,
    desk: &mut Desk<'a>,
) -> Result<ByEnvironment<'a, Connection>, Halt> {
    Ok(owned(verb, visible(id, desk)?)?)
}

/// The same for a connection that the caller sees.
pub(super) fn owned<'a>(verb: &str, seen: Seen<'a>) -> Result<ByEnvironment<'a, Connection>, Refusal> {
    match seen {
        Seen::ByEnvironment(connection) => Ok(connection),
        Seen::ByManagement(connection) => Err(refusals::environment_account_owns(connection.connection(), verb)),
    }
}
