//! Permitted deviations, as data.

use account_connections::Rule;

/// What a subject may do otherwise without being found at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// What it is called: `strict`, `default`, `documented`, or a file's name.
    pub name: String,
    /// How the messages of errors are compared.
    pub messages: Messages,
    /// Whether an answer may have members that the public API does not have.
    pub extra_members: bool,
    /// Whether a finding that breaks only chosen rules fails the run.
    pub fail_on_chosen: bool,
    /// The deviations that are permitted.
    pub permits: Vec<Permit>,
}

/// A deviation that is permitted.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Permit {
    /// The rule that may be broken.
    pub rule: Rule,
    /// By which operations; by any where it is empty.
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
    /// They name the same fields and resources: what stands between backticks in the model's.
    #[default]
    Named,
    /// Not at all.
    Any,
}

impl Profile {
    /// The names of the built-in profiles.
    pub const BUILT_IN: [&str; 3] = ["strict", "default", "documented"];
}

impl Permit {
    /// Permits any operation to break this rule.
    #[must_use]
    pub fn new(rule: Rule, reason: impl Into<String>) -> Self {
        Self { rule, operations: Vec::new(), reason: reason.into() }
    }

    /// Whether it permits that this operation breaks this rule.
    #[must_use]
    pub fn covers(&self, rule: Rule, operation: &str) -> bool {
        self.rule == rule && (self.operations.is_empty() || self.operations.iter().any(|known| known == operation))
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            name: "default".into(),
            messages: Messages::Named,
            extra_members: false,
            fail_on_chosen: false,
            permits: Vec::new(),
        }
    }
}
