//! The only way to read a connection from text, and only as part of a [`Record`](crate::store::Record): it must be one
//! that could have been built, so that a damaged record grants nothing.

use alloc::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{Connected, Connection, ConnectionDetails, ConnectionStatus, Pending, Rejected, Roles, details::Details};
use crate::id::{AccountId, ClientToken, ConnectionId, EnvironmentName, Region, RoleArn, Timestamp};

/// A connection as one flat object, each member of which is read in place: with an internal tag for the status, or a
/// part of its own for the roles, serde would first buffer all of it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stored {
    status: ConnectionStatus,
    id: ConnectionId,
    region: Region,
    environment_account_id: AccountId,
    management_account_id: AccountId,
    environment_name: EnvironmentName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role_arn: Option<RoleArn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    codebuild_role_arn: Option<RoleArn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    component_role_arn: Option<RoleArn>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    client_token: Option<ClientToken>,
    requested_at: Timestamp,
    last_modified_at: Timestamp,
}

pub(crate) fn serialize<S: Serializer>(connection: &Arc<Connection>, serializer: S) -> Result<S::Ok, S::Error> {
    Stored::from(connection.as_ref()).serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Connection>, D::Error> {
    const EXPECTED: &str = "a connection record must join two different accounts, lend a service or CodeBuild role, have \
                            only roles of its environment account, and not be modified before it was requested";
    let connection = Stored::deserialize(deserializer)?.connection();
    connection.map(Arc::new).ok_or_else(|| D::Error::custom(EXPECTED))
}

impl From<&Connection> for Stored {
    fn from(connection: &Connection) -> Self {
        let roles = connection.roles();
        Self {
            status: connection.status(),
            id: connection.id(),
            region: connection.region(),
            environment_account_id: connection.environment_account(),
            management_account_id: connection.management_account(),
            environment_name: connection.environment_name().clone(),
            role_arn: roles.service().cloned(),
            codebuild_role_arn: roles.codebuild().cloned(),
            component_role_arn: roles.component().cloned(),
            client_token: connection.client_token().cloned(),
            requested_at: connection.requested_at(),
            last_modified_at: connection.last_modified_at(),
        }
    }
}

impl Stored {
    /// The connection, if it could have been built.
    fn connection(self) -> Option<Connection> {
        let details = ConnectionDetails::could_be(Details {
            id: self.id,
            region: self.region,
            environment_account_id: self.environment_account_id,
            management_account_id: self.management_account_id,
            environment_name: self.environment_name,
            roles: Roles::new(self.role_arn, self.codebuild_role_arn, self.component_role_arn)?,
            client_token: self.client_token,
            requested_at: self.requested_at,
            last_modified_at: self.last_modified_at,
        })?;
        Some(match self.status {
            ConnectionStatus::Pending => Pending(details).into(),
            ConnectionStatus::Connected => Connected(details).into(),
            ConnectionStatus::Rejected => Rejected(details).into(),
        })
    }
}
