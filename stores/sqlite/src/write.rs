//! What a commit does, within its transaction.

use account_connections::store::{Batch, Expectation, Record, Version, Write};
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params, params_from_iter};
use serde::Serialize;

use crate::{
    ErrorKind,
    outbox::{EVENTS, INSTRUCTIONS},
    read::of_keys,
    row::{checksum, json},
};

/// Whether all expectations hold, in one statement.
pub(crate) fn holds(connection: &Connection, expectations: &[Expectation]) -> Result<bool, ErrorKind> {
    if expectations.is_empty() {
        return Ok(true);
    }
    let texts = expectations.iter().map(|expectation| expectation.key.to_string()).collect::<Vec<_>>();
    let mut found = Vec::with_capacity(texts.len());
    let mut statement = of_keys(connection, "key, version", texts.len())?;
    let mut rows = statement.query(params_from_iter(&texts))?;
    while let Some(row) = rows.next()? {
        // A key that is no text is not one of those asked for.
        found.push((row.get::<_, String>(0)?, Version(row.get::<_, i64>(1)?.cast_unsigned())));
    }
    let version = |text| found.iter().find(|(key, _)| key == text).map(|(_, version)| *version);
    Ok(expectations.iter().zip(&texts).all(|(expectation, text)| expectation.expected.holds(version(text))))
}

/// Writes all of a batch whose expectations hold.
pub(crate) fn write(connection: &Connection, batch: &Batch) -> Result<(), ErrorKind> {
    let version = next_numbers(connection, 1 + batch.events.len() + batch.instructions.len())?;
    let mut put = connection.prepare_cached(
        "INSERT INTO record VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET version = excluded.version, record = \
         excluded.record, checksum = excluded.checksum",
    )?;
    let mut delete = connection.prepare_cached("DELETE FROM record WHERE key = ?")?;
    let mut texts = Texts::default();
    for Write { key, record, .. } in &batch.writes {
        let key = key.to_string();
        match record {
            Some(record) => {
                let text = texts.of(record)?;
                put.execute(params![key, version, text, checksum(&key, version, text)])?;
            }
            None => {
                delete.execute([key])?;
            }
        }
    }
    let first_instruction = version.saturating_add_unsigned(batch.events.len() as u64);
    put_items(connection, EVENTS, version, &batch.events)?;
    put_items(connection, INSTRUCTIONS, first_instruction, &batch.instructions)
}

/// So many numbers that were never given out before: the first of them.
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

/// The JSON texts of records. The index entries of one thing share a record: it is written once.
#[derive(Default)]
struct Texts<'b> {
    last: Option<(&'b Record, String)>,
}

impl<'b> Texts<'b> {
    fn of(&mut self, record: &'b Record) -> Result<&str, ErrorKind> {
        let text = match self.last.take() {
            Some((last, text)) if last == record => text,
            _ => json(record)?,
        };
        Ok(&self.last.insert((record, text)).1)
    }
}
