use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use account_connections::{
    HostError,
    event::Event,
    instruction::Instruction,
    store::{Batch, Commit, Entry, Key, Scan, Store, Versioned},
};
use account_connections_sqlite::{Options, Sqlite, Synchronous};
use tokio::{
    sync::{Mutex as TurnLock, OwnedMutexGuard, OwnedSemaphorePermit, Semaphore},
    time::Instant,
};

use super::{Access, EVENTS, EXCESS, Error, Handle, Number, Patience, Trouble, on_a_thread};

/// A state in an SQLite file. Readers have a handle each; writers take turns, and waiting for a turn does not keep a
/// thread waiting.
pub(crate) struct File {
    path: PathBuf,
    /// Handles that nobody is using; the last is used first, since its cache is warm.
    idle: Mutex<Vec<Sqlite>>,
    readers: Arc<Semaphore>,
    turn: Arc<TurnLock<Turn>>,
}

/// The writer has the turn. SQLite lets only one write at a time anyway, but makes the others poll.
#[derive(Debug, Default)]
struct Turn {
    /// How many events have come since the old ones were last forgotten.
    events: usize,
}

/// The most concurrent reading calls, each on a thread; and the most handles, each of which has a few files open.
const READERS: usize = 32;

/// As long as the file is not damaged, what was answered survives the end of the process, however it ends. This is for
/// tests: no call waits until it would survive the end of the machine, too.
const OPTIONS: Options = Options::new().synchronous(Synchronous::Process);

/// The handle of one call.
struct Lent<'f> {
    sqlite: &'f mut Sqlite,
    turn: Option<&'f mut Turn>,
    /// How long to wait for others' locks.
    until: Instant,
}

/// What a call has while it uses a handle.
enum Held {
    Turn(OwnedMutexGuard<Turn>),
    Place(#[expect(dead_code, reason = "it is there to be dropped")] OwnedSemaphorePermit),
}

impl File {
    pub(super) fn open(path: &Path) -> Result<Self, account_connections_sqlite::Error> {
        let mut first = OPTIONS.open(path)?;
        first.events().keep_newest(EVENTS)?;
        Ok(Self {
            path: path.into(),
            idle: Mutex::new(vec![first]),
            readers: Arc::new(Semaphore::new(READERS)),
            turn: Arc::default(),
        })
    }

    pub(super) async fn with<T: Send + 'static>(
        self: &Arc<Self>,
        access: Access,
        patience: &Patience,
        call: impl Fn(&mut dyn Handle) -> Result<T, HostError<Error>> + Send + Sync + 'static,
    ) -> Result<T, Trouble> {
        let call = Arc::new(call);
        if access == Access::Writes
            && let Ok(turn) = Arc::clone(&self.turn).try_lock_owned()
        {
            return self.lend(Held::Turn(turn), patience, call).await;
        }
        let Ok(place) = patience.wait(Arc::clone(&self.readers).acquire_owned()).await? else {
            return Err(Trouble::NoTurn);
        };
        match self.lend(Held::Place(place), patience, Arc::clone(&call)).await {
            Err(Trouble::Host(HostError::Read(Error::Turn) | HostError::Commit(Error::Turn))) => {
                let turn = patience.wait(Arc::clone(&self.turn).lock_owned()).await?;
                self.lend(Held::Turn(turn), patience, call).await
            }
            settled => settled,
        }
    }

    pub(super) fn now<T>(
        &self,
        call: impl FnOnce(&mut dyn Handle) -> Result<T, HostError<Error>>,
    ) -> Result<T, HostError<Error>> {
        let mut turn = Arc::clone(&self.turn).try_lock_owned().ok();
        self.use_handle(turn.as_deref_mut(), Patience::new().locks_until(), call)
    }

    /// Has a call use a handle.
    async fn lend<T: Send + 'static>(
        self: &Arc<Self>,
        mut held: Held,
        patience: &Patience,
        call: Arc<impl Fn(&mut dyn Handle) -> Result<T, HostError<Error>> + Send + Sync + 'static>,
    ) -> Result<T, Trouble> {
        let (file, until) = (Arc::clone(self), patience.locks_until());
        let access = if matches!(held, Held::Turn(_)) { Access::Writes } else { Access::Reads };
        on_a_thread(access, patience, move || {
            let turn = match &mut held {
                Held::Turn(turn) => Some(&mut **turn),
                Held::Place(_) => None,
            };
            file.use_handle(turn, until, |handle| call(handle))
        })
        .await
    }

    fn use_handle<T>(
        &self,
        turn: Option<&mut Turn>,
        until: Instant,
        call: impl FnOnce(&mut dyn Handle) -> Result<T, HostError<Error>>,
    ) -> Result<T, HostError<Error>> {
        let idle = self.idle().pop();
        // The file exists: a new one in its place would be a different state.
        let mut sqlite = match idle {
            Some(sqlite) => sqlite,
            None => {
                let options = OPTIONS.create(false).busy_timeout(left(until));
                options.open(&self.path).map_err(|error| HostError::Read(error.into()))?
            }
        };
        let result = call(&mut Lent { sqlite: &mut sqlite, turn, until });
        self.idle().push(sqlite);
        result
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Sqlite>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

impl Lent<'_> {
    /// Reads, and waits no longer than it may.
    fn read(&mut self) -> &mut Sqlite {
        // It fails only if a custom handler is set.
        drop(self.sqlite.connection().busy_timeout(left(self.until)));
        self.sqlite
    }

    /// Writes in turn.
    fn write(&mut self) -> Result<&mut Sqlite, Error> {
        if self.turn.is_some() { Ok(self.read()) } else { Err(Error::Turn) }
    }
}

impl Handle for Lent<'_> {
    fn events(&mut self) -> Result<Vec<Event>, Error> {
        let waiting = self.read().events().read(usize::MAX)?;
        let excess = waiting.len().saturating_sub(EVENTS);
        Ok(waiting.into_iter().skip(excess).map(|waiting| waiting.item).collect())
    }

    fn instructions(&mut self) -> Result<Vec<(Number, Instruction)>, Error> {
        let waiting = self.read().instructions().read(usize::MAX)?;
        Ok(waiting.into_iter().map(|waiting| (Number::Sqlite(waiting.sequence), waiting.item)).collect())
    }

    fn acknowledge(&mut self, number: Number) -> Result<(), Error> {
        if let Number::Sqlite(sequence) = number {
            self.write()?.instructions().acknowledge(sequence)?;
        }
        Ok(())
    }

    fn records(&mut self) -> Result<Vec<Entry>, Error> {
        Ok(self.read().records()?)
    }

    fn clear(&mut self) -> Result<(), Error> {
        Ok(self.write()?.clear()?)
    }
}

impl Store for Lent<'_> {
    type Error = Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        Ok(self.read().load(keys)?)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        Ok(self.read().scan(scan)?)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        if batch.writes().is_empty() {
            return Ok(self.read().commit(batch)?);
        }
        let commit = self.write()?.commit(batch)?;
        if commit == Commit::Committed
            && let Some(turn) = &mut self.turn
        {
            turn.events += batch.events().len();
            if turn.events > EXCESS {
                turn.events = 0;
                // What is done is done: this can wait until next time.
                drop(self.sqlite.events().keep_newest(EVENTS));
            }
        }
        Ok(commit)
    }
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File").field("path", &self.path).finish_non_exhaustive()
    }
}
