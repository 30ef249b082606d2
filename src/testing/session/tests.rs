use alloc::{collections::BTreeSet, format, string::String, vec::Vec};

use super::{Call, Session};
use crate::{
    Memory, Rule, connection::CONNECTION_TRANSITIONS, environment::DEPLOYMENT_TRANSITIONS, event::Event, invariant,
    operation::Operation, run,
};

/// Of each session.
const CALLS: usize = 4000;

const SESSIONS: u64 = 5;

/// A session over a store of its own: its calls, and everything that was seen.
fn play(seed: u64, calls: usize) -> (Vec<Call>, BTreeSet<String>, Memory) {
    let (mut session, mut store) = (Session::new(seed), Memory::new());
    let (mut played, mut seen) = (Vec::new(), BTreeSet::new());
    for _ in 0..calls {
        let call = session.next_call();
        let outcome = run(&mut store, call.operation.clone(), call.context).unwrap();
        session.learn(&call, &outcome.result);
        seen.insert(match &outcome.result {
            Ok(_) => call.operation.name().into(),
            Err(refusal) => refusal.rule().name().into(),
        });
        for event in &outcome.events {
            seen.insert(match event {
                Event::ConnectionStatusChange(change) => format!("{:?} -> {:?}", change.previous, change.status),
                Event::EnvironmentStatusChange(change) => format!("{:?} -> {:?}", change.previous, change.status),
            });
        }
        played.push(call);
    }
    (played, seen, store)
}

#[test]
fn every_session_meets_every_refusal_and_every_operation_succeeds_in_it() {
    for seed in 0..SESSIONS {
        let (_, seen, store) = play(seed, CALLS);
        // A tag key with a reserved prefix is no `TagKeys` and no `Tags`: there is no operation with one.
        let refusals = Rule::ALL.iter().filter(|rule| rule.refuses_with().is_some());
        let refusals = refusals.filter(|rule| **rule != Rule::ReservedTagPrefix);
        let goals = refusals.map(|rule| rule.name()).chain(Operation::NAMES.iter().copied());
        let missed = goals.filter(|goal| !seen.contains(*goal)).collect::<Vec<_>>();
        assert!(missed.is_empty(), "the session of seed {seed} misses {missed:?}");
        assert_eq!(invariant::check(store.records(), Session::LIMITS), []);
    }
}

#[test]
fn together_sessions_go_through_every_change_of_status() {
    let connections = CONNECTION_TRANSITIONS.iter().filter_map(|row| Some((row.from, row.to.ok()?)));
    let connections = connections.filter(|(from, to)| from != to).map(|(from, to)| format!("{from:?} -> {to:?}"));
    let deployments = DEPLOYMENT_TRANSITIONS.iter().filter_map(|row| Some((row.from, row.to.ok()?)));
    let deployments = deployments.filter(|(from, to)| from != to).map(|(from, to)| format!("{from:?} -> {to:?}"));
    let seen = (0..SESSIONS).flat_map(|seed| play(seed, CALLS).1).collect::<BTreeSet<_>>();
    let missed = connections.chain(deployments).filter(|change| !seen.contains(change)).collect::<Vec<_>>();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn the_same_seed_gives_the_same_session_and_another_one_another() {
    assert_eq!(play(7, 300).0, play(7, 300).0);
    assert_ne!(play(7, 300).0, play(8, 300).0);
}

#[test]
fn no_two_fresh_ids_are_the_same() {
    let sessions = (0..50).flat_map(|seed| play(seed, 100).0);
    let ids = sessions.map(|call| call.context.fresh_id).collect::<BTreeSet<_>>();
    assert_eq!(ids.len(), 5000);
}

#[test]
fn a_call_survives_its_text() {
    for call in play(3, 2000).0 {
        let text = serde_json::to_string(&call).unwrap();
        assert_eq!(serde_json::from_str::<Call>(&text).unwrap(), call, "{text}");
    }
}
