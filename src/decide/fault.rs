use alloc::{boxed::Box, sync::Arc};

use crate::store::{Key, Unreadable};

/// What is wrong with what a host or its store supplied: it allows no outcome.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// The store returned a record under the key of another one, or of another kind.
    #[error("the record under the key `{0}` belongs under another one")]
    WrongRecord(Box<Key>),
    /// A record that the request needs cannot be read.
    #[error("the record under the key `{0}` cannot be read: {1}")]
    Unreadable(Box<Key>, Arc<Unreadable>),
    /// The store did not return one answer for each key or range.
    #[error("the store returned {given} answers to {asked} questions: each key or range needs one")]
    WrongCount {
        /// How many keys or ranges it was asked for.
        asked: usize,
        /// How many answers it gave.
        given: usize,
    },
    /// A scan returned a key outside its range, out of order, twice, or beyond the limit.
    #[error("the scan returned the key `{0}` out of its range, out of order or beyond its limit")]
    WrongScan(Box<Key>),
    /// Two records that are always written together do not agree.
    #[error("the record under the key `{0}` is missing, though another record says that it is there")]
    Missing(Box<Key>),
    /// The host supplied a fresh id that is in use. Nothing was changed; the call may be repeated with another id.
    #[error("the fresh id is not fresh: the key `{0}` is taken")]
    IdNotFresh(Box<Key>),
}

impl Fault {
    /// Whether the same call may be made again: only after [`IdNotFresh`](Self::IdNotFresh), with another fresh id.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self, Self::IdNotFresh(_))
    }

    pub(crate) fn missing(key: Key) -> Self {
        Self::Missing(Box::new(key))
    }
}
