//! Which rule a divergence breaks.

use account_connections::{Rule, operation::Limits};

use super::{Question, ask::Misfit, world::World};
use crate::{profile::Profile, report::Suspect, trace::Call};

/// A call whose answer the model does not give.
pub(super) struct Divergence<'d> {
    pub(super) call: &'d Call,
    pub(super) misfit: &'d Misfit,
    pub(super) question: Option<&'d Question>,
    pub(super) limits: Limits,
    pub(super) profile: &'d Profile,
}

pub(super) fn suspects(_world: &mut World, divergence: &Divergence<'_>) -> Vec<Suspect> {
    let rule = divergence.misfit.refused_by.or_else(|| divergence.misfit.rules.iter().next());
    one(rule.unwrap_or(Rule::FirstFailureWins))
}

pub(super) fn one(rule: Rule) -> Vec<Suspect> {
    vec![Suspect { rule, explained: false, why: "it is what the answer rests on".into() }]
}
