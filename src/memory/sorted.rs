use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};
use core::{
    mem,
    ops::{Bound, RangeBounds as _},
};

use crate::store::{Record, Version, Versioned};

/// What is listed, in order: a vector while it is short, as nearly every account's lists are, and a tree from then on.
#[derive(Clone, Debug)]
pub(super) enum Sorted<P> {
    Short(Vec<(P, Listed)>),
    Long(BTreeMap<P, Listed>),
}

/// A record in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listed {
    version: Version,
    /// `None` for an index entry: there are more of them than of all else.
    record: Option<Box<Record>>,
}

/// The longest vector.
const SHORT: usize = 32;

impl<P: Ord> Sorted<P> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Short(list) => list.len(),
            Self::Long(list) => list.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn get(&self, place: &P) -> Option<&Listed> {
        match self {
            Self::Short(list) => {
                let at = list.binary_search_by(|(other, _)| other.cmp(place)).ok()?;
                list.get(at).map(|(_, listed)| listed)
            }
            Self::Long(list) => list.get(place),
        }
    }

    pub(super) fn insert(&mut self, place: P, listed: Listed) {
        if let Self::Short(list) = self
            && list.len() == SHORT
        {
            *self = Self::Long(mem::take(list).into_iter().collect());
        }
        match self {
            Self::Short(list) => match list.binary_search_by(|(other, _)| other.cmp(&place)) {
                Ok(at) => {
                    if let Some((_, old)) = list.get_mut(at) {
                        *old = listed;
                    }
                }
                Err(at) => {
                    if list.len() == list.capacity() {
                        // Less than a vector grows by itself: half of what an account lists would be empty.
                        list.reserve_exact(1 + list.len() / 4);
                    }
                    list.insert(at, (place, listed));
                }
            },
            Self::Long(list) => drop(list.insert(place, listed)),
        }
    }

    pub(super) fn remove(&mut self, place: &P) {
        match self {
            Self::Short(list) => {
                if let Ok(at) = list.binary_search_by(|(other, _)| other.cmp(place)) {
                    list.remove(at);
                }
            }
            Self::Long(list) => drop(list.remove(place)),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&P, &Listed)> {
        let (short, long) = match self {
            Self::Short(list) => (Some(list.iter()), None),
            Self::Long(list) => (None, Some(list.iter())),
        };
        short.into_iter().flatten().map(|(place, listed)| (place, listed)).chain(long.into_iter().flatten())
    }

    /// What is listed from `start` to `last`.
    pub(super) fn range(&self, start: Bound<P>, last: P) -> impl Iterator<Item = (&P, &Listed)> {
        let range = (start, Bound::Included(last));
        let (short, long) = match self {
            Self::Short(list) => (Some(list.iter().filter(move |(place, _)| range.contains(place))), None),
            Self::Long(list) => (None, Some(list.range(range))),
        };
        short.into_iter().flatten().map(|(place, listed)| (place, listed)).chain(long.into_iter().flatten())
    }
}

impl<P> Default for Sorted<P> {
    fn default() -> Self {
        Self::Short(Vec::new())
    }
}

impl<P: Ord> PartialEq for Sorted<P> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<P: Ord> Eq for Sorted<P> {}

impl Listed {
    pub(super) fn record(&self) -> &Record {
        self.record.as_deref().unwrap_or(&Record::IndexEntry)
    }

    pub(super) const fn version(&self) -> Version {
        self.version
    }
}

impl From<Versioned> for Listed {
    fn from(Versioned { version, record }: Versioned) -> Self {
        Self { version, record: (!matches!(record, Record::IndexEntry)).then(|| Box::new(record)) }
    }
}
