use alloc::{boxed::Box, vec::Vec};

use super::Fault;
use crate::{
    id::Caller,
    store::{Entry, Key, Range, Record, Scan, Versioned},
};

/// What has been read so far for one decision. "Not read" and "absent" are different things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    // A decision reads a handful of keys: looking through them all is the fastest way.
    records: Vec<(Key, Option<Versioned>)>,
    loads: usize,
    scanned: Option<(Scan, Vec<Vec<Entry>>)>,
}

impl Reads {
    /// Nothing was read yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { records: Vec::new(), loads: 0, scanned: None }
    }

    /// Takes in what one load of a store returned for these keys.
    ///
    /// # Errors
    ///
    /// [`Fault::WrongCount`] and [`Fault::WrongRecord`].
    pub fn loaded(&mut self, keys: Vec<Key>, found: Vec<Option<Versioned>>) -> Result<(), Fault> {
        if keys.len() != found.len() {
            return Err(Fault::WrongCount { asked: keys.len(), given: found.len() });
        }
        self.loads += 1;
        for (key, found) in keys.into_iter().zip(found) {
            if found.as_ref().is_some_and(|found| !found.record.belongs_to(&key)) {
                return Err(Fault::WrongRecord(Box::new(key)));
            }
            self.records.push((key, found));
        }
        Ok(())
    }

    /// Takes in what a store returned for this scan.
    ///
    /// # Errors
    ///
    /// [`Fault::WrongCount`], [`Fault::WrongScan`] and [`Fault::WrongRecord`].
    pub fn scanned(&mut self, scan: Scan, found: Vec<Vec<Entry>>) -> Result<(), Fault> {
        if scan.ranges.len() != found.len() {
            return Err(Fault::WrongCount { asked: scan.ranges.len(), given: found.len() });
        }
        for (range, entries) in scan.ranges.iter().zip(&found) {
            if let Some(Entry { key, .. }) = out_of_place(range, scan.limit, entries) {
                return Err(Fault::WrongScan(Box::new(key.clone())));
            }
            if let Some(Entry { key, .. }) = entries.iter().find(|entry| !entry.record.is_listed_at(&entry.key)) {
                return Err(Fault::WrongRecord(Box::new(key.clone())));
            }
        }
        self.scanned = Some((scan, found));
        Ok(())
    }

    /// The keys that were loaded, with what was found.
    pub(super) fn records(&self) -> &[(Key, Option<Versioned>)] {
        &self.records
    }

    /// Whether all that was loaded is of one moment.
    pub(super) const fn are_of_one_moment(&self) -> bool {
        self.loads <= 1
    }

    /// What was read under a key: `None` where it was not read, `Some(None)` where nothing was there.
    pub(super) fn find(&self, key: &Key) -> Option<Option<&Record>> {
        let (_, found) = self.records.iter().find(|(known, _)| known == key)?;
        Some(found.as_ref().map(|found| &found.record))
    }

    /// Whether a key is of a connection that was read and that the caller may not see.
    pub(super) fn hides(&self, key: &Key, caller: &Caller) -> bool {
        let Key::Connection { region, id, .. } = *key else { return false };
        let head = self.find(&Key::connection(region, id)).flatten();
        matches!(head, Some(Record::Connection(connection)) if connection.seen_by(caller).is_none())
    }

    /// What a scan found, where it was carried out.
    pub(super) fn found(&self, scan: &Scan) -> Option<&[Vec<Entry>]> {
        self.scanned.as_ref().filter(|(done, _)| done == scan).map(|(_, found)| found.as_slice())
    }
}

/// The first entry that is not one of the first of its range, in their order.
fn out_of_place<'e>(range: &Range, limit: usize, entries: &'e [Entry]) -> Option<&'e Entry> {
    // Of entries that are in order, the first and the last tell of all of them.
    let unordered = entries.windows(2).find_map(|two| match two {
        [one, other] if one.key >= other.key => Some(other),
        _ => None,
    });
    let mut ends = entries.first().into_iter().chain(entries.last());
    unordered.or_else(|| ends.find(|entry| !range.contains(&entry.key))).or_else(|| entries.get(limit))
}
