use std::{path::Path, time::Duration};

use crate::{Error, Sqlite};

/// How a database is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "it opens nothing before `open`"]
pub struct Options {
    pub(crate) busy_timeout: Duration,
    pub(crate) synchronous: Synchronous,
    pub(crate) create: bool,
}

const LONGEST_TIMEOUT: Duration = Duration::from_millis(i32::MAX as u64);

/// What an acknowledged commit survives. The database is intact after either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "a store that may lose more is no durable one")]
pub enum Synchronous {
    /// The end of the process. A loss of power may take the last commits with it. SQLite's `NORMAL`: commits do not wait
    /// for the disk.
    Process,
    /// A loss of power as well, as long as the disk keeps what it says it keeps. SQLite's `FULL`: each commit waits for
    /// the disk once.
    Power,
}

impl Options {
    /// Five seconds of patience, [`Synchronous::Power`], and a new database if it does not exist.
    pub const fn new() -> Self {
        Self { busy_timeout: Duration::from_secs(5), synchronous: Synchronous::Power, create: true }
    }

    /// How long a call waits for others' locks before it fails as [`Locked`](crate::ErrorKind::Locked).
    /// SQLite counts it in milliseconds, up to 24 days.
    pub fn busy_timeout(self, busy_timeout: Duration) -> Self {
        Self { busy_timeout: busy_timeout.min(LONGEST_TIMEOUT), ..self }
    }

    /// What an acknowledged commit survives.
    pub const fn synchronous(self, synchronous: Synchronous) -> Self {
        Self { synchronous, ..self }
    }

    /// Whether the database is created if it does not exist. A service that has one passes `false`, and finds out if
    /// its file has vanished.
    pub const fn create(self, create: bool) -> Self {
        Self { create, ..self }
    }

    /// Opens a database.
    ///
    /// # Errors
    ///
    /// The file cannot be opened for writing, is not this store's, has a newer schema, or is damaged where it is looked
    /// at: see [`ErrorKind`](crate::ErrorKind).
    pub fn open(self, path: impl AsRef<Path>) -> Result<Sqlite, Error> {
        Sqlite::open_with(path.as_ref(), self)
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl Synchronous {
    pub(crate) const fn sql(self) -> &'static str {
        match self {
            Self::Process => "PRAGMA synchronous = NORMAL",
            Self::Power => "PRAGMA synchronous = FULL",
        }
    }
}
