//! Every identifier type against its regular expression and its lengths in SPEC §1.
//!
//! The patterns here are copied from the specification, not taken from the crate, and a matcher of the tests' own says
//! what they match. Texts are those of `testing::strategy`: by construction, at the limits, and damaged.

use std::cmp::Ordering;

use account_connections::{
    environment::VersionPart,
    id::{
        AccountId, Arn, ClientToken, ConnectionArn, ConnectionId, EnvironmentArn, EnvironmentName, Malformed,
        Partition, Region, RoleArn, Timestamp,
    },
    page::NextToken,
    store::Key,
    tag::{TagKey, TagValue},
    testing::strategy::{self, HOSTILE, text_of},
};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::texts::{
    config,
    pattern::{Pattern, SEPARATORS},
};

/// A type of identifiers, by what it does with text.
struct Kind {
    name: &'static str,
    pattern: &'static str,
    length: (usize, usize),
    /// The text of what was parsed.
    parse: fn(&str) -> Result<String, Malformed>,
    /// The JSON of what was read from JSON.
    serde: fn(&Value) -> Result<Value, serde_json::Error>,
    /// How two valid texts compare as values.
    compare: fn(&str, &str) -> Ordering,
    texts: BoxedStrategy<String>,
}

impl Kind {
    fn allows(&self, text: &str) -> bool {
        let (least, most) = self.length;
        (least..=most).contains(&text.chars().count()) && Pattern::new(self.pattern).matches(text)
    }
}

macro_rules! kind {
    ($type:ident, $length:expr, $pattern:literal) => {
        Kind {
            name: stringify!($type),
            pattern: $pattern,
            length: $length,
            parse: |text| text.parse::<$type>().map(|value| value.to_string()),
            serde: |value| serde_json::to_value(<$type as serde::Deserialize>::deserialize(value)?),
            compare: |a, b| a.parse::<$type>().unwrap().cmp(&b.parse().unwrap()),
            texts: strategy::texts::<$type>(),
        }
    };
}

/// All kinds, with the lengths and patterns of SPEC §1. A client token of 0 characters counts as none: the type begins
/// at 1. That tokens have at most 2048 characters is said by `NextToken` itself.
fn kinds() -> Vec<Kind> {
    vec![
        kind!(AccountId, (12, 12), r"^\d{12}$"),
        kind!(ConnectionId, (36, 36), "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"),
        kind!(EnvironmentName, (1, 100), r"^[0-9A-Za-z]+[0-9A-Za-z_\-]*$"),
        kind!(
            RoleArn,
            (1, 2048),
            r"^arn:(aws|aws-cn|aws-us-gov):iam::\d{12}:role/([\w+=,.@-]{1,512}[/:])*([\w+=,.@-]{1,64})$"
        ),
        kind!(
            Arn,
            (1, 200),
            r"^arn:(aws|aws-cn|aws-us-gov):[a-zA-Z0-9-]+:[a-zA-Z0-9-]*:\d{12}:([\w+=,.@-]+[/:])*[\w+=,.@-]+$"
        ),
        kind!(ClientToken, (1, 64), "^[!-~]*$"),
        kind!(NextToken, (1, 2048), "^[A-Za-z0-9+=/]+$"),
        kind!(TagKey, (1, 128), r"^[\p{L}\p{N}\p{Z}_.:/=+\-@]+$"),
        kind!(TagValue, (0, 256), r"^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$"),
        kind!(Region, (1, 32), r"^[a-z]{2,}(-[a-z]+)+-\d+$"),
        kind!(VersionPart, (1, 20), r"^(0|([1-9]{1}\d*))$"),
    ]
}

/// A kind by its place in the list, and texts for it.
fn kind_and<T: std::fmt::Debug + 'static>(
    texts: impl Fn(BoxedStrategy<String>) -> BoxedStrategy<T>,
) -> impl Strategy<Value = (usize, T)> {
    let kinds = kinds().into_iter().enumerate();
    prop::strategy::Union::new(kinds.map(|(place, kind)| texts(kind.texts).prop_map(move |text| (place, text)).boxed()))
}

proptest! {
    #![proptest_config(config(2048))]

    #[test]
    fn what_the_specification_allows_is_accepted((place, text) in kind_and(|texts| texts)) {
        let kind = &kinds()[place];
        prop_assert_eq!((kind.parse)(&text).is_ok(), kind.allows(&text), "{} {:?}", kind.name, text);
    }

    /// What is read is written again, to the letter: by `Display` and by serde.
    #[test]
    fn texts_round_trip((place, text) in kind_and(|texts| texts)) {
        let kind = &kinds()[place];
        let read = (kind.serde)(&json!(text));
        match (kind.parse)(&text) {
            Ok(written) => {
                prop_assert_eq!(&written, &text, "{}", kind.name);
                prop_assert_eq!(read.unwrap(), json!(text), "{}", kind.name);
            }
            Err(malformed) => prop_assert_eq!(read.unwrap_err().to_string(), malformed.to_string(), "{}", kind.name),
        }
    }

    #[test]
    fn values_are_ordered_as_their_texts(
        (place, (a, b)) in kind_and(|texts| (texts.clone(), texts).boxed())
    ) {
        let kind = &kinds()[place];
        if kind.allows(&a) && kind.allows(&b) {
            prop_assert_eq!((kind.compare)(&a, &b), a.cmp(&b), "{} {:?} {:?}", kind.name, a, b);
        }
        // Beginnings of one another are where an order goes wrong.
        let longer = format!("{a}0");
        if kind.allows(&a) && kind.allows(&longer) {
            prop_assert_eq!((kind.compare)(&a, &longer), Ordering::Less, "{} {:?}", kind.name, a);
        }
    }

    /// Whatever is thrown at a type: its error is short, and nothing in it is invisible or moves the cursor.
    #[test]
    fn errors_are_printable(text in prop_oneof![any::<String>(), text_of(HOSTILE, 0..=80)]) {
        for malformed in kinds().iter().filter_map(|kind| (kind.parse)(&text).err()) {
            check_printable(&malformed.to_string())?;
        }
    }
}

fn check_printable(message: &str) -> Result<(), TestCaseError> {
    prop_assert!(message.chars().count() <= 1000, "{}", message);
    for c in message.chars() {
        let invisible = c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{feff}');
        prop_assert!(!invisible, "{:?}", message);
    }
    Ok(())
}

fn kind(name: &str) -> Kind {
    kinds().into_iter().find(|kind| kind.name == name).unwrap()
}

/// At every place of a text every hostile character put in and put in place of another, and each character left out: a
/// line end after the last included, and digits that are not ASCII.
#[test]
fn one_change_at_every_place() {
    let hostile = HOSTILE.chars().chain(SEPARATORS.chars()).collect::<Vec<_>>();
    let (mut accepted, mut refused) = (0, 0);
    for (name, text) in [
        ("AccountId", "012345678901"),
        ("ConnectionId", "a1b2c3d4-5678-90ab-cdef-111111111111"),
        ("EnvironmentName", "a-_9"),
        ("RoleArn", "arn:aws-us-gov:iam::012345678901:role/a..b/c:d/e"),
        ("Arn", "arn:aws:s3:r-1:012345678901:a..b:c/d"),
        ("ClientToken", "a!~"),
        ("NextToken", "aZ+/="),
        ("TagKey", "a b:c"),
        ("TagValue", "a"),
        ("Region", "us-gov-west-1"),
        ("VersionPart", "109"),
    ] {
        let (kind, characters) = (kind(name), text.chars().collect::<Vec<_>>());
        let pattern = Pattern::new(kind.pattern);
        let (least, most) = kind.length;
        for at in 0..=characters.len() {
            let (before, after) = characters.split_at(at);
            let rest = after.get(1..).unwrap_or_default();
            let mut changed = vec![[before, rest].concat()];
            for &c in &hostile {
                changed.extend([[before, &[c], after].concat(), [before, &[c], rest].concat()]);
            }
            for changed in changed {
                let length = changed.len();
                let changed = changed.into_iter().collect::<String>();
                let allowed = (least..=most).contains(&length) && pattern.matches(&changed);
                assert_eq!((kind.parse)(&changed).is_ok(), allowed, "{name} {changed:?}");
                if allowed { accepted += 1 } else { refused += 1 }
            }
        }
    }
    assert!(accepted > 2000 && refused > 5000, "{accepted} accepted, {refused} refused");
}

/// Every short text after what a role's path or a resource begins with: dots, colons and slashes in every order.
#[test]
fn every_short_path() {
    for (name, start) in
        [("RoleArn", "arn:aws:iam::012345678901:role/"), ("Arn", "arn:aws:s3::012345678901:"), ("EnvironmentName", "")]
    {
        let kind = kind(name);
        let pattern = Pattern::new(kind.pattern);
        let mut paths = vec![String::new()];
        for _ in 0..5 {
            paths = paths.iter().flat_map(|path| ["", "a", ".", "/", ":", "é"].map(|c| format!("{path}{c}"))).collect();
            paths.sort();
            paths.dedup();
        }
        for path in paths {
            let text = format!("{start}{path}");
            let allowed = text.len() >= kind.length.0 && pattern.matches(&text);
            assert_eq!((kind.parse)(&text).is_ok(), allowed, "{name} {text:?}");
        }
    }
}

/// A text that is much too long is refused, whatever it consists of, and not repeated.
#[test]
fn ten_megabytes_are_refused_in_few_words() {
    let beginnings =
        ["0", "9", "a", "é", "arn:aws:iam::123456789222:role/", "us-east-", "2021-04-28T23:13:50.", "usage "];
    for beginning in beginnings {
        let text = format!("{beginning}{}", beginning.repeat(10_000_000 / beginning.len()));
        let errors = kinds().iter().map(|kind| (kind.parse)(&text)).collect::<Vec<_>>();
        let errors = errors.into_iter().map(Result::unwrap_err).chain([
            text.parse::<ConnectionArn>().unwrap_err(),
            text.parse::<EnvironmentArn>().unwrap_err(),
            text.parse::<Timestamp>().unwrap_err(),
            text.parse::<Key>().unwrap_err(),
        ]);
        for error in errors {
            assert!(error.to_string().len() < 1000, "{error}");
        }
    }
}

#[test]
fn an_error_shows_the_beginning_and_what_would_be_right() {
    let error = "12345678922x".parse::<AccountId>().unwrap_err();
    assert_eq!(error.to_string(), r"`12345678922x` must be an account id of 12 characters, `^\d{12}$`");

    let error = "ü\n\u{202e}".repeat(100).parse::<EnvironmentName>().unwrap_err().to_string();
    let shown = r"ü\n\u{202e}".repeat(21) + "ü";
    assert!(error.starts_with(&format!("`{shown}…` must be an environment name of 1 to 100 characters")), "{error}");
}

#[test]
fn leading_zeros_of_an_account_count() {
    let zeros = "000000000042".parse::<AccountId>().unwrap();

    assert_eq!(zeros.to_string(), "000000000042");
    assert!(zeros < "000000000420".parse().unwrap());
    assert!("42".parse::<AccountId>().is_err());
    assert!(format!("{zeros:?}").contains("000000000042"));
}

#[test]
fn a_region_is_of_one_partition() {
    let partitions = [
        ("us-east-1", Partition::Aws, "aws"),
        ("ap-southeast-3", Partition::Aws, "aws"),
        ("us-gov-west-1", Partition::AwsUsGov, "aws-us-gov"),
        ("cn-north-1", Partition::AwsCn, "aws-cn"),
        // Not by the first letters alone.
        ("cnx-north-1", Partition::Aws, "aws"),
        ("us-govern-1", Partition::Aws, "aws"),
    ];
    for (region, partition, name) in partitions {
        let region = region.parse::<Region>().unwrap();
        assert_eq!((region.partition(), region.partition().name()), (partition, name), "{region}");
    }
}
