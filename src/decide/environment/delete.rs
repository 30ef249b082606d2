use alloc::sync::Arc;

use super::{authority, find, fresh_deployment, shown};
use crate::{
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    environment::{Environment, Work},
    operation::{DeleteEnvironment, EnvironmentShown},
    rule::Rule,
    store::EnvironmentPart::{Resources, Spec},
};

impl Decide for DeleteEnvironment {
    type Answer = Option<EnvironmentShown>;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<Option<EnvironmentShown>, Halt> {
        let Some(environment) = find(&self.name, &[Spec, Resources], desk)? else {
            desk.rests_on(Rule::DeleteEnvironmentAgain);
            return Ok(None);
        };
        let spec = desk.spec(environment)?;
        Ok(Some(match environment.as_ref() {
            Environment::Deploying(deploying) if *deploying.work() == Work::Delete => {
                desk.rests_on(Rule::DeleteDeprovisions);
                shown(environment, spec, desk)
            }
            Environment::Deploying(deploying) => return Err(refusals::one_deployment_at_a_time(deploying).into()),
            Environment::Unmanaged(_) => {
                desk.rests_on(Rule::DeleteUnmanaged);
                desk.delete_environment(environment)?;
                EnvironmentShown::gone(environment, spec, None)
            }
            Environment::Settled(settled) => {
                desk.rests_on(Rule::DeleteDeprovisions);
                let deleting = settled.clone().deleting(fresh_deployment(Some(environment), desk.context)?);
                desk.instruct(authority::instruction(&deleting, spec, desk)?);
                let deleting = Arc::new(Environment::from(deleting).modified());
                desk.put_environment(Some(environment), &deleting);
                shown(&deleting, spec, desk)
            }
        }))
    }
}
