#![doc = include_str!("../README.md")]

mod error;
mod load;
mod open;
mod options;
mod outbox;
mod room;
mod row;
mod scan;
mod schema;
mod shared;
mod store;
mod table;
mod verify;
mod write;

pub use error::{Error, ErrorKind};
pub use options::{Options, Synchronous};
pub use outbox::{Outbox, Waiting};
pub use rusqlite;
pub use shared::Shared;
pub use store::Sqlite;
