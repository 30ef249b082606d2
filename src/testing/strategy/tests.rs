use alloc::{
    collections::BTreeSet,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{fmt::Debug, time::Duration};
use std::time::Instant;

use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{TestError, TestRunner},
};

use super::{
    Text, at_the_limit,
    identifier::{Check, with_all},
    keys, one_step_wrong, records, scripts, texts, valid,
};
use crate::{
    id::AccountId,
    store::{Key, Record},
    testing::{
        script::{Driver, Script},
        session::Options,
        subject::{Model, Reply},
    },
};

fn drawn<T: Debug>(strategy: &impl Strategy<Value = T>, count: usize) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn is_well_formed<T: Text>(text: &str) -> bool {
    text.parse::<T>().is_ok()
}

/// What each strategy of a text promises.
struct Promises;

impl Check for Promises {
    fn check<T: Text>(&self, name: &str) {
        let limits = T::limits();
        for text in T::FEW.iter().map(|text| text.to_string()).chain(limits.clone()) {
            assert!(is_well_formed::<T>(&text), "{name}: {text}");
        }
        // The values of some of these show nothing but their lengths.
        drop((drawn(&valid::<T>(), 300), drawn(&at_the_limit::<T>(), 20)));
        for text in drawn(&one_step_wrong::<T>(), 300) {
            assert!(!is_well_formed::<T>(&text), "{name}: {text:?}");
        }
        let texts = drawn(&texts::<T>(), 600);
        let right = texts.iter().filter(|text| is_well_formed::<T>(text)).collect::<Vec<_>>();
        assert!((100..500).contains(&right.len()), "{name}: {} of {} are well formed", right.len(), texts.len());
    }
}

#[test]
fn texts_are_what_their_strategies_say() {
    with_all(Promises);
}

#[test]
fn few_values_come_often() {
    let accounts = drawn(&any::<[AccountId; 2]>(), 500);
    let alike = accounts.iter().filter(|[one, other]| one == other).count();
    assert!(alike > 25, "{alike}");
    assert!(accounts.concat().iter().collect::<BTreeSet<_>>().len() > 100);
}

#[test]
fn records_and_keys_are_of_every_kind() {
    let kind = |record: &Record| {
        serde_json::to_value(record).map(|json| match json {
            serde_json::Value::Object(members) => members.keys().next().cloned().unwrap_or_default(),
            json => json.to_string(),
        })
    };
    let records = drawn(&records(), 1500);
    assert!(records.iter().all(|(key, record)| record.belongs_to(key)));
    let kinds = records.iter().map(|(_, record)| kind(record).unwrap()).collect::<BTreeSet<_>>();
    let expected = "\"indexEntry\" clientToken connection environment environmentRequest outputs provisionedResource \
        resources spec tags usage";
    assert_eq!(kinds.into_iter().collect::<Vec<_>>().join(" "), expected);
    let keys = drawn(&keys(), 1000);
    let word = |key: &Key| key.to_string().split(' ').next().map(String::from);
    assert_eq!(keys.iter().map(word).collect::<BTreeSet<_>>().len(), 7);
    assert!(keys.iter().all(|key| key.to_string().parse().as_ref() == Ok(key)));
}

#[test]
fn a_failing_script_shrinks_to_what_matters() {
    let accepts = |script: &Script| {
        let mut driver = Driver::new(Model::default().with_limits(script.limits));
        script.calls.iter().any(|call| {
            let reply = driver.make(call).map(|made| made.reply);
            call.operation.starts_with("Accept") && matches!(reply, Some(Reply::Answer(_)))
        })
    };
    let outcome = TestRunner::deterministic().run(&scripts(Options::new(), 1..=60), |script| {
        prop_assert!(!accepts(&script));
        Ok(())
    });
    let Err(TestError::Fail(_, shortest)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(shortest.calls.len(), 2, "{shortest}");
    assert!(accepts(&shortest) && shortest.calls.iter().all(|call| call.input.as_object().unwrap().len() < 4));
}

/// What a script costs to draw, and what it costs to make its calls to the model: both are printed, in turns.
#[test]
#[expect(clippy::disallowed_methods, reason = "what is measured is printed, and nothing depends on it")]
fn a_script_costs_little_more_than_its_calls() {
    let (mut runner, strategy) = (TestRunner::deterministic(), scripts(Options::new(), 60..=180));
    let (mut drawing, mut making, mut calls) = (Duration::ZERO, Duration::ZERO, 0);
    for _ in 0..200 {
        let begun = Instant::now();
        let script = strategy.new_tree(&mut runner).unwrap().current();
        drawing += begun.elapsed();
        let begun = Instant::now();
        let mut driver = Driver::new(Model::default().with_limits(script.limits));
        calls += script.calls.iter().filter(|call| driver.make(call).is_some()).count();
        drop(driver);
        making += begun.elapsed();
    }
    let ratio = drawing.as_secs_f64() / making.as_secs_f64();
    std::println!("200 scripts of {calls} calls: drawn in {drawing:?}, made in {making:?}, ratio {ratio:.2} (limit 2)");
}
