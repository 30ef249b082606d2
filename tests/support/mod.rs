//! What the tests share: a world that is spoken to as the public API is, in JSON.

pub mod watched;

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
