use alloc::{sync::Arc, vec::Vec};

use super::{authority, first_reads, fresh_deployment, own};
use crate::{
    decide::{refusals, sealed::Decide},
    environment::{Environment, Work},
    operation::{Context, DeleteEnvironment, EnvironmentShown},
    store::{Key, Plan, Stop},
};

impl Decide for DeleteEnvironment {
    type Answer = EnvironmentShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.name, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<EnvironmentShown, Stop> {
        let environment = own(&self.name, context, plan)?;
        match environment.as_ref() {
            Environment::Deploying(deploying) if *deploying.work() == Work::Delete => Ok(environment.as_ref().into()),
            Environment::Deploying(deploying) => Err(refusals::one_deployment_at_a_time(deploying).into()),
            Environment::Unmanaged(unmanaged) if !unmanaged.resources().is_empty() => {
                Err(refusals::unmanaged_cannot_delete(&self.name, unmanaged.environment_account()).into())
            }
            Environment::Unmanaged(_) => {
                plan.delete_environment(environment, context.now)?;
                Ok(EnvironmentShown::gone(environment, None))
            }
            Environment::Settled(settled) => {
                let deleting = settled.clone().deleting(fresh_deployment(Some(environment), context)?);
                plan.instruct(authority::instruction(&deleting, plan)?);
                let deleting = Arc::new(Environment::from(deleting));
                plan.put_environment(Some(environment), &deleting, context.now)?;
                Ok(deleting.as_ref().into())
            }
        }
    }
}
