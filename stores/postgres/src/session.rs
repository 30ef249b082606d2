//! A connection in use.

use std::{
    sync::atomic::{AtomicBool, Ordering::Relaxed},
    time::Duration,
};

use deadpool_postgres::Client;
use futures_util::FutureExt as _;
use tokio::time::timeout;
use tokio_postgres::{Row, Statement, types::ToSql};

use crate::{ErrorKind, error::is_statements_own};

/// A connection that one call has to itself. It goes back to the pool, without a transaction, if nothing is left to be
/// answered on it; otherwise it is closed: when a call is dropped half-way, or the server does not answer.
#[derive(Debug)]
pub(crate) struct Session {
    client: Option<Client>,
    is_settled: AtomicBool,
    is_in_transaction: AtomicBool,
    limit: Duration,
}

pub(crate) type Parameter<'p> = &'p (dyn ToSql + Sync);
pub(crate) type Parameters<'p> = &'p [Parameter<'p>];

impl Session {
    /// A session for a call, whose answers must come within this time.
    pub(crate) const fn new(client: Client, limit: Duration) -> Self {
        Self {
            client: Some(client),
            is_settled: AtomicBool::new(true),
            is_in_transaction: AtomicBool::new(false),
            limit,
        }
    }

    /// The connection.
    pub(crate) fn client(&self) -> Result<&Client, ErrorKind> {
        // It is taken only when this is dropped.
        self.client.as_ref().ok_or_else(|| ErrorKind::NoConnection { why: "it was given up".to_owned() })
    }

    /// The rows of one statement.
    pub(crate) async fn query(&self, sql: &str, parameters: Parameters<'_>) -> Result<Vec<Row>, ErrorKind> {
        let (statement, client) = (self.prepare(sql).await?, self.client()?);
        self.answer(client.query(&statement, parameters)).await?.map_err(|error| self.blame(error))
    }

    /// How many rows a statement affects.
    pub(crate) async fn execute(&self, sql: &str, parameters: Parameters<'_>) -> Result<u64, ErrorKind> {
        let (statement, client) = (self.prepare(sql).await?, self.client()?);
        self.answer(client.execute(&statement, parameters)).await?.map_err(|error| self.blame(error))
    }

    /// Runs statements without parameters, up to the first that fails: after that, nobody knows in which transaction
    /// they would run.
    pub(crate) async fn run(&self, sql: &str) -> Result<(), ErrorKind> {
        let done = self.answer(self.client()?.batch_execute(sql)).await?;
        done.map_err(|error| {
            let kind = self.blame(error);
            self.give_up();
            kind
        })
    }

    /// A statement, prepared once for each connection.
    pub(crate) async fn prepare(&self, sql: &str) -> Result<Statement, ErrorKind> {
        self.answer(self.client()?.prepare_cached(sql)).await?.map_err(|error| self.blame(error))
    }

    /// The server's answer, if it comes in time.
    pub(crate) async fn answer<T>(&self, answer: impl Future<Output = T>) -> Result<T, ErrorKind> {
        self.is_settled.store(false, Relaxed);
        let answer = timeout(self.limit, answer).await.map_err(|_| ErrorKind::NoAnswer(self.limit))?;
        self.is_settled.store(true, Relaxed);
        Ok(answer)
    }

    /// What an error says; after most errors, the connection is not used again.
    pub(crate) fn blame(&self, error: tokio_postgres::Error) -> ErrorKind {
        let goes_on = is_statements_own(&error);
        let kind = ErrorKind::from(error);
        if !goes_on || matches!(kind, ErrorKind::ReadOnly) {
            self.give_up();
        }
        kind
    }

    /// The connection is not used again.
    pub(crate) fn give_up(&self) {
        self.is_settled.store(false, Relaxed);
    }

    /// Whether a transaction is to be rolled back when this is dropped.
    pub(crate) fn is_in_transaction(&self, is_open: bool) {
        self.is_in_transaction.store(is_open, Relaxed);
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let Some(client) = self.client.take() else { return };
        if !self.is_settled.load(Relaxed) {
            drop(Client::take(client));
        } else if self.is_in_transaction.load(Relaxed) {
            // It is sent when first polled, and the connection's next user comes after it.
            let _ = client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}
