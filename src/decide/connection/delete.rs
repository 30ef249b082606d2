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
    type Answer = Option<ConnectionShown>;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Option<ConnectionShown>, Halt> {
        // The caller is the owner, or nothing is deleted.
        let owner = desk.context.caller;
        desk.fetch([Key::connection(owner.region, self.id), Key::usage(&owner)])?;
        let Some(seen) = desk.seen(self.id)? else {
            desk.rests_on(Rule::DeleteAgain);
            return Ok(None);
        };
        let connection = visibility::owned("delete", seen)?.connection();
        let usage = desk.usage(&owner)?;
        let Some(connections) = usage.connections.checked_sub(1) else {
            return Err(Fault::missing(Key::usage(&owner)).into());
        };
        let token = connection.client_token().map(|token| Key::client_token(&owner, token));
        let attached = matches!(connection, Connection::Connected(_))
            .then(|| Key::environment_of(connection, EnvironmentPart::Head));
        desk.fetch(token.iter().chain(&attached).cloned())?;

        for rule in [Rule::DeleteAnyStatus, Rule::DeleteFrees, Rule::ConnectionShown] {
            desk.rests_on(rule);
        }
        desk.delete_connection(connection);
        desk.put_usage(&owner, Usage { connections, ..usage });
        if let (Some(token), Some(key)) = (connection.client_token(), token)
            && desk.client_token(token)?.is_some_and(|used| used.connection == self.id)
        {
            desk.delete(key);
        }
        if let Some(key) = attached {
            orphan(connection, key, desk)?;
        }
        Ok(Some(connection.into()))
    }
}

/// Rule `delete-orphans`: the environment that is attached to the connection.
fn orphan(connection: &Connection, key: Key, desk: &mut Desk<'_>) -> Result<(), Halt> {
    let environment = desk.environment(key)?.filter(|environment| environment.is_attached_to(connection.id()));
    let Some(environment) = environment else { return Ok(()) };
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
