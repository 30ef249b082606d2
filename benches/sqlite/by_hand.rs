//! An accept as one writes it by hand against the store's tables: one transaction, a statement for each read and write,
//! and nothing in between but what the answer and the rows need.
//!
//! It reads and writes what the store does for the same accept, the same bytes in the same rows. It checks the rules of an
//! accept, and knows no other operation, no lost race and no damage.

use account_connections::id::{Caller, ConnectionId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};

use crate::stored::{Details, Refused};

/// Accepts a PENDING connection of whose environment name there is no environment. The answer is the new record.
pub fn accept(
    database: &Connection,
    caller: Caller,
    id: ConnectionId,
    now: Timestamp,
) -> rusqlite::Result<Result<String, Refused>> {
    let transaction = Transaction::new_unchecked(database, TransactionBehavior::Immediate)?;
    let key = format!("connection {} {id}", caller.region);
    let account = caller.account.to_string();
    let found = transaction
        .prepare_cached("SELECT record FROM record WHERE place = ? AND key = ?")?
        .query_row(params![place(&key), key], |row| row.get::<_, String>(0))
        .optional()?;
    let Some(found) = found else { return Ok(Err(Refused::NotFound)) };
    let before = Details::read(&found);
    if let Err(refused) = before.check_accept(&account) {
        return Ok(Err(refused));
    }
    let environment = transaction
        .prepare_cached("SELECT record FROM record WHERE key = ?")?
        .query_row([before.environment()], |row| row.get::<_, String>(0))
        .optional()?;
    assert!(environment.is_none(), "no connection of the benchmark waits for an environment");

    let now = now.to_string();
    let accepted = before.accepted(&now);
    let version = transaction
        .prepare_cached("UPDATE sequence SET last = last + 2, opposite = opposite - 2 RETURNING last - 1")?
        .query_row([], |row| row.get::<_, i64>(0))?;
    let record = accepted.record();
    transaction
        .prepare_cached("UPDATE record SET version = ?, record = ?, checksum = ? WHERE place = ? AND key = ?")?
        .execute(params![version, record, checksum(&key, version, &record), place(&key), key])?;

    let mut delete = transaction.prepare_cached("DELETE FROM listing WHERE key = ?")?;
    let mut insert = transaction.prepare_cached("INSERT INTO listing VALUES (?, ?, NULL, ?)")?;
    for (old, new) in accepted.entries("PENDING").zip(accepted.entries("CONNECTED")) {
        delete.execute([old])?;
        insert.execute(params![new, version, checksum(&new, version, "")])?;
    }
    drop((delete, insert));
    let event = accepted.event(Some("PENDING"));
    transaction.prepare_cached("INSERT INTO event VALUES (?, ?, ?)")?.execute(params![
        version + 1,
        event,
        checksum("event", version + 1, &event)
    ])?;
    transaction.commit()?;
    Ok(Ok(record))
}

fn place(key: &str) -> u32 {
    crc32fast::hash(key.as_bytes())
}

fn checksum(name: &str, number: i64, text: &str) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(name.as_bytes());
    hasher.update(&number.to_be_bytes());
    hasher.update(text.as_bytes());
    hasher.finalize()
}
