use std::path::PathBuf;

use account_connections::store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Store as _, Versioned};
use account_connections_sqlite::{Options, Sqlite};
use tokio::{
    sync::{mpsc, oneshot},
    task,
};

/// A handle on a connection that a task owns. The task ends with the last clone of the handle.
///
/// SQLite blocks, so the task is one of tokio's blocking ones: it has its own thread as long as it lives.
#[derive(Clone, Debug)]
pub(crate) struct AsyncSqlite {
    calls: mpsc::Sender<Call>,
}

/// Why a call has no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// The store's own.
    #[error(transparent)]
    Sqlite(#[from] account_connections_sqlite::Error),
    /// What became of the call is not known.
    #[error("the task that owns the connection has ended")]
    Ended,
}

#[derive(Debug)]
enum Call {
    Load(Vec<Key>, Reply<Vec<Option<Versioned>>>),
    Scan(Scan, Reply<Vec<Vec<Entry>>>),
    Commit(Batch, Reply<Commit>),
}

type Reply<T> = oneshot::Sender<Result<T, account_connections_sqlite::Error>>;

/// How many calls wait for the connection before callers have to wait.
const WAITING: usize = 16;

impl AsyncSqlite {
    /// Opens a database, and starts the task.
    pub(crate) async fn open(path: PathBuf, options: Options) -> Result<Self, Error> {
        let opening = task::spawn_blocking(move || options.open(path));
        let mut sqlite = opening.await.map_err(|_| Error::Ended)??;
        let (calls, mut received) = mpsc::channel(WAITING);
        task::spawn_blocking(move || {
            while let Some(call) = received.blocking_recv() {
                serve(&mut sqlite, call);
            }
        });
        Ok(Self { calls })
    }

    async fn call<T>(&self, call: impl FnOnce(Reply<T>) -> Call) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        self.calls.send(call(reply)).await.map_err(|_| Error::Ended)?;
        Ok(answer.await.map_err(|_| Error::Ended)??)
    }
}

/// The caller may have stopped waiting: then the answer is dropped, and what was committed stays committed.
fn serve(sqlite: &mut Sqlite, call: Call) {
    match call {
        Call::Load(keys, reply) => drop(reply.send(sqlite.load(&keys))),
        Call::Scan(scan, reply) => drop(reply.send(sqlite.scan(&scan))),
        Call::Commit(batch, reply) => drop(reply.send(sqlite.commit(&batch))),
    }
}

impl AsyncStore for AsyncSqlite {
    type Error = Error;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        self.call(|reply| Call::Load(keys.to_vec(), reply)).await
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        self.call(|reply| Call::Scan(scan.clone(), reply)).await
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        self.call(|reply| Call::Commit(batch.clone(), reply)).await
    }
}
