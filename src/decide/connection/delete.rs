use alloc::sync::Arc;

use crate::{
    connection::Connection,
    decide::{
        Fault,
        desk::{Desk, Halt},
        sealed::Decide,
        visibility,
    },
    environment::StatusMessage,
    operation::{ConnectionShown, DeleteEnvironmentAccountConnection},
    rule::Rule,
    store::{EnvironmentPart, Key, Usage},
};

impl Decide for DeleteEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<ConnectionShown, Halt> {
        // The caller is the owner, or it is refused.
        let owner = desk.context.caller;
        desk.fetch([Key::connection(owner.region, self.id), Key::usage(&owner)])?;
        let connection = visibility::by_environment("delete", self.id, desk)?.connection();
        let usage = desk.usage(&owner)?;
        let Some(connections) = usage.connections.checked_sub(1) else {
            return Err(Fault::missing(Key::usage(&owner)).into());
        };
        desk.delete_connection(connection);
        if let Connection::Connected(_) = connection {
            orphan(connection, desk)?;
        }
        desk.put_usage(&owner, Usage { connections, ..usage });
        if let Some(token) = connection.client_token() {
            desk.delete(Key::client_token(&owner, token));
        }
        Ok(connection.into())
    }
}

/// Rule `delete-orphans`: the environment that is attached to the connection.
fn orphan(connection: &Connection, desk: &mut Desk<'_>) -> Result<(), Halt> {
    let Some(environment) = desk.environment(Key::environment_of(connection, EnvironmentPart::Head))? else {
        return Ok(());
    };
    if !environment.is_attached_to(connection.id()) {
        return Ok(());
    }
    desk.rests_on(Rule::DeleteOrphans);
    let message = StatusMessage::of_deleted_connection(connection.id());
    let orphaned = Arc::new(environment.orphaned(connection.environment_account(), message));
    desk.mark_resources(environment, true)?;
    if environment.has_target_spec() {
        desk.drop_target_spec(environment);
    }
    desk.put_environment(Some(environment), &orphaned);
    Ok(())
}
