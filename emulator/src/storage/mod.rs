//! Where the state is kept: in memory, or in a file.

mod file;
mod memory;
mod patience;

use std::sync::Arc;

use account_connections::{ErrorKind, HostError, event::Event, instruction::Instruction, store::Entry, store::Store};
pub use account_connections_sqlite::Error as StoreError;
use file::File;
use memory::InMemory;
pub(crate) use patience::Patience;

use crate::options::StoreChoice;

/// The state that all clients share.
#[derive(Debug)]
pub(crate) enum Storage {
    Memory(InMemory),
    File(Arc<File>),
}

/// What one call has of it: a store with its outboxes.
pub(crate) trait Handle: Store<Error = Error> {
    /// The last events, oldest first: at most [`EVENTS`].
    fn events(&mut self) -> Result<Vec<Event>, Error>;

    /// The instructions that nobody has carried out, oldest first, each with its number.
    fn instructions(&mut self) -> Result<Vec<(u64, Instruction)>, Error>;

    /// The instruction of this number is carried out, or void.
    fn acknowledge(&mut self, number: u64) -> Result<(), Error>;

    /// All records, in the order of their keys.
    fn records(&mut self) -> Result<Vec<Entry>, Error>;

    /// Forgets everything.
    fn clear(&mut self) -> Result<(), Error>;
}

/// The most events that are kept: the last ones.
pub(crate) const EVENTS: usize = 10_000;

/// What a call may do with the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Read it, beside everybody else.
    Reads,
    /// Write, too, when it is its turn. It is tried without one first where others have it: who is refused writes nothing.
    Writes,
}

/// Why a store did not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error(transparent)]
    Sqlite(#[from] StoreError),
    /// Nothing was written.
    #[error("it is another call's turn to write")]
    Turn,
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
    pub(crate) fn open(choice: &StoreChoice) -> Result<Self, StoreError> {
        match choice {
            StoreChoice::Memory => Ok(Self::Memory(InMemory::default())),
            StoreChoice::Sqlite(path) => Ok(Self::File(Arc::new(File::open(path)?))),
        }
    }

    /// Whether a call may have to wait for a disk, or for others.
    pub(crate) const fn waits(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Has a call use the state, for as long as it has patience. What it does may be begun twice, and is carried out once.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        access: Access,
        patience: &Patience,
        call: impl Fn(&mut dyn Handle) -> Result<T, HostError<Error>> + Send + Sync + 'static,
    ) -> Result<T, Trouble> {
        match self {
            Self::Memory(memory) => Ok(memory.with(call)?),
            Self::File(file) => file.with(access, patience, call).await,
        }
    }

    /// The same at once, on this thread: while nobody else uses it.
    pub(crate) fn now<T>(
        &self,
        call: impl FnOnce(&mut dyn Handle) -> Result<T, HostError<Error>>,
    ) -> Result<T, HostError<Error>> {
        match self {
            Self::Memory(memory) => memory.with(call),
            Self::File(file) => file.now(call),
        }
    }
}

impl Trouble {
    /// The kind under which a service answers: it is known to have changed nothing, or not.
    pub(crate) fn kind(&self) -> ErrorKind {
        match self {
            Self::Host(HostError::Read(Error::Sqlite(error)) | HostError::Commit(Error::Sqlite(error)))
                if error.retryable() =>
            {
                ErrorKind::Throttling
            }
            Self::Host(trouble) => trouble.kind(),
            Self::NoTurn | Self::Gone | Self::Unread => ErrorKind::Throttling,
            Self::FateUnknown => ErrorKind::InternalServer,
        }
    }
}
