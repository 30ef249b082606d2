use core::ops::Deref;

use super::{
    Attachment, Creation, DeploymentStatus, Description, Ended, EnvironmentDetails, GivenRoles, Outcome, OwnRoles,
    Provisioning, StatusMessage, Success, Target, Work,
};
use crate::{
    connection::Connected,
    id::{AccountId, ConnectionId, DeploymentId, Timestamp},
};

/// An environment in any state: what is stored.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a further state would be a further protocol")]
pub enum Environment {
    /// A deployment is under way.
    Deploying(Deploying),
    /// The last deployment ended, and another may begin.
    Settled(Settled),
    /// Its connection is gone: nothing grants authority over it.
    Unmanaged(Unmanaged),
}

/// An environment that has a deployment under way: the one with its last attempted deployment id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Deploying {
    pub(super) details: EnvironmentDetails,
    pub(super) provisioning: Provisioning,
    pub(super) work: Work,
    pub(super) last_success: Option<Success>,
}

/// An environment that has no deployment under way and can have one.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Settled {
    pub(super) details: EnvironmentDetails,
    pub(super) provisioning: Provisioning,
    pub(super) ended: Ended,
}

/// A cross-account environment without its connection: no deployment is under way, and none can begin.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Unmanaged {
    pub(super) details: EnvironmentDetails,
    pub(super) environment_account_id: AccountId,
    pub(super) ended: Ended,
}

/// The outcome is not one that the deployment under way can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stale;

/// What an update changes at once, whatever becomes of its deployment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Changes<'c> {
    pub(crate) description: Option<&'c Description>,
    pub(crate) roles: GivenRoles<'c>,
    pub(crate) connection: Option<&'c Connected>,
}

impl Deploying {
    /// An environment as it begins.
    pub(crate) fn created(creation: Creation, provisioning: Provisioning) -> Self {
        Self { details: creation.into(), provisioning, work: Work::Create, last_success: None }
    }

    /// How it is provisioned.
    #[must_use]
    pub const fn provisioning(&self) -> &Provisioning {
        &self.provisioning
    }

    /// What is under way.
    #[must_use]
    pub const fn work(&self) -> &Work {
        &self.work
    }

    /// The update under way is to be given up; `None` if what is under way is not an update.
    pub(crate) fn cancelled(&self) -> Option<Self> {
        match &self.work {
            Work::Update(target) => {
                let details = self.details.clone().with_message(None);
                Some(Self { details, work: Work::Cancel(target.clone()), ..self.clone() })
            }
            Work::Create | Work::Cancel(_) | Work::Delete => None,
        }
    }

    /// What it is once the deployment under way has ended like this; `None` if it is gone.
    pub(crate) fn ended(
        &self,
        outcome: &Outcome,
        mut message: Option<StatusMessage>,
        now: Timestamp,
    ) -> Result<Option<Settled>, Stale> {
        let Self { provisioning, work, last_success, .. } = self;
        let mut version = None;
        let ended = match (outcome, work) {
            (Outcome::Succeeded(_), Work::Delete) => return Ok(None),
            (Outcome::Succeeded(resolved), Work::Create | Work::Update(_) | Work::Cancel(_)) => {
                let asked = match work {
                    Work::Update(target) | Work::Cancel(target) => target.version.asked(),
                    Work::Create | Work::Delete => self.template_version().clone().into(),
                };
                version = Some(self.template_version().after(&asked, resolved));
                Ended::Succeeded(Success::new(self.last_attempted_deployment_id(), self.later(now)))
            }
            (Outcome::Failed, Work::Delete) => Ended::DeleteFailed(*last_success),
            (Outcome::Failed, Work::Create | Work::Update(_) | Work::Cancel(_)) => Ended::Failed(*last_success),
            (Outcome::Cancelled, Work::Cancel(_)) => {
                message = Some(StatusMessage::of_cancellation());
                Ended::Cancelled(*last_success)
            }
            // Its pull request was closed.
            (Outcome::Cancelled, Work::Create | Work::Update(_)) if provisioning.is_self_managed() => {
                Ended::Cancelled(*last_success)
            }
            (Outcome::Cancelled, Work::Create | Work::Update(_) | Work::Delete) => return Err(Stale),
        };
        let mut details = self.details.clone().with_message(message);
        if let Some(version) = version {
            details.0.template_version = version;
        }
        Ok(Some(Settled { details, provisioning: provisioning.clone(), ended }))
    }

    /// The time of something that happens to it at the host's time `now` (rule `never-backwards`).
    fn later(&self, now: Timestamp) -> Timestamp {
        later(&self.details, self.last_success, now)
    }
}

impl Settled {
    /// How it is provisioned.
    #[must_use]
    pub const fn provisioning(&self) -> &Provisioning {
        &self.provisioning
    }

    /// How the last deployment ended.
    #[must_use]
    pub const fn ended(&self) -> &Ended {
        &self.ended
    }

    /// With what an update changes at once.
    pub(crate) fn changed(self, changes: &Changes<'_>) -> Self {
        let provisioning = match changes.connection {
            Some(connected) => Provisioning::Attached(Attachment::to(connected)),
            None => self.provisioning.changed(&changes.roles),
        };
        Self { details: described(self.details, changes.description), provisioning, ..self }
    }

    /// An update to this target begins.
    pub(crate) fn deploying(self, target: Target, deployment: DeploymentId, now: Timestamp) -> Deploying {
        let at = later(&self.details, self.ended.last_success(), now);
        let mut begun = self.begun(Work::Update(target), deployment);
        begun.details.0.last_deployment_attempted_at = at;
        begun
    }

    /// Its deletion begins.
    pub(crate) fn deleting(self, deployment: DeploymentId) -> Deploying {
        self.begun(Work::Delete, deployment)
    }

    fn begun(self, work: Work, deployment: DeploymentId) -> Deploying {
        let Self { details, provisioning, ended } = self;
        let mut details = details.with_message(None);
        details.0.last_attempted_deployment_id = deployment;
        Deploying { details, provisioning, work, last_success: ended.last_success() }
    }
}

impl Unmanaged {
    /// The account that infrastructure was provisioned in.
    #[must_use]
    pub const fn environment_account(&self) -> AccountId {
        self.environment_account_id
    }

    /// How the last deployment ended.
    #[must_use]
    pub const fn ended(&self) -> &Ended {
        &self.ended
    }

    /// Attached to a connection of its name and accounts (rule `accept-restores`, or an update).
    pub(crate) fn restored(self, by: &Connected) -> Settled {
        let Self { details, ended, .. } = self;
        Settled { details, provisioning: Provisioning::Attached(Attachment::to(by)), ended }
    }

    /// With what an update without a connection can change.
    pub(crate) fn described(self, description: Option<&Description>) -> Self {
        Self { details: described(self.details, description), ..self }
    }
}

fn described(mut details: EnvironmentDetails, description: Option<&Description>) -> EnvironmentDetails {
    if let Some(description) = description {
        details.0.description = Some(description.clone());
    }
    details
}

/// The later of the host's time and the latest time that is stored (rule `never-backwards`).
fn later(details: &EnvironmentDetails, success: Option<Success>, now: Timestamp) -> Timestamp {
    let latest = details.created_at().max(details.last_deployment_attempted_at());
    now.max(success.map_or(latest, |success| success.at.max(latest)))
}

impl Environment {
    /// The status of its latest deployment.
    #[must_use]
    pub const fn status(&self) -> DeploymentStatus {
        match self {
            Self::Deploying(state) => state.work.status(),
            Self::Settled(state) => state.ended.status(),
            Self::Unmanaged(state) => state.ended.status(),
        }
    }

    /// How its latest deployment ended; `None` while one is under way.
    #[must_use]
    pub const fn ended(&self) -> Option<&Ended> {
        match self {
            Self::Deploying(_) => None,
            Self::Settled(state) => Some(&state.ended),
            Self::Unmanaged(state) => Some(&state.ended),
        }
    }

    /// The latest deployment that succeeded.
    #[must_use]
    pub const fn last_success(&self) -> Option<Success> {
        match self {
            Self::Deploying(state) => state.last_success,
            Self::Settled(state) => state.ended.last_success(),
            Self::Unmanaged(state) => state.ended.last_success(),
        }
    }

    /// How it is provisioned; `None` while it is unmanaged.
    #[must_use]
    pub const fn provisioning(&self) -> Option<&Provisioning> {
        match self {
            Self::Deploying(state) => Some(&state.provisioning),
            Self::Settled(state) => Some(&state.provisioning),
            Self::Unmanaged(_) => None,
        }
    }

    /// The connection that it is attached to; `None` while it is unmanaged, or if not a cross-account environment.
    #[must_use]
    pub const fn attachment(&self) -> Option<&Attachment> {
        match self.provisioning() {
            Some(Provisioning::Attached(attachment)) => Some(attachment),
            _ => None,
        }
    }

    /// The roles of a same-account environment.
    #[must_use]
    pub const fn own_roles(&self) -> Option<&OwnRoles> {
        match self.provisioning() {
            Some(Provisioning::SameAccount(roles)) => Some(roles),
            _ => None,
        }
    }

    /// Whether it has an update under way, given up or not, that brings it to another spec.
    pub(crate) const fn has_target_spec(&self) -> bool {
        match self {
            Self::Deploying(state) => match &state.work {
                Work::Update(target) | Work::Cancel(target) => target.new_spec,
                Work::Create | Work::Delete => false,
            },
            Self::Settled(_) | Self::Unmanaged(_) => false,
        }
    }

    /// Whether it is a cross-account environment without its connection.
    #[must_use]
    pub const fn is_unmanaged(&self) -> bool {
        matches!(self, Self::Unmanaged(_))
    }

    /// The environment account of a cross-account environment, attached or not.
    #[must_use]
    pub const fn environment_account(&self) -> Option<AccountId> {
        match self {
            Self::Unmanaged(state) => Some(state.environment_account_id),
            Self::Deploying(_) | Self::Settled(_) => match self.attachment() {
                Some(attachment) => Some(attachment.environment_account()),
                None => None,
            },
        }
    }

    /// The account that its resources are in: its environment account, or its management account itself.
    #[must_use]
    pub fn account_provisioned_in(&self) -> AccountId {
        self.environment_account().unwrap_or(self.management_account())
    }

    /// Whether it is attached to this connection.
    #[must_use]
    pub fn is_attached_to(&self, connection: ConnectionId) -> bool {
        self.attachment().is_some_and(|attachment| attachment.connection() == connection)
    }

    /// Without its connection (rule `delete-orphans`): a deployment under way ends at once, with this message.
    pub(crate) fn orphaned(&self, environment_account_id: AccountId, message: StatusMessage) -> Self {
        let (details, ended) = match self.clone() {
            Self::Deploying(Deploying { details, work, last_success, .. }) => {
                let ended = match work {
                    Work::Delete => Ended::DeleteFailed(last_success),
                    Work::Create | Work::Update(_) | Work::Cancel(_) => Ended::Failed(last_success),
                };
                (details.with_message(Some(message)), ended)
            }
            Self::Settled(Settled { details, ended, .. }) | Self::Unmanaged(Unmanaged { details, ended, .. }) => {
                (details, ended)
            }
        };
        Self::Unmanaged(Unmanaged { details, environment_account_id, ended })
    }

    /// The same, modified from now on (rule `environment-modified`).
    pub(crate) fn modified(mut self) -> Self {
        self.details_mut().0.modified = true;
        self
    }

    /// With this message, and no change of status.
    pub(crate) fn with_message(&self, message: StatusMessage) -> Self {
        let mut environment = self.clone();
        environment.details_mut().0.status_message = Some(message);
        environment
    }

    fn details_mut(&mut self) -> &mut EnvironmentDetails {
        match self {
            Self::Deploying(state) => &mut state.details,
            Self::Settled(state) => &mut state.details,
            Self::Unmanaged(state) => &mut state.details,
        }
    }

    /// The time of something that happens to it at the host's time `now` (rule `never-backwards`).
    pub(crate) fn later(&self, now: Timestamp) -> Timestamp {
        later(self, self.last_success(), now)
    }
}

impl Deref for Environment {
    type Target = EnvironmentDetails;

    fn deref(&self) -> &EnvironmentDetails {
        match self {
            Self::Deploying(state) => &state.details,
            Self::Settled(state) => &state.details,
            Self::Unmanaged(state) => &state.details,
        }
    }
}

macro_rules! states {
    ($($state:ident),*) => {$(
        impl Deref for $state {
            type Target = EnvironmentDetails;

            fn deref(&self) -> &EnvironmentDetails {
                &self.details
            }
        }

        impl From<$state> for Environment {
            fn from(state: $state) -> Self {
                Self::$state(state)
            }
        }
    )*};
}

states!(Deploying, Settled, Unmanaged);
