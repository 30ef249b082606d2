//! Random scripts find what is wrong, and say it in a few calls: by themselves, and as a test of proptest-state-machine.
//!
//! Of the wrong implementations one in this many is looked for; with `FULL=1` all of them, each from several seeds, which takes
//! many minutes.

use std::cell::Cell;

use account_connections::testing::{session::Session, subject::Model};
use account_connections_conformance::{
    Profile,
    state_machine::{Conformance, Machine, Service, Terms, judged, scripts},
};
use account_connections_wrong::{BEYOND, Wrong, WrongSubject, all};
use proptest::test_runner::{Config, RngSeed, TestError, TestRunner};
use proptest_state_machine::{ReferenceStateMachine as _, StateMachineTest as _};

/// Where the scripts of a search begin, so that what is found does not hang on one seed.
const SEEDS: [u64; 3] = [0, 10_000, 20_000];

/// One in this many, beginning with one of these, each from one of the seeds; with `FULL=1` each of them from each seed.
fn some(every: usize, first: usize) -> impl Iterator<Item = (&'static Wrong, u64)> {
    let is_full = std::env::var_os("FULL").is_some();
    let every = if is_full { 1 } else { every };
    let known = all().iter().filter(|wrong| BEYOND.iter().all(|(name, _)| *name != wrong.name()));
    let some = known.skip(first % every).step_by(every).enumerate();
    some.flat_map(move |(place, wrong)| {
        let seeds = SEEDS.into_iter().cycle().skip(place).take(if is_full { SEEDS.len() } else { 1 });
        seeds.map(move |seed| (wrong, seed))
    })
}

/// A broken chosen rule fails, too.
fn terms() -> Terms {
    let mut profile = Profile::default();
    profile.fail_on_chosen = true;
    Terms::new().profile(profile).limits(Session::LIMITS)
}

/// That all were found, in few calls.
fn check(by: &str, missed: &[(&str, u64)], mut lengths: Vec<usize>, named: usize) {
    lengths.sort_unstable();
    let (found, median) = (lengths.len(), lengths[lengths.len() / 2]);
    println!("{by}: {found} found, in {median} calls at the median, {named} named; missed: {missed:?}");
    assert_eq!(missed, []);
    assert!(median <= 5, "{lengths:?}");
}

#[test]
fn scripts_find_wrong_ones_and_are_shrunk_to_a_few_calls() {
    let (mut missed, mut lengths, mut named) = (Vec::new(), Vec::new(), 0);
    for (wrong, seed) in some(16, 0) {
        let fresh = || wrong.subject(Session::LIMITS);
        let Err(found) = scripts(fresh).terms(terms()).seed(seed).run() else {
            missed.push((wrong.name(), seed));
            continue;
        };
        // What is told can be played again.
        let text = found.to_string();
        let (_, script) = text.split_once("quotas ").unwrap();
        let again = judged(&format!("quotas {script}").parse().unwrap(), fresh(), &terms()).unwrap_err();
        assert_eq!(again.findings[0].rule(), found.rule(), "{text}");
        lengths.push(found.script.calls.len());
        named += usize::from(wrong.rules().contains(&found.rule()));
    }
    check("scripts", &missed, lengths, named);
}

thread_local! {
    static WRONG: Cell<Option<&'static Wrong>> = const { Cell::new(None) };
}

struct Any;

impl Service for Any {
    type Subject = WrongSubject;

    fn fresh() -> WrongSubject {
        let wrong = WRONG.get();
        wrong.map_or_else(|| WrongSubject::right(Session::LIMITS), |wrong| wrong.subject(Session::LIMITS))
    }

    fn terms() -> Terms {
        terms()
    }
}

/// What is left of the calls of the first case that fails, and the panic's message.
fn run(cases: u32, seed: u64) -> Result<(), (usize, String)> {
    let config = Config { cases, rng_seed: RngSeed::Fixed(seed), failure_persistence: None, ..Config::default() };
    let calls = Machine::<Any>::sequential_strategy(60..180);
    let ran = TestRunner::new(config.clone()).run(&calls, |(state, calls, seen)| {
        Conformance::<Any>::test_sequential(config.clone(), state, calls, seen);
        Ok(())
    });
    match ran {
        Ok(()) => Ok(()),
        Err(TestError::Fail(why, (_, calls, _))) => Err((calls.len(), why.to_string())),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn a_state_machine_finds_wrong_ones_and_shrinks_to_a_few_calls() {
    let (mut missed, mut lengths, mut named) = (Vec::new(), Vec::new(), 0);
    for (wrong, seed) in some(64, 5) {
        WRONG.set(Some(wrong));
        let Err((calls, why)) = run(256, seed) else {
            missed.push((wrong.name(), seed));
            continue;
        };
        lengths.push(calls);
        named += usize::from(wrong.rules().iter().any(|rule| why.starts_with(&format!("{rule} "))));
        assert!(account_connections::Rule::ALL.iter().any(|rule| why.contains(rule.name())), "{why}");
    }
    check("state machine", &missed, lengths, named);
}

#[test]
fn the_right_one_is_never_found() {
    scripts(Model::default).terms(terms()).cases(200).assert();
    scripts(|| WrongSubject::right(Session::LIMITS)).terms(terms()).seed(1000).cases(128).assert();
    WRONG.set(None);
    run(64, 1).unwrap();
}
