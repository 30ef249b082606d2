//! The AWS CLI's history file, which is an SQLite database.

use std::path::Path;

use account_connections_conformance::import::{AwsCli, Problem, Row};
use rusqlite::{Connection, OpenFlags};

/// Reads the records of requests and responses, and leaves the file and its log as they were.
pub(super) fn read(path: &Path, into: &mut AwsCli) -> Result<(), String> {
    let file = path.display().to_string();
    let mut rows = Vec::new();
    let select = "SELECT rowid, id, request_id, event_type, timestamp, payload FROM records \
         WHERE event_type IN ('HTTP_REQUEST', 'HTTP_RESPONSE') ORDER BY rowid";
    let mut read = || -> rusqlite::Result<()> {
        let history = open(path)?;
        let mut select = history.prepare(select)?;
        let mut found = select.query(())?;
        while let Some(row) = found.next()? {
            let record = row.get::<_, i64>(0)?.unsigned_abs();
            match self::row(row) {
                Ok(row) => rows.push((record, row)),
                Err(error) => into.unreadable(Problem::new(&file, record, explained(error))),
            }
        }
        Ok(())
    };
    let done = read();
    done.map_err(|error| {
        format!("cannot read {file} as a history of the AWS CLI, an SQLite file with a table `records`: {error}")
    })?;
    into.read(&file, rows);
    Ok(())
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        id: row.get(1)?,
        request_id: row.get(2)?,
        event_type: row.get(3)?,
        timestamp: row.get(4)?,
        payload: row.get(5)?,
    })
}

fn explained(error: rusqlite::Error) -> String {
    match error {
        rusqlite::Error::InvalidColumnType(_, column, found) => {
            format!("`{column}` is of the type {found}, which is not that of the AWS CLI")
        }
        other => other.to_string(),
    }
}

/// Opens the file to read it.
///
/// The AWS CLI keeps a write-ahead log next to it while it runs, and leaves it there when it is killed: its contents
/// are part of the history. Without one, the file is everything, and SQLite is told so, or it would create a log.
fn open(path: &Path) -> rusqlite::Result<Connection> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if Path::new(&log).metadata().is_ok_and(|log| log.len() > 0) {
        return Connection::open_with_flags(path, flags);
    }
    let mut uri = String::from(if path.is_absolute() { "file://" } else { "file:" });
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => uri.push(char::from(*byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    Connection::open_with_flags(uri, flags | OpenFlags::SQLITE_OPEN_URI)
}
