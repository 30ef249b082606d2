//! The ways in which the console talks to the model: it reads, it calls, and it asks what would be. No other file does.

use account_connections::{
    AnswerTo, HostError, Outcome, Refusal, Request, Rules,
    environment::ResourceIdentifier,
    event::Event,
    id::Caller,
    operation::{Answer, Operation, ReadError},
    run,
    store::{Entry, Key, Overlay, Record},
    wire,
};
use serde_json::{Map, Value};

use super::{
    refused::Refused,
    view::{Failure, View},
};
use crate::{
    emulator::{Answered, Emulator},
    storage::Error,
};

/// What the model would say to a request now.
#[derive(Debug)]
pub(super) enum Would {
    /// It would accept it, and something would change.
    Change(Consequences),
    /// It would accept it, and nothing would change.
    ChangeNothing(Rules),
    /// It would refuse it.
    Refuse(Refusal),
}

/// What would follow.
#[derive(Debug)]
pub(super) struct Consequences {
    /// The rules that the outcome would rest on.
    pub(super) rules: Rules,
    pub(super) events: Vec<Event>,
    /// What the model would say afterwards to a further request, where it would refuse that.
    pub(super) refused_then: Option<Refusal>,
}

impl View<'_> {
    /// What an account reads of its own: not in the log, for nothing happens.
    pub(super) fn read<R: Request>(&self, request: R) -> Result<AnswerTo<R>, Failure> {
        let emulator = &self.console.emulator;
        Ok(emulator.with(|store| emulator.run(store, self.at.0, request))??)
    }

    /// Asks what a request would do: decides it over an overlay, of which nothing is kept.
    pub(super) fn would<R: Request>(&self, request: R) -> Result<Would, Failure> {
        self.would_then(request, None)
    }

    /// The same, and what the model would say to a second request after it.
    pub(super) fn would_then<R: Request>(&self, request: R, then: Option<Operation>) -> Result<Would, Failure> {
        let emulator = &self.console.emulator;
        Ok(emulator.with(|store| {
            let mut overlay = Overlay::new(store);
            let Outcome { result, events, rules, .. } = run(&mut overlay, request, emulator.context(self.at.0))?;
            if let Err(refusal) = result {
                return Ok(Would::Refuse(refusal));
            }
            let refused_then = match then {
                Some(then) => run(&mut overlay, then, emulator.context(self.at.0))?.result.err(),
                None => None,
            };
            let changes = overlay.into_batch().is_some_and(|batch| !batch.writes().is_empty());
            Ok(match changes {
                true => Would::Change(Consequences { rules, events, refused_then }),
                false => Would::ChangeNothing(rules),
            })
        })?)
    }

    /// Calls the public API as any client does: bytes in, bytes out, through the same entry.
    pub(super) fn call(&self, operation: &str, input: &Map<String, Value>) -> Result<Answer, Refused> {
        let target = format!("{}{operation}", wire::TARGET_PREFIX);
        let answered = match wire::decode(&target, &bytes(input)) {
            Ok(request) => self.console.emulator.carry_out(self.at.0, operation.into(), request),
            Err(response) => Answered::error(Some(self.at.0), operation.into(), response),
        };
        self.answered(operation, input, &answered)?;
        Answer::read(operation, &mut serde_json::Deserializer::from_slice(&answered.response.body))
            .map_err(|error| unreadable(&error.to_string()))
    }

    /// Reports how a deployment ended, as the host does.
    pub(super) fn report(&self, environment: &str, input: &Map<String, Value>) -> Result<(), Refused> {
        let (region, account) = (self.at.region().to_string(), self.at.account().to_string());
        let answered = self.console.emulator.report(&region, &account, environment, &bytes(input));
        self.answered("ReportDeployment", input, &answered)
    }

    /// Says what is gone of what is provisioned here.
    pub(super) fn clean_up(&self, input: &Map<String, Value>) -> Result<(), Refused> {
        let (region, account) = (self.at.region().to_string(), self.at.account().to_string());
        let answered = self.console.emulator.clean_up(&region, &account, &bytes(input));
        self.answered("CleanUpResources", input, &answered)
    }

    /// The events, oldest first: whoever shows them chooses those that the viewer may see.
    pub(super) fn events(&self) -> Result<Vec<Event>, Failure> {
        Ok(self.console.emulator.events()?)
    }

    /// The viewer's own record of a resource that is provisioned here.
    pub(super) fn provisioned(&self, identifier: &ResourceIdentifier) -> Result<Option<Record>, Failure> {
        let Caller { region, account } = self.at.0;
        let key = Key::ProvisionedResource { region, account, identifier: identifier.clone() };
        let found = self.console.emulator.with(|store| store.load(&[key]).map_err(HostError::Read))?;
        Ok(found.into_iter().flatten().next().map(|found| found.record))
    }

    /// A page that cannot be made for trouble of the store is in the log, too.
    pub(super) fn log_trouble(&self, trouble: &HostError<Error>) {
        self.console.emulator.log(&Answered::trouble("console", trouble));
    }

    /// The call is in the log, as everybody's.
    fn answered(&self, operation: &str, input: &Map<String, Value>, answered: &Answered) -> Result<(), Refused> {
        self.console.emulator.log(answered);
        match Refused::of(answered) {
            None => Ok(()),
            Some(mut refused) => {
                // The wire does not say under which rule an input is not well formed.
                if refused.rule.is_none()
                    && let Err(ReadError::Refused(refusal)) =
                        Operation::read_host(operation, Value::Object(input.clone()))
                {
                    refused.rule = Some(refusal.rule());
                }
                Err(refused)
            }
        }
    }
}

/// All records: of whom there are any.
pub(super) fn records(emulator: &Emulator) -> Result<Vec<Entry>, HostError<Error>> {
    emulator.with(|store| store.records().map_err(HostError::Read))
}

fn bytes(input: &Map<String, Value>) -> Vec<u8> {
    serde_json::to_vec(input).unwrap_or_default()
}

/// Cannot be: what is written is what is read.
fn unreadable(why: &str) -> Refused {
    Refused { kind: "InternalServerException".into(), rule: None, message: format!("the answer cannot be read: {why}") }
}
