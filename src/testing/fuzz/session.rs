use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    Finding, UNREAD,
    draft::{Call, Drafts},
    well_formed,
};
use crate::{
    ErrorKind, Memory,
    drive::run,
    event::Event,
    id::Timestamp,
    instruction::Instruction,
    invariant,
    operation::{Context, Limits, Operation},
    store::Record,
    wire::{self, Response, TARGET_PREFIX},
};

/// The most calls of a session: the bytes of further ones are not looked at.
pub const MAX_CALLS: usize = 64;

/// What a session came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// The calls that were made.
    pub calls: usize,
    /// What came of them, by operation: `ok`, or the kind of the error.
    pub outcomes: BTreeSet<(String, String)>,
    /// The statuses that a connection or an environment was seen in.
    pub statuses: BTreeSet<String>,
}

/// Plays bytes as a session: eight bytes are a call by one of three accounts, on things of which there are few.
///
/// The calls of the public API go through [`wire::serve`], the host's own beside it, over a [`Memory`], with quotas that
/// are soon reached. A call's bytes choose the operation, the caller and his Region, the host's time and fresh id, and
/// the members of the input among few; or an earlier call to send again; or where to damage the body. Ids, ARNs and page
/// tokens are those of earlier answers.
///
/// Checked of each call: it does not panic; its response is well formed, with the right status; refused, it has changed
/// nothing and says nothing to the outside; [`invariant::check`] finds nothing; the same call to the store as it was
/// gives all the same. And at the end: the events give the status of everything that there is, and of nothing else.
///
/// # Errors
///
/// What does not hold of these.
pub fn session(bytes: &[u8]) -> Result<Session, Finding> {
    let mut play = Play::default();
    for (number, bytes) in bytes.as_chunks().0.iter().take(MAX_CALLS).enumerate() {
        play.call(bytes).map_err(|what| Finding { call: number + 1, what })?;
    }
    play.fold().map_err(|what| Finding { call: play.session.calls, what })?;
    Ok(play.session)
}

const LIMITS: Limits = Limits::new(3, 2);

#[derive(Default)]
struct Play {
    session: Session,
    store: Memory,
    drafts: Drafts,
    events: Vec<Event>,
    /// Milliseconds since the first call.
    time: i64,
}

/// Everything that a call leads to.
#[derive(PartialEq)]
struct Effect {
    response: Response,
    events: Vec<Event>,
    instructions: Vec<Instruction>,
    store: Memory,
}

impl Play {
    fn call(&mut self, bytes: &[u8; 8]) -> Result<(), String> {
        self.session.calls += 1;
        let call = self.drafts.draft(bytes).map_err(|error| error.to_string())?;
        self.time += call.tick;
        let (context, is_fresh) = self.context(&call)?;
        let effect = carry_out(&call, context, self.store.clone());
        if carry_out(&call, context, self.store.clone()) != effect {
            return Err(format!("{call} has two effects"));
        }
        self.check(&call, is_fresh, effect).map_err(|what| format!("{what}: {call}"))
    }

    /// What the host supplies, and whether the id is as fresh as it has to be.
    fn context(&self, call: &Call) -> Result<(Context, bool), String> {
        let now = Timestamp::from_unix_millis(1_619_651_630_847 + self.time).ok_or("the time is over")?;
        let this = self.session.calls;
        let number = call.id_of.and_then(|earlier| earlier.checked_rem(this)).map_or(this, |earlier| earlier + 1);
        let fresh_id = Uuid::from_u128(u128::try_from(number).map_err(|error| error.to_string())?);
        Ok((Context::new(call.caller, now, fresh_id).with_limits(LIMITS), number == this))
    }

    fn check(&mut self, call: &Call, is_fresh: bool, effect: Effect) -> Result<(), String> {
        let Effect { response, events, instructions, store } = effect;
        let (members, error) = well_formed(&response)?;
        let kind = error.as_deref().unwrap_or("ok");
        let is_troubled =
            [ErrorKind::InternalServer, ErrorKind::Throttling].iter().any(|trouble| trouble.name() == kind);
        if is_troubled && is_fresh {
            return Err(format!("the answer is {kind}"));
        }
        if error.is_some() {
            if store != self.store {
                return Err(format!("{kind}, and something is written"));
            }
            if !(events.is_empty() && instructions.is_empty()) {
                return Err(format!("{kind}, and something is said of it"));
            }
        }
        if UNREAD.contains(&kind) && !call.is_damaged {
            return Err(format!("{kind} to a request that is one"));
        }
        if store != self.store
            && let Some(violation) = invariant::check(store.records(), LIMITS).first()
        {
            return Err(violation.to_string());
        }
        self.session.outcomes.insert((call.operation.into(), kind.into()));
        self.store = store;
        self.events.extend(events);
        if error.is_none() {
            self.learn(&members);
        }
        Ok(())
    }

    /// Remembers what an answer shows that later calls can name.
    fn learn(&mut self, shown: &Map<String, Value>) {
        for (name, value) in shown {
            match value {
                Value::String(text) if name.to_ascii_lowercase().ends_with("status") => {
                    self.session.statuses.insert(text.clone());
                }
                Value::String(text) => self.drafts.learn(name, text),
                Value::Object(members) => self.learn(members),
                Value::Array(items) => items.iter().filter_map(Value::as_object).for_each(|item| self.learn(item)),
                _ => {}
            }
        }
    }

    /// That the events give the status of everything that there is.
    fn fold(&self) -> Result<(), String> {
        let mut folded = BTreeMap::new();
        for event in &self.events {
            let shown = serde_json::to_value(event.event_bridge()).map_err(|error| error.to_string())?;
            let text = |pointer: &str| shown.pointer(pointer).and_then(Value::as_str).map(String::from);
            let (arn, status, previous) =
                (text("/resources/0"), text("/detail/status"), text("/detail/previousStatus"));
            let (Some(arn), Some(status)) = (arn, status) else { return Err("an event without a status".into()) };
            let before = if status == "DELETED" { folded.remove(&arn) } else { folded.insert(arn.clone(), status) };
            if before != previous {
                return Err(format!("of {arn}: an event from {previous:?}, and it was {before:?}"));
            }
        }
        let mut stored = BTreeMap::new();
        for (_, record) in self.store.records() {
            match record {
                Record::Connection(found) => stored.insert(found.arn().to_string(), found.status().name().into()),
                Record::Environment(found) => stored.insert(found.arn().to_string(), found.status().name().into()),
                _ => None,
            };
        }
        if folded == stored { Ok(()) } else { Err(format!("the events lead to {folded:?}, and there is {stored:?}")) }
    }
}

/// Carries a call out: over the wire, or where that does not know the operation, as it does it.
fn carry_out(call: &Call, context: Context, mut store: Memory) -> Effect {
    if call.is_over_wire() {
        let target = format!("{TARGET_PREFIX}{}", call.operation);
        let wire::Served { response, events, instructions, .. } = wire::serve(&mut store, &target, &call.body, context);
        return Effect { response, events, instructions, store };
    }
    let read = Operation::read_host(call.operation, &mut serde_json::Deserializer::from_slice(&call.body));
    let (response, events, instructions) = match read {
        Ok(operation) => match run(&mut store, operation, context) {
            Ok(outcome) => (wire::encode(&outcome.result), outcome.events, outcome.instructions),
            Err(error) => (wire::trouble(&error), Vec::new(), Vec::new()),
        },
        Err(crate::operation::ReadError::Refused(refusal)) => (wire::encode(&Err(refusal)), Vec::new(), Vec::new()),
        Err(error) => (wire::error("SerializationException", &unseen(&error)), Vec::new(), Vec::new()),
    };
    Effect { response, events, instructions, store }
}

/// An error of the deserializer repeats what it was given: only its length counts.
fn unseen(error: &impl core::fmt::Display) -> String {
    format!("{} characters", error.to_string().chars().count())
}
