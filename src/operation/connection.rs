use alloc::collections::BTreeSet;

use serde::Serialize;

use super::readable;
use crate::{
    connection::ConnectionStatus,
    id::Side,
    id::{AccountId, ClientToken, ConnectionId, EnvironmentName, RoleArn},
    page::{NextToken, PageSize},
    tag::Tags,
};

/// The environment account asks a management account for a connection.
///
/// Answered with the connection, PENDING (rule `starts-pending`). Each [`Rule`](crate::Rule) says what it asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateEnvironmentAccountConnection {
    /// The environment that the connection is to be for.
    pub environment_name: EnvironmentName,
    /// The account that is asked.
    pub management_account_id: AccountId,
    /// The role for provisioning with CloudFormation; this or `codebuild_role_arn` is required.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// The role for provisioning with CodeBuild.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebuild_role_arn: Option<RoleArn>,
    /// The role for directly defined components.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<RoleArn>,
    /// The connection's first tags.
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
    /// Makes the request repeatable (rule `client-token-replay`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_token: Option<ClientToken>,
}

impl CreateEnvironmentAccountConnection {
    /// A request with a service role and nothing optional.
    #[must_use]
    pub fn new(environment_name: EnvironmentName, management_account_id: AccountId, role_arn: RoleArn) -> Self {
        Self {
            environment_name,
            management_account_id,
            role_arn: Some(role_arn),
            codebuild_role_arn: None,
            component_role_arn: None,
            tags: Tags::default(),
            client_token: None,
        }
    }
}

readable! {
    CreateEnvironmentAccountConnection {
        environment_name: EnvironmentName = required "environmentName",
        management_account_id: AccountId = required "managementAccountId",
        role_arn: RoleArn = optional "roleArn",
        codebuild_role_arn: RoleArn = optional "codebuildRoleArn",
        component_role_arn: RoleArn = optional "componentRoleArn",
        tags: Tags = or_default "tags",
        client_token: ClientToken = optional "clientToken",
    }
}

/// Either party lists its connections in a Region, in the order in which they were asked for, by the page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListEnvironmentAccountConnections {
    /// The side on which the caller stands in the connections that it wants.
    pub requested_by: Side,
    /// Only those for this environment name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_name: Option<EnvironmentName>,
    /// Only those of these statuses; empty for all.
    #[serde(skip_serializing_if = "Statuses::is_empty")]
    pub statuses: Statuses,
    /// The most connections on a page; 100 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<PageSize>,
    /// Where to go on: what the page before gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<NextToken>,
}

impl ListEnvironmentAccountConnections {
    /// The first page of all connections in which the caller stands on this side.
    #[must_use]
    pub fn new(requested_by: Side) -> Self {
        Self {
            requested_by,
            environment_name: None,
            statuses: Statuses::default(),
            max_results: None,
            next_token: None,
        }
    }
}

readable! {
    ListEnvironmentAccountConnections {
        requested_by: Side = required "requestedBy",
        environment_name: EnvironmentName = optional "environmentName",
        statuses: Statuses = or_default "statuses",
        max_results: PageSize = optional "maxResults",
        next_token: NextToken = optional "nextToken",
    }
}

/// A set of statuses to filter by; the empty one filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Statuses(BTreeSet<ConnectionStatus>);

impl Statuses {
    /// Whether it filters nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = ConnectionStatus> + '_ {
        self.0.iter().copied()
    }

    /// The statuses that pass: all of them where none is named.
    pub fn passing(&self) -> impl Iterator<Item = ConnectionStatus> + '_ {
        ConnectionStatus::ALL.iter().copied().filter(|status| self.0.is_empty() || self.0.contains(status))
    }
}

impl FromIterator<ConnectionStatus> for Statuses {
    fn from_iter<I: IntoIterator<Item = ConnectionStatus>>(statuses: I) -> Self {
        Self(statuses.into_iter().collect())
    }
}

/// The environment account lends other roles with a connection; a role that is not given stays.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateEnvironmentAccountConnection {
    /// The connection.
    pub id: ConnectionId,
    /// A new role for provisioning with CloudFormation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role_arn: Option<RoleArn>,
    /// A new role for provisioning with CodeBuild.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebuild_role_arn: Option<RoleArn>,
    /// A new role for directly defined components.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<RoleArn>,
}

impl UpdateEnvironmentAccountConnection {
    /// A request that gives no role, and so changes nothing yet.
    #[must_use]
    pub const fn new(id: ConnectionId) -> Self {
        Self { id, role_arn: None, codebuild_role_arn: None, component_role_arn: None }
    }
}

readable! {
    UpdateEnvironmentAccountConnection {
        id: ConnectionId = required "id",
        role_arn: RoleArn = optional "roleArn",
        codebuild_role_arn: RoleArn = optional "codebuildRoleArn",
        component_role_arn: RoleArn = optional "componentRoleArn",
    }
}

/// A request that names a connection and nothing else.
macro_rules! by_id {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        pub struct $name {
            /// The connection.
            pub id: ConnectionId,
        }

        readable! { $name { id: ConnectionId = required "id", } }

        impl From<ConnectionId> for $name {
            fn from(id: ConnectionId) -> Self {
                Self { id }
            }
        }
    )*};
}

by_id! {
    /// Either party looks at a connection.
    GetEnvironmentAccountConnection
    /// The management account accepts a connection; again changes nothing (rule `accept-again`).
    AcceptEnvironmentAccountConnection
    /// The management account rejects a connection; again changes nothing (rule `reject-again`).
    RejectEnvironmentAccountConnection
    /// The environment account deletes a connection, in use or not. Answered with its last state.
    DeleteEnvironmentAccountConnection
}
