//! A record as a row, with a checksum over it.

use account_connections::store::{Key, Record, Version, Versioned};
use rusqlite::{
    Row,
    types::{FromSqlError, ValueRef},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::ErrorKind;

/// A row of a table of records whose checksum is right, in the order of [`COLUMNS`].
pub(crate) struct RecordRow<'r> {
    pub(crate) key: &'r str,
    pub(crate) version: Version,
    /// `None` if the key is all there is: an index entry.
    record: Option<&'r str>,
}

pub(crate) const COLUMNS: &str = "key, version, record, checksum";

impl<'r> RecordRow<'r> {
    /// Reads a row.
    pub(crate) fn read(row: &'r Row<'_>) -> Result<Self, ErrorKind> {
        let what = || match row.get_ref(0) {
            Ok(ValueRef::Text(key)) => format!("the record under the key `{}`", String::from_utf8_lossy(key)),
            _ => "a record".to_owned(),
        };
        let columns = || {
            let (key, record) = (row.get_ref(0)?.as_str()?, row.get_ref(2)?.as_str_or_null()?);
            Ok::<_, Trouble>((key, row.get_ref(1)?.as_i64()?, record, row.get_ref(3)?.as_i64()?))
        };
        let (key, version, record, found) = columns().map_err(|trouble| trouble.of(&what))?;
        if found != checksum(key, version, record.unwrap_or_default()) {
            return Err(ErrorKind::unreadable(what(), CHECKSUM));
        }
        // Negative ones are never written.
        Ok(Self { key, version: Version(version.cast_unsigned()), record })
    }

    pub(crate) fn key(&self) -> Result<Key, ErrorKind> {
        self.key.parse().map_err(|error| self.unreadable(error))
    }

    pub(crate) fn record(&self) -> Result<Record, ErrorKind> {
        match self.record {
            Some(record) => serde_json::from_str(record).map_err(|error| self.unreadable(error)),
            None => Ok(Record::IndexEntry),
        }
    }

    /// What a load finds in a row that has the key asked for: a record, or that it cannot be read.
    pub(crate) fn found(row: &Row<'_>) -> Result<Versioned, ErrorKind> {
        match RecordRow::read(row).and_then(|row| Ok(Versioned { version: row.version, record: row.record()? })) {
            Err(ErrorKind::Unreadable { why, .. }) => {
                let text = match row.get_ref(2)? {
                    ValueRef::Text(text) | ValueRef::Blob(text) => text,
                    _ => &[],
                };
                let version = row.get_ref(1)?.as_i64().unwrap_or_default();
                let record = Record::unreadable(why, serde_json::from_slice(text).ok());
                Ok(Versioned { version: Version(version.cast_unsigned()), record })
            }
            found => found,
        }
    }

    fn unreadable(&self, why: impl ToString) -> ErrorKind {
        ErrorKind::unreadable(format!("the record under the key `{}`", self.key), why)
    }
}

/// A row of an outbox whose checksum is right: sequence number and item.
pub(crate) fn read_item<T: DeserializeOwned>(row: &Row<'_>, table: &str) -> Result<(i64, T), ErrorKind> {
    let what = || match row.get_ref(0) {
        Ok(ValueRef::Integer(sequence)) => format!("the {table} number {sequence}"),
        _ => format!("an entry of the table `{table}`"),
    };
    let columns = || {
        let (sequence, item) = (row.get_ref(0)?.as_i64()?, row.get_ref(1)?.as_str()?);
        Ok::<_, Trouble>((sequence, item, row.get_ref(2)?.as_i64()?))
    };
    let (sequence, item, found) = columns().map_err(|trouble| trouble.of(&what))?;
    if found != checksum(table, sequence, item) {
        return Err(ErrorKind::unreadable(what(), CHECKSUM));
    }
    match serde_json::from_str(item) {
        Ok(item) => Ok((sequence, item)),
        Err(error) => Err(ErrorKind::unreadable(what(), error)),
    }
}

const CHECKSUM: &str = "does not have its checksum";

/// The CRC-32 of a row: of the key or the name of the outbox, the version or sequence number in eight bytes, highest
/// first, and the JSON text, which an index entry does not have.
pub(crate) fn checksum(name: &str, number: i64, text: &str) -> i64 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(name.as_bytes());
    hasher.update(&number.to_be_bytes());
    hasher.update(text.as_bytes());
    hasher.finalize().into()
}

/// The JSON text of a record or an item.
pub(crate) fn json(of: &impl Serialize) -> Result<String, ErrorKind> {
    // All maps in the model's types have text as keys, so this does not fail.
    serde_json::to_string(of).map_err(|error| ErrorKind::Sqlite(rusqlite::Error::ToSqlConversionFailure(error.into())))
}

/// Why a row has no such columns.
enum Trouble {
    /// SQLite could not read it.
    Sqlite(rusqlite::Error),
    /// A column has another type, or is not UTF-8.
    Column(FromSqlError),
}

impl Trouble {
    fn of(self, what: &dyn Fn() -> String) -> ErrorKind {
        match self {
            Self::Sqlite(error) => error.into(),
            Self::Column(error) => ErrorKind::unreadable(what(), error),
        }
    }
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<FromSqlError> for Trouble {
    fn from(error: FromSqlError) -> Self {
        Self::Column(error)
    }
}
