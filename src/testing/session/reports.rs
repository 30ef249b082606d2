//! What became of deployments, and of what they provisioned.

use alloc::{format, vec::Vec};

use super::{
    Draft,
    environments::Target,
    known::is_under_way,
    world::{NEVER_ISSUED, valid},
};
use crate::{
    environment::DeploymentStatus,
    environment::{ProvisionedResource, ProvisioningEngine, Resources},
    id::{AccountId, Caller, DeploymentId, EnvironmentArn},
    operation::{
        CleanUpResources, DeploymentOutcome, EnvironmentSummary, Identifiers, NotifiedStatus,
        NotifyResourceDeploymentStatusChange, Operation, ReportDeployment,
    },
};

const RESOURCES: [&str; 3] = ["arn:x:stack-b", "arn:x:a", "é"];

impl Draft<'_> {
    pub(super) fn report(&mut self) -> (Caller, Operation) {
        let (target, id) = self.reported();
        let cancelling =
            target.shown.as_ref().map(|shown| shown.deployment_status) == Some(DeploymentStatus::Cancelling);
        let outcome = match self.random.below(100) {
            0..50 if cancelling => DeploymentOutcome::Cancelled,
            0..70 => DeploymentOutcome::Succeeded,
            70..95 => DeploymentOutcome::Failed,
            _ => DeploymentOutcome::Cancelled,
        };
        let mut report = ReportDeployment::new(target.arn.name.clone(), id, outcome);
        report.message = (self.random.below(100) < 30).then(|| valid("it is done"));
        report.resources = (self.random.below(100) < 55).then(|| self.resources());
        // Only a success takes them.
        let takes_versions = outcome == DeploymentOutcome::Succeeded || self.random.below(100) < 15;
        if takes_versions && self.random.below(100) < 50 {
            report.template_minor_version = Some(valid("5"));
            report.template_major_version = self.random.of([None, Some("2")]).map(valid);
        }
        (self.by_owner(&target), report.into())
    }

    pub(super) fn notify(&mut self) -> (Caller, Operation) {
        let (target, id) = self.reported();
        let request = NotifyResourceDeploymentStatusChange {
            resource_arn: valid(&format!("{}", target.arn)),
            status: match self.random.below(100) {
                0..40 => Some(NotifiedStatus::Succeeded),
                40..75 => Some(NotifiedStatus::Failed),
                75..90 => Some(NotifiedStatus::InProgress),
                _ => None,
            },
            deployment_id: (self.random.below(100) < 60).then_some(id),
            status_message: (self.random.below(100) < 30).then(|| valid("seen")),
        };
        (self.by_owner(&target), request.into())
    }

    pub(super) fn clean_up(&mut self) -> (Caller, Operation) {
        let caller = self.by_provisioned();
        let [one, two, three] = RESOURCES;
        let identifiers: &[&str] = match self.random.below(100) {
            0..50 => &RESOURCES,
            50..75 => &[two],
            75..90 => &[one, "unknown"],
            _ => &[three],
        };
        let identifiers = identifiers.iter().map(|identifier| valid(identifier)).collect::<Vec<_>>();
        let identifiers = Identifiers::try_from(identifiers).unwrap_or_default();
        (caller, CleanUpResources { identifiers }.into())
    }

    /// The account that something is provisioned in, mostly.
    pub(super) fn by_provisioned(&mut self) -> Caller {
        let (arn, provisioned_in) = self.environment_and_provisioned();
        self.caller(provisioned_in, arn.management_account, arn.region)
    }

    /// An environment, and the account that it is provisioned in.
    pub(super) fn environment_and_provisioned(&mut self) -> (EnvironmentArn, AccountId) {
        let Target { arn, shown } = self.environment(|shown| shown.environment_account_id.is_some());
        let provisioned_in = shown.and_then(|shown| shown.environment_account_id).unwrap_or(arn.management_account);
        (arn, provisioned_in)
    }

    /// An environment with a deployment under way, mostly, and mostly that deployment.
    fn reported(&mut self) -> (Target, DeploymentId) {
        let target = self.environment(|shown: &EnvironmentSummary| is_under_way(shown.deployment_status));
        let id = match (&target.shown, self.random.below(100)) {
            (Some(shown), 0..88) => shown.last_attempted_deployment_id,
            (Some(EnvironmentSummary { last_succeeded_deployment_id: Some(id), .. }), 88..95) => *id,
            _ => NEVER_ISSUED.into(),
        };
        (target, id)
    }

    fn resources(&mut self) -> Resources {
        let [one, two, three] = RESOURCES;
        let identifiers: &[&str] = match self.random.below(100) {
            0..40 => &[one],
            40..65 => &[one, two],
            65..85 => &[],
            _ => &[three],
        };
        let engine = self.random.of([None, Some(ProvisioningEngine::CloudFormation)]);
        let resource = |identifier: &&str| ProvisionedResource {
            identifier: valid(identifier),
            name: engine.map(|_| valid("stack")),
            provisioning_engine: engine,
        };
        Resources::try_from(identifiers.iter().map(resource).collect::<Vec<_>>()).unwrap_or_default()
    }
}
