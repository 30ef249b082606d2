//! A service around `account-connections`, in a few hundred lines. It is an example to start from:
//!
//! - [`auth`]: who calls, by the service's own tokens. The model takes the caller as given.
//! - [`http`]: the service's own routes and its own form of errors.
//! - [`service`]: a request goes in, an answer comes out; the clock, the ids and the quotas are the service's.
//! - [`store`]: an async store over a database that blocks, SQLite, which keeps events and instructions in an outbox.
//! - [`worker`]: carries out the instructions in the outbox, reports their outcomes, and hands the events to the
//!   service's own [`bus`]. It ends when told to, and what it has not finished waits for the next start.
//!
//! `tests/` has what you would test your own service with: the contract of the store, the judge, the state machine, the
//! body of a fuzz target, and the worker's life.

#![allow(clippy::exhaustive_enums, clippy::exhaustive_structs, reason = "nobody but this service uses it")]

pub mod auth;
pub mod bus;
pub mod http;
pub mod service;
pub mod store;
pub mod worker;
