//! What a store reads: records by their keys, ranges of them, and all.

use std::{collections::BTreeMap, ops::Bound};

use account_connections::store::{Entry, Key, Range, Scan, Versioned};
use rusqlite::{CachedStatement, Connection, params_from_iter};

use crate::{
    ErrorKind,
    row::{COLUMNS, RecordRow},
};

/// The most keys of one statement: SQLite takes some more.
const KEYS_AT_ONCE: usize = 1000;

/// The records under these keys, in one statement.
///
/// Where there is none, its neighbours are looked at: damage to a key leaves its record between the same two, so an
/// absence that damage only feigns is found out.
pub(crate) fn load(connection: &Connection, keys: &[Key]) -> Result<Vec<Option<Versioned>>, ErrorKind> {
    let texts = keys.iter().map(Key::to_string).collect::<Vec<_>>();
    let mut found = BTreeMap::new();
    for texts in texts.chunks(KEYS_AT_ONCE) {
        let mut statement = of_keys(connection, COLUMNS, texts.len())?;
        let mut rows = statement.query(params_from_iter(texts))?;
        while let Some(row) = rows.next()? {
            let row = RecordRow::read(row)?;
            found.insert(row.key.to_owned(), Versioned { version: row.version, record: row.record()? });
        }
    }
    for text in texts.iter().filter(|text| !found.contains_key(*text)) {
        check_neighbours(connection, text)?;
    }
    Ok(texts.iter().map(|text| found.get(text).cloned()).collect())
}

/// The first records of each range, as they are in the transaction of this connection.
pub(crate) fn scan(connection: &Connection, scan: &Scan) -> Result<Vec<Vec<Entry>>, ErrorKind> {
    scan.ranges.iter().map(|range| first_of(connection, range, scan.limit)).collect()
}

/// All records, in the order of their keys.
pub(crate) fn all(connection: &Connection) -> Result<Vec<Entry>, ErrorKind> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM record ORDER BY key"))?;
    let (mut rows, mut entries) = (statement.query([])?, Vec::new());
    while let Some(row) = rows.next()? {
        let row = RecordRow::read(row)?;
        entries.push(Entry { key: row.key()?, record: row.record()? });
    }
    Ok(entries)
}

/// A statement for some columns of the records under so many keys.
pub(crate) fn of_keys<'c>(
    connection: &'c Connection,
    columns: &str,
    count: usize,
) -> rusqlite::Result<CachedStatement<'c>> {
    let marks = "?, ".repeat(count);
    let marks = marks.trim_end_matches(", ");
    connection.prepare_cached(&format!("SELECT {columns} FROM record WHERE key IN ({marks})"))
}

/// The first records of a range.
///
/// The end is not left to SQLite: the record after the range is read too, and the one before. Both have to be sound, or
/// they could be of the range.
fn first_of(connection: &Connection, range: &Range, limit: usize) -> Result<Vec<Entry>, ErrorKind> {
    let (start, from, before) = match &range.start {
        Bound::Included(key) => (key.to_string(), ">=", "<"),
        Bound::Excluded(key) => (key.to_string(), ">", "<="),
        Bound::Unbounded => (String::new(), ">=", "<"),
    };
    let last = range.last.to_string();
    check_each(
        connection,
        &format!("SELECT {COLUMNS} FROM record WHERE key {before} ? ORDER BY key DESC LIMIT 1"),
        &start,
    )?;
    let sql = format!("SELECT {COLUMNS} FROM record WHERE key {from} ? ORDER BY key");
    let mut statement = connection.prepare_cached(&sql)?;
    let (mut rows, mut entries) = (statement.query([&start])?, Vec::new());
    while entries.len() < limit
        && let Some(row) = rows.next()?
    {
        let row = RecordRow::read(row)?;
        if row.key > last.as_str() {
            break;
        }
        entries.push(Entry { key: row.key()?, record: row.record()? });
    }
    Ok(entries)
}

/// Checks the last record before a key and the first one after it.
fn check_neighbours(connection: &Connection, key: &str) -> Result<(), ErrorKind> {
    let sql = format!(
        "SELECT * FROM (SELECT {COLUMNS} FROM record WHERE key < ?1 ORDER BY key DESC LIMIT 1) UNION ALL \
         SELECT * FROM (SELECT {COLUMNS} FROM record WHERE key > ?1 ORDER BY key LIMIT 1)"
    );
    check_each(connection, &sql, key)
}

/// Checks each record that a statement finds.
fn check_each(connection: &Connection, sql: &str, key: &str) -> Result<(), ErrorKind> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        RecordRow::read(row)?;
    }
    Ok(())
}
