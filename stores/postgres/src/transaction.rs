//! What a commit says to the server, and what it makes of the answers.

use account_connections::store::{Batch, Commit};
use tokio_postgres::Error;

use crate::{
    ErrorKind,
    error::{is_conflict, is_statements_own},
    lock::Locks,
    row::Columns,
    session::{Parameter, Session},
    sql::Sql,
};

/// How a transaction begins whose later statements are to see what is committed before them: each has a snapshot, which is
/// younger than the locks.
pub(crate) const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";

/// Why there is no answer to a commit.
#[derive(Debug)]
pub(crate) struct Trouble {
    pub(crate) kind: ErrorKind,
    pub(crate) fate_unknown: bool,
}

impl From<ErrorKind> for Trouble {
    /// Before anything was sent.
    fn from(kind: ErrorKind) -> Self {
        Self { kind, fate_unknown: false }
    }
}

/// A whole commit, sent at once: one round trip.
pub(crate) async fn commit(session: &Session, sql: &Sql, locks: &Locks, batch: &Batch) -> Result<Commit, Trouble> {
    let columns = Columns::of(batch)?;
    let lock = session.prepare(sql.lock).await?;
    let write = session.prepare(&sql.write).await?;
    let client = session.client()?;
    let (numbers, exclusive) = locks.columns();
    let (locks, columns): ([Parameter<'_>; 2], _) = ([&numbers, &exclusive], columns.parameters());
    let all = async {
        tokio::join!(
            biased;
            client.batch_execute(BEGIN),
            client.execute(&lock, &locks),
            client.query(&write, &columns),
            client.batch_execute("COMMIT"),
        )
    };
    let (begun, locked, written, ended) = session.answer(all).await.map_err(unknown)?;
    judge(session, begun.and(locked).and(written).map(|rows| !rows.is_empty()), ended)
}

/// The end of a transaction that has all locks already.
pub(crate) async fn commit_under_locks(session: &Session, sql: &Sql, batch: &Batch) -> Result<Commit, Trouble> {
    let columns = Columns::of(batch)?;
    let write = session.prepare(&sql.write).await?;
    let (client, columns) = (session.client()?, columns.parameters());
    let all = async {
        tokio::join!(
            biased;
            client.query(&write, &columns),
            client.batch_execute("COMMIT"),
        )
    };
    let (written, ended) = session.answer(all).await.map_err(unknown)?;
    judge(session, written.map(|rows| !rows.is_empty()), ended)
}

/// Whether all expectations of a batch that writes nothing hold: one statement, so all at one moment.
pub(crate) async fn check(session: &Session, sql: &Sql, batch: &Batch) -> Result<Commit, ErrorKind> {
    let Columns { expected, versions, .. } = Columns::of(batch)?;
    let rows = session.query(&sql.check, &[&expected, &versions]).await?;
    let holds = rows.first().map(|row| row.try_get::<_, bool>(0)).transpose()?;
    Ok(if holds == Some(true) { Commit::Committed } else { Commit::Conflict })
}

/// What became of a transaction: whether its statements wrote, or what the first of them that failed says; and what its
/// COMMIT says, which succeeds after a failure all the same, as a rollback.
fn judge(session: &Session, written: Result<bool, Error>, ended: Result<(), Error>) -> Result<Commit, Trouble> {
    if ended.is_err() {
        // Who knows whether the transaction is over.
        session.give_up();
    }
    match (written, ended) {
        (Ok(true), Ok(())) => Ok(Commit::Committed),
        // Nothing was there to be committed, however that ended.
        (Ok(false), _) => Ok(Commit::Conflict),
        (Err(error), _) | (Ok(true), Err(error)) if is_conflict(&error) => Ok(Commit::Conflict),
        (Err(error), _) => {
            // After a statement's own failure the COMMIT has nothing to commit. After any other, it may have come to it.
            let fate_unknown = !is_statements_own(&error);
            Err(Trouble { kind: session.blame(error), fate_unknown })
        }
        (Ok(true), Err(error)) => Err(unknown(session.blame(error))),
    }
}

fn unknown(kind: ErrorKind) -> Trouble {
    Trouble { kind, fate_unknown: true }
}
