use alloc::{sync::Arc, vec::Vec};

use super::{authority, first_reads, own};
use crate::{
    decide::{refusals, sealed::Decide},
    environment::{Ended, Environment, Work},
    operation::{CancelEnvironmentDeployment, Context, EnvironmentShown},
    store::{Key, Plan, Stop},
};

impl Decide for CancelEnvironmentDeployment {
    type Answer = EnvironmentShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.environment_name, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<EnvironmentShown, Stop> {
        let environment = own(&self.environment_name, context, plan)?;
        let ended = match environment.as_ref() {
            Environment::Deploying(deploying) => match (deploying.cancelled(), deploying.work()) {
                (Some(cancelled), _) => {
                    plan.instruct(authority::instruction(&cancelled, plan)?);
                    let cancelled = Arc::new(Environment::from(cancelled));
                    plan.put_environment(Some(environment), &cancelled, context.now)?;
                    return Ok(cancelled.as_ref().into());
                }
                // Rule `too-late-to-cancel`.
                (None, Work::Cancel(_)) => return Ok(environment.as_ref().into()),
                (None, Work::Create) => return Err(refusals::cancel_updates_only(&self.environment_name).into()),
                (None, Work::Update(_) | Work::Delete) => None,
            },
            Environment::Settled(settled) => Some(settled.ended()),
            Environment::Unmanaged(unmanaged) => Some(unmanaged.ended()),
        };
        match ended {
            // Rule `too-late-to-cancel`.
            Some(Ended::Succeeded(_)) => Ok(environment.as_ref().into()),
            _ => Err(refusals::nothing_to_cancel(environment).into()),
        }
    }
}
