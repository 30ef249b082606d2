use alloc::{sync::Arc, vec::Vec};

use serde::{Deserialize, Serialize};

use super::{ConnectionPart, EnvironmentPart, Key, Unreadable};
use crate::{
    connection::{self, Connection},
    environment::{self, Environment, Outputs, ProvisionedResource, ResourceIdentifier, Resources, Spec},
    id::{AccountId, ConnectionId, EnvironmentArn, Region, Side, Timestamp},
    operation::{CreateEnvironment, CreateEnvironmentAccountConnection},
    tag::Tags,
};

/// What is stored under a [`Key`]. Its serde form is what a durable store writes; new optional fields may be added.
///
/// It is the only stored type that can be read from text: the states in it, and what is attached to what, cannot be
/// read on their own, and a record that the model could not have written is refused.
// No variant is larger than a pointer: a store has more index entries than anything else, and a batch has many records.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub enum Record {
    /// Under [`Key::ClientToken`].
    ClientToken(Arc<TokenUse>),
    /// Under [`Key::Connection`], its [head](ConnectionPart::Head).
    Connection(#[serde(with = "connection::stored")] Arc<Connection>),
    /// Under [`Key::Environment`], its [head](EnvironmentPart::Head).
    Environment(#[serde(with = "environment::stored")] Arc<Environment>),
    /// Under [`Key::Environment`], its [request](EnvironmentPart::Request): what a replay of its creation is compared
    /// with.
    EnvironmentRequest(Arc<CreateEnvironment>),
    /// Under an index key: [`Key::ListedConnection`] or [`Key::ListedEnvironment`]. It holds nothing; the key says
    /// where it [leads](Key::leads_to).
    IndexEntry,
    /// Under [`Key::Environment`], its [outputs](EnvironmentPart::Outputs).
    Outputs(Outputs),
    /// Under [`Key::ProvisionedResource`].
    ProvisionedResource(Arc<Provisioned>),
    /// Under [`Key::Environment`], its [resources](EnvironmentPart::Resources).
    Resources(Arc<ResourceList>),
    /// Under [`Key::Environment`], its [spec](EnvironmentPart::Spec) or [target spec](EnvironmentPart::TargetSpec).
    Spec(Arc<Spec>),
    /// Under [`Key::Connection`] or [`Key::Environment`], its tags.
    Tags(Tags),
    /// Under any key: what is there cannot be read. It has no serde form, and the model never writes it.
    #[serde(skip)]
    Unreadable(Arc<Unreadable>),
    /// Under [`Key::Usage`].
    Usage(Usage),
}

const _: () = assert!(size_of::<Record>() <= 2 * size_of::<usize>());

/// What a client token was used for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TokenUse {
    /// The latest connection that was created with it.
    pub connection: ConnectionId,
    /// When that was: the token is good for eight hours from then on (rule `client-token-expires`).
    pub requested_at: Timestamp,
    /// The request that created it, with which a replay is compared.
    pub request: CreateEnvironmentAccountConnection,
}

/// How much of its quotas an account has used in a Region.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Usage {
    /// Connections of which the account is the environment account, in any status.
    #[serde(default)]
    pub connections: u32,
    /// Environments of which the account is the management account.
    #[serde(default)]
    pub environments: u32,
}

/// What is provisioned for an environment, by the latest report, less what was cleaned up.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ResourceList {
    /// The account that they are in.
    pub account: AccountId,
    /// The resources.
    pub list: Resources,
}

/// Which environments say that they provisioned a resource, in the account that it is in.
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
    /// Whether that environment was deleted while it was unmanaged, and this resource remains (rule `left-over`).
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub left_over: bool,
    /// What the environment knows of the resource.
    pub resource: ProvisionedResource,
}

impl Record {
    /// The keys of the index entries that lead to this record: four to a connection, two to an environment, and none to
    /// anything else. Where the record is stored, they are stored with it.
    #[must_use]
    pub fn listings(&self) -> Vec<Key> {
        match self {
            Self::Connection(connection) => Key::connection_listings(connection, connection.status()).collect(),
            Self::Environment(environment) => Key::environment_listings(environment).into(),
            _ => Vec::new(),
        }
    }

    /// Whether this is a record of the kind, and of the very thing, that the key is for.
    #[must_use]
    pub fn belongs_to(&self, key: &Key) -> bool {
        match (key, self) {
            (Key::Connection { region, id, part: ConnectionPart::Head }, Self::Connection(connection)) => {
                (connection.region(), connection.id()) == (*region, *id)
            }
            (Key::Environment { region, management_account, name, part }, record) => match (part, record) {
                (EnvironmentPart::Head, Self::Environment(environment)) => {
                    (environment.region(), environment.management_account(), environment.name())
                        == (*region, *management_account, name)
                }
                (EnvironmentPart::Request, Self::EnvironmentRequest(request)) => request.name == *name,
                (EnvironmentPart::Outputs, Self::Outputs(_))
                | (EnvironmentPart::Resources, Self::Resources(_))
                | (EnvironmentPart::Spec | EnvironmentPart::TargetSpec, Self::Spec(_))
                | (EnvironmentPart::Tags, Self::Tags(_)) => true,
                _ => false,
            },
            (Key::ProvisionedResource { region, account, identifier }, Self::ProvisionedResource(provisioned)) => {
                provisioned.is_of(*region, *account, identifier)
            }
            (Key::ClientToken { token, .. }, Self::ClientToken(used)) => {
                used.request.client_token.as_ref() == Some(token)
            }
            (Key::Connection { part: ConnectionPart::Tags, .. }, Self::Tags(_))
            | (Key::ListedConnection { .. } | Key::ListedEnvironment { .. }, Self::IndexEntry)
            | (Key::Usage { .. }, Self::Usage(_)) => true,
            _ => false,
        }
    }

    /// Whether a scan may answer with this record for an entry under this key: it is what an index entry leads to, and
    /// is listed there; or it is under the key itself.
    #[must_use]
    pub fn is_listed_at(&self, key: &Key) -> bool {
        match (key, self) {
            (
                Key::ListedConnection { region, side, account, name, status, requested_at, id },
                Self::Connection(connection),
            ) => {
                let party = match side {
                    Side::EnvironmentAccount => connection.environment_account(),
                    Side::ManagementAccount => connection.management_account(),
                };
                (connection.region(), party, connection.status()) == (*region, *account, *status)
                    && (connection.requested_at(), connection.id()) == (*requested_at, *id)
                    && name.as_ref().is_none_or(|name| name == connection.environment_name())
            }
            (Key::ListedEnvironment { region, management_account, template, name }, Self::Environment(environment)) => {
                let its = (environment.template_name(), &environment.template_version().major);
                (environment.region(), environment.management_account(), environment.name())
                    == (*region, *management_account, name)
                    && template.as_deref().is_none_or(|(template, major)| (template, major) == its)
            }
            _ => key.leads_to().is_none() && self.belongs_to(key),
        }
    }
}

impl Provisioned {
    fn is_of(&self, region: Region, account: AccountId, identifier: &ResourceIdentifier) -> bool {
        (self.account, &self.identifier) == (account, identifier)
            && self.by.iter().all(|by| by.environment_arn.region == region)
    }
}
