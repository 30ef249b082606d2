use super::{own, shown};
use crate::{
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    operation::{
        EnvironmentOutputs, EnvironmentResources, EnvironmentShown, GetEnvironment, ListEnvironmentOutputs,
        ListEnvironmentProvisionedResources,
    },
    rule::Rule,
    store::EnvironmentPart,
};

impl Decide for GetEnvironment {
    type Answer = EnvironmentShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentShown, Halt> {
        let environment = own(&self.name, &[EnvironmentPart::Spec], desk)?;
        let spec = desk.spec(environment)?;
        Ok(shown(environment, spec, desk))
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

impl Decide for ListEnvironmentOutputs {
    type Answer = EnvironmentOutputs;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentOutputs, Halt> {
        let environment = own(&self.environment_name, &[EnvironmentPart::Outputs], desk)?;
        match self.deployment_id {
            Some(id) if id != environment.last_attempted_deployment_id() => {
                Err(refusals::deployment_not_found(&self.environment_name, id).into())
            }
            _ => {
                desk.rests_on(Rule::OutputsRecorded);
                desk.rests_on(Rule::ListOrder);
                Ok((&desk.outputs(environment)?).into())
            }
        }
    }
}
