use alloc::sync::Arc;

use super::{authority, fresh_deployment, own};
use crate::{
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    environment::{Environment, Work},
    operation::{DeleteEnvironment, EnvironmentShown},
    store::EnvironmentPart::{Resources, Spec},
};

impl Decide for DeleteEnvironment {
    type Answer = EnvironmentShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentShown, Halt> {
        let environment = own(&self.name, &[Spec, Resources], desk)?;
        let spec = desk.spec(environment)?;
        match environment.as_ref() {
            Environment::Deploying(deploying) if *deploying.work() == Work::Delete => {
                Ok(EnvironmentShown::new(environment, spec))
            }
            Environment::Deploying(deploying) => Err(refusals::one_deployment_at_a_time(deploying).into()),
            Environment::Unmanaged(unmanaged) if desk.resources(environment)?.is_some() => {
                Err(refusals::unmanaged_cannot_delete(&self.name, unmanaged.environment_account()).into())
            }
            Environment::Unmanaged(_) => {
                desk.delete_environment(environment)?;
                Ok(EnvironmentShown::gone(environment, spec, None))
            }
            Environment::Settled(settled) => {
                let deleting = settled.clone().deleting(fresh_deployment(Some(environment), desk.context)?);
                desk.instruct(authority::instruction(&deleting, spec, desk)?);
                let deleting = Arc::new(Environment::from(deleting));
                desk.put_environment(Some(environment), &deleting);
                Ok(EnvironmentShown::new(&deleting, spec))
            }
        }
    }
}
