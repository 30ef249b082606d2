//! Properties that hold of whatever is said to the model: what can be left out, put next to it or said again without a
//! difference.
//!
//! No second model is needed to check them, only the same one asked twice. That a property can be broken at all is shown
//! by systems that break it: oracles without a rule, or scripts that are not equivalent. Each counts how often its premise
//! held, so that none holds for want of an occasion.

mod alone;
mod lists;
mod together;
mod voice;

use account_connections::testing::session::Choices;

use crate::oracle::{Call, Limits, Oracle};
use crate::system::{
    Crate,
    scripts::{ACCOUNTS, below, connection_script, script, seeds, shortest, shown},
};

/// How often the premise of a property held in a script, or what contradicts the property.
type Finding = Result<usize, String>;

/// Makes an empty system with these quotas.
type New<'n, S> = &'n dyn Fn(Limits) -> S;

/// Scripts of one input.
type Scripts<const N: usize> = [Vec<Call>; N];

/// Checks a property on this many inputs: scripts, and choices among a hundred. Its premise must hold at least once for
/// every two of them, on average.
fn holds<const N: usize>(
    cases: u32,
    inputs: impl Fn(u64) -> Scripts<N>,
    property: impl Fn(&Scripts<N>, &[usize]) -> Finding,
) {
    let (mut premises, mut played) = (0, 0);
    for seed in seeds(cases, 11) {
        let (mut scripts, choices) = (inputs(seed), choices(seed));
        match property(&scripts, &choices) {
            Ok(premise) => premises += premise,
            Err(what) => {
                for place in 0..N {
                    let others = scripts.clone();
                    let fails = |calls: &[Call]| {
                        let mut scripts = others.clone();
                        scripts[place] = calls.to_vec();
                        property(&scripts, &choices).is_err()
                    };
                    scripts[place] = shortest(others[place].clone(), fails);
                }
                let scripts = scripts.iter().map(|calls| shown(calls)).collect::<Vec<_>>();
                panic!("seed {seed}: {what}\nwith fewer calls, choices {choices:?}: {}", scripts.join("\n"));
            }
        }
        played += 1;
    }
    println!("{played} inputs, the premise held {premises} times");
    assert!(premises * 2 >= played, "the premise held only {premises} times in {played} inputs");
}

/// Looks for a contradiction where there must be one.
fn is_broken<const N: usize>(
    what: &str,
    inputs: impl Fn(u64) -> Scripts<N>,
    property: impl Fn(&Scripts<N>, &[usize]) -> Finding,
) {
    match seeds(1000, 12).position(|seed| property(&inputs(seed), &choices(seed)).is_err()) {
        Some(inputs) => println!("{what}: noticed with {} inputs", inputs + 1),
        None => panic!("{what}: not noticed"),
    }
}

fn choices(seed: u64) -> Vec<usize> {
    let mut choices = Choices::from_seed(seed);
    (0..50).map(|_| below(&mut choices, 100)).collect()
}

/// One script of up to this many calls.
fn one(longest: usize) -> impl Fn(u64) -> Scripts<1> {
    move |seed| [script(seed, longest)]
}

fn without(rule: &'static str) -> impl Fn(Limits) -> Oracle {
    move |limits| Oracle::without(rule, limits)
}

#[test]
fn the_same_calls_are_answered_the_same() {
    holds(300, one(60), |[calls], _| alone::replay(&Crate::new, calls));
    is_broken("a later time", one(60), |[calls], _| alone::replay_late(&Crate::new, calls, 1));
}

#[test]
fn a_refused_call_can_be_left_out() {
    holds(300, one(80), |[calls], _| alone::leave_out(&Crate::new, calls));
    is_broken("a change left out", one(40), |[calls], _| alone::leave_out_too_much(&Crate::new, calls));
    let touching = without("refused-changes-nothing");
    is_broken("a trace of a refused call", one(80), |[calls], _| alone::leave_out(&touching, calls));
}

#[test]
fn a_higher_quota_only_allows_more() {
    holds(300, one(80), |[calls], _| alone::raise_limits(&Crate::new, calls));
    is_broken("calls over the quota", one(80), |[calls], _| alone::raise_limits_for_all(&Crate::new, calls));
}

#[test]
fn a_repeated_call_changes_nothing() {
    holds(300, one(80), |[calls], _| alone::send_twice(&Crate::new, calls));
    for rule in [
        "accept-again",
        "reject-again",
        "update-without-change",
        "client-token-replay",
        "delete-again",
        "delete-environment-again",
        "environment-name-replay",
        "too-late-to-cancel",
        "report-again",
    ] {
        is_broken(rule, one(80), |[calls], _| alone::send_twice(&without(rule), calls));
    }
}

#[test]
fn strangers_do_not_notice_each_other() {
    let inputs = |seed| [script(seed, 50), script(!seed, 50)];
    holds(300, inputs, |[ours, theirs], choices| together::strangers(&Crate::new, ours, theirs, choices));
    for rule in ["parties-only", "foreign-token"] {
        is_broken(rule, inputs, |[ours, theirs], choices| together::strangers(&without(rule), ours, theirs, choices));
    }
}

#[test]
fn regions_do_not_notice_each_other() {
    holds(300, one(60), |[calls], choices| together::regions(&Crate::new, calls, choices));
    is_broken("same-region", one(60), |[calls], choices| together::regions(&without("same-region"), calls, choices));
}

#[test]
fn an_account_notices_only_what_concerns_it() {
    let account = |choices: &[usize]| ACCOUNTS[choices[0] % ACCOUNTS.len()];
    holds(300, one(80), |[calls], choices| together::non_interference(&Crate::new, calls, account(choices)));
    for rule in ["parties-only", "foreign-token"] {
        is_broken(rule, one(80), |[calls], choices| {
            together::non_interference(&without(rule), calls, account(choices))
        });
    }
}

#[test]
fn a_list_is_what_can_be_got_one_by_one() {
    holds(60, one(60), |[calls], _| lists::list_is_get(&Crate::new, calls));
    let careless = |limits| lists::Careless(Crate::new(limits));
    is_broken("a forgotten filter", one(60), |[calls], _| lists::list_is_get(&careless, calls));
}

#[test]
fn a_list_of_environments_is_what_can_be_got_one_by_one() {
    holds(200, one(100), |[calls], _| lists::environment_list_is_get(&Crate::new, calls));
    let hiding = without("account-sees-its-resources");
    is_broken("hidden resources", one(100), |[calls], _| lists::environment_list_is_get(&hiding, calls));
}

#[test]
fn pages_are_stable_while_things_change() {
    holds(200, |seed| [connection_script(seed, 200)], |[calls], _| lists::pages_are_stable(&Crate::new, calls));
    is_broken(
        "stable-pages",
        |seed| [connection_script(seed, 200)],
        |[calls], _| lists::pages_are_stable(&without("stable-pages"), calls),
    );
}
