//! The generator of calls: what a session meets, and that it can be repeated.

use std::collections::BTreeSet;

use account_connections::{
    Memory, Rule,
    connection::CONNECTION_TRANSITIONS,
    environment::DEPLOYMENT_TRANSITIONS,
    event::Event,
    invariant,
    operation::Operation,
    run,
    testing::session::{Call, Choices, Session},
};

/// A session over its own store: its calls, and everything that was seen.
fn play(mut session: Session, calls: usize) -> (Vec<Call>, BTreeSet<String>) {
    let (mut store, mut played, mut seen) = (Memory::new(), Vec::new(), BTreeSet::new());
    for _ in 0..calls {
        let call = session.next_call();
        let outcome = run(&mut store, call.operation.clone(), call.context).unwrap();
        session.learn(&call, &outcome.result);
        seen.insert(match &outcome.result {
            Ok(_) => call.operation.name().into(),
            Err(refusal) => refusal.rule().name().into(),
        });
        for event in &outcome.events {
            seen.extend(match event {
                Event::ConnectionStatusChange(change) => Some(format!("{:?} -> {:?}", change.previous, change.status)),
                Event::EnvironmentStatusChange(change) => Some(format!("{:?} -> {:?}", change.previous, change.status)),
                _ => None,
            });
        }
        played.push(call);
    }
    assert_eq!(invariant::check(store.records(), Session::LIMITS), []);
    (played, seen)
}

#[test]
fn every_session_meets_every_refusal_and_every_operation_and_all_of_them_every_change_of_status() {
    // A tag key with a reserved prefix is no `TagKeys` and no `Tags`: there is no operation with one. What is too large takes
    // more environments and resources than a session has.
    let beyond = [Rule::ReservedTagPrefix, Rule::CleanUpTooLarge, Rule::ResourceSharedTooWidely];
    let refusals = Rule::ALL.iter().filter(|rule| rule.refuses_with().is_some() && !beyond.contains(rule));
    let mut goals = refusals.map(|rule| rule.name()).chain(Operation::NAMES.iter().copied()).collect::<Vec<_>>();
    goals.retain(|goal| *goal != Rule::EnvironmentModified.name());
    let mut together = BTreeSet::new();
    for seed in 0..5 {
        let (_, seen) = play(Session::new(seed), 4000);
        let missed = goals.iter().filter(|goal| !seen.contains(**goal)).collect::<Vec<_>>();
        assert!(missed.is_empty(), "the session of seed {seed} misses {missed:?}");
        together.extend(seen);
    }
    let connections = CONNECTION_TRANSITIONS.iter().filter_map(|row| Some((row.from, row.to.ok()?)));
    let connections = connections.filter(|(from, to)| from != to).map(|(from, to)| format!("{from:?} -> {to:?}"));
    let deployments = DEPLOYMENT_TRANSITIONS.iter().filter_map(|row| Some((row.from, row.to.ok()?)));
    let deployments = deployments.filter(|(from, to)| from != to).map(|(from, to)| format!("{from:?} -> {to:?}"));
    assert!(together.contains(Rule::EnvironmentModified.name()), "no seed meets {}", Rule::EnvironmentModified);
    let missed = connections.chain(deployments).filter(|change| !together.contains(change)).collect::<Vec<_>>();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn the_same_choices_give_the_same_session_and_others_another() {
    assert_eq!(play(Session::new(7), 300).0, play(Session::new(7), 300).0);
    let (seven, mut eight) = (play(Session::new(7), 300).0, Session::new(8));
    assert_ne!(seven, play(eight.clone(), 300).0);
    *eight.choices() = Choices::from_bytes(&[]);
    let used_up = play(eight, 300).0;
    assert!(used_up.windows(2).all(|pair| pair[0].operation == pair[1].operation));
}

#[test]
fn no_two_fresh_ids_are_the_same() {
    let sessions = (0..50).flat_map(|seed| play(Session::new(seed), 100).0);
    let ids = sessions.map(|call| call.context.fresh_id).collect::<BTreeSet<_>>();
    assert!(ids.len() == 5000);
}
