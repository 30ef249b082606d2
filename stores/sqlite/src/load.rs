//! Records by their keys, and their versions.

use std::collections::BTreeMap;

use account_connections::store::{Key, Version, Versioned};
use rusqlite::{Connection, params, params_from_iter, types::ToSqlOutput};

use crate::{
    ErrorKind,
    row::{COLUMNS, IndexEntry, RecordRow},
    table::{Table, place},
};

/// The records under these keys: in one statement, if all are there, in their own places, and not too many.
pub(crate) fn load(connection: &Connection, keys: &[Key]) -> Result<Vec<Option<Versioned>>, ErrorKind> {
    let keys = texts(keys);
    let mut found = BTreeMap::new();
    if keys.len() > 1 {
        look(connection, &keys, |row| {
            found.insert(row.key.to_owned(), row.versioned()?);
            Ok(())
        })?;
    }
    for (table, key) in &keys {
        if !found.contains_key(key)
            && let Some(versioned) = find(connection, *table, key)?
        {
            found.insert(key.clone(), versioned);
        }
    }
    Ok(keys.iter().map(|(_, key)| found.get(key).cloned()).collect())
}

/// The versions of the records under these keys, in the transaction of this connection. Neighbours are not looked at:
/// whoever expects an absence has loaded it.
pub(crate) fn versions<'k>(
    connection: &Connection,
    keys: impl IntoIterator<Item = &'k Key>,
) -> Result<Vec<Option<Version>>, ErrorKind> {
    let keys = texts(keys);
    let mut found = BTreeMap::new();
    look(connection, &keys, |row| {
        found.insert(row.key.to_owned(), row.version);
        Ok(())
    })?;
    for (table, key) in &keys {
        if *table == Table::Record && !found.contains_key(key) {
            let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM record WHERE key = ?"))?;
            if let Some(row) = statement.query([key])?.next()? {
                found.insert(key.clone(), RecordRow::read(row)?.version);
            }
        }
    }
    Ok(keys.iter().map(|(_, key)| found.get(key).copied()).collect())
}

/// The texts of keys, and where their records are.
fn texts<'k>(keys: impl IntoIterator<Item = &'k Key>) -> Vec<(Table, String)> {
    keys.into_iter().map(|key| (Table::of(key), key.to_string())).collect()
}

/// The most keys of one statement: SQLite takes some more.
const KEYS_AT_ONCE: usize = 1000;

/// Hands over what is found where the records under these keys are looked for first: other records may be in their places.
fn look(
    connection: &Connection,
    keys: &[(Table, String)],
    mut found: impl FnMut(&RecordRow<'_>) -> Result<(), ErrorKind>,
) -> Result<(), ErrorKind> {
    for keys in keys.chunks(KEYS_AT_ONCE) {
        let of = |table| keys.iter().filter(move |(of, _)| *of == table).map(|(_, key)| key);
        let mut parameters = of(Table::Record).map(|key| place(key).into()).collect::<Vec<ToSqlOutput<'_>>>();
        let places = parameters.len();
        parameters.extend(of(Table::Listing).map(|key| key.as_str().into()));
        let selects = [("record", "place", places), ("listing", "key", parameters.len() - places)].map(
            |(table, column, count)| {
                let marks = "?, ".repeat(count);
                let marks = marks.strip_suffix(", ")?;
                Some(format!("SELECT {COLUMNS} FROM {table} WHERE {column} IN ({marks})"))
            },
        );
        let sql = selects.into_iter().flatten().collect::<Vec<_>>().join(" UNION ALL ");
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(parameters))?;
        while let Some(row) = rows.next()? {
            found(&RecordRow::read(row)?)?;
        }
    }
    Ok(())
}

/// The record under a key, wherever in its table it is, or its absence.
///
/// SQLite goes on to the next part of a statement when it is asked for the next row, so a record is there after the first
/// one. Where there is none, its neighbours are looked at: damage to a key leaves its record between the same two, so an
/// absence that damage only feigns is found out.
fn find(connection: &Connection, table: Table, key: &str) -> Result<Option<Versioned>, ErrorKind> {
    match table {
        Table::Record => find_record(connection, key),
        Table::Listing => find_listing(connection, key),
    }
}

/// In one statement, and one more for a record that is not in its own place.
fn find_record(connection: &Connection, key: &str) -> Result<Option<Versioned>, ErrorKind> {
    let mut statement = connection.prepare_cached(
        "SELECT key, version, record, checksum FROM record WHERE place = ?2 AND key = ?1
        UNION ALL SELECT * FROM (SELECT key, place, NULL, NULL FROM record WHERE key >= ?1 ORDER BY key LIMIT 1)
        UNION ALL SELECT * FROM (SELECT key, place, NULL, NULL FROM record WHERE key < ?1 ORDER BY key DESC LIMIT 1)",
    )?;
    let mut rows = statement.query(params![key, place(key)])?;
    while let Some(row) = rows.next()? {
        let Some(entry) = IndexEntry::read(row)? else {
            return RecordRow::read(row)?.versioned().map(Some);
        };
        if entry.key == key {
            return of_entry(connection, &entry).map(Some);
        }
        // A place that is the key's own says that the key is sound, without a look at the row.
        if entry.place != place(entry.key) {
            of_entry(connection, &entry)?;
        }
    }
    Ok(None)
}

/// In one statement.
fn find_listing(connection: &Connection, key: &str) -> Result<Option<Versioned>, ErrorKind> {
    let mut statement = connection.prepare_cached(
        "SELECT * FROM (SELECT * FROM listing WHERE key >= ?1 ORDER BY key LIMIT 1)
        UNION ALL SELECT * FROM (SELECT * FROM listing WHERE key < ?1 ORDER BY key DESC LIMIT 1)",
    )?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        let row = RecordRow::read(row)?;
        if row.key == key {
            return row.versioned().map(Some);
        }
    }
    Ok(None)
}

/// The record that an entry of the index leads to, while the statement that found the entry reads on.
fn of_entry(connection: &Connection, entry: &IndexEntry<'_>) -> Result<Versioned, ErrorKind> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM record WHERE place = ?"))?;
    let mut rows = statement.query([entry.place])?;
    if let Some(row) = rows.next()? {
        let row = RecordRow::read(row)?;
        if row.key == entry.key {
            return row.versioned();
        }
    }
    Err(ErrorKind::unreadable(format!("the record under the key `{}`", entry.key), "is not where the index has it"))
}
