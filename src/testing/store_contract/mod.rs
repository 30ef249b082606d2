//! The contract of a store as a list of cases.

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
