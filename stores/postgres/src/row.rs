//! Records as rows.

use std::collections::HashMap;

use account_connections::store::{Batch, Entry, Expected, Key, Record, Version, Versioned};
use serde::Serialize;
use tokio_postgres::Row;

use crate::{ErrorKind, session::Parameter};

/// What the rows of a load say about these keys: records, even unreadable ones, or their absence.
pub(crate) fn versioned(keys: &[Vec<u8>], rows: &[Row]) -> Result<Vec<Option<Versioned>>, ErrorKind> {
    let mut found = HashMap::with_capacity(rows.len());
    for row in rows {
        let version = Version(row.try_get::<_, i64>("version")?.cast_unsigned());
        found.insert(row.try_get::<_, &[u8]>("key")?, Versioned { version, record: record(row)? });
    }
    Ok(keys.iter().map(|key| found.get(&**key).cloned()).collect())
}

/// What a row of a scan, or of all records, says.
pub(crate) fn entry(row: &Row) -> Result<Entry, ErrorKind> {
    let text = row.try_get::<_, &[u8]>("key")?;
    let key = std::str::from_utf8(text).map_err(|error| error.to_string());
    let key = key.and_then(|text| text.parse::<Key>().map_err(|error| error.to_string()));
    let key = key.map_err(|why| ErrorKind::unreadable(format!("the key `{}`", text.escape_ascii()), why))?;
    Ok(Entry { key, record: record(row)? })
}

/// The keys as they are stored.
pub(crate) fn all_bytes(keys: &[Key]) -> Vec<Vec<u8>> {
    keys.iter().map(bytes).collect()
}

fn record(row: &Row) -> Result<Record, ErrorKind> {
    Ok(match row.try_get::<_, Option<&str>>("record")? {
        Some(text) => serde_json::from_str(text)
            .unwrap_or_else(|error| Record::unreadable(error, serde_json::from_str(text).ok())),
        None => Record::IndexEntry,
    })
}

/// A batch as parameters of SQL: columns of its expectations, of what it deletes, and of what it writes.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    pub(crate) expected: Vec<Vec<u8>>,
    /// `None` where nothing may exist.
    pub(crate) versions: Vec<Option<i64>>,
    pub(crate) deleted: Vec<Vec<u8>>,
    pub(crate) written: Vec<Vec<u8>>,
    /// `None` for an index entry.
    pub(crate) records: Vec<Option<String>>,
    pub(crate) leads_to: Vec<Option<Vec<u8>>>,
    pub(crate) events: Vec<String>,
    pub(crate) instructions: Vec<String>,
}

impl Columns {
    pub(crate) fn of(batch: &Batch) -> Result<Self, ErrorKind> {
        let mut columns = Self::default();
        for expectation in batch.expectations() {
            columns.expected.push(bytes(&expectation.key));
            columns.versions.push(match expectation.expected {
                Expected::Absent => None,
                Expected::At(version) => Some(version.0.cast_signed()),
            });
        }
        for write in batch.writes() {
            let Some(record) = &write.record else {
                columns.deleted.push(bytes(&write.key));
                continue;
            };
            columns.written.push(bytes(&write.key));
            columns.leads_to.push(write.key.leads_to().as_ref().map(bytes));
            columns.records.push(match record {
                Record::IndexEntry => None,
                record => Some(json(record)?),
            });
        }
        columns.events = batch.events().iter().map(json).collect::<Result<_, _>>()?;
        columns.instructions = batch.instructions().iter().map(json).collect::<Result<_, _>>()?;
        Ok(columns)
    }

    /// In the order of the statement that writes.
    pub(crate) fn parameters(&self) -> [Parameter<'_>; 8] {
        let Self { expected, versions, deleted, written, records, leads_to, events, instructions } = self;
        [expected, versions, deleted, written, records, leads_to, events, instructions]
    }
}

/// A key as it is stored: `bytea` sorts by bytes, and accepts a NUL.
pub(crate) fn bytes(key: &Key) -> Vec<u8> {
    key.to_string().into_bytes()
}

fn json(of: &impl Serialize) -> Result<String, ErrorKind> {
    // All maps in the model's types have text as keys, so this does not fail.
    serde_json::to_string(of).map_err(|error| ErrorKind::unreadable("what was to be written", error))
}
