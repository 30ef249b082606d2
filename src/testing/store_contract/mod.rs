//! The contract of a store as a list of cases: what [a store has to do to be correct](crate::store#to-be-correct),
//! paragraph by paragraph, for blocking and async stores. [`store`](crate::store#writing-a-store) explains how to write
//! one.
//!
//! It takes a [`Fixture`]: an empty store and handles on it, and, if possible, a way to put a record there as an older
//! version of the crate would have, and what is in the outbox. Each case gets a fresh one, and ends it.
//!
//! ```
//! use account_connections::{
//!     store::{Key, Record},
//!     testing::{
//!         SharedMemory,
//!         store_contract::{self, Fixture},
//!     },
//! };
//!
//! /// A store of one's own would be a table of a random name here, or a file in its own directory.
//! struct Fresh(SharedMemory);
//!
//! impl Fixture for Fresh {
//!     type Handle = SharedMemory;
//!
//!     // A further connection to the same database.
//!     fn handle(&self) -> SharedMemory {
//!         self.0.clone()
//!     }
//!
//!     // An INSERT with the next version, of what the store would have written.
//!     fn plant(&self, key: &Key, record: &str) -> bool {
//!         let record = serde_json::from_str::<Record>(record).expect("a record");
//!         self.0.lock().insert(key.clone(), record);
//!         true
//!     }
//!
//!     fn end(self) {
//!         // The table is dropped, the directory removed.
//!     }
//! }
//!
//! match store_contract::check(|| Fresh(SharedMemory::new())) {
//!     Ok(report) => println!("{report}"),
//!     Err(failures) => panic!("{failures}"),
//! }
//!
//! // One case alone.
//! let case = store_contract::case("versions").expect("a case");
//! case.check(Fresh(SharedMemory::new())).unwrap_or_else(|failure| panic!("{failure}"));
//! ```
//!
//! An async store has an [`AsyncFixture`], whose methods are all async, and is set up by an async closure. Everything
//! is awaited by one task, on any runtime: handles that work concurrently are futures of that task. (Those of a
//! blocking store have a thread each.)
//!
//! ```
//! use account_connections::testing::{
//!     SharedMemory,
//!     store_contract::{AsyncFixture, check_async},
//! };
//!
//! struct Fresh(SharedMemory);
//!
//! impl AsyncFixture for Fresh {
//!     type Handle = SharedMemory;
//!
//!     async fn handle(&self) -> SharedMemory {
//!         self.0.clone()
//!     }
//!
//!     async fn end(self) {
//!         // DROP SCHEMA … CASCADE
//!     }
//! }
//!
//! async fn the_store_keeps_to_its_contract() {
//!     let checked = check_async(async || Fresh(SharedMemory::new())).await;
//!     checked.unwrap_or_else(|failures| panic!("{failures}"));
//! }
//! ```
//!
//! Everything that a case asks of the store is compared with what a [`Memory`](crate::Memory) answers, and after each
//! commit everything that it was about is loaded. Versions are the store's own: no key may have the same one twice. In
//! the races, where several handles work concurrently, a conflict is accepted even if every expectation may hold.
//!
//! A failing case says what was asked, what the store did, and what the contract says:
//!
//! ```text
#![doc = include_str!("failure.txt")]
//! ```
//!
//! [`faulty`](super::faulty), a store with selectable faults, shows that a case can fail.
//!
//! # An outbox
//!
//! A store that keeps events and instructions for workers to fetch has its own calls for that. With an
//! [`OutboxFixture`], [`check_outbox`] holds them to this:
//!
#![doc = include_str!("outbox.md")]
//!
//! # What no case finds
//!
//! Whether a commit survives a loss of power, what became of one whose fate was unknown, and what a node that is cut
//! off from the others answers. No case loads a key twice at once, or scans overlapping ranges: the model does not.

mod calls;
mod case;
mod cases;
mod erased;
mod failure;
mod fixture;
mod paragraph;
mod samples;
mod show;
mod subject;
mod thread;
mod together;

use alloc::vec::Vec;

use case::OUTBOX_CASES;
pub use case::{CASES, Case, case};
pub use failure::{Failure, Failures, Report};
pub use fixture::{AsyncFixture, Fixture, Outbox, OutboxFixture};
pub use paragraph::Paragraph;
#[cfg(feature = "proptest")]
pub(super) use samples::{IDENTIFIERS, IDS, NAMES, TIMES, TOKENS};
pub(super) use thread::block_on;

/// Holds a store to all cases, each with its own store from `fresh`.
///
/// # Errors
///
/// All cases that fail.
pub fn check<F: Fixture>(mut fresh: impl FnMut() -> F) -> Result<Report, Failures> {
    block_on(check_async(async || thread::Threads(fresh())))
}

/// Holds an async store to all cases, each with its own store from `fresh`. Everything is done by the task that awaits
/// this, on any runtime.
///
/// # Errors
///
/// All cases that fail.
pub async fn check_async<F: AsyncFixture>(mut fresh: impl AsyncFnMut() -> F) -> Result<Report, Failures> {
    let mut results = Vec::new();
    for case in CASES {
        results.push(case.check_async(fresh().await).await);
    }
    Report::of(results)
}

/// Holds what workers do with a store's outbox to all [its cases](self#an-outbox), each with its own store from
/// `fresh`.
///
/// # Errors
///
/// All cases that fail.
pub async fn check_outbox<F: OutboxFixture>(mut fresh: impl AsyncFnMut() -> F) -> Result<Report, Failures> {
    let mut results = Vec::new();
    for case in OUTBOX_CASES {
        results.push(case.check_outbox(fresh().await).await);
    }
    Report::of(results)
}
