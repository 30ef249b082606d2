use super::{EnvironmentDetails, RepositoryBranch};
use crate::{
    connection::{Connected, ConnectionDetails},
    id::{AccountId, Arn, ConnectionId, Partition, RoleArn},
};

/// How an environment is provisioned, if it can be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a further method of provisioning is a further protocol")]
pub enum Provisioning {
    /// In another account, with the roles that the connection to it lends.
    Attached(Attachment),
    /// In the management account itself, with its own roles.
    SameAccount(OwnRoles),
    /// By the management account itself, from a repository.
    SelfManaged(SelfManaged),
}

/// The connection that an environment is attached to: one that was CONNECTED and for this very environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attachment {
    pub(super) connection_id: ConnectionId,
    pub(super) account_id: AccountId,
}

impl Attachment {
    pub(crate) fn to(connected: &Connected) -> Self {
        Self { connection_id: connected.id(), account_id: connected.environment_account() }
    }

    /// The connection.
    #[must_use]
    pub const fn connection(&self) -> ConnectionId {
        self.connection_id
    }

    /// The connection's environment account.
    #[must_use]
    pub const fn environment_account(&self) -> AccountId {
        self.account_id
    }

    /// Whether this environment, attached like this, and the connection agree in everything that both say.
    pub(crate) fn joins(&self, environment: &EnvironmentDetails, connection: &ConnectionDetails) -> bool {
        (environment.region(), environment.management_account(), self.account_id, environment.name())
            == (
                connection.region(),
                connection.management_account(),
                connection.environment_account(),
                connection.environment_name(),
            )
    }
}

/// The roles of a same-account environment: a service role, a CodeBuild role or both, and perhaps one for components.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// INVARIANT: `service` or `codebuild` is there (rule `one-provisioning-method`).
pub struct OwnRoles {
    service: Option<Arn>,
    codebuild: Option<RoleArn>,
    component: Option<RoleArn>,
}

impl OwnRoles {
    pub(crate) fn new(service: Option<Arn>, codebuild: Option<RoleArn>, component: Option<RoleArn>) -> Option<Self> {
        (service.is_some() || codebuild.is_some()).then_some(Self { service, codebuild, component })
    }

    /// The role for provisioning with CloudFormation (`protonServiceRoleArn`).
    #[must_use]
    pub const fn service(&self) -> Option<&Arn> {
        self.service.as_ref()
    }

    /// The role for provisioning with CodeBuild (`codebuildRoleArn`).
    #[must_use]
    pub const fn codebuild(&self) -> Option<&RoleArn> {
        self.codebuild.as_ref()
    }

    /// The role for directly defined components (`componentRoleArn`).
    #[must_use]
    pub const fn component(&self) -> Option<&RoleArn> {
        self.component.as_ref()
    }
}

/// Where a self-managed environment is provisioned from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SelfManaged {
    /// The repository that takes the rendered templates.
    pub repository: RepositoryBranch,
    /// The role for directly defined components.
    pub component: Option<RoleArn>,
}

impl SelfManaged {
    pub(crate) const fn new(repository: RepositoryBranch, component: Option<RoleArn>) -> Self {
        Self { repository, component }
    }
}

/// Roles of the management account as a request gives them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GivenRoles<'r> {
    pub(crate) service: Option<&'r Arn>,
    pub(crate) codebuild: Option<&'r RoleArn>,
    pub(crate) component: Option<&'r RoleArn>,
}

impl<'r> GivenRoles<'r> {
    /// The first that is not of this account and partition, with the API's name for it.
    pub(crate) fn foreign(&self, account: AccountId, partition: Partition) -> Option<(&'static str, &'r str)> {
        let role = |name, role: Option<&'r RoleArn>| {
            role.filter(|role| !role.is_of(account, partition)).map(|role| (name, role.as_str()))
        };
        let service = self.service.filter(|role| !role.is_of(account, partition));
        let service = service.map(|role| ("protonServiceRoleArn", role.as_str()));
        service
            .or_else(|| role("codebuildRoleArn", self.codebuild))
            .or_else(|| role("componentRoleArn", self.component))
    }
}

impl Provisioning {
    /// Whether a stored value could have been built for an environment of this account: by itself it lends only its own
    /// roles (rule `role-in-own-account`), and only a connection lends another account's.
    pub(super) fn could_be_of(&self, owner: AccountId, partition: Partition) -> bool {
        let roles = match self {
            Self::Attached(attachment) => return attachment.environment_account() != owner,
            Self::SameAccount(OwnRoles { service, codebuild, component }) => {
                GivenRoles { service: service.as_ref(), codebuild: codebuild.as_ref(), component: component.as_ref() }
            }
            Self::SelfManaged(SelfManaged { component, .. }) => {
                GivenRoles { service: None, codebuild: None, component: component.as_ref() }
            }
        };
        roles.foreign(owner, partition).is_none()
    }

    /// With the given roles in place of the old ones, as far as they apply to this method (rule
    /// `keep-provisioning-method` was checked).
    pub(super) fn changed(self, given: &GivenRoles<'_>) -> Self {
        let or = |given: Option<&RoleArn>, old: Option<RoleArn>| given.cloned().or(old);
        match self {
            Self::Attached(attachment) => Self::Attached(attachment),
            Self::SameAccount(OwnRoles { service, codebuild, component }) => Self::SameAccount(OwnRoles {
                service: given.service.cloned().or(service),
                codebuild: or(given.codebuild, codebuild),
                component: or(given.component, component),
            }),
            Self::SelfManaged(SelfManaged { repository, component }) => {
                Self::SelfManaged(SelfManaged { repository, component: or(given.component, component) })
            }
        }
    }

    pub(super) const fn is_self_managed(&self) -> bool {
        matches!(self, Self::SelfManaged(_))
    }
}
