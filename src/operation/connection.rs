use alloc::collections::BTreeSet;

use serde::Serialize;

use super::request::{request, request_by};
use crate::{
    connection::ConnectionStatus,
    id::Side,
    id::{AccountId, ClientToken, ConnectionId, EnvironmentName, RoleArn},
    page::{NextToken, PageSize},
    tag::Tags,
};

request! {
    /// The environment account asks a management account for a connection.
    ///
    /// Answered with the connection, PENDING (rule `starts-pending`). Each [`Rule`](crate::Rule) says what it asks for.
    pub struct CreateEnvironmentAccountConnection {
        /// The environment that the connection is to be for.
        environment_name: required(EnvironmentName) = "environmentName",
        /// The account that is asked.
        management_account_id: required(AccountId) = "managementAccountId",
        /// The role for provisioning with CloudFormation; this or `codebuild_role_arn` is required.
        role_arn: optional(RoleArn) = "roleArn",
        /// The role for provisioning with CodeBuild.
        codebuild_role_arn: optional(RoleArn) = "codebuildRoleArn",
        /// The role for directly defined components.
        component_role_arn: optional(RoleArn) = "componentRoleArn",
        /// The connection's first tags.
        tags: default(Tags) = "tags",
        /// Makes the request repeatable (rule `client-token-replay`).
        client_token: optional(ClientToken) = "clientToken",
    }

    /// A request without a role: one is still to be given, for CloudFormation or for CodeBuild (rule `role-required`).
    pub fn without_roles;
}

impl CreateEnvironmentAccountConnection {
    /// A request with a service role and nothing optional.
    #[must_use]
    pub fn new(environment_name: EnvironmentName, management_account_id: AccountId, role_arn: RoleArn) -> Self {
        Self { role_arn: Some(role_arn), ..Self::without_roles(environment_name, management_account_id) }
    }
}

request! {
    /// Either party lists its connections in a Region, page by page, in the order in which they were asked for.
    pub struct ListEnvironmentAccountConnections {
        /// The side that the caller is on in the connections that it wants.
        requested_by: required(Side) = "requestedBy",
        /// Only those for this environment name.
        environment_name: optional(EnvironmentName) = "environmentName",
        /// Only those of these statuses; empty for all.
        statuses: default(Statuses) = "statuses",
        /// The most connections on a page; 100 by default.
        max_results: optional(PageSize) = "maxResults",
        /// Where to continue: what the previous page gave.
        next_token: optional(NextToken) = "nextToken",
    }

    /// The first page of all connections in which the caller is on this side.
    pub fn new;
}

/// A set of statuses to filter by; an empty one filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Statuses(BTreeSet<ConnectionStatus>);

impl Statuses {
    /// Whether it filters nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In order, each once.
    pub fn iter(&self) -> impl Iterator<Item = ConnectionStatus> + '_ {
        self.0.iter().copied()
    }

    /// The statuses that pass: all of them if none is named.
    pub fn passing(&self) -> impl Iterator<Item = ConnectionStatus> + '_ {
        ConnectionStatus::ALL.iter().copied().filter(|status| self.0.is_empty() || self.0.contains(status))
    }
}

impl FromIterator<ConnectionStatus> for Statuses {
    fn from_iter<I: IntoIterator<Item = ConnectionStatus>>(statuses: I) -> Self {
        Self(statuses.into_iter().collect())
    }
}

request! {
    /// The environment account lends other roles with a connection; a role that is not given stays.
    pub struct UpdateEnvironmentAccountConnection {
        /// The connection.
        id: required(ConnectionId) = "id",
        /// A new role for provisioning with CloudFormation.
        role_arn: optional(RoleArn) = "roleArn",
        /// A new role for provisioning with CodeBuild.
        codebuild_role_arn: optional(RoleArn) = "codebuildRoleArn",
        /// A new role for directly defined components.
        component_role_arn: optional(RoleArn) = "componentRoleArn",
    }

    /// A request that gives no role, and so changes nothing yet.
    pub fn new;
}

request_by! {
    ConnectionId, "The connection.":
    /// Either party looks at a connection.
    #[derive(Copy)]
    GetEnvironmentAccountConnection { id = "id" }
    /// The management account accepts a connection; doing so again changes nothing (rule `accept-again`).
    #[derive(Copy)]
    AcceptEnvironmentAccountConnection { id = "id" }
    /// The management account rejects a connection; doing so again changes nothing (rule `reject-again`).
    #[derive(Copy)]
    RejectEnvironmentAccountConnection { id = "id" }
    /// The environment account deletes a connection, in use or not. Answered with its last state.
    #[derive(Copy)]
    DeleteEnvironmentAccountConnection { id = "id" }
}
