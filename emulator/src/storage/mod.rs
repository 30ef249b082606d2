//! Where the state is kept: in memory, in a file, or in a database behind a network.

mod file;
mod memory;
mod patience;
mod server;

use std::{io, sync::Arc};

use account_connections::{ErrorKind, HostError, event::Event, instruction::Instruction, store::Entry, store::Store};
use file::File;
use memory::InMemory;
pub(crate) use patience::Patience;
use server::Server;
use tokio::{task::spawn_blocking, time::timeout_at};

use crate::options::StoreChoice;

/// The state that all clients share.
#[derive(Debug)]
pub(crate) enum Storage {
    Memory(InMemory),
    File(Arc<File>),
    Server(Arc<Server>),
}

/// What one call has of it: a store with its outboxes.
pub(crate) trait Handle: Store<Error = Error> {
    /// The last events, oldest first: at most [`EVENTS`].
    fn events(&mut self) -> Result<Vec<Event>, Error>;

    /// The instructions that nobody has carried out, oldest first, each with its number.
    fn instructions(&mut self) -> Result<Vec<(Number, Instruction)>, Error>;

    /// The instruction with this number has been carried out, or is void.
    fn acknowledge(&mut self, number: Number) -> Result<(), Error>;

    /// All records, in the order of their keys.
    fn records(&mut self) -> Result<Vec<Entry>, Error>;

    /// Forgets everything.
    fn clear(&mut self) -> Result<(), Error>;
}

/// What identifies an instruction in its outbox.
pub(crate) enum Number {
    Sqlite(u64),
    Postgres(account_connections_postgres::Place),
    Etcd(Box<account_connections_etcd::Waiting<Instruction>>),
}

/// The most events that are kept: the last ones.
pub(crate) const EVENTS: usize = 10_000;

/// How many events there may be besides those.
const EXCESS: usize = 1_000;

/// What a call may do with the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Read it, alongside everybody else.
    Reads,
    /// Write, too, when it is its turn. If others have the turn, it is first tried without one: a refused call writes
    /// nothing.
    Writes,
}

/// Why a store did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file's.
    #[error(transparent)]
    Sqlite(#[from] account_connections_sqlite::Error),
    /// PostgreSQL's.
    #[error(transparent)]
    Postgres(#[from] account_connections_postgres::Error),
    /// The cluster's.
    #[error(transparent)]
    Etcd(#[from] account_connections_etcd::Error),
    /// The operating system provides no thread to wait for a database.
    #[error("there is no thread to wait for the database: {0}")]
    Thread(#[source] io::Error),
    /// Nothing was written.
    #[error("it is another call's turn to write")]
    Turn,
}

impl Error {
    /// Whether what was to be written may have been written all the same.
    pub(crate) const fn fate_unknown(&self) -> bool {
        match self {
            Self::Sqlite(error) => error.fate_unknown(),
            Self::Postgres(error) => error.fate_unknown(),
            Self::Etcd(error) => error.fate_unknown(),
            Self::Thread(_) | Self::Turn => false,
        }
    }

    /// Whether nothing was written, and another attempt may succeed.
    const fn retryable(&self) -> bool {
        match self {
            Self::Sqlite(error) => error.retryable(),
            Self::Postgres(error) => error.retryable(),
            Self::Etcd(error) => error.retryable(),
            Self::Thread(_) | Self::Turn => false,
        }
    }
}

/// Why a call has no outcome.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    #[error(transparent)]
    Host(#[from] HostError<Error>),
    #[error("its turn did not come within {} s: nothing was written", Patience::SECONDS)]
    NoTurn,
    #[error("its client had gone before its turn came: nothing was written")]
    Gone,
    #[error("the store did not answer within {} s", Patience::SECONDS)]
    Unread,
    #[error("the store did not commit within {} s: all of it was written, or nothing", Patience::SECONDS)]
    FateUnknown,
}

impl Storage {
    /// Opens what was chosen.
    pub(crate) fn open(choice: &StoreChoice) -> Result<Self, Error> {
        Ok(match choice {
            StoreChoice::Memory => Self::Memory(InMemory::default()),
            StoreChoice::Sqlite(path) => Self::File(Arc::new(File::open(path)?)),
            StoreChoice::Postgres(url) => Self::Server(Arc::new(Server::postgres(url)?)),
            StoreChoice::Etcd(endpoints) => Self::Server(Arc::new(Server::etcd(endpoints)?)),
        })
    }

    /// Whether a call may have to wait for a disk, a network or others.
    pub(crate) const fn waits(&self) -> bool {
        !matches!(self, Self::Memory(_))
    }

    /// Has a call use the state, for as long as it has patience. What it does may be begun twice, but is carried out
    /// once.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        access: Access,
        patience: &Patience,
        call: impl Fn(&mut dyn Handle) -> Result<T, HostError<Error>> + Send + Sync + 'static,
    ) -> Result<T, Trouble> {
        match self {
            Self::Memory(memory) => Ok(memory.with(call)?),
            Self::File(file) => file.with(access, patience, call).await,
            Self::Server(server) => server.with(access, patience, call).await,
        }
    }

    /// The same immediately, on this thread, while nobody else uses it.
    pub(crate) fn now<T: Send>(
        &self,
        call: impl FnOnce(&mut dyn Handle) -> Result<T, HostError<Error>> + Send,
    ) -> Result<T, HostError<Error>> {
        match self {
            Self::Memory(memory) => memory.with(call),
            Self::File(file) => file.now(call),
            Self::Server(server) => server.now(call),
        }
    }
}

/// Runs a call on a thread that may wait. What has begun there is carried out, whether or not anybody waits for it.
async fn on_a_thread<T: Send + 'static>(
    access: Access,
    patience: &Patience,
    call: impl FnOnce() -> Result<T, HostError<Error>> + Send + 'static,
) -> Result<T, Trouble> {
    match timeout_at(patience.deadline(), spawn_blocking(call)).await {
        Ok(Ok(result)) => Ok(result?),
        Ok(Err(error)) => std::panic::resume_unwind(Box::new(error)),
        Err(_) if access == Access::Writes => Err(Trouble::FateUnknown),
        Err(_) => Err(Trouble::Unread),
    }
}

impl Trouble {
    /// The kind of error with which a service answers: by whether it is known to have changed nothing.
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Host(HostError::Read(error) | HostError::Commit(error)) if error.retryable() => ErrorKind::Throttling,
            Self::Host(trouble) => trouble.kind(),
            Self::NoTurn | Self::Gone | Self::Unread => ErrorKind::Throttling,
            Self::FateUnknown => ErrorKind::InternalServer,
        }
    }
}
