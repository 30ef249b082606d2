use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{
    connection::Connection,
    id::{AccountId, ConnectionArn, ConnectionId, EnvironmentName, RoleArn, Timestamp},
    page::Page,
    status::ConnectionStatus,
    store::ListedConnection,
    tags::Tag,
};

/// The answer to any of the operations. Its `Serialize` is the output of the public API, with times as the AWS CLI
/// shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Of the operations on one connection.
    Connection(EnvironmentAccountConnection),
    /// Of ListEnvironmentAccountConnections.
    Connections(Page<EnvironmentAccountConnectionSummary>),
    /// Of ListTagsForResource.
    Tags(Page<Tag>),
    /// Of operations that answer with nothing.
    Empty(Empty),
}

/// Done, and nothing to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Empty;

/// A connection as the public API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnvironmentAccountConnection {
    /// The connection's ARN.
    pub arn: ConnectionArn,
    /// The role for provisioning with CodeBuild.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebuild_role_arn: Option<RoleArn>,
    /// The role for directly defined components.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<RoleArn>,
    /// The account that infrastructure is provisioned in.
    pub environment_account_id: AccountId,
    /// The environment that the connection is for.
    pub environment_name: EnvironmentName,
    /// The connection's id.
    pub id: ConnectionId,
    /// When its status or roles last changed.
    #[serde(serialize_with = "Timestamp::serialize_cli")]
    pub last_modified_at: Timestamp,
    /// The account that owns the environment.
    pub management_account_id: AccountId,
    /// When it was asked for.
    #[serde(serialize_with = "Timestamp::serialize_cli")]
    pub requested_at: Timestamp,
    /// The role for provisioning with CloudFormation; absent where the connection has a CodeBuild role alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// Its status.
    pub status: ConnectionStatus,
}

impl From<&Connection> for EnvironmentAccountConnection {
    fn from(connection: &Connection) -> Self {
        Self {
            arn: connection.arn(),
            codebuild_role_arn: connection.roles().codebuild().cloned(),
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

/// A connection as a list shows it: all but its CodeBuild role.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnvironmentAccountConnectionSummary {
    /// The connection's ARN.
    pub arn: ConnectionArn,
    /// The role for directly defined components.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<RoleArn>,
    /// The account that infrastructure is provisioned in.
    pub environment_account_id: AccountId,
    /// The environment that the connection is for.
    pub environment_name: EnvironmentName,
    /// The connection's id.
    pub id: ConnectionId,
    /// When its status or roles last changed.
    #[serde(serialize_with = "Timestamp::serialize_cli")]
    pub last_modified_at: Timestamp,
    /// The account that owns the environment.
    pub management_account_id: AccountId,
    /// When it was asked for.
    #[serde(serialize_with = "Timestamp::serialize_cli")]
    pub requested_at: Timestamp,
    /// The role for provisioning with CloudFormation; absent where the connection has a CodeBuild role alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// Its status.
    pub status: ConnectionStatus,
}

impl From<&ListedConnection> for EnvironmentAccountConnectionSummary {
    fn from(listed: &ListedConnection) -> Self {
        Self {
            arn: ConnectionArn::new(listed.region, listed.environment_account_id, listed.id),
            component_role_arn: listed.component_role_arn.clone(),
            environment_account_id: listed.environment_account_id,
            environment_name: listed.environment_name.clone(),
            id: listed.id,
            last_modified_at: listed.last_modified_at,
            management_account_id: listed.management_account_id,
            requested_at: listed.requested_at,
            role_arn: listed.role_arn.clone(),
            status: listed.status,
        }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Connection(connection) => {
                let mut output = serializer.serialize_struct("Output", 1)?;
                output.serialize_field("environmentAccountConnection", connection)?;
                output.end()
            }
            Self::Connections(page) => serialize_page(page, "environmentAccountConnections", serializer),
            Self::Tags(page) => serialize_page(page, "tags", serializer),
            Self::Empty(Empty) => serializer.serialize_struct("Output", 0)?.end(),
        }
    }
}

fn serialize_page<T: Serialize, S: Serializer>(
    page: &Page<T>,
    items: &'static str,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut output = serializer.serialize_struct("Output", 1 + usize::from(page.next_token.is_some()))?;
    output.serialize_field(items, &page.items)?;
    if let Some(token) = &page.next_token {
        output.serialize_field("nextToken", token)?;
    }
    output.end()
}

macro_rules! answers {
    ($($variant:ident($answer:ty),)*) => {$(
        impl From<$answer> for Answer {
            fn from(answer: $answer) -> Self {
                Self::$variant(answer)
            }
        }
    )*};
}

answers! {
    Connection(EnvironmentAccountConnection),
    Connections(Page<EnvironmentAccountConnectionSummary>),
    Tags(Page<Tag>),
    Empty(Empty),
}
