use crate::{Rule, id::words, names::names};

words! {
    /// The status of an environment's deployment.
    #[expect(clippy::exhaustive_enums, reason = "a further status would be a further protocol")]
    pub enum DeploymentStatus {
        /// An update was cancelled.
        Cancelled = "CANCELLED",
        /// An update is to be given up, but the host has not confirmed it yet.
        Cancelling = "CANCELLING",
        /// The environment is gone.
        DeleteComplete = "DELETE_COMPLETE",
        /// A deletion failed.
        DeleteFailed = "DELETE_FAILED",
        /// A deletion is under way.
        DeleteInProgress = "DELETE_IN_PROGRESS",
        /// A creation or an update failed.
        Failed = "FAILED",
        /// A creation or an update is under way.
        InProgress = "IN_PROGRESS",
        /// The last creation or update succeeded.
        Succeeded = "SUCCEEDED",
    }
}

names! {
    /// What can move an environment from one deployment status to another.
    #[expect(clippy::exhaustive_enums, reason = "the operations of the protocol that write an environment's status")]
    pub enum DeploymentTrigger {
        /// CreateEnvironment.
        Create = "create",
        /// UpdateEnvironment with a deployment.
        Deploy = "update with a deployment",
        /// CancelEnvironmentDeployment.
        Cancel = "cancel",
        /// DeleteEnvironment.
        Delete = "delete",
        /// The host reports success.
        Succeeded = "succeeded",
        /// The host reports failure.
        Failed = "failed",
        /// The host reports that the deployment was given up.
        Cancelled = "cancelled",
        /// The connection that the environment is attached to is deleted.
        ConnectionDeleted = "connection deleted",
    }
}

names! {
    /// What else a row of the table depends on.
    #[expect(clippy::exhaustive_enums, reason = "what the rows of the table distinguish")]
    pub enum DeploymentCondition {
        /// Nothing.
        Always = "",
        /// The deployment under way is a creation's.
        Creation = "of a creation",
        /// The deployment under way is an update's.
        Update = "of an update",
        /// The environment can be provisioned: it is attached, or not a cross-account environment.
        Managed = "managed",
        /// It is unmanaged.
        Unmanaged = "unmanaged",
        /// It is self-managed: the owner provisions from a repository.
        SelfManaged = "self-managed",
        /// It is not self-managed.
        NotSelfManaged = "not self-managed",
    }
}

/// A row of the transition table: what happens to an environment in some deployment status, and how that ends. A report
/// is on the last attempted deployment.
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
    /// How that ends: the status after, `None` once it is gone, or the rule that refuses it.
    pub to: Result<Option<DeploymentStatus>, Rule>,
}

/// All transitions of an environment; tests check the model's answers against this table.
pub const DEPLOYMENT_TRANSITIONS: &[DeploymentTransition] = {
    use DeploymentCondition::{Always, Creation, Managed, NotSelfManaged, SelfManaged, Unmanaged, Update};
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
        row(Status::InProgress, Cancelled, SelfManaged, Ok(Some(Status::Cancelled))),
        row(Status::InProgress, Cancelled, NotSelfManaged, Err(Rule::StaleReport)),
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
        row(Status::Succeeded, Delete, Unmanaged, Ok(None)),
        row(Status::Succeeded, Succeeded, Always, Ok(Some(Status::Succeeded))),
        row(Status::Succeeded, Failed, Always, Err(Rule::StaleReport)),
        row(Status::Succeeded, Cancelled, Always, Err(Rule::StaleReport)),
        row(Status::Succeeded, ConnectionDeleted, Managed, Ok(Some(Status::Succeeded))),
        row(Status::Failed, Deploy, Managed, Ok(Some(Status::InProgress))),
        row(Status::Failed, Deploy, Unmanaged, Err(Rule::UnmanagedCannotDeploy)),
        row(Status::Failed, Cancel, Always, Err(Rule::NothingToCancel)),
        row(Status::Failed, Delete, Managed, Ok(Some(Status::DeleteInProgress))),
        row(Status::Failed, Delete, Unmanaged, Ok(None)),
        row(Status::Failed, Succeeded, Always, Err(Rule::StaleReport)),
        row(Status::Failed, Failed, Always, Ok(Some(Status::Failed))),
        row(Status::Failed, Cancelled, Always, Err(Rule::StaleReport)),
        row(Status::Failed, ConnectionDeleted, Managed, Ok(Some(Status::Failed))),
        row(Status::Cancelled, Deploy, Managed, Ok(Some(Status::InProgress))),
        row(Status::Cancelled, Deploy, Unmanaged, Err(Rule::UnmanagedCannotDeploy)),
        row(Status::Cancelled, Cancel, Always, Err(Rule::NothingToCancel)),
        row(Status::Cancelled, Delete, Managed, Ok(Some(Status::DeleteInProgress))),
        row(Status::Cancelled, Delete, Unmanaged, Ok(None)),
        row(Status::Cancelled, Succeeded, Always, Err(Rule::StaleReport)),
        row(Status::Cancelled, Failed, Always, Err(Rule::StaleReport)),
        row(Status::Cancelled, Cancelled, Always, Ok(Some(Status::Cancelled))),
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
        row(Status::DeleteFailed, Delete, Unmanaged, Ok(None)),
        row(Status::DeleteFailed, Succeeded, Always, Err(Rule::StaleReport)),
        row(Status::DeleteFailed, Failed, Always, Ok(Some(Status::DeleteFailed))),
        row(Status::DeleteFailed, Cancelled, Always, Err(Rule::StaleReport)),
        row(Status::DeleteFailed, ConnectionDeleted, Managed, Ok(Some(Status::DeleteFailed))),
    ]
};
