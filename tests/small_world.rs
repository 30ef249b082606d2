//! The small worlds, searched completely: every state that a few accounts, names, tokens, roles and times can lead to,
//! and everything that can be asked in each, of the crate and of the oracle. The numbers are pinned, so that a change of
//! any rule shows. The gate searches all of them.

use std::{collections::BTreeSet, sync::Mutex, thread};

use crate::search::{
    ask::State,
    explore::{explore, explore_from},
    goals::Reached,
    worlds::{self, LEAST, ONE_ENVIRONMENT, SWITCHED, Size, TIMES, TOKENS, World},
};
use account_connections::Rule;

/// The worlds with more calls have three quarters of all calls.
const LARGE: usize = 125_000;

/// In every state of a world, whoever calls hears of the crate what the oracle says.
#[test]
fn every_call_in_every_state_comes_to_what_the_oracle_says() {
    search(|(_, calls, ..)| calls <= LARGE);
}

/// So it is in all worlds, and together they reach everything that there is.
#[test]
#[ignore = "takes a minute: `.ci/run whole` runs it"]
fn everything_is_reached_in_some_world() {
    let (missed, no_goals) = search(|_| true).missed();
    assert_eq!((missed, no_goals), (BTreeSet::new(), BTreeSet::new()), "goals missed, and what is no goal");
}

/// Searches the worlds of these sizes: what was reached.
fn search(is_wanted: fn(Size) -> bool) -> Reached {
    let queue = Mutex::new(worlds::ALL.iter().filter(|(.., size)| is_wanted(*size)));
    let search = || {
        let mut reached = Reached::default();
        let mut wrong = Vec::new();
        while let Some((name, world, size)) = { queue.lock().unwrap().next() } {
            let (found, its) = explore(world).unwrap_or_else(|violation| panic!("{name}: {violation}"));
            println!("{name}: {found:?}");
            if found != *size {
                wrong.push(format!("{name}: {found:?}, not {size:?}"));
            }
            reached = reached.and(its);
        }
        (reached, wrong)
    };
    let found = thread::scope(|scope| {
        let threads = [scope.spawn(search), scope.spawn(search)];
        threads.map(|thread| thread.join().unwrap())
    });
    let [(one, mut wrong), (other, more)] = found;
    wrong.extend(more);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    one.and(other)
}

/// The rules that say most, each with the least of the worlds in which it does.
const RULES: [(Rule, World); 10] = [
    (Rule::PartiesOnly, LEAST),
    (Rule::NoRejectWhileInUse, LEAST),
    (Rule::DeleteOrphans, LEAST),
    (Rule::AcceptRestores, LEAST),
    (Rule::ClientTokenReplay, TOKENS),
    (Rule::OneDeploymentAtATime, ONE_ENVIRONMENT),
    (Rule::StaleReport, ONE_ENVIRONMENT),
    (Rule::ConnectionSwitchIsImmediate, SWITCHED),
    (Rule::NeverBackwards, TIMES),
    (Rule::RefusedChangesNothing, TIMES),
];

/// A search that finds nothing wrong shows something only if it would find what is wrong. An oracle without a rule is
/// told from the crate; `tests/differential.rs` does that for every rule there is.
#[test]
fn an_oracle_without_a_rule_is_found_out() {
    let is_missed = |(rule, world): &(Rule, World)| explore_from(State::without(rule.name(), world), world).is_ok();
    assert_eq!(RULES.into_iter().filter(is_missed).map(|(rule, _)| rule).collect::<Vec<_>>(), []);
}
