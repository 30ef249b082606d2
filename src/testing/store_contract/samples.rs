//! Keys that are easily mistaken for one another or put in the wrong order, records for them, batches and requests.

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString as _},
    sync::Arc,
    vec::Vec,
};
use core::{fmt::Debug, ops::Bound, str::FromStr};

use serde_json::json;
use uuid::Uuid;

use crate::{
    environment::ProvisionedResource,
    id::{EnvironmentArn, Timestamp},
    operation::CreateEnvironmentAccountConnection,
    store::{
        Batch, ConnectionPart, EnvironmentPart, Expectation, Expected, Key, Provisioned, ProvisionedBy, Range, Record,
        Scan, TokenUse, Usage, Write,
    },
    tag::Tags,
};

pub(super) const REGION: &str = "us-east-1";
/// The management account.
pub(super) const M: &str = "123456789111";
/// The environment account.
pub(super) const E: &str = "123456789222";

/// Prefixes of one another, both cases, and what comes before and after letters and digits.
pub(in crate::testing) const NAMES: &str = "0 00 1 10 2 9 A AA Z a a- a-- a-b a-b-c aB a_ a_b a0 aa ab z";
/// The same for what may be any printable ASCII, with characters that mean something in SQL, globs, paths and JSON.
pub(in crate::testing) const TOKENS: &str = "! !! \" % ' '' * - / ? A [a] \\ \\u0000 _ a a! aa a~ ~";
/// The same for what may be anything: with what terminates texts, what gets trimmed, one accent written in two ways,
/// ligatures, and what sorts differently in UTF-16 than in UTF-8.
pub(in crate::testing) const IDENTIFIERS: &str = "\0|\0a|\t|\n| |  | a|%|'|\"|\\|_|-|A|B|a|a\0|a\0b|a |a  b|a b|a\r|a\u{7f}|a\u{200b}|ab|\
    arn:aws:s3:::b/k|a\u{301}|á|ä|ss|ß|ﬀ|\u{ffff}|\u{10000}|\u{10ffff}";
pub(in crate::testing) const IDS: [u128; 9] = [0, 1, 0x0a, 0x10, 0xa0, 1 << 64, 9 << 124, 0xa << 124, u128::MAX];
pub(in crate::testing) const TIMES: [&str; 7] = [
    "0000-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.999Z",
    "1970-01-01T00:00:00.000Z",
    "2021-04-28T23:13:50.084Z",
    "2021-04-28T23:13:50.847Z",
    "2021-11-28T23:13:50.847Z",
    "9999-12-31T23:59:59.999Z",
];

/// Numbers that look random.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) const fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// One of the contract's own texts, as what it is the text of.
pub(super) fn constant<T: FromStr<Err: Debug>>(text: &str) -> T {
    #[expect(clippy::expect_used, reason = "a text that is written here: the tests of the crate come by all of them")]
    text.parse().expect("a well-formed text")
}

/// Keys that have nothing to do with one another: counters of different accounts.
pub(super) fn counter(number: u64) -> Key {
    constant(&format!("usage {REGION} {number:012}"))
}

pub(super) fn counters<const N: usize>() -> [Key; N] {
    core::array::from_fn(|number| counter(number as u64 + 1))
}

/// The resources of an account that have awkward identifiers, in order.
pub(super) fn resources() -> Vec<Key> {
    let texts = IDENTIFIERS.split('|').map(|identifier| format!("provisioned-resource {REGION} {E} {identifier}"));
    texts.collect::<BTreeSet<_>>().iter().map(|text| constant(text)).collect()
}

/// Keys of all kinds that look alike, in order.
pub(super) fn lookalikes() -> Vec<Key> {
    let mut texts = Vec::new();
    for region in [REGION, "us-east-10", "us-east-2", "us-e-1"] {
        for account in [E, "123456789223", "023456789222"] {
            texts.push(format!("usage {region} {account}"));
            for name in ["A", "a"] {
                texts.push(format!("client-token {region} {account} {name}"));
                texts.push(format!("environment {region} {account} {name} spec"));
                texts.push(format!("provisioned-resource {region} {account} {name}"));
            }
        }
    }
    texts.extend(TOKENS.split(' ').map(|token| format!("client-token {REGION} {M} {token}")));
    texts.extend(IDS.map(|id| format!("connection {REGION} {} tags", Uuid::from_u128(id))));
    for name in NAMES.split(' ') {
        texts.extend(["spec", "tags", "target-spec"].map(|part| format!("environment {REGION} {M} {name} {part}")));
    }
    let keys = texts.iter().map(|text| constant(text)).chain(resources());
    keys.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The longest keys, and others that differ from them in the last character.
pub(super) fn longest() -> Vec<Key> {
    let region = "us-east-us-east-us-east-us-eas-1";
    let ends = [('0', '0'), ('a', 'a'), ('z', '\u{10ffff}')];
    let texts = ends.iter().flat_map(|(end, widest)| {
        [
            format!("client-token {region} {E} {}{end}", "~".repeat(63)),
            format!("environment {region} {M} {}{end} target-spec", "n".repeat(99)),
            format!("provisioned-resource {region} {E} {}{widest}", "\u{10ffff}".repeat(199)),
        ]
    });
    texts.map(|text| constant(&text)).collect()
}

/// A record that belongs to the key, which is not that of a head or an index entry. Different numbers make different
/// records.
pub(super) fn record(key: &Key, number: u32) -> Record {
    let name = || constant(&format!("n{number}"));
    match key {
        Key::ClientToken { token, .. } => {
            let role = constant(&format!("arn:aws:iam::{E}:role/r{number}"));
            let mut request = CreateEnvironmentAccountConnection::new(name(), constant(M), role);
            request.client_token = Some(token.clone());
            let (connection, requested_at) = (Uuid::from_u128(number.into()).into(), Timestamp::MIN);
            Record::ClientToken(Arc::new(TokenUse { connection, requested_at, request }))
        }
        Key::ProvisionedResource { region, account, identifier } => {
            let identifier = identifier.clone();
            let resource =
                ProvisionedResource { identifier: identifier.clone(), name: None, provisioning_engine: None };
            let environment_arn = EnvironmentArn::new(*region, constant(M), name());
            let by = Vec::from([ProvisionedBy { environment_arn, unmanaged: false, left_over: false, resource }]);
            Record::ProvisionedResource(Arc::new(Provisioned { account: *account, identifier, by }))
        }
        Key::Connection { part: ConnectionPart::Tags, .. } | Key::Environment { part: EnvironmentPart::Tags, .. } => {
            Record::Tags(tags(number))
        }
        Key::Environment { .. } => Record::Spec(Arc::new(constant(&format!("spec {number}")))),
        _ => Record::Usage(Usage { connections: number, environments: 1 }),
    }
}

/// The number that a record of a counter or of a resource was made with.
pub(super) fn number_of(record: &Record) -> u32 {
    match record {
        Record::Usage(usage) => usage.connections,
        Record::ProvisionedResource(resource) => {
            let name = resource.by.first().map(|by| by.environment_arn.name.as_str());
            name.and_then(|name| name.strip_prefix('n')?.parse().ok()).unwrap_or(0)
        }
        _ => 0,
    }
}

fn tags(number: u32) -> Tags {
    #[expect(clippy::expect_used, reason = "as above")]
    serde_json::from_value(json!([{ "key": "n", "value": number.to_string() }])).expect("a list of tags")
}

/// A batch of these expectations and writes.
pub(super) fn batch(
    expected: impl IntoIterator<Item = (Key, Expected)>,
    written: impl IntoIterator<Item = (Key, Option<Record>)>,
) -> Batch {
    let expectations = expected.into_iter().map(|(key, expected)| Expectation { key, expected });
    let mut batch = Batch::of_writes(written.into_iter().map(|(key, record)| Write { key, record }).collect());
    batch.expectations = expectations.collect();
    batch
}

pub(super) fn put(key: &Key, number: u32) -> (Key, Option<Record>) {
    (key.clone(), Some(record(key, number)))
}

pub(super) fn delete(key: &Key) -> (Key, Option<Record>) {
    (key.clone(), None)
}

pub(super) fn scan(ranges: impl IntoIterator<Item = Range>, limit: usize) -> Scan {
    Scan { ranges: ranges.into_iter().collect(), limit }
}

/// The range from the first key to the last, inclusive.
pub(super) fn range(first: &Key, last: &Key) -> Range {
    Range { start: Bound::Included(first.clone()), last: last.clone() }
}

/// The range from after a key to the last.
pub(super) fn after(first: &Key, last: &Key) -> Range {
    Range { start: Bound::Excluded(first.clone()), last: last.clone() }
}

/// Everything that the management account and the environment account can list.
pub(super) fn all_ranges() -> Vec<Range> {
    let mut parts = Vec::new();
    for (side, account) in [("MANAGEMENT_ACCOUNT", M), ("ENVIRONMENT_ACCOUNT", E)] {
        for status in ["CONNECTED", "PENDING", "REJECTED"] {
            let [first, last] = [("0000-01-01T00:00:00.000Z", u128::MIN), ("9999-12-31T23:59:59.999Z", u128::MAX)];
            let place = |(time, id)| format!("{status} {time} {}", Uuid::from_u128(id));
            parts.push((format!("listed-connection {REGION} {side} {account} -"), place(first), place(last)));
        }
    }
    parts.push((format!("listed-environment {REGION} {M} - -"), "0".into(), "z".repeat(100)));
    parts.push((format!("provisioned-resource {REGION} {E}"), "\0".into(), "\u{10ffff}".repeat(200)));
    let whole = |(parts, first, last): (String, String, String)| {
        range(&constant(&format!("{parts} {first}")), &constant(&format!("{parts} {last}")))
    };
    parts.into_iter().map(whole).collect()
}
