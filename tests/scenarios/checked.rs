use std::collections::BTreeMap;

use account_connections::{
    Memory, Rule, Rules,
    id::{Caller, Timestamp},
    invariant,
    operation::Limits,
    store::{Key, Record},
    testing::subject::{Inside, Model, Reply, Subject},
};
use serde_json::Value;
use uuid::Uuid;

/// The model, with what holds after each step: the invariants of the crate; that a refused call changed nothing; and
/// that the events tell the status of everything.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    model: Model,
    limits: Limits,
    /// The statuses that the events have told, by ARN.
    told: BTreeMap<String, String>,
    /// What was found wrong before it is asked for.
    wrong: Option<String>,
}

impl Subject for Checked {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        let before = self.model.clone();
        let reply = self.model.call(caller, operation, input);
        if let Reply::Error { .. } = reply {
            self.wrong = untouched(&before, &self.model).err();
        }
        reply
    }

    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        Some(self.call(caller, operation, input))
    }

    fn events(&mut self) -> Option<Vec<Value>> {
        let events = self.model.events()?;
        for event in &events {
            if let Err(wrong) = tell(&mut self.told, event) {
                self.wrong = Some(wrong);
            }
        }
        Some(events)
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.model.set_time(now)
    }

    fn set_limits(&mut self, limits: Limits) -> bool {
        self.limits = limits;
        self.model.set_limits(limits)
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        Some(self)
    }
}

impl Inside for Checked {
    fn offer_id(&mut self, id: Uuid) -> bool {
        self.model.offer_id(id)
    }

    fn refused_by(&self) -> Option<Rule> {
        self.model.refused_by()
    }

    fn rests_on(&self) -> Option<Rules> {
        self.model.rests_on()
    }

    fn instructions(&mut self) -> Option<Vec<Value>> {
        self.model.instructions()
    }

    fn record(&mut self, key: &Key) -> Option<Value> {
        self.model.record(key)
    }

    fn check(&mut self) -> Result<(), String> {
        self.wrong.take().map_or(Ok(()), Err)?;
        let stored = self.model.store().records().filter_map(|(_, record)| match record {
            Record::Connection(connection) => Some((connection.arn().to_string(), connection.status().to_string())),
            Record::Environment(environment) => Some((environment.arn().to_string(), environment.status().to_string())),
            _ => None,
        });
        let stored = stored.collect::<BTreeMap<_, _>>();
        if stored != self.told {
            return Err(format!("the events tell {:?}, but there is {stored:?}", self.told));
        }
        let violations = invariant::check(self.model.store().records(), self.limits);
        violations.first().map_or(Ok(()), |violation| Err(violation.to_string()))
    }
}

/// Rule `refused-changes-nothing`: not a byte of what is stored, nor a version, and nothing is emitted or issued.
pub fn untouched(before: &Model, after: &Model) -> Result<(), String> {
    if bytes(before.store()) != bytes(after.store()) || before.store() != after.store() {
        return Err("was refused, but changed the store".into());
    }
    let (mut before, mut after) = (before.clone(), after.clone());
    if before.events() != after.events() {
        return Err("was refused, but emitted an event".into());
    }
    if before.instructions() != after.instructions() {
        return Err("was refused, but issued an instruction".into());
    }
    Ok(())
}

fn bytes(store: &Memory) -> Vec<u8> {
    serde_json::to_vec(&store.records().map(|(key, record)| (key.to_string(), record)).collect::<Vec<_>>()).unwrap()
}

/// SPEC §7: folding the events from the beginning gives the status of every connection and environment, and each event
/// goes on where the one before it ended.
fn tell(told: &mut BTreeMap<String, String>, event: &Value) -> Result<(), String> {
    let text = |path: &str| event.pointer(path).and_then(Value::as_str);
    let (Some(arn), Some(status)) = (text("/resources/0"), text("/detail/status")) else {
        return Err(format!("an event without ARN or status: {event}"));
    };
    let before = match status {
        "DELETED" => told.remove(arn),
        status => told.insert(arn.to_owned(), status.to_owned()),
    };
    let previous = text("/detail/previousStatus");
    if before.as_deref() != previous {
        return Err(format!("the event of `{arn}` goes on from {previous:?}, the one before it went to {before:?}"));
    }
    Ok(())
}
