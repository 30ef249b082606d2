//! Properties that hold of whatever is said to the model: what can be left out, put beside it or said again without a
//! difference.
//!
//! No second model is needed to check them, only the same one asked twice. Each is checked on the crate, and on the
//! oracle, which has shown that the property itself is right before the crate has all operations. That a property can
//! be broken at all is shown by systems that break it: oracles without a rule, or scripts that are not equivalent.
//! Each counts how often its premise held, so that none holds for want of an occasion.

mod alone;
mod lists;
mod together;
mod voice;

use std::{cell::Cell, fmt::Debug};

use proptest::{
    collection::vec,
    strategy::{Strategy, ValueTree},
    test_runner::{TestCaseError, TestError, TestRunner},
};

use crate::oracle::{Limits, Oracle, script::ACCOUNTS};
use crate::system::{
    Crate,
    runs::{Script, config, connection_scripts, scripts},
};

/// How often the premise of a property held in a script, or what contradicts the property.
type Finding = Result<usize, String>;

/// Makes an empty system with these quotas.
type New<'n, S> = &'n dyn Fn(Limits) -> S;

/// Checks a property on so many inputs. Its premise must hold at least once for every two of them, on average.
fn holds<I: Strategy<Value: Debug>>(cases: u32, inputs: I, property: impl Fn(&I::Value) -> Finding) {
    let premises = Cell::new(0);
    let config = config(cases, 11);
    let cases = config.cases;
    let outcome = TestRunner::new(config).run(&inputs, |input| match property(&input) {
        Ok(premise) => {
            premises.set(premises.get() + premise);
            Ok(())
        }
        Err(what) => Err(TestCaseError::fail(what)),
    });
    match outcome {
        Ok(()) => {}
        Err(TestError::Fail(what, input)) => panic!("{what}\nthe smallest input: {input:?}"),
        Err(TestError::Abort(what)) => panic!("{what}"),
    }
    println!("{cases} inputs, the premise held {} times", premises.get());
    assert!(premises.get() * 2 >= cases as usize, "the premise held only {} times in {cases} inputs", premises.get());
}

/// Looks for a contradiction where there must be one.
fn is_broken<I: Strategy>(what: &str, inputs: I, property: impl Fn(&I::Value) -> Finding) {
    const AT_MOST: u32 = 1000;
    let mut runner = TestRunner::new(config(AT_MOST, 12));
    let broken = (1..=AT_MOST).find(|_| property(&inputs.new_tree(&mut runner).unwrap().current()).is_err());
    match broken {
        Some(inputs) => println!("{what}: noticed with {inputs} inputs"),
        None => panic!("{what}: not noticed"),
    }
}

fn without(rule: &'static str) -> impl Fn(Limits) -> Oracle {
    move |limits| Oracle::without(rule, limits)
}

#[test]
fn the_same_calls_are_answered_the_same() {
    holds(300, scripts(60), |Script(calls)| alone::replay(&Crate::new, calls));
    holds(50, scripts(60), |Script(calls)| alone::replay(&Oracle::new, calls));
    is_broken("a later time", scripts(60), |Script(calls)| alone::replay_late(&Crate::new, calls, 1));
}

#[test]
fn a_refused_call_can_be_left_out() {
    holds(300, scripts(80), |Script(calls)| alone::leave_out(&Crate::new, calls));
    holds(50, scripts(80), |Script(calls)| alone::leave_out(&Oracle::new, calls));
    is_broken("a change left out", scripts(40), |Script(calls)| alone::leave_out_too_much(&Crate::new, calls));
    let touching = without("refused-changes-nothing");
    is_broken("a trace of a refused call", scripts(80), |Script(calls)| alone::leave_out(&touching, calls));
}

#[test]
fn a_higher_quota_only_allows_more() {
    holds(300, scripts(80), |Script(calls)| alone::raise_limits(&Crate::new, calls));
    holds(50, scripts(80), |Script(calls)| alone::raise_limits(&Oracle::new, calls));
    is_broken("calls over the quota", scripts(80), |Script(calls)| alone::raise_limits_for_all(&Crate::new, calls));
}

#[test]
fn a_repeated_call_changes_nothing() {
    holds(300, scripts(80), |Script(calls)| alone::send_twice(&Crate::new, calls));
    holds(50, scripts(80), |Script(calls)| alone::send_twice(&Oracle::new, calls));
    for rule in [
        "accept-again",
        "reject-again",
        "update-without-change",
        "client-token-replay",
        "connection-not-found",
        "environment-name-replay",
        "too-late-to-cancel",
        "stale-report",
    ] {
        is_broken(rule, scripts(80), |Script(calls)| alone::send_twice(&without(rule), calls));
    }
}

#[test]
fn strangers_do_not_notice_each_other() {
    let inputs = || (scripts(50), scripts(50), vec(0..100_u8, 1..100));
    holds(300, inputs(), |(ours, theirs, choices)| together::strangers(&Crate::new, &ours.0, &theirs.0, choices));
    holds(50, inputs(), |(ours, theirs, choices)| together::strangers(&Oracle::new, &ours.0, &theirs.0, choices));
    for rule in ["parties-only", "foreign-token"] {
        is_broken(rule, inputs(), |(ours, theirs, choices)| {
            together::strangers(&without(rule), &ours.0, &theirs.0, choices)
        });
    }
}

#[test]
fn regions_do_not_notice_each_other() {
    let inputs = || (scripts(60), vec(0..100_u8, 1..100));
    holds(300, inputs(), |(script, choices)| together::regions(&Crate::new, &script.0, choices));
    holds(50, inputs(), |(script, choices)| together::regions(&Oracle::new, &script.0, choices));
    is_broken("same-region", inputs(), |(script, choices)| {
        together::regions(&without("same-region"), &script.0, choices)
    });
}

#[test]
fn an_account_notices_only_what_concerns_it() {
    let inputs = || (scripts(80), 0..ACCOUNTS.len());
    holds(300, inputs(), |(script, account)| together::non_interference(&Crate::new, &script.0, ACCOUNTS[*account]));
    holds(100, inputs(), |(script, account)| together::non_interference(&Oracle::new, &script.0, ACCOUNTS[*account]));
    for rule in ["parties-only", "foreign-token"] {
        is_broken(rule, inputs(), |(script, account)| {
            together::non_interference(&without(rule), &script.0, ACCOUNTS[*account])
        });
    }
}

#[test]
fn a_list_is_what_can_be_got_one_by_one() {
    holds(60, scripts(60), |Script(calls)| lists::list_is_get(&Crate::new, calls));
    holds(20, scripts(60), |Script(calls)| lists::list_is_get(&Oracle::new, calls));
    let careless = |limits| lists::Careless(Crate::new(limits));
    is_broken("a forgotten filter", scripts(60), |Script(calls)| lists::list_is_get(&careless, calls));
}

#[test]
fn a_list_of_environments_is_what_can_be_got_one_by_one() {
    holds(200, scripts(100), |Script(calls)| lists::environment_list_is_get(&Crate::new, calls));
    holds(50, scripts(100), |Script(calls)| lists::environment_list_is_get(&Oracle::new, calls));
    let hiding = without("account-sees-its-resources");
    is_broken("hidden resources", scripts(100), |Script(calls)| lists::environment_list_is_get(&hiding, calls));
}

#[test]
fn pages_are_stable_while_things_change() {
    holds(200, connection_scripts(200), |Script(calls)| lists::pages_are_stable(&Crate::new, calls));
    is_broken("stable-pages", connection_scripts(200), |Script(calls)| {
        lists::pages_are_stable(&without("stable-pages"), calls)
    });
}
