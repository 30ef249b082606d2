//! Records and outbox entries as etcd values: JSON, or nothing for an index entry.

use account_connections::store::{Key, Record, Version, Versioned};
use bytes::Bytes;
use serde::{Serialize, de::DeserializeOwned};

use crate::{ErrorKind, rpc::KeyValue};

/// The value of a record.
pub(crate) fn value(record: &Record) -> Result<Bytes, ErrorKind> {
    match record {
        Record::IndexEntry => Ok(Bytes::new()),
        record => json(record),
    }
}

/// The JSON text of a record or an item.
pub(crate) fn json(of: &impl Serialize) -> Result<Bytes, ErrorKind> {
    // All maps in the model's types have text as keys, so this does not fail.
    serde_json::to_vec(of).map(Bytes::from).map_err(|error| ErrorKind::unreadable("a record to be written", error))
}

/// What a load finds under a key: a record, or that it cannot be read.
pub(crate) fn versioned(found: &KeyValue) -> Versioned {
    let record =
        read(found).unwrap_or_else(|error| Record::unreadable(error, serde_json::from_slice(&found.value).ok()));
    Versioned { version: Version(found.mod_revision.cast_unsigned()), record }
}

/// The record of an entry of a scan.
pub(crate) fn record(key: &Key, found: &KeyValue) -> Result<Record, ErrorKind> {
    read(found).map_err(|error| ErrorKind::unreadable(format!("a record under the key `{key}`"), error))
}

/// An item of an outbox.
pub(crate) fn item<T: DeserializeOwned>(found: &KeyValue) -> Result<T, ErrorKind> {
    serde_json::from_slice(&found.value)
        .map_err(|error| ErrorKind::unreadable(format!("an entry `{}`", String::from_utf8_lossy(&found.key)), error))
}

fn read(found: &KeyValue) -> serde_json::Result<Record> {
    if found.value.is_empty() { Ok(Record::IndexEntry) } else { serde_json::from_slice(&found.value) }
}
