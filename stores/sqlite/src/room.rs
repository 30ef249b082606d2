//! Room on the disk: a log that could no longer be brought to its place would stay for ever, whatever is deleted.

use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::Connection;

use crate::{ErrorKind, open::beside};

/// What a write is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// It may be refused when there is little room.
    Keep,
    /// It takes the last room there is, since there will be more after it.
    MakeRoom,
}

/// What is left for writes that make room.
const LAST: u64 = 256 * 1024;

/// So much more than needed that nobody uses it up within [`GOOD_FOR`].
const AMPLE: u64 = 1 << 30;
/// How long that is taken as known: asking the system takes up to a fifth of a write.
const GOOD_FOR: Duration = Duration::from_millis(100);

/// What a handle knows of the room on the disk.
#[derive(Debug, Default)]
pub(crate) struct Room {
    /// When [ample](AMPLE) room was last seen.
    ample: Option<Instant>,
}

impl Room {
    /// Checks whether there is room for a write, and for bringing the whole log to its place after it. If not, empties
    /// the log, while it still can be.
    #[expect(clippy::disallowed_methods, reason = "how old this knowledge is changes no answer")]
    pub(crate) fn look(&mut self, connection: &Connection, path: &Path, purpose: Purpose) -> Result<(), ErrorKind> {
        if self.ample.is_some_and(|seen| seen.elapsed() < GOOD_FOR) {
            return Ok(());
        }
        let (room, needed) = (room(path), LAST.saturating_add(length_of_log(path)));
        self.ample = (room >= needed.saturating_add(AMPLE)).then(Instant::now);
        if room >= needed { Ok(()) } else { make(connection, path, purpose) }
    }
}

/// Empties the log, and refuses what may not take the last room.
fn make(connection: &Connection, path: &Path, purpose: Purpose) -> Result<(), ErrorKind> {
    empty_log(connection);
    if purpose == Purpose::Keep && room(path).saturating_add(room_inside(connection)?) < LAST {
        return Err(ErrorKind::Full);
    }
    Ok(())
}

/// Brings what is in the log to its place and releases its room; returns whether that could be done.
pub(crate) fn empty_log(connection: &Connection) -> bool {
    let blocked = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, bool>(0));
    blocked.is_ok_and(|blocked| !blocked)
}

/// How many bytes the disk has left. If it does not say, there is enough: the write itself will tell.
fn room(path: &Path) -> u64 {
    fs4::available_space(path).unwrap_or(u64::MAX)
}

/// How many bytes of the file are no longer used.
fn room_inside(connection: &Connection) -> Result<u64, ErrorKind> {
    let pragma = |name: &str| {
        connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0).map(i64::cast_unsigned))
    };
    Ok(pragma("freelist_count")?.saturating_mul(pragma("page_size")?))
}

fn length_of_log(path: &Path) -> u64 {
    fs::metadata(beside(path, "-wal")).map_or(0, |log| log.len())
}
