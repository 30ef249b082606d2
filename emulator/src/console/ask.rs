//! The ways in which the console talks to the model: it reads, it calls, and it asks what would happen. No other file
//! does.

use std::sync::Arc;

use account_connections::{
    AnswerTo, HostError, Outcome, Refusal, Request, Rules,
    environment::ResourceIdentifier,
    event::Event,
    id::Caller,
    operation::{Answer, Operation},
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
    answered::Answered,
    emulator::Emulator,
    record::{Asked, Input},
    storage::{Access, Error, Handle, Patience, Trouble},
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
    /// What the model would then say to a further request, if it would refuse it.
    pub(super) refused_then: Option<Refusal>,
}

impl View<'_> {
    /// What an account reads about what it has: not logged, since nothing happens.
    pub(super) fn read<R: Question>(&self, request: R) -> Result<AnswerTo<R>, Failure>
    where
        AnswerTo<R>: Send,
    {
        let caller = self.at.0;
        let decided = lend(&self.console.emulator, Access::Reads, move |emulator, store| {
            emulator.run(store, caller, request.clone())
        })?;
        Ok(decided.result?)
    }

    /// Asks what a request would do: decides it over an overlay, which is then dropped.
    pub(super) fn would<R: Question>(&self, request: R) -> Result<Would, Failure> {
        self.would_then(request, None)
    }

    /// The same, and what the model would say to a second request after it.
    pub(super) fn would_then<R: Question>(&self, request: R, then: Option<Operation>) -> Result<Would, Failure> {
        let caller = self.at.0;
        let would = lend(&self.console.emulator, Access::Reads, move |emulator, store| {
            let mut overlay = Overlay::new(store);
            let asked = run(&mut overlay, request.clone(), emulator.context(caller))?;
            let Outcome { result, events, rules, .. } = asked;
            if let Err(refusal) = result {
                return Ok(Would::Refuse(refusal));
            }
            let refused_then = match then.clone() {
                Some(then) => run(&mut overlay, then, emulator.context(caller))?.result.err(),
                None => None,
            };
            let changes = overlay.into_batch().is_some_and(|batch| !batch.writes().is_empty());
            Ok(match changes {
                true => Would::Change(Consequences { rules, events, refused_then }),
                false => Would::ChangeNothing(rules),
            })
        })?;
        Ok(would)
    }

    /// Calls the public API as any client does: bytes in, bytes out, through the same entry.
    pub(super) fn call(&self, operation: &str, input: &Map<String, Value>) -> Result<Answer, Refused> {
        let (emulator, body) = (&self.console.emulator, bytes(input));
        let asked = emulator.asked(|| Some(Input::Call { members: input.clone(), is_whole: true }));
        let target = format!("{}{operation}", wire::TARGET_PREFIX);
        let answered = match wire::decode(&target, &body) {
            Ok(request) => wait(emulator.carry_out(self.at.0, operation.into(), request, &Patience::new())),
            Err(response) => Answered::error(Some(self.at.0), operation.into(), response),
        };
        self.answered(asked, &answered)?;
        Answer::read(operation, &mut serde_json::Deserializer::from_slice(&answered.response.body))
            .map_err(|error| unreadable(&error.to_string()))
    }

    /// Reports how a deployment ended, as the host does.
    pub(super) fn report(&self, environment: &str, input: &Map<String, Value>) -> Result<(), Refused> {
        let (emulator, body) = (&self.console.emulator, bytes(input));
        let (region, account) = (self.at.region().to_string(), self.at.account().to_string());
        let asked = emulator.asked(|| Some(Input::Report(environment.into(), input.clone())));
        let answered = wait(emulator.report([&region, &account, environment], &body, &Patience::new()));
        self.answered(asked, &answered)
    }

    /// Says which of the resources provisioned here are gone.
    pub(super) fn clean_up(&self, input: &Map<String, Value>) -> Result<(), Refused> {
        let (emulator, body) = (&self.console.emulator, bytes(input));
        let (region, account) = (self.at.region().to_string(), self.at.account().to_string());
        let asked = emulator.asked(|| Some(Input::CleanUp(input.clone())));
        let answered = wait(emulator.clean_up([&region, &account], &body, &Patience::new()));
        self.answered(asked, &answered)
    }

    /// The events, oldest first: what shows them selects those that the viewer may see.
    pub(super) fn events(&self) -> Result<Vec<Event>, Failure> {
        Ok(lend(&self.console.emulator, Access::Reads, |_, store| store.events().map_err(HostError::Read))?)
    }

    /// The viewer's own record of a resource that is provisioned here.
    pub(super) fn provisioned(&self, identifier: &ResourceIdentifier) -> Result<Option<Record>, Failure> {
        let Caller { region, account } = self.at.0;
        let key = Key::ProvisionedResource { region, account, identifier: identifier.clone() };
        let found = lend(&self.console.emulator, Access::Reads, move |_, store| {
            store.load(std::slice::from_ref(&key)).map_err(HostError::Read)
        })?;
        Ok(found.into_iter().flatten().next().map(|found| found.record))
    }

    /// Also logs a page that cannot be made because of trouble with the store.
    pub(super) fn log_trouble(&self, trouble: &Trouble) {
        self.console.emulator.tell(None, &Answered::trouble("console", trouble));
    }

    /// The call is in the log and in the recording, like everybody's.
    fn answered(&self, asked: Option<Asked>, answered: &Answered) -> Result<(), Refused> {
        self.console.emulator.tell(asked, answered);
        Refused::of(answered).map_or(Ok(()), Err)
    }
}

/// What can be asked of a store on any thread, more than once if necessary.
pub(super) trait Question: Request + Send + Sync + 'static {}

impl<R: Request + Send + Sync + 'static> Question for R {}

/// Lends the store to a page, which is made on a thread that may wait.
fn lend<T: Send + 'static>(
    emulator: &Arc<Emulator>,
    access: Access,
    call: impl Fn(&Emulator, &mut dyn Handle) -> Result<T, HostError<Error>> + Send + Sync + 'static,
) -> Result<T, Trouble> {
    wait(emulator.with(access, &Patience::new(), call))
}

fn wait<T>(call: impl Future<Output = T>) -> T {
    tokio::runtime::Handle::current().block_on(call)
}

/// All records, to see who has any.
pub(super) fn records(emulator: &Arc<Emulator>) -> Result<Vec<Entry>, Trouble> {
    lend(emulator, Access::Reads, |_, store| store.records().map_err(HostError::Read))
}

fn bytes(input: &Map<String, Value>) -> Vec<u8> {
    serde_json::to_vec(input).unwrap_or_default()
}

/// Cannot happen: what is written is what is read.
fn unreadable(why: &str) -> Refused {
    Refused { kind: "InternalServerException".into(), rule: None, message: format!("the answer cannot be read: {why}") }
}
