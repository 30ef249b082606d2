//! What is outside the API, under `/_emulator/`: the host's side of the model, for tests.

use std::sync::Arc;

use account_connections::{
    ErrorKind, HostError, Refusal, Rules,
    id::{AccountId, Caller, Region, Timestamp},
    operation::{
        Answer, CleanUpResources, GetEnvironment, ListEnvironments, ListProvisionedResources, Operation, ReadError,
        ReportDeployment,
    },
    wire::{self, Response},
};
use serde_json::{Map, Value, json};

use crate::{
    answered::{Answered, malformed},
    clock::{Move, duration},
    emulator::{Decided, Emulator, Result},
    storage::{Access, Handle, Patience},
};

type Read<T> = std::result::Result<T, Response>;

impl Emulator {
    /// The host's report in full: on the last attempted deployment, if the body names none.
    pub(crate) async fn report(
        self: &Arc<Self>,
        [region, account, environment]: [&str; 3],
        body: &[u8],
        patience: &Patience,
    ) -> Answered {
        let operation = "_emulator/report";
        let caller = match caller(region, account) {
            Ok(caller) => caller,
            Err(response) => return Answered::error(None, operation.into(), response),
        };
        let (report, named) = match report(environment, body) {
            Ok(read) => read,
            Err(response) => return Answered::error(Some(caller), operation.into(), response),
        };
        let outcome = self.with(Access::Writes, patience, move |emulator, store| {
            emulator.report_deployment(store, caller, report.clone(), named)
        });
        Answered::to(caller, operation.into(), &outcome.await)
    }

    fn report_deployment(
        &self,
        store: &mut dyn Handle,
        caller: Caller,
        mut report: ReportDeployment,
        named: bool,
    ) -> Result<Answer> {
        if !named {
            // For an environment that does not exist, the report itself is refused, in the order of its checks.
            let environment = self.run(store, caller, GetEnvironment::from(report.name.clone()))?;
            if let Ok(environment) = environment.result {
                report.deployment_id = environment.summary.last_attempted_deployment_id;
            }
        }
        Ok(self.run(store, caller, report)?.map(Answer::from))
    }

    /// What an account sees provisioned in it, all pages.
    pub(crate) async fn resources(self: &Arc<Self>, [region, account]: [&str; 2], patience: &Patience) -> Answered {
        let operation = "_emulator/resources";
        let caller = match caller(region, account) {
            Ok(caller) => caller,
            Err(response) => return Answered::error(None, operation.into(), response),
        };
        let outcome = self.with(Access::Reads, patience, move |emulator, store| emulator.all_resources(store, caller));
        Answered::to(caller, operation.into(), &outcome.await)
    }

    fn all_resources(&self, store: &mut dyn Handle, caller: Caller) -> Result<Answer> {
        let mut rules = Rules::NONE;
        let (mut all, mut next) = (Vec::new(), ListProvisionedResources::default());
        loop {
            let page = self.run(store, caller, next)?;
            rules = page.rules.iter().fold(rules, Rules::with);
            let mut page = match page.result {
                Ok(page) => page,
                Err(refusal) => return Ok(Decided { result: Err(refusal), rules }),
            };
            all.append(&mut page.items);
            let Some(token) = page.next_token.take() else {
                page.items = all;
                return Ok(Decided { result: Ok(page.into()), rules });
            };
            next = ListProvisionedResources::default();
            next.next_token = Some(token);
        }
    }

    /// An account says which of the resources provisioned in it are gone.
    pub(crate) async fn clean_up(
        self: &Arc<Self>,
        [region, account]: [&str; 2],
        body: &[u8],
        patience: &Patience,
    ) -> Answered {
        let operation = "_emulator/clean-up";
        let caller = match caller(region, account) {
            Ok(caller) => caller,
            Err(response) => return Answered::error(None, operation.into(), response),
        };
        match clean_up(body) {
            Ok(request) => self.carry_out(caller, operation.into(), request, patience).await,
            Err(response) => Answered::error(Some(caller), operation.into(), response),
        }
    }

    /// The events as EventBridge has them, oldest first.
    pub(crate) async fn shown_events(self: &Arc<Self>, patience: &Patience) -> Answered {
        let events = self.with(Access::Reads, patience, |_, store| {
            let events = store.events().map_err(HostError::Read)?;
            let shown = events.iter().map(|event| serde_json::to_value(event.event_bridge()));
            let shown = shown.collect::<std::result::Result<Vec<_>, _>>();
            Ok(shown.and_then(|events| serde_json::to_vec(&json!({ "events": events }))))
        });
        match events.await {
            Ok(Ok(body)) => Answered::ok("_emulator/events", Response::new(200, body)),
            Ok(Err(error)) => {
                let response = wire::error(ErrorKind::InternalServer.name(), &error.to_string());
                Answered::error(None, "_emulator/events".into(), response)
            }
            Err(trouble) => Answered::trouble("_emulator/events", &trouble),
        }
    }

    /// Forgets everything.
    pub(crate) async fn reset(self: &Arc<Self>, patience: &Patience) -> Answered {
        match self.with(Access::Writes, patience, |_, store| store.clear().map_err(HostError::Commit)).await {
            Ok(()) => {
                self.heard().forget();
                Answered::ok("_emulator/reset", nothing())
            }
            Err(trouble) => Answered::trouble("_emulator/reset", &trouble),
        }
    }

    /// Whether the store answers.
    pub(crate) async fn health(self: &Arc<Self>, patience: &Patience) -> Answered {
        let caller = match caller("us-east-1", "000000000000") {
            Ok(caller) => caller,
            Err(response) => return Answered::error(None, "_emulator/health".into(), response),
        };
        let found = self.with(Access::Reads, patience, move |emulator, store| {
            emulator.run(store, caller, ListEnvironments::default())
        });
        match found.await {
            Ok(_) => Answered::ok("_emulator/health", Response::new(200, br#"{"status":"ok"}"#.to_vec())),
            Err(trouble) => {
                let mut answered = Answered::trouble("_emulator/health", &trouble);
                answered.response.status = 503;
                answered
            }
        }
    }

    /// Moves the clock.
    pub(crate) fn move_clock(&self, body: &[u8]) -> Answered {
        let moved = object(body).and_then(|members| {
            let to = movement(&members)?;
            self.clock().set(to).map_err(|stuck| malformed(&stuck.to_string()))
        });
        let response = moved.map(|now| Response::new(200, json!({ "now": now }).to_string().into_bytes()));
        match response {
            Ok(response) => Answered::ok("_emulator/clock", response),
            Err(response) => Answered::error(None, "_emulator/clock".into(), response),
        }
    }
}

impl<A> Decided<A> {
    fn map<B>(self, into: impl FnOnce(A) -> B) -> Decided<B> {
        Decided { result: self.result.map(into), rules: self.rules }
    }
}

/// A report, and whether it names its deployment.
fn report(environment: &str, body: &[u8]) -> Read<(ReportDeployment, bool)> {
    let mut members = object(body)?;
    members.insert("name".into(), environment.into());
    let named = members.get("deploymentId").is_some_and(|id| !id.is_null());
    if !named {
        members.insert("deploymentId".into(), NO_DEPLOYMENT.into());
    }
    let Operation::ReportDeployment(report) = read("ReportDeployment", members)? else { return Err(unread()) };
    Ok((report, named))
}

fn clean_up(body: &[u8]) -> Read<Operation> {
    let request = read("CleanUpResources", object(body)?)?;
    if matches!(request, Operation::CleanUpResources(CleanUpResources { .. })) { Ok(request) } else { Err(unread()) }
}

/// Where the clock is to go: `{"now": TIME}` or `{"advance": "90m"}`.
fn movement(members: &Map<String, Value>) -> Read<Move> {
    let text =
        |name: &str| members.get(name).filter(|value| !value.is_null()).map(|value| value.as_str().unwrap_or(""));
    let wrong = |message: String| Err(malformed(&message));
    match (text("now"), text("advance")) {
        (Some(now), None) => match now.parse::<Timestamp>() {
            Ok(now) => Ok(Move::To(now)),
            Err(error) => wrong(format!("`now`: {error}")),
        },
        (None, Some(advance)) => match duration(advance) {
            Some(duration) => Ok(Move::By(duration)),
            None => wrong("`advance` must be a whole number with its unit, s, m, h or d, e.g. `90m`".into()),
        },
        _ => wrong("the body must have either `now` or `advance`".into()),
    }
}

/// Stands in for a deployment id that is not given.
const NO_DEPLOYMENT: &str = "00000000-0000-0000-0000-000000000000";

fn caller(region: &str, account: &str) -> Read<Caller> {
    let region = region.parse::<Region>().map_err(|error| malformed(&format!("the Region in the path: {error}")))?;
    let account = account.parse::<AccountId>();
    let account = account.map_err(|error| malformed(&format!("the account in the path: {error}")))?;
    Ok(Caller::new(account, region))
}

/// A body that is a JSON object.
fn object(body: &[u8]) -> Read<Map<String, Value>> {
    let not_an_object = |error| wire::error(SERIALIZATION, &format!("the body must be a JSON object: {error}"));
    if body.len() > wire::MAX_BODY {
        return Err(wire::error(SERIALIZATION, &format!("the body has more than {} bytes", wire::MAX_BODY)));
    }
    serde_json::from_slice(body).map_err(not_an_object)
}

const SERIALIZATION: &str = "SerializationException";

/// Reads a request as the API reads its own: `null` counts as absent, and unknown members are ignored.
fn read(operation: &str, members: Map<String, Value>) -> Read<Operation> {
    Operation::read_host(operation, Value::Object(members)).map_err(|error| match error {
        ReadError::Refused(refusal) => refused(refusal),
        ReadError::Input(error) => wire::error(SERIALIZATION, &error.to_string()),
        ReadError::UnknownOperation(_) => unread(),
    })
}

fn refused(refusal: Refusal) -> Response {
    wire::encode(&Err(refusal))
}

/// Cannot happen: an operation is read as what it is.
fn unread() -> Response {
    wire::error(ErrorKind::InternalServer.name(), "the request was read as another one")
}

/// Done, with nothing to say.
fn nothing() -> Response {
    wire::encode(&Ok(().into()))
}
