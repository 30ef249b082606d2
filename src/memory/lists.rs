use core::ops::Bound;

use hashbrown::HashMap;

use super::{
    place::Place,
    sorted::{Listed, Sorted},
};
use crate::{
    id::Region,
    store::{Key, Range, Versioned},
};

/// The lists of one kind in one Region.
#[derive(Clone, Debug, PartialEq, Eq)]
// INVARIANT: no list is empty.
pub(super) struct Lists<P: Place>(HashMap<P::List, Sorted<P>>);

impl<P: Place> Lists<P> {
    pub(super) fn len(&self) -> usize {
        self.0.values().map(Sorted::len).sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Listed> {
        let (list, place) = P::of(key)?;
        self.0.get(&list)?.get(&place)
    }

    /// Puts what is under a key there, or takes it out.
    pub(super) fn put(&mut self, key: &Key, versioned: Option<Versioned>) {
        let Some((list, place)) = P::of(key) else { return };
        match versioned {
            Some(versioned) => self.0.entry(list).or_default().insert(place, versioned.into()),
            None => {
                let Some(listed) = self.0.get_mut(&list) else { return };
                listed.remove(&place);
                if listed.is_empty() {
                    self.0.remove(&list);
                }
            }
        }
    }

    pub(super) fn iter(&self, region: Region) -> impl Iterator<Item = (Key, &Listed)> {
        let each = self.0.iter().flat_map(|(list, listed)| listed.iter().map(|(place, it)| (*list, place, it)));
        each.map(move |(list, place, listed)| (place.key(list, region), listed))
    }

    pub(super) fn range(&self, range: &Range) -> impl Iterator<Item = (Key, &Listed)> {
        let found =
            ends::<P>(range).and_then(|(list, start, last)| Some((list, self.0.get(&list)?.range(start, last))));
        let (list, found) = found.unzip();
        let region = range.last.region();
        let key = move |place: &P| list.map(|list| place.key(list, region));
        found.into_iter().flatten().filter_map(move |(place, listed)| Some((key(place)?, listed)))
    }
}

/// Which list a range is in, and from where to where.
fn ends<P: Place>(range: &Range) -> Option<(P::List, Bound<P>, P)> {
    let (list, last) = P::of(&range.last)?;
    let start = match &range.start {
        Bound::Included(start) => Bound::Included(P::of(start)?.1),
        Bound::Excluded(start) => Bound::Excluded(P::of(start)?.1),
        Bound::Unbounded => Bound::Unbounded,
    };
    Some((list, start, last))
}

impl<P: Place> Default for Lists<P> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}
