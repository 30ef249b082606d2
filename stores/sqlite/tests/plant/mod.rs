//! A record as the README says that it is stored, put there by hand: what the contract's fixtures plant.
#![allow(clippy::unwrap_used, reason = "what goes wrong in a fixture is to stop")]

use account_connections::store::Key;
use account_connections_sqlite::{Sqlite, rusqlite::params};

/// Puts the record with this JSON text under a key; an index entry has none.
pub(crate) fn plant(store: &Sqlite, key: &Key, record: &str) {
    let record = (record != r#""indexEntry""#).then_some(record);
    let (connection, text) = (store.connection(), key.to_string());
    let next = "UPDATE sequence SET last = last + 1, opposite = opposite - 1 RETURNING last";
    let version = connection.query_row(next, [], |row| row.get::<_, i64>(0)).unwrap();
    let checksum =
        crc32fast::hash(&[text.as_bytes(), &version.to_be_bytes(), record.unwrap_or_default().as_bytes()].concat());
    let table = match key {
        Key::ListedConnection { .. } | Key::ListedEnvironment { .. } | Key::ProvisionedResource { .. } => "listing",
        _ => "record",
    };
    let put = format!("INSERT OR REPLACE INTO {table} (key, version, record, checksum) VALUES (?, ?, ?, ?)");
    connection.execute(&put, params![text, version, record, checksum]).unwrap();
}
