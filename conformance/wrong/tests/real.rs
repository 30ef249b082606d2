//! Each wrong implementation answers otherwise than the right one, soon, and the right one never does.

use std::{sync::OnceLock, thread};

use account_connections::{
    id::{Caller, Timestamp},
    operation::Operation,
    testing::{
        session::{Draft, Session},
        subject::{Model, Reply, Subject},
    },
};
use account_connections_wrong::{Scripted, Way, Wrong, WrongSubject, all};
use serde_json::Value;

const SEEDS: usize = 100;
const CALLS: usize = 800;

/// Who asks for what, and when.
struct Asked {
    caller: Caller,
    operation: String,
    input: Value,
    now: Timestamp,
}

/// What a subject says to a call, and what it then emits.
type Said = (Reply, Vec<Value>);

#[test]
fn every_fault_shows_by_the_way_that_it_says() {
    let is_hidden = |wrong: &&Wrong| {
        let scripted = script(wrong.script());
        let sessions = (0..SEEDS).map(|seed| (format!("seed {seed:2}"), session(seed)));
        let mut sources = [("script".into(), &*scripted)].into_iter().chain(sessions);
        let shown = sources.find_map(|(source, session)| Some((source, first_difference(wrong, session)?)));
        if let Some((source, (call, operation))) = &shown {
            println!("{:45} {source} call {call:3} {operation}", wrong.name());
        }
        shown.is_none()
    };
    let hidden = thread::scope(|scope| {
        let parts = all().chunks(all().len().div_ceil(4));
        let parts =
            parts.map(|part| scope.spawn(|| part.iter().filter(is_hidden).map(Wrong::name).collect::<Vec<_>>()));
        parts.collect::<Vec<_>>().into_iter().flat_map(|part| part.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(hidden.is_empty(), "{} of {} do not show: {hidden:#?}", hidden.len(), all().len());
}

#[test]
fn the_right_one_answers_as_the_model_does() {
    let (mut model, mut calls) = (Model::default().with_limits(Session::LIMITS), 0);
    for (asked, said) in session(0) {
        assert_eq!(*said, say(&mut model, asked), "{} {}", asked.operation, asked.input);
        calls += 1;
    }
    assert_eq!(calls, CALLS);
}

/// A random session with the right one. The first are asked for most.
fn session(seed: usize) -> &'static [(Asked, Said)] {
    static SESSIONS: [OnceLock<Vec<(Asked, Said)>>; SEEDS] = [const { OnceLock::new() }; SEEDS];
    SESSIONS[seed].get_or_init(|| play(seed as u64))
}

fn play(seed: u64) -> Vec<(Asked, Said)> {
    let (mut session, mut right) = (Session::new(seed), WrongSubject::right(Session::LIMITS));
    let said = (0..CALLS).map(|_| {
        let draft = session.next_draft();
        let asked = Asked::from(&draft);
        let said = say(&mut right, &asked);
        match &said.0 {
            Reply::Answer(answer) => session.learn_shown(&draft, Ok(answer)),
            Reply::Error { kind, .. } => session.learn_shown(&draft, Err(kind)),
            Reply::Unknown => {}
        }
        (asked, said)
    });
    said.collect()
}

/// A script, played with the right one.
fn script(calls: &[Scripted]) -> Vec<(Asked, Said)> {
    let mut right = WrongSubject::right(Session::LIMITS);
    let mut play = |call: &Scripted| {
        let asked = Asked {
            caller: Caller::new(call.account.parse().unwrap(), "us-east-1".parse().unwrap()),
            operation: call.operation.into(),
            input: serde_json::from_str(call.input).unwrap(),
            now: Timestamp::from_unix_millis((1_600_000_000 + i64::from(call.at)) * 1000).unwrap(),
        };
        let said = say(&mut right, &asked);
        (asked, said)
    };
    calls.iter().map(&mut play).collect()
}

/// Where a wrong one first differs, by its way: the number and the operation of the call.
fn first_difference<'s>(wrong: &Wrong, session: &'s [(Asked, Said)]) -> Option<(usize, &'s str)> {
    let mut subject = wrong.subject(Session::LIMITS);
    for (number, (asked, right)) in session.iter().enumerate() {
        let said = say(&mut subject, asked);
        let differs = match wrong.way() {
            Way::Calls => said.0 != right.0 && Operation::is_public_name(&asked.operation),
            Way::Host => said.0 != right.0,
            Way::Events => said.1 != right.1,
        };
        if differs {
            return Some((number, &asked.operation));
        }
        assert!(wrong.way() != Way::Events || said.0 == right.0, "{}: {:?}", wrong.name(), said.0);
    }
    None
}

fn say(subject: &mut impl Subject, asked: &Asked) -> Said {
    assert!(subject.set_time(asked.now));
    let reply = match Operation::is_public_name(&asked.operation) {
        true => subject.call(asked.caller, &asked.operation, &asked.input),
        false => subject.host(asked.caller, &asked.operation, &asked.input).unwrap(),
    };
    (reply, subject.events().unwrap())
}

impl From<&Draft> for Asked {
    fn from(Draft { operation, input, context, .. }: &Draft) -> Self {
        Self { caller: context.caller, operation: (*operation).into(), input: input.clone(), now: context.now }
    }
}
