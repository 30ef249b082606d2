use alloc::{
    collections::{BTreeMap, BTreeSet},
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::Value;
use uuid::Uuid;

use super::{Finding, UNREAD, well_formed};
use crate::{
    ErrorKind, Memory,
    drive::run,
    event::Event,
    instruction::Instruction,
    invariant,
    operation::{Operation, ReadError},
    store::Record,
    testing::{
        script::CALL_BYTES,
        session::{self, Choices, Draft},
    },
    wire::{self, Response, TARGET_PREFIX},
};

/// The most calls in a session: bytes beyond them are ignored.
pub const MAX_CALLS: usize = 64;

/// What happened in a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// The calls that were made.
    pub calls: usize,
    /// Their outcomes, by operation: `ok`, or the kind of the error.
    pub outcomes: BTreeSet<(String, String)>,
    /// The statuses of connections and environments, as events give them.
    pub statuses: BTreeSet<String>,
}

/// Plays bytes as a [session](session::Session): each call's choices take twenty bytes.
///
/// The calls of the public API go through [`wire::serve`], the host's own bypass it, over a [`Memory`], with quotas
/// that are soon reached. They are the session's, well formed or not; sometimes a body is damaged, or the host breaks
/// its word and reuses a fresh id.
///
/// Checked for each call: it does not panic; its response is well formed, with the right status; if refused, it has
/// changed nothing and emits nothing; [`invariant::check`] finds nothing; the same call to the store as it was gives
/// the same result. And at the end: the events give the status of everything that exists, and of nothing else.
///
/// # Errors
///
/// Whichever of these does not hold.
pub fn session(bytes: &[u8]) -> Result<Session, Finding> {
    let mut play = Play {
        seen: Session::default(),
        session: session::Session::new(0),
        store: Memory::new(),
        ids: Vec::new(),
        events: Vec::new(),
    };
    for (number, bytes) in bytes.chunks(CALL_BYTES).take(MAX_CALLS).enumerate() {
        play.call(bytes).map_err(|what| Finding { call: number + 1, what })?;
    }
    play.fold().map_err(|what| Finding { call: play.seen.calls, what })?;
    Ok(play.seen)
}

struct Play {
    seen: Session,
    session: session::Session,
    store: Memory,
    /// The fresh ids so far.
    ids: Vec<Uuid>,
    events: Vec<Event>,
}

/// A draft as it is sent.
struct Sent {
    draft: Draft,
    body: Vec<u8>,
    /// Whether the body may have become invalid.
    is_damaged: bool,
    /// Whether the id is as fresh as it has to be.
    is_fresh: bool,
}

/// Everything that results from a call.
#[derive(PartialEq)]
struct Effect {
    response: Response,
    events: Vec<Event>,
    instructions: Vec<Instruction>,
    store: Memory,
}

impl Play {
    fn call(&mut self, bytes: &[u8]) -> Result<(), String> {
        self.seen.calls += 1;
        *self.session.choices() = Choices::from_bytes(bytes);
        let sent = self.send().map_err(|error| error.to_string())?;
        let effect = carry_out(&sent, self.store.clone());
        let is_repeatable = carry_out(&sent, self.store.clone()) == effect;
        let checked = if is_repeatable { self.check(&sent, effect) } else { Err("it has two effects".into()) };
        let Draft { operation, context, .. } = &sent.draft;
        let text = || format!("{} {operation} {}", context.caller, String::from_utf8_lossy(&sent.body));
        checked.map_err(|what| format!("{what}: {}", text()))
    }

    fn send(&mut self) -> Result<Sent, serde_json::Error> {
        let mut draft = self.session.next_draft();
        let choices = self.session.choices();
        let again = if choices.chance(3) { choices.latest(self.ids.iter()).copied() } else { None };
        self.ids.push(draft.context.fresh_id);
        draft.context.fresh_id = again.unwrap_or(draft.context.fresh_id);
        let mut body = serde_json::to_vec(&draft.input)?;
        let is_damaged = choices.chance(7);
        if is_damaged {
            damage(&mut body, choices);
        }
        Ok(Sent { draft, body, is_damaged, is_fresh: again.is_none() })
    }

    fn check(&mut self, sent: &Sent, effect: Effect) -> Result<(), String> {
        let Effect { response, events, instructions, store } = effect;
        let (members, error) = well_formed(&response)?;
        let kind = error.as_deref().unwrap_or("ok");
        let is_troubled = [ErrorKind::InternalServer, ErrorKind::Throttling].map(ErrorKind::name).contains(&kind);
        let wrong = if is_troubled && sent.is_fresh {
            Some("a sound store is answered so")
        } else if error.is_some() && store != self.store {
            Some("something is written")
        } else if error.is_some() && !(events.is_empty() && instructions.is_empty()) {
            Some("something is said to the outside")
        } else if UNREAD.contains(&kind) && !sent.is_damaged {
            Some("the request is one")
        } else {
            None
        };
        if let Some(wrong) = wrong {
            return Err(format!("{kind}, and {wrong}"));
        }
        if let Some(violation) = invariant::check(store.records(), session::Session::LIMITS).first() {
            return Err(violation.to_string());
        }
        self.seen.outcomes.insert((sent.draft.operation.into(), kind.into()));
        self.store = store;
        self.events.extend(events);
        let answer = Value::Object(members);
        self.session.learn_shown(&sent.draft, if error.is_none() { Ok(&answer) } else { Err(kind) });
        Ok(())
    }

    /// Checks that the events give the status of everything that exists.
    fn fold(&mut self) -> Result<(), String> {
        let mut folded = BTreeMap::new();
        for event in &self.events {
            let shown = serde_json::to_value(event.event_bridge()).map_err(|error| error.to_string())?;
            let text = |pointer: &str| shown.pointer(pointer).and_then(Value::as_str).map(String::from);
            let (arn, status, previous) =
                (text("/resources/0"), text("/detail/status"), text("/detail/previousStatus"));
            let (Some(arn), Some(status)) = (arn, status) else { return Err("an event without a status".into()) };
            self.seen.statuses.insert(status.clone());
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

/// Cuts a body short, or replaces one of its bytes.
fn damage(body: &mut Vec<u8>, choices: &mut Choices) {
    let place = usize::try_from(choices.below(body.len() as u64)).unwrap_or_default();
    match (choices.chance(75), body.get_mut(place), u8::try_from(choices.below(256))) {
        (true, Some(found), Ok(byte)) => *found = byte,
        _ => body.truncate(place),
    }
}

/// Carries out a call: over the wire, or, where that does not know the operation, as the wire would.
fn carry_out(Sent { draft, body, .. }: &Sent, mut store: Memory) -> Effect {
    let Draft { operation: name, context, .. } = draft;
    if Operation::is_public_name(name) {
        let wire::Served { response, events, instructions, .. } =
            wire::serve(&mut store, &format!("{TARGET_PREFIX}{name}"), body, *context);
        return Effect { response, events, instructions, store };
    }
    let (response, events, instructions) = match Operation::read_host(name, &draft.input) {
        Ok(operation) => match run(&mut store, operation, *context) {
            Ok(outcome) => (wire::encode(&outcome.result), outcome.events, outcome.instructions),
            Err(error) => (wire::trouble(&error), Vec::new(), Vec::new()),
        },
        Err(ReadError::Refused(refusal)) => (wire::encode(&Err(refusal)), Vec::new(), Vec::new()),
        Err(error) => (wire::error("SerializationException", &error.to_string()), Vec::new(), Vec::new()),
    };
    Effect { response, events, instructions, store }
}
