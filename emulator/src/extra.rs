//! What is outside of the API, under `/_emulator/`: the host's side of the model, for tests.

use account_connections::{
    ErrorKind, Refusal,
    id::{AccountId, Caller, Region},
    operation::{
        Answer, CleanUpResources, GetEnvironment, ListProvisionedResources, Operation, ReadError, ReportDeployment,
    },
    wire::{self, Response},
};
use serde_json::{Map, Value};

use crate::{
    emulator::{Answered, Emulator, Result, malformed},
    storage::Handle,
};

impl Emulator {
    /// The host's report in full: of the last attempted deployment, where the body names none.
    pub(crate) fn report(&self, region: &str, account: &str, environment: &str, body: &[u8]) -> Answered {
        self.as_caller("_emulator/report", region, account, |caller| {
            let mut members = object(body)?;
            members.insert("name".into(), environment.into());
            let given = members.get("deploymentId").is_some_and(|id| !id.is_null());
            if !given {
                members.insert("deploymentId".into(), NO_DEPLOYMENT.into());
            }
            let Operation::ReportDeployment(report) = read("ReportDeployment", members)? else { return Err(unread()) };
            Ok(self.report_deployment(caller, report, given))
        })
    }

    fn report_deployment(&self, caller: Caller, mut report: ReportDeployment, named: bool) -> Result<Answer> {
        self.with(|store| {
            if !named {
                // Of an environment that is not there the report itself is refused, in the order of its own checks.
                let environment = self.run(store, caller, GetEnvironment::from(report.name.clone()))?;
                if let Ok(environment) = environment {
                    report.deployment_id = environment.summary.last_attempted_deployment_id;
                }
            }
            let result = self.run(store, caller, report)?;
            Ok(result.map(Answer::from))
        })
    }

    /// What an account sees provisioned in it: all pages.
    pub(crate) fn resources(&self, region: &str, account: &str) -> Answered {
        self.as_caller("_emulator/resources", region, account, |caller| {
            Ok(self.with(|store| self.all_resources(store, caller)))
        })
    }

    fn all_resources(&self, store: &mut dyn Handle, caller: Caller) -> Result<Answer> {
        let mut all = match self.run(store, caller, ListProvisionedResources::default())? {
            Ok(page) => page,
            Err(refusal) => return Ok(Err(refusal)),
        };
        while let Some(token) = all.next_token.take() {
            let mut next = ListProvisionedResources::default();
            next.next_token = Some(token);
            match self.run(store, caller, next)? {
                Ok(page) => {
                    all.items.extend(page.items);
                    all.next_token = page.next_token;
                }
                Err(refusal) => return Ok(Err(refusal)),
            }
        }
        Ok(Ok(all.into()))
    }

    /// An account says which of the resources provisioned in it are gone.
    pub(crate) fn clean_up(&self, region: &str, account: &str, body: &[u8]) -> Answered {
        self.as_caller("_emulator/clean-up", region, account, |caller| {
            let Operation::CleanUpResources(gone) = read("CleanUpResources", object(body)?)? else {
                return Err(unread());
            };
            Ok(self.clean_up_resources(caller, gone))
        })
    }

    fn clean_up_resources(&self, caller: Caller, gone: CleanUpResources) -> Result<Answer> {
        let result = self.with(|store| self.run(store, caller, gone))?;
        Ok(result.map(Answer::from))
    }

    /// The events as EventBridge has them, oldest first.
    pub(crate) fn shown_events(&self) -> Answered {
        let events = match self.events() {
            Ok(events) => events,
            Err(trouble) => return Answered::trouble("_emulator/events", &trouble),
        };
        let shown = events.iter().map(|event| serde_json::to_value(event.event_bridge()));
        let shown = shown.collect::<std::result::Result<Vec<_>, _>>();
        match shown.and_then(|events| serde_json::to_vec(&serde_json::json!({ "events": events }))) {
            Ok(body) => Answered::ok("_emulator/events", Response::new(200, body)),
            Err(error) => {
                let response = wire::error(ErrorKind::InternalServer.name(), &error.to_string());
                Answered::error(None, "_emulator/events".into(), response)
            }
        }
    }

    /// Forgets everything.
    pub(crate) fn forgotten(&self) -> Answered {
        match self.reset() {
            Ok(()) => Answered::ok("_emulator/reset", nothing()),
            Err(trouble) => Answered::trouble("_emulator/reset", &trouble),
        }
    }

    /// Answers for the account and Region of a path.
    fn as_caller(
        &self,
        operation: &str,
        region: &str,
        account: &str,
        answer: impl FnOnce(Caller) -> std::result::Result<Result<Answer>, Response>,
    ) -> Answered {
        let caller = match caller(region, account) {
            Ok(caller) => caller,
            Err(response) => return Answered::error(None, operation.into(), response),
        };
        match answer(caller) {
            Ok(outcome) => Answered::to(caller, operation.into(), &outcome),
            Err(response) => Answered::error(Some(caller), operation.into(), response),
        }
    }
}

/// In place of a deployment id that is not given.
const NO_DEPLOYMENT: &str = "00000000-0000-0000-0000-000000000000";

fn caller(region: &str, account: &str) -> std::result::Result<Caller, Response> {
    let region = region.parse::<Region>().map_err(|error| malformed(&format!("the Region in the path: {error}")))?;
    let account = account.parse::<AccountId>();
    let account = account.map_err(|error| malformed(&format!("the account in the path: {error}")))?;
    Ok(Caller::new(account, region))
}

/// A body, which is a JSON object.
fn object(body: &[u8]) -> std::result::Result<Map<String, Value>, Response> {
    let not_an_object = |error| wire::error(SERIALIZATION, &format!("the body must be a JSON object: {error}"));
    if body.len() > wire::MAX_BODY {
        return Err(wire::error(SERIALIZATION, &format!("the body has more than {} bytes", wire::MAX_BODY)));
    }
    serde_json::from_slice(body).map_err(not_an_object)
}

const SERIALIZATION: &str = "SerializationException";

/// Reads a request as the API reads its own: `null` as absent, members that it does not know as none.
fn read(operation: &str, members: Map<String, Value>) -> std::result::Result<Operation, Response> {
    Operation::read_host(operation, Value::Object(members)).map_err(|error| match error {
        ReadError::Refused(refusal) => refused(refusal),
        ReadError::Input(error) => wire::error(SERIALIZATION, &error.to_string()),
        ReadError::UnknownOperation(_) => unread(),
    })
}

fn refused(refusal: Refusal) -> Response {
    wire::encode(&Err(refusal))
}

/// Cannot be: an operation is read as what it is.
fn unread() -> Response {
    wire::error(ErrorKind::InternalServer.name(), "the request was read as another one")
}

/// Done, and nothing to say.
fn nothing() -> Response {
    wire::encode(&Ok(().into()))
}
