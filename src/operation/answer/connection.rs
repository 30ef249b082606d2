use serde::{Deserialize, Serialize};

use crate::{
    connection::Connection,
    connection::ConnectionStatus,
    id::{AccountId, ConnectionArn, ConnectionId, EnvironmentName, RoleArn, Timestamp},
};

/// A connection as a list shows it: all but its CodeBuild role.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConnectionSummary {
    /// The connection's ARN.
    pub arn: ConnectionArn,
    /// The role for directly defined components.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<RoleArn>,
    /// The account that infrastructure is provisioned in.
    pub environment_account_id: AccountId,
    /// The environment that the connection is for.
    pub environment_name: EnvironmentName,
    /// The connection's id.
    pub id: ConnectionId,
    /// When its status or roles last changed.
    #[serde(with = "super::time")]
    pub last_modified_at: Timestamp,
    /// The account that owns the environment.
    pub management_account_id: AccountId,
    /// When it was asked for.
    #[serde(with = "super::time")]
    pub requested_at: Timestamp,
    /// The role for provisioning with CloudFormation; absent if the connection has only a CodeBuild role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// Its status.
    pub status: ConnectionStatus,
}

impl From<&Connection> for ConnectionSummary {
    fn from(connection: &Connection) -> Self {
        Self {
            arn: connection.arn(),
            component_role_arn: connection.roles().component().cloned(),
            environment_account_id: connection.environment_account(),
            environment_name: connection.environment_name().clone(),
            id: connection.id(),
            last_modified_at: connection.last_modified_at(),
            management_account_id: connection.management_account(),
            requested_at: connection.requested_at(),
            role_arn: connection.roles().service().cloned(),
            status: connection.status(),
        }
    }
}

/// A connection as the public API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ConnectionShown {
    /// What a list shows of it, too.
    #[serde(flatten)]
    pub summary: ConnectionSummary,
    /// The role for provisioning with CodeBuild.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codebuild_role_arn: Option<RoleArn>,
}

impl From<&Connection> for ConnectionShown {
    fn from(connection: &Connection) -> Self {
        Self { summary: connection.into(), codebuild_role_arn: connection.roles().codebuild().cloned() }
    }
}
