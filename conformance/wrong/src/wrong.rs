use std::{borrow::Cow, sync::Arc};

use account_connections::{Rule, operation::Limits};

use crate::{fault::Fault, subject::WrongSubject};

/// A wrong implementation.
#[derive(Clone, Debug)]
pub struct Wrong {
    name: Cow<'static, str>,
    says: Cow<'static, str>,
    rules: Vec<Rule>,
    way: Way,
    faults: Arc<[Fault]>,
    script: &'static [Scripted],
}

/// By which way a fault can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(clippy::exhaustive_enums, reason = "what a subject offers, and one call after the other")]
pub enum Way {
    /// By calls of the public API.
    Calls,
    /// It takes the host's side: what it reported, or what it is told.
    Host,
    /// It takes the events.
    Events,
}

/// A call of a script, in the Region `us-east-1`. The n-th call of a script creates what has n for its id.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Scripted {
    /// This many seconds after the beginning.
    pub at: u32,
    /// The calling account.
    pub account: &'static str,
    /// The operation.
    pub operation: &'static str,
    /// Its input, as JSON.
    pub input: &'static str,
}

impl Wrong {
    /// Its name in `kebab-case`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it does wrong, in a sentence without a full stop.
    #[must_use]
    pub fn says(&self) -> &str {
        &self.says
    }

    /// The rules that are acceptable as the name of its fault, by the text of the specification.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// By which way it can be seen.
    #[must_use]
    pub const fn way(&self) -> Way {
        self.way
    }

    /// Calls that show it, where random ones hardly would.
    #[must_use]
    pub const fn script(&self) -> &'static [Scripted] {
        self.script
    }

    /// A fresh one, with nothing in it and with these quotas.
    #[must_use]
    pub fn subject(&self, limits: Limits) -> WrongSubject {
        WrongSubject::new(self.faults.clone(), limits)
    }

    pub(crate) fn new(
        name: impl Into<Cow<'static, str>>,
        says: impl Into<Cow<'static, str>>,
        rules: impl Into<Vec<Rule>>,
        faults: impl Into<Vec<Fault>>,
    ) -> Self {
        let (rules, faults) = (rules.into(), faults.into().into());
        Self { name: name.into(), says: says.into(), rules, way: Way::Calls, faults, script: &[] }
    }

    pub(crate) const fn seen_by(mut self, way: Way) -> Self {
        self.way = way;
        self
    }

    pub(crate) const fn with_script(mut self, script: &'static [Scripted]) -> Self {
        self.script = script;
        self
    }
}
