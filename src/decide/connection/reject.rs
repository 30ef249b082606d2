use alloc::{sync::Arc, vec::Vec};

use super::refusals;
use crate::{
    connection::Connection,
    decide::{sealed::Decide, visibility},
    operation::{ConnectionShown, Context, RejectEnvironmentAccountConnection},
    store::{Key, Plan, Stop},
};

impl Decide for RejectEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        Vec::from([visibility::key(self.id, context)])
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<ConnectionShown, Stop> {
        let (connection, by) = visibility::to_decide_on("reject", self.id, context, plan)?;
        let rejected = match connection.as_ref() {
            // Rule `reject-again`.
            Connection::Rejected(_) => return Ok(connection.as_ref().into()),
            Connection::Pending(pending) => pending.clone().reject(by, context.now),
            Connection::Connected(connected) => {
                let (region, owner) = (connected.region(), connected.management_account());
                let environment = plan.environment(region, owner, connected.environment_name())?;
                let unused = connected.not_in_use(environment.map(Arc::as_ref));
                let in_use = || refusals::no_reject_while_in_use(self.id, connected.environment_name());
                unused.ok_or_else(in_use)?.reject(by, context.now)
            }
        };
        let rejected = Arc::new(Connection::from(rejected));
        plan.put_connection(Some(connection), &rejected);
        Ok(rejected.as_ref().into())
    }
}
