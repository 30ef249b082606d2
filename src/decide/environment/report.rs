//! How a deployment ended: the host's report, and the public operation that is one too.

use alloc::sync::Arc;

use super::{authority, find, own, shown};
use crate::{
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    environment::{Deploying, Ended, Environment, Outcome, Provisioning, Resources, StatusMessage, VersionParts, Work},
    id::{EnvironmentArn, ResourceArn},
    operation::{
        Context, DeploymentOutcome, EnvironmentShown, NotifiedStatus, NotifyResourceDeploymentStatusChange,
        ReportDeployment,
    },
    rule::Rule,
    store::EnvironmentPart,
};

/// What a report may change of an environment besides its state.
const PARTS: &[EnvironmentPart] = &[EnvironmentPart::Spec, EnvironmentPart::TargetSpec, EnvironmentPart::Resources];

/// What is reported about the deployment under way.
struct Report<'r> {
    outcome: Outcome,
    message: Option<StatusMessage>,
    /// The resources that the environment has now; `None` if they are as before.
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
        if self.deployment_id != environment.last_attempted_deployment_id() {
            return Err(refusals::stale_report(environment).into());
        }
        let Environment::Deploying(deploying) = environment.as_ref() else {
            return match (self.outcome, environment.ended()) {
                (DeploymentOutcome::Succeeded, Some(Ended::Succeeded(_)))
                | (DeploymentOutcome::Failed, Some(Ended::Failed(_) | Ended::DeleteFailed(_)))
                | (DeploymentOutcome::Cancelled, Some(Ended::Cancelled(_))) => {
                    desk.rests_on(Rule::ReportAgain);
                    let spec = desk.spec(environment)?;
                    Ok(shown(environment, spec, desk))
                }
                _ => Err(refusals::stale_report(environment).into()),
            };
        };
        let outcome = match self.outcome {
            DeploymentOutcome::Succeeded => Outcome::Succeeded(resolved),
            DeploymentOutcome::Failed => Outcome::Failed,
            DeploymentOutcome::Cancelled => Outcome::Cancelled,
        };
        let (message, resources) = (self.message.clone(), self.resources.as_ref());
        reported(environment, deploying, Report { outcome, message, resources }, desk)
    }
}

impl Decide for NotifyResourceDeploymentStatusChange {
    type Answer = ();

    fn decide(&self, desk: &mut Desk<'_>) -> Result<(), Halt> {
        let not_found = || refusals::arn_not_found(&self.resource_arn);
        let EnvironmentArn { name, .. } = self.environment(desk.context).ok_or_else(not_found)?;
        let environment = find(&name, PARTS, desk)?.ok_or_else(not_found)?;
        if !provisions_itself(environment, desk)? {
            return Err(refusals::notify_needs_self_provisioning(&name).into());
        }
        let stale = || refusals::stale_report(environment);
        if self.deployment_id.is_some_and(|id| id != environment.last_attempted_deployment_id()) {
            return Err(stale().into());
        }
        desk.rests_on(Rule::NotifyReports);
        let outcome = match self.status {
            Some(NotifiedStatus::Succeeded) => Some(Outcome::Succeeded(VersionParts::default())),
            Some(NotifiedStatus::Failed) => Some(Outcome::Failed),
            Some(NotifiedStatus::InProgress) | None => None,
        };
        match (outcome, environment.as_ref()) {
            (Some(outcome), Environment::Deploying(deploying)) if *deploying.work() != Work::Delete => {
                let message = self.status_message.clone();
                reported(environment, deploying, Report { outcome, message, resources: None }, desk)?;
            }
            (Some(outcome), _) => match (outcome, environment.ended()) {
                (Outcome::Succeeded(_), Some(Ended::Succeeded(_))) | (Outcome::Failed, Some(Ended::Failed(_)))
                    if self.deployment_id.is_some() =>
                {
                    desk.rests_on(Rule::ReportAgain);
                }
                _ => return Err(stale().into()),
            },
            (None, _) => {
                if let Some(message) = &self.status_message {
                    desk.rests_on(Rule::StatusMessage);
                    let told = Arc::new(Environment::with_message(environment, message.clone()));
                    desk.put_environment(Some(environment), &told);
                }
            }
        }
        if let Some(outputs) = &self.outputs {
            desk.rests_on(Rule::OutputsRecorded);
            desk.put_outputs(environment, outputs);
        }
        Ok(())
    }
}

impl NotifyResourceDeploymentStatusChange {
    /// The environment of the ARN, if it would be the caller's in its Region.
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

/// Whether an environment has a repository, or a CodeBuild role: its own, or that of its connection as it is now.
fn provisions_itself(environment: &Environment, desk: &Desk<'_>) -> Result<bool, Halt> {
    Ok(match environment.provisioning() {
        Some(Provisioning::SelfManaged(_)) => true,
        Some(Provisioning::SameAccount(roles)) => roles.codebuild().is_some(),
        Some(provisioning @ Provisioning::Attached(_)) => {
            authority::granted(provisioning, environment, desk)?.is_ok_and(|it| it.codebuild_role_arn().is_some())
        }
        None => false,
    })
}

/// What a report makes of an environment (rule `report-outcome`).
fn reported(
    environment: &Arc<Environment>,
    deploying: &Deploying,
    report: Report<'_>,
    desk: &mut Desk<'_>,
) -> Result<EnvironmentShown, Halt> {
    let Report { outcome, message, resources } = report;
    let ended = deploying.ended(&outcome, message.clone(), desk.context.now);
    let ended = ended.map_err(|_| refusals::stale_report(environment))?;
    desk.rests_on(Rule::ReportOutcome);
    let mut spec = desk.spec(environment)?;
    let Some(settled) = ended else {
        desk.delete_environment(environment)?;
        return Ok(EnvironmentShown::gone(environment, spec, message));
    };
    if let Some(now) = resources {
        desk.rests_on(Rule::ResourcesReplaced);
        let none = Resources::default();
        let before = desk.resources(environment)?.map_or(&none, |resources| &resources.list);
        desk.put_resources(environment, before, now)?;
    }
    if environment.has_target_spec() {
        if let Outcome::Succeeded(_) = outcome {
            desk.rests_on(Rule::TargetUntilSuccess);
            spec = desk.target_spec(environment)?;
            desk.put_spec(environment, spec);
        }
        desk.drop_target_spec(environment);
    }
    let settled = Arc::new(Environment::from(settled));
    desk.put_environment(Some(environment), &settled);
    Ok(shown(&settled, spec, desk))
}
