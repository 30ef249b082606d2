//! Well-formed values of every type that a request has, from their shortest to their longest.

use std::{fmt::Debug, str::FromStr};

use account_connections::{
    environment::{
        Output, Outputs, ProvisionedResource, ProvisioningEngine, RepositoryBranch, RepositoryProvider, Resources,
    },
    id::AccountId,
    operation::TemplateFilter,
    page::PageSize,
    tag::{Tag, TagKey, Tags},
};
use proptest::{collection::vec, prelude::*, sample::select};

use crate::texts::{name, text_of};

/// What has to be escaped, what may be, and what only looks as if: of every length in UTF-8.
const FREE: &str = "\0\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f} \"'\\/<>&{}[]:,aZ0\u{7f}\u{80}\u{85}éß中\u{301}\u{2028}\u{202e}\
    \u{feff}\u{fffd}\u{ffff}\u{10000}😀\u{10ffff}";
const TAG: &str = "bZ09 _.:/=+-@éß中٣１𝔸";
const WORD: &str = "aZ09_+=,.@-";

/// A value by way of its text, as a user makes one.
fn parsed<T: FromStr<Err: Debug> + Debug>(texts: impl Strategy<Value = String> + 'static) -> BoxedStrategy<T> {
    texts.prop_map(|text| text.parse().unwrap()).boxed()
}

/// A text of these characters: short, or as short or as long as it may be.
fn text(alphabet: &'static str, least: usize, most: usize) -> BoxedStrategy<String> {
    let repeated =
        |length| select(alphabet.chars().collect::<Vec<_>>()).prop_map(move |c| c.to_string().repeat(length));
    prop_oneof![
        6 => text_of(alphabet, least..=most.min(least + 12)),
        1 => repeated(least),
        1 => repeated(most),
    ]
    .boxed()
}

pub(crate) fn free<T: FromStr<Err: Debug> + Debug + 'static>(least: usize, most: usize) -> BoxedStrategy<T> {
    parsed(text(FREE, least, most))
}

pub(crate) fn account() -> BoxedStrategy<AccountId> {
    parsed(text_of("0123456789", 12..=12))
}

/// The name of an environment or of a template.
pub(crate) fn named<T: FromStr<Err: Debug> + Debug + 'static>() -> BoxedStrategy<T> {
    parsed(prop_oneof![3 => name(6), 1 => name(1), 1 => name(100)])
}

/// The id of a connection or of a deployment.
pub(crate) fn id<T: From<uuid::Uuid> + Debug + 'static>() -> BoxedStrategy<T> {
    prop_oneof![9 => any::<u128>(), 1 => select(vec![0, u128::MAX])]
        .prop_map(|id| uuid::Uuid::from_u128(id).into())
        .boxed()
}

pub(crate) fn client_token<T: FromStr<Err: Debug> + Debug + 'static>() -> BoxedStrategy<T> {
    parsed(text("!\"#&'/09:<\\Az{|}~", 1, 64))
}

pub(crate) fn page_token<T: FromStr<Err: Debug> + Debug + 'static>() -> BoxedStrategy<T> {
    parsed(text("AZaz09+=/", 1, 2048))
}

pub(crate) fn page_size() -> BoxedStrategy<PageSize> {
    prop_oneof![2..100_i64, Just(1), Just(100)].prop_map(|items| PageSize::try_from(items).unwrap()).boxed()
}

pub(crate) fn version_part<T: FromStr<Err: Debug> + Debug + 'static>() -> BoxedStrategy<T> {
    let longer = |length| (text_of("123456789", 1..=1), text_of("0123456789", length)).prop_map(|(a, b)| a + &b);
    parsed(prop_oneof![Just("0".to_owned()), longer(0..=3), longer(19..=19)])
}

/// What follows `role/`.
pub(crate) fn role_path() -> BoxedStrategy<String> {
    let longest = format!("{0}/{0}:{0}/{1}:{2}", "p".repeat(512), "q".repeat(413), "r".repeat(64));
    let segment = (text_of(WORD, 1..=9), text_of("/:", 1..=1)).prop_map(|(word, end)| word + &end);
    let short = (vec(segment, 0..=2), text_of(WORD, 1..=9)).prop_map(|(path, name)| path.concat() + &name);
    prop_oneof![9 => short, 1 => Just(longest)].boxed()
}

pub(crate) fn role<T: FromStr<Err: Debug> + Debug + 'static>() -> BoxedStrategy<T> {
    parsed((role_path(), account()).prop_map(|(path, account)| format!("arn:aws:iam::{account}:role/{path}")))
}

pub(crate) fn arn<T: FromStr<Err: Debug> + Debug + 'static>() -> BoxedStrategy<T> {
    let longest = format!("arn:aws:proton:us-east-1:000000000001:{}/{}", "t".repeat(61), "n".repeat(100));
    let short =
        (select(vec!["aws", "aws-cn", "aws-us-gov"]), text_of("aZ0-", 1..=5), text_of("aZ0-", 0..=5), account());
    let short = (short, role_path()).prop_map(|((partition, service, region, account), path)| {
        let path = path.chars().take(100).collect::<String>();
        format!("arn:{partition}:{service}:{region}:{account}:{path}")
    });
    parsed(prop_oneof![9 => short, 1 => Just(longest)])
}

pub(crate) fn repository() -> BoxedStrategy<RepositoryBranch> {
    let name = |least, most| {
        let rest = || text("aZ0_.-/ é\u{301}😀\\\"\t", least, most);
        (rest(), rest()).prop_map(|(owner, name)| format!("o{owner}/.{name}"))
    };
    let providers = [RepositoryProvider::Github, RepositoryProvider::GithubEnterprise, RepositoryProvider::Bitbucket];
    (
        free(1, 200),
        parsed(prop_oneof![4 => name(0, 12), 1 => name(48, 48).prop_map(|name| name + "!")]),
        one(&providers),
    )
        .prop_map(|(branch, name, provider)| RepositoryBranch::new(branch, name, provider))
        .boxed()
}

pub(crate) fn tag_key() -> BoxedStrategy<TagKey> {
    text(TAG, 1, 128).prop_map(|text| TagKey::for_users(&text).unwrap()).boxed()
}

pub(crate) fn tags(least: usize) -> BoxedStrategy<Tags> {
    let some = |size: std::ops::RangeInclusive<usize>| {
        let pairs = prop::collection::btree_map(tag_key(), parsed(text(TAG, 0, 256)), size);
        let tags = pairs.prop_map(|pairs| pairs.into_iter().map(|(key, value)| Tag { key, value }).collect::<Vec<_>>());
        tags.prop_shuffle().prop_map(|tags| Tags::try_from(tags).unwrap())
    };
    prop_oneof![9 => some(least..=3), 1 => some(50..=50)].boxed()
}

pub(crate) fn resource() -> BoxedStrategy<ProvisionedResource> {
    let engines = [ProvisioningEngine::CloudFormation, ProvisioningEngine::Terraform];
    (free(1, 200), prop::option::of(free(1, 200)), prop::option::of(one(&engines)))
        .prop_map(|(identifier, name, provisioning_engine)| {
            let mut resource = ProvisionedResource::new(identifier);
            (resource.name, resource.provisioning_engine) = (name, provisioning_engine);
            resource
        })
        .boxed()
}

pub(crate) fn resources() -> BoxedStrategy<Resources> {
    let some = |size: std::ops::RangeInclusive<usize>| {
        let numbered = vec(resource(), size).prop_map(|all| {
            let numbered = all.into_iter().enumerate().map(|(number, mut resource)| {
                let text = resource.identifier.as_str().chars().take(197).collect::<String>();
                resource.identifier = format!("{number:02}-{text}").parse().unwrap();
                resource
            });
            numbered.collect::<Vec<_>>()
        });
        numbered.prop_map(|all| Resources::try_from(all).unwrap())
    };
    prop_oneof![9 => some(0..=3), 1 => some(50..=50)].boxed()
}

pub(crate) fn outputs() -> BoxedStrategy<Outputs> {
    let some = |size: std::ops::RangeInclusive<usize>| {
        vec((free::<String>(0, 1021), free(1, 1024)), size).prop_map(|all| {
            let numbered = all
                .into_iter()
                .enumerate()
                .map(|(number, (key, value))| Output::new(format!("{number:02}-{key}").parse().unwrap(), value));
            Outputs::try_from(numbered.collect::<Vec<_>>()).unwrap()
        })
    };
    prop_oneof![9 => some(0..=3), 1 => some(50..=50)].boxed()
}

pub(crate) fn template_filter() -> BoxedStrategy<TemplateFilter> {
    (named(), version_part())
        .prop_map(|(template_name, major_version)| TemplateFilter::new(template_name, major_version))
        .boxed()
}

/// One of the values of an enumeration.
pub(crate) fn one<T: Clone + Debug + 'static>(all: &[T]) -> BoxedStrategy<T> {
    select(all.to_vec()).boxed()
}

/// Present or not.
pub(crate) fn maybe<T: Debug + 'static>(values: BoxedStrategy<T>) -> BoxedStrategy<Option<T>> {
    prop::option::of(values).boxed()
}
