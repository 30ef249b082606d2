//! Histories of services that choose ids and times themselves: right ones conform, however little is heard of them;
//! wrong ones are found.

mod service;
mod wrong;

use std::{
    future::Future as _,
    task::{Context, Waker},
};

use crate::linearizability::FAULTS;
use account_connections::{
    id::Caller,
    testing::{
        SharedMemory,
        faulty::FaultyStore,
        history::{
            self, Failure,
            foreign::{ClockUnit, Exchange, History, Recorder},
        },
        session::Session,
        subject::{Model, Reply, Subject},
    },
};
use serde_json::json;
use service::{Manner, Played, Service, play};

/// Every manner of a service, and of hearing it.
fn manners() -> impl Iterator<Item = Manner> {
    let manner = |bits: u32| Manner {
        in_seconds: bits & 1 != 0,
        lost: if bits & 2 != 0 { 10 } else { 0 },
        unreported: bits & 4 != 0,
    };
    (0..8).map(manner)
}

fn judged(heard: Vec<Exchange>, manner: Manner) -> History {
    let unit = if manner.in_seconds { ClockUnit::Second } else { ClockUnit::Millisecond };
    heard.into_iter().collect::<History>().with_limits(Session::LIMITS).with_clock(unit)
}

/// Whether there is an order; `None` where the search gave up.
fn verdict(result: &Result<history::SerialOrder, Failure>) -> Option<bool> {
    match result {
        Ok(_) => Some(true),
        Err(Failure::NotSerializable(_)) => Some(false),
        Err(_) => None,
    }
}

#[test]
fn what_a_sound_service_says_has_a_serial_order() {
    let (mut histories, mut given_up) = (0, 0);
    for manner in manners() {
        for seed in 0..12 {
            let result = judged(play(FaultyStore::new(None), seed, 5, 25, manner).heard, manner).check();
            let verdict = verdict(&result);
            assert_ne!(verdict, Some(false), "{manner:?}, seed {seed}: {}", result.unwrap_err());
            // What is heard in full is always decided.
            assert!(verdict.is_some() || manner.lost > 0 || manner.unreported, "{manner:?}, seed {seed}: gave up");
            histories += 1;
            given_up += usize::from(verdict.is_none());
        }
    }
    eprintln!("gave up on {given_up} of {histories}");
    assert!(given_up * 10 <= histories, "gave up on {given_up} of {histories}");
}

#[test]
fn a_clock_of_its_own_is_compared_with_no_other() {
    let mut heard = play(FaultyStore::new(None), 3, 4, 20, Manner::default()).heard;
    for call in &mut heard {
        (call.start, call.end) = (call.start + 3_600_000_000, call.end + 3_600_000_000);
    }
    let history = judged(heard, Manner::default());
    assert_eq!(verdict(&history.check()), Some(false), "an hour late");
    history.with_clock(ClockUnit::None).check().unwrap();
}

/// The clients know less than the service, so they find less, and never more.
#[test]
fn what_its_clients_find_wrong_is_wrong() {
    let (mut wrong, mut found) = (0, 0);
    for fault in FAULTS {
        for seed in 0..6 {
            let store = FaultyStore::new(Some(fault)).now_and_then(seed);
            let manner = Manner::default();
            let Played { known, heard } = play(store, seed, 5, 25, manner);
            let known = verdict(&known.into_iter().collect::<history::History>().check());
            let result = judged(heard, manner).check();
            match (known, verdict(&result)) {
                (Some(true), Some(false)) => panic!("{fault:?}, seed {seed}: {}", result.unwrap_err()),
                (Some(false), heard) => {
                    wrong += 1;
                    found += usize::from(heard == Some(false));
                }
                _ => {}
            }
        }
    }
    eprintln!("{found} of {wrong} found");
    assert!(wrong > 20 && found * 10 >= wrong * 8, "{found} of {wrong} found");
}

#[test]
fn what_threads_hear_of_a_service_has_a_serial_order() {
    for round in 0..4 {
        let (store, recorder) = (SharedMemory::new(), Recorder::new());
        std::thread::scope(|threads| {
            for client in 0..6 {
                let mut session = Session::new(round * 6 + client);
                let (mut service, recorder) = (Service::new(store.clone(), client), &recorder);
                threads.spawn(move || {
                    for _ in 0..60 {
                        let draft = session.next_draft();
                        let caller = draft.context.caller;
                        let reply = recorder.ask(client, &mut service, caller, draft.operation, draft.input.clone());
                        match &reply {
                            Reply::Answer(answer) => session.learn_shown(&draft, Ok(answer)),
                            Reply::Error { kind, .. } => session.learn_shown(&draft, Err(kind)),
                            Reply::Unknown => {}
                        }
                    }
                });
            }
        });
        let history = recorder.into_history().with_limits(Session::LIMITS);
        assert_eq!(history.calls().len(), 360);
        history.check().unwrap_or_else(|failure| panic!("round {round}: {failure}"));
    }
}

#[test]
fn an_exchange_survives_its_text() {
    let manner = Manner { lost: 5, ..Manner::default() };
    for exchange in play(FaultyStore::new(None), 7, 5, 40, manner).heard {
        let line = serde_json::to_string(&exchange).unwrap();
        assert_eq!(serde_json::from_str::<Exchange>(&line).unwrap(), exchange, "{line}");
    }
    let both = r#"{"client":1,"start":1,"end":2,"account":"111111111111","region":"us-east-1","operation":"O","input":{},
        "answer":{},"error":{"kind":"K"}}"#;
    let error = serde_json::from_str::<Exchange>(both).unwrap_err().to_string();
    assert!(error.contains("`answer` or `error`, not both"), "{error}");
}

#[test]
fn a_call_whose_future_is_dropped_is_recorded_without_an_answer() {
    let (recorder, mut model) = (Recorder::new(), Model::default());
    let caller = Caller::new("111111111111".parse().unwrap(), "us-east-1".parse().unwrap());
    let (list, input) = ("ListEnvironmentAccountConnections", json!({"requestedBy": "MANAGEMENT_ACCOUNT"}));
    let mut context = Context::from_waker(Waker::noop());

    let mut never = Box::pin(recorder.call(1, caller, list, input.clone(), std::future::pending()));
    assert!(never.as_mut().poll(&mut context).is_pending());
    drop(never);
    let answered = async { Subject::call(&mut model, caller, list, &input) };
    let mut answered = Box::pin(recorder.call(2, caller, list, input.clone(), answered));
    assert!(answered.as_mut().poll(&mut context).is_ready());
    drop(answered);

    let history = recorder.into_history();
    let lost = history.calls().iter().map(|call| (call.client, call.reply == Reply::Unknown));
    assert_eq!(lost.collect::<Vec<_>>(), [(1, true), (2, false)]);
    history.check().unwrap();
}
