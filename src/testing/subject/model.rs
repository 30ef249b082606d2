use alloc::{string::ToString as _, vec::Vec};
use core::fmt;

use serde_json::Value;
use uuid::Uuid;

use super::{Inside, Reply, Subject};
use crate::{
    ErrorKind, Memory, Refusal, Rule, Rules, drive,
    event::Event,
    id::{Caller, Timestamp},
    instruction::Instruction,
    operation::{Context, Limits, Operation, ReadError},
    store::{Key, Store},
};

/// This crate as a subject, over a store. Its clock stands still until it is set; its ids are sequential.
#[derive(Clone, Debug)]
pub struct Model<S = Memory> {
    store: S,
    now: Timestamp,
    limits: Limits,
    ids: u128,
    offered: Option<Uuid>,
    events: Vec<Event>,
    instructions: Vec<Instruction>,
    rules: Rules,
    refused_by: Option<Rule>,
}

impl Default for Model {
    fn default() -> Self {
        Self::new(Memory::new())
    }
}

impl<S> Model<S> {
    /// A model over this store, at the beginning of 1970, with the default quotas.
    #[must_use]
    pub fn new(store: S) -> Self {
        let now = Timestamp::from_unix_millis(0).unwrap_or(Timestamp::MIN);
        Self {
            store,
            now,
            limits: Limits::default(),
            ids: 0,
            offered: None,
            events: Vec::new(),
            instructions: Vec::new(),
            rules: Rules::NONE,
            refused_by: None,
        }
    }

    /// The same, with other quotas.
    #[must_use]
    pub const fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The store, for changes that bypass the model.
    pub const fn store_mut(&mut self) -> &mut S {
        &mut self.store
    }

    /// Forgets the events and instructions so far, which nobody asked for.
    pub(in crate::testing) fn look_away(&mut self) {
        self.events.clear();
        self.instructions.clear();
    }

    /// The rules on which the latest outcome rests.
    #[must_use]
    pub const fn rules(&self) -> Rules {
        self.rules
    }
}

impl<S: Store<Error: fmt::Display>> Model<S> {
    /// Makes a call, the host's own included, with this id for what it creates.
    pub fn call_with_id(&mut self, caller: Caller, operation: &str, input: &Value, fresh_id: Uuid) -> Reply {
        (self.rules, self.refused_by) = (Rules::NONE, None);
        let request = match Operation::read_host(operation, input) {
            Ok(request) => request,
            Err(ReadError::Refused(refusal)) => {
                (self.rules, self.refused_by) = (Rules::of(refusal.rule()), Some(refusal.rule()));
                return Reply::error(refusal.kind(), refusal.message());
            }
            Err(error @ ReadError::UnknownOperation(_)) => return unread("UnknownOperationException", &error),
            Err(error @ ReadError::Input(_)) => return unread("SerializationException", &error),
        };
        let context = Context::new(caller, self.now, fresh_id).with_limits(self.limits);
        match drive::run(&mut self.store, request, context) {
            Ok(outcome) => {
                self.events.extend(outcome.events);
                self.instructions.extend(outcome.instructions);
                self.rules = outcome.rules;
                self.refused_by = outcome.result.as_ref().err().map(Refusal::rule);
                match outcome.result {
                    // Everything in an answer can be JSON.
                    Ok(answer) => Reply::Answer(serde_json::to_value(answer).unwrap_or_default()),
                    Err(refusal) => Reply::error(refusal.kind(), refusal.message()),
                }
            }
            Err(error) => match error.kind() {
                ErrorKind::Throttling => Reply::error(ErrorKind::Throttling, error.to_string()),
                kind => Reply::error(kind, error.to_string()),
            },
        }
    }

    fn next_id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }
}

fn unread(kind: &str, error: &impl fmt::Display) -> Reply {
    Reply::Error { kind: kind.into(), message: Some(error.to_string()) }
}

impl<S: Store<Error: fmt::Display>> Subject for Model<S> {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        let fresh_id = self.offered.take().unwrap_or_else(|| self.next_id());
        self.call_with_id(caller, operation, input, fresh_id)
    }

    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        Some(self.call(caller, operation, input))
    }

    fn events(&mut self) -> Option<Vec<Value>> {
        let events = core::mem::take(&mut self.events);
        Some(events.iter().map(|event| serde_json::to_value(event.event_bridge()).unwrap_or_default()).collect())
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.now = now;
        true
    }

    fn set_limits(&mut self, limits: Limits) -> bool {
        self.limits = limits;
        true
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        Some(self)
    }
}

impl<S: Store<Error: fmt::Display>> Inside for Model<S> {
    fn offer_id(&mut self, id: Uuid) -> bool {
        self.offered = Some(id);
        true
    }

    fn refused_by(&self) -> Option<Rule> {
        self.refused_by
    }

    fn rests_on(&self) -> Option<Rules> {
        Some(self.rules)
    }

    fn instructions(&mut self) -> Option<Vec<Value>> {
        let instructions = core::mem::take(&mut self.instructions);
        Some(instructions.iter().map(|instruction| serde_json::to_value(instruction).unwrap_or_default()).collect())
    }

    fn record(&mut self, key: &Key) -> Option<Value> {
        let found = self.store.load(core::slice::from_ref(key)).ok()?.pop()?;
        Some(found.map_or(Value::Null, |found| serde_json::to_value(found.record).unwrap_or_default()))
    }
}
