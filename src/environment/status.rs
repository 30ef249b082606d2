use core::fmt;

use serde::{Deserialize, Serialize};

use crate::Rule;

/// The status of an environment's deployment.
// In the order of the names, so that keys are ordered alike as values and as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[expect(clippy::exhaustive_enums, reason = "a further status would be a further protocol")]
pub enum DeploymentStatus {
    /// An update was cancelled.
    Cancelled,
    /// An update is to be given up, and the host has not confirmed it.
    Cancelling,
    /// The environment is gone.
    DeleteComplete,
    /// A deletion failed.
    DeleteFailed,
    /// A deletion is under way.
    DeleteInProgress,
    /// A creation or an update failed.
    Failed,
    /// A creation or an update is under way.
    InProgress,
    /// The last creation or update succeeded.
    Succeeded,
}

impl DeploymentStatus {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Cancelled,
        Self::Cancelling,
        Self::DeleteComplete,
        Self::DeleteFailed,
        Self::DeleteInProgress,
        Self::Failed,
        Self::InProgress,
        Self::Succeeded,
    ];

    /// The name in the public API, e.g. `DELETE_IN_PROGRESS`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cancelled => "CANCELLED",
            Self::Cancelling => "CANCELLING",
            Self::DeleteComplete => "DELETE_COMPLETE",
            Self::DeleteFailed => "DELETE_FAILED",
            Self::DeleteInProgress => "DELETE_IN_PROGRESS",
            Self::Failed => "FAILED",
            Self::InProgress => "IN_PROGRESS",
            Self::Succeeded => "SUCCEEDED",
        }
    }
}

impl fmt::Display for DeploymentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What can move an environment from one deployment status to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the operations of the protocol that write an environment's status")]
pub enum DeploymentTrigger {
    /// CreateEnvironment.
    Create,
    /// UpdateEnvironment with a deployment.
    Deploy,
    /// CancelEnvironmentDeployment.
    Cancel,
    /// DeleteEnvironment.
    Delete,
    /// The host reports success.
    Succeeded,
    /// The host reports failure.
    Failed,
    /// The host reports that the deployment was given up.
    Cancelled,
    /// The connection that the environment is attached to is deleted.
    ConnectionDeleted,
}

impl DeploymentTrigger {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Create,
        Self::Deploy,
        Self::Cancel,
        Self::Delete,
        Self::Succeeded,
        Self::Failed,
        Self::Cancelled,
        Self::ConnectionDeleted,
    ];

    /// In a few words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Deploy => "update with a deployment",
            Self::Cancel => "cancel",
            Self::Delete => "delete",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::ConnectionDeleted => "connection deleted",
        }
    }
}

/// What else a row of the table depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "what the rows of the table distinguish")]
pub enum DeploymentCondition {
    /// Nothing.
    Always,
    /// The deployment under way is a creation's.
    Creation,
    /// The deployment under way is an update's.
    Update,
    /// The environment can be provisioned: it is attached, or not a cross-account environment.
    Managed,
    /// It is unmanaged.
    Unmanaged,
    /// It is unmanaged, and resources remain.
    UnmanagedWithResources,
    /// It is unmanaged, and nothing remains.
    UnmanagedWithout,
}

impl DeploymentCondition {
    /// In a few words; empty for [`Always`](Self::Always).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Always => "",
            Self::Creation => "of a creation",
            Self::Update => "of an update",
            Self::Managed => "managed",
            Self::Unmanaged => "unmanaged",
            Self::UnmanagedWithResources => "unmanaged, resources remain",
            Self::UnmanagedWithout => "unmanaged, nothing remains",
        }
    }
}

/// A row of the transition table: what happens to an environment in some deployment status, and what comes of it.
///
/// What the table does not list cannot happen: there is no environment, or no connection to delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct DeploymentTransition {
    /// The status before; `None` before creation.
    pub from: Option<DeploymentStatus>,
    /// What happens.
    pub on: DeploymentTrigger,
    /// What it depends on.
    pub when: DeploymentCondition,
    /// What comes of it: the status after, `None` once it is gone, or the rule that refuses it.
    pub to: Result<Option<DeploymentStatus>, Rule>,
}

/// All transitions of an environment; tests hold the model's answers against this table.
pub const DEPLOYMENT_TRANSITIONS: &[DeploymentTransition] = {
    use DeploymentCondition::{Always, Creation, Managed, Unmanaged, UnmanagedWithResources, UnmanagedWithout, Update};
    use DeploymentStatus as Status;
    use DeploymentTrigger::{Cancel, Cancelled, ConnectionDeleted, Create, Delete, Deploy, Failed, Succeeded};

    const fn row(
        from: Status,
        on: DeploymentTrigger,
        when: DeploymentCondition,
        to: Result<Option<Status>, Rule>,
    ) -> DeploymentTransition {
        DeploymentTransition { from: Some(from), on, when, to }
    }

    &[
        DeploymentTransition { from: None, on: Create, when: Always, to: Ok(Some(Status::InProgress)) },
        row(Status::InProgress, Deploy, Always, Err(Rule::OneDeploymentAtATime)),
        row(Status::InProgress, Cancel, Creation, Err(Rule::CancelUpdatesOnly)),
        row(Status::InProgress, Cancel, Update, Ok(Some(Status::Cancelling))),
        row(Status::InProgress, Delete, Always, Err(Rule::OneDeploymentAtATime)),
        row(Status::InProgress, Succeeded, Always, Ok(Some(Status::Succeeded))),
        row(Status::InProgress, Failed, Always, Ok(Some(Status::Failed))),
        row(Status::InProgress, Cancelled, Always, Err(Rule::StaleReport)),
        row(Status::InProgress, ConnectionDeleted, Always, Ok(Some(Status::Failed))),
        row(Status::Cancelling, Deploy, Always, Err(Rule::OneDeploymentAtATime)),
        row(Status::Cancelling, Cancel, Always, Ok(Some(Status::Cancelling))),
        row(Status::Cancelling, Delete, Always, Err(Rule::OneDeploymentAtATime)),
        row(Status::Cancelling, Succeeded, Always, Ok(Some(Status::Succeeded))),
        row(Status::Cancelling, Failed, Always, Ok(Some(Status::Failed))),
        row(Status::Cancelling, Cancelled, Always, Ok(Some(Status::Cancelled))),
        row(Status::Cancelling, ConnectionDeleted, Always, Ok(Some(Status::Failed))),
        row(Status::Succeeded, Deploy, Managed, Ok(Some(Status::InProgress))),
        row(Status::Succeeded, Deploy, Unmanaged, Err(Rule::UnmanagedCannotDeploy)),
        row(Status::Succeeded, Cancel, Always, Ok(Some(Status::Succeeded))),
        row(Status::Succeeded, Delete, Managed, Ok(Some(Status::DeleteInProgress))),
        row(Status::Succeeded, Delete, UnmanagedWithResources, Err(Rule::UnmanagedCannotDelete)),
        row(Status::Succeeded, Delete, UnmanagedWithout, Ok(None)),
        row(Status::Succeeded, Succeeded, Always, Err(Rule::StaleReport)),
        row(Status::Succeeded, Failed, Always, Err(Rule::StaleReport)),
        row(Status::Succeeded, Cancelled, Always, Err(Rule::StaleReport)),
        row(Status::Succeeded, ConnectionDeleted, Managed, Ok(Some(Status::Succeeded))),
        row(Status::Failed, Deploy, Managed, Ok(Some(Status::InProgress))),
        row(Status::Failed, Deploy, Unmanaged, Err(Rule::UnmanagedCannotDeploy)),
        row(Status::Failed, Cancel, Always, Err(Rule::NothingToCancel)),
        row(Status::Failed, Delete, Managed, Ok(Some(Status::DeleteInProgress))),
        row(Status::Failed, Delete, UnmanagedWithResources, Err(Rule::UnmanagedCannotDelete)),
        row(Status::Failed, Delete, UnmanagedWithout, Ok(None)),
        row(Status::Failed, Succeeded, Always, Err(Rule::StaleReport)),
        row(Status::Failed, Failed, Always, Err(Rule::StaleReport)),
        row(Status::Failed, Cancelled, Always, Err(Rule::StaleReport)),
        row(Status::Failed, ConnectionDeleted, Managed, Ok(Some(Status::Failed))),
        row(Status::Cancelled, Deploy, Managed, Ok(Some(Status::InProgress))),
        row(Status::Cancelled, Deploy, Unmanaged, Err(Rule::UnmanagedCannotDeploy)),
        row(Status::Cancelled, Cancel, Always, Err(Rule::NothingToCancel)),
        row(Status::Cancelled, Delete, Managed, Ok(Some(Status::DeleteInProgress))),
        row(Status::Cancelled, Delete, UnmanagedWithResources, Err(Rule::UnmanagedCannotDelete)),
        row(Status::Cancelled, Delete, UnmanagedWithout, Ok(None)),
        row(Status::Cancelled, Succeeded, Always, Err(Rule::StaleReport)),
        row(Status::Cancelled, Failed, Always, Err(Rule::StaleReport)),
        row(Status::Cancelled, Cancelled, Always, Err(Rule::StaleReport)),
        row(Status::Cancelled, ConnectionDeleted, Managed, Ok(Some(Status::Cancelled))),
        row(Status::DeleteInProgress, Deploy, Always, Err(Rule::OneDeploymentAtATime)),
        row(Status::DeleteInProgress, Cancel, Always, Err(Rule::NothingToCancel)),
        row(Status::DeleteInProgress, Delete, Always, Ok(Some(Status::DeleteInProgress))),
        row(Status::DeleteInProgress, Succeeded, Always, Ok(None)),
        row(Status::DeleteInProgress, Failed, Always, Ok(Some(Status::DeleteFailed))),
        row(Status::DeleteInProgress, Cancelled, Always, Err(Rule::StaleReport)),
        row(Status::DeleteInProgress, ConnectionDeleted, Always, Ok(Some(Status::DeleteFailed))),
        row(Status::DeleteFailed, Deploy, Always, Err(Rule::DeletionStarted)),
        row(Status::DeleteFailed, Cancel, Always, Err(Rule::NothingToCancel)),
        row(Status::DeleteFailed, Delete, Managed, Ok(Some(Status::DeleteInProgress))),
        row(Status::DeleteFailed, Delete, UnmanagedWithResources, Err(Rule::UnmanagedCannotDelete)),
        row(Status::DeleteFailed, Delete, UnmanagedWithout, Ok(None)),
        row(Status::DeleteFailed, Succeeded, Always, Err(Rule::StaleReport)),
        row(Status::DeleteFailed, Failed, Always, Err(Rule::StaleReport)),
        row(Status::DeleteFailed, Cancelled, Always, Err(Rule::StaleReport)),
        row(Status::DeleteFailed, ConnectionDeleted, Managed, Ok(Some(Status::DeleteFailed))),
    ]
};
