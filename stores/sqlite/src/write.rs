//! What a commit does, within its transaction.

use account_connections::store::{Batch, Expectation, Key, Record, Write};
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};
use serde::Serialize;

use crate::{
    ErrorKind,
    load::version,
    outbox::{EVENTS, INSTRUCTIONS},
    row::{checksum, json},
    table::{Table, place},
};

/// Whether all expectations hold.
pub(crate) fn hold(connection: &Connection, expectations: &[Expectation]) -> Result<bool, ErrorKind> {
    for Expectation { key, expected, .. } in expectations {
        if !expected.holds(version(connection, key)?) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Writes all of a batch whose expectations hold.
pub(crate) fn write(connection: &Connection, batch: &Batch) -> Result<(), ErrorKind> {
    let version = next_numbers(connection, 1 + batch.events().len() + batch.instructions().len())?;
    for Write { key, record, .. } in batch.writes() {
        match record {
            Some(record) => put(connection, key, version, record)?,
            None => delete(connection, key)?,
        }
    }
    let first_instruction = version.saturating_add_unsigned(batch.events().len() as u64);
    put_items(connection, EVENTS, version, batch.events())?;
    put_items(connection, INSTRUCTIONS, first_instruction, batch.instructions())
}

/// Puts a record under a key.
fn put(connection: &Connection, key: &Key, version: i64, record: &Record) -> Result<(), ErrorKind> {
    let (table, key) = (Table::of(key), key.to_string());
    let record = match record {
        Record::IndexEntry => None,
        record => Some(json(record)?),
    };
    let checksum = checksum(&key, version, record.as_deref().unwrap_or_default());
    match table {
        Table::Record => {
            let row = params![place(&key), key, version, record, checksum];
            let mut update = connection.prepare_cached(
                "UPDATE record SET version = ?3, record = ?4, checksum = ?5 WHERE place = ?1 AND key = ?2",
            )?;
            if update.execute(row)? == 0 {
                let mut insert = connection.prepare_cached(
                    "INSERT INTO record VALUES (iif(EXISTS (SELECT 1 FROM record WHERE place = ?1), NULL, ?1), ?2, ?3, \
                     ?4, ?5) ON CONFLICT (key) DO UPDATE SET version = ?3, record = ?4, checksum = ?5",
                )?;
                insert.execute(row)?;
            }
        }
        Table::Listing => {
            let mut put = connection.prepare_cached(
                "INSERT INTO listing VALUES (?1, ?2, ?3, ?4) ON CONFLICT (key) DO UPDATE SET version = ?2, record = ?3, \
                 checksum = ?4",
            )?;
            put.execute(params![key, version, record, checksum])?;
        }
    }
    Ok(())
}

/// Deletes the record under a key, if there is one: the one that a load finds, so in its own place first.
fn delete(connection: &Connection, key: &Key) -> Result<(), ErrorKind> {
    let (table, key) = (Table::of(key), key.to_string());
    match table {
        Table::Record => {
            let mut in_place = connection.prepare_cached("DELETE FROM record WHERE place = ? AND key = ?")?;
            if in_place.execute(params![place(&key), key])? == 0 {
                connection.prepare_cached("DELETE FROM record WHERE key = ?")?.execute([key])?;
            }
        }
        Table::Listing => {
            connection.prepare_cached("DELETE FROM listing WHERE key = ?")?.execute([key])?;
        }
    }
    Ok(())
}

/// Takes this many numbers that were never given out before; returns the first of them.
fn next_numbers(connection: &Connection, count: usize) -> Result<i64, ErrorKind> {
    let mut next = connection
        .prepare_cached("UPDATE sequence SET last = last + ?1, opposite = opposite - ?1 RETURNING last - ?1 + 1")?;
    match next.query_row([count as i64], |row| row.get(0)).optional() {
        Ok(Some(first)) => Ok(first),
        Ok(None) => Err(ErrorKind::Damaged("the last version is missing".to_owned())),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
            Err(ErrorKind::Damaged("the last version and its opposite do not agree".to_owned()))
        }
        Err(error) => Err(error.into()),
    }
}

/// Appends to an outbox: the items take the numbers after this one.
fn put_items(connection: &Connection, table: &str, before: i64, items: &[impl Serialize]) -> Result<(), ErrorKind> {
    if items.is_empty() {
        return Ok(());
    }
    let mut put = connection.prepare_cached(&format!("INSERT INTO {table} VALUES (?, ?, ?)"))?;
    for (number, item) in (before.saturating_add(1)..).zip(items) {
        let text = json(item)?;
        put.execute(params![number, text, checksum(table, number, &text)])?;
    }
    Ok(())
}
