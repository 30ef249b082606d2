use std::{
    fmt, mem,
    path::Path,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use account_connections::store::{Batch, Commit, Entry, Key, Scan, Store, Versioned};

use crate::{Error, ErrorKind, Options, Sqlite, room::Purpose, write};

/// A database for the many threads of a process, each with a clone of this.
///
/// One thread does all the writing, and commits that come at once share a transaction: where each would have to wait
/// for the disk ([`Synchronous::Power`](crate::Synchronous::Power)), all of them wait once. Nobody waits for SQLite's
/// lock, which goes to whoever happens to look when it is free, except for that of other processes. Reads have a handle
/// each, and wait for nobody.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use account_connections_sqlite::Options;
///
/// # let directory = tempfile::tempdir()?;
/// let shared = Options::new().open_shared(directory.path().join("connections.db"))?;
/// let threads = (0..8).map(|_| {
///     // It is a `Store`: for `run`, or a `Service`.
///     let shared = shared.clone();
///     std::thread::spawn(move || shared.read(|sqlite| sqlite.records()))
/// });
/// # for thread in threads.collect::<Vec<_>>() {
/// #     assert_eq!(thread.join().unwrap()?, []);
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Shared {
    path: Arc<Path>,
    options: Options,
    writer: mpsc::Sender<Job>,
    /// Handles that nobody is reading with; the last is used first, since its cache is warm.
    idle: Arc<Mutex<Vec<Sqlite>>>,
}

enum Job {
    Commit(Batch, mpsc::SyncSender<Result<Commit, Error>>),
    /// A call, with what its caller waits for as long as it exists.
    Call(Box<dyn FnOnce(&mut Sqlite) + Send>, Awaited),
}

type Awaited = Box<dyn Send>;

impl Options {
    /// Opens a database for many threads.
    ///
    /// # Errors
    ///
    /// As for [`open`](Self::open), or the operating system provides no thread.
    pub fn open_shared(self, path: impl AsRef<Path>) -> Result<Shared, Error> {
        let writer = self.open(path)?;
        let (path, options) = (Arc::<Path>::from(writer.path()), self.create(false));
        let (jobs, come) = mpsc::channel();
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                let mut awaited = None;
                // It is dropped first if a call panics: once its caller knows, no call is let in that could not be
                // served.
                let come = come;
                work(writer, &come, &mut awaited);
            })
            .map_err(|error| Error::new(&path, ErrorKind::NoThread(error)))?;
        Ok(Shared { path, options, writer: jobs, idle: Arc::default() })
    }
}

impl Shared {
    /// Has a call read with a handle that nobody else has in the meantime.
    ///
    /// # Errors
    ///
    /// The call's own, or that of opening one more handle.
    pub fn read<T>(&self, call: impl FnOnce(&mut Sqlite) -> Result<T, Error>) -> Result<T, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut handle = match idle {
            Some(handle) => handle,
            None => self.options.open(&self.path)?,
        };
        let result = call(&mut handle);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(handle);
        result
    }

    /// Has the writing thread make a call, after the commits that came before it: to acknowledge what was delivered,
    /// say.
    ///
    /// # Errors
    ///
    /// The call's own, or [`ErrorKind::WriterEnded`].
    pub fn write<T: Send + 'static>(
        &self,
        call: impl FnOnce(&mut Sqlite) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, result) = mpsc::sync_channel(1);
        let awaited = Box::new(answer.clone());
        // The caller is there: it waits.
        self.ask(Job::Call(Box::new(move |sqlite| drop(answer.send(call(sqlite)))), awaited), &result)
    }

    fn ask<T>(&self, job: Job, result: &mpsc::Receiver<Result<T, Error>>) -> Result<T, Error> {
        let ended = || Error::new(&self.path, ErrorKind::WriterEnded);
        self.writer.send(job).map_err(|_| ended())?;
        result.recv().unwrap_or_else(|_| Err(ended().with_fate_unknown()))
    }
}

impl Store for Shared {
    type Error = Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        self.read(|handle| handle.load(keys))
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        self.read(|handle| handle.scan(scan))
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        if batch.writes().is_empty() {
            return self.read(|handle| handle.commit(batch));
        }
        let (answer, result) = mpsc::sync_channel(1);
        self.ask(Job::Commit(batch.clone(), answer), &result)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").field("path", &self.path).field("options", &self.options).finish_non_exhaustive()
    }
}

type Waiting = (Batch, mpsc::SyncSender<Result<Commit, Error>>);

/// Does whatever comes, until nobody can ask any more.
fn work(mut sqlite: Sqlite, come: &mpsc::Receiver<Job>, awaited: &mut Option<Awaited>) {
    while let Ok(first) = come.recv() {
        let mut group = Vec::new();
        for job in std::iter::once(first).chain(come.try_iter()) {
            match job {
                Job::Commit(batch, answer) => group.push((batch, answer)),
                Job::Call(call, its) => {
                    commit(&mut sqlite, mem::take(&mut group));
                    *awaited = Some(its);
                    call(&mut sqlite);
                    *awaited = None;
                }
            }
        }
        commit(&mut sqlite, group);
    }
}

/// Commits all of them in one transaction, each as if those before it had been committed; if that fails, and certainly
/// nothing was written, each in its own, so that no batch fails because of another.
fn commit(sqlite: &mut Sqlite, group: Vec<Waiting>) {
    let committed = if group.len() > 1 { commit_together(sqlite, &group) } else { Ok(None) };
    match committed {
        Ok(Some(commits)) => answer(group, commits.into_iter().map(Ok)),
        // Waiting as long for each of them would help nobody.
        Err(error) if error.fate_unknown() || matches!(error.kind(), ErrorKind::Locked) => {
            let errors = group.iter().map(|_| Err(error.again())).collect::<Vec<_>>();
            answer(group, errors);
        }
        Ok(None) | Err(_) => {
            for (batch, asked) in group {
                // The caller is there: it waits.
                drop(asked.send(sqlite.commit(&batch)));
            }
        }
    }
}

fn commit_together(sqlite: &mut Sqlite, group: &[Waiting]) -> Result<Option<Vec<Commit>>, Error> {
    sqlite.write(Purpose::Keep, |transaction| {
        let commits = group.iter().map(|(batch, _)| {
            if !write::hold(transaction, batch.expectations())? {
                return Ok(Commit::Conflict);
            }
            write::write(transaction, batch).map(|()| Commit::Committed)
        });
        commits.collect::<Result<Vec<_>, ErrorKind>>().map(Some)
    })
}

fn answer(group: Vec<Waiting>, results: impl IntoIterator<Item = Result<Commit, Error>>) {
    for ((_, asked), result) in group.into_iter().zip(results) {
        drop(asked.send(result));
    }
}
