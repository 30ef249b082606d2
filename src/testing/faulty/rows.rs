//! What a faulty store keeps: its keys, their order and their versions.

use alloc::{
    borrow::ToOwned as _,
    collections::{BTreeMap, BTreeSet},
    string::ToString as _,
    sync::Arc,
    vec::Vec,
};
use core::{
    hash::{Hash as _, Hasher as _},
    ops::RangeBounds as _,
};
use std::collections::hash_map::DefaultHasher;

use super::Fault;
use crate::store::{Entry, Expected, Key, Range, Record, Version, Versioned, Write};

/// The records of a store with these faults.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    faults: Arc<[Fault]>,
    rows: BTreeMap<Vec<u32>, Row>,
    deleted: BTreeSet<Vec<u32>>,
    writings: u64,
    pub(super) commits: u64,
}

#[derive(Clone, Debug)]
struct Row {
    key: Key,
    version: u64,
    record: Record,
    writing: u64,
    /// What an index entry led to when it was written.
    copy: Option<Record>,
}

impl Rows {
    pub(super) const fn new(faults: Arc<[Fault]>) -> Self {
        Self { faults, rows: BTreeMap::new(), deleted: BTreeSet::new(), writings: 0, commits: 0 }
    }

    pub(super) fn records(&self) -> impl Iterator<Item = (&Key, &Record)> {
        self.rows.values().map(|row| (&row.key, &row.record))
    }

    pub(super) fn load(&self, key: &Key) -> Option<Versioned> {
        let row = self.rows.get(&self.place(key))?;
        Some(Versioned { version: Version(row.version), record: row.record.clone() })
    }

    /// What is in a range, with the records its entries lead to here.
    pub(super) fn scan(&self, range: &Range) -> Vec<Entry> {
        let (start, last) = range.bounds();
        let bounds = (start.map(|key| self.place(key)), last.map(|key| self.place(key)));
        let rows = self.rows.iter().filter(|(place, _)| bounds.contains(*place)).map(|(_, row)| row);
        let mut rows = rows.filter(|row| !self.has(Fault::ListsWhatLeads) || row.key.leads_to().is_some());
        let mut rows = rows.by_ref().collect::<Vec<_>>();
        if self.has(Fault::OrdersAsWritten) {
            rows.sort_by_key(|row| row.writing);
        }
        rows.into_iter().map(|row| self.entry(row)).collect()
    }

    fn entry(&self, row: &Row) -> Entry {
        let led = match &row.copy {
            Some(copy) if self.has(Fault::ListsCopies) => Some(copy.clone()),
            _ => self.led_to(&row.key),
        };
        let record = led.filter(|_| !self.has(Fault::ListsItself)).unwrap_or_else(|| row.record.clone());
        Entry { key: row.key.clone(), record }
    }

    /// The record that a key leads to.
    pub(super) fn led_to(&self, key: &Key) -> Option<Record> {
        Some(self.load(&key.leads_to()?)?.record)
    }

    pub(super) fn holds(&self, key: &Key, expected: Expected) -> bool {
        let place = self.place(key);
        let found = self.rows.get(&place).map(|row| Version(row.version));
        match expected {
            Expected::Absent if self.has(Fault::ForgetsTheAbsent) => true,
            Expected::Absent if self.has(Fault::ChecksTombstones) => found.is_none() && !self.deleted.contains(&place),
            Expected::At(_) if self.has(Fault::ChecksPresence) => found.is_some(),
            _ => expected.holds(found),
        }
    }

    /// Does the writes of one commit: all of them have its version.
    pub(super) fn write(&mut self, writes: &[Write]) {
        self.commits += 1;
        writes.iter().for_each(|write| self.write_one(write));
        for write in writes {
            let (copy, place) = (self.led_to(&write.key), self.place(&write.key));
            if let Some(row) = self.rows.get_mut(&place) {
                row.copy = copy;
            }
        }
    }

    fn write_one(&mut self, Write { key, record }: &Write) {
        let place = self.place(key);
        let Some(record) = record else {
            let stays = self.has(Fault::LeavesEntries) && key.leads_to().is_some();
            if !stays && self.rows.remove(&place).is_some() {
                self.deleted.insert(place);
            }
            return;
        };
        let record = if self.has(Fault::LosesTags) { without_tags(record) } else { record.clone() };
        let before = self.rows.get(&place);
        let version = match before {
            Some(row) if self.has(Fault::KeepsVersions) => row.version,
            Some(row) if self.has(Fault::SkipsEqualWrites) && row.record == record => row.version,
            _ if self.has(Fault::RestartsVersions) => before.map_or(0, |row| row.version) + 1,
            _ if self.has(Fault::CountsFromTheGreatest) => {
                self.rows.values().map(|row| row.version).max().unwrap_or(0) + 1
            }
            _ if self.has(Fault::HashesRecords) => {
                let mut hasher = DefaultHasher::new();
                record.hash(&mut hasher);
                hasher.finish()
            }
            _ => self.commits,
        };
        self.writings += 1;
        self.rows.insert(place, Row { key: key.clone(), version, record, writing: self.writings, copy: None });
    }

    /// Where a key is stored: two keys with the same place are the same key, and scans are in the order of places.
    fn place(&self, key: &Key) -> Vec<u32> {
        let mut text = key.to_string();
        if self.has(Fault::FoldsCase) {
            text.make_ascii_lowercase();
        }
        if self.has(Fault::TrimsKeys) {
            text = text.trim_end_matches(' ').to_owned();
        }
        if self.has(Fault::StopsAtNul) {
            text = text.split('\0').next().unwrap_or_default().to_owned();
        }
        if self.has(Fault::ComposesAccents) {
            text = text.replace("a\u{301}", "á");
        }
        if self.has(Fault::OrdersByUtf16) {
            return text.encode_utf16().map(u32::from).collect();
        }
        if self.has(Fault::OrdersByLanguage) {
            // Keys that differ only in case are told apart in the end.
            text = [text.to_lowercase(), text].join("\0");
        }
        let most = if self.has(Fault::CutsKeys) { 255 } else { usize::MAX };
        text.bytes().take(most).map(u32::from).collect()
    }

    fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }
}

/// The record as a table without a column for tags has it.
fn without_tags(record: &Record) -> Record {
    let json = serde_json::to_value(record).ok().filter(|json| json.get("tags").is_some());
    json.and_then(|_| serde_json::from_str(r#"{"tags":[]}"#).ok()).unwrap_or_else(|| record.clone())
}
