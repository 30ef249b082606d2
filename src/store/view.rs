use alloc::{boxed::Box, vec::Vec};

use super::{Entry, Key, Record, Scan, Trouble, Versioned};
use crate::refusal::Refusal;

/// Why a decision did not come to an answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "whoever drives a decision has to deal with each of these")]
pub enum Stop {
    /// These records are needed: load them and decide again.
    Load(Vec<Key>),
    /// This scan is needed: carry it out and decide again.
    Scan(Scan),
    /// The operation is refused: this is its answer.
    Refuse(Refusal),
    /// The host or its store did what makes no outcome; or, where more than one record was read, something changed
    /// between two reads. Committing the batch of the plan, which has nothing but expectations, tells.
    Fail(Trouble),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<Trouble> for Stop {
    fn from(trouble: Trouble) -> Self {
        Self::Fail(trouble)
    }
}

/// What has been read so far for one decision. "Not read" and "absent" are different things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    // An operation reads a handful of keys: looking through them all is the fastest way.
    records: Vec<(Key, Option<Versioned>)>,
    scanned: Option<(Scan, Vec<Vec<Entry>>)>,
}

impl View {
    /// Takes in what a store returned for these keys.
    ///
    /// # Errors
    ///
    /// [`Trouble::WrongCount`] and [`Trouble::WrongRecord`].
    pub fn loaded(&mut self, keys: Vec<Key>, found: Vec<Option<Versioned>>) -> Result<(), Trouble> {
        if keys.len() != found.len() {
            return Err(Trouble::WrongCount { asked: keys.len(), given: found.len() });
        }
        for (key, found) in keys.into_iter().zip(found) {
            if found.as_ref().is_some_and(|found| !found.record.belongs_to(&key)) {
                return Err(Trouble::WrongRecord(Box::new(key)));
            }
            self.records.push((key, found));
        }
        Ok(())
    }

    /// Takes in what a store returned for this scan.
    ///
    /// # Errors
    ///
    /// [`Trouble::WrongCount`], [`Trouble::WrongScan`] and [`Trouble::WrongRecord`].
    pub fn scanned(&mut self, scan: Scan, found: Vec<Vec<Entry>>) -> Result<(), Trouble> {
        if scan.ranges.len() != found.len() {
            return Err(Trouble::WrongCount { asked: scan.ranges.len(), given: found.len() });
        }
        for (range, entries) in scan.ranges.iter().zip(&found) {
            let mut before = None;
            for (count, Entry { key, record }) in entries.iter().enumerate() {
                if count >= scan.limit || !range.contains(key) || before >= Some(key) {
                    return Err(Trouble::WrongScan(Box::new(key.clone())));
                }
                if !record.belongs_to(key) {
                    return Err(Trouble::WrongRecord(Box::new(key.clone())));
                }
                before = Some(key);
            }
        }
        self.scanned = Some((scan, found));
        Ok(())
    }

    /// Whether nothing was loaded.
    pub(crate) const fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The keys that were loaded, with what was found.
    pub(super) fn records(&self) -> &[(Key, Option<Versioned>)] {
        &self.records
    }

    pub(crate) fn into_records(self) -> Vec<(Key, Option<Versioned>)> {
        self.records
    }

    /// What a scan found, where it was carried out.
    pub(super) fn found(&self, scan: &Scan) -> Option<&[Vec<Entry>]> {
        self.scanned.as_ref().filter(|(done, _)| done == scan).map(|(_, found)| found.as_slice())
    }

    /// What was read under a key: `None` where it was not read, `Some(None)` where nothing was there.
    pub(super) fn find(&self, key: &Key) -> Option<Option<&Record>> {
        let (_, found) = self.records.iter().find(|(known, _)| known == key)?;
        Some(found.as_ref().map(|found| &found.record))
    }
}
