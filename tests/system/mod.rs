//! Whatever answers calls: the crate over its store in memory, and the oracle.

pub mod scripts;

use std::convert::Infallible;

use account_connections::{
    HostError, Refusal, Rules,
    id::{Caller, Timestamp},
    operation::{Context, Limits, Operation, ReadError},
    run,
    store::Batch,
};
use serde_json::Value;

use crate::{
    oracle::{self, Call, Oracle, Reply},
    support::watched::{Note, Watched},
};

/// What comes back from a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// The answer, named as in the API, or the refusal.
    pub result: Result<Value, Refused>,
    /// The events, as EventBridge shows them.
    pub events: Vec<Value>,
    /// The instructions to the host.
    pub instructions: Vec<Value>,
}

/// A refusal, as the caller reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The error's name in the API.
    pub kind: String,
    /// The rule's name.
    pub rule: String,
    /// The oracle has no messages: its are empty.
    pub message: String,
}

/// Something that answers calls.
pub trait System: Clone {
    /// Carries out a call. A symbolic page token stands for one that this system issued.
    fn call(&mut self, call: &Call) -> Heard;

    /// Everything that is stored, one text for each record, in an order of the system's own.
    fn records(&self) -> Vec<String>;
}

/// The crate.
#[derive(Clone, Debug)]
pub struct Crate {
    pub store: Watched<Written>,
    pub limits: Limits,
    pub issued: Vec<String>,
    /// What the last outcome rested on.
    pub rules: Rules,
}

/// Whether something was written.
#[derive(Clone, Debug, Default)]
pub struct Written(pub bool);

impl Note for Written {
    fn commit(&mut self, batch: &Batch) {
        self.0 |= !batch.writes().is_empty();
    }
}

impl Crate {
    pub fn new(limits: oracle::Limits) -> Self {
        let limits =
            Limits::new(u32::try_from(limits.connections).unwrap(), u32::try_from(limits.environments).unwrap());
        Self { store: Watched::default(), limits, issued: Vec::new(), rules: Rules::NONE }
    }

    /// What a call is decided with.
    pub fn context(&self, call: &Call) -> Context {
        let caller = Caller::new(call.account.parse().unwrap(), call.region.parse().unwrap());
        let now = Timestamp::from_unix_millis(call.now).unwrap();
        Context::new(caller, now, call.fresh.parse().unwrap()).with_limits(self.limits)
    }

    /// Carries out a call that was read.
    ///
    /// # Errors
    ///
    /// Trouble: the call has no outcome.
    pub fn carry_out(&mut self, operation: Operation, context: Context) -> Result<Heard, HostError<Infallible>> {
        let outcome = run(&mut self.store, operation, context)?;
        self.rules = outcome.rules;
        let result = match outcome.result {
            Ok(answer) => Ok(serde_json::to_value(answer).unwrap()),
            Err(refusal) => Err(refusal.into()),
        };
        if let Some(token) = result.as_ref().ok().and_then(|answer| answer["nextToken"].as_str()) {
            self.issued.push(token.to_owned());
        }
        let events = outcome.events.iter().map(|event| serde_json::to_value(event.event_bridge()).unwrap());
        let instructions = outcome.instructions.iter().map(|instruction| serde_json::to_value(instruction).unwrap());
        Ok(Heard { result, events: events.collect(), instructions: instructions.collect() })
    }
}

impl System for Crate {
    fn call(&mut self, call: &Call) -> Heard {
        let input = oracle::resolve_tokens(&call.input, &self.issued);
        let operation = match Operation::read_host(&call.operation, &input) {
            Ok(operation) => operation,
            Err(ReadError::Refused(refusal)) => {
                self.rules = Rules::of(refusal.rule());
                return Heard::nothing_but(Err(refusal.into()));
            }
            Err(error) => panic!("{} {input}: {error}", call.operation),
        };
        match self.carry_out(operation, self.context(call)) {
            Ok(heard) => heard,
            Err(trouble) => panic!("{call:?}: {trouble}"),
        }
    }

    fn records(&self) -> Vec<String> {
        self.store.memory.records().map(|(key, record)| format!("{key}: {record:?}")).collect()
    }
}

impl System for Oracle {
    fn call(&mut self, call: &Call) -> Heard {
        let (events, instructions) = (self.events().len(), self.instructions().len());
        let result = match Self::call(self, call) {
            Reply::Answer(answer) => Ok(answer),
            Reply::Refused { kind, rule } => Err(Refused { kind, rule, message: String::new() }),
        };
        Heard {
            result,
            events: self.events()[events..].to_vec(),
            instructions: self.instructions()[instructions..].to_vec(),
        }
    }

    fn records(&self) -> Vec<String> {
        Self::records(self)
    }
}

impl Heard {
    pub fn nothing_but(result: Result<Value, Refused>) -> Self {
        Self { result, events: Vec::new(), instructions: Vec::new() }
    }
}

/// What tells an answer of the oracle from another system's, if anything does.
pub fn difference(oracle: &Heard, other: &Heard) -> Option<&'static str> {
    let are_alike = |left: &[Value], right: &[Value]| {
        left.len() == right.len() && left.iter().zip(right).all(|(left, right)| oracle::agrees(left, right))
    };
    match (&oracle.result, &other.result) {
        (Ok(left), Ok(right)) if !oracle::agrees(left, right) => Some("the answers differ"),
        (Err(left), Err(right)) if (&left.kind, &left.rule) != (&right.kind, &right.rule) => {
            Some("the refusals differ")
        }
        (Ok(_), Err(_)) | (Err(_), Ok(_)) => Some("one refuses, the other does not"),
        _ if !are_alike(&oracle.events, &other.events) => Some("the events differ"),
        _ if !are_alike(&oracle.instructions, &other.instructions) => Some("the instructions differ"),
        _ => None,
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { kind: refusal.kind().to_string(), rule: refusal.rule().to_string(), message: refusal.message().into() }
    }
}
