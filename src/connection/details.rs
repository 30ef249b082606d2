use super::Roles;
use crate::id::{AccountId, ClientToken, ConnectionArn, ConnectionId, EnvironmentName, Region, Timestamp};

/// What a connection is in any state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
// INVARIANT: two different accounts, the roles are of the environment account, and it was not modified before it was
// requested.
pub struct ConnectionDetails(Details);

/// The fields, in a private type: what can be read from text is not yet a [`ConnectionDetails`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Details {
    pub(super) id: ConnectionId,
    pub(super) region: Region,
    pub(super) environment_account_id: AccountId,
    pub(super) management_account_id: AccountId,
    pub(super) environment_name: EnvironmentName,
    pub(super) roles: Roles,
    pub(super) client_token: Option<ClientToken>,
    pub(super) requested_at: Timestamp,
    pub(super) last_modified_at: Timestamp,
}

/// What a connection is built from, with its rules already checked.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: ConnectionId,
    pub(crate) region: Region,
    pub(crate) environment_account: AccountId,
    pub(crate) management_account: AccountId,
    pub(crate) environment_name: EnvironmentName,
    pub(crate) roles: Roles,
    pub(crate) client_token: Option<ClientToken>,
    pub(crate) now: Timestamp,
}

impl From<Request> for ConnectionDetails {
    fn from(request: Request) -> Self {
        Self(Details {
            id: request.id,
            region: request.region,
            environment_account_id: request.environment_account,
            management_account_id: request.management_account,
            environment_name: request.environment_name,
            roles: request.roles,
            client_token: request.client_token,
            requested_at: request.now,
            last_modified_at: request.now,
        })
    }
}

impl ConnectionDetails {
    /// The id, unique in the Region.
    #[must_use]
    pub const fn id(&self) -> ConnectionId {
        self.0.id
    }

    /// The only Region in which the connection exists.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.0.region
    }

    /// The ARN.
    #[must_use]
    pub const fn arn(&self) -> ConnectionArn {
        ConnectionArn::new(self.0.region, self.0.environment_account_id, self.0.id)
    }

    /// The account that asked for the connection and that infrastructure is provisioned in.
    #[must_use]
    pub const fn environment_account(&self) -> AccountId {
        self.0.environment_account_id
    }

    /// The account that decides on the connection and owns the environment.
    #[must_use]
    pub const fn management_account(&self) -> AccountId {
        self.0.management_account_id
    }

    /// The name of the one environment that the connection is for.
    #[must_use]
    pub const fn environment_name(&self) -> &EnvironmentName {
        &self.0.environment_name
    }

    /// The roles that the connection lends.
    #[must_use]
    pub const fn roles(&self) -> &Roles {
        &self.0.roles
    }

    /// The client token of the creation request.
    #[must_use]
    pub const fn client_token(&self) -> Option<&ClientToken> {
        self.0.client_token.as_ref()
    }

    /// When the environment account asked for the connection.
    #[must_use]
    pub const fn requested_at(&self) -> Timestamp {
        self.0.requested_at
    }

    /// When the status or the roles last changed.
    #[must_use]
    pub const fn last_modified_at(&self) -> Timestamp {
        self.0.last_modified_at
    }

    /// The time of an event or a change of this connection at the host's time `now` (rule `never-backwards`).
    pub(crate) fn later(&self, now: Timestamp) -> Timestamp {
        now.max(self.last_modified_at())
    }

    pub(super) fn modified(&self, now: Timestamp) -> Self {
        let mut details = self.0.clone();
        details.last_modified_at = self.later(now);
        Self(details)
    }

    pub(super) fn with_roles(&self, roles: Roles, now: Timestamp) -> Self {
        let mut modified = self.modified(now);
        modified.0.roles = roles;
        modified
    }

    /// What was read, if it could have been built.
    pub(super) fn could_be(details: Details) -> Option<Self> {
        let owner = details.environment_account_id;
        let could_be = owner != details.management_account_id
            && details.roles.could_be_of(owner, details.region.partition())
            && details.requested_at <= details.last_modified_at;
        could_be.then_some(Self(details))
    }
}
