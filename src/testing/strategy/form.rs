//! Well-formed texts of each kind.

use alloc::{
    format,
    string::{String, ToString as _},
};

use proptest::{collection::vec, prelude::*, sample::select};
use uuid::Uuid;

use super::text::{around, begun, short_or_long, text_of};
use crate::id::{AccountId, Timestamp};

/// What has to be escaped, what may be, and what only looks as if it should be, in every UTF-8 length.
pub(super) const FREE: &str = "\0\u{1}\u{8}\t\n\u{b}\u{c}\r\u{1f} \"'\\/<>&{}[]:,aZ0\u{7f}\u{80}\u{85}éß中\u{301}\u{2028}\
    \u{202e}\u{feff}\u{fffd}\u{ffff}\u{10000}😀\u{10ffff}";
/// Letters, digits and spaces of many kinds, and whatever else a tag may have. No key made from these begins with
/// `aws:`.
const TAG: &str = "bZ09 _.:/=+-@éß中٣１Ⅷ½\u{a0}\u{2028}\u{3000}𝔸";
const WORD: &str = "aZ09_+=,.@-";

pub(super) fn digits(length: usize) -> BoxedStrategy<String> {
    text_of("0123456789", length..=length)
}

pub(super) fn name() -> BoxedStrategy<String> {
    around(&[1, 99]).prop_flat_map(|length| begun("AZaz09", "AZaz09_-", length.max(1))).boxed()
}

pub(super) fn tag(least: usize, most: usize) -> BoxedStrategy<String> {
    short_or_long(TAG, least, most)
}

pub(super) fn id() -> BoxedStrategy<String> {
    any::<u128>().prop_map(|id| Uuid::from_u128(id).to_string()).boxed()
}

pub(super) fn region() -> BoxedStrategy<String> {
    let words = vec(text_of("abz", 1..=8), 1..=2);
    (text_of("cnusgov", 2..=4), words, text_of("0123456789", 1..=4))
        .prop_map(|(area, words, number)| format!("{area}-{}-{number}", words.join("-")))
        .boxed()
}

pub(super) fn partition() -> BoxedStrategy<&'static str> {
    select(&["aws", "aws-cn", "aws-us-gov"][..]).boxed()
}

/// What follows `role/`: segments that end in `/` or `:`, and a last one.
pub(super) fn path(segment: &'static [usize], last: &'static [usize]) -> BoxedStrategy<String> {
    let word = |limits: &'static [usize]| {
        let most = limits.last().copied().unwrap_or_default();
        around(limits).prop_flat_map(move |length| {
            let length = length.clamp(1, most);
            text_of(WORD, length..=length)
        })
    };
    let segments = vec((word(segment), text_of("/:", 1..=1)).prop_map(|(word, end)| word + &end), 0..=2);
    (segments, word(last)).prop_map(|(segments, last)| segments.concat() + &last).boxed()
}

pub(super) fn role() -> BoxedStrategy<String> {
    (partition(), any::<AccountId>(), path(&[1, 512], &[1, 64]))
        .prop_map(|(partition, account, path)| format!("arn:{partition}:iam::{account}:role/{path}"))
        .boxed()
}

pub(super) fn longest_role() -> String {
    let path = format!("{0}/{0}:{0}/{1}:{2}", "p".repeat(512), "q".repeat(413), "r".repeat(64));
    format!("arn:aws:iam::000000000001:role/{path}")
}

pub(super) fn arn() -> BoxedStrategy<String> {
    let label = |length| text_of("AZaz09-", length);
    (partition(), label(1..=6), label(0..=6), any::<AccountId>(), path(&[1, 50], &[1, 40]))
        .prop_map(|(partition, service, region, account, path)| {
            format!("arn:{partition}:{service}:{region}:{account}:{path}")
        })
        .boxed()
}

pub(super) fn longest_arn() -> String {
    format!("arn:aws:proton:us-east-1:000000000001:{}/{}", "t".repeat(61), "n".repeat(100))
}

pub(super) fn version_part() -> BoxedStrategy<String> {
    let number = (1..30_u8).prop_map(|number| number.to_string());
    let long = (1..=20_usize).prop_flat_map(|length| begun("19", "059", length));
    prop_oneof![3 => number, 2 => long].boxed()
}

/// A time at any millisecond, often next to another.
pub(super) fn time() -> BoxedStrategy<String> {
    const START: i64 = 1_619_651_630_847;
    let any_time = Timestamp::MIN.unix_millis()..=Timestamp::MAX.unix_millis();
    prop_oneof![START..START + 10, any_time, -10_000..10_000_i64]
        .prop_map(|millis| Timestamp::from_unix_millis(millis).unwrap_or(Timestamp::MAX).to_string())
        .boxed()
}

pub(super) fn repository() -> BoxedStrategy<String> {
    let rest = || short_or_long("aZ0_.-/ é\u{301}😀\\\"\t", 0, 48);
    (rest(), rest()).prop_map(|(owner, name)| format!("o{owner}/.{name}")).boxed()
}
