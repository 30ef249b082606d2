//! What a faulty store keeps: its keys, their order and their versions.

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::DefaultHasher},
    hash::{Hash as _, Hasher as _},
};

use account_connections::{
    environment::Environment,
    store::{Batch, Entry, Expected, Key, Range, Record, Version, Versioned, Write},
};
use serde_json::Value;

use super::Fault;

/// The records of a store with this fault.
#[derive(Clone, Debug)]
pub struct Rows {
    fault: Fault,
    rows: BTreeMap<Vec<u32>, Row>,
    deleted: BTreeSet<Vec<u32>>,
    writings: u64,
    pub commits: u64,
    pub last: Option<Batch>,
}

#[derive(Clone, Debug)]
struct Row {
    key: Key,
    version: u64,
    record: Record,
    writing: u64,
}

impl Rows {
    pub fn new(fault: Fault) -> Self {
        Self { fault, rows: BTreeMap::new(), deleted: BTreeSet::new(), writings: 0, commits: 0, last: None }
    }

    pub fn load(&self, key: &Key) -> Option<Versioned> {
        let found = self.rows.get(&self.place(key));
        found.map(|row| Versioned { version: Version(row.version), record: row.record.clone() })
    }

    pub fn scan(&self, range: &Range) -> Vec<Entry> {
        let (start, end) = range.bounds();
        let (start, end) = (start.map(|key| self.place(key)), end.map(|key| self.place(key)));
        let rows = self
            .rows
            .iter()
            .filter(|(place, _)| std::ops::RangeBounds::contains(&(start.as_ref(), end.as_ref()), *place));
        let mut rows = rows.map(|(_, row)| row).collect::<Vec<_>>();
        if self.fault == Fault::OrdersAsWritten {
            rows.sort_by_key(|row| row.writing);
        }
        rows.into_iter().map(|row| Entry { key: row.key.clone(), record: row.record.clone() }).collect()
    }

    pub fn holds(&self, key: &Key, expected: Expected) -> bool {
        let place = self.place(key);
        let found = self.rows.get(&place).map(|row| Version(row.version));
        match (self.fault, expected) {
            (Fault::ChecksTombstones, Expected::Absent) => found.is_none() && !self.deleted.contains(&place),
            (Fault::ChecksPresence, Expected::At(_)) => found.is_some(),
            (Fault::ForgetsTheAbsent, Expected::Absent) => true,
            _ => expected.holds(found),
        }
    }

    /// A writing begins: all of one commit have its version.
    pub fn begin(&mut self) {
        self.commits += 1;
    }

    pub fn write(&mut self, Write { key, record, .. }: &Write) {
        let place = self.place(key);
        let Some(record) = record else {
            if self.rows.remove(&place).is_some() {
                self.deleted.insert(place);
            }
            return;
        };
        let record = if self.fault == Fault::LosesTags { without_tags(record) } else { record.clone() };
        let before = self.rows.get(&place).map(|row| row.version);
        let version = match self.fault {
            Fault::KeepsVersions => before.unwrap_or(self.commits),
            Fault::RestartsVersions => before.unwrap_or(0) + 1,
            Fault::CountsFromTheGreatest => self.rows.values().map(|row| row.version).max().unwrap_or(0) + 1,
            Fault::HashesRecords => {
                let mut hasher = DefaultHasher::new();
                record.hash(&mut hasher);
                hasher.finish()
            }
            _ => self.commits,
        };
        self.writings += 1;
        self.rows.insert(place, Row { key: key.clone(), version, record, writing: self.writings });
    }

    /// Where a key is stored: what is the same place is the same key, and the order of places is that of scans.
    fn place(&self, key: &Key) -> Vec<u32> {
        let text = key.to_string();
        let text = match self.fault {
            Fault::FoldsCase => text.to_lowercase(),
            Fault::TrimsKeys => text.trim_end_matches(' ').to_owned(),
            Fault::StopsAtNul => text.split('\0').next().unwrap_or_default().to_owned(),
            Fault::ComposesAccents => text.replace("a\u{301}", "á"),
            _ => text,
        };
        match self.fault {
            Fault::CutsKeys => text.bytes().take(255).map(u32::from).collect(),
            Fault::OrdersByUtf16 => text.encode_utf16().map(u32::from).collect(),
            // What differs in case alone is told apart, in the end.
            Fault::OrdersByLanguage => {
                let folded = text.to_lowercase();
                folded.bytes().chain([0]).chain(text.bytes()).map(u32::from).collect()
            }
            _ => text.bytes().map(u32::from).collect(),
        }
    }
}

/// The record as a table has it that has no column for tags.
fn without_tags(record: &Record) -> Record {
    fn remove(json: &mut Value) {
        match json {
            Value::Object(members) => {
                members.remove("tags");
                members.values_mut().for_each(remove);
            }
            Value::Array(items) => items.iter_mut().for_each(remove),
            _ => {}
        }
    }
    match record {
        Record::Connection(_) | Record::Environment(_) => {
            let mut json = serde_json::to_value(record).unwrap();
            remove(&mut json);
            serde_json::from_value(json).unwrap()
        }
        _ => record.clone(),
    }
}

/// Whether a record lacks a field that it can have.
pub fn lacks_something(record: &str) -> bool {
    let (less, whole) =
        (serde_json::from_str::<Value>(record).unwrap(), serde_json::from_str::<Record>(record).unwrap());
    match whole {
        Record::Environment(environment) => matches!(*environment, Environment::Deploying(_)),
        Record::Usage(_) => less["usage"].as_object().unwrap().len() < 2,
        _ => false,
    }
}
