//! What the judge found, as a value that can be shown as text, JSON, JUnit or HTML.
//!
//! No form shows the value of an environment's output, and long texts and lists are cut, with a note of their length.

mod advice;
mod baseline;
mod cell;
#[cfg(feature = "reports")]
mod html;
mod json;
#[cfg(feature = "reports")]
mod junit;
mod merge;
mod shown;
mod standing;
mod text;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use account_connections::{Basis, Rule};
pub use cell::Cell;
use serde_json::Value;
pub use standing::Standing;
pub use text::Text;

use crate::{script::Count, trace::Call};

/// A verdict and what it rests on.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Report {
    /// What was judged, if the recording says so.
    pub subject: Option<String>,
    /// The profile's name.
    pub profile: String,
    /// The verdict.
    pub verdict: Verdict,
    /// How many lines were used, and how.
    pub lines: Lines,
    /// The outcome of each line that is a call, in order. Empty if it was not kept.
    pub judged: Vec<JudgedLine>,
    /// For each rule, how often it was checked and broken.
    pub rules: BTreeMap<Rule, Tally>,
    /// Why a rule could not be checked, if more can be said than that no call rests on it.
    pub not_run: BTreeMap<Rule, String>,
    /// For each row of the two transition tables that was reached, how often it was checked and broken.
    pub cells: BTreeMap<Cell, Tally>,
    /// One per cause, in the order in which they were met.
    pub findings: Vec<Finding>,
    /// Lines that could not be read.
    pub unreadable: Vec<Unreadable>,
    /// Permits of the profile that nothing used, as the profile has them: the rule and its reason.
    pub unused_permits: Vec<(Rule, String)>,
    /// Why the verdict is no better, if it is `inconclusive`, and what else the reader has to know.
    pub notes: Vec<String>,
    /// What a script was to cover, and did; `None` if there was no script.
    pub covered: Option<Covered>,
    /// The parts of a script, in order; empty if there was no script.
    pub phases: Vec<Part>,
    /// Whether everything that was asked for was done, whatever the outcome: `false` if a run was stopped.
    pub complete: bool,
}

/// A part of a script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// Its name.
    pub name: String,
    /// For each rule that came up in it, how often it was checked and broken.
    pub rules: BTreeMap<Rule, Tally>,
    /// The rules to which findings of this part are attributed.
    pub broken: BTreeSet<Rule>,
}

impl Part {
    pub(crate) fn count(&mut self, rules: &BTreeMap<Rule, Tally>) {
        rules.iter().for_each(|(rule, tally)| self.rules.entry(*rule).or_default().add(*tally));
    }
}

/// How much of what a script was to cover was covered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Covered {
    /// Rules of operations, each failing alone.
    pub alone: Count,
    /// Pairs of an operation's rules that both fail.
    pub pairs: Count,
    /// Cells of the small worlds: an operation, which side calls, the statuses of what is there, the outcome.
    pub cells: Count,
    /// The script's digest.
    pub digest: String,
}

/// What may be said about a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "each has its own exit code")]
pub enum Verdict {
    /// Everything asked for was checked; any differences are permitted by the profile.
    Conforms,
    /// A rule of basis documented or API model is broken.
    Violates,
    /// Only chosen rules are broken.
    Deviates,
    /// Nothing was checked, a part could not run, or a search gave up.
    Inconclusive,
}

/// How many calls there were, and their outcomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lines {
    /// Compared in full.
    pub checked: u64,
    /// Compared as far as what was there is known.
    pub narrowed: u64,
    /// Not compared.
    pub not_checkable: u64,
    /// Not explained.
    pub diverged: u64,
    /// Events that were compared.
    pub events: u64,
}

/// The outcome of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct JudgedLine {
    /// Where it is.
    pub place: Place,
    /// Its outcome.
    pub as_what: Judged,
}

/// The outcome of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the four ways")]
pub enum Judged {
    /// The model gives exactly this answer.
    Checked,
    /// The model gives this answer for some of what may have been there; says why not everything is known.
    Narrowed(String),
    /// Nothing can be said about it, and why.
    NotCheckable(String),
    /// The model gives a different answer: see the finding.
    Diverged,
}

/// Where a call is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Place {
    /// The file; empty if there is none.
    pub file: String,
    /// The line, from 1; or the call's number.
    pub line: u64,
}

/// How often a rule was checked and broken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tally {
    /// Outcomes that rest on it and came out that way.
    pub checked: u64,
    /// Outcomes that rest on it and did not.
    pub broken: u64,
}

/// A divergence: no binding explains an answer.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// The rules that may be broken, best first: at least one.
    pub suspects: Vec<Suspect>,
    /// How grave it is.
    pub severity: Severity,
    /// Where it is.
    pub place: Place,
    /// The call, with what was answered.
    pub call: Call,
    /// What the model answers.
    pub expected: Expected,
    /// The members in which the two differ.
    pub differences: Vec<Difference>,
    /// The calls before it that it rests on, oldest first, with their places.
    pub script: Vec<(Place, Call)>,
    /// How many more of the same cause there were.
    pub more: u64,
    /// How to see it again, as a command; `None` if nothing can be run.
    pub again: Option<String>,
    /// For concurrent calls: when each was made, so that they can be drawn.
    pub lanes: Vec<Lane>,
}

/// A call among others made at once.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Lane {
    /// Who made it.
    pub client: String,
    /// When it began and ended, in microseconds since the first one began.
    pub during: (u64, u64),
    /// What it was, in a few words.
    pub what: String,
}

impl Lane {
    /// A call of a client.
    #[must_use]
    pub const fn new(client: String, during: (u64, u64), what: String) -> Self {
        Self { client, during, what }
    }
}

/// A rule that may be broken.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suspect {
    /// The rule.
    pub rule: Rule,
    /// Whether the model without that rule gives exactly the answer that was given.
    pub explained: bool,
    /// Why this rule, in a sentence without a full stop.
    pub why: String,
}

/// What the model answers.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "an answer, or a refusal")]
pub enum Expected {
    /// An answer.
    Answer(Value),
    /// A refusal.
    Refusal {
        /// The rule.
        rule: Rule,
        /// The message.
        message: String,
    },
    /// Something else, in words, e.g. about a list of events.
    Other(String),
}

/// A member of an answer that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// Where in the answer, as a JSON pointer.
    pub path: String,
    /// What the model has there; `None` if it has nothing.
    pub expected: Option<Value>,
    /// What was answered; `None` if nothing was.
    pub got: Option<Value>,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "what the verdict is made of")]
pub enum Severity {
    /// The profile permits it.
    Permitted,
    /// A chosen rule is broken.
    Deviates,
    /// A rule of basis documented or API model is broken.
    Violates,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unreadable {
    /// Where it is.
    pub place: Place,
    /// What is wrong with it.
    pub error: String,
}

impl Report {
    /// An empty report by the profile of this name: inconclusive.
    #[must_use]
    pub fn new(profile: impl Into<String>) -> Self {
        Self {
            subject: None,
            profile: profile.into(),
            verdict: Verdict::Inconclusive,
            lines: Lines::default(),
            judged: Vec::new(),
            rules: BTreeMap::new(),
            not_run: BTreeMap::new(),
            cells: BTreeMap::new(),
            findings: Vec::new(),
            unreadable: Vec::new(),
            unused_permits: Vec::new(),
            notes: Vec::new(),
            covered: None,
            phases: Vec::new(),
            complete: true,
        }
    }

    /// The exit code: 0 conforms (or deviates, if the profile does not fail on chosen rules), 1 violates (or deviates,
    /// if it does), 3 inconclusive.
    #[must_use]
    pub const fn exit_code(&self, fail_on_chosen: bool) -> u8 {
        match self.verdict {
            Verdict::Conforms => 0,
            Verdict::Violates => 1,
            Verdict::Deviates => fail_on_chosen as u8,
            Verdict::Inconclusive => 3,
        }
    }
}

impl Lines {
    /// How many calls there were.
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.checked + self.narrowed + self.not_checkable + self.diverged
    }
}

impl Verdict {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Violates => "violates",
            Self::Deviates => "deviates",
            Self::Inconclusive => "inconclusive",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Finding {
    /// A finding without differences, about which no other calls are known.
    #[must_use]
    pub fn new(suspects: Vec<Suspect>, severity: Severity, place: Place, call: Call, expected: Expected) -> Self {
        let (differences, script) = (Vec::new(), Vec::new());
        Self { suspects, severity, place, call, expected, differences, script, more: 0, again: None, lanes: Vec::new() }
    }

    /// The rule that is suspected first.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.suspects.first().map_or(Rule::FirstFailureWins, |suspect| suspect.rule)
    }

    /// The members that differ; empty if an answer is compared with a refusal, which differ as a whole.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Difference> {
        self.differences.iter().filter(|difference| !difference.path.is_empty())
    }
}

impl fmt::Display for Suspect {
    /// Why this rule, without its name.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let explained = if self.explained { "; without this rule, the model gives just this answer" } else { "" };
        write!(f, "{}{explained}", self.why)
    }
}

impl fmt::Display for Covered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { alone, pairs, cells, digest } = self;
        for (count, what) in [(alone, "rules alone"), (pairs, "pairs of rules"), (cells, "cells")] {
            if count.possible > 0 {
                write!(f, "{what} {count}, ")?;
            }
        }
        write!(f, "script {digest}")
    }
}

impl Suspect {
    /// A rule, and why it is suspected: a sentence without a full stop.
    #[must_use]
    pub fn new(rule: Rule, why: impl Into<String>) -> Self {
        Self { rule, explained: false, why: why.into() }
    }
}

impl Severity {
    /// The severity of a broken rule.
    #[must_use]
    pub const fn of(rule: Rule) -> Self {
        match rule.basis() {
            Basis::Documented | Basis::ApiModel => Self::Violates,
            Basis::Chosen => Self::Deviates,
        }
    }

    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Permitted => "permitted",
            Self::Deviates => "deviates",
            Self::Violates => "violates",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.file.as_str() {
            "" => write!(f, "call {}", self.line),
            file => write!(f, "{file}:{}", self.line),
        }
    }
}
