use alloc::vec::Vec;

use super::{first_reads, own};
use crate::{
    decide::sealed::Decide,
    operation::{Context, EnvironmentResources, EnvironmentShown, GetEnvironment, ListEnvironmentProvisionedResources},
    store::{Key, Plan, Stop},
};

impl Decide for GetEnvironment {
    type Answer = EnvironmentShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.name, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<EnvironmentShown, Stop> {
        Ok(own(&self.name, context, plan)?.as_ref().into())
    }
}

impl Decide for ListEnvironmentProvisionedResources {
    type Answer = EnvironmentResources;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.environment_name, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<EnvironmentResources, Stop> {
        Ok(own(&self.environment_name, context, plan)?.resources().into())
    }
}
