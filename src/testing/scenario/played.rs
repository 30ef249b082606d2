use alloc::{collections::BTreeMap, string::String, vec::Vec};
use core::fmt;

use super::{Need, Scenario};
use crate::Rules;

/// What was checked in a scenario that a subject passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Played {
    /// How many expectations held.
    pub checked: usize,
    /// How many could not be checked, by what was missing.
    pub skipped: BTreeMap<Need, usize>,
    /// The line of the first step that was not played, if something missing ended the scenario, and what was missing.
    pub ended: Option<(usize, Need)>,
    /// The rules on which outcomes rest, if the subject says so.
    pub rested: Vec<Rested>,
}

/// The rules on which the outcome of a call rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rested {
    /// The line of the call.
    pub line: usize,
    /// Its operation.
    pub operation: &'static str,
    /// The rules.
    pub rules: Rules,
}

/// How a subject fails a scenario.
///
/// As text it begins with file and line: `create.txt:137: TITLE: what is wrong`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {title}: {what}")]
#[non_exhaustive]
pub struct Failure {
    /// The scenario's file.
    pub file: String,
    /// The line of the step.
    pub line: usize,
    /// The scenario's title.
    pub title: String,
    /// What the subject did, and what was expected of it.
    pub what: String,
}

impl Played {
    /// Whether the scenario was played to its end and everything in it was checked.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.skipped.is_empty() && self.ended.is_none()
    }

    /// Counts an expectation: as checked if it can be checked, as skipped if not.
    pub(super) fn can_check(&mut self, can: bool, need: Need) -> bool {
        if can {
            self.checked += 1;
        } else {
            self.skip(need, 1);
        }
        can
    }

    pub(super) fn skip(&mut self, need: Need, count: usize) {
        if count > 0 {
            *self.skipped.entry(need).or_default() += count;
        }
    }
}

impl Failure {
    pub(super) fn new(scenario: &Scenario, line: usize, what: String) -> Self {
        Self { file: scenario.file.clone(), line, title: scenario.title.clone(), what }
    }
}

impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} checked", self.checked)?;
        for (need, count) in &self.skipped {
            write!(f, ", {count} not without {need}")?;
        }
        self.ended.map_or(Ok(()), |(line, need)| write!(f, "; ended at line {line}, which needs {need}"))
    }
}
