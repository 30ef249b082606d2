//! How questions and answers are shown in messages: briefly, however large they are.

use alloc::{
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{fmt::Debug, ops::Bound};

use crate::store::{Batch, Expected, Key, Range, Scan};

/// How many items of a list are shown, and how many characters of one item.
const SHOWN: (usize, usize) = (4, 400);

pub(super) fn key(key: &Key) -> String {
    format!("`{}`", cut(&key.to_string()).escape_debug())
}

pub(super) fn load(keys: &[Key]) -> String {
    format!("load {}", list(keys.iter().map(key)))
}

pub(super) fn scan(Scan { ranges, limit }: &Scan) -> String {
    let range = |range: &Range| match &range.start {
        Bound::Included(start) => format!("from {} to {}", key(start), key(&range.last)),
        Bound::Excluded(start) => format!("after {} to {}", key(start), key(&range.last)),
        Bound::Unbounded => format!("up to {}", key(&range.last)),
    };
    format!("scan {}, at most {limit} of each", list(ranges.iter().map(range)))
}

pub(super) fn commit(batch: &Batch) -> String {
    let expected = batch.expectations.iter().map(|it| match it.expected {
        Expected::Absent => format!("{} is absent", key(&it.key)),
        Expected::At(version) => format!("{} is at version {version}", key(&it.key)),
    });
    let written = batch.writes.iter().map(|write| match write.record {
        Some(_) => format!("put {}", key(&write.key)),
        None => format!("delete {}", key(&write.key)),
    });
    let expected = if batch.expectations.is_empty() { String::new() } else { format!(", where {}", list(expected)) };
    format!("commit{expected}: {}", list(written))
}

pub(super) fn debug(value: &impl Debug) -> String {
    cut(&format!("{value:?}"))
}

/// Two values that differ, from just before the place where they begin to differ.
pub(super) fn apart(one: &impl Debug, other: &impl Debug) -> (String, String) {
    let (one, other) = (format!("{one:?}"), format!("{other:?}"));
    let alike = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let from = |text: &str| match text.char_indices().nth(alike.saturating_sub(SHOWN.1 / 4)) {
        Some((start, _)) if start > 0 => format!("…{}", cut(text.get(start..).unwrap_or_default())),
        _ => cut(text),
    };
    (from(&one), from(&other))
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items = items.collect::<Vec<_>>();
    let shown = items.iter().take(SHOWN.0).map(String::as_str).collect::<Vec<_>>().join(", ");
    match items.len().saturating_sub(SHOWN.0) {
        0 if items.is_empty() => "nothing".into(),
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(SHOWN.1) {
        Some((end, _)) => format!("{}… ({} bytes)", text.get(..end).unwrap_or_default(), text.len()),
        None => text.into(),
    }
}
