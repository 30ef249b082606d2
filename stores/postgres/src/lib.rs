#![doc = include_str!("../README.md")]

mod error;
mod held;
mod line;
mod lock;
mod options;
mod outbox;
mod pool;
mod row;
mod schema;
mod session;
mod sql;
mod store;
mod transaction;

pub use error::{Error, ErrorKind};
pub use options::Options;
pub use outbox::{Outbox, Place, Waiting};
#[cfg(feature = "tls")]
pub use rustls;
pub use store::Postgres;
pub use tokio_postgres;
