use alloc::{boxed::Box, format, sync::Arc, vec::Vec};

use crate::{
    connection::Connection,
    decide::{sealed::Decide, visibility},
    environment::Environment,
    operation::{ConnectionShown, Context, DeleteEnvironmentAccountConnection},
    store::{Key, Plan, Stop, Trouble, Usage},
};

impl Decide for DeleteEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        let (region, account) = (context.caller.region, context.caller.account);
        Vec::from([visibility::key(self.id, context), Key::Usage { region, account }])
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<ConnectionShown, Stop> {
        let (connection, _by) = visibility::to_change("delete", self.id, context, plan)?;
        let (region, account) = (connection.region(), connection.environment_account());
        let usage = plan.usage(region, account)?;
        let Some(connections) = usage.connections.checked_sub(1) else {
            return Err(Trouble::Missing(Box::new(Key::Usage { region, account })).into());
        };
        let attached = attached_environment(connection, plan)?;

        plan.delete_connection(connection, context.now);
        plan.put_usage(region, account, Usage { connections, ..usage });
        if let Some(token) = connection.client_token().cloned() {
            plan.delete(Key::ClientToken { region, environment_account: account, token });
        }
        if let Some(environment) = attached {
            let message = format!("the environment account connection `{}` was deleted", self.id);
            let message = message.parse().map_err(|_| Trouble::Missing(Box::new(Key::of_connection(connection))))?;
            let orphaned = Arc::new(environment.orphaned(account, message));
            plan.put_environment(Some(environment), &orphaned, context.now)?;
        }
        Ok(connection.as_ref().into())
    }
}

/// Rule `delete-orphans`: the environment that is attached to the connection.
fn attached_environment<'v>(connection: &Connection, plan: &Plan<'v>) -> Result<Option<&'v Environment>, Stop> {
    // Only a connected connection is attached to.
    let Connection::Connected(_) = connection else { return Ok(None) };
    let (region, owner) = (connection.region(), connection.management_account());
    let environment = plan.environment(region, owner, connection.environment_name())?.map(Arc::as_ref);
    Ok(environment.filter(|environment| environment.is_attached_to(connection.id())))
}
