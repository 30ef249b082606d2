//! Which rule a divergence breaks: suspects, best first.
//!
//! They come from three sources: the rule by which the call should have been refused; the member that is wrong,
//! together with the rules by which its record was last written; and the question changed so that one rule does not
//! apply, to which the model does or does not give exactly the answer that was given.

mod lists;
mod members;
mod refusals;

use std::collections::BTreeSet;

use account_connections::{
    ErrorKind, Rule, Rules,
    operation::Context,
    store::{Key, Record},
    testing::counterfactual,
};
use serde_json::Value;

use super::{Question, ask::Misfit, compare::Comparison, stored::TIMES, world::World};
use crate::{
    profile::Profile,
    report::{Difference, Expected, Suspect},
    trace::{Call, Reply},
};

/// A call whose answer the model does not give.
#[derive(Clone, Copy)]
pub(super) struct Divergence<'d> {
    pub(super) call: &'d Call,
    pub(super) misfit: &'d Misfit,
    pub(super) question: Option<&'d Question>,
    /// When the model was asked, and under which quotas.
    pub(super) context: Option<Context>,
    pub(super) profile: &'d Profile,
    /// The rules by which what the call is about was last changed.
    pub(super) written_by: Rules,
}

/// What may be known about a divergence besides the call.
struct Scene<'d> {
    call: &'d Call,
    misfit: &'d Misfit,
    /// The rules by which what is shown was last written.
    written_by: Rules,
    /// Whether the thing that the call names exists for others or elsewhere.
    elsewhere: Elsewhere,
}

/// Where a thing is that the caller may not see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Elsewhere {
    /// In another Region.
    region: bool,
    /// In this Region, but somebody else's.
    account: bool,
}

/// Suspects as they come to mind: the first mention counts.
#[derive(Debug, Default)]
struct Suspects(Vec<Suspect>);

pub(super) fn suspects(world: &mut World, divergence: &Divergence<'_>) -> Vec<Suspect> {
    let Divergence { call, misfit, written_by, .. } = *divergence;
    let scene = Scene { call, misfit, written_by, elsewhere: elsewhere(world, call) };
    let mut suspects = Suspects::default();
    match (misfit.refused_by, &call.reply, &misfit.expected) {
        (Some(rule), Reply::Answer(_), _) => refusals::missing(&scene, rule, &mut suspects),
        (Some(rule), Reply::Error { kind, .. }, _) => refusals::another(&scene, rule, kind, &mut suspects),
        (None, Reply::Error { kind, .. }, _) => refusals::unfounded(&scene, kind, &mut suspects),
        (None, Reply::Answer(_), Expected::Other(_)) if misfit.differences.is_empty() => {
            refusals::old_id(&scene, &mut suspects);
        }
        (None, Reply::Answer(_) | Reply::Unknown, _) | (Some(_), Reply::Unknown, _) => {
            // A time is also wrong if something else was not done.
            let is_time = |difference: &&Difference| {
                TIMES.iter().any(|time| difference.path.rsplit('/').next().is_some_and(|last| last == *time))
            };
            let (times, others) = misfit.differences.iter().partition::<Vec<_>, _>(is_time);
            for difference in others.into_iter().chain(times) {
                members::of(&scene, difference, &mut suspects);
            }
        }
    }
    // Whatever the outcome rests on, rarest first.
    suspects.all(misfit.rules.iter().filter(|rule| !is_common(*rule)), "the answer rests on it");
    if suspects.0.is_empty() {
        suspects.add(Rule::FirstFailureWins, "nothing more can be said");
    }
    explain(world, divergence, &mut suspects);
    suspects.0
}

/// This rule, and nothing else comes to mind.
pub(super) fn one(rule: Rule) -> Vec<Suspect> {
    let mut suspects = Suspects::default();
    suspects.add(rule, "it says how such a thing looks");
    suspects.0
}

impl Suspects {
    fn add(&mut self, rule: Rule, why: &str) {
        if !self.0.iter().any(|known| known.rule == rule) {
            self.0.push(Suspect::new(rule, why));
        }
    }

    fn all(&mut self, rules: impl IntoIterator<Item = Rule>, why: &str) {
        for rule in rules {
            self.add(rule, why);
        }
    }

    /// Of these, those that are in the set.
    fn among(&mut self, set: Rules, rules: impl IntoIterator<Item = Rule>, why: &str) {
        self.all(rules.into_iter().filter(|rule| set.contains(*rule)), why);
    }
}

/// Whether a rule says little, because nearly every outcome rests on it.
const fn is_common(rule: Rule) -> bool {
    matches!(
        rule,
        Rule::SameRegion
            | Rule::PartiesOnly
            | Rule::EnvironmentIsManagements
            | Rule::ConnectionShown
            | Rule::EnvironmentShown
            | Rule::ConnectionImmutable
            | Rule::EventPerChange
            | Rule::EventShape
            | Rule::EventTime
            | Rule::EventOrder
            | Rule::FirstFailureWins
            | Rule::RefusedChangesNothing
    )
}

fn elsewhere(world: &World, call: &Call) -> Elsewhere {
    let text = |member: &str| call.input.get(member).and_then(Value::as_str);
    let names = [
        text("id"),
        text("environmentAccountConnectionId"),
        text("name"),
        text("environmentName"),
        text("resourceArn"),
    ];
    let names = names.into_iter().flatten().collect::<BTreeSet<_>>();
    let mut found = Elsewhere::default();
    for (key, record) in world.records() {
        let is_it = match record {
            Record::Connection(connection) => {
                names.contains(connection.id().to_string().as_str())
                    || names.contains(connection.arn().to_string().as_str())
            }
            Record::Environment(environment) => {
                names.contains(environment.name().as_str()) || names.contains(environment.arn().to_string().as_str())
            }
            _ => false,
        };
        let is_callers =
            matches!(key, Key::Environment { management_account, .. } if management_account == call.account);
        if is_it && key.region() != call.region {
            found.region = true;
        } else if is_it && !is_callers {
            found.account = true;
        }
    }
    found
}

/// Asks the changed question for each of the first suspects, and notes where it explains the answer; those suspects
/// come first.
fn explain(world: &mut World, divergence: &Divergence<'_>, suspects: &mut Suspects) {
    let Divergence { call, misfit, question: Some(question), context: Some(context), profile, .. } = *divergence else {
        return;
    };
    let Some((operation, _)) = question.ways.first() else { return };
    let asked = counterfactual::Question::ask(operation.clone(), context, world.store());
    let mut also = Vec::new();
    for suspect in suspects.0.iter_mut().take(4) {
        for other in asked.without(suspect.rule) {
            let Some(decided) = other.decide() else { continue };
            let comparison = Comparison { profile, hidden: &call.hidden, world };
            let is_the_same = comparison.reply(decided.result(), &call.reply).differences.is_empty();
            suspect.explained |= is_the_same;
            // It is refused for another reason, which is checked later.
            if is_the_same && misfit.refused_by == Some(suspect.rule) {
                also.extend(decided.result().err().map(account_connections::Refusal::rule));
            }
        }
    }
    suspects.0.sort_by_key(|suspect| !suspect.explained);
    if !also.is_empty() {
        suspects.add(Rule::FirstFailureWins, "the check that comes later was made first");
    }
    suspects.all(also, "without the first rule, it is this one that refuses");
}

/// Whether an operation is about connections, rather than environments.
fn is_about_connections(call: &Call) -> bool {
    call.operation.contains("EnvironmentAccountConnection")
}

fn kind_of(rule: Rule) -> Option<ErrorKind> {
    rule.refuses_with()
}
