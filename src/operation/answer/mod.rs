mod connection;
mod environment;

use alloc::{boxed::Box, vec::Vec};

pub use connection::{ConnectionShown, ConnectionSummary};
pub use environment::{CustomerManaged, EnvironmentShown, EnvironmentSummary};
use serde::{Serialize, Serializer, ser::SerializeStruct};

use crate::{
    environment::{Authority, ProvisionedResource},
    id::EnvironmentArn,
    page::Page,
    tag::Tag,
};

/// The answer to any of the operations. Its `Serialize` is the output of the public API, with times as the AWS CLI
/// shows them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Answer {
    /// Of the operations on one connection.
    Connection(ConnectionShown),
    /// Of ListEnvironmentAccountConnections.
    Connections(Page<ConnectionSummary>),
    /// Of the operations on one environment.
    Environment(Box<EnvironmentShown>),
    /// Of ListEnvironments.
    Environments(Page<EnvironmentSummary>),
    /// Of ListEnvironmentProvisionedResources.
    EnvironmentResources(EnvironmentResources),
    /// Of ListTagsForResource.
    Tags(Page<Tag>),
    /// Of ProvisioningAuthority.
    Authority(Authority),
    /// Of ListProvisionedResources.
    AccountResources(Page<AccountResource>),
    /// Of operations that answer with nothing.
    Nothing,
}

/// All resources of an environment, in the order of their identifiers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnvironmentResources {
    /// The resources.
    pub provisioned_resources: Vec<ProvisionedResource>,
}

impl From<&crate::environment::Resources> for EnvironmentResources {
    fn from(resources: &crate::environment::Resources) -> Self {
        Self { provisioned_resources: resources.iter().cloned().collect() }
    }
}

/// A resource as the account sees it in which it was provisioned.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccountResource {
    /// The resource.
    #[serde(flatten)]
    pub resource: ProvisionedResource,
    /// The environment that it was provisioned for.
    pub environment_arn: EnvironmentArn,
    /// Whether that environment has lost its connection: whoever sees the resource has to clean it up.
    pub unmanaged: bool,
}

impl AccountResource {
    pub(crate) const fn new(resource: ProvisionedResource, environment_arn: EnvironmentArn, unmanaged: bool) -> Self {
        Self { resource, environment_arn, unmanaged }
    }
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Connection(connection) => serialize_one(connection, "environmentAccountConnection", serializer),
            Self::Connections(page) => serialize_page(page, "environmentAccountConnections", serializer),
            Self::Environment(environment) => serialize_one(environment, "environment", serializer),
            Self::Environments(page) => serialize_page(page, "environments", serializer),
            Self::EnvironmentResources(resources) => resources.serialize(serializer),
            Self::Tags(page) => serialize_page(page, "tags", serializer),
            Self::Authority(authority) => serialize_one(authority, "authority", serializer),
            Self::AccountResources(page) => serialize_page(page, "resources", serializer),
            Self::Nothing => serializer.serialize_struct("Output", 0)?.end(),
        }
    }
}

fn serialize_one<T: Serialize, S: Serializer>(item: &T, name: &'static str, serializer: S) -> Result<S::Ok, S::Error> {
    let mut output = serializer.serialize_struct("Output", 1)?;
    output.serialize_field(name, item)?;
    output.end()
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

impl From<()> for Answer {
    fn from((): ()) -> Self {
        Self::Nothing
    }
}

impl From<EnvironmentShown> for Answer {
    fn from(environment: EnvironmentShown) -> Self {
        Self::Environment(Box::new(environment))
    }
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
    Connection(ConnectionShown),
    Connections(Page<ConnectionSummary>),
    Environments(Page<EnvironmentSummary>),
    EnvironmentResources(EnvironmentResources),
    Tags(Page<Tag>),
    Authority(Authority),
    AccountResources(Page<AccountResource>),
}
