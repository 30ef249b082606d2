//! The crate against a second, naive model: the same random scripts, compared after every call.
//!
//! The oracle in `tests/oracle/` is written from the specification alone. Where it and the crate differ, one of them
//! is wrong, or the specification says too little. That the comparison can fail at all is shown by oracles that do
//! without one rule each: the same scripts must tell every one of them from the crate.
//!
//! Runs are repeatable: `ORACLE_CASES=10` makes them ten times as long, `ORACLE_SEED=1` gives other scripts.

use std::{collections::BTreeSet, mem};

use account_connections::{Rule, invariant, operation::Operation};

use crate::oracle::{Call, Oracle, reach};
use crate::scripts::BEYOND;
use crate::system::{
    Crate, System, difference,
    scripts::{LIMITS, script, seeds, shortest, shown},
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
    /// The operations that were answered.
    answered: BTreeSet<String>,
    /// The changes of status, as `previous -> status`.
    changes: BTreeSet<String>,
}

/// Plays a script to the crate and to the oracle, and checks each state of the crate's on the way.
fn play(calls: &[Call], tally: &mut Tally) -> Result<(), String> {
    let (mut model, mut naive) = (Crate::new(LIMITS), Oracle::new(LIMITS));
    for (place, call) in calls.iter().enumerate() {
        let (here, there) = (model.call(call), System::call(&mut naive, call));
        let wrote = mem::take(&mut model.store.noted.0);
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
        match &here.result {
            Ok(_) => tally.answered.insert(call.operation.clone()),
            Err(refusal) => tally.refused.insert(format!("{}: {}", call.operation, refusal.rule)),
        };
        for event in &here.events {
            let status = |name: &str| event["detail"][name].as_str().unwrap_or("none").to_owned();
            tally.changes.insert(format!("{} -> {}", status("previousStatus"), status("status")));
        }
    }
    naive.assert_events_tell_all();
    Ok(())
}

/// That crate and oracle agree in this many scripts of up to this many calls, and that these reach everything.
fn agree(cases: u32, longest: usize, group: u64) {
    let mut tally = Tally::default();
    let seeds = seeds(cases, group);
    let scripts = seeds.end - seeds.start;
    for seed in seeds {
        let calls = script(seed, longest);
        if play(&calls, &mut tally).is_err() {
            let calls = shortest(calls, |calls| play(calls, &mut Tally::default()).is_err());
            let what = play(&calls, &mut Tally::default()).unwrap_err();
            panic!("seed {seed}: {what}\nthe script: {}", shown(&calls));
        }
    }
    let Tally { calls, states, refused, answered, mut changes } = tally;
    println!("{scripts} scripts, {calls} calls compared, {states} states checked");
    assert!(calls * 5 >= scripts * longest as u64 * 2, "{calls} calls in {scripts} scripts are too few");
    assert!(states * 4 >= calls, "{states} changes in {calls} calls are too few");
    assert_eq!(refused, reach::refusals(), "the refusals that were met, and those that can be");
    // Not every run has it: it takes an environment that is cancelled, unmanaged and without resources.
    changes.insert("CANCELLED -> DELETED".to_owned());
    assert_eq!(changes, reach::changes(), "the changes of status that were seen, and those that can be");
    assert!(Operation::NAMES.iter().all(|name| answered.contains(*name)), "{answered:?}");
}

#[test]
fn the_crate_and_the_oracle_agree_in_short_scripts() {
    agree(2_000, 40, 1);
}

#[test]
fn the_crate_and_the_oracle_agree_in_long_scripts() {
    agree(500, 160, 2);
}

/// What takes more accounts and environments than a script has; it is in the scenarios.
const TOO_LARGE: [Rule; 2] = [Rule::CleanUpTooLarge, Rule::ResourceSharedTooWidely];

#[test]
fn an_oracle_without_a_rule_is_found_out() {
    let not_here = [&TOO_LARGE[..], &BEYOND].concat();
    let (mut rules, mut unnamed, mut played) = (Rule::ALL.to_vec(), Vec::new(), 0);
    for seed in seeds(1_500, 3) {
        // Those that no script tells are not looked for all along.
        if played > 6_000 && rules == not_here {
            break;
        }
        let calls = script(seed, 120);
        played += calls.len();
        let mut system = Crate::new(LIMITS);
        let heard = calls.iter().map(|call| (system.call(call), system.rules)).collect::<Vec<_>>();
        rules.retain(|rule| {
            let mut mutant = Oracle::without(rule.name(), LIMITS);
            let found = calls.iter().zip(&heard).enumerate().find_map(|(place, (call, (heard, _)))| {
                difference(&System::call(&mut mutant, call), heard).map(|what| (what, &call.operation, place))
            });
            if let Some((what, operation, place)) = found {
                println!("without {rule}: {what}, at {operation} within {played} calls");
                // The two may have gone apart before it is heard.
                if !heard[..=place].iter().any(|(_, rules)| rules.contains(*rule)) {
                    unnamed.push(*rule);
                }
            }
            found.is_none()
        });
    }
    assert_eq!(unnamed, [], "an outcome differs for want of these rules, and none up to it names them");
    assert_eq!(
        rules, not_here,
        "no call tells an oracle without these rules from the crate: does the oracle know them?"
    );
}
