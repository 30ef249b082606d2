//! What requests have apart from texts.

use alloc::{collections::BTreeMap, format, vec::Vec};
use core::{fmt::Debug, ops::RangeInclusive};

use proptest::{
    collection::{btree_map, vec},
    option,
    prelude::*,
    sample::select,
};

use crate::{
    connection::ConnectionStatus,
    environment::{
        Output, OutputKey, OutputValue, Outputs, ProvisionedResource, ProvisioningEngine, RepositoryBranch,
        RepositoryProvider, ResourceIdentifier, Resources,
    },
    id::{Caller, Side},
    operation::{DeploymentOutcome, DeploymentType, Limits, NotifiedStatus, TemplateFilter},
    page::PageSize,
    tag::{Tag, TagKey, TagKeys, TagValue, Tags},
};

/// The most items that a request's list may have.
const MOST: usize = 50;

/// Keys that a user may give a tag: none begins with `aws:`.
pub fn tag_keys_of_users() -> BoxedStrategy<TagKey> {
    any::<TagKey>().prop_filter("a reserved prefix", |key| TagKey::for_users(key.as_str()).is_ok()).boxed()
}

/// A value of a type that is inferred from its use.
pub(super) fn drawn<T: Arbitrary<Strategy: 'static> + 'static>() -> BoxedStrategy<T> {
    any::<T>().boxed()
}

/// Values that are drawn by themselves.
macro_rules! arbitrary {
    ($($name:ident: $values:expr;)*) => {$(
        impl Arbitrary for $name {
            type Parameters = ();
            type Strategy = BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> BoxedStrategy<Self> {
                $values.boxed()
            }
        }
    )*};
}
pub(super) use arbitrary;

arbitrary! {
    Caller: (any::<crate::id::AccountId>(), any::<crate::id::Region>())
        .prop_map(|(account, region)| Self::new(account, region));
    Side: select(&[Self::ManagementAccount, Self::EnvironmentAccount][..]);
    ConnectionStatus: select(Self::ALL);
    DeploymentOutcome: select(Self::ALL);
    DeploymentType: select(Self::ALL);
    NotifiedStatus: select(Self::ALL);
    ProvisioningEngine: select(&[Self::CloudFormation, Self::Terraform][..]);
    RepositoryProvider: select(&[Self::Github, Self::GithubEnterprise, Self::Bitbucket][..]);
    Limits: (0..5_u32, 0..3_u32).prop_map(|(connections, environments)| Self::new(connections, environments));
    PageSize: prop_oneof![2 => 2..100_i64, 3 => Just(1), 1 => Just(100)]
        .prop_map(|items| Self::try_from(items).unwrap_or_default());
    TemplateFilter: (drawn(), drawn()).prop_map(|(name, major)| Self::new(name, major));
    RepositoryBranch: (drawn(), drawn(), drawn())
        .prop_map(|(branch, name, provider)| Self::new(branch, name, provider));
    Tag: (tag_keys_of_users(), drawn()).prop_map(|(key, value)| Self { key, value });
    Tags: tags();
    TagKeys: some(vec(tag_keys_of_users(), 0..=3), vec(tag_keys_of_users(), MOST)).prop_map(whole);
    ProvisionedResource: (drawn(), option::of(drawn()), option::of(drawn()))
        .prop_map(|(identifier, name, provisioning_engine)| {
            let mut resource = Self::new(identifier);
            (resource.name, resource.provisioning_engine) = (name, provisioning_engine);
            resource
        });
    Resources: resources();
    Output: (drawn(), drawn()).prop_map(|(key, value)| Self::new(key, value));
    Outputs: outputs();
}

/// A few, or as many as allowed.
pub(super) fn some<T: Debug>(
    few: impl Strategy<Value = T> + 'static,
    most: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<T> {
    prop_oneof![9 => few, 1 => most].boxed()
}

/// These values combined: the tests of the crate reach all of them.
#[expect(clippy::expect_used, reason = "no two have the same name, and there are not too many")]
pub(super) fn whole<T: TryFrom<Vec<I>, Error: Debug>, I>(items: Vec<I>) -> T {
    T::try_from(items).expect("a well-formed list")
}

fn tags() -> BoxedStrategy<Tags> {
    let of = |size: RangeInclusive<usize>| btree_map(tag_keys_of_users(), any::<TagValue>(), size);
    let numbered = vec((tag_keys_of_users(), any::<TagValue>()), MOST).prop_map(|tags| {
        let tags = (0..).zip(tags).map(|(number, (key, value))| (numbered_key(number, &key), value));
        tags.collect::<BTreeMap<_, _>>()
    });
    let tags = some(of(0..=3), numbered);
    let tags = tags.prop_map(|tags| tags.into_iter().map(|(key, value)| Tag { key, value }).collect::<Vec<_>>());
    tags.prop_shuffle().prop_map(whole).boxed()
}

#[expect(clippy::expect_used, reason = "two digits, a hyphen and 125 characters of a key are one")]
fn numbered_key(number: u32, key: &TagKey) -> TagKey {
    let text = key.as_str().chars().take(125).collect::<alloc::string::String>();
    format!("{number:02}-{text}").parse().expect("a tag key")
}

fn resources() -> BoxedStrategy<Resources> {
    let of = |size: RangeInclusive<usize>| {
        vec(any::<ProvisionedResource>(), size).prop_map(|resources| {
            let mut by_identifier = BTreeMap::<ResourceIdentifier, ProvisionedResource>::new();
            for resource in resources {
                by_identifier.insert(resource.identifier.clone(), resource);
            }
            by_identifier.into_values().collect::<Vec<_>>()
        })
    };
    #[expect(clippy::expect_used, reason = "two digits, a hyphen and 197 characters are an identifier")]
    let numbered = vec(any::<ProvisionedResource>(), MOST).prop_map(|resources| {
        let numbered = resources.into_iter().zip(0..).map(|(mut resource, number)| {
            let text = resource.identifier.as_str().chars().take(197).collect::<alloc::string::String>();
            resource.identifier = format!("{number:02}-{text}").parse().expect("an identifier");
            resource
        });
        numbered.collect::<Vec<_>>()
    });
    some(of(0..=3), numbered).prop_map(whole).boxed()
}

fn outputs() -> BoxedStrategy<Outputs> {
    let of = |size: RangeInclusive<usize>| {
        btree_map(any::<OutputKey>(), any::<OutputValue>(), size)
            .prop_map(|outputs| outputs.into_iter().map(|(key, value)| Output::new(key, value)).collect::<Vec<_>>())
    };
    #[expect(clippy::expect_used, reason = "two digits, a hyphen and 1,021 characters are a key")]
    let numbered = vec(any::<Output>(), MOST).prop_map(|outputs| {
        let numbered = outputs.into_iter().zip(0..).map(|(output, number)| {
            let text = output.key.as_str().chars().take(1021).collect::<alloc::string::String>();
            Output::new(format!("{number:02}-{text}").parse().expect("a key"), output.value_string)
        });
        numbered.collect::<Vec<_>>()
    });
    some(of(0..=3), numbered).prop_map(whole).boxed()
}
