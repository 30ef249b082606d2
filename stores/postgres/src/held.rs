//! The locks of a lost race, held for the next try.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use account_connections::store::{Batch, Commit, Key, Versioned};
use tokio::task::AbortHandle;
use tokio_postgres::Row;

use crate::{
    ErrorKind,
    lock::Locks,
    row::{all_bytes, versioned},
    session::{Parameter, Parameters, Session},
    sql::Sql,
    transaction::{BEGIN, Ended, Trouble, check, commit, commit_under_locks, end, is_true},
};

/// A transaction that has taken locks and written nothing. Dropped, it gives them up.
#[derive(Debug)]
pub(crate) struct Held {
    session: Session,
    locks: Locks,
}

impl Held {
    /// Takes the locks, in their order, and carries out a statement under them: one round trip.
    pub(crate) async fn begin(
        session: Session,
        locks: Locks,
        sql: &Sql,
        then: &str,
        parameters: Parameters<'_>,
    ) -> Result<(Self, Vec<Row>), ErrorKind> {
        let (lock, then) = (session.prepare(sql.lock).await?, session.prepare(then).await?);
        let held = Self { session, locks };
        held.session.is_in_transaction(true);
        let client = held.session.client()?;
        let (numbers, exclusive) = held.locks.columns();
        let locks: [Parameter<'_>; 2] = [&numbers, &exclusive];
        let all = async {
            tokio::join!(
                biased;
                client.batch_execute(BEGIN),
                client.execute(&lock, &locks),
                client.query(&then, parameters),
            )
        };
        let (begun, locked, rows) = held.session.answer(all).await?;
        let rows = begun.and(locked).and(rows).map_err(|error| held.session.blame(error))?;
        Ok((held, rows))
    }

    /// Loads under the locks.
    pub(crate) async fn load(&self, sql: &Sql, keys: &[Key]) -> Result<Vec<Option<Versioned>>, ErrorKind> {
        let keys = all_bytes(keys);
        versioned(&keys, &self.session.query(&sql.load, &[&keys]).await?)
    }

    /// Commits under the locks, which are those of the batch or get to be, if that takes no waiting: whoever waits while
    /// he holds may wait for ever. Otherwise all are given up, and taken with the others in their order.
    pub(crate) async fn commit(self, sql: &Sql, locks: Locks, batch: &Batch) -> Result<Ended, Trouble> {
        let more = locks.beyond(&self.locks);
        if !more.is_empty() {
            let (numbers, exclusive) = more.columns();
            if !is_true(&self.session.query(sql.try_lock, &[&numbers, &exclusive]).await?)? {
                self.session.run("ROLLBACK").await?;
                self.session.is_in_transaction(false);
                return Box::pin(commit(self.session, sql, locks, batch)).await;
            }
        }
        self.session.is_in_transaction(false);
        commit_under_locks(&self.session, sql, batch).await.map(Ended::from)
    }

    /// Commits what is written.
    pub(crate) async fn end(self) -> Result<Commit, Trouble> {
        self.session.is_in_transaction(false);
        end(&self.session).await
    }

    /// Checks, under the locks, what a batch that writes nothing expects.
    pub(crate) async fn check(&self, sql: &Sql, batch: &Batch) -> Result<Commit, ErrorKind> {
        check(&self.session, sql, batch).await
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
