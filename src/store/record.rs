use alloc::{sync::Arc, vec::Vec};

use serde::{Deserialize, Serialize};

use super::Key;
use crate::{
    connection::Connection,
    environment::{Environment, ProvisionedResource, ResourceIdentifier},
    id::Side,
    id::{AccountId, ConnectionId, EnvironmentArn},
    operation::{ConnectionSummary, CreateEnvironment, CreateEnvironmentAccountConnection, EnvironmentSummary},
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
    /// Under [`Key::Environment`].
    Environment(Arc<Environment>),
    /// Under [`Key::EnvironmentRequest`]: with this a replay of an environment's creation is compared.
    EnvironmentRequest(Arc<CreateEnvironment>),
    /// Under [`Key::ListedConnection`], one of a connection's four index entries: what a list shows of it, kept in the
    /// index itself, so that a page is one read at one moment.
    ListedConnection(Arc<ConnectionSummary>),
    /// Under [`Key::ListedEnvironment`], one of an environment's two index entries: what a list shows of it.
    ListedEnvironment(Arc<EnvironmentSummary>),
    /// Under [`Key::ProvisionedResource`].
    ProvisionedResource(Arc<Provisioned>),
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
    #[serde(default)]
    pub connections: u32,
    /// Environments of which the account is the management account.
    #[serde(default)]
    pub environments: u32,
}

/// Which environments say that they provisioned a resource, in the account in which it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Provisioned {
    /// The account.
    pub account: AccountId,
    /// What the resource is known by.
    pub identifier: ResourceIdentifier,
    /// The environments, in the order of their management accounts and names: at least one.
    pub by: Vec<ProvisionedBy>,
}

/// One environment's word on a resource.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProvisionedBy {
    /// The environment.
    pub environment_arn: EnvironmentArn,
    /// Whether that environment is unmanaged.
    pub unmanaged: bool,
    /// What the environment knows of the resource.
    pub resource: ProvisionedResource,
}

impl ProvisionedBy {
    pub(crate) fn of(environment: &Environment, resource: &ProvisionedResource) -> Self {
        Self { environment_arn: environment.arn(), unmanaged: environment.is_unmanaged(), resource: resource.clone() }
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
            (
                Key::ListedConnection { region, side, account, name, status, requested_at, id },
                Self::ListedConnection(listed),
            ) => {
                let party = match side {
                    Side::EnvironmentAccount => listed.environment_account_id,
                    Side::ManagementAccount => listed.management_account_id,
                };
                (listed.arn.region, party, listed.status) == (*region, *account, *status)
                    && (listed.requested_at, listed.id) == (*requested_at, *id)
                    && name.as_ref().is_none_or(|name| *name == listed.environment_name)
            }
            (Key::Environment { region, management_account, name }, Self::Environment(environment)) => {
                (environment.region(), environment.management_account(), environment.name())
                    == (*region, *management_account, name)
            }
            (Key::EnvironmentRequest { name, .. }, Self::EnvironmentRequest(request)) => request.name == *name,
            (
                Key::ListedEnvironment { region, management_account, template, name },
                Self::ListedEnvironment(listed),
            ) => {
                (listed.arn.region, listed.arn.management_account, &listed.name) == (*region, *management_account, name)
                    && template.as_ref().is_none_or(|(template, major)| {
                        (template, major) == (&listed.template_name, &listed.template_major_version)
                    })
            }
            (Key::ProvisionedResource { region, account, identifier }, Self::ProvisionedResource(provisioned)) => {
                (provisioned.account, &provisioned.identifier) == (*account, identifier)
                    && provisioned.by.iter().all(|by| by.environment_arn.region == *region)
            }
            (Key::Usage { .. }, Self::Usage(_)) => true,
            (Key::ClientToken { token, .. }, Self::ClientToken(used)) => {
                used.request.client_token.as_ref() == Some(token)
            }
            _ => false,
        }
    }
}
