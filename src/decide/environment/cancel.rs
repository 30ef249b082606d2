use alloc::sync::Arc;

use super::{authority, own, shown};
use crate::{
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    environment::{Ended, Environment, Work},
    operation::{CancelEnvironmentDeployment, EnvironmentShown},
    rule::Rule,
    store::EnvironmentPart::{Spec, TargetSpec},
};

impl Decide for CancelEnvironmentDeployment {
    type Answer = EnvironmentShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentShown, Halt> {
        let environment = own(&self.environment_name, &[Spec, TargetSpec], desk)?;
        let spec = desk.spec(environment)?;
        let too_late = match environment.as_ref() {
            Environment::Deploying(deploying) => match (deploying.cancelled(), deploying.work()) {
                (Some(cancelled), _) => {
                    let target = if environment.has_target_spec() { desk.target_spec(environment)? } else { spec };
                    desk.rests_on(Rule::CancelCancels);
                    desk.instruct(authority::instruction(&cancelled, target, desk)?);
                    let cancelled = Arc::new(Environment::from(cancelled));
                    desk.put_environment(Some(environment), &cancelled);
                    return Ok(shown(&cancelled, spec, desk));
                }
                (None, Work::Create) => return Err(refusals::cancel_updates_only(&self.environment_name).into()),
                (None, work) => matches!(work, Work::Cancel(_)),
            },
            Environment::Settled(settled) => matches!(settled.ended(), Ended::Succeeded(_)),
            Environment::Unmanaged(unmanaged) => matches!(unmanaged.ended(), Ended::Succeeded(_)),
        };
        if too_late {
            desk.rests_on(Rule::TooLateToCancel);
            Ok(shown(environment, spec, desk))
        } else {
            Err(refusals::nothing_to_cancel(environment).into())
        }
    }
}
