use alloc::collections::{BTreeMap, btree_map};
use core::{borrow::Borrow, cmp::Ordering};

use crate::{
    id::{AccountId, Region, Side},
    store::{Key, Range, Versioned},
};

/// Whose list it is, and of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct List {
    of: Of,
    region: Region,
    account: AccountId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Of {
    Connections { side: Side, by_name: bool },
    Environments { by_template: bool },
    Resources,
}

impl List {
    /// The list that a key is in; `None` for a key that no scan finds.
    pub(super) const fn of(key: &Key) -> Option<Self> {
        match *key {
            Key::ListedConnection { region, side, account, ref name, .. } => {
                Some(Self { of: Of::Connections { side, by_name: name.is_some() }, region, account })
            }
            Key::ListedEnvironment { region, management_account: account, ref template, .. } => {
                Some(Self { of: Of::Environments { by_template: template.is_some() }, region, account })
            }
            Key::ProvisionedResource { region, account, .. } => Some(Self { of: Of::Resources, region, account }),
            Key::ClientToken { .. } | Key::Connection { .. } | Key::Environment { .. } | Key::Usage { .. } => None,
        }
    }
}

/// What is in one list, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Listed(BTreeMap<Place, Versioned>);

impl Listed {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Key, &Versioned)> {
        self.0.iter().map(|(place, versioned)| (&place.0, versioned))
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Versioned> {
        self.0.get(key)
    }

    pub(super) fn range(&self, range: &Range) -> impl Iterator<Item = (&Key, &Versioned)> {
        let found: btree_map::Range<'_, Place, Versioned> = self.0.range::<Key, _>(range.bounds());
        found.map(|(place, versioned)| (&place.0, versioned))
    }

    /// Puts what is under a key there, or takes it out: what was there.
    pub(super) fn put(&mut self, key: Key, versioned: Option<Versioned>) -> Option<Versioned> {
        match versioned {
            Some(versioned) => self.0.insert(Place(key), versioned),
            None => self.0.remove(&Place(key)),
        }
    }
}

/// A key in its list. What all keys of a list have in common is not compared: the order of places is that of their keys.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place(Key);

impl Ord for Place {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (
                Key::ListedConnection { name, status, requested_at, id, .. },
                Key::ListedConnection { name: n, status: s, requested_at: r, id: i, .. },
            ) => name.cmp(n).then_with(|| (status, requested_at, id).cmp(&(s, r, i))),
            (Key::ListedEnvironment { template, name, .. }, Key::ListedEnvironment { template: t, name: n, .. }) => {
                (template, name).cmp(&(t, n))
            }
            (Key::ProvisionedResource { identifier, .. }, Key::ProvisionedResource { identifier: i, .. }) => {
                identifier.cmp(i)
            }
            (one, other) => one.cmp(other),
        }
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Borrow<Key> for Place {
    fn borrow(&self) -> &Key {
        &self.0
    }
}
