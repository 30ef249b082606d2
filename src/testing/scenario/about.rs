use alloc::vec::Vec;
use std::sync::OnceLock;

use super::{Player, Rested, Scenario, all};
use crate::{Rule, operation::Operation, testing::subject::Model};

/// What the scenarios show of a rule.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct About {
    /// The operations with an outcome that rests on it, in the order of [`Operation::NAMES`].
    pub operations: Vec<&'static str>,
    /// The first scenario that cites it, or else the first that shows it.
    pub example: Option<Example>,
}

/// A scenario that shows a rule.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Example {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// The line of the first call in it whose outcome rests on the rule; that of the last step if none does.
    pub line: usize,
}

/// What the scenarios of this crate show of a rule: the operations it applies to, and an example.
///
/// The rules of the wire and of concurrent calls show in no scenario.
#[must_use]
pub fn about(rule: Rule) -> About {
    let mut calls = rested().iter().filter(|(_, rested)| rested.rules.contains(rule)).peekable();
    let first = calls.peek().map(|(scenario, _)| *scenario);
    let calls = calls.collect::<Vec<_>>();
    let operations = Operation::NAMES.iter().filter(|name| calls.iter().any(|(_, rested)| rested.operation == **name));
    let scenario = all().iter().find(|scenario| scenario.cites.contains(&rule)).or(first);
    let example = scenario.map(|scenario| {
        let shows = calls.iter().find(|(of, _)| core::ptr::eq(*of, scenario)).map(|(_, rested)| rested.line);
        let last = scenario.steps.last().map_or(scenario.line, |step| step.line);
        Example { scenario, line: shows.unwrap_or(last) }
    });
    About { operations: operations.copied().collect(), example }
}

/// Each call of each scenario, with the rules on which the model's outcome rests.
fn rested() -> &'static [(&'static Scenario, Rested)] {
    static RESTED: OnceLock<Vec<(&'static Scenario, Rested)>> = OnceLock::new();
    RESTED.get_or_init(|| {
        let play = |scenario: &'static Scenario| {
            // It is up to the tests to check that the model passes all of them.
            let played = Player::new().play(scenario, &mut Model::default()).unwrap_or_default();
            played.rested.into_iter().map(move |rested| (scenario, rested))
        };
        all().iter().flat_map(play).collect()
    })
}
