use std::time::Duration;

use crate::{Error, ErrorKind, Postgres, schema, store::Shared};

/// How a database is used.
#[derive(Clone, Debug)]
#[must_use = "it opens nothing before `open`"]
pub struct Options {
    pub(crate) schema: String,
    pub(crate) connections: usize,
    pub(crate) connect_timeout: Duration,
    pub(crate) wait_timeout: Duration,
    pub(crate) lock_timeout: Duration,
    pub(crate) statement_timeout: Duration,
    pub(crate) answer_timeout: Duration,
    pub(crate) may_lose_commits: bool,
    #[cfg(feature = "tls")]
    pub(crate) tls: Option<rustls::ClientConfig>,
}

impl Options {
    /// The schema `connections`, 16 connections, five seconds for a connection to be made, for one to be free and for a lock,
    /// ten for a statement, 30 for an answer; and no server that may lose commits.
    pub fn new() -> Self {
        Self {
            schema: "connections".to_owned(),
            connections: 16,
            connect_timeout: Duration::from_secs(5),
            wait_timeout: Duration::from_secs(5),
            lock_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            answer_timeout: Duration::from_secs(30),
            may_lose_commits: false,
            #[cfg(feature = "tls")]
            tls: None,
        }
    }

    /// The schema that the store has to itself: each store of a database has its own. 1 to 63 lower-case letters, digits
    /// and `_`, beginning with neither a digit nor `pg_`.
    pub fn schema(self, schema: impl Into<String>) -> Self {
        Self { schema: schema.into(), ..self }
    }

    /// The most connections for all clones of a store together. At least one.
    ///
    /// Waiting for a lock takes a connection; of the requests that change an account's usage, only two wait this way at
    /// a time.
    pub fn connections(self, connections: usize) -> Self {
        Self { connections: connections.max(1), ..self }
    }

    /// How long it may take to connect to one host.
    pub fn connect_timeout(self, connect_timeout: Duration) -> Self {
        Self { connect_timeout, ..self }
    }

    /// How long a call waits for a free connection when all are in use.
    pub fn wait_timeout(self, wait_timeout: Duration) -> Self {
        Self { wait_timeout, ..self }
    }

    /// How long a commit waits for the lock of a key. In milliseconds, at least one.
    pub fn lock_timeout(self, lock_timeout: Duration) -> Self {
        Self { lock_timeout, ..self }
    }

    /// How long a statement may take on the server. In milliseconds, at least one.
    ///
    /// It does not end a COMMIT: PostgreSQL lets one that waits for a synchronous standby go on waiting.
    pub fn statement_timeout(self, statement_timeout: Duration) -> Self {
        Self { statement_timeout, ..self }
    }

    /// How long a call waits for the server before it gives up the connection. A commit that ends this way may or may
    /// not have taken place. It should be longer than the other two together.
    pub fn answer_timeout(self, answer_timeout: Duration) -> Self {
        Self { answer_timeout, ..self }
    }

    /// Whether to accept a server that acknowledges commits before they are on its disk: `synchronous_commit` or
    /// `fsync` is off.
    pub fn may_lose_commits(self, may_lose_commits: bool) -> Self {
        Self { may_lose_commits, ..self }
    }

    /// Connects over TLS with this rustls configuration: whom it trusts, and whether it presents a certificate itself.
    ///
    /// The connection string says with `sslmode` whether TLS is used at all: with `require`, there is no connection
    /// without it; by default, there is one if the server has no TLS. The server's name is always verified.
    #[cfg(feature = "tls")]
    pub fn tls(self, tls: rustls::ClientConfig) -> Self {
        Self { tls: Some(tls), ..self }
    }

    /// Opens an existing store.
    ///
    /// `database` is a connection string as in libpq, with one or several hosts: `postgres://app@db1,db2/app`. Only a
    /// primary is used: the first host that takes writes.
    ///
    /// # Errors
    ///
    /// There is no connection, or the schema does not exist, is not this store's, or is older or newer: see
    /// [`ErrorKind`].
    pub async fn open(&self, database: &str) -> Result<Postgres, Error> {
        let store = Postgres::new(Shared::new(self, database)?);
        schema::check(store.shared()).await?;
        Ok(store)
    }

    /// Makes the schema if it does not exist, brings it to the newest version, and opens it. Several hosts may do so at
    /// once.
    ///
    /// The role needs the right to create a schema in the database, or an empty schema that it owns.
    ///
    /// After `pg_restore` into another cluster, this makes the outbox readable again.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open). Nothing was changed then, unless [`Error::fate_unknown`] says that it may have
    /// been.
    pub async fn migrate(&self, database: &str) -> Result<Postgres, Error> {
        let store = Postgres::new(Shared::new(self, database)?);
        schema::migrate(store.shared()).await?;
        Ok(store)
    }

    /// Checks that the schema's name is valid.
    pub(crate) fn check_schema(&self) -> Result<(), ErrorKind> {
        let name = self.schema.as_bytes();
        let starts = name.first().is_some_and(|first| first.is_ascii_lowercase() || *first == b'_');
        let goes_on = name.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
        let is_servers =
            self.schema.starts_with("pg_") || ["public", "information_schema"].contains(&self.schema.as_str());
        if starts && goes_on && name.len() <= 63 && !is_servers { Ok(()) } else { Err(ErrorKind::BadSchema) }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}
