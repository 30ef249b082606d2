use account_connections::Rule;

use super::{Report, Severity, Tally};

/// What a report says about a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "what can be said")]
pub enum Standing {
    /// It was checked, and no finding is attributed to it.
    Held,
    /// A finding is attributed to it: it is the first of the suspects.
    Broken,
    /// The same, but the profile permits each of these findings.
    Permitted,
    /// Everything that rests on it diverged, but another rule is suspected first: it was not seen to hold.
    Unclear,
    /// Nothing that was checked rests on it.
    NotRun,
}

impl Standing {
    /// All of them, in the order in which a reader looks for them.
    pub const ALL: [Self; 5] = [Self::Broken, Self::Permitted, Self::Unclear, Self::Held, Self::NotRun];

    /// The words for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Broken => "broken",
            Self::Permitted => "permitted",
            Self::Unclear => "unclear",
            Self::NotRun => "not run",
        }
    }
}

impl Report {
    /// What can be said about a rule.
    #[must_use]
    pub fn standing(&self, rule: Rule) -> Standing {
        match (self.gravest(rule), self.tally(rule)) {
            (Some(Severity::Deviates | Severity::Violates), _) => Standing::Broken,
            (Some(Severity::Permitted), _) => Standing::Permitted,
            (None, Tally { checked: 0, broken: 0 }) => Standing::NotRun,
            (None, Tally { checked: 0, .. }) => Standing::Unclear,
            (None, _) => Standing::Held,
        }
    }

    /// The rules about which this can be said, in the order of the specification.
    pub fn rules_that(&self, standing: Standing) -> impl Iterator<Item = Rule> {
        Rule::ALL.iter().copied().filter(move |rule| self.standing(*rule) == standing)
    }

    /// How often a rule was checked and broken.
    #[must_use]
    pub fn tally(&self, rule: Rule) -> Tally {
        self.rules.get(&rule).copied().unwrap_or_default()
    }

    /// Why a rule was not checked.
    #[must_use]
    pub fn why_not_run(&self, rule: Rule) -> &str {
        self.not_run.get(&rule).map_or("no outcome that was compared rests on it", String::as_str)
    }

    /// The severity of the gravest finding that is attributed to a rule.
    pub(super) fn gravest(&self, rule: Rule) -> Option<Severity> {
        self.findings.iter().filter(|finding| finding.rule() == rule).map(|finding| finding.severity).max()
    }
}
