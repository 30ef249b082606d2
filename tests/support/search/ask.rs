//! A call in a small world, and the state in which it is made.

use std::{fmt, mem};

use account_connections::{
    Fault, HostError, Refusal,
    operation::{Operation, ReadError},
};
use serde_json::Value;

use super::{HOME, deployment, id, worlds::World};
use crate::{
    oracle::{self, Call, Oracle},
    support::at,
    system::{Crate, Heard, System, difference},
};

/// Stands for the last attempted deployment of the environment that a call is about.
pub const ATTEMPTED: &str = "$attempted";
/// Stands for the environment's last success where that is another, else for no deployment at all.
pub const STALE: &str = "$stale";

/// Which id the host supplies for a deployment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fresh {
    /// One that no environment has.
    #[default]
    Free,
    /// By mistake, that of the environment's latest one.
    Attempted,
    /// By mistake, that of the environment's last success.
    Stale,
}

/// A call, with what stands for the ids that are not known yet.
#[derive(Clone, Debug)]
pub struct Ask {
    call: Call,
    /// The environment that it is about.
    environment: Option<(String, String)>,
    fresh: Fresh,
    /// The call as the crate reads it, where it is the same in every state.
    read: Option<Result<Operation, Refusal>>,
}

impl Ask {
    /// A call at this many milliseconds.
    pub fn new(account: &str, region: &str, time: i64, operation: &str, input: Value) -> Self {
        let name = ["name", "environmentName"].iter().find_map(|member| input[*member].as_str()).map(ToOwned::to_owned);
        let its_arn =
            input["resourceArn"].as_str().and_then(|arn| arn.split_once("/")).map(|(_, name)| name.to_owned());
        let text = input.to_string();
        let is_known = !text.contains('$');
        let now = at(time).unix_millis();
        let (account, operation, region) = (account.to_owned(), operation.to_owned(), region.to_owned());
        Self {
            environment: name.or(its_arn).map(|name| (account.clone(), name)),
            fresh: Fresh::Free,
            read: is_known.then(|| read(&operation, &input)),
            call: Call { account, region, now, fresh: String::new(), operation, input },
        }
    }

    /// The same served by a host whose id is not fresh.
    pub fn with(self, fresh: Fresh) -> Self {
        Self { fresh, ..self }
    }

    /// The call as it is made in a state.
    pub fn call(&self, state: &State) -> Call {
        let mut call = Call { fresh: state.fresh_deployment.clone(), ..self.call.clone() };
        if call.operation == "CreateEnvironmentAccountConnection" {
            call.fresh.clone_from(&state.fresh_connection);
        }
        if self.read.is_some() && self.fresh == Fresh::Free {
            return call;
        }
        let is_its = |(owner, name): &(String, String)| {
            state.oracle.environments().find(|it| (it.region, it.management_account, it.name) == (HOME, owner, name))
        };
        let its = self.environment.as_ref().and_then(is_its);
        let attempted = its.map(|it| it.attempted);
        let stale = its.and_then(|it| it.succeeded.filter(|id| *id != it.attempted));
        match (self.fresh, attempted, stale) {
            (Fresh::Attempted, Some(id), _) | (Fresh::Stale, _, Some(id)) => id.clone_into(&mut call.fresh),
            _ => {}
        }
        if self.read.is_none() {
            // The symbol of a page token is not one of ours.
            let (none, other) = (deployment(0xfe), deployment(0xff));
            let text = call.input.to_string().replace(ATTEMPTED, attempted.unwrap_or(&none));
            call.input = serde_json::from_str(&text.replace(STALE, stale.unwrap_or(&other))).unwrap();
        }
        call
    }
}

fn read(operation: &str, input: &Value) -> Result<Operation, Refusal> {
    match Operation::read_host(operation, input) {
        Ok(operation) => Ok(operation),
        Err(ReadError::Refused(refusal)) => Err(refusal),
        Err(error) => panic!("{operation} {input}: {error}"),
    }
}

impl fmt::Display for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Call { account, region, now, operation, input, .. } = &self.call;
        write!(f, "{account} in {region} at {now} ({:?} id): {operation} {input}", self.fresh)
    }
}

/// The crate and the oracle after the same calls.
#[derive(Clone, Debug)]
pub struct State {
    pub model: Crate,
    pub oracle: Oracle,
    /// The lowest id of a connection that is free; where none is, one that is taken.
    fresh_connection: String,
    /// The lowest id that no environment has for a deployment.
    fresh_deployment: String,
}

/// The outcome of a call.
#[derive(Clone, Debug)]
pub enum Came {
    /// Both heard this, and it changed something or nothing.
    Heard(Heard, bool),
    /// The host's id was not fresh, and nothing changed.
    NoFreshId,
}

impl State {
    /// The state in which there is nothing.
    pub fn new(world: &World) -> Self {
        Self::without("", world)
    }

    /// The same with an oracle that does without a rule.
    pub fn without(rule: &'static str, world: &World) -> Self {
        let (model, oracle) = (Crate::new(world.limits), Oracle::without(rule, world.limits));
        let mut state = Self { model, oracle, fresh_connection: String::new(), fresh_deployment: String::new() };
        state.settle(world);
        state
    }

    /// Finds the ids that are free.
    pub fn settle(&mut self, world: &World) {
        let is_free = |number: &u128| !self.oracle.connections().any(|it| it.id == id(*number));
        self.fresh_connection = id((1..=world.ids).find(is_free).unwrap_or(1));
        let is_free =
            |id: &String| !self.oracle.environments().any(|it| it.attempted == id || it.succeeded == Some(id));
        self.fresh_deployment = (1..).map(deployment).find(is_free).unwrap();
        self.forget();
    }

    /// Forgets what was said, page tokens too.
    pub fn forget(&mut self) {
        self.oracle.forget();
        self.model.issued.clear();
    }

    /// Makes a call of the crate and of the oracle; what both heard, and whether it changed something.
    ///
    /// # Errors
    ///
    /// Where they differ.
    pub fn make(&mut self, ask: &Ask, call: &Call, before: &Oracle) -> Result<Came, String> {
        let there = System::call(&mut self.oracle, call);
        let changed = !self.oracle.is_like(before);
        let read_now = || read(&call.operation, &oracle::resolve_tokens(&call.input, &self.model.issued));
        let here = match ask.read.clone().unwrap_or_else(read_now) {
            Ok(operation) => self.model.carry_out(operation, self.model.context(call)),
            Err(refusal) => Ok(Heard::nothing_but(Err(refusal.into()))),
        };
        let wrote = mem::take(&mut self.model.store.noted.0);
        if changed && takes(&there, &call.fresh) && has(before, &call.fresh) {
            self.oracle = before.clone();
            return match here {
                Err(HostError::Fault(Fault::IdNotFresh(_))) if !wrote => Ok(Came::NoFreshId),
                other => Err(format!("the id was not fresh, and it came to {other:?}")),
            };
        }
        let here = here.map_err(|trouble| trouble.to_string())?;
        if let Some(what) = difference(&there, &here) {
            return Err(format!("{what}\n  crate:  {here:?}\n  oracle: {there:?}"));
        }
        if wrote != changed {
            return Err(format!("the store was {}written to: {here:?}", if wrote { "" } else { "not " }));
        }
        if !changed && here.events.len() + here.instructions.len() > 0 {
            return Err(format!("nothing changed, and something happened: {here:?}"));
        }
        Ok(Came::Heard(here, changed))
    }
}

/// Whether what happened took this id for a connection or a deployment.
fn takes(heard: &Heard, id: &str) -> bool {
    heard.instructions.iter().any(|it| it["deploymentId"] == id && it["kind"] != "cancel")
        || heard.events.iter().any(|it| it["detail"]["id"] == id && it["detail"]["previousStatus"].is_null())
}

/// Whether something has this id already.
fn has(oracle: &Oracle, id: &str) -> bool {
    oracle.connections().any(|it| it.id == id)
        || oracle.environments().any(|it| it.attempted == id || it.succeeded == Some(id))
}

impl Came {
    /// Whether the answer says which id was fresh, which depends on what others have.
    pub fn tells_the_id(&self, call: &Call) -> bool {
        match self {
            Self::Heard(heard, changed) => *changed && takes(heard, &call.fresh),
            Self::NoFreshId => true,
        }
    }
}
