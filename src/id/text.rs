//! How the text of an identifier is kept.

use alloc::sync::Arc;
use core::{
    cmp::Ordering,
    hash::{Hash, Hasher},
    ops::Deref,
    str::from_utf8,
};

/// A text that is shared: cloning it costs one count.
#[derive(Clone, Eq, Hash)]
#[expect(clippy::derived_hash_with_manual_eq, reason = "equal texts are equal, one text or two")]
pub(crate) struct Shared(Arc<str>);

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        // Texts that are compared are mostly shared with each other.
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

impl Ord for Shared {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.0.cmp(&other.0) }
    }
}

impl PartialOrd for Shared {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Deref for Shared {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Shared {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

/// The longest text that is kept in place.
const SHORT: usize = 23;

/// A text without U+0000, usually a short one, which is kept in place. Cloning it then costs no count, and comparing
/// two of them leads nowhere else, which is most of what is done with the names in keys.
#[derive(Clone, PartialEq, Eq)]
// INVARIANT: in place if it is short enough, and only then; padded with zeros, so that values are ordered as their
// texts are.
pub(crate) enum Short {
    InPlace([u8; SHORT]),
    Shared(Shared),
}

impl From<&str> for Short {
    fn from(text: &str) -> Self {
        let mut bytes = [0; SHORT];
        match bytes.get_mut(..text.len()) {
            Some(filled) => {
                filled.copy_from_slice(text.as_bytes());
                Self::InPlace(bytes)
            }
            None => Self::Shared(text.into()),
        }
    }
}

impl Deref for Short {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            Self::InPlace(bytes) => from_utf8(bytes).unwrap_or_default().trim_end_matches('\0'),
            Self::Shared(text) => text,
        }
    }
}

impl Hash for Short {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            // Three numbers are hashed faster than 23 bytes.
            Self::InPlace(bytes) => {
                let number = |at: usize| bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok());
                for at in [0, 8, SHORT - 8] {
                    state.write_u64(number(at).map_or(0, u64::from_ne_bytes));
                }
            }
            Self::Shared(text) => text.hash(state),
        }
    }
}

impl Ord for Short {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            // Most that are compared are equal.
            (Self::InPlace(one), Self::InPlace(other)) if one == other => Ordering::Equal,
            (Self::InPlace(one), Self::InPlace(other)) => one.cmp(other),
            (Self::Shared(one), Self::Shared(other)) => one.cmp(other),
            (one, other) => (**one).cmp(other),
        }
    }
}

impl PartialOrd for Short {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
