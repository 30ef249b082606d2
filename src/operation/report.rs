use alloc::{collections::BTreeSet, vec::Vec};

use serde::Serialize;

use super::request::request;
use crate::{
    environment::{Outputs, ResourceIdentifier, Resources, StatusMessage, VersionPart},
    id::words,
    id::{Arn, DeploymentId, EnvironmentName, Malformed},
    instruction::Instruction,
};

request! {
    /// The host reports the outcome of an instruction (not in the public API; the caller is the environment's
    /// management account). Repeating a report succeeds and changes nothing (rule `report-again`); a late one, or one
    /// on another deployment, is refused and does no harm: as a `stale-report`, or as `environment-not-found` if the
    /// environment is gone.
    pub struct ReportDeployment {
        /// The environment.
        name: required(EnvironmentName) = "name",
        /// The instruction's deployment.
        deployment_id: required(DeploymentId) = "deploymentId",
        /// How it ended.
        outcome: required(DeploymentOutcome) = "outcome",
        /// In words.
        message: optional(StatusMessage) = "message",
        /// All resources that the environment has now; absent if they are as before.
        resources: optional(Resources) = "resources",
        /// With success: the major part of the template version that was taken.
        template_major_version: optional(VersionPart) = "templateMajorVersion",
        /// With success: the minor part.
        template_minor_version: optional(VersionPart) = "templateMinorVersion",
    }

    /// A report of this outcome and nothing else.
    pub fn new;
}

impl ReportDeployment {
    /// A report of the deployment of this instruction: the outcome, and nothing else.
    #[must_use]
    pub fn of(instruction: &Instruction, outcome: DeploymentOutcome) -> Self {
        Self::new(instruction.environment_arn.name.clone(), instruction.deployment_id, outcome)
    }
}

words! {
    /// How a deployment ended.
    #[expect(clippy::exhaustive_enums, reason = "a deployment ends in one of these ways")]
    pub enum DeploymentOutcome {
        /// It did what it was meant to do.
        Succeeded = "SUCCEEDED",
        /// It did not.
        Failed = "FAILED",
        /// It was given up, as asked.
        Cancelled = "CANCELLED",
    }
}

request! {
    /// The management account, or its pipeline, tells how a deployment is going, for an environment that provisions by
    /// itself: from a repository, or with a CodeBuild role (rule `notify-needs-self-provisioning`).
    pub struct NotifyResourceDeploymentStatusChange {
        /// The environment.
        resource_arn: required(Arn) = "resourceArn",
        /// How it is going; IN_PROGRESS, like no status at all, leaves the status as it is.
        status: optional(NotifiedStatus) = "status",
        /// The deployment: if it is absent, the one under way.
        deployment_id: optional(DeploymentId) = "deploymentId",
        /// In words.
        status_message: optional(StatusMessage) = "statusMessage",
        /// The outputs that the environment has now, whatever the status; absent if they are as before.
        outputs: optional(Outputs) = "outputs",
    }

    /// A request that names the environment and tells nothing yet.
    pub fn new;
}

words! {
    /// What NotifyResourceDeploymentStatusChange can tell.
    #[expect(clippy::exhaustive_enums, reason = "the statuses of the public API")]
    pub enum NotifiedStatus {
        /// It is under way.
        InProgress = "IN_PROGRESS",
        /// It failed.
        Failed = "FAILED",
        /// It succeeded.
        Succeeded = "SUCCEEDED",
    }
}

request! {
    /// An account says which of the resources provisioned in it are gone (rule `account-sees-its-resources`; not in the
    /// public API). Identifiers that it does not have are ignored, so that a clean-up may be repeated.
    pub struct CleanUpResources {
        /// What is gone.
        identifiers: required(Identifiers) = "identifiers",
    }

    /// These are gone.
    pub fn new;
}

/// A set of identifiers of resources, made from a list of at most [`Identifiers::LIMIT`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Identifiers(BTreeSet<ResourceIdentifier>);

impl Identifiers {
    /// The most identifiers of one clean-up: a choice of this model, so that it stays one commit.
    pub const LIMIT: usize = 50;
    pub(super) const EXPECTED: &'static str = "a list of at most 50 identifiers";

    /// In order, each once.
    pub fn iter(&self) -> impl Iterator<Item = &ResourceIdentifier> + Clone {
        self.0.iter()
    }
}

impl TryFrom<Vec<ResourceIdentifier>> for Identifiers {
    type Error = Malformed;

    fn try_from(list: Vec<ResourceIdentifier>) -> Result<Self, Malformed> {
        if list.len() > Self::LIMIT {
            return Err(Malformed::expecting(Self::EXPECTED));
        }
        Ok(Self(list.into_iter().collect()))
    }
}
