use alloc::vec::Vec;
use core::ops::Bound;

use hashbrown::HashMap;

use super::{place::Place, sorted::Sorted};
use crate::{
    id::Region,
    store::{Key, Range},
};

/// The lists of one kind in one Region.
#[derive(Clone, Debug, PartialEq, Eq)]
// INVARIANT: no list is empty.
pub(super) struct Lists<P: Place, V>(HashMap<P::List, Sorted<P, V>>);

impl<P: Place, V> Lists<P, V> {
    pub(super) fn len(&self) -> usize {
        self.0.values().map(Sorted::len).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, key: &Key) -> Option<&V> {
        let (list, place) = P::of(key)?;
        self.0.get(&list)?.get(&place)
    }

    /// Puts in what is under a key, or takes it out; returns what was there.
    pub(super) fn put(&mut self, key: &Key, listed: Option<V>) -> Option<V> {
        let (list, place) = P::of(key)?;
        match listed {
            Some(listed) => self.0.entry(list).or_default().insert(place, listed),
            None => {
                let listed = self.0.get_mut(&list)?;
                let before = listed.remove(&place);
                if listed.is_empty() {
                    self.0.remove(&list);
                }
                before
            }
        }
    }

    pub(super) fn iter(&self, region: Region) -> impl Iterator<Item = (Key, &V)> {
        let each = self.0.iter().flat_map(|(list, listed)| listed.iter().map(|(place, it)| (*list, place, it)));
        each.map(move |(list, place, listed)| (place.key(list, region), listed))
    }

    /// What `each` makes of the first ones in a range.
    pub(super) fn range<'l, T>(
        &'l self,
        range: &Range,
        limit: usize,
        mut each: impl FnMut(P::List, &'l P, &'l V) -> T,
    ) -> Vec<T> {
        let found = P::of(&range.last).and_then(|(list, last)| {
            let listed = self.0.get(&list)?;
            Some(listed.range(start(range)?, last, limit, |(place, it)| each(list, place, it)))
        });
        found.unwrap_or_default()
    }
}

/// Where a range begins in its list.
fn start<P: Place>(range: &Range) -> Option<Bound<P>> {
    Some(match &range.start {
        Bound::Included(start) => Bound::Included(P::of(start)?.1),
        Bound::Excluded(start) => Bound::Excluded(P::of(start)?.1),
        Bound::Unbounded => Bound::Unbounded,
    })
}

impl<P: Place, V> Default for Lists<P, V> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}
