use std::sync::Arc;

use account_connections::{
    Memory, Rules,
    id::{Caller, Timestamp},
    operation::Limits,
    testing::subject::{Model, Reply, Subject},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    fault::{Ask, Fault},
    store::Lying,
    world::{self, words},
};

/// This crate's model with faults around it: see [`Wrong::subject`](crate::Wrong::subject).
///
/// Its n-th call creates the thing that has n for its id, so that two of them can be compared call by call.
#[derive(Clone, Debug)]
pub struct WrongSubject {
    faults: Arc<[Fault]>,
    model: Model<Lying>,
    limits: Limits,
    now: Timestamp,
    calls: u128,
}

impl WrongSubject {
    /// The right one: without a fault.
    #[must_use]
    pub fn right(limits: Limits) -> Self {
        Self::new(Arc::default(), limits)
    }

    pub(crate) fn new(faults: Arc<[Fault]>, limits: Limits) -> Self {
        let model = Model::new(Lying::new(faults.clone()));
        Self { faults, model, limits, now: Timestamp::MIN, calls: 0 }
    }

    fn ask(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        self.calls += 1;
        let faults = self.faults.clone();
        let (operation, input, now, limits) = (operation.into(), input.clone(), self.now, self.limits);
        let mut ask =
            Ask { caller, operation, input, now, limits, sees: Vec::new(), refused: false, rules: Rules::NONE };
        let mut id = self.calls;
        for fault in faults.iter() {
            match fault {
                Fault::Asks(change) => change(&mut ask, self.memory()),
                Fault::Ids(other) => id = other(self.memory(), id),
                _ => {}
            }
        }
        let id = Uuid::from_u128(id);
        if let Some(refusal) = self.refused(&ask, id) {
            return refusal;
        }
        let mut reply = self.decide(&mut ask, id);
        for fault in faults.iter() {
            self.decide_otherwise(fault, &mut ask, id, &mut reply);
        }
        self.finish(&ask, &mut reply);
        reply
    }

    /// Decides once more, where the fault is in a check that refused.
    fn decide_otherwise(&mut self, fault: &Fault, ask: &mut Ask, id: Uuid, reply: &mut Reply) {
        let cured = |cure: fn(&mut Ask, &Memory), memory: &Memory| {
            let mut again = ask.clone();
            cure(&mut again, memory);
            again
        };
        match fault {
            Fault::Lets(rule, cure) if ask.refused_by(*rule) => {
                let mut again = cured(*cure, self.memory());
                *reply = self.decide(&mut again, id);
                (ask.refused, ask.rules) = (again.refused, again.rules);
            }
            Fault::Swaps(first, second, cure) if ask.refused_by(*first) => {
                let mut again = cured(*cure, self.memory());
                let instead = self.clone().decide(&mut again, id);
                if again.refused_by(*second) {
                    *reply = instead;
                }
            }
            Fault::Kind(rule, other) if ask.refused_by(*rule) => {
                if let Reply::Error { kind, .. } = reply {
                    *kind = other.name().into();
                }
            }
            _ => {}
        }
    }

    /// What is refused that the model would answer.
    fn refused(&self, ask: &Ask, id: Uuid) -> Option<Reply> {
        let checks = self.faults.iter().filter_map(|fault| match fault {
            Fault::Refuses(check) => Some(check),
            _ => None,
        });
        let checks = checks.collect::<Vec<_>>();
        if checks.is_empty() {
            return None;
        }
        let mut asked = ask.clone();
        self.clone().decide(&mut asked, id);
        checks.into_iter().filter(|_| !asked.refused).find_map(|check| check(&asked, self.memory()))
    }

    /// What is done and said after the decision.
    fn finish(&mut self, ask: &Ask, reply: &mut Reply) {
        let faults = self.faults.clone();
        for fault in faults.iter() {
            if let Fault::Then(change) = fault {
                change(ask, reply, &mut self.model.store_mut().memory);
            }
        }
        if faults.iter().any(|fault| matches!(fault, Fault::Writes(_) | Fault::Then(_))) {
            self.show_what_is_stored(ask, reply);
        }
        for fault in faults.iter() {
            if let Fault::Says(change) = fault {
                change(ask, reply, self.memory());
            }
        }
    }

    /// Shows the connection or the environment of an answer as it is stored, where it still is.
    fn show_what_is_stored(&mut self, ask: &Ask, reply: &mut Reply) {
        let Reply::Answer(answer) = reply else { return };
        for (member, operation, named) in
            [("environmentAccountConnection", words::GET_CONNECTION, "id"), ("environment", words::GET, "name")]
        {
            let Some(name) = answer.get(member).and_then(|shown| shown.get(named)) else { continue };
            if answer.get(member).and_then(|shown| shown.get("deploymentStatus")) == Some(&json!("DELETE_COMPLETE")) {
                continue;
            }
            let caller = world::owner_shown(answer).unwrap_or(ask.caller.account);
            let input = json!({ named: name });
            self.model.store_mut().ask = None;
            if let Reply::Answer(stored) =
                self.model.call_with_id(Caller::new(caller, ask.caller.region), operation, &input, Uuid::nil())
            {
                *answer = stored;
            }
        }
    }

    /// Asks the model, and notes what its outcome rests on.
    fn decide(&mut self, ask: &mut Ask, id: Uuid) -> Reply {
        self.model.set_limits(ask.limits);
        self.model.set_time(ask.now);
        self.model.store_mut().ask = Some(ask.clone());
        let reply = self.model.call_with_id(ask.caller, &ask.operation, &ask.input, id);
        (ask.refused, ask.rules) = (!matches!(reply, Reply::Answer(_)), self.model.rules());
        reply
    }

    fn memory(&self) -> &Memory {
        &self.model.store().memory
    }
}

impl Subject for WrongSubject {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        self.ask(caller, operation, input)
    }

    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        Some(self.ask(caller, operation, input))
    }

    fn events(&mut self) -> Option<Vec<Value>> {
        let mut events = self.model.events()?;
        for fault in self.faults.iter() {
            if let Fault::Emits(change) = fault {
                change(&mut events);
            }
        }
        Some(events)
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.now = now;
        true
    }

    fn set_limits(&mut self, limits: Limits) -> bool {
        self.limits = limits;
        true
    }
}
