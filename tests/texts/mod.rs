//! Texts for properties: by construction, with lengths around the limits, and then damaged.

pub(crate) mod pattern;

use std::ops::RangeInclusive;

use proptest::prelude::*;

/// What is none of a pattern's characters, or looks like one of them and is not.
pub(crate) const HOSTILE: &str =
    "\0\n\r\t\u{7f}\u{85} !*`'\"\\-_:/.+=@,AZaz09gGéß中٣१１Kſİ\u{301}\u{200b}\u{202e}\u{feff}😀";

pub(crate) fn text_of(alphabet: &'static str, length: RangeInclusive<usize>) -> impl Strategy<Value = String> {
    let characters = prop::sample::select(alphabet.chars().collect::<Vec<_>>());
    prop::collection::vec(characters, length).prop_map(String::from_iter)
}

/// A length at one of these limits or next to it, or any up to the last.
pub(crate) fn around(limits: &[usize]) -> impl Strategy<Value = usize> + use<> {
    let near = limits.iter().flat_map(|&limit| limit.saturating_sub(1)..=limit + 1).collect::<Vec<_>>();
    let most = *near.last().unwrap();
    prop_oneof![prop::sample::select(near), 0..=most]
}

pub(crate) fn name(length: usize) -> impl Strategy<Value = String> {
    (text_of("AZaz09", 1..=1), text_of("AZaz09_-", length.saturating_sub(1)..=length.saturating_sub(1)))
        .prop_map(|(first, rest)| first + &rest)
}

/// A text with up to three characters left out, put in, replaced or doubled.
pub(crate) fn damaged(valid: BoxedStrategy<String>) -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(HOSTILE.chars().collect::<Vec<_>>());
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..4, hostile), 0..=3);
    (valid, edits).prop_map(|(text, edits)| {
        let mut text = text.chars().collect::<Vec<_>>();
        for (index, edit, hostile) in edits {
            let at = index.index(text.len() + 1);
            let replaced = usize::from(edit != 1 && at < text.len());
            let old = text.get(at).copied();
            let new = match edit {
                0 => vec![],
                1 | 2 => vec![hostile],
                _ => Vec::from_iter([old, old].into_iter().flatten()),
            };
            text.splice(at..at + replaced, new);
        }
        text.into_iter().collect()
    })
}

pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
