use alloc::{string::String, sync::Arc, vec::Vec};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::{
    id::words,
    id::{Malformed, text_type},
};

text_type! {
    /// What a provisioned resource is known by to its provider, 1 to 200 characters, e.g. the ARN of a stack.
    ResourceIdentifier, "a resource identifier", (1, 200), "(?s).*", |_| true
}

impl ResourceIdentifier {
    /// The first identifier in order.
    pub(crate) fn first() -> Self {
        Self("\0".into())
    }

    /// The last identifier in order.
    pub(crate) fn last() -> Self {
        Self(core::iter::repeat_n(char::MAX, Self::SHAPE.length.1).collect::<String>().as_str().into())
    }
}

text_type! {
    /// The name of a provisioned resource, 1 to 200 characters.
    ResourceName, "a resource name", (1, 200), "(?s).*", |_| true
}

words! {
    /// What provisioned a resource.
    #[non_exhaustive]
    pub enum ProvisioningEngine {
        /// AWS CloudFormation.
        CloudFormation = "CLOUDFORMATION",
        /// Terraform.
        Terraform = "TERRAFORM",
    }
}

/// A resource that a deployment provisioned.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ProvisionedResource {
    /// What it is known by to its provider.
    pub identifier: ResourceIdentifier,
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<ResourceName>,
    /// What provisioned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioning_engine: Option<ProvisioningEngine>,
}

impl ProvisionedResource {
    /// The resource of this identifier, with nothing else known about it.
    #[must_use]
    pub const fn new(identifier: ResourceIdentifier) -> Self {
        Self { identifier, name: None, provisioning_engine: None }
    }
}

/// The resources of one environment, by identifier: at most [`Resources::LIMIT`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
// INVARIANT: in the order of their identifiers, each once.
pub struct Resources(Arc<[ProvisionedResource]>);

impl Resources {
    /// The most resources that an environment may have: a choice of this model, so that a report stays one commit.
    pub const LIMIT: usize = 50;

    /// Whether it is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In the order of their identifiers.
    pub fn iter(&self) -> impl Iterator<Item = &ProvisionedResource> {
        self.0.iter()
    }

    /// The one of this identifier.
    #[must_use]
    pub fn get(&self, identifier: &ResourceIdentifier) -> Option<&ProvisionedResource> {
        let place = self.0.binary_search_by(|resource| resource.identifier.cmp(identifier)).ok()?;
        self.0.get(place)
    }

    /// These resources without those of the given identifiers.
    pub(crate) fn without(&self, identifiers: &[&ResourceIdentifier]) -> Self {
        Self(self.iter().filter(|resource| !identifiers.contains(&&resource.identifier)).cloned().collect())
    }
}

impl TryFrom<Vec<ProvisionedResource>> for Resources {
    type Error = Malformed;

    fn try_from(mut list: Vec<ProvisionedResource>) -> Result<Self, Malformed> {
        list.sort_unstable_by(|one, other| one.identifier.cmp(&other.identifier));
        if list.windows(2).any(|pair| matches!(pair, [one, next] if one.identifier == next.identifier)) {
            return Err(Malformed::expecting("a list that has each identifier once"));
        }
        if list.len() > Self::LIMIT {
            return Err(Malformed::expecting("a list of at most 50 resources"));
        }
        Ok(Self(list.into()))
    }
}

impl Serialize for Resources {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Resources {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::try_from(Vec::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
