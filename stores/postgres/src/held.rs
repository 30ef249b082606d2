//! The locks of a lost race, held for the next try.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use account_connections::store::{Batch, Commit, Key, Versioned};
use futures_util::FutureExt as _;
use tokio::task::AbortHandle;

use crate::{
    ErrorKind,
    lock::Locks,
    row::{bytes, versioned},
    session::{Parameter, Session},
    sql::Sql,
    transaction::{BEGIN, Trouble, check, commit, commit_under_locks},
};

/// A transaction that has taken locks and written nothing. Dropped, it gives them up.
#[derive(Debug)]
pub(crate) struct Held {
    session: Session,
    locks: Locks,
    is_open: bool,
}

impl Held {
    /// Takes the locks, in their order, and loads under them: one round trip.
    pub(crate) async fn begin(
        session: Session,
        sql: &Sql,
        locks: Locks,
        keys: &[Key],
    ) -> Result<(Self, Vec<Option<Versioned>>), ErrorKind> {
        let lock = session.prepare(sql.lock).await?;
        let load = session.prepare(&sql.load).await?;
        let held = Self { session, locks, is_open: true };
        let client = held.session.client()?;
        let ((numbers, exclusive), keys) = (held.locks.columns(), keys.iter().map(bytes).collect::<Vec<_>>());
        let (its_locks, its_keys): ([Parameter<'_>; 2], [Parameter<'_>; 1]) = ([&numbers, &exclusive], [&keys]);
        let all = async {
            tokio::join!(
                biased;
                client.batch_execute(BEGIN),
                client.execute(&lock, &its_locks),
                client.query(&load, &its_keys),
            )
        };
        let (begun, locked, loaded) = held.session.answer(all).await?;
        let rows = begun.and(locked).and(loaded).map_err(|error| held.session.blame(error))?;
        let found = rows.iter().map(versioned).collect::<Result<_, _>>()?;
        Ok((held, found))
    }

    /// Loads under the locks.
    pub(crate) async fn load(&self, sql: &Sql, keys: &[Key]) -> Result<Vec<Option<Versioned>>, ErrorKind> {
        let keys = keys.iter().map(bytes).collect::<Vec<_>>();
        let rows = self.session.query(&sql.load, &[&keys]).await?;
        rows.iter().map(versioned).collect()
    }

    /// Commits under the locks, which are those of the batch or get to be, if that takes no waiting: whoever waits while
    /// he holds may wait for ever. Otherwise all are given up, and taken with the others in their order.
    pub(crate) async fn commit(mut self, sql: &Sql, locks: &Locks, batch: &Batch) -> Result<Commit, Trouble> {
        let more = locks.beyond(&self.locks);
        if !more.is_empty() {
            let (numbers, exclusive) = more.columns();
            let rows = self.session.query(sql.try_lock, &[&numbers, &exclusive]).await?;
            if rows.first().map(|row| row.try_get::<_, bool>(0)).transpose().map_err(ErrorKind::from)? != Some(true) {
                self.session.run("ROLLBACK").await?;
                self.is_open = false;
                return commit(&self.session, sql, locks, batch).await;
            }
        }
        self.is_open = false;
        commit_under_locks(&self.session, sql, batch).await
    }

    /// Checks, under the locks, what a batch that writes nothing expects.
    pub(crate) async fn check(&self, sql: &Sql, batch: &Batch) -> Result<Commit, ErrorKind> {
        check(&self.session, sql, batch).await
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // A connection that still owes an answer is closed, and its locks go with it.
        if self.is_open
            && self.session.is_settled()
            && let Ok(client) = self.session.client()
        {
            // It is sent when it is asked for, and whoever gets the connection next comes after it.
            let _ = client.batch_execute("ROLLBACK").now_or_never();
        }
    }
}

/// Where a handle keeps what it holds between two calls: not long.
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
