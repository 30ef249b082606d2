use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::Fault;
use crate::store::{ConnectionPart, Entry, Key, Range, Record, Scan, Versioned};

/// What has been read so far for one decision. "Not read" and "absent" are different things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reads {
    loaded: Vec<Loaded>,
    scanned: Option<Scanned>,
}

impl Reads {
    /// Nothing has been read yet.
    #[must_use]
    pub const fn new() -> Self {
        Self { loaded: Vec::new(), scanned: None }
    }

    /// Takes in what one load of a store returned for these keys.
    ///
    /// # Errors
    ///
    /// [`Fault::WrongCount`] and [`Fault::WrongRecord`].
    pub fn loaded(&mut self, keys: Vec<Key>, found: Vec<Option<Versioned>>) -> Result<(), Fault> {
        self.loaded.push(Loaded::new(keys, found)?);
        Ok(())
    }

    /// Takes in what a store returned for this scan.
    ///
    /// # Errors
    ///
    /// [`Fault::WrongCount`], [`Fault::WrongScan`], [`Fault::WrongRecord`] and [`Fault::Unreadable`].
    pub fn scanned(&mut self, scan: Scan, found: Vec<Vec<Entry>>) -> Result<(), Fault> {
        self.scanned = Some(Scanned::new(scan, found)?);
        Ok(())
    }

    /// What was loaded, load by load.
    pub(super) fn loads(&self) -> &[Loaded] {
        &self.loaded
    }

    /// What was scanned.
    pub(super) const fn scan(&self) -> Option<&Scanned> {
        self.scanned.as_ref()
    }
}

/// What one load returned: all as of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
// INVARIANT: as many were found as keys were asked for, each of its key's kind or unreadable. A connection may be under
// the key of another one.
pub(super) struct Loaded {
    keys: Vec<Key>,
    found: Vec<Option<Versioned>>,
}

impl Loaded {
    pub(super) fn new(keys: Vec<Key>, found: Vec<Option<Versioned>>) -> Result<Self, Fault> {
        if keys.len() != found.len() {
            return Err(Fault::WrongCount { asked: keys.len(), given: found.len() });
        }
        let loaded = Self { keys, found };
        let is_wrong =
            |(key, found): &(&Key, Option<&Versioned>)| found.is_some_and(|it| !may_be_under(key, &it.record));
        if let Some((key, _)) = loaded.records().find(is_wrong) {
            return Err(Fault::WrongRecord(Box::new(key.clone())));
        }
        Ok(loaded)
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The keys, with what was found.
    pub(super) fn records(&self) -> impl Iterator<Item = (&Key, Option<&Versioned>)> {
        self.keys.iter().zip(self.found.iter().map(Option::as_ref))
    }

    /// The key, with what was found under it; `None` if it was not read.
    pub(super) fn find(&self, key: &Key) -> Option<(&Key, Option<&Versioned>)> {
        // A decision reads a handful of keys: looking through them all is the fastest way.
        self.records().find(|(known, _)| known.is(key))
    }
}

/// What a scan found.
#[derive(Clone, Debug, PartialEq, Eq)]
// INVARIANT: as many answers as there are ranges, each with the first entries of its range in their order.
pub(super) struct Scanned {
    scan: Scan,
    found: Vec<Vec<Entry>>,
}

impl Scanned {
    pub(super) fn new(scan: Scan, found: Vec<Vec<Entry>>) -> Result<Self, Fault> {
        if scan.ranges.len() != found.len() {
            return Err(Fault::WrongCount { asked: scan.ranges.len(), given: found.len() });
        }
        for (range, entries) in scan.ranges.iter().zip(&found) {
            if let Some(Entry { key, .. }) = out_of_place(range, scan.limit, entries) {
                return Err(Fault::WrongScan(Box::new(key.clone())));
            }
            if let Some(Entry { key, record }) = entries.iter().find(|entry| !entry.record.is_listed_at(&entry.key)) {
                return Err(match record {
                    Record::Unreadable(unreadable) => {
                        let key = key.leads_to().unwrap_or_else(|| key.clone());
                        Fault::Unreadable(Box::new(key), Arc::clone(unreadable))
                    }
                    _ => Fault::WrongRecord(Box::new(key.clone())),
                });
            }
        }
        Ok(Self { scan, found })
    }

    /// What was found, if it was by this scan.
    pub(super) fn of(&self, scan: &Scan) -> Option<&[Vec<Entry>]> {
        (self.scan == *scan).then_some(self.found.as_slice())
    }
}

/// Whether this is no fault yet. What cannot be read may not be needed; and strangers must not hear what is wrong with
/// a connection.
fn may_be_under(key: &Key, record: &Record) -> bool {
    match (record, key) {
        (Record::Unreadable(_), _) | (Record::Connection(_), Key::Connection { part: ConnectionPart::Head, .. }) => {
            true
        }
        _ => record.belongs_to(key),
    }
}

/// The first entry that is not one of the first of its range, in their order.
fn out_of_place<'e>(range: &Range, limit: usize, entries: &'e [Entry]) -> Option<&'e Entry> {
    // If entries are in order, the first and the last speak for all of them.
    let unordered = entries.windows(2).find_map(|two| match two {
        [one, other] if one.key.cmp(&other.key).is_ge() => Some(other),
        _ => None,
    });
    let mut ends = entries.first().into_iter().chain(entries.last());
    unordered.or_else(|| ends.find(|entry| !range.contains(&entry.key))).or_else(|| entries.get(limit))
}
