//! What became of a deployment: the host's report, and the public operation that is one too.

use alloc::{sync::Arc, vec::Vec};

use super::{first_reads, key, own};
use crate::{
    decide::{refusals, sealed::Decide},
    environment::{Environment, Report, Reported, ReportedOutcome, VersionParts},
    id::{DeploymentId, EnvironmentArn, ResourceArn},
    operation::{
        Context, DeploymentOutcome, EnvironmentShown, NotifiedStatus, NotifyResourceDeploymentStatusChange,
        ReportDeployment,
    },
    store::{Key, Plan, Stop},
};

impl Decide for ReportDeployment {
    type Answer = EnvironmentShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        first_reads(&self.name, context)
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<EnvironmentShown, Stop> {
        let resolved = VersionParts::new(self.template_major_version.clone(), self.template_minor_version.clone());
        if self.outcome != DeploymentOutcome::Succeeded && resolved != VersionParts::default() {
            return Err(refusals::version_without_success().into());
        }
        let environment = own(&self.name, context, plan)?;
        let outcome = match self.outcome {
            DeploymentOutcome::Succeeded => ReportedOutcome::Succeeded(resolved),
            DeploymentOutcome::Failed => ReportedOutcome::Failed,
            DeploymentOutcome::Cancelled => ReportedOutcome::Cancelled,
        };
        let report = Report::new(outcome, self.message.clone(), self.resources.clone());
        reported(environment, Some(self.deployment_id), &report, context, plan)
    }
}

impl Decide for NotifyResourceDeploymentStatusChange {
    type Answer = ();

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        self.environment(context).map(|arn| key(&arn.name, context)).into_iter().collect()
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<(), Stop> {
        let not_found = || refusals::arn_not_found(&self.resource_arn);
        let EnvironmentArn { region, management_account, name } = self.environment(context).ok_or_else(not_found)?;
        let environment = plan.environment(region, management_account, &name)?.ok_or_else(not_found)?;
        let outcome = match self.status {
            Some(NotifiedStatus::Succeeded) => ReportedOutcome::Succeeded(VersionParts::default()),
            Some(NotifiedStatus::Failed) => ReportedOutcome::Failed,
            Some(NotifiedStatus::InProgress) | None => {
                return match self.deployment_id {
                    Some(id) if !is_under_way(id, environment) => Err(refusals::stale_report(environment).into()),
                    _ => Ok(()),
                };
            }
        };
        let report = Report::new(outcome, self.status_message.clone(), None);
        reported(environment, self.deployment_id, &report, context, plan)?;
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

/// What a report of a deployment, or of the one under way, makes of an environment (rule `stale-report`).
fn reported(
    environment: &Arc<Environment>,
    deployment: Option<DeploymentId>,
    report: &Report,
    context: &Context,
    plan: &mut Plan<'_>,
) -> Result<EnvironmentShown, Stop> {
    let stale = || refusals::stale_report(environment);
    let Environment::Deploying(deploying) = environment.as_ref() else { return Err(stale().into()) };
    if deployment.is_some_and(|id| !is_under_way(id, environment)) {
        return Err(stale().into());
    }
    match deploying.reported(report, context.now).map_err(|_| stale())? {
        Reported::Settled(settled) => {
            let settled = Arc::new(Environment::from(*settled));
            plan.put_environment(Some(environment), &settled, context.now)?;
            Ok(settled.as_ref().into())
        }
        Reported::Gone(message) => {
            plan.delete_environment(environment, context.now)?;
            Ok(EnvironmentShown::gone(environment, message))
        }
    }
}
