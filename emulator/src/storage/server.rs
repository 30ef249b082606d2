use std::{
    fmt, io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use account_connections::{
    HostError,
    event::Event,
    instruction::Instruction,
    store::{AsyncStore as _, Batch, Commit, Entry, Key, Scan, Store, Versioned},
};
use account_connections_etcd::Etcd;
use account_connections_postgres::Postgres;
use tokio::{
    runtime::{self, Runtime},
    sync::Semaphore,
};

use super::{Access, EVENTS, EXCESS, Error, Handle, Number, Patience, Trouble, on_a_thread};

/// A state in a database behind a network, which other emulators may use as well.
pub(crate) struct Server {
    database: Database,
    /// The database's own: a call waits for it on a thread that may wait, whatever runtime serves the emulator. It is
    /// there until this is dropped.
    runtime: Option<Runtime>,
    places: Arc<Semaphore>,
    /// How many events have come since the old ones were last forgotten.
    events: AtomicUsize,
}

#[derive(Clone, Debug)]
enum Database {
    Postgres(Postgres),
    Etcd(Etcd),
}

/// The most concurrent calls, each on a thread.
const PLACES: usize = 32;

/// How long an instruction is one emulator's to carry out.
const CLAIM: Duration = Duration::from_secs(30);
/// The most instructions that are carried out at startup.
const CLAIMED: usize = 1_000;

/// The handle of one call.
struct Lent<'s> {
    server: &'s Server,
    database: Database,
}

impl Server {
    pub(super) fn postgres(url: &str) -> Result<Self, Error> {
        // It is for tests: it is up to them whether their server keeps what it acknowledges.
        let options = account_connections_postgres::Options::new().may_lose_commits(true);
        Self::new(async { Ok(Database::Postgres(options.migrate(url).await?)) })
    }

    pub(super) fn etcd(endpoints: &[String]) -> Result<Self, Error> {
        Self::new(async { Ok(Database::Etcd(Etcd::connect(endpoints).await?)) })
    }

    fn new(open: impl Future<Output = Result<Database, Error>> + Send) -> Result<Self, Error> {
        let runtime =
            runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(Error::Thread)?;
        let database = match elsewhere(|| runtime.block_on(open)).flatten() {
            Ok(database) => database,
            Err(error) => {
                // It must not be dropped where nothing may wait.
                runtime.shutdown_background();
                return Err(error);
            }
        };
        let (places, events) = (Arc::new(Semaphore::new(PLACES)), AtomicUsize::new(0));
        Ok(Self { database, runtime: Some(runtime), places, events })
    }

    pub(super) async fn with<T: Send + 'static>(
        self: &Arc<Self>,
        access: Access,
        patience: &Patience,
        call: impl Fn(&mut dyn Handle) -> Result<T, HostError<Error>> + Send + Sync + 'static,
    ) -> Result<T, Trouble> {
        let Ok(place) = patience.wait(Arc::clone(&self.places).acquire_owned()).await? else {
            return Err(Trouble::NoTurn);
        };
        let server = Arc::clone(self);
        on_a_thread(access, patience, move || {
            let _place = place;
            call(&mut server.lent())
        })
        .await
    }

    pub(super) fn now<T: Send>(
        &self,
        call: impl FnOnce(&mut dyn Handle) -> Result<T, HostError<Error>> + Send,
    ) -> Result<T, HostError<Error>> {
        elsewhere(|| call(&mut self.lent())).map_err(HostError::Read)?
    }

    fn lent(&self) -> Lent<'_> {
        Lent { server: self, database: self.database.clone() }
    }
}

/// Has another thread do it: a thread that serves calls may not wait for a future.
fn elsewhere<T: Send>(call: impl FnOnce() -> T + Send) -> Result<T, Error> {
    thread::scope(|threads| {
        let thread = thread::Builder::new().spawn_scoped(threads, call).map_err(Error::Thread)?;
        Ok(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

impl Lent<'_> {
    /// Waits for an answer from the database, through this call's one handle, which may hold locks from one try to the
    /// next.
    fn wait<T>(&mut self, ask: impl AsyncFnOnce(&mut Database) -> Result<T, Error>) -> Result<T, Error> {
        let runtime = self.server.runtime.as_ref().ok_or_else(|| Error::Thread(io::ErrorKind::BrokenPipe.into()))?;
        runtime.block_on(ask(&mut self.database))
    }
}

impl Handle for Lent<'_> {
    fn events(&mut self) -> Result<Vec<Event>, Error> {
        self.wait(async |database| {
            Ok(match database {
                Database::Postgres(postgres) => {
                    postgres.events().read_newest(EVENTS).await?.into_iter().map(|waiting| waiting.item).collect()
                }
                Database::Etcd(etcd) => {
                    etcd.events().read_newest(EVENTS).await?.into_iter().map(|waiting| waiting.item).collect()
                }
            })
        })
    }

    /// Those that no other emulator is carrying out.
    fn instructions(&mut self) -> Result<Vec<(Number, Instruction)>, Error> {
        self.wait(async |database| {
            Ok(match database {
                Database::Postgres(postgres) => {
                    let waiting = postgres.instructions().claim(CLAIMED, CLAIM).await?.into_iter();
                    waiting.map(|waiting| (Number::Postgres(waiting.place), waiting.item)).collect()
                }
                Database::Etcd(etcd) => {
                    let waiting = etcd.instructions().claim(CLAIMED, CLAIM).await?.into_iter();
                    waiting.map(|waiting| (Number::Etcd(Box::new(waiting.clone())), waiting.item)).collect()
                }
            })
        })
    }

    fn acknowledge(&mut self, number: Number) -> Result<(), Error> {
        self.wait(async |database| {
            match (database, number) {
                (Database::Postgres(postgres), Number::Postgres(place)) => {
                    postgres.instructions().acknowledge(place).await?;
                }
                (Database::Etcd(etcd), Number::Etcd(waiting)) => {
                    etcd.instructions().acknowledge(&waiting).await?;
                }
                // Another store's.
                _ => {}
            }
            Ok(())
        })
    }

    fn records(&mut self) -> Result<Vec<Entry>, Error> {
        self.wait(async |database| {
            Ok(match database {
                Database::Postgres(postgres) => postgres.records().await?,
                Database::Etcd(etcd) => etcd.records().await?,
            })
        })
    }

    fn clear(&mut self) -> Result<(), Error> {
        self.wait(async |database| {
            match database {
                Database::Postgres(postgres) => postgres.clear().await?,
                Database::Etcd(etcd) => etcd.clear().await?,
            }
            Ok(())
        })
    }
}

impl Store for Lent<'_> {
    type Error = Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        self.wait(async |database| {
            Ok(match database {
                Database::Postgres(postgres) => postgres.load(keys).await?,
                Database::Etcd(etcd) => etcd.load(keys).await?,
            })
        })
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        self.wait(async |database| {
            Ok(match database {
                Database::Postgres(postgres) => postgres.scan(scan).await?,
                Database::Etcd(etcd) => etcd.scan(scan).await?,
            })
        })
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        let server = self.server;
        self.wait(async move |database| {
            let commit = match database {
                Database::Postgres(postgres) => postgres.commit(batch).await?,
                Database::Etcd(etcd) => etcd.commit(batch).await?,
            };
            let events = if commit == Commit::Committed { batch.events().len() } else { 0 };
            if server.events.fetch_add(events, Ordering::Relaxed) + events > EXCESS {
                server.events.store(0, Ordering::Relaxed);
                // What is done is done: this can wait until next time.
                match database {
                    Database::Postgres(postgres) => drop(postgres.events().keep_newest(EVENTS).await),
                    Database::Etcd(etcd) => drop(etcd.events().keep_newest(EVENTS).await),
                }
            }
            Ok(commit)
        })
    }
}

impl Drop for Server {
    /// Does not wait, as when it was opened.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("database", &self.database).finish_non_exhaustive()
    }
}
