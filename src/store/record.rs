use alloc::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Key;
use crate::{
    connection::Connection,
    environment::Environment,
    id::{AccountId, ConnectionId, EnvironmentName, Region, RoleArn, Timestamp},
    operation::CreateEnvironmentAccountConnection,
    status::ConnectionStatus,
};

/// What is stored under a [`Key`]. Its serde form is what a durable store writes; new optional fields may be added.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Record {
    /// Under [`Key::ClientToken`].
    ClientToken(Arc<TokenUse>),
    /// Under [`Key::Connection`].
    Connection(Arc<Connection>),
    /// Under [`Key::ListedConnection`], one of a connection's four index entries.
    ListedConnection(Arc<ListedConnection>),
    /// Under [`Key::Environment`].
    Environment(Arc<Environment>),
    /// Under [`Key::Usage`].
    Usage(Usage),
}

/// What a client token was used for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TokenUse {
    /// The connection that was created with it.
    pub connection: ConnectionId,
    /// The request that created it, with which a replay is compared.
    pub request: CreateEnvironmentAccountConnection,
}

/// How much of its quotas an account has used in a Region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Usage {
    /// Connections of which the account is the environment account, whatever their status.
    pub connections: u32,
}

/// What a list shows of a connection: kept in the index itself, so that a page is one read at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListedConnection {
    /// The connection's id.
    pub id: ConnectionId,
    /// Its Region.
    pub region: Region,
    /// Its environment account.
    pub environment_account_id: AccountId,
    /// Its management account.
    pub management_account_id: AccountId,
    /// Its environment name.
    pub environment_name: EnvironmentName,
    /// Its status.
    pub status: ConnectionStatus,
    /// Its service role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// Its component role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<RoleArn>,
    /// When it was asked for.
    pub requested_at: Timestamp,
    /// When it last changed.
    pub last_modified_at: Timestamp,
}

impl From<&Connection> for ListedConnection {
    fn from(connection: &Connection) -> Self {
        Self {
            id: connection.id(),
            region: connection.region(),
            environment_account_id: connection.environment_account(),
            management_account_id: connection.management_account(),
            environment_name: connection.environment_name().clone(),
            status: connection.status(),
            role_arn: connection.roles().service().cloned(),
            component_role_arn: connection.roles().component().cloned(),
            requested_at: connection.requested_at(),
            last_modified_at: connection.last_modified_at(),
        }
    }
}

impl Record {
    /// Whether this is a record of the kind, and of the very thing, that the key is for.
    #[must_use]
    pub fn belongs_to(&self, key: &Key) -> bool {
        match (key, self) {
            (Key::Connection { region, id }, Self::Connection(connection)) => {
                (connection.region(), connection.id()) == (*region, *id)
            }
            (Key::ListedConnection { .. }, Self::ListedConnection(listed)) => {
                Key::listings(listed).into_iter().any(|of_it| of_it == *key)
            }
            (Key::Environment { region, management_account, name }, Self::Environment(environment)) => {
                (environment.region(), environment.management_account(), environment.name())
                    == (*region, *management_account, name)
            }
            (Key::Usage { .. }, Self::Usage(_)) => true,
            (Key::ClientToken { token, .. }, Self::ClientToken(used)) => {
                used.request.client_token.as_ref() == Some(token)
            }
            _ => false,
        }
    }
}
