use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::{
    environment::{Output, Outputs, ProvisionedResource, Resources},
    id::EnvironmentArn,
};

/// All resources of an environment, in the order of their identifiers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnvironmentResources {
    /// The resources.
    pub provisioned_resources: Vec<ProvisionedResource>,
}

impl From<&Resources> for EnvironmentResources {
    fn from(resources: &Resources) -> Self {
        Self { provisioned_resources: resources.iter().cloned().collect() }
    }
}

/// The outputs of an environment, in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnvironmentOutputs {
    /// The outputs.
    pub outputs: Vec<Output>,
}

impl From<&Outputs> for EnvironmentOutputs {
    fn from(outputs: &Outputs) -> Self {
        Self { outputs: outputs.iter().cloned().collect() }
    }
}

/// A resource as the account that it was provisioned in sees it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct AccountResource {
    /// The resource.
    #[serde(flatten)]
    pub resource: ProvisionedResource,
    /// The environment that it was provisioned for.
    pub environment_arn: EnvironmentArn,
    /// Whether that environment has lost its connection: the account that sees the resource has to clean it up.
    pub unmanaged: bool,
}

impl AccountResource {
    pub(crate) const fn new(resource: ProvisionedResource, environment_arn: EnvironmentArn, unmanaged: bool) -> Self {
        Self { resource, environment_arn, unmanaged }
    }
}
