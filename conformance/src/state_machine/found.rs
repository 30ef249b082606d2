use std::fmt;

use account_connections::{Rule, testing::script::Script};

use crate::report::Report;

/// A failing script, made as short as possible, and what was found in it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Found {
    /// The seed of the script that it was shrunk from.
    pub seed: u64,
    /// What is left of it.
    pub script: Script,
    /// What the judge says about that.
    pub report: Report,
}

impl Found {
    /// The rule that is suspected first.
    #[must_use]
    pub fn rule(&self) -> Rule {
        self.report.findings.first().map_or(Rule::FirstFailureWins, |finding| finding.rule())
    }
}

impl fmt::Display for Found {
    /// The findings, and the script, which can be read back from its lines.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.report.findings.iter().try_for_each(|finding| writeln!(f, "{finding}"))?;
        write!(f, "the script, shrunk from that of seed {}:\n{}", self.seed, self.script)
    }
}

impl std::error::Error for Found {}
