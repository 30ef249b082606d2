use alloc::vec::Vec;

use super::refusals;
use crate::{
    connection::{Connected, Connection},
    decide::{sealed::Decide, visibility},
    environment::Environment,
    operation::{AcceptEnvironmentAccountConnection, Context, EnvironmentAccountConnection},
    store::{Key, Plan, Stop},
};

impl Decide for AcceptEnvironmentAccountConnection {
    type Answer = EnvironmentAccountConnection;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        Vec::from([visibility::key(self.id, context)])
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<EnvironmentAccountConnection, Stop> {
        let (connection, by) = visibility::to_decide_on("accept", self.id, context, plan)?;
        match connection.as_ref() {
            Connection::Rejected(_) => Err(refusals::rejected_is_final(self.id).into()),
            // Rule `accept-again`.
            Connection::Connected(_) => Ok(connection.as_ref().into()),
            Connection::Pending(pending) => {
                let connected = pending.clone().accept(by, context.now);
                let restored = waiting_environment(&connected, plan)?;
                let accepted = Connection::from(connected);
                let answer = (&accepted).into();
                plan.put_connection(Some(connection), accepted);
                if let Some(environment) = restored {
                    plan.put_environment(environment);
                }
                Ok(answer)
            }
        }
    }
}

/// Rule `accept-restores`: the unmanaged environment of the connection's name and accounts, attached to it.
fn waiting_environment(connected: &Connected, plan: &Plan<'_>) -> Result<Option<Environment>, Stop> {
    let (region, owner) = (connected.region(), connected.management_account());
    let environment = plan.environment(region, owner, connected.environment_name())?;
    let waiting = environment.filter(|environment| environment.waits_for(connected));
    Ok(waiting.map(|environment| environment.as_ref().clone().restored(connected)))
}
