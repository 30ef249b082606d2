//! What a commit says to the server, and how it interprets the answers.

use account_connections::store::{Batch, Commit};
use tokio_postgres::Error;

use crate::{
    ErrorKind,
    error::{is_conflict, is_statements_own},
    held::Held,
    lock::Locks,
    row::Columns,
    session::{Parameter, Session},
    sql::Sql,
};

/// How a transaction begins if its later statements are to see what is committed before them: each has its own
/// snapshot, which is newer than the locks.
pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// How a commit ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// Everything is written.
    Committed,
    /// An expectation did not hold; and if others were in the way, the locks that they had are now held.
    Lost(Option<Box<Held>>),
}

/// Why there is no answer to a commit.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) kind: ErrorKind,
    pub(crate) fate_unknown: bool,
}

impl From<ErrorKind> for Trouble {
    /// Before anything was sent, or only what writes nothing.
    fn from(kind: ErrorKind) -> Self {
        Self { kind, fate_unknown: false }
    }
}

impl From<Commit> for Ended {
    fn from(commit: Commit) -> Self {
        match commit {
            Commit::Committed => Self::Committed,
            Commit::Conflict => Self::Lost(None),
        }
    }
}

/// A whole commit: one round trip, unless others are in the way.
pub(crate) async fn commit(session: Session, sql: &Sql, locks: Locks, batch: &Batch) -> Result<Ended, Trouble> {
    match commit_at_once(&session, Some(BEGIN), sql, &locks, batch).await? {
        Some(commit) => Ok(commit.into()),
        None => commit_in_line(session, sql, locks, batch).await,
    }
}

/// The same when others are in the way: waits for all locks. The others have most likely changed something, so this
/// also loads for the next try.
pub(crate) async fn commit_in_line(session: Session, sql: &Sql, locks: Locks, batch: &Batch) -> Result<Ended, Trouble> {
    let columns = Columns::of(batch)?;
    match Held::begin(session, sql, locks, Some(&columns), columns.expected.clone()).await {
        Ok((held, true)) => held.end().await.map(Ended::from),
        Ok((held, false)) => Ok(Ended::Lost(Some(held.into()))),
        Err(ErrorKind::Postgres(error)) if is_conflict(&error) => Ok(Ended::Lost(None)),
        Err(kind) => Err(kind.into()),
    }
}

/// A commit sent all at once, in its own transaction or in the open one; `None` if it would have had to wait for a
/// lock. Then it has done nothing, but the transaction is over all the same.
pub(crate) async fn commit_at_once(
    session: &Session,
    begin: Option<&str>,
    sql: &Sql,
    locks: &Locks,
    batch: &Batch,
) -> Result<Option<Commit>, Trouble> {
    let columns = Columns::of(batch)?;
    let lock = session.prepare(sql.try_lock).await?;
    let write = session.prepare(&sql.write).await?;
    let client = session.client()?;
    let (numbers, exclusive) = locks.columns();
    let (its_locks, columns): ([Parameter<'_>; 2], _) = ([&numbers, &exclusive], columns.parameters());
    // An open transaction already has some.
    let has_all = begin.is_none() && locks.is_empty();
    let begin = async {
        match begin {
            Some(begin) => client.batch_execute(begin).await,
            None => Ok(()),
        }
    };
    let take = async { if has_all { Ok(None) } else { client.query_opt(&lock, &its_locks).await } };
    let all = async {
        tokio::join!(
            biased;
            begin,
            take,
            client.query(&write, &columns),
            client.batch_execute("COMMIT"),
        )
    };
    let (begun, locked, written, ended) = session.answer(all).await.map_err(unknown)?;
    if let (Ok(()), Ok(Some(taken)), Ok(_), Ok(())) = (&begun, &locked, &written, &ended)
        && taken.try_get::<_, &str>(0).map_err(ErrorKind::from)? != "true"
    {
        return Ok(None);
    }
    judge(session, begun.and(locked).and(written).map(|rows| !rows.is_empty()), ended).map(Some)
}

/// Ends a transaction that has written.
pub(crate) async fn end(session: &Session) -> Result<Commit, Trouble> {
    let ended = session.answer(session.client()?.batch_execute("COMMIT")).await.map_err(unknown)?;
    judge(session, Ok(true), ended)
}

/// Whether all expectations of a batch that writes nothing hold: one statement, so all at one moment.
pub(crate) async fn check(session: &Session, sql: &Sql, batch: &Batch) -> Result<Commit, ErrorKind> {
    let Columns { expected, versions, .. } = Columns::of(batch)?;
    let rows = session.query(&sql.check, &[&expected, &versions]).await?;
    let holds = rows.first().map(|row| row.try_get::<_, bool>(0)).transpose()?;
    Ok(if holds == Some(true) { Commit::Committed } else { Commit::Conflict })
}

/// The outcome of a transaction, from whether its statements wrote, or what the first of them that failed says, and
/// from what its COMMIT says, which succeeds even after a failure, as a rollback.
fn judge(session: &Session, written: Result<bool, Error>, ended: Result<(), Error>) -> Result<Commit, Trouble> {
    if ended.is_err() {
        // Nobody knows whether the transaction is over.
        session.give_up();
    }
    match (written, ended) {
        (Ok(true), Ok(())) => Ok(Commit::Committed),
        // There was nothing to commit, however the COMMIT ended.
        (Ok(false), _) => Ok(Commit::Conflict),
        (Err(error), _) | (Ok(true), Err(error)) if is_conflict(&error) => Ok(Commit::Conflict),
        (Err(error), _) => {
            // After a statement's own failure, the COMMIT has nothing to commit. After any other, it may have been
            // reached.
            let fate_unknown = !is_statements_own(&error);
            Err(Trouble { kind: session.blame(error), fate_unknown })
        }
        (Ok(true), Err(error)) => Err(unknown(session.blame(error))),
    }
}

fn unknown(kind: ErrorKind) -> Trouble {
    Trouble { kind, fate_unknown: true }
}
