//! What the tests share: a world that is spoken to as the public API is, in JSON.

pub mod watched;

use std::{env, fs, path::Path};

use account_connections::{
    Memory, Refusal, Step,
    event::Event,
    id::{Caller, Timestamp},
    instruction::Instruction,
    operation::{Context, Limits, Operation, ReadError},
    run,
    store::Store,
};
use serde_json::Value;
use uuid::Uuid;

/// The guide's management account.
pub const MANAGEMENT: &str = "123456789111";
/// The guide's environment account.
pub const ENVIRONMENT: &str = "123456789222";
/// An account that has nothing to do with either.
pub const STRANGER: &str = "123456789333";
/// The guide's Region.
pub const REGION: &str = "us-east-1";
/// The guide's environment.
pub const NAME: &str = "simple-env-connected";
/// The guide's role.
pub const ROLE: &str = "arn:aws:iam::123456789222:role/service-role/env-account-proton-service-role";

/// A store with the model over it.
///
/// Fresh ids are counted: the first call gets `00000000-0000-0000-0000-000000000001`, whatever it is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct World<S = Memory> {
    pub store: S,
    pub limits: Limits,
    pub calls: u128,
    pub events: Vec<Event>,
    pub instructions: Vec<Instruction>,
}

impl<S: Store<Error: std::fmt::Debug>> World<S> {
    /// Carries out a call: the answer as the API's output, or the refusal.
    pub fn call(&mut self, caller: Caller, at: Timestamp, operation: &str, input: &Value) -> Result<Value, Refusal> {
        self.calls += 1;
        let operation = match Operation::read_host(operation, input) {
            Ok(operation) => operation,
            Err(ReadError::Refused(refusal)) => return Err(refusal),
            Err(error) => panic!("{operation} {input}: {error}"),
        };
        let fresh_id = Uuid::from_u128(self.calls);
        let outcome = run(&mut self.store, operation, Context::new(caller, at, fresh_id).with_limits(self.limits));
        let outcome = outcome.unwrap();
        self.events.extend(outcome.events);
        self.instructions.extend(outcome.instructions);
        outcome.result.map(|answer| serde_json::to_value(answer).unwrap())
    }
}

/// The id that the call of this number gets.
pub fn fresh(call: u128) -> String {
    Uuid::from_u128(call).to_string()
}

/// A caller in the guide's Region.
pub fn caller(account: &str) -> Caller {
    Caller::new(account.parse().unwrap(), REGION.parse().unwrap())
}

/// This many milliseconds after the guide's first call.
pub fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_619_651_630_847 + millis).unwrap()
}

/// Takes one step, if there is one left.
pub fn advance<S: Store>(step: Step<Operation>, store: &mut S) -> Result<Step<Operation>, S::Error> {
    Ok(match step {
        Step::Load(load) => {
            let found = store.load(load.keys())?;
            load.resume(found)
        }
        Step::Scan(scan) => {
            let found = store.scan(scan.scan())?;
            scan.resume(found)
        }
        Step::Commit(commit) => {
            let outcome = store.commit(commit.batch())?;
            commit.resume(outcome)
        }
        done => done,
    })
}

/// That a file in the repository has this text: `UPDATE=1` writes it anew.
#[track_caller]
pub fn is_as_in(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    if env::var_os("UPDATE").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert!(written == text, "{name} differs, and UPDATE=1 writes it anew: {}", difference(&written, text));
}

/// Lines that were and are no longer, lines that are and were not.
fn difference(was: &str, is: &str) -> String {
    let (was, is) = (was.lines().collect::<Vec<_>>(), is.lines().collect::<Vec<_>>());
    let same = was.iter().zip(&is).take_while(|(was, is)| was == is).count();
    let (was, is) = (&was[same..], &is[same..]);
    let end = was.iter().rev().zip(is.iter().rev()).take_while(|(was, is)| was == is).count();
    let lines = |sign, lines: &[&str]| lines.iter().map(|line| format!("{sign}{line}\n")).collect::<String>();
    format!("line {}:\n{}{}", same + 1, lines('-', &was[..was.len() - end]), lines('+', &is[..is.len() - end]))
}

#[test]
fn difference_shows_the_changed_lines() {
    assert_eq!(difference("a\nb\nc\nd", "a\nx\ny\nd"), "line 2:\n-b\n-c\n+x\n+y\n");
    assert_eq!(difference("a", "a\nb"), "line 2:\n+b\n");
    assert_eq!(difference("a\na", "a"), "line 2:\n-a\n");
}
