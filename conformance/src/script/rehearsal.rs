//! The model plays the subject's part, and what it is asked becomes an episode.

use std::time::Duration;

use account_connections::{
    id::{Caller, Timestamp},
    operation::Limits,
    testing::{
        session::{Draft, Session},
        subject::{Inside, Model, Reply, Subject},
    },
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Episode, Phase, Step};
use crate::record::is_hosts;

/// A rehearsal: the model, with what it has been asked so far.
#[derive(Clone, Debug)]
pub(super) struct Rehearsal {
    model: Model,
    now: i64,
    steps: Vec<Step>,
    /// How to look at the latest change, once it is known that nothing more is asked about it.
    looks: Vec<(Caller, &'static str, Value)>,
    /// Whether changes are looked at.
    pub(super) is_watched: bool,
}

/// The beginning, in milliseconds.
const BEGINNING: i64 = 1_619_651_630_847;
const HOUR: Duration = Duration::from_secs(3600);

impl Rehearsal {
    pub(super) fn new() -> Self {
        Self { model: Model::default(), now: BEGINNING, steps: Vec::new(), looks: Vec::new(), is_watched: true }
    }

    /// A rehearsal with quotas other than the defaults.
    pub(super) fn with_limits(limits: Limits) -> Self {
        let mut rehearsal = Self::new();
        rehearsal.set_limits(limits);
        rehearsal
    }

    /// Uses these quotas from here on.
    pub(super) fn set_limits(&mut self, limits: Limits) {
        self.model.set_limits(limits);
    }

    /// Makes a call, a second after the last one.
    pub(super) fn ask(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        self.set_clock(self.now + 1000);
        self.made(caller, operation, input)
    }

    fn set_clock(&mut self, now: i64) {
        // First, the latest change is looked at.
        self.look();
        self.now = now;
        self.model.set_time(Timestamp::from_unix_millis(now).unwrap_or(Timestamp::MAX));
    }

    /// Makes a random call.
    pub(super) fn draft(&mut self, session: &mut Session, draft: &Draft) {
        self.model.set_limits(draft.context.limits);
        match self.ask(draft.context.caller, draft.operation, &draft.input) {
            Reply::Answer(answer) => session.learn_shown(draft, Ok(&answer)),
            Reply::Error { kind, .. } => session.learn_shown(draft, Err(&kind)),
            Reply::Unknown => {}
        }
    }

    /// The same for a call that is only tried: what the model would say, and by which rule it refuses.
    pub(super) fn tried(&self, caller: Caller, operation: &str, input: &Value) -> Self {
        let mut tried = self.clone();
        tried.steps.clear();
        tried.looks.clear();
        tried.ask(caller, operation, input);
        tried
    }

    /// The latest call.
    pub(super) fn last(&self) -> Option<&Step> {
        self.steps.last()
    }

    pub(super) fn last_mut(&mut self) -> Option<&mut Step> {
        self.steps.last_mut()
    }

    /// How many calls there are, including those that look at the latest change.
    pub(super) fn len(&mut self) -> usize {
        self.look();
        self.steps.len()
    }

    /// From here on, the calls are made by these clients, at once.
    pub(super) fn at_once(&mut self, from: usize, client_of: impl Fn(usize) -> u64) {
        for (number, step) in self.steps.iter_mut().skip(from).enumerate() {
            step.client = Some(client_of(number));
        }
    }

    /// Lists everything that any account here can see, on both sides.
    pub(super) fn list_all(&mut self) {
        for caller in self.callers() {
            for side in ["ENVIRONMENT_ACCOUNT", "MANAGEMENT_ACCOUNT"] {
                self.ask(caller, "ListEnvironmentAccountConnections", &json!({ "requestedBy": side }));
            }
            self.ask(caller, "ListEnvironments", &json!({}));
        }
    }

    /// Looks at everything that any account here can see, from both sides.
    pub(super) fn look_at_all(&mut self) {
        for caller in self.callers() {
            for side in ["ENVIRONMENT_ACCOUNT", "MANAGEMENT_ACCOUNT"] {
                self.ask(caller, "ListEnvironmentAccountConnections", &json!({ "requestedBy": side }));
                self.look_at_shown(
                    caller,
                    "environmentAccountConnections",
                    "id",
                    "GetEnvironmentAccountConnection",
                    side,
                );
            }
            self.ask(caller, "ListEnvironments", &json!({}));
            self.look_at_shown(caller, "environments", "name", "GetEnvironment", "");
            self.ask(caller, "ListProvisionedResources", &json!({}));
        }
    }

    /// Looks at each thing in the latest list, from the first side that lists it.
    fn look_at_shown(&mut self, caller: Caller, list: &str, name: &str, operation: &str, side: &str) {
        if side == "MANAGEMENT_ACCOUNT" {
            return;
        }
        let input = self.steps.last().map(|step| step.input.clone()).unwrap_or_default();
        let operation_of_list = self.steps.last().map(|step| step.operation.clone()).unwrap_or_default();
        let mut again = self.model.clone();
        let Reply::Answer(answer) = again.call(caller, &operation_of_list, &input) else { return };
        let shown = answer.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
        for thing in shown {
            let Some(value) = thing.get(name) else { continue };
            self.ask(caller, operation, &json!({ name: value }));
            if let Some(arn) = thing.get("arn") {
                self.ask(caller, "ListTagsForResource", &json!({ "resourceArn": arn }));
            }
        }
    }

    fn callers(&self) -> Vec<Caller> {
        let mut callers = Vec::new();
        for step in &self.steps {
            if !callers.contains(&step.caller) {
                callers.push(step.caller);
            }
        }
        callers
    }

    pub(super) fn episode(mut self, name: String, phase: Phase) -> Episode {
        self.look();
        let times = || self.steps.iter().map(|step| step.at.unwrap_or_default());
        // A clock is not moved back.
        let takes_hours = times().is_sorted() && times().zip(times().skip(1)).any(|(one, next)| next - one >= HOUR);
        if !takes_hours {
            self.steps.iter_mut().for_each(|step| step.at = None);
        }
        Episode { name, phase, steps: self.steps }
    }

    fn made(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        self.look();
        let reply = self.model.call(caller, operation, input);
        self.note(caller, operation, input, &reply);
        if let Some(step) = self.steps.last()
            && step.changes()
            && self.is_watched
        {
            self.looks = looks(caller, operation, input, &reply);
        }
        reply
    }

    /// Looks at the latest change, leaving aside what is offered for the next call.
    fn look(&mut self) {
        for (caller, operation, input) in std::mem::take(&mut self.looks) {
            let reply = self.model.call_with_id(caller, operation, &input, Uuid::nil());
            self.note(caller, operation, &input, &reply);
        }
    }

    fn note(&mut self, caller: Caller, operation: &str, input: &Value, reply: &Reply) {
        let mut step = Step::new(caller, operation, input.clone(), reply);
        step.at = u64::try_from(self.now - BEGINNING).ok().map(Duration::from_millis);
        step.rests_on = self.model.rules();
        step.refused_by = self.model.inside().and_then(|inside| inside.refused_by());
        self.steps.push(step);
    }
}

/// The calls that show what a call changed, from both parties.
fn looks(caller: Caller, operation: &str, input: &Value, reply: &Reply) -> Vec<(Caller, &'static str, Value)> {
    let Reply::Answer(answer) = reply else { return Vec::new() };
    let mut looks = Vec::new();
    if let Some(connection) = answer.get("environmentAccountConnection") {
        let parties = ["managementAccountId", "environmentAccountId"]
            .into_iter()
            .filter_map(|party| Some(Caller::new(connection.get(party)?.as_str()?.parse().ok()?, caller.region)));
        let look = |party| (party, "GetEnvironmentAccountConnection", json!({ "id": connection.get("id") }));
        looks.extend(parties.map(look));
        if let Some(owner) =
            connection.get("managementAccountId").and_then(Value::as_str).and_then(|id| id.parse().ok())
        {
            // What a connection becomes may affect its environment.
            if ["Accept", "Delete"].iter().any(|moves| operation.starts_with(moves)) {
                let name = json!({ "name": connection.get("environmentName") });
                looks.push((Caller::new(owner, caller.region), "GetEnvironment", name));
            }
        }
    }
    if let Some(environment) = answer.get("environment") {
        looks.push((caller, "GetEnvironment", json!({ "name": environment.get("name") })));
    }
    if let Some(arn) = input.get("resourceArn") {
        if operation.starts_with("Notify") {
            let name = arn.as_str().and_then(|arn| arn.rsplit_once('/')).map(|(_, name)| name);
            looks.push((caller, "GetEnvironment", json!({ "name": name })));
            looks.push((caller, "ListEnvironmentOutputs", json!({ "environmentName": name })));
        } else {
            looks.push((caller, "ListTagsForResource", json!({ "resourceArn": arn })));
        }
    }
    looks
}

/// A rehearsal that plays a scenario offers everything, as the model does.
impl Subject for Rehearsal {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        self.made(caller, operation, input)
    }

    fn host(&mut self, caller: Caller, operation: &str, input: &Value) -> Option<Reply> {
        is_hosts(operation).then(|| self.made(caller, operation, input))
    }

    fn events(&mut self) -> Option<Vec<Value>> {
        self.model.events()
    }

    fn set_time(&mut self, now: Timestamp) -> bool {
        self.set_clock(now.unix_millis());
        true
    }

    fn set_limits(&mut self, limits: Limits) -> bool {
        self.model.set_limits(limits)
    }

    fn inside(&mut self) -> Option<&mut dyn Inside> {
        self.model.inside()
    }
}
