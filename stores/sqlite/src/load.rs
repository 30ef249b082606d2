//! Records by their keys, and their versions, in the transaction of a connection.

use account_connections::store::{Key, Record, Version, Versioned};
use rusqlite::{Connection, Row, params};

use crate::{
    ErrorKind,
    row::{COLUMNS, RecordRow},
    table::{Table, place},
};

/// The record under a key, or its absence.
///
/// If there is no record there, its neighbours are looked at: damage to a key leaves its record between the same two,
/// so an absence that is only due to damage is detected.
pub(crate) fn find(connection: &Connection, key: &Key) -> Result<Option<Versioned>, ErrorKind> {
    let (table, key) = (Table::of(key), key.to_string());
    match first(connection, table, &key, RecordRow::found)? {
        None => absent(connection, table, &key),
        found => Ok(found),
    }
}

/// The version of the record under a key. Neighbours are not looked at: anyone who expects an absence has already
/// loaded it.
pub(crate) fn version(connection: &Connection, key: &Key) -> Result<Option<Version>, ErrorKind> {
    let (table, key) = (Table::of(key), key.to_string());
    let found = first(connection, table, &key, |row| Ok(RecordRow::read(row)?.version))?;
    if found.is_some() || table == Table::Listing {
        return Ok(found);
    }
    let mut anywhere = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM record WHERE key = ?"))?;
    let mut rows = anywhere.query([key])?;
    rows.next()?.map(|row| Ok(RecordRow::read(row)?.version)).transpose()
}

/// What is read of the record under a key, if it is in the first place looked at.
fn first<T>(
    connection: &Connection,
    table: Table,
    key: &str,
    read: impl FnOnce(&Row<'_>) -> Result<T, ErrorKind>,
) -> Result<Option<T>, ErrorKind> {
    let mut statement = match table {
        Table::Record => connection
            .prepare_cached("SELECT key, version, record, checksum FROM record WHERE place = ?2 AND key = ?1")?,
        Table::Listing => {
            connection.prepare_cached("SELECT key, version, record, checksum FROM listing WHERE key = ?1")?
        }
    };
    let mut rows = match table {
        Table::Record => statement.query(params![key, place(key)])?,
        Table::Listing => statement.query([key])?,
    };
    rows.next()?.map(read).transpose()
}

/// The record under a key that is not in the first place looked at: it is elsewhere, or certainly nowhere.
fn absent(connection: &Connection, table: Table, key: &str) -> Result<Option<Versioned>, ErrorKind> {
    if table == Table::Listing {
        let mut statement = connection.prepare_cached(
            "SELECT * FROM (SELECT * FROM listing WHERE key > ?1 ORDER BY key LIMIT 1)
            UNION ALL SELECT * FROM (SELECT * FROM listing WHERE key < ?1 ORDER BY key DESC LIMIT 1)",
        )?;
        let mut rows = statement.query([key])?;
        while let Some(row) = rows.next()? {
            RecordRow::read(row)?;
        }
        return Ok(None);
    }
    let mut statement = connection.prepare_cached(
        "SELECT * FROM (SELECT key, place FROM record WHERE key >= ?1 ORDER BY key LIMIT 1)
        UNION ALL SELECT * FROM (SELECT key, place FROM record WHERE key < ?1 ORDER BY key DESC LIMIT 1)",
    )?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        let text = |error| ErrorKind::unreadable("a key", error);
        let (found, at) = (row.get_ref(0)?.as_str().map_err(text)?, row.get::<_, i64>(1)?);
        if found == key {
            return of_entry(connection, found, at).map(Some);
        }
        // If the place is the key's own, the key is sound, without a look at the row.
        if at != place(found)
            && let Record::Unreadable(why) = of_entry(connection, found, at)?.record
        {
            return Err(ErrorKind::unreadable(format!("the record under the key `{found}`"), why));
        }
    }
    Ok(None)
}

/// The record that an entry of the index of the keys leads to.
fn of_entry(connection: &Connection, key: &str, at: i64) -> Result<Versioned, ErrorKind> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM record WHERE place = ?"))?;
    let mut rows = statement.query([at])?;
    if let Some(row) = rows.next()?
        && RecordRow::read(row).ok().is_none_or(|row| row.key == key)
    {
        return RecordRow::found(row);
    }
    Err(ErrorKind::unreadable(format!("the record under the key `{key}`"), "is not where the index has it"))
}
