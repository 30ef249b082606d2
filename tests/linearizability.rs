//! The check that a concurrent history equals some serial order: sound stores pass it, each kind of faulty store fails
//! it, and its verdict is that of a search which tries everything.

mod brute_force;
mod simulation;

use std::{
    collections::BTreeSet,
    future::Future as _,
    ops::Bound,
    pin::pin,
    sync::{Mutex, PoisonError},
    task::{self, Poll, Waker},
};

use account_connections::{
    Memory,
    operation::{Context, Operation},
    run,
    store::{Batch, Commit, Entry, Key, Record, Scan, Store, Versioned},
    testing::{
        SharedMemory,
        faulty::{Fault, FaultyStore},
        history::{Ending, Failure, History, Recorded, Recorder},
        session::{Call, Session},
        store_contract::Outbox,
    },
};
use serde_json::{Value, json};
use simulation::simulate;
use uuid::Uuid;

use crate::support::{
    self, ENVIRONMENT, MANAGEMENT, REGION, ROLE, at, caller,
    watched::{Note, Watched},
};

/// What a store does wrong in one of four cases where it could.
pub const FAULTS: [Fault; 12] = [
    Fault::ChecksNothing,
    Fault::ChecksTheFirst,
    Fault::LoadsStale,
    Fault::ScansStale,
    Fault::WritesHalf,
    Fault::WritesWhatHolds,
    Fault::DeniesCommits,
    Fault::BreaksHalfWay,
    Fault::LosesCommits,
    Fault::RepeatsBatches,
    Fault::WritesBehind,
    Fault::DoesNotDelete,
];

fn store(fault: Option<Fault>, seed: u64) -> FaultyStore {
    FaultyStore::new(fault).now_and_then(seed)
}

/// A thread's handle of a store that all of them share.
struct Shared<'s>(&'s Mutex<Memory>);

impl Shared<'_> {
    fn locked<T>(&self, use_it: impl FnOnce(&mut Memory) -> T) -> T {
        // So that threads come between each other's reads and commits on a machine with few cores, too.
        std::thread::yield_now();
        use_it(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store for Shared<'_> {
    type Error = core::convert::Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Self::Error> {
        self.locked(|memory| Store::load(memory, keys))
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Self::Error> {
        self.locked(|memory| Store::scan(memory, scan))
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Self::Error> {
        self.locked(|memory| Store::commit(memory, batch))
    }
}

#[test]
fn what_threads_do_over_a_sound_store_has_a_serial_order() {
    for round in 0..4 {
        let (memory, recorder) = (Mutex::new(Memory::new()), Recorder::new());
        std::thread::scope(|threads| {
            for client in 0..8 {
                let (mut store, recorder) = (Shared(&memory), &recorder);
                threads.spawn(move || recorder.play(client, &mut store, Session::new(round * 8 + client), 150));
            }
        });
        let memory = memory.into_inner().unwrap();
        let history = recorder.into_history().ending_with(memory.records());
        assert_eq!(history.calls().len(), 1200);
        assert!(overlapping(&history) > 0, "no two calls were made at once");
        explains(&history);
    }
}

/// Of calls one after the other, no outbox is let pass but the one that has all that they emitted, in this order.
#[test]
fn an_outbox_is_what_the_calls_emitted() {
    let (mut store, recorder) = (SharedMemory::new(), Recorder::new());
    let (mut emitted, mut session) = (Outbox::default(), Session::new(9));
    // Which call each is of.
    let (mut of_events, mut of_instructions) = (Vec::new(), Vec::new());
    for number in 0..250 {
        let call = session.next_call();
        let outcome = recorder.run(0, &mut store, call.clone()).unwrap();
        session.learn(&call, &outcome.result);
        of_events.extend(outcome.events.iter().map(|_| number));
        of_instructions.extend(outcome.instructions.iter().map(|_| number));
        emitted.events.extend(outcome.events);
        emitted.instructions.extend(outcome.instructions);
    }
    let history = recorder.into_history().ending_with(store.lock().records());
    let check = |outbox| history.clone().with_outbox(outbox).check();
    check(emitted.clone()).unwrap_or_else(|failure| panic!("{failure}"));

    let mut wrong = Vec::new();
    for place in 0..emitted.events.len() {
        wrong.push((format!("without event {place}"), emitted.clone()));
        wrong.last_mut().unwrap().1.events.remove(place);
        wrong.push((format!("event {place} twice"), emitted.clone()));
        wrong.last_mut().unwrap().1.events.insert(place, emitted.events[place].clone());
        if place > 0 && of_events[place - 1] < of_events[place] {
            wrong.push((format!("event {place} before the last one"), emitted.clone()));
            wrong.last_mut().unwrap().1.events.swap(place - 1, place);
        }
    }
    for place in 0..emitted.instructions.len() {
        wrong.push((format!("without instruction {place}"), emitted.clone()));
        wrong.last_mut().unwrap().1.instructions.remove(place);
        wrong.push((format!("instruction {place} twice"), emitted.clone()));
        wrong.last_mut().unwrap().1.instructions.insert(place, emitted.instructions[place].clone());
        if place > 0 && of_instructions[place - 1] < of_instructions[place] {
            wrong.push((format!("instruction {place} before the last one"), emitted.clone()));
            wrong.last_mut().unwrap().1.instructions.swap(place - 1, place);
        }
    }
    assert!(emitted.events.len() > 50 && emitted.instructions.len() > 10);
    for (what, outbox) in wrong {
        assert!(matches!(check(outbox), Err(Failure::Outbox(_))), "{what} is let pass");
    }
    // Where one call's fate is unknown, what it may have emitted is followed to the last state.
    let last = of_events.last().unwrap();
    let unknown = history.calls().iter().cloned().enumerate().map(|(number, call)| match number == *last {
        true => Recorded { ending: Ending::Unknown(String::new()), ..call },
        false => call,
    });
    let unknown = unknown.collect::<History>().ending_with(store.lock().records());
    let mut outbox = emitted;
    unknown.clone().with_outbox(outbox.clone()).check().unwrap_or_else(|failure| panic!("{failure}"));
    outbox.events.pop();
    assert!(matches!(unknown.with_outbox(outbox).check(), Err(Failure::Outbox(_))));
}

#[test]
fn what_clients_of_a_sound_store_do_has_a_serial_order() {
    for seed in 0..30 {
        let (calls, store) = simulate(store(None, seed), seed, 8, 30);
        let history = calls.into_iter().collect::<History>().ending_with(store.memory().records());
        assert!(overlapping(&history) > 100);
        explains(&history);
    }
}

#[test]
fn a_call_of_unknown_outcome_may_have_been_made_or_not() {
    for fault in [Fault::BreaksBefore, Fault::BreaksAfter] {
        for seed in 0..15 {
            let (calls, store) = simulate(store(Some(fault), seed), seed, 6, 25);
            assert!(calls.iter().any(|call| matches!(call.ending, Ending::Unknown(_))));
            explains(&calls.into_iter().collect::<History>().ending_with(store.memory().records()));
        }
    }
}

/// Two calls at once look as if either had come first, until a later one tells; and of forty others nobody was told anything.
/// Whether those were made is asked where the two are in their right order, and not before.
#[test]
fn many_calls_of_unknown_outcome_hide_no_order() {
    let call = |number: u128, operation: &str, input: Value| Call {
        operation: Operation::read(operation, &input).unwrap(),
        context: Context::new(caller(ENVIRONMENT), at(0), Uuid::from_u128(number)),
    };
    let create = |number: u128| {
        let name = format!("environment-{number}");
        let input = json!({ "environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": ROLE });
        call(number, "CreateEnvironmentAccountConnection", input)
    };
    let unknown = |number: u128| {
        let ending = Ending::Unknown(String::new());
        Recorded { client: 3, start: 0, end: 1, call: create(number), ending }
    };
    let mut memory = Memory::new();
    let mut made = |start: u64, end: u64, call: Call| {
        let ending = Ending::of(&run(&mut memory, call.operation.clone(), call.context));
        Recorded { client: 0, start, end, call, ending }
    };
    let arn = format!("arn:aws:proton:{REGION}:{ENVIRONMENT}:environment-account-connection/{}", support::fresh(100));
    let tag = |value: &str| {
        let tags = json!([{ "key": "stage", "value": value }]);
        call(0, "TagResource", json!({ "resourceArn": arn, "tags": tags }))
    };
    let calls = [
        made(0, 1, create(100)),
        made(2, 5, tag("beta")),
        made(3, 4, tag("prod")),
        made(6, 7, call(0, "ListTagsForResource", json!({ "resourceArn": arn }))),
    ];
    explains(&calls.into_iter().chain((0..40).map(unknown)).collect());
}

#[test]
fn every_faulty_store_is_found_out() {
    for fault in FAULTS {
        let is_found = |seed: &u64| {
            let (calls, store) = simulate(store(Some(fault), *seed), *seed, 6, 40);
            let history = calls.into_iter().collect::<History>().ending_with(store.memory().records());
            match history.check() {
                Ok(_) => false,
                Err(Failure::NotSerializable(_)) => true,
                Err(failure) => panic!("{fault:?}, seed {seed}: {failure}"),
            }
        };
        assert!((0..20).find(is_found).is_some(), "{fault:?}");
    }
}

#[test]
fn the_verdict_is_that_of_a_search_which_tries_everything() {
    let (mut sound, mut unsound) = (0, 0);
    for fault in [None, Some(Fault::BreaksAfter)].into_iter().chain(FAULTS.map(Some)) {
        for seed in 0..60 {
            let (calls, store) = simulate(store(fault, seed), seed, 3, 3);
            let last = (seed % 2 == 0).then(|| store.memory());
            let expected = brute_force::has_serial_order(&calls, last.as_ref());
            let mut history = calls.into_iter().collect::<History>();
            if let Some(last) = &last {
                history = history.ending_with(last.records());
            }
            let verdict = history.check();
            assert_eq!(verdict.is_ok(), expected, "{fault:?}, seed {seed}: {verdict:?}");
            if expected { sound += 1 } else { unsound += 1 }
        }
    }
    assert!(sound > 100 && unsound > 50, "{sound} sound, {unsound} unsound");
}

#[test]
fn what_the_last_state_alone_tells_is_noticed() {
    let (calls, store) = simulate(store(None, 1), 1, 2, 20);
    let mut memory = store.memory();
    let history = calls.into_iter().collect::<History>();
    explains(&history.clone().ending_with(memory.records()));
    let usage = |(key, record): (Key, &Record)| match record {
        Record::Usage(usage) => Some((key, *usage)),
        _ => None,
    };
    let (key, mut usage) = memory.records().find_map(usage).unwrap();
    usage.connections += 1;
    memory.insert(key.clone(), Record::Usage(usage));
    let failure = history.ending_with(memory.records()).check().unwrap_err();
    let Failure::NotSerializable(contradiction) = &failure else { panic!("{failure}") };
    assert_eq!(contradiction.differences.iter().map(|difference| &difference.key).collect::<Vec<_>>(), [&key]);
    assert!(failure.to_string().contains(&format!("`{key}`")), "{failure}");
}

#[test]
fn the_order_of_real_time_counts() {
    let (mut calls, _) = simulate(store(None, 3), 3, 1, 40);
    explains(&calls.iter().cloned().collect());
    // The clock says that the last acceptance came first of all, before there was a connection.
    let accepts = |recorded: &Recorded| recorded.call.operation.name().starts_with("Accept");
    let is_answered = |recorded: &Recorded| matches!(recorded.ending, Ending::Answered { .. });
    let last = calls.iter().rposition(|call| accepts(call) && is_answered(call)).unwrap();
    for call in &mut calls {
        (call.start, call.end) = (call.start + 10, call.end + 10);
    }
    (calls[last].start, calls[last].end) = (0, 1);
    assert!(matches!(calls.into_iter().collect::<History>().check(), Err(Failure::NotSerializable(_))));
}

#[test]
fn a_failure_says_which_calls_cannot_come_next_and_what_the_model_says_instead() {
    let (mut calls, _) = simulate(store(None, 3), 3, 1, 14);
    calls.retain(|call| call.call.context.caller.region.as_str() == "us-east-1");
    let broken = calls.iter().rposition(|call| matches!(call.ending, Ending::Answered { .. })).unwrap();
    let right = calls[broken].ending.clone();
    calls[broken].ending = Ending::Answered { answer: "something else".into(), effects: None };
    let failure = calls.iter().cloned().collect::<History>().check().unwrap_err();
    let Failure::NotSerializable(contradiction) = &failure else { panic!("{failure}") };
    assert_eq!(contradiction.placed().len(), broken);
    let (stuck, expected) = contradiction.stuck().next().unwrap();
    assert_eq!((stuck.made.unwrap().number, expected), (broken, &*right.to_string()));
    let text = failure.to_string();
    for part in [
        &*format!("not serializable: of {} calls", calls.len()),
        "recorded: \"something else\"",
        &format!("the model: {right}"),
    ] {
        assert!(text.contains(part), "no `{part}` in {text}");
    }
}

#[test]
fn giving_up_is_not_a_verdict() {
    let (calls, _) = simulate(store(None, 1), 1, 4, 20);
    let history = calls.into_iter().collect::<History>();
    assert!(matches!(history.check_within(10), Err(Failure::GaveUp { steps: 10, .. })));
    explains(&history);
}

#[test]
fn a_clock_that_goes_back_is_refused() {
    let (mut calls, _) = simulate(store(None, 1), 1, 1, 2);
    (calls[1].start, calls[1].end) = (calls[1].end, calls[1].start);
    let failure = calls.into_iter().collect::<History>().check().unwrap_err();
    assert!(matches!(failure, Failure::EndsBeforeItStarts(_)), "{failure}");
}

#[test]
fn a_recorded_call_survives_its_text() {
    let (calls, _) = simulate(store(Some(Fault::BreaksAfter), 5), 5, 6, 60);
    for call in calls {
        let line = serde_json::to_string(&call).unwrap();
        assert_eq!(serde_json::from_str::<Recorded>(&line).unwrap(), call, "{line}");
    }
}

#[test]
fn an_async_store_is_recorded_as_a_blocking_one() {
    let (blocking, asynchronous, mut session) = (Recorder::new(), Recorder::new(), Session::new(9));
    let (mut one, mut other) = (SharedMemory::new(), SharedMemory::new());
    let mut context = task::Context::from_waker(Waker::noop());
    for client in 0..200 {
        let call = session.next_call();
        let outcome = blocking.run(client, &mut one, call.clone()).unwrap();
        session.learn(&call, &outcome.result);
        // Every answer of this store is ready.
        let ended = pin!(asynchronous.run_async(client, &mut other, call)).poll(&mut context);
        assert_eq!(ended, Poll::Ready(Ok(outcome)));
    }
    assert_eq!(asynchronous.into_history().calls(), blocking.into_history().calls());
}

#[test]
fn no_call_reads_or_writes_in_another_region() {
    /// The keys that a request has to do with.
    #[derive(Default)]
    struct Keys(BTreeSet<Key>);

    impl Note for Keys {
        fn load(&mut self, keys: &[Key]) {
            self.0.extend(keys.iter().cloned());
        }

        fn scan(&mut self, scan: &Scan, _: &[Vec<Entry>]) {
            for range in &scan.ranges {
                let (Bound::Included(start) | Bound::Excluded(start), last) = (&range.start, &range.last) else {
                    panic!("a scan without a beginning")
                };
                self.0.extend([start.clone(), last.clone()]);
            }
        }

        fn commit(&mut self, batch: &Batch) {
            self.0.extend(batch.writes().iter().map(|write| write.key.clone()));
        }
    }

    let (mut session, mut store) = (Session::new(11), Watched::<Keys>::default());
    for _ in 0..4000 {
        let call = session.next_call();
        store.noted.0.clear();
        let outcome = run(&mut store, call.operation.clone(), call.context).unwrap();
        session.learn(&call, &outcome.result);
        let region = call.context.caller.region;
        let Keys(keys) = &store.noted;
        assert!(keys.iter().all(|key| key.region() == region), "{call:?} has to do with {keys:?}");
    }
}

/// The check finds an order, and that order is what it should be.
fn explains(history: &History) {
    let orders = history.check().unwrap_or_else(|failure| panic!("{failure}"));
    let mut placed = 0;
    for order in orders.values() {
        let mut memory = Memory::new();
        let mut latest_start = 0;
        for place in order {
            let Recorded { start, end, call, ending, .. } = &history.calls()[*place];
            let returned = Ending::of(&run(&mut memory, call.operation.clone(), call.context));
            if !matches!(ending, Ending::Unknown(_)) {
                assert_eq!(returned, *ending);
                assert!(*end >= latest_start, "a call comes after one that began when it had ended");
                placed += 1;
            }
            latest_start = latest_start.max(*start);
        }
    }
    let known = history.calls().iter().filter(|call| !matches!(call.ending, Ending::Unknown(_) | Ending::Contended));
    assert_eq!(placed, known.count());
}

/// How many calls began before another one had ended that began before them.
fn overlapping(history: &History) -> usize {
    let mut calls = history.calls().to_vec();
    calls.sort_by_key(|call| call.start);
    calls.windows(2).filter(|pair| pair[1].start < pair[0].end).count()
}
