use alloc::{collections::BTreeMap, vec::Vec};
use core::{
    mem,
    ops::{Bound, RangeBounds as _},
};

/// What is listed, in order: a vector while it is short, as nearly every account's lists are, and a tree from then on.
#[derive(Clone, Debug)]
pub(super) enum Sorted<P, V> {
    Short(Vec<(P, V)>),
    Long(BTreeMap<P, V>),
}

/// The longest vector.
const SHORT: usize = 32;

impl<P: Ord, V> Sorted<P, V> {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Short(list) => list.len(),
            Self::Long(list) => list.len(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn get(&self, place: &P) -> Option<&V> {
        match self {
            Self::Short(list) => list.get(find(list, place).ok()?).map(|(_, listed)| listed),
            Self::Long(list) => list.get(place),
        }
    }

    /// Returns what was there before.
    pub(super) fn insert(&mut self, place: P, listed: V) -> Option<V> {
        if let Self::Short(list) = self
            && list.len() == SHORT
        {
            *self = Self::Long(mem::take(list).into_iter().collect());
        }
        match self {
            Self::Short(list) => match find(list, &place) {
                Ok(at) => list.get_mut(at).map(|(_, before)| mem::replace(before, listed)),
                Err(at) => {
                    // No room is kept free: a vector that grows by itself is half empty.
                    list.reserve_exact(1);
                    list.insert(at, (place, listed));
                    None
                }
            },
            Self::Long(list) => list.insert(place, listed),
        }
    }

    /// Returns what was there.
    pub(super) fn remove(&mut self, place: &P) -> Option<V> {
        match self {
            Self::Short(list) => find(list, place).ok().map(|at| list.remove(at).1),
            Self::Long(list) => list.remove(place),
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&P, &V)> {
        let (short, long) = match self {
            Self::Short(list) => (Some(list.iter()), None),
            Self::Long(list) => (None, Some(list.iter())),
        };
        short.into_iter().flatten().map(|(place, listed)| (place, listed)).chain(long.into_iter().flatten())
    }

    /// What `each` makes of the first ones from `start` to `last`.
    pub(super) fn range<'l, T>(
        &'l self,
        start: Bound<P>,
        last: P,
        limit: usize,
        each: impl FnMut((&'l P, &'l V)) -> T,
    ) -> Vec<T> {
        let range = (start, Bound::Included(last));
        let mut found = Vec::with_capacity(limit.min(self.len()));
        match self {
            Self::Short(list) => {
                let list = list.iter().map(|(place, listed)| (place, listed));
                found.extend(list.filter(|(place, _)| range.contains(*place)).take(limit).map(each));
            }
            Self::Long(list) => found.extend(list.range(range).take(limit).map(each)),
        }
        found
    }
}

fn find<P: Ord, V>(list: &[(P, V)], place: &P) -> Result<usize, usize> {
    list.binary_search_by(|(other, _)| other.cmp(place))
}

impl<P, V> Default for Sorted<P, V> {
    fn default() -> Self {
        Self::Short(Vec::new())
    }
}

impl<P: Ord, V: PartialEq> PartialEq for Sorted<P, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<P: Ord, V: Eq> Eq for Sorted<P, V> {}
