//! The tables, their versions, and whose database a file is.

use rusqlite::Connection;

use crate::ErrorKind;

/// SQLite's `application_id` in the databases of this store: `ACon`.
pub(crate) const APPLICATION_ID: i32 = 0x4143_6f6e;

/// What brings a database from each version to the next; the first creates it.
///
/// A released migration is never changed; a new one is added. All that a file lacks are carried out in one transaction,
/// so it has either the old schema or the new one.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE record (
        place INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        version INTEGER NOT NULL,
        record TEXT NOT NULL,
        checksum INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE listing (
        key TEXT NOT NULL PRIMARY KEY,
        version INTEGER NOT NULL,
        record TEXT,
        checksum INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE event (
        sequence INTEGER PRIMARY KEY,
        item TEXT NOT NULL,
        checksum INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE instruction (
        sequence INTEGER PRIMARY KEY,
        item TEXT NOT NULL,
        checksum INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE sequence (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        last INTEGER NOT NULL,
        opposite INTEGER NOT NULL,
        CHECK (last >= 0 AND last + opposite = 0)
    ) STRICT;
    INSERT INTO sequence VALUES (1, 0, 0);
"];

/// The version that this crate writes, SQLite's `user_version`.
fn newest() -> i32 {
    MIGRATIONS.len().try_into().unwrap_or(i32::MAX)
}

/// Who a database belongs to, and how old it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Schema {
    /// There is nothing in it.
    Empty,
    /// This store's, of this version.
    Of(i32),
}

impl Schema {
    /// Looks at a database and changes nothing.
    pub(crate) fn of(connection: &Connection) -> Result<Self, ErrorKind> {
        // One statement, so everything is from one moment: another process may be creating the database.
        let found = "SELECT (SELECT application_id FROM pragma_application_id), (SELECT user_version FROM \
                     pragma_user_version), (SELECT encoding FROM pragma_encoding), EXISTS (SELECT 1 FROM sqlite_schema)";
        let (application_id, version, encoding, something) = connection.query_row(found, [], |row| {
            Ok((row.get::<_, i32>(0)?, row.get::<_, i32>(1)?, row.get::<_, String>(2)?, row.get::<_, bool>(3)?))
        })?;
        match (application_id, version) {
            (0, 0) if !something => Ok(Self::Empty),
            (APPLICATION_ID, found) if found > newest() => Err(ErrorKind::NewerSchema { found, known: newest() }),
            (APPLICATION_ID, 1..) if encoding == "UTF-8" => Ok(Self::Of(version)),
            (APPLICATION_ID, 1..) => Err(ErrorKind::Damaged(format!("its encoding is {encoding} instead of UTF-8"))),
            (APPLICATION_ID, _) => Err(ErrorKind::Damaged(format!("its schema version is {version}"))),
            _ => Err(ErrorKind::AnotherProgram { application_id }),
        }
    }

    /// Brings a database to the newest version.
    pub(crate) fn migrate(connection: &mut Connection) -> Result<(), ErrorKind> {
        if Self::of(connection)? == Self::Of(newest()) {
            return Ok(());
        }
        let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        // Another process may have come first.
        let done = match Self::of(&transaction)? {
            Self::Empty => 0,
            Self::Of(version) => usize::try_from(version).unwrap_or_default(),
        };
        for migration in MIGRATIONS.iter().skip(done) {
            transaction.execute_batch(migration)?;
        }
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", newest())?;
        Ok(transaction.commit()?)
    }
}
