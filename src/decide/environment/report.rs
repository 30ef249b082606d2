//! How a deployment ended: the host's report, and the public operation that is one too.

use alloc::sync::Arc;

use super::{find, own};
use crate::{
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    environment::{Environment, Outcome, Resources, StatusMessage, VersionParts},
    id::{DeploymentId, EnvironmentArn, ResourceArn},
    operation::{
        Context, DeploymentOutcome, EnvironmentShown, NotifiedStatus, NotifyResourceDeploymentStatusChange,
        ReportDeployment,
    },
    store::EnvironmentPart,
};

/// What a report may change of an environment besides its state.
const PARTS: &[EnvironmentPart] = &[EnvironmentPart::Spec, EnvironmentPart::TargetSpec, EnvironmentPart::Resources];

/// What is reported.
struct Report<'r> {
    /// The deployment; the one under way where none is named.
    deployment: Option<DeploymentId>,
    outcome: Outcome,
    message: Option<StatusMessage>,
    /// The resources that the environment has now; `None` where they are as before.
    resources: Option<&'r Resources>,
}

impl Decide for ReportDeployment {
    type Answer = EnvironmentShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentShown, Halt> {
        let resolved = VersionParts::new(self.template_major_version.clone(), self.template_minor_version.clone());
        if self.outcome != DeploymentOutcome::Succeeded && resolved != VersionParts::default() {
            return Err(refusals::version_without_success().into());
        }
        let environment = own(&self.name, PARTS, desk)?;
        let outcome = match self.outcome {
            DeploymentOutcome::Succeeded => Outcome::Succeeded(resolved),
            DeploymentOutcome::Failed => Outcome::Failed,
            DeploymentOutcome::Cancelled => Outcome::Cancelled,
        };
        let deployment = Some(self.deployment_id);
        let (message, resources) = (self.message.clone(), self.resources.as_ref());
        reported(environment, Report { deployment, outcome, message, resources }, desk)
    }
}

impl Decide for NotifyResourceDeploymentStatusChange {
    type Answer = ();

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Halt> {
        let not_found = || refusals::arn_not_found(&self.resource_arn);
        let EnvironmentArn { name, .. } = self.environment(desk.context).ok_or_else(not_found)?;
        let environment = find(&name, PARTS, desk)?.ok_or_else(not_found)?;
        let outcome = match self.status {
            Some(NotifiedStatus::Succeeded) => Outcome::Succeeded(VersionParts::default()),
            Some(NotifiedStatus::Failed) => Outcome::Failed,
            Some(NotifiedStatus::InProgress) | None => {
                return match self.deployment_id {
                    Some(id) if !is_under_way(id, environment) => Err(refusals::stale_report(environment).into()),
                    _ => Ok(()),
                };
            }
        };
        let (deployment, message) = (self.deployment_id, self.status_message.clone());
        reported(environment, Report { deployment, outcome, message, resources: None }, desk)?;
        Ok(())
    }
}

impl NotifyResourceDeploymentStatusChange {
    /// The environment of the ARN, where it would be the caller's in its Region.
    fn environment(&self, context: &Context) -> Option<EnvironmentArn> {
        match self.resource_arn.resource() {
            Some(ResourceArn::Environment(arn)) => {
                let callers = (arn.region, arn.management_account) == (context.caller.region, context.caller.account);
                callers.then_some(arn)
            }
            _ => None,
        }
    }
}

fn is_under_way(id: DeploymentId, environment: &Environment) -> bool {
    matches!(environment, Environment::Deploying(deploying) if deploying.last_attempted_deployment_id() == id)
}

/// What a report makes of an environment (rule `stale-report`).
fn reported(environment: &Arc<Environment>, report: Report<'_>, desk: &mut Desk<'_>) -> Result<EnvironmentShown, Halt> {
    let stale = || refusals::stale_report(environment);
    let Report { deployment, outcome, message, resources } = report;
    let Environment::Deploying(deploying) = environment.as_ref() else { return Err(stale().into()) };
    if deployment.is_some_and(|id| !is_under_way(id, environment)) {
        return Err(stale().into());
    }
    let ended = deploying.ended(&outcome, message.clone(), desk.context.now).map_err(|_| stale())?;
    let mut spec = desk.spec(environment)?;
    let Some(settled) = ended else {
        desk.delete_environment(environment)?;
        return Ok(EnvironmentShown::gone(environment, spec, message));
    };
    if let Some(now) = resources {
        let none = Resources::default();
        let before = desk.resources(environment)?.map_or(&none, |resources| &resources.list);
        desk.put_resources(environment, before, now)?;
    }
    if environment.has_target_spec() {
        if let Outcome::Succeeded(_) = outcome {
            spec = desk.target_spec(environment)?;
            desk.put_spec(environment, spec);
        }
        desk.drop_target_spec(environment);
    }
    let settled = Arc::new(Environment::from(settled));
    desk.put_environment(Some(environment), &settled);
    Ok(EnvironmentShown::new(&settled, spec))
}
