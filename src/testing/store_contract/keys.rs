//! Keys of every kind that are easily mistaken for one another, or put in a wrong order.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{fmt::Debug, str::FromStr};

use super::step;
use crate::store::{Key, Range};

/// Keys that have all parts of their texts in common but the last ones: what a range can be of.
#[derive(Clone, Debug)]
pub(super) struct Family(
    /// In order.
    pub(super) Vec<Key>,
);

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "123456789111";

/// Beginnings of one another, both cases, and what comes before and after letters and digits.
const NAMES: [&str; 21] = [
    "0", "00", "1", "10", "2", "9", "A", "AA", "Z", "a", "a-", "a--", "a-b", "a-b-c", "aB", "a_", "a_b", "a0", "aa",
    "ab", "z",
];
/// The same for what may be any printable ASCII: with what means something in SQL, globs, paths and JSON.
const TOKENS: [&str; 20] =
    ["!", "!!", "\"", "%", "'", "''", "*", "-", "/", "?", "A", "[a]", "\\", "\\u0000", "_", "a", "a!", "aa", "a~", "~"];
/// The same for what may be anything: with what ends texts, what is cut off from ends, one accent written in two ways,
/// ligatures, and what has another order in UTF-16 than in UTF-8.
const IDENTIFIERS: [&str; 35] = [
    "\0",
    "\0a",
    "\t",
    "\n",
    " ",
    "  ",
    " a",
    "%",
    "'",
    "\"",
    "\\",
    "_",
    "-",
    "A",
    "B",
    "a",
    "a\0",
    "a\0b",
    "a ",
    "a  b",
    "a b",
    "a\r",
    "a\u{7f}",
    "a\u{200b}",
    "ab",
    "arn:aws:s3:::b/k",
    "a\u{301}",
    "á",
    "ä",
    "ss",
    "ß",
    "ﬀ",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
];
const IDS: [u128; 9] = [0, 1, 0x0a, 0x10, 0xa0, 1 << 64, 9 << 124, 0xa << 124, u128::MAX];
const TIMES: [&str; 7] = [
    "0000-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00.000Z",
    "2021-04-28T23:13:50.084Z",
    "2021-04-28T23:13:50.847Z",
    "2021-11-28T23:13:50.847Z",
    "9999-12-31T23:59:59.999Z",
];
const ACCOUNTS: [&str; 7] =
    ["000000000000", "000000000001", "000000000002", "000000000010", "100000000000", "123456789111", "999999999999"];

/// A text of the contract's own as what it is the text of.
pub(super) fn constant<T: FromStr<Err: Debug>>(text: &str) -> T {
    #[expect(clippy::expect_used, reason = "a text that is written here: the tests of the crate come by all of them")]
    text.parse().expect("a well-formed text")
}

/// Of every kind of key at least one, each in the order of the texts.
pub(super) fn families() -> Vec<Family> {
    let ids = || IDS.map(|id| uuid::Uuid::from_u128(id).to_string());
    let places = || TIMES.iter().flat_map(move |time| ids().map(|id| format!("{time} {id}")));
    Vec::from([
        family(&format!("client-token {REGION} {ACCOUNT}"), TOKENS),
        family(&format!("connection {REGION}"), ids()),
        family(&format!("environment {REGION} {ACCOUNT}"), NAMES),
        family(&format!("environment-request {REGION} {ACCOUNT}"), NAMES),
        family(&format!("listed-connection {REGION} ENVIRONMENT_ACCOUNT {ACCOUNT} - PENDING"), places()),
        family(&format!("listed-connection {REGION} MANAGEMENT_ACCOUNT {ACCOUNT} a-b CONNECTED"), places()),
        family(&format!("listed-environment {REGION} {ACCOUNT} - -"), NAMES),
        family(&format!("listed-environment {REGION} {ACCOUNT} a 1"), NAMES),
        family(&format!("provisioned-resource {REGION} {ACCOUNT}"), IDENTIFIERS),
        family(&format!("usage {REGION}"), ACCOUNTS),
    ])
}

/// Keys next to the families: what they have in common with one of them is all but one part, which is alike.
pub(super) fn strangers() -> Vec<Key> {
    let mut texts = Vec::new();
    for region in ["us-east-10", "us-east-2", "us-e-1", "us-east-one-1"] {
        texts.extend([
            format!("client-token {region} {ACCOUNT} a"),
            format!("connection {region} {}", uuid::Uuid::nil()),
            format!("environment {region} {ACCOUNT} a"),
            format!("environment-request {region} {ACCOUNT} a"),
            format!("listed-environment {region} {ACCOUNT} - - a"),
            format!("provisioned-resource {region} {ACCOUNT} a"),
            format!("usage {region} {ACCOUNT}"),
        ]);
    }
    for account in ["123456789110", "123456789112", "023456789111"] {
        texts.extend([
            format!("client-token {REGION} {account} a"),
            format!("environment {REGION} {account} a"),
            format!("environment-request {REGION} {account} a"),
            format!("listed-environment {REGION} {account} - - a"),
            format!("listed-environment {REGION} {account} a 1 a"),
            format!("provisioned-resource {REGION} {account} a"),
        ]);
    }
    for template in ["a 0", "a 10", "a 2", "a- 1", "A 1", "aa 1", "a-1 1"] {
        texts.push(format!("listed-environment {REGION} {ACCOUNT} {template} a"));
    }
    for parts in [
        "ENVIRONMENT_ACCOUNT 123456789111 - CONNECTED",
        "ENVIRONMENT_ACCOUNT 123456789111 a PENDING",
        "ENVIRONMENT_ACCOUNT 123456789112 - PENDING",
        "MANAGEMENT_ACCOUNT 123456789111 - PENDING",
        "MANAGEMENT_ACCOUNT 123456789111 a CONNECTED",
        "MANAGEMENT_ACCOUNT 123456789111 a-b PENDING",
        "MANAGEMENT_ACCOUNT 123456789111 a-b REJECTED",
        "MANAGEMENT_ACCOUNT 123456789111 a-bc CONNECTED",
        "MANAGEMENT_ACCOUNT 123456789111 a_b CONNECTED",
        "MANAGEMENT_ACCOUNT 123456789111 A-b CONNECTED",
    ] {
        texts.push(format!("listed-connection {REGION} {parts} 2021-04-28T23:13:50.847Z {}", uuid::Uuid::nil()));
    }
    texts.iter().map(|text| constant(text)).collect()
}

/// The longest key of each kind, with two others that differ from it in the last character.
pub(super) fn longest() -> Vec<Key> {
    let region = format!("{}-1", "us-east-".repeat(4).get(..30).unwrap_or_default().trim_end_matches('-'));
    let (name, version) = ("n".repeat(99), "9".repeat(20));
    let mut texts = Vec::new();
    for (end, widest) in [('0', '0'), ('a', 'a'), ('z', '\u{10ffff}')] {
        texts.extend([
            format!("client-token {region} {ACCOUNT} {}{end}", "~".repeat(63)),
            format!("environment {region} {ACCOUNT} {name}{end}"),
            format!("environment-request {region} {ACCOUNT} {name}{end}"),
            format!("listed-environment {region} {ACCOUNT} {name}{end} {version} {name}{end}"),
            format!("provisioned-resource {region} {ACCOUNT} {}{widest}", "\u{10ffff}".repeat(199)),
            format!(
                "listed-connection {region} ENVIRONMENT_ACCOUNT {ACCOUNT} {name}{end} CONNECTED {} {}",
                TIMES[4],
                uuid::Uuid::max()
            ),
        ]);
    }
    texts.iter().map(|text| constant(text)).collect()
}

/// Some keys that have nothing to do with one another: counters of as many accounts.
pub(super) fn counter(number: u64) -> Key {
    constant(&format!("usage {REGION} {number:012}"))
}

impl Family {
    /// The range of the whole family.
    pub(super) fn range(&self) -> Option<Range> {
        Some(step::range(self.0.first()?, self.0.last()?))
    }
}

fn family(parts: &str, last: impl IntoIterator<Item: AsRef<str>>) -> Family {
    let mut texts = last.into_iter().map(|last| format!("{parts} {}", last.as_ref())).collect::<Vec<String>>();
    texts.sort();
    Family(texts.iter().map(|text| constant(text)).collect())
}
