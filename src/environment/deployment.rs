use serde::{Deserialize, Serialize};

use super::{DeploymentStatus, TemplateVersion, VersionPart, VersionParts};
use crate::id::{DeploymentId, Timestamp};

/// What the deployment under way does.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "a further kind is a further row in the table of transitions")]
pub enum Work {
    /// It provisions a new environment. The environment's own spec and version are the target.
    Create,
    /// It brings the environment to a target.
    Update(Target),
    /// It was an update to a target, and is to be given up.
    Cancel(Target),
    /// It deprovisions the environment.
    Delete,
}

/// What an update is to bring an environment to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Target {
    /// Whether there is a target spec, in its own record; if not, the current spec stays.
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub new_spec: bool,
    /// The template version.
    pub version: TargetVersion,
}

/// Which template version an update is to bring an environment to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "the three types of deployment of the public API")]
pub enum TargetVersion {
    /// The current one.
    Current,
    /// This minor version of the current major version, or the newest.
    Minor(Option<VersionPart>),
    /// This version, of a higher major version; or the newest.
    Major(Option<TemplateVersion>),
}

impl TargetVersion {
    /// The parts that were asked for.
    pub(super) fn asked(&self) -> VersionParts {
        match self {
            Self::Current | Self::Major(None) => VersionParts::default(),
            Self::Minor(minor) => VersionParts::new(None, minor.clone()),
            Self::Major(Some(version)) => version.clone().into(),
        }
    }

    /// The parts that the host has to take: an absent one is for it to choose.
    pub(crate) fn to_take(&self, current: &TemplateVersion) -> VersionParts {
        match self {
            Self::Current => current.clone().into(),
            Self::Minor(minor) => VersionParts::new(Some(current.major.clone()), minor.clone()),
            Self::Major(version) => version.clone().map(VersionParts::from).unwrap_or_default(),
        }
    }
}

impl Target {
    pub(crate) const fn new(new_spec: bool, version: TargetVersion) -> Self {
        Self { new_spec, version }
    }
}

impl Work {
    pub(crate) const fn is_an_update(&self) -> bool {
        matches!(self, Self::Update(_) | Self::Cancel(_))
    }

    /// The status of an environment that has this under way.
    #[must_use]
    pub const fn status(&self) -> DeploymentStatus {
        match self {
            Self::Create | Self::Update(_) => DeploymentStatus::InProgress,
            Self::Cancel(_) => DeploymentStatus::Cancelling,
            Self::Delete => DeploymentStatus::DeleteInProgress,
        }
    }
}

/// A deployment that succeeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Success {
    /// The deployment.
    pub deployment_id: DeploymentId,
    /// When its success was reported.
    pub at: Timestamp,
}

impl Success {
    pub(super) const fn new(deployment_id: DeploymentId, at: Timestamp) -> Self {
        Self { deployment_id, at }
    }
}

/// How the last deployment ended, with the last success, if any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "a further end is a further row in the table of transitions")]
pub enum Ended {
    /// It succeeded: this is the last success.
    Succeeded(Success),
    /// It failed.
    Failed(Option<Success>),
    /// It was cancelled.
    Cancelled(Option<Success>),
    /// A deletion failed.
    DeleteFailed(Option<Success>),
}

impl Ended {
    /// The status of an environment whose last deployment ended like this.
    #[must_use]
    pub const fn status(&self) -> DeploymentStatus {
        match self {
            Self::Succeeded(_) => DeploymentStatus::Succeeded,
            Self::Failed(_) => DeploymentStatus::Failed,
            Self::Cancelled(_) => DeploymentStatus::Cancelled,
            Self::DeleteFailed(_) => DeploymentStatus::DeleteFailed,
        }
    }

    /// The last success.
    #[must_use]
    pub const fn last_success(&self) -> Option<Success> {
        match self {
            Self::Succeeded(success) => Some(*success),
            Self::Failed(success) | Self::Cancelled(success) | Self::DeleteFailed(success) => *success,
        }
    }
}

/// How a deployment ended, as the host reports it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    /// It did what it was meant to do, with these parts of the template version.
    Succeeded(VersionParts),
    /// It did not.
    Failed,
    /// It was given up, as asked.
    Cancelled,
}
