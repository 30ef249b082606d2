//! Locks that are held from one call of a handle to the next.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use account_connections::store::{Batch, Commit, Key, Versioned};
use tokio::task::AbortHandle;

use crate::{
    ErrorKind,
    line::Turn,
    lock::Locks,
    row::{Columns, all_bytes, versioned},
    session::{Parameter, Session},
    sql::Sql,
    transaction::{BEGIN, Ended, Trouble, check, commit_at_once, commit_in_line, end},
};

/// A transaction that has taken locks, and what is under some of their keys: nobody can change that. When dropped, it
/// releases them.
#[derive(Debug)]
pub(crate) struct Held {
    session: Session,
    locks: Locks,
    #[expect(dead_code, reason = "it is had until this is dropped")]
    turn: Option<Turn>,
    known: HashMap<Vec<u8>, Option<Versioned>>,
}

impl Held {
    /// Takes the locks in order, writes under them if there is anything to write, and loads some of their keys: one
    /// round trip. Returns whether it has written, which is then to be [ended](Self::end).
    pub(crate) async fn begin(
        session: Session,
        sql: &Sql,
        locks: Locks,
        columns: Option<&Columns>,
        keys: Vec<Vec<u8>>,
    ) -> Result<(Self, bool), ErrorKind> {
        let (lock, load) = (session.prepare(sql.lock).await?, session.prepare(&sql.load).await?);
        let write = session.prepare(&sql.write).await?;
        let mut held = Self { session, locks, turn: None, known: HashMap::new() };
        held.session.is_in_transaction(true);
        let client = held.session.client()?;
        let (numbers, exclusive) = held.locks.columns();
        let (its_locks, its_keys): ([Parameter<'_>; 2], [Parameter<'_>; 1]) = ([&numbers, &exclusive], [&keys]);
        let columns = columns.map(Columns::parameters);
        let write = async {
            match &columns {
                Some(columns) => client.query(&write, columns).await,
                None => Ok(Vec::new()),
            }
        };
        let all = async {
            tokio::join!(
                biased;
                client.batch_execute(BEGIN),
                client.execute(&lock, &its_locks),
                write,
                client.query(&load, &its_keys),
            )
        };
        let (begun, locked, written, loaded) = held.session.answer(all).await?;
        let done = begun.and(locked).and(written).and_then(|written| Ok((written, loaded?)));
        let (written, loaded) = done.map_err(|error| held.session.blame(error))?;
        let found = versioned(&keys, &loaded)?;
        held.known = keys.into_iter().zip(found).collect();
        Ok((held, !written.is_empty()))
    }

    /// Adds a turn, which ends with this.
    pub(crate) fn with_turn(self, turn: Option<Turn>) -> Self {
        Self { turn, ..self }
    }

    /// Loads what is not yet known, under the locks.
    pub(crate) async fn load(&self, sql: &Sql, keys: &[Key]) -> Result<Vec<Option<Versioned>>, ErrorKind> {
        let keys = all_bytes(keys);
        if let Some(known) = keys.iter().map(|key| self.known.get(key).cloned()).collect() {
            return Ok(known);
        }
        versioned(&keys, &self.session.query(&sql.load, &[&keys]).await?)
    }

    /// Commits under the locks, if they are those of the batch or can be extended to them without waiting: waiting
    /// while holding locks may last for ever. Otherwise all are released, and taken again with the others in order.
    pub(crate) async fn commit(self, sql: &Sql, locks: Locks, batch: &Batch) -> Result<Ended, Trouble> {
        self.session.is_in_transaction(false);
        let more = locks.beyond(&self.locks);
        match commit_at_once(&self.session, None, sql, &more, batch).await? {
            Some(commit) => Ok(commit.into()),
            None => commit_in_line(self.session, sql, locks, batch).await,
        }
    }

    /// Commits what has been written.
    pub(crate) async fn end(self) -> Result<Commit, Trouble> {
        self.session.is_in_transaction(false);
        end(&self.session).await
    }

    /// Checks, under the locks, what a batch that writes nothing expects.
    pub(crate) async fn check(&self, sql: &Sql, batch: &Batch) -> Result<Commit, ErrorKind> {
        check(&self.session, sql, batch).await
    }
}

/// Where a handle keeps what it holds between two calls, though not for long.
#[derive(Debug, Default)]
pub(crate) struct Keep(Option<(Arc<Mutex<Option<Held>>>, AbortHandle)>);

/// How long locks are held for the next call. A host decides within microseconds, and then calls.
const HOLD: Duration = Duration::from_millis(10);

impl Keep {
    pub(crate) fn put(&mut self, held: Held) {
        let kept = Arc::new(Mutex::new(Some(held)));
        let its = Arc::clone(&kept);
        let end = tokio::spawn(async move {
            tokio::time::sleep(HOLD).await;
            drop(take(&its));
        });
        self.0 = Some((kept, end.abort_handle()));
    }

    /// What is still held.
    pub(crate) fn take(&mut self) -> Option<Held> {
        let (kept, end) = self.0.take()?;
        end.abort();
        take(&kept)
    }
}

impl Drop for Keep {
    fn drop(&mut self) {
        drop(self.take());
    }
}

fn take(kept: &Mutex<Option<Held>>) -> Option<Held> {
    kept.lock().unwrap_or_else(PoisonError::into_inner).take()
}
