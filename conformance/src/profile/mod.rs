//! Permitted deviations, as data.

#[cfg(feature = "reports")]
mod file;

use account_connections::{Basis, Rule, operation::Limits, page::PageSize};
#[cfg(feature = "reports")]
pub use file::Malformed;

/// What a subject may do differently without being found at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// Its name: `strict`, `default`, `documented`, or a file's name.
    pub name: String,
    /// How the messages of errors are compared.
    pub messages: Messages,
    /// Whether an answer may have members that the public API does not have.
    pub extra_members: bool,
    /// Whether a finding that breaks only chosen rules fails the run.
    pub fail_on_chosen: bool,
    /// Whether every chosen rule may be broken.
    pub permit_chosen: bool,
    /// How many items one of the subject's pages has if the caller does not say; `None` for as many as the model's.
    pub page_size: Option<PageSize>,
    /// The subject's quota of connections; `None` if the recording says it, or for the model's.
    pub connections_per_account: Option<u32>,
    /// The subject's quota of environments; `None` if the recording says it, or for the model's.
    pub environments_per_account: Option<u32>,
    /// The deviations that are permitted.
    pub permits: Vec<Permit>,
}

/// A deviation that is permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permit {
    /// The rule that may be broken.
    pub rule: Rule,
    /// The operations that may break it; any, if empty.
    pub operations: Vec<String>,
    /// Why.
    pub reason: String,
}

/// How the messages of errors are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "from everything to nothing")]
pub enum Messages {
    /// They are equal.
    Exact,
    /// They name the same fields and resources: what is between backticks in the model's.
    #[default]
    Named,
    /// Not at all.
    Any,
}

impl Profile {
    /// The names of the built-in profiles.
    pub const BUILT_IN: [&str; 3] = ["strict", "default", "documented"];

    /// Everything counts: messages are equal, nothing is permitted, and a broken chosen rule fails the run.
    #[must_use]
    pub fn strict() -> Self {
        Self { name: "strict".into(), messages: Messages::Exact, fail_on_chosen: true, ..Self::default() }
    }

    /// Only what the public material says counts: every chosen rule may be broken, and messages are not compared.
    #[must_use]
    pub fn documented() -> Self {
        Self { name: "documented".into(), messages: Messages::Any, permit_chosen: true, ..Self::default() }
    }

    /// The built-in profile of this name.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        [Self::strict(), Self::default(), Self::documented()].into_iter().find(|profile| profile.name == name)
    }

    /// Whether it permits this operation to break this rule.
    #[must_use]
    pub fn permits(&self, rule: Rule, operation: &str) -> bool {
        (self.permit_chosen && rule.basis() == Basis::Chosen)
            || self.permits.iter().any(|permit| permit.covers(rule, operation))
    }

    /// These quotas, except where the profile has others.
    #[must_use]
    pub fn limits(&self, known: Limits) -> Limits {
        Limits::new(
            self.connections_per_account.unwrap_or(known.connections_per_account),
            self.environments_per_account.unwrap_or(known.environments_per_account),
        )
    }
}

impl Default for Profile {
    /// The built-in profile `default`: messages name the same things, nothing is permitted, and a broken chosen rule is
    /// reported but does not fail the run.
    fn default() -> Self {
        Self {
            name: "default".into(),
            messages: Messages::Named,
            extra_members: false,
            fail_on_chosen: false,
            permit_chosen: false,
            page_size: None,
            connections_per_account: None,
            environments_per_account: None,
            permits: Vec::new(),
        }
    }
}

impl Permit {
    /// Permits any operation to break this rule.
    #[must_use]
    pub fn new(rule: Rule, reason: impl Into<String>) -> Self {
        Self { rule, operations: Vec::new(), reason: reason.into() }
    }

    /// Whether it permits this operation to break this rule.
    #[must_use]
    pub fn covers(&self, rule: Rule, operation: &str) -> bool {
        self.rule == rule && (self.operations.is_empty() || self.operations.iter().any(|known| known == operation))
    }
}
