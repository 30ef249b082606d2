use core::fmt;

use super::Rule;

/// A set of rules: those that an outcome rests on.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
// INVARIANT: bit `n` stands for the rule at place `n` of `Rule::ALL`, which has at most 128.
pub struct Rules(u128);

impl Rules {
    /// No rule.
    pub const NONE: Self = Self(0);

    /// This rule alone.
    #[must_use]
    pub const fn of(rule: Rule) -> Self {
        Self(1 << rule as u8)
    }

    /// These and this one.
    #[must_use]
    pub const fn with(self, rule: Rule) -> Self {
        Self(self.0 | Self::of(rule).0)
    }

    pub(crate) const fn insert(&mut self, rule: Rule) {
        *self = self.with(rule);
    }

    /// Whether the rule is among them.
    #[must_use]
    pub const fn contains(self, rule: Rule) -> bool {
        self.0 & Self::of(rule).0 != 0
    }

    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In the order of [`Rule::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Rule> {
        Rule::ALL.iter().copied().filter(move |rule| self.contains(*rule))
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Rule::name)).finish()
    }
}
