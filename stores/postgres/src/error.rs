use std::{error::Error as StdError, fmt, sync::Arc, time::Duration};

use tokio_postgres::error::{Severity, SqlState};

/// Why a store did not do what it was asked to.
///
/// `Display` names the database and the schema, what is wrong and what would be right. It contains no password.
#[derive(Debug)]
pub struct Error {
    place: Arc<str>,
    kind: ErrorKind,
    fate_unknown: bool,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The connection string cannot be read.
    #[error("cannot be read: it has to be like `postgres://user@host/database`, or `host=… user=… dbname=…`")]
    BadAddress(#[source] tokio_postgres::Error),
    /// The name of the schema is not valid.
    #[error(
        "is not a schema for a store: its name has 1 to 63 lower-case letters, digits and `_`, does not begin with a \
         digit or `pg_`, and is neither `public` nor `information_schema`"
    )]
    BadSchema,
    /// No connection was obtained within the time allowed for it. Nothing was written.
    #[error("gave no connection: {why}; a primary that takes connections has to be in reach")]
    NoConnection {
        /// What was waited for, or what failed.
        why: String,
    },
    /// The server does not let this role or this program in, or does not let it do this.
    #[error("refuses: {}", said(.0))]
    Refused(#[source] tokio_postgres::Error),
    /// The schema is not there, or nothing is in it.
    #[error("does not exist: make it with `Options::migrate`, or restore it from a backup")]
    NoSchema,
    /// The schema is another program's. Nothing in it was changed.
    #[error("is another program's: give a schema that this store made, or one that does not exist yet")]
    AnotherProgram,
    /// An older version of this crate made the schema.
    #[error("has schema version {found}, and this needs {needed}: bring it there with `Options::migrate`")]
    OlderSchema {
        /// The version in the database.
        found: i32,
        /// The version that this crate works with.
        needed: i32,
    },
    /// A newer version of this crate made the schema. Nothing in it was changed.
    #[error("has schema version {found}, and this is of at most {known}: use a newer `account-connections-postgres`")]
    NewerSchema {
        /// The version in the database.
        found: i32,
        /// The newest version that this crate knows.
        known: i32,
    },
    /// The rows of the outbox have transaction numbers of another cluster, as after `pg_restore`.
    #[error("was restored from another cluster: run `Options::migrate` before it is used")]
    AnotherCluster,
    /// The server is not fit for this store.
    #[error("is not fit for this store: `{setting}` is `{found}`, and has to be {needed}")]
    Unfit {
        /// The setting.
        setting: &'static str,
        /// Its value.
        found: String,
        /// What it has to be.
        needed: &'static str,
    },
    /// The server may lose commits that it acknowledged, and is not allowed to.
    #[error("may lose what it acknowledged: turn `{setting}` on, or allow it with `Options::may_lose_commits`")]
    MayLoseCommits {
        /// The setting that is off: `synchronous_commit` or `fsync`.
        setting: &'static str,
    },
    /// The server takes no writes: it has become a standby, or is set to be read-only. Nothing was written.
    #[error("takes no writes: it is a standby by now, or set to be read-only; the primary is asked for next time")]
    ReadOnly,
    /// Others held a lock for the whole lock time-out. Nothing was written.
    #[error("was locked by others for the whole lock time-out: try again, or raise `Options::lock_timeout`")]
    Locked,
    /// The server gave up after the statement time-out, or was told to. Nothing was written.
    #[error("took longer than the statement time-out: try again, or raise `Options::statement_timeout`")]
    TooSlow,
    /// The server did not answer in time; the connection was given up.
    #[error("did not answer within {} s", .0.as_secs_f64())]
    NoAnswer(Duration),
    /// The connection broke, or the server ended it.
    #[error("broke the connection: {}", said(.0))]
    Broken(#[source] tokio_postgres::Error),
    /// The server has no room, whether on its disk, in its memory or in its table of locks.
    #[error(
        "has no room: {0}; free some of its disk, or raise the limit that it names (`max_locks_per_transaction` for locks)"
    )]
    Full(#[source] tokio_postgres::Error),
    /// A record, or an entry of the outbox, is not as this store wrote it.
    #[error("is damaged, {what} {why}: restore it from a backup")]
    Unreadable {
        /// What it is: a record and its key, or an entry and its number.
        what: String,
        /// What is wrong with it.
        why: String,
    },
    /// Anything else that PostgreSQL says.
    #[error("fails: {}", said(.0))]
    Postgres(#[source] tokio_postgres::Error),
}

impl ErrorKind {
    pub(crate) fn unreadable(what: impl ToString, why: impl ToString) -> Self {
        Self::Unreadable { what: what.to_string(), why: why.to_string() }
    }
}

impl Error {
    pub(crate) fn new(place: &Arc<str>, kind: ErrorKind) -> Self {
        Self { place: Arc::clone(place), kind, fate_unknown: false }
    }

    /// The same for a commit that may have taken place.
    pub(crate) fn with_fate_unknown(self) -> Self {
        Self { fate_unknown: true, ..self }
    }

    /// What is wrong.
    #[must_use]
    pub const fn kind(&self) -> &ErrorKind {
        &self.kind
    }

    /// Whether what was to be written may have been written all the same. Otherwise it certainly was not.
    #[must_use]
    pub const fn fate_unknown(&self) -> bool {
        self.fate_unknown
    }

    /// Whether the same call may be retried as it is: certainly nothing was written, and another attempt may succeed.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        let passes = matches!(
            self.kind,
            ErrorKind::NoConnection { .. }
                | ErrorKind::ReadOnly
                | ErrorKind::Locked
                | ErrorKind::TooSlow
                | ErrorKind::NoAnswer(_)
                | ErrorKind::Broken(_)
        );
        passes && !self.fate_unknown
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.place, self.kind)?;
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

impl From<tokio_postgres::Error> for ErrorKind {
    fn from(error: tokio_postgres::Error) -> Self {
        if !is_statements_own(&error) {
            let is_broken = error.is_closed() || error.as_db_error().is_some() || is_of_network(&error);
            return if is_broken { Self::Broken(error) } else { Self::Postgres(error) };
        }
        let code = error.code().map_or("", SqlState::code);
        match code {
            "25006" => Self::ReadOnly,
            "55P03" => Self::Locked,
            "57014" => Self::TooSlow,
            "42501" => Self::Refused(error),
            // `could not extend file`, `out of shared memory`, …
            _ if code.starts_with("53") => Self::Full(error),
            _ => Self::Postgres(error),
        }
    }
}

/// Whether a statement failed and the connection goes on: anything after it in its transaction then has no effect, and
/// its COMMIT is a rollback. Any other error may have come at any time, even during the COMMIT.
pub(crate) fn is_statements_own(error: &tokio_postgres::Error) -> bool {
    error.as_db_error().is_some_and(|error| error.parsed_severity() == Some(Severity::Error))
}

/// Whether this says that a transaction was aborted for the sake of others.
pub(crate) fn is_conflict(error: &tokio_postgres::Error) -> bool {
    is_statements_own(error)
        && error.code().is_some_and(|code| code.code().starts_with("40") || *code == SqlState::UNIQUE_VIOLATION)
}

fn is_of_network(error: &tokio_postgres::Error) -> bool {
    error.source().is_some_and(|source| source.is::<std::io::Error>())
}

/// What the server said, or what happened to the connection.
pub(crate) fn said(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(said), _) => format!("{} (SQLSTATE {})", said.message(), said.code().code()),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
