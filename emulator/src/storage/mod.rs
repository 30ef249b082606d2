//! Where the state is kept: in memory, or in a file.

mod file;
mod memory;

use account_connections::{HostError, event::Event, instruction::Instruction, store::Entry, store::Store};
pub use account_connections_sqlite::Error;
use file::File;
use memory::InMemory;

use crate::options::StoreChoice;

/// The state that all clients share.
#[derive(Debug)]
pub(crate) enum Storage {
    Memory(InMemory),
    File(File),
}

/// What one request has of it: a store with its outboxes.
pub(crate) trait Handle: Store<Error = Error> {
    /// Has nobody else of this process commit until this request has, or is at its end.
    fn begin_turn(&mut self);

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

impl Storage {
    /// Opens what was chosen.
    pub(crate) fn open(choice: &StoreChoice) -> Result<Self, Error> {
        match choice {
            StoreChoice::Memory => Ok(Self::Memory(InMemory::default())),
            StoreChoice::Sqlite(path) => File::open(path).map(Self::File),
        }
    }

    /// Whether a request may have to wait for a disk, or for another process.
    pub(crate) const fn blocks(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// Lends a handle.
    pub(crate) fn with<T>(
        &self,
        use_it: impl FnOnce(&mut dyn Handle) -> Result<T, HostError<Error>>,
    ) -> Result<T, HostError<Error>> {
        match self {
            Self::Memory(memory) => memory.with(use_it),
            Self::File(file) => file.with(use_it),
        }
    }
}
