use alloc::{collections::BTreeSet, vec::Vec};

use serde::Serialize;

use super::readable;
use crate::{
    environment::{ResourceIdentifier, Resources, StatusMessage, VersionPart},
    id::{Arn, DeploymentId, EnvironmentName, Malformed},
    instruction::Instruction,
    words::words,
};

/// The host tells what became of an instruction (not in the public API; the caller is the environment's management
/// account). A report that is repeated, late or of another deployment is refused and harms nothing: as a `stale-report`,
/// or where the environment is gone as `environment-not-found`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ReportDeployment {
    /// The environment.
    pub name: EnvironmentName,
    /// The deployment: of the instruction.
    pub deployment_id: DeploymentId,
    /// What became of it.
    pub outcome: DeploymentOutcome,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<StatusMessage>,
    /// All resources that the environment has now; absent where they are as before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resources: Option<Resources>,
    /// With success: the major part of the template version that was taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_major_version: Option<VersionPart>,
    /// With success: the minor part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_minor_version: Option<VersionPart>,
}

impl ReportDeployment {
    /// A report of the deployment of this instruction: the outcome, and nothing else.
    #[must_use]
    pub fn of(instruction: &Instruction, outcome: DeploymentOutcome) -> Self {
        Self::new(instruction.environment_arn.name.clone(), instruction.deployment_id, outcome)
    }

    /// A report of this outcome and nothing else.
    #[must_use]
    pub const fn new(name: EnvironmentName, deployment_id: DeploymentId, outcome: DeploymentOutcome) -> Self {
        Self {
            name,
            deployment_id,
            outcome,
            message: None,
            resources: None,
            template_major_version: None,
            template_minor_version: None,
        }
    }
}

readable! {
    ReportDeployment {
        name: EnvironmentName = required "name",
        deployment_id: DeploymentId = required "deploymentId",
        outcome: DeploymentOutcome = required "outcome",
        message: StatusMessage = optional "message",
        resources: Resources = optional "resources",
        template_major_version: VersionPart = optional "templateMajorVersion",
        template_minor_version: VersionPart = optional "templateMinorVersion",
    }
}

words! {
    /// What became of a deployment.
    #[expect(clippy::exhaustive_enums, reason = "a deployment ends in one of these ways")]
    pub enum DeploymentOutcome {
        /// It did what it was to do.
        Succeeded = "SUCCEEDED",
        /// It did not.
        Failed = "FAILED",
        /// It was given up, as asked.
        Cancelled = "CANCELLED",
    }
}

/// The management account, or its pipeline, tells what became of a deployment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NotifyResourceDeploymentStatusChange {
    /// The environment.
    pub resource_arn: Arn,
    /// What became of the deployment; IN_PROGRESS, like none, changes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<NotifiedStatus>,
    /// The deployment: the one under way where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment_id: Option<DeploymentId>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_message: Option<StatusMessage>,
    /// Checked for their shape, and not kept.
    #[serde(skip)]
    pub outputs: Outputs,
}

impl NotifyResourceDeploymentStatusChange {
    /// A request that names the environment and tells nothing yet.
    #[must_use]
    pub const fn new(resource_arn: Arn) -> Self {
        Self { resource_arn, status: None, deployment_id: None, status_message: None, outputs: Outputs }
    }
}

readable! {
    NotifyResourceDeploymentStatusChange {
        resource_arn: Arn = required "resourceArn",
        status: NotifiedStatus = optional "status",
        deployment_id: DeploymentId = optional "deploymentId",
        status_message: StatusMessage = optional "statusMessage",
        outputs: Outputs = or_default "outputs",
    }
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

/// That the outputs of a deployment were well formed: at most 50, of which nothing is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Outputs;

/// An account says which of the resources provisioned in it are gone (rule `account-sees-its-resources`; not in the
/// public API). Identifiers that it does not have are ignored, so that a clean-up may be repeated.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CleanUpResources {
    /// What is gone.
    pub identifiers: Identifiers,
}

readable! {
    CleanUpResources {
        identifiers: Identifiers = required "identifiers",
    }
}

/// A set of identifiers of resources, made of a list of at most [`Identifiers::LIMIT`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Identifiers(BTreeSet<ResourceIdentifier>);

impl Identifiers {
    /// The most identifiers of one clean-up: a choice of this model, so that it stays one commit.
    pub const LIMIT: usize = 50;
    pub(super) const EXPECTED: &'static str = "a list of at most 50 identifiers";

    /// In order, each once.
    pub fn iter(&self) -> impl Iterator<Item = &ResourceIdentifier> {
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
