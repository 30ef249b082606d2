use alloc::{string::String, vec::Vec};
use core::fmt;

use super::Case;

/// How a store breaks the contract: what was asked of it, what it did, and what the contract says.
#[derive(Clone, Debug)]
pub(super) struct Breach {
    pub(super) asked: String,
    store: String,
    contract: String,
}

/// What everything in a case ends with.
pub(super) type Kept<T = ()> = Result<T, Breach>;

/// A case that a store fails.
///
/// As text: the case, what was asked of the store, what it did, what the contract says, the paragraphs of the contract
/// that the case rests on, and what was asked before.
#[derive(Clone, Debug)]
pub struct Failure {
    pub(super) case: &'static Case,
    pub(super) breach: Breach,
    /// What was asked of the store before, the latest last.
    pub(super) before: Vec<String>,
}

/// All cases that a store fails, in their order.
#[derive(Clone, Debug)]
pub struct Failures {
    pub(super) failures: Vec<Failure>,
    /// How many cases there are.
    pub(super) of: usize,
}

/// What was done with a store that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// How many cases the store passed.
    pub passed: usize,
    /// How many were left out because the fixture lacks what they need.
    pub left_out: usize,
    /// How many loads, scans and commits there were, not counting those of the races.
    pub steps: u64,
}

impl Report {
    /// What all cases of a check ended with.
    pub(super) fn of(results: Vec<Result<u64, Failure>>) -> Result<Self, Failures> {
        let (of, mut failures) = (results.len(), Vec::new());
        let mut report = Self { passed: 0, left_out: 0, steps: 0 };
        for result in results {
            match result {
                Ok(0) => report.left_out += 1,
                Ok(steps) => {
                    report.passed += 1;
                    report.steps += steps;
                }
                Err(failure) => failures.push(failure),
            }
        }
        if failures.is_empty() { Ok(report) } else { Err(Failures { failures, of }) }
    }
}

impl Breach {
    pub(super) fn new(asked: impl Into<String>, store: impl Into<String>, contract: impl Into<String>) -> Self {
        Self { asked: asked.into(), store: store.into(), contract: contract.into() }
    }
}

impl Failure {
    /// The case.
    #[must_use]
    pub const fn case(&self) -> &'static Case {
        self.case
    }
}

impl Failures {
    /// The failures: at least one.
    pub fn iter(&self) -> impl Iterator<Item = &Failure> {
        self.failures.iter()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { case, breach: Breach { asked, store, contract }, before } = self;
        write!(f, "case `{}`: {}\n  asked:    {asked}\n", case.name(), case.says())?;
        write!(f, "  store:    {store}\n  contract: {contract}")?;
        case.paragraphs().iter().try_for_each(|paragraph| write!(f, "\n  {paragraph}"))?;
        f.write_str(if before.is_empty() { "" } else { "\n  before:" })?;
        before.iter().try_for_each(|asked| write!(f, "\n    {asked}"))
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "the store fails {} of {} cases of its contract", self.failures.len(), self.of)?;
        self.iter().try_for_each(|failure| write!(f, "\n{failure}\n"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, left_out, steps } = self;
        write!(f, "{passed} cases passed, {left_out} left out, {steps} steps")
    }
}

impl core::error::Error for Failure {}

impl core::error::Error for Failures {}
