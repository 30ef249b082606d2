use super::own;
use crate::{
    decide::{
        desk::{Desk, Halt},
        sealed::Decide,
    },
    operation::{EnvironmentResources, EnvironmentShown, GetEnvironment, ListEnvironmentProvisionedResources},
    store::EnvironmentPart,
};

impl Decide for GetEnvironment {
    type Answer = EnvironmentShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentShown, Halt> {
        let environment = own(&self.name, &[EnvironmentPart::Spec], desk)?;
        Ok(EnvironmentShown::new(environment, desk.spec(environment)?))
    }
}

impl Decide for ListEnvironmentProvisionedResources {
    type Answer = EnvironmentResources;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentResources, Halt> {
        let environment = own(&self.environment_name, &[EnvironmentPart::Resources], desk)?;
        Ok(desk
            .resources(environment)?
            .map(|resources| EnvironmentResources::from(&resources.list))
            .unwrap_or_default())
    }
}
