//! Scripts: what they reach, what they are as text and as bytes, and what is left of one that fails.

use std::collections::BTreeSet;

use account_connections::{
    Memory, Rule,
    testing::{
        script::{Bindings, Driver, Reference, Script, shrunk},
        session::{Choices, Options, Session},
        strategy::scripts,
        subject::{Model, Reply, Subject as _},
    },
};
use arbitrary::{Arbitrary as _, Unstructured};
use proptest::{
    prop_assert,
    test_runner::{TestError, TestRunner},
};
use serde_json::json;

fn script(seed: u64, calls: usize) -> Script {
    Script::random(Options::new(), &mut Choices::from_seed(seed), calls)
}

/// What the model answers to a script, with the rules that the outcomes rest on; its ids are not those that the script was
/// written with.
fn played(script: &Script) -> (Vec<Reply>, BTreeSet<Rule>) {
    let (mut driver, mut rules) = (Driver::new(Model::new(Memory::new()).with_limits(script.limits)), BTreeSet::new());
    let replies = script.calls.iter().map(|call| {
        let made = driver.make(call).unwrap();
        rules.extend(driver.subject().rules().iter());
        let _ = driver.subject().events();
        made.reply
    });
    (replies.collect(), rules)
}

/// What no call by itself shows: only the wire does, or calls that meet; and texts, which are pinned elsewhere.
pub const BEYOND: [Rule; 8] = [
    Rule::MessageNamesIt,
    Rule::Linearizable,
    Rule::WireTimes,
    Rule::WireErrors,
    Rule::WireRequestId,
    Rule::WireOperation,
    Rule::WireTypes,
    Rule::WireCaller,
];

#[test]
fn a_thousand_scripts_reach_every_rule_that_a_caller_can_reach() {
    let (mut reached, mut calls) = (BTreeSet::new(), 0);
    for seed in 0..1000 {
        let script = script(seed, 40);
        let (replies, rules) = played(&script);
        calls += replies.len();
        reached.extend(rules);
    }
    let rules = Rule::ALL.iter().filter(|rule| !BEYOND.contains(rule)).collect::<Vec<_>>();
    let missed = rules.iter().filter(|rule| !reached.contains(**rule)).collect::<Vec<_>>();
    println!("1000 scripts, {calls} calls: {} of {} rules", rules.len() - missed.len(), rules.len());
    assert!(missed.is_empty(), "{missed:?}");
}

/// By the ids of the model with which it was written, and by counted ones.
#[test]
fn a_script_is_answered_alike_by_whatever_ids() {
    for seed in 0..20 {
        let script = script(seed, 60);
        let mut reference = Reference::new(Options::new().limits(script.limits));
        let kinds = |replies: &[Reply]| {
            let kinds = replies.iter().map(|reply| match reply {
                Reply::Answer(_) => "an answer".to_string(),
                Reply::Error { kind, .. } => kind.clone(),
                Reply::Unknown => "nothing".to_string(),
            });
            kinds.collect::<Vec<_>>()
        };
        let written = script.calls.iter().map(|call| reference.apply(call)).collect::<Vec<_>>();
        assert_eq!(kinds(&written), kinds(&played(&script).0), "{script}");
    }
}

#[test]
fn a_script_is_read_again_from_its_text() {
    for seed in 0..20 {
        let script = script(seed, 30);
        assert_eq!(script.to_string().parse(), Ok(script));
    }
    for (text, what) in [
        ("", "line 1: a script begins with its quotas of connections and environments, as in `quotas 4 2`"),
        ("quotas 4 2\n\n1 2", "line 3: `2` must be an account id of 12 characters, `^\\d{12}$`"),
        ("quotas 4 2\n1 111111111111 us-east-1 2021-04-28T23:13:50.847Z Get {}", "line 2: there is no operation `Get`"),
    ] {
        assert_eq!(text.parse::<Script>().map_err(|error| error.to_string()), Err(what.to_string()));
    }
}

/// Whether a connection is accepted in it.
fn accepts(script: &Script) -> bool {
    let is_answered = |reply: &Reply| matches!(reply, Reply::Answer(_));
    script
        .calls
        .iter()
        .zip(&played(script).0)
        .any(|(call, reply)| call.operation.starts_with("Accept") && is_answered(reply))
}

/// Every single call can be left out of what is left, and no member: a failure of two calls is found in any script that
/// has them.
#[test]
fn what_fails_is_shrunk_to_what_matters() {
    let mut found = 0;
    for script in (0..30).map(|seed| script(seed, 40)).filter(accepts) {
        let shortest = shrunk(script, accepts);
        assert_eq!(shortest.calls.len(), 2, "{shortest}");
        let members = shortest.calls.iter().map(|call| call.input.as_object().map_or(0, |members| members.len()));
        assert_eq!(members.sum::<usize>(), 4, "{shortest}");
        found += 1;
    }
    assert!(found > 10, "{found}");
}

#[test]
fn what_fails_in_proptest_is_shrunk_as_far() {
    let outcome = TestRunner::deterministic().run(&scripts(Options::new(), 1..=60), |script| {
        prop_assert!(!accepts(&script));
        Ok(())
    });
    let Err(TestError::Fail(_, shortest)) = outcome else { panic!("{outcome:?}") };
    assert_eq!(shortest.calls.len(), 2, "{shortest}");
    assert!(accepts(&shortest) && shortest.calls.iter().all(|call| call.input.as_object().unwrap().len() < 4));
}

#[test]
fn calls_are_about_what_is_asked_for() {
    let account = |digit: u64| format!("{digit:012}").parse().unwrap();
    let options = Options::new()
        .accounts([account(7), account(8)])
        .regions(["eu-west-1".parse().unwrap()])
        .names(["one".parse().unwrap()])
        .weigh(|operation, weight| if operation.contains("Connection") { weight } else { 0 });
    let script = Script::random(options, &mut Choices::from_seed(1), 300);
    for call in &script.calls {
        assert!(call.operation.contains("Connection"), "{call}");
        assert!(call.caller.region.to_string() == "eu-west-1", "{call}");
        assert!(["000000000007", "000000000008"].contains(&&*call.caller.account.to_string()), "{call}");
    }
    // What would leave nothing changes nothing.
    let nothing = Options::new().accounts([]).regions([]).names([]).weigh(|_, _| 0);
    assert_eq!(nothing, Options::new());
}

#[test]
fn what_is_made_symbolic_is_resolved_to_itself() {
    let mut bindings = Bindings::new();
    let id = "0a1b2c3d-0000-4000-8000-00000000000f";
    bindings.learn(7, &json!({ "environmentAccountConnection": { "id": id }, "nextToken": "abc=" }));
    // Shown again, it is still the seventh's.
    bindings.learn(8, &json!({ "environmentAccountConnection": { "id": id } }));
    for (text, symbolic) in [
        (id, "$7"),
        ("abc=", "$token7"),
        ("no-id", "no-id"),
        ("$7 $", "$$7 $$"),
        ("abc=$", "abc=$$"),
        ("arn:x/0a1b2c3d-0000-4000-8000-00000000000f/$y", "arn:x/$7/$$y"),
        ("0a1b2c3d-0000-4000-8000-00000000000f5", "0a1b2c3d-0000-4000-8000-00000000000f5"),
    ] {
        let input = json!({ "member": [text, 1, null] });
        let made = bindings.symbolic(input.clone());
        assert_eq!(made, json!({ "member": [symbolic, 1, null] }));
        assert_eq!(bindings.resolved(made), input);
    }
    let nobodys = bindings.resolved(json!(["$9", "$token9", "$", "a$10/$7"]));
    let no_id = |number: u32| format!("ffffffff-ffff-4fff-8fff-{number:012x}");
    let ids = [no_id(9), "bm9ib2R5J3M=".to_owned(), no_id(0), format!("a{}/{id}", no_id(10))];
    assert_eq!(nobodys, json!(ids));
}

#[test]
fn bytes_stand_for_what_they_stand_for() {
    let mut choices = Choices::from_seed(1);
    let bytes = (0..600).map(|_| choices.below(256).to_le_bytes()[0]).collect::<Vec<_>>();
    let script = Script::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
    assert_eq!(script, Script::from_bytes(Options::new(), &bytes, 64));
    assert_eq!(script.calls.len(), 600 / 20 - 1);
    let mut session = Session::arbitrary(&mut Unstructured::new(&bytes)).unwrap();
    let mut same = Session::new(0);
    *same.choices() = Choices::from_bytes(&bytes);
    assert_eq!(session.next_draft(), same.next_draft());
    assert!(Script::arbitrary(&mut Unstructured::new(&[])).unwrap().calls.is_empty());
}
