//! The contract of a store as a list of cases: what [a store has to do to be correct](crate::store#to-be-correct), paragraph
//! by paragraph, for blocking and async stores. How stores are written, [`store`](crate::store#writing-a-store) tells.
//!
//! It takes a [`Fixture`]: an empty store, handles on it, and a way to put a record there as an older version of the crate
//! would have. Each case gets a fresh one, and drops it when it is over.
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
//! /// A store of one's own would be a table of a random name here, or a file in a directory of its own.
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
//!     fn plant(&self, key: &Key, record: &str) {
//!         let record = serde_json::from_str::<Record>(record).expect("a record");
//!         self.0.lock().insert(key.clone(), record);
//!     }
//! }
//!
//! impl Drop for Fresh {
//!     fn drop(&mut self) {
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
//! let case = store_contract::case("versions-after-deletion").expect("a case");
//! case.check(Fresh(SharedMemory::new())).unwrap_or_else(|failure| panic!("{failure}"));
//! ```
//!
//! An async store has an [`AsyncFixture`]. All is awaited by one task, on whatever runtime: handles that are at work at
//! once are futures of that task.
//!
//! ```
//! use account_connections::testing::{SharedMemory, store_contract};
//!
//! async fn the_store_keeps_to_its_contract() {
//!     let checked = store_contract::check_async(async || SharedMemory::new()).await;
//!     checked.unwrap_or_else(|failures| panic!("{failures}"));
//! }
//! ```
//!
//! Most cases are scripts. They are played over the store and over a [`Memory`](crate::Memory), step by step, and what the
//! memory answers is what the contract says; after each commit, everything that it was about is loaded and compared.
//! Versions are the store's own: what is compared is that each writing has one, and that they grow. The others are races of
//! several handles, each of a thread or a future of its own; there, a conflict is let pass though every expectation may hold.
//!
//! A failing case says what was asked, what the store did, and what the contract says:
//!
//! ```text
#![doc = include_str!("failure.txt")]
//! ```
//!
//! What the three calls of a store do not show, no case finds: whether events and instructions are in the outbox (paragraph
//! 7), whether a commit survives a loss of power, and what becomes of a commit whose fate was unknown. No case loads a key
//! twice at once, or scans ranges that overlap: the model does not.

mod case;
mod cases;
mod failure;
mod fixture;
mod keys;
mod lockstep;
mod paragraph;
mod race;
mod reach;
mod records;
mod step;
mod task;
#[cfg(test)]
mod tests;
mod text;

use alloc::vec::Vec;

pub use case::{CASES, Case, case};
use failure::Breach;
pub use failure::{Failure, Failures, Report};
pub use fixture::{AsyncFixture, Fixture};
pub use paragraph::Paragraph;

/// Holds a store to all cases, each with a store of its own from `fresh`.
///
/// # Errors
///
/// All cases that fail.
pub fn check<F: Fixture>(mut fresh: impl FnMut() -> F) -> Result<Report, Failures> {
    let mut verdict = Verdict::default();
    for case in CASES {
        verdict.add(case.check(fresh()));
    }
    verdict.reached()
}

/// Holds an async store to all cases, each with a store of its own from `fresh`. All is done by the task that awaits
/// this, on whatever runtime.
///
/// # Errors
///
/// All cases that fail.
pub async fn check_async<F: AsyncFixture>(mut fresh: impl AsyncFnMut() -> F) -> Result<Report, Failures> {
    let mut verdict = Verdict::default();
    for case in CASES {
        let fixture = fresh().await;
        verdict.add(case.check_async(fixture).await);
    }
    verdict.reached()
}

#[derive(Debug, Default)]
struct Verdict {
    steps: u64,
    failures: Vec<Failure>,
}

impl Verdict {
    fn add(&mut self, done: Result<u64, Failure>) {
        match done {
            Ok(steps) => self.steps += steps,
            Err(failure) => self.failures.push(failure),
        }
    }

    fn reached(self) -> Result<Report, Failures> {
        if self.failures.is_empty() {
            Ok(Report { cases: CASES.len(), steps: self.steps })
        } else {
            Err(Failures(self.failures))
        }
    }
}
