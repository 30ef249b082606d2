use alloc::{sync::Arc, vec::Vec};

use super::refusals;
use crate::{
    connection::{Connection, Pending},
    decide::{sealed::Decide, visibility},
    environment::{Environment, Unmanaged},
    operation::{AcceptEnvironmentAccountConnection, ConnectionShown, Context},
    store::{Key, Plan, Stop},
};

impl Decide for AcceptEnvironmentAccountConnection {
    type Answer = ConnectionShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        Vec::from([visibility::key(self.id, context)])
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<ConnectionShown, Stop> {
        let (connection, by) = visibility::to_decide_on("accept", self.id, context, plan)?;
        match connection.as_ref() {
            Connection::Rejected(_) => Err(refusals::rejected_is_final(self.id).into()),
            // Rule `accept-again`.
            Connection::Connected(_) => Ok(connection.as_ref().into()),
            Connection::Pending(pending) => {
                let waiting = waiting_environment(pending, plan)?;
                let connected = pending.clone().accept(by, context.now);
                let restored = waiting.map(|waiting| waiting.clone().restored(&connected).into());
                let accepted = Arc::new(Connection::from(connected));
                plan.put_connection(Some(connection), &accepted);
                if let Some(restored) = restored {
                    let environment = waiting.cloned().map(Environment::from);
                    plan.put_environment(environment.as_ref(), &Arc::new(restored), context.now)?;
                }
                Ok(accepted.as_ref().into())
            }
        }
    }
}

/// Rule `accept-restores`: the unmanaged environment of the connection's name and accounts.
fn waiting_environment<'v>(pending: &Pending, plan: &Plan<'v>) -> Result<Option<&'v Unmanaged>, Stop> {
    let (region, owner) = (pending.region(), pending.management_account());
    match plan.environment(region, owner, pending.environment_name())?.map(Arc::as_ref) {
        Some(Environment::Unmanaged(waiting)) if waiting.environment_account() == pending.environment_account() => {
            Ok(Some(waiting))
        }
        _ => Ok(None),
    }
}
