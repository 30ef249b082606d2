//! Ranges of records, and all of them.

use std::ops::Bound;

use account_connections::store::{Entry, Range, Scan};
use rusqlite::Connection;

use crate::{
    ErrorKind,
    row::{COLUMNS, RecordRow},
    table::Table,
};

/// The first records of each range, as they are in the transaction of this connection.
pub(crate) fn scan(connection: &Connection, scan: &Scan) -> Result<Vec<Vec<Entry>>, ErrorKind> {
    scan.ranges.iter().map(|range| first_of(connection, range, scan.limit)).collect()
}

/// All records, in the order of their keys.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Entry>, ErrorKind> {
    let mut entries = Vec::new();
    for table in Table::ALL {
        let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM {}", table.name()))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            entries.push(RecordRow::read(row)?.entry()?);
        }
    }
    entries.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(entries)
}

/// The first records of a range. Both its ends are of one kind, so all of it is in one table.
///
/// The end is not left to SQLite: the record after the range is read too, and the one before. Both have to be sound, or
/// they could be of the range.
fn first_of(connection: &Connection, range: &Range, limit: usize) -> Result<Vec<Entry>, ErrorKind> {
    let (start, from, before) = match &range.start {
        Bound::Included(key) => (key.to_string(), ">=", "<"),
        Bound::Excluded(key) => (key.to_string(), ">", "<="),
        Bound::Unbounded => (String::new(), ">=", "<"),
    };
    let (last, table) = (range.last.to_string(), Table::of(&range.last).name());
    let sql = format!("SELECT {COLUMNS} FROM {table} WHERE key {before} ? ORDER BY key DESC LIMIT 1");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([&start])?;
    if let Some(row) = rows.next()? {
        RecordRow::read(row)?;
    }
    let sql = format!("SELECT {COLUMNS} FROM {table} WHERE key {from} ? ORDER BY key");
    let mut statement = connection.prepare_cached(&sql)?;
    let (mut rows, mut entries) = (statement.query([&start])?, Vec::new());
    while entries.len() < limit
        && let Some(row) = rows.next()?
    {
        let row = RecordRow::read(row)?;
        if row.key > last.as_str() {
            break;
        }
        entries.push(row.entry()?);
    }
    Ok(entries)
}
