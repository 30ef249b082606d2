//! The crate beside a second, naive model: the same random scripts, compared after every call.
//!
//! The oracle in `tests/oracle/` is written from the specification alone. Where it and the crate differ, one of them
//! is wrong, or the specification says too little. That the comparison can fail at all is shown by oracles that do
//! without one rule each: the same scripts must tell every one of them from the crate.
//!
//! Runs are repeatable: `ORACLE_CASES=10` makes them ten times as long, `ORACLE_SEED=1` gives other scripts.

use std::{cell::RefCell, collections::BTreeSet, mem};

use account_connections::{Rule, invariant};
use proptest::{
    strategy::{BoxedStrategy, Strategy, ValueTree},
    test_runner::{Config, TestCaseError, TestError, TestRunner},
};

use crate::oracle::{Call, Oracle, refusals, script::LIMITS};
use crate::system::{
    Crate, Heard, System, difference,
    runs::{Script, config, scripts, shortest},
};

/// What was compared.
#[derive(Default)]
struct Tally {
    /// Calls, with all that came back.
    calls: u64,
    /// States of the crate that a call left, and that were checked.
    states: u64,
    /// What was refused, as `operation: rule`.
    refused: BTreeSet<String>,
}

/// Plays a script to the crate and to the oracle, and checks each state of the crate's on the way.
fn play(calls: &[Call], tally: &mut Tally) -> Result<(), String> {
    let (mut model, mut naive) = (Crate::new(LIMITS), Oracle::new(LIMITS));
    for (place, call) in calls.iter().enumerate() {
        let (here, there) = (model.call(call), System::call(&mut naive, call));
        let wrote = mem::take(&mut model.store.written);
        let wrong = if let Some(what) = difference(&there, &here) {
            Some(format!("{what}\n  crate:  {here:?}\n  oracle: {there:?}"))
        } else if wrote && here.result.is_err() {
            Some("it was refused, and something was written".to_owned())
        } else if wrote {
            tally.states += 1;
            let violations = invariant::check(model.store.memory.records(), model.limits);
            violations.first().map(ToString::to_string)
        } else {
            let happened = here.events.len() + here.instructions.len();
            (happened > 0).then(|| "something happened, and nothing was written".to_owned())
        };
        if let Some(wrong) = wrong {
            return Err(format!("call {}, {}: {wrong}", place + 1, call.operation));
        }
        tally.calls += 1;
        if let Err(refusal) = &here.result {
            tally.refused.insert(format!("{}: {}", call.operation, refusal.rule));
        }
    }
    naive.assert_events_tell_all();
    Ok(())
}

fn agree(scripts: &BoxedStrategy<Script>, config: Config) {
    let (cases, seed) = (config.cases, config.rng_seed);
    let tally = RefCell::new(Tally::default());
    let outcome = TestRunner::new(config)
        .run(scripts, |script| play(&script.0, &mut tally.borrow_mut()).map_err(TestCaseError::fail));
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(_, script)) => {
            let script = shortest(&script, |calls| play(calls, &mut Tally::default()).is_err());
            panic!("{seed:?}: {}\nthe script:{script:?}", play(&script.0, &mut Tally::default()).unwrap_err());
        }
        Err(TestError::Abort(what)) => panic!("{what}"),
    }

    let Tally { calls, states, refused } = tally.into_inner();
    println!("{seed:?}: {cases} scripts, {calls} calls compared, {states} states checked");
    assert!(calls >= u64::from(cases) * 15, "{calls} calls in {cases} scripts are too few");
    assert!(states * 4 >= calls, "{states} changes in {calls} calls are too few");
    let mut goals = refusals::each(&refusals::REFUSALS);
    goals.extend(refusals::each(&refusals::ENVIRONMENT_REFUSALS));
    assert_eq!(refused, goals, "the refusals that were met, and those that can be");
}

#[test]
fn the_crate_and_the_oracle_agree_in_short_scripts() {
    agree(&scripts(40), config(6_000, 1));
}

#[test]
fn the_crate_and_the_oracle_agree_in_long_scripts() {
    agree(&scripts(160), config(1_500, 2));
}

/// Plays scripts to a system until the absence of each rule from an oracle has made a difference. Gives the rules of
/// which it made none.
fn undetected<S: System>(system: &S, scripts: &BoxedStrategy<Script>, mut rules: Vec<Rule>) -> Vec<Rule> {
    let at_most = 1_500;
    let mut runner = TestRunner::new(config(at_most, 3));
    let mut played = 0;
    for _ in 0..at_most {
        if rules.is_empty() {
            break;
        }
        let calls = scripts.new_tree(&mut runner).unwrap().current().0;
        played += calls.len();
        let mut system = system.clone();
        let heard: Vec<Heard> = calls.iter().map(|call| system.call(call)).collect();
        rules.retain(|rule| {
            let mut mutant = Oracle::without(rule.name(), LIMITS);
            let found = calls.iter().zip(&heard).find_map(|(call, heard)| {
                difference(&System::call(&mut mutant, call), heard).map(|what| (what, &call.operation))
            });
            if let Some((what, operation)) = found {
                println!("without {rule}: {what}, at {operation} within {played} calls");
            }
            found.is_none()
        });
    }
    rules
}

#[test]
fn an_oracle_without_a_rule_is_found_out() {
    let left = undetected(&Crate::new(LIMITS), &scripts(60), Rule::ALL.to_vec());
    assert_eq!(left, [], "no call tells an oracle without these rules from the crate: does the oracle know them?");
}

#[test]
fn an_oracle_without_a_rule_that_is_none_is_the_oracle() {
    let mut runner = TestRunner::new(config(1, 4));
    let calls = scripts(100).new_tree(&mut runner).unwrap().current().0;
    let (mut left, mut right) = (Oracle::new(LIMITS), Oracle::without("no-such-rule", LIMITS));
    for call in &calls {
        assert_eq!(left.call(call), right.call(call));
    }
}
