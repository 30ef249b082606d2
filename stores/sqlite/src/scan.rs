//! Ranges of records, and all records, in the transaction of a connection.

use std::ops::Bound;

use account_connections::store::{Entry, Key, Range, Record, Scan};
use rusqlite::Connection;

use crate::{
    ErrorKind,
    load::find,
    row::{COLUMNS, RecordRow},
    table::Table,
};

/// The first entries of each range, each with the record that it leads to.
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
            let row = RecordRow::read(row)?;
            entries.push(Entry { key: row.key()?, record: row.record()? });
        }
    }
    entries.sort_by(|one, other| one.key.cmp(&other.key));
    Ok(entries)
}

/// The record that a row of a list leads to, or its own.
pub(crate) fn listed(connection: &Connection, key: &Key, row: &RecordRow<'_>) -> Result<Record, ErrorKind> {
    let Some(target) = key.leads_to() else { return row.record() };
    match find(connection, &target)? {
        Some(found) => Ok(found.record),
        None => Err(ErrorKind::unreadable(format!("the index entry `{key}`"), "leads to no record")),
    }
}

/// The first entries of a range. Both its ends are of one kind, so all of it is in one table.
///
/// The end is not left to SQLite: the row after the range is read, too, and so is the one before it. Both must be
/// sound, or they could belong to the range.
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
        let key = row.key()?;
        let record = listed(connection, &key, &row)?;
        entries.push(Entry { key, record });
    }
    Ok(entries)
}
