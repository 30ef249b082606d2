//! Types that are made from a text.

use alloc::{
    borrow::ToOwned as _,
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{fmt::Debug, str::FromStr};

use proptest::{prelude::*, sample::select};
use uuid::Uuid;

use super::{
    form,
    text::{damaged, edits, short_or_long},
};
use crate::{
    environment::{
        BranchName, Description, OutputKey, OutputValue, RepositoryName, ResourceIdentifier, ResourceName, Spec,
        StatusMessage, VersionPart,
    },
    id::{
        AccountId, Arn, ClientToken, ConnectionArn, ConnectionId, DeploymentId, EnvironmentArn, EnvironmentName,
        Region, RoleArn, TemplateName, Timestamp,
    },
    page::NextToken,
    tag::{TagKey, TagValue},
};

/// A type that is made from a text. `any` mostly gives one of its [few](Self::FEW).
pub trait Text: FromStr<Err: Debug> + Clone + Debug + 'static {
    /// A few well-formed texts.
    const FEW: &'static [&'static str];

    /// Well-formed texts of any kind.
    fn well_formed() -> BoxedStrategy<String>;

    /// Well-formed texts with the fewest and the most characters.
    fn limits() -> Vec<String>;
}

/// Values from the shortest to the longest: half of them one of the few.
pub fn valid<T: Text>() -> BoxedStrategy<T> {
    parsed(Form::of::<T>().valid())
}

/// Values with the fewest and the most characters.
pub fn at_the_limit<T: Text>() -> BoxedStrategy<T> {
    parsed(select(T::limits()).boxed())
}

/// Malformed texts, one step from a well-formed one: a character left out, inserted, replaced or doubled, or more
/// characters than allowed.
pub fn one_step_wrong<T: Text>() -> BoxedStrategy<String> {
    Form::of::<T>().one_step_wrong()
}

/// Texts of all kinds: well formed, at the limits, one step wrong, and damaged in up to three places.
pub fn texts<T: Text>() -> BoxedStrategy<String> {
    Form::of::<T>().texts()
}

/// A value by way of its text, as a user makes one.
fn parsed<T: Text>(texts: BoxedStrategy<String>) -> BoxedStrategy<T> {
    #[expect(clippy::expect_used, reason = "the texts are well formed: the tests of the crate come by all kinds")]
    texts.prop_map(|text| text.parse().expect("a well-formed text")).boxed()
}

/// What a [`Text`] says of its texts. With it, strategies are built once, not again for each type.
struct Form {
    few: BoxedStrategy<String>,
    well_formed: BoxedStrategy<String>,
    limits: Vec<String>,
    is_well_formed: fn(&str) -> bool,
}

impl Form {
    fn of<T: Text>() -> Self {
        Self {
            few: few(T::FEW),
            well_formed: T::well_formed(),
            limits: T::limits(),
            is_well_formed: |text| text.parse::<T>().is_ok(),
        }
    }

    fn valid(self) -> BoxedStrategy<String> {
        prop_oneof![4 => self.few, 3 => self.well_formed, 1 => select(self.limits)].boxed()
    }

    /// A well-formed text: one of the few, or any.
    fn whole(&self) -> BoxedStrategy<String> {
        prop_oneof![self.few.clone(), self.well_formed.clone()].boxed()
    }

    fn one_step_wrong(&self) -> BoxedStrategy<String> {
        let Self { limits, is_well_formed, .. } = self;
        let is_well_formed = *is_well_formed;
        let longest = limits.iter().max_by_key(|text| text.chars().count()).cloned().unwrap_or_default();
        let shortest = limits.iter().min_by_key(|text| text.chars().count()).cloned().unwrap_or_default();
        // In a text that may have any characters, only the length can be wrong.
        let last = longest.chars().next_back().unwrap_or('x');
        let too_long = format!("{longest}{last}");
        let too_short = shortest.chars().skip(1).collect::<String>();
        let lengths = [too_long.clone(), too_short].into_iter().filter(|text| !is_well_formed(text));
        let lengths = lengths.collect::<Vec<_>>();
        let edited = (self.whole(), edits()).prop_map(|(text, edit)| edit.make(&text));
        let edited = edited.prop_map(move |text| if is_well_formed(&text) { too_long.clone() } else { text });
        if lengths.is_empty() { edited.boxed() } else { prop_oneof![3 => edited, 1 => select(lengths)].boxed() }
    }

    fn texts(&self) -> BoxedStrategy<String> {
        let (limits, whole) = (select(self.limits.clone()), self.whole());
        prop_oneof![2 => whole.clone(), 1 => limits, 2 => self.one_step_wrong(), 3 => damaged(whole)].boxed()
    }
}

fn few(texts: &'static [&'static str]) -> BoxedStrategy<String> {
    select(texts).prop_map(str::to_owned).boxed()
}

/// One type per paragraph: its few texts, any, and those with the fewest and most characters.
macro_rules! texts {
    ($($name:ident: [$($few:expr),*], $any:expr, [$($limit:expr),*];)*) => {$(
        impl Text for $name {
            const FEW: &'static [&'static str] = &[$($few),*];

            fn well_formed() -> BoxedStrategy<String> {
                $any
            }

            fn limits() -> Vec<String> {
                Vec::from([$($limit.to_string()),*])
            }
        }

        impl Arbitrary for $name {
            type Parameters = ();
            type Strategy = BoxedStrategy<Self>;

            fn arbitrary_with((): ()) -> BoxedStrategy<Self> {
                valid()
            }
        }
    )*
    };
}

/// With as many characters as a Region may have.
const LONG_REGION: &str = "us-gov-north-north-north-north-1";

texts! {
    AccountId: ["111111111111", "222222222222", "333333333333", "000000000004"], form::digits(12),
        ["000000000000", "999999999999"];
    Region: ["us-east-1", "us-east-1", "cn-north-1", "us-gov-west-1"], form::region(),
        ["ab-c-1", LONG_REGION];
    EnvironmentName: ["dev", "prod", "test_3-A"], form::name(), ["0", "z".repeat(100)];
    TemplateName: ["vpc", "fargate-env"], form::name(), ["A", format!("9{}", "-".repeat(99))];
    RoleArn: [
        "arn:aws:iam::222222222222:role/own",
        "arn:aws:iam::111111111111:role/own",
        "arn:aws:iam::222222222222:role/path/to/other",
        "arn:aws-cn:iam::222222222222:role/own"
    ], form::role(), ["arn:aws:iam::000000000001:role/r", form::longest_role()];
    Arn: [
        "arn:aws:proton:us-east-1:111111111111:environment/dev",
        "arn:aws:proton:us-east-1:222222222222:environment-account-connection/00000000-0000-0000-0000-000000000001",
        "arn:aws:iam::111111111111:role/own"
    ], form::arn(), ["arn:aws:s::000000000001:r", form::longest_arn()];
    ConnectionArn: [
        "arn:aws:proton:us-east-1:222222222222:environment-account-connection/00000000-0000-0000-0000-000000000001",
        "arn:aws-cn:proton:cn-north-1:222222222222:environment-account-connection/00000000-0000-0000-0000-000000000002"
    ],
    (any::<Region>(), any::<AccountId>(), any::<ConnectionId>())
        .prop_map(|(region, account, id)| Self::new(region, account, id).to_string())
        .boxed(),
    [
        format!("arn:aws:proton:ab-c-1:000000000001:environment-account-connection/{}", Uuid::max()),
        format!("arn:aws-us-gov:proton:{LONG_REGION}:000000000001:environment-account-connection/{}", Uuid::nil())
    ];
    EnvironmentArn: [
        "arn:aws:proton:us-east-1:111111111111:environment/dev", "arn:aws:proton:us-east-1:111111111111:environment/prod"
    ],
    (any::<Region>(), any::<AccountId>(), any::<EnvironmentName>())
        .prop_map(|(region, account, name)| Self::new(region, account, name).to_string())
        .boxed(),
    [
        "arn:aws:proton:ab-c-1:000000000001:environment/0",
        format!("arn:aws-us-gov:proton:{LONG_REGION}:000000000001:environment/{}", "n".repeat(100))
    ];
    ConnectionId: ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"], form::id(), [Uuid::nil(), Uuid::max()];
    DeploymentId: ["00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002"], form::id(), [Uuid::nil(), Uuid::max()];
    ClientToken: ["t1", "t2", "!~"], short_or_long("!\"#$&'/09:<\\Az{|}~", 1, 64), ["!", "~".repeat(64)];
    NextToken: ["YWJj", "a+b/c="], short_or_long("AZaz09+=/", 1, 2048), ["0", "=".repeat(2048)];
    TagKey: ["team", "stage", "Team"], form::tag(1, 128), ["@", "𐐀".repeat(128)];
    TagValue: ["a", "", "5 m"], form::tag(0, 256), ["", "𐐀".repeat(256)];
    VersionPart: ["0", "1", "2", "10"],
        form::version_part(), ["0", "9".repeat(20)];
    Timestamp: ["2021-04-28T23:13:50.847Z", "2021-04-28T23:13:50.848Z", "2021-04-29T07:13:50.847Z"],
        form::time(), [Timestamp::MIN, Timestamp::MAX];
    Description: ["for tests", "new", ""], short_or_long(form::FREE, 0, 500), ["", "\u{10ffff}".repeat(500)];
    Spec: ["proton: EnvironmentSpec", "s2"], short_or_long(form::FREE, 1, 51_200), ["\0", "\u{10ffff}".repeat(51_200)];
    StatusMessage: ["it is done", ""], short_or_long(form::FREE, 0, 5000), ["", "\u{10ffff}".repeat(5000)];
    RepositoryName: ["owner/infra", ".o/-"], form::repository(), ["o/n", format!("o/{}", "n".repeat(98))];
    BranchName: ["main", "dev branch"], short_or_long(form::FREE, 1, 200), [" ", "\u{10ffff}".repeat(200)];
    OutputKey: ["k", "l"], short_or_long(form::FREE, 1, 1024), ["\0", "\u{10ffff}".repeat(1024)];
    OutputValue: ["v", "w"], short_or_long(form::FREE, 1, 1024), ["\0", "\u{10ffff}".repeat(1024)];
    ResourceIdentifier: ["arn:x:stack-b", "arn:x:a", "é"], short_or_long(form::FREE, 1, 200), ["\0", "\u{10ffff}".repeat(200)];
    ResourceName: ["stack-b", "other"], short_or_long(form::FREE, 1, 200), ["\n", "\u{10ffff}".repeat(200)];
}
