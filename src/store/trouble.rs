use alloc::boxed::Box;

use super::{Key, Version};

/// Why a request came to no outcome. Nothing was changed.
///
/// Not for the caller to read: it may name what the caller cannot see.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// The store returned something for a key that cannot be stored under it.
    #[error("the store returned a record under the key `{0}` that does not belong there")]
    WrongRecord(Box<Key>),
    /// The store returned a version older than one that it returned before.
    #[error("the store returned version {now} of the key `{key}` after version {before}: versions must not decrease")]
    VersionWentBackwards {
        /// The key.
        key: Box<Key>,
        /// The version that was returned first.
        before: Version,
        /// The version that was returned later.
        now: Version,
    },
    /// The store did not return one answer for each key or range.
    #[error("the store returned {given} answers to {asked} questions: each key or range needs one")]
    WrongCount {
        /// How many keys or ranges it was asked for.
        asked: usize,
        /// How many answers it gave.
        given: usize,
    },
    /// A scan returned a key outside of its range, out of order, twice, or beyond the limit.
    #[error("the scan returned the key `{0}` out of its range, out of order or beyond its limit")]
    WrongScan(Box<Key>),
    /// Two records that are always written together do not agree.
    #[error("the record under the key `{0}` is missing, though another record says that it is there")]
    Missing(Box<Key>),
    /// The host supplied a fresh id that is in use. Nothing was changed; the call may be repeated with another id.
    #[error("the fresh id is not fresh: the key `{0}` is taken")]
    IdNotFresh(Box<Key>),
    /// Every attempt met a conflict: see [`ATTEMPTS`](crate::drive::ATTEMPTS).
    #[error("gave up after {attempts} attempts: other requests came first each time, try again later")]
    Contended {
        /// How many times the request was decided.
        attempts: u32,
    },
}

impl Trouble {
    /// Whether the same call may be made again, because another time may be better. After
    /// [`IdNotFresh`](Self::IdNotFresh) it takes another fresh id.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::Contended { .. } | Self::IdNotFresh(_))
    }
}
