use std::{
    error::Error as StdError,
    fmt,
    path::{Path, PathBuf},
};

use rusqlite::{ErrorCode, ffi};

/// Why a store did not do what it was asked to.
///
/// `Display` names the file, what is wrong with it and what would be right.
#[derive(Debug)]
pub struct Error {
    path: PathBuf,
    kind: ErrorKind,
    fate_unknown: bool,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The database does not exist or is an empty file, and is not to be created.
    #[error("there is no database: make one with `Options::create(true)`, or restore it from a backup")]
    NoDatabase,
    /// The file cannot be opened or created.
    #[error("cannot be opened: it has to be a file in a directory that exists, both open to this process")]
    CannotOpen(#[source] rusqlite::Error),
    /// The file is not an SQLite database.
    #[error("is not an SQLite database: give a file that this store made, or one that does not exist yet")]
    NotADatabase,
    /// The file is the database of another program. Nothing in it was changed.
    #[error(
        "is the database of another program, its application id is {application_id:#010x}: give a file that this store \
         made, or one that does not exist yet"
    )]
    AnotherProgram {
        /// The value of SQLite's `application_id` in it; 0 if that program does not set it.
        application_id: i32,
    },
    /// A newer version of this crate made the file. Nothing in it was changed.
    #[error("has schema version {found}, and this is of at most {known}: use a newer `account-connections-sqlite`")]
    NewerSchema {
        /// The version in the file.
        found: i32,
        /// The newest version that this crate knows.
        known: i32,
    },
    /// SQLite keeps no write-ahead log for this file.
    #[error("cannot be used with a write-ahead log, its journal mode is `{mode}`: it has to be a file on a local disk")]
    NoWriteAheadLog {
        /// The journal mode that SQLite stays in.
        mode: String,
    },
    /// There is a rollback journal next to a file that has a write-ahead log, as when one copy was put in another's
    /// place. SQLite would write it into the file. Nothing was changed.
    #[error(
        "has a rollback journal beside it, which this store does not leave: remove it if it is another file's; if it is \
         this one's, open the file with SQLite's own shell once"
    )]
    Journal,
    /// The file, its directory or its disk does not let this process write.
    #[error("can only be read: the file and its directory have to be writable for this process")]
    ReadOnly,
    /// Others held the lock for the whole busy timeout. Nothing was written.
    #[error("was locked by others for the whole busy timeout: try again, or raise `Options::busy_timeout`")]
    Locked,
    /// There is no room for what is to be written.
    #[error("has no room to grow: free some of the disk, or raise the database's `max_page_count`")]
    Full,
    /// The operating system could not read or write.
    #[error("could not be read or written by the operating system: {0}")]
    Io(#[source] rusqlite::Error),
    /// The database is not as SQLite or this store left it.
    #[error("is damaged, {0}: restore it from a backup")]
    Damaged(String),
    /// A record, or an entry of the outbox, is not as this store wrote it.
    #[error("is damaged, {what} {why}: restore it from a backup")]
    Unreadable {
        /// What it is: a record and its key, or an entry and its sequence number.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// The operating system gives no thread to write with.
    #[error("cannot be shared, there is no thread to write with: {0}")]
    NoThread(#[source] std::io::Error),
    /// The thread that writes for a [`Shared`](crate::Shared) has ended: a call that it made panicked.
    #[error("has nobody any more who writes to it, a call of that thread panicked: open it again")]
    WriterEnded,
    /// Anything else that SQLite says.
    #[error("SQLite fails: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

impl ErrorKind {
    pub(crate) fn unreadable(what: impl ToString, why: impl ToString) -> Self {
        Self::Unreadable { what: what.to_string(), why: why.to_string() }
    }
}

impl Error {
    pub(crate) fn new(path: &Path, kind: ErrorKind) -> Self {
        Self { path: path.to_owned(), kind, fate_unknown: false }
    }

    /// The same for a commit that had begun to be made durable.
    pub(crate) fn with_fate_unknown(self) -> Self {
        Self { fate_unknown: true, ..self }
    }

    /// The same for others that shared the transaction.
    pub(crate) fn again(&self) -> Self {
        let kind = match &self.kind {
            ErrorKind::Locked => ErrorKind::Locked,
            ErrorKind::Full => ErrorKind::Full,
            ErrorKind::ReadOnly => ErrorKind::ReadOnly,
            ErrorKind::Io(error) => ErrorKind::Io(again(error)),
            ErrorKind::Damaged(what) => ErrorKind::Damaged(what.clone()),
            ErrorKind::Sqlite(error) => ErrorKind::Sqlite(again(error)),
            other => ErrorKind::Sqlite(failure(ffi::SQLITE_ERROR, Some(other.to_string()))),
        };
        Self { path: self.path.clone(), kind, fate_unknown: self.fate_unknown }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether what was to be written may have been written all the same. Otherwise it certainly was not.
    #[must_use]
    pub const fn fate_unknown(&self) -> bool {
        self.fate_unknown
    }

    /// Whether the same call may be retried as it is: certainly nothing was written, and another attempt may succeed.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        matches!(self.kind, ErrorKind::Locked) && !self.fate_unknown
    }
}

fn again(error: &rusqlite::Error) -> rusqlite::Error {
    match error {
        rusqlite::Error::SqliteFailure(error, text) => failure(error.extended_code, text.clone()),
        other => failure(ffi::SQLITE_ERROR, Some(other.to_string())),
    }
}

fn failure(code: std::ffi::c_int, text: Option<String>) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(code), text)
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.path.display(), self.kind)?;
        if self.fate_unknown {
            f.write_str("; what was to be written may have been written or not")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.kind.source()
    }
}

impl From<rusqlite::Error> for ErrorKind {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::SystemIoFailure) => Self::Io(error),
            Some(ErrorCode::DatabaseCorrupt) => Self::Damaged(error.to_string()),
            Some(ErrorCode::NotADatabase) => Self::NotADatabase,
            Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => Self::CannotOpen(error),
            _ => Self::Sqlite(error),
        }
    }
}
