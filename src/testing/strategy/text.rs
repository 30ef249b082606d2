//! Texts by construction, with lengths around their limits, and damaged ones.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};
use core::ops::RangeInclusive;

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};

/// Characters that none of the patterns has, or that look like one of theirs but are not.
pub const HOSTILE: &str = "\0\n\r\t\u{7f}\u{85} !*`'\"\\-_:/.+=@,AZaz09gGéß中٣१１Kſİ\u{301}\u{200b}\u{202e}\u{feff}😀";

/// Texts of these characters.
pub fn text_of(alphabet: &str, length: RangeInclusive<usize>) -> BoxedStrategy<String> {
    vec(characters(alphabet), length).prop_map(String::from_iter).boxed()
}

/// A length at one of these limits or next to it, or any up to the last.
pub fn around(limits: &[usize]) -> BoxedStrategy<usize> {
    let near = limits.iter().flat_map(|&limit| limit.saturating_sub(1)..=limit + 1).collect::<Vec<_>>();
    let most = near.last().copied().unwrap_or_default();
    prop_oneof![select(near), 0..=most].boxed()
}

/// A text with up to three characters left out, inserted, replaced or doubled: well formed or not.
pub fn damaged(texts: impl Strategy<Value = String> + 'static) -> BoxedStrategy<String> {
    (texts, vec(edits(), 0..=3))
        .prop_map(|(text, edits)| edits.iter().fold(text, |text, edit| edit.make(&text)))
        .boxed()
}

/// One character is left out, inserted, replaced or doubled.
#[derive(Clone, Debug)]
pub(super) struct Edit {
    place: Index,
    kind: u8,
    hostile: char,
}

pub(super) fn edits() -> impl Strategy<Value = Edit> + use<> {
    (any::<Index>(), 0..4_u8, characters(HOSTILE)).prop_map(|(place, kind, hostile)| Edit { place, kind, hostile })
}

impl Edit {
    pub(super) fn make(&self, text: &str) -> String {
        let Self { place, kind, hostile } = self;
        let mut text = text.chars().collect::<Vec<_>>();
        let at = place.index(text.len() + 1);
        let replaced = usize::from(*kind != 1 && at < text.len());
        let old = text.get(at).copied();
        let new = match kind {
            0 => Vec::new(),
            1 | 2 => Vec::from([*hostile]),
            _ => [old, old].into_iter().flatten().collect(),
        };
        text.splice(at..at + replaced, new);
        text.into_iter().collect()
    }
}

/// A text of these characters: short, or one character repeated as often as allowed.
pub(super) fn short_or_long(alphabet: &'static str, least: usize, most: usize) -> BoxedStrategy<String> {
    let repeated = |length| characters(alphabet).prop_map(move |c| c.to_string().repeat(length));
    let short = text_of(alphabet, least..=most.min(least + 12));
    prop_oneof![6 => short, 1 => repeated(least), 1 => repeated(most)].boxed()
}

/// A first character, then others.
pub(super) fn begun(first: &'static str, others: &'static str, length: usize) -> BoxedStrategy<String> {
    let rest = length.saturating_sub(1);
    (text_of(first, 1..=1), text_of(others, rest..=rest)).prop_map(|(first, rest)| first + &rest).boxed()
}

fn characters(alphabet: &str) -> impl Strategy<Value = char> + use<> {
    select(alphabet.chars().collect::<Vec<_>>())
}
