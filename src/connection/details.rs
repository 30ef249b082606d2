use serde::{Deserialize, Serialize};

use super::Roles;
use crate::{
    id::{AccountId, ClientToken, ConnectionArn, ConnectionId, EnvironmentName, Region, Timestamp},
    sound::sound_serde,
    tag::Tags,
};

/// What a connection is in whatever state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
// INVARIANT: two different accounts, the roles are of the environment account, and it was not modified before it was
// requested.
pub struct ConnectionDetails {
    id: ConnectionId,
    region: Region,
    environment_account_id: AccountId,
    management_account_id: AccountId,
    environment_name: EnvironmentName,
    #[serde(flatten)]
    roles: Roles,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_token: Option<ClientToken>,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    tags: Tags,
    requested_at: Timestamp,
    last_modified_at: Timestamp,
}

/// What a connection is built from, its rules already checked.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) id: ConnectionId,
    pub(crate) region: Region,
    pub(crate) environment_account: AccountId,
    pub(crate) management_account: AccountId,
    pub(crate) environment_name: EnvironmentName,
    pub(crate) roles: Roles,
    pub(crate) client_token: Option<ClientToken>,
    pub(crate) tags: Tags,
    pub(crate) now: Timestamp,
}

impl From<Request> for ConnectionDetails {
    fn from(request: Request) -> Self {
        Self {
            id: request.id,
            region: request.region,
            environment_account_id: request.environment_account,
            management_account_id: request.management_account,
            environment_name: request.environment_name,
            roles: request.roles,
            client_token: request.client_token,
            tags: request.tags,
            requested_at: request.now,
            last_modified_at: request.now,
        }
    }
}

impl ConnectionDetails {
    /// The id, unique in the Region.
    #[must_use]
    pub const fn id(&self) -> ConnectionId {
        self.id
    }

    /// The only Region in which the connection exists.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.region
    }

    /// The ARN.
    #[must_use]
    pub const fn arn(&self) -> ConnectionArn {
        ConnectionArn::new(self.region, self.environment_account_id, self.id)
    }

    /// The account that asked for the connection and that infrastructure is provisioned in.
    #[must_use]
    pub const fn environment_account(&self) -> AccountId {
        self.environment_account_id
    }

    /// The account that decides on the connection and owns the environment.
    #[must_use]
    pub const fn management_account(&self) -> AccountId {
        self.management_account_id
    }

    /// The name of the one environment that the connection is for.
    #[must_use]
    pub const fn environment_name(&self) -> &EnvironmentName {
        &self.environment_name
    }

    /// The roles that the connection lends.
    #[must_use]
    pub const fn roles(&self) -> &Roles {
        &self.roles
    }

    /// The client token of the creation request, remembered as long as the connection exists.
    #[must_use]
    pub const fn client_token(&self) -> Option<&ClientToken> {
        self.client_token.as_ref()
    }

    /// The environment account's tags.
    #[must_use]
    pub const fn tags(&self) -> &Tags {
        &self.tags
    }

    /// When the environment account asked for the connection.
    #[must_use]
    pub const fn requested_at(&self) -> Timestamp {
        self.requested_at
    }

    /// When the status or the roles last changed.
    #[must_use]
    pub const fn last_modified_at(&self) -> Timestamp {
        self.last_modified_at
    }

    /// When an event or a change at the host's time `now` happens to this connection (rule `never-backwards`).
    pub(crate) fn later(&self, now: Timestamp) -> Timestamp {
        now.max(self.last_modified_at)
    }

    pub(super) fn modified(mut self, now: Timestamp) -> Self {
        self.last_modified_at = self.later(now);
        self
    }

    pub(super) fn with_roles(mut self, roles: Roles, now: Timestamp) -> Self {
        self.roles = roles;
        self.modified(now)
    }

    pub(super) fn with_tags(mut self, tags: Tags) -> Self {
        self.tags = tags;
        self
    }

    fn is_sound(&self) -> bool {
        self.environment_account_id != self.management_account_id
            && self.roles.are_sound(self.environment_account_id, self.region.partition())
            && self.requested_at <= self.last_modified_at
    }
}

sound_serde! {
    ConnectionDetails:
    "a connection record must join two different accounts, lend a service or CodeBuild role, have only roles \
     of its environment account, and not be modified before it was requested"
}
