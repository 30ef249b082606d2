//! Verifies the whole file.

use account_connections::{event::Event, instruction::Instruction};
use rusqlite::{Connection, OptionalExtension as _};
use serde::de::DeserializeOwned;

use crate::{
    ErrorKind,
    outbox::{EVENTS, INSTRUCTIONS},
    row::{COLUMNS, RecordRow, read_item},
    scan::listed,
    table::Table,
};

/// Checks everything that can be checked, in the transaction of this connection.
pub(crate) fn verify(connection: &Connection) -> Result<(), ErrorKind> {
    let said = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0))?;
    if said != "ok" {
        return Err(ErrorKind::Damaged(said));
    }
    let last = last_number(connection)?;
    for table in Table::ALL {
        records(connection, table, last)?;
    }
    outbox::<Event>(connection, EVENTS, last)?;
    outbox::<Instruction>(connection, INSTRUCTIONS, last)
}

fn records(connection: &Connection, table: Table, last: i64) -> Result<(), ErrorKind> {
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM {}", table.name()))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let row = RecordRow::read(row)?;
        let (key, record) = (row.key()?, row.record()?);
        if Table::of(&key) != table || !record.belongs_to(&key) {
            return Err(ErrorKind::unreadable(format!("the record under the key `{key}`"), "does not belong there"));
        }
        listed(connection, &key, &row)?;
        if row.version.0 > last.cast_unsigned() {
            return Err(ErrorKind::Damaged(format!("the key `{key}` has version {} after {last}", row.version)));
        }
    }
    Ok(())
}

fn outbox<T: DeserializeOwned>(connection: &Connection, table: &str, last: i64) -> Result<(), ErrorKind> {
    let mut statement = connection.prepare(&format!("SELECT sequence, item, checksum FROM {table}"))?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (sequence, _) = read_item::<T>(row, table)?;
        if sequence > last {
            return Err(ErrorKind::Damaged(format!("the {table} has number {sequence} after {last}")));
        }
    }
    Ok(())
}

/// The last number given out.
fn last_number(connection: &Connection) -> Result<i64, ErrorKind> {
    let found = connection.query_row("SELECT last FROM sequence", [], |row| row.get(0)).optional()?;
    found.ok_or_else(|| ErrorKind::Damaged("the last version is missing".to_owned()))
}
