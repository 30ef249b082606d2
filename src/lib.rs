#![doc = include_str!("../README.md")]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod connection;
mod connections;
mod decide;
pub mod environment;
mod error;
pub mod event;
mod host;
pub mod id;
pub mod instruction;
pub mod invariant;
mod memory;
pub mod operation;
pub mod page;
mod rule;
mod sound;
pub mod source;
pub mod status;
pub mod store;
pub mod tags;
#[cfg(feature = "testing")]
pub mod testing;
pub mod txn;
#[cfg(feature = "wire")]
pub mod wire;

pub use connections::{Connections, Error};
pub use decide::{AnswerTo, Request, decide};
pub use error::{ErrorKind, Refusal};
pub use host::{HostError, run, run_async};
pub use memory::Memory;
pub use rule::{Basis, Rule, UnknownRule};
pub use txn::{Outcome, Step};
