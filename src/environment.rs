//! A cross-account environment: what of it decides on connections.

use serde::{Deserialize, Serialize};

use crate::{
    connection::{Connected, ConnectionDetails},
    id::{AccountId, ConnectionId, EnvironmentArn, EnvironmentName, Region},
};

/// A named environment of a management account, provisioned in an environment account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    region: Region,
    management_account_id: AccountId,
    environment_account_id: AccountId,
    name: EnvironmentName,
    /// The connection that the environment is attached to; none while it is unmanaged.
    #[serde(rename = "environmentAccountConnectionId", default, skip_serializing_if = "Option::is_none")]
    connection: Option<ConnectionId>,
}

impl Environment {
    /// The environment that a connection is for, attached to it.
    #[must_use]
    pub fn attached(to: &Connected) -> Self {
        Self {
            region: to.region(),
            management_account_id: to.management_account(),
            environment_account_id: to.environment_account(),
            name: to.environment_name().clone(),
            connection: Some(to.id()),
        }
    }

    /// The Region.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.region
    }

    /// The account that owns the environment.
    #[must_use]
    pub const fn management_account(&self) -> AccountId {
        self.management_account_id
    }

    /// The account that infrastructure is provisioned in.
    #[must_use]
    pub const fn environment_account(&self) -> AccountId {
        self.environment_account_id
    }

    /// The name, unique among the management account's environments in the Region.
    #[must_use]
    pub const fn name(&self) -> &EnvironmentName {
        &self.name
    }

    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> EnvironmentArn {
        EnvironmentArn::new(self.region, self.management_account_id, self.name.clone())
    }

    /// The connection that the environment is attached to; `None` while it is unmanaged.
    #[must_use]
    pub const fn connection(&self) -> Option<ConnectionId> {
        self.connection
    }

    /// Whether it is attached to this connection.
    #[must_use]
    pub fn is_attached_to(&self, connection: ConnectionId) -> bool {
        self.connection == Some(connection)
    }

    /// Whether the connection is for this very environment, in all that both say.
    pub(crate) fn agrees_with(&self, connection: &ConnectionDetails) -> bool {
        (self.region, self.management_account_id, self.environment_account_id, &self.name)
            == (
                connection.region(),
                connection.management_account(),
                connection.environment_account(),
                connection.environment_name(),
            )
    }

    /// Unmanaged and waiting for just such a connection (rule `accept-restores`).
    pub(crate) fn waits_for(&self, connection: &ConnectionDetails) -> bool {
        self.connection.is_none() && self.environment_account_id == connection.environment_account()
    }

    /// Unmanaged; for fixtures.
    #[must_use]
    pub fn unmanaged(self) -> Self {
        self.orphaned()
    }

    /// Attached to a new connection (rule `accept-restores`).
    pub(crate) fn restored(mut self, by: &Connected) -> Self {
        self.connection = Some(by.id());
        self
    }

    /// Without its connection (rule `delete-orphans`).
    pub(crate) fn orphaned(mut self) -> Self {
        self.connection = None;
        self
    }
}
