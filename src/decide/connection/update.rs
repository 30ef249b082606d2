use alloc::{sync::Arc, vec::Vec};

use super::{refusals, roles_are_the_callers};
use crate::{
    connection::Connection,
    decide::{sealed::Decide, visibility},
    operation::{ConnectionShown, Context, UpdateEnvironmentAccountConnection},
    store::{Key, Plan, Stop},
};

impl Decide for UpdateEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        Vec::from([visibility::key(self.id, context)])
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<ConnectionShown, Stop> {
        let (connection, by) = visibility::to_change("update", self.id, context, plan)?;
        let (service, codebuild, component) = (&self.role_arn, &self.codebuild_role_arn, &self.component_role_arn);
        let roles = connection.roles().replaced(service.as_ref(), codebuild.as_ref(), component.as_ref());
        // The roles that stay were checked when they came.
        roles_are_the_callers(&roles, context)?;
        let updated = match connection.as_ref() {
            Connection::Rejected(_) => return Err(refusals::rejected_is_final(self.id).into()),
            // Rule `update-without-change`.
            _ if roles == *connection.roles() => return Ok(connection.as_ref().into()),
            Connection::Pending(pending) => Connection::from(pending.clone().lend(&by, roles, context.now)),
            Connection::Connected(connected) => Connection::from(connected.clone().lend(&by, roles, context.now)),
        };
        let updated = Arc::new(updated);
        plan.put_connection(Some(connection), &updated);
        Ok(updated.as_ref().into())
    }
}
