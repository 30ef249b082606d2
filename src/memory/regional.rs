use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};
use core::hint::black_box;

use hashbrown::HashMap;

use super::{
    lists::Lists,
    parts::Parts,
    place::{At, ByName, ByTemplate, EntryPlace, InOrder, Named, Place as _, Point},
};
use crate::{
    environment::ResourceIdentifier,
    id::{ConnectionId, EnvironmentName, Region},
    store::{ConnectionPart, Entry, Key, Range, Record, Version, Versioned, Write},
};

/// The records of one Region, which is stored once and not with each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Regional {
    /// Connections: most of what is looked up by its key alone, and what lists lead to.
    heads: HashMap<ConnectionId, Versioned>,
    /// Environments: everything that is stored of each but its index entries and resources.
    parts: HashMap<Named, Parts>,
    /// Whatever else is looked up by its key alone.
    points: HashMap<Point, Versioned>,
    /// Index entries: there are more of them than of anything else, and they hold nothing.
    connections: Lists<InOrder, Version>,
    connections_by_name: Lists<ByName, Version>,
    environments: Lists<ByTemplate, Version>,
    /// Anything else under the key of an index entry, which no batch of the model leaves there.
    strays: BTreeMap<Key, Record>,
    resources: Lists<ResourceIdentifier, Versioned>,
}

impl Regional {
    pub(super) fn len(&self) -> usize {
        self.heads.len()
            + self.parts.values().map(Parts::len).sum::<usize>()
            + self.points.len()
            + self.connections.len()
            + self.connections_by_name.len()
            + self.environments.len()
            + self.resources.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heads.is_empty()
            && self.parts.is_empty()
            && self.points.is_empty()
            && self.connections.is_empty()
            && self.connections_by_name.is_empty()
            && self.environments.is_empty()
            && self.resources.is_empty()
    }

    /// All records, in no particular order.
    pub(super) fn records(&self, region: Region) -> impl Iterator<Item = (Key, &Record)> {
        let heads = self.heads.iter().map(move |(id, versioned)| (Key::connection(region, *id), &versioned.record));
        let parts = self.parts.iter().flat_map(move |(named, parts)| {
            parts.iter().map(move |(part, versioned)| (named.key(*part, region), &versioned.record))
        });
        let points = self.points.iter().map(move |(point, versioned)| (point.key(region), &versioned.record));
        let connections = self.connections.iter(region).chain(self.connections_by_name.iter(region));
        let entries = connections.chain(self.environments.iter(region)).map(|(key, _)| {
            let record = self.under_entry(&key);
            (key, record)
        });
        let resources = self.resources.iter(region).map(|(key, versioned)| (key, &versioned.record));
        heads.chain(parts).chain(points).chain(entries).chain(resources)
    }

    pub(super) fn get(&self, key: &Key) -> Option<(Version, &Record)> {
        let entry = match key {
            Key::ListedConnection { name: None, .. } => self.connections.get(key),
            Key::ListedConnection { name: Some(_), .. } => self.connections_by_name.get(key),
            Key::ListedEnvironment { .. } => self.environments.get(key),
            _ => {
                let found = match At::of(key) {
                    Some(at) => self.at(&at),
                    None => self.resources.get(key),
                };
                return found.map(|found| (found.version, &found.record));
            }
        };
        entry.map(|version| (*version, self.under_entry(key)))
    }

    /// Puts in what is under a key, or takes it out; returns what was there.
    pub(super) fn put(&mut self, key: &Key, versioned: Option<Versioned>) -> Option<Record> {
        match key {
            Key::ListedConnection { name: None, .. } => {
                let (before, version) = self.entry(key, versioned);
                self.connections.put(key, version).map(|_| before)
            }
            Key::ListedConnection { name: Some(_), .. } => {
                let (before, version) = self.entry(key, versioned);
                self.connections_by_name.put(key, version).map(|_| before)
            }
            Key::ListedEnvironment { .. } => {
                let (before, version) = self.entry(key, versioned);
                self.environments.put(key, version).map(|_| before)
            }
            _ => {
                let before = match (At::of(key), versioned) {
                    (Some(At::Environment(named, part)), versioned) => {
                        self.change_parts(named, |parts| parts.put(part, versioned))
                    }
                    (Some(At::Point(Point::Connection(id, ConnectionPart::Head))), Some(versioned)) => {
                        self.heads.insert(id, versioned)
                    }
                    (Some(At::Point(Point::Connection(id, ConnectionPart::Head))), None) => self.heads.remove(&id),
                    (Some(At::Point(point)), Some(versioned)) => self.points.insert(point.kept(), versioned),
                    (Some(At::Point(point)), None) => self.points.remove(&point),
                    (None, versioned) => self.resources.put(key, versioned),
                };
                before.map(|before| before.record)
            }
        }
    }

    /// Does writes, which get this version. The records of one environment, which come together, are looked up once.
    pub(super) fn write(&mut self, writes: &[Write], version: Version) {
        let versioned = |record: &Option<Record>| record.clone().map(|record| Versioned { version, record });
        for writes in writes.chunk_by(|one, other| one.key.is_of_the_environment_of(&other.key)) {
            match writes.first().map(|write| At::of(&write.key)) {
                Some(Some(At::Environment(named, _))) => self.change_parts(named, |parts| {
                    for Write { key, record } in writes {
                        if let Key::Environment { part, .. } = key {
                            drop(parts.put(*part, versioned(record)));
                        }
                    }
                }),
                _ => {
                    for Write { key, record } in writes {
                        drop(self.put(key, versioned(record)));
                    }
                }
            }
        }
    }

    fn change_parts<T>(&mut self, named: Named<&EnvironmentName>, change: impl FnOnce(&mut Parts) -> T) -> T {
        if let Some(parts) = self.parts.get_mut(&named) {
            let changed = change(parts);
            if parts.is_empty() {
                self.parts.remove(&named);
            }
            return changed;
        }
        let mut parts = Parts::default();
        let changed = change(&mut parts);
        if !parts.is_empty() {
            self.parts.insert(named.kept(), parts);
        }
        changed
    }

    /// Looks keys up, one after the other.
    pub(super) const fn reader(&self) -> Reader<'_, '_> {
        Reader { regional: self, latest: None }
    }

    /// The first entries of a range, each with the record that it leads to.
    pub(super) fn scan(&self, range: &Range, limit: usize) -> Vec<Entry> {
        let region = range.last.region();
        match &range.last {
            Key::ListedConnection { name: None, .. } => self.entries(&self.connections, range, limit),
            Key::ListedConnection { name: Some(_), .. } => self.entries(&self.connections_by_name, range, limit),
            Key::ListedEnvironment { .. } => self.entries(&self.environments, range, limit),
            _ => self.resources.range(range, limit, |list, identifier, versioned| Entry {
                key: identifier.key(list, region),
                record: versioned.record.clone(),
            }),
        }
    }

    /// An entry that leads to nothing, which no batch of the model leaves, comes with its own record.
    fn entries<P: EntryPlace>(&self, lists: &Lists<P, Version>, range: &Range, limit: usize) -> Vec<Entry> {
        let region = range.last.region();
        let found = lists.range(range, limit, |list, place, _| {
            let found = self.at(&place.leads_to(list)).map(|found| &found.record);
            // The records are far apart. A processor fetches many at once if it only looks at them, but waits for each
            // of those whose users it counts up.
            if let Some(Record::Connection(connection)) = found {
                black_box(Arc::strong_count(connection));
            }
            (list, place, found)
        });
        let entry = |(list, place, found): (P::List, &P, Option<&Record>)| {
            let key = place.key(list, region);
            let record = found.unwrap_or_else(|| self.under_entry(&key)).clone();
            Entry { key, record }
        };
        found.into_iter().map(entry).collect()
    }

    fn at(&self, at: &At<'_>) -> Option<&Versioned> {
        match at {
            At::Environment(named, part) => self.parts.get(named)?.get(*part),
            At::Point(Point::Connection(id, ConnectionPart::Head)) => self.heads.get(id),
            At::Point(point) => self.points.get(point),
        }
    }

    /// What is under the key of an index entry that is there.
    fn under_entry(&self, key: &Key) -> &Record {
        self.strays.get(key).unwrap_or(&Record::IndexEntry)
    }

    /// What is under the key of an index entry, if anything is, and the version of what is written there. Anything that
    /// is not an index entry is kept apart.
    fn entry(&mut self, key: &Key, versioned: Option<Versioned>) -> (Record, Option<Version>) {
        let stray = if self.strays.is_empty() { None } else { self.strays.remove(key) };
        let version = versioned.map(|Versioned { version, record }| {
            if !matches!(record, Record::IndexEntry) {
                self.strays.insert(key.clone(), record);
            }
            version
        });
        (stray.unwrap_or(Record::IndexEntry), version)
    }
}

/// Looks keys up: of those of one environment, which come together, only the first is searched for.
pub(super) struct Reader<'r, 'k> {
    regional: &'r Regional,
    /// The environment of the latest key, if it belongs to one, and what is stored of it.
    latest: Option<(Named<&'k EnvironmentName>, Option<&'r Parts>)>,
}

impl<'r, 'k> Reader<'r, 'k> {
    pub(super) fn get(&mut self, key: &'k Key) -> Option<(Version, &'r Record)> {
        let Some(At::Environment(named, part)) = At::of(key) else { return self.regional.get(key) };
        let parts = match self.latest {
            Some((latest, parts)) if latest == named => parts,
            _ => self.regional.parts.get(&named),
        };
        self.latest = Some((named, parts));
        parts?.get(part).map(|found| (found.version, &found.record))
    }
}
