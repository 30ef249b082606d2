//! The types that members have.

use alloc::{collections::BTreeSet, vec::Vec};

use serde::Deserializer;

use super::{Input, Member, Path, Reading, object, read_integer, read_list, read_text};
use crate::{
    connection::ConnectionStatus,
    environment::{
        BranchName, Description, Output, OutputKey, OutputValue, Outputs, ProvisionedResource, ProvisioningEngine,
        RepositoryBranch, RepositoryName, RepositoryProvider, ResourceIdentifier, ResourceName, Resources, Spec,
        StatusMessage, VersionPart,
    },
    id::Side,
    id::{AccountId, Arn, ClientToken, ConnectionId, DeploymentId, EnvironmentName, Malformed, RoleArn, TemplateName},
    operation::{
        DeploymentOutcome, DeploymentType, Identifiers, NotifiedStatus, Statuses, TemplateFilter, TemplateFilters,
    },
    page::{NextToken, PageSize},
    tag::{Tag, TagKey, TagKeys, TagValue, Tags},
};

macro_rules! text_input {
    ($($name:ident),* $(,)?) => {$(
        impl Input for $name {
            fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
                read_text(deserializer, at, |text| text.parse().map(Some))
            }
        }
    )*};
}

text_input! {
    AccountId,
    Arn,
    BranchName,
    ConnectionId,
    ConnectionStatus,
    DeploymentId,
    DeploymentOutcome,
    DeploymentType,
    Description,
    EnvironmentName,
    NextToken,
    NotifiedStatus,
    OutputKey,
    OutputValue,
    ProvisioningEngine,
    RepositoryName,
    RepositoryProvider,
    ResourceIdentifier,
    ResourceName,
    RoleArn,
    Side,
    Spec,
    StatusMessage,
    TagValue,
    TemplateName,
    VersionPart,
}

impl Input for ClientToken {
    /// An empty token counts as none.
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        read_text(deserializer, at, |text| if text.is_empty() { Ok(None) } else { text.parse().map(Some) })
    }
}

/// The API's shape `EmptyNextToken`: an empty text.
pub(in crate::operation) struct EmptyToken;

impl Input for EmptyToken {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        read_text(deserializer, at, |text| match text {
            "" => Ok(Some(Self)),
            _ => Err(Malformed::because(text, "empty: there are no further pages")),
        })
    }
}

impl Input for TagKey {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        read_text(deserializer, at, |text| Self::for_users(text).map(Some))
    }
}

impl Input for PageSize {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        Ok(Self::try_from(read_integer(deserializer, at)?).map(Some))
    }
}

impl Input for Statuses {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        let set = read_list::<_, ConnectionStatus, BTreeSet<_>>(deserializer, at, usize::MAX, "")?;
        Ok(set.map(|set| Some(set.into_iter().collect())))
    }
}

impl Input for Tags {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        let list = read_list::<_, Tag, Vec<_>>(deserializer, at, Self::LIMIT, "a list of at most 50 tags")?;
        let once = |_| Malformed::expecting("a list that has each key once");
        Ok(list.and_then(|list| Self::try_from(list).map_err(once)).map(Some))
    }
}

impl Input for TagKeys {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        const EXPECTED: &str = "a list of at most 50 tag keys";
        let keys = read_list::<_, TagKey, Vec<_>>(deserializer, at, Tags::LIMIT, EXPECTED)?;
        Ok(keys.and_then(|keys| Self::try_from(keys).map_err(|_| Malformed::expecting(EXPECTED))).map(Some))
    }
}

impl Input for TemplateFilters {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        let set = read_list::<_, TemplateFilter, BTreeSet<_>>(deserializer, at, usize::MAX, "")?;
        Ok(set.map(|set| Some(set.into_iter().collect())))
    }
}

impl Input for Resources {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        let list = read_list::<_, ProvisionedResource, Vec<_>>(
            deserializer,
            at,
            Self::LIMIT,
            "a list of at most 50 resources",
        )?;
        Ok(list.and_then(Self::try_from).map(Some))
    }
}

impl Input for Identifiers {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        let list = read_list::<_, ResourceIdentifier, Vec<_>>(deserializer, at, Self::LIMIT, Self::EXPECTED)?;
        Ok(list.and_then(Self::try_from).map(Some))
    }
}

impl Input for Outputs {
    fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
        let list = read_list::<_, Output, Vec<_>>(deserializer, at, Self::LIMIT, "a list of at most 50 outputs")?;
        Ok(list.and_then(Self::try_from).map(Some))
    }
}

/// A structure as an input: a draft of its members, which is then made into the value.
macro_rules! struct_input {
    ($name:ident, $expected:literal, { $($field:ident: $type:ty = $presence:ident $member:literal,)* } => $value:expr) => {
        impl Input for $name {
            fn read<'de, D: Deserializer<'de>>(deserializer: D, at: &Path<'_>) -> Result<Reading<Self>, D::Error> {
                let draft = object!(deserializer, at, { $($field: $type = $member,)* })?;
                let check = || {
                    $(let $field = struct_input!(@$presence draft.$field, $expected);)*
                    Ok(Some($value))
                };
                Ok(check())
            }
        }
    };
    (@required $member:expr, $expected:literal) => {
        match $member {
            Member::Given(value) => value,
            Member::Malformed(malformed) => return Err(malformed),
            Member::Absent => return Err(Malformed::expecting($expected)),
        }
    };
    (@optional $member:expr, $expected:literal) => {
        match $member {
            Member::Given(value) => Some(value),
            Member::Malformed(malformed) => return Err(malformed),
            Member::Absent => None,
        }
    };
}

struct_input! {
    Tag, "tags that have a `key` and a `value` each",
    { key: TagKey = required "key", value: TagValue = required "value", } => Tag { key, value }
}

struct_input! {
    RepositoryBranch, "a repository with its `branch`, `name` and `provider`",
    {
        branch: BranchName = required "branch",
        name: RepositoryName = required "name",
        provider: RepositoryProvider = required "provider",
    } => RepositoryBranch { branch, name, provider }
}

struct_input! {
    TemplateFilter, "templates with their `templateName` and `majorVersion`",
    {
        template_name: TemplateName = required "templateName",
        major_version: VersionPart = required "majorVersion",
    } => TemplateFilter { template_name, major_version }
}

struct_input! {
    ProvisionedResource, "resources that have an `identifier` each",
    {
        identifier: ResourceIdentifier = required "identifier",
        name: ResourceName = optional "name",
        provisioning_engine: ProvisioningEngine = optional "provisioningEngine",
    } => ProvisionedResource { identifier, name, provisioning_engine }
}

struct_input! {
    Output, "outputs that have a `key` and a `valueString` each",
    { key: OutputKey = required "key", value_string: OutputValue = required "valueString", } => {
        Output::new(key, value_string)
    }
}
