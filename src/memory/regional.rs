use alloc::vec::Vec;

use hashbrown::HashMap;

use super::{
    lists::Lists,
    place::{ByName, ByTemplate, InOrder, Point},
    sorted::Listed,
};
use crate::{
    environment::ResourceIdentifier,
    id::Region,
    store::{Entry, Key, Range, Record, Version, Versioned},
};

/// The records of one Region: it is said once, and not with each of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Regional {
    /// What is asked for by its key alone.
    points: HashMap<Point, Versioned>,
    connections: Lists<InOrder>,
    connections_by_name: Lists<ByName>,
    environments: Lists<ByTemplate>,
    resources: Lists<ResourceIdentifier>,
}

impl Regional {
    pub(super) fn len(&self) -> usize {
        self.points.len()
            + self.connections.len()
            + self.connections_by_name.len()
            + self.environments.len()
            + self.resources.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.points.is_empty()
            && self.connections.is_empty()
            && self.connections_by_name.is_empty()
            && self.environments.is_empty()
            && self.resources.is_empty()
    }

    /// All records, in no order.
    pub(super) fn records(&self, region: Region) -> impl Iterator<Item = (Key, &Record)> {
        let points = self.points.iter().map(move |(point, versioned)| (point.key(region), &versioned.record));
        let connections = self.connections.iter(region).chain(self.connections_by_name.iter(region));
        let listed = connections.chain(self.environments.iter(region)).chain(self.resources.iter(region));
        points.chain(listed.map(|(key, listed)| (key, listed.record())))
    }

    pub(super) fn get(&self, key: &Key) -> Option<(Version, &Record)> {
        let listed = match key {
            Key::ListedConnection { name: None, .. } => self.connections.get(key),
            Key::ListedConnection { name: Some(_), .. } => self.connections_by_name.get(key),
            Key::ListedEnvironment { .. } => self.environments.get(key),
            Key::ProvisionedResource { .. } => self.resources.get(key),
            _ => {
                let found = self.points.get(&Point::of(key)?)?;
                return Some((found.version, &found.record));
            }
        };
        listed.map(|listed| (listed.version(), listed.record()))
    }

    /// Puts what is under a key there, or takes it out.
    pub(super) fn put(&mut self, key: &Key, versioned: Option<Versioned>) {
        match (key, versioned) {
            (Key::ListedConnection { name: None, .. }, versioned) => self.connections.put(key, versioned),
            (Key::ListedConnection { name: Some(_), .. }, versioned) => self.connections_by_name.put(key, versioned),
            (Key::ListedEnvironment { .. }, versioned) => self.environments.put(key, versioned),
            (Key::ProvisionedResource { .. }, versioned) => self.resources.put(key, versioned),
            (_, Some(versioned)) => {
                if let Some(point) = Point::of(key) {
                    self.points.insert(point.kept(), versioned);
                }
            }
            (_, None) => {
                if let Some(point) = Point::of(key) {
                    self.points.remove(&point);
                }
            }
        }
    }

    /// The first entries of a range, each with the record that it leads to.
    pub(super) fn scan(&self, range: &Range, limit: usize) -> Vec<Entry> {
        match &range.last {
            Key::ListedConnection { name: None, .. } => self.entries(self.connections.range(range), limit),
            Key::ListedConnection { name: Some(_), .. } => self.entries(self.connections_by_name.range(range), limit),
            Key::ListedEnvironment { .. } => self.entries(self.environments.range(range), limit),
            Key::ProvisionedResource { .. } => self.entries(self.resources.range(range), limit),
            _ => Vec::new(),
        }
    }

    /// One that leads to nothing, as no batch of the model leaves it, comes with its own record.
    fn entries<'s>(&self, listed: impl Iterator<Item = (Key, &'s Listed)>, limit: usize) -> Vec<Entry> {
        let entry = |(key, listed): (Key, &Listed)| {
            let led_to = key.leads_to().and_then(|key| self.points.get(&Point::of(&key)?));
            let record = led_to.map_or_else(|| listed.record().clone(), |found| found.record.clone());
            Entry { key, record }
        };
        listed.take(limit).map(entry).collect()
    }
}
