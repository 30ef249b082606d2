//! A call, as it can be put to the model.

use std::{borrow::Cow, sync::Arc};

use account_connections::{
    ErrorKind, Rule,
    id::Caller,
    operation::{Operation, ReadError},
    store::{EnvironmentPart, Key, Record},
};
use serde_json::Value;
use uuid::Uuid;

use super::{Judge, about, ask::Misfit, bind, compare::Comparison, json::set, lists, world::Window};
use crate::trace::{Call, Reply};

/// A call, as it can be put to the model.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) call: Arc<Call>,
    pub(super) caller: Caller,
    /// The operation, with its input if that is not as recorded: more than one if something was blacked out.
    pub(super) ways: Vec<(Operation, Option<Value>)>,
    pub(super) window: Window,
    pub(super) fresh_id: Uuid,
    /// The reply with values in place of what was blacked out, if something was.
    pub(super) shown: Option<Reply>,
}

/// Why there is nothing to ask the model.
pub(super) enum Unasked {
    /// The model refuses before it looks at anything.
    Refused(Box<Misfit>),
    NotCheckable(String),
}

impl Judge {
    /// The call, as it can be put to the model.
    pub(super) fn question(&mut self, call: &Arc<Call>) -> Result<Question, Unasked> {
        let caller = Caller::new(call.account, call.region);
        let known = || {
            let id = call.input.get("id")?.as_str()?.parse().ok()?;
            self.world.record(&about::connection_key(call.region, id))
        };
        let Some(inputs) = bind::filled(call, &caller, known) else {
            return Err(Unasked::NotCheckable("what it is about was blacked out".into()));
        };
        let mut ways = Vec::new();
        for mut input in inputs {
            let is_clouded = lists::is_clouded(&self.world, &caller, &call.operation);
            if !is_clouded && !self.tokens.bind(&caller, &call.operation, &mut input) {
                return Err(Unasked::NotCheckable("its page token was not seen before".into()));
            }
            if !matches!(&call.reply, Reply::Error { kind, .. } if kind == ErrorKind::Validation.name()) {
                self.name_deployment(&caller, &call.operation, &mut input);
            }
            match Operation::read_host(&call.operation, input.as_ref()) {
                Ok(operation) => ways.push((
                    operation,
                    match input {
                        Cow::Borrowed(_) => None,
                        Cow::Owned(input) => Some(input),
                    },
                )),
                Err(error) => return Err(self.unreadable_input(call, error)),
            }
        }
        let window = bind::window(call, self.header.clock);
        let fresh_id = bind::taken_id(&call.reply).unwrap_or_else(|| self.make_up());
        let shown = (!call.hidden.is_empty()).then(|| bind::revealed(&call.reply, &call.hidden, &caller));
        Ok(Question { call: Arc::clone(call), caller, ways, window, fresh_id, shown })
    }

    /// A new connection has the id of one that is gone.
    pub(super) fn resurrected(&mut self, question: &Question) -> Option<Misfit> {
        let creates = matches!(question.ways.first(), Some((Operation::CreateEnvironmentAccountConnection(_), _)));
        let id = bind::taken_id(&question.call.reply).filter(|_| creates)?.into();
        let key = about::connection_key(question.caller.region, id);
        let is_new = self.world.is_gone(id) && self.world.record(&key).is_none();
        is_new.then(Misfit::old_id)
    }

    /// A report without a deployment is about the last attempted one.
    fn name_deployment(&mut self, caller: &Caller, operation: &str, input: &mut Cow<'_, Value>) {
        if operation != "ReportDeployment" || input.get("deploymentId").is_some_and(|id| !id.is_null()) {
            return;
        }
        let name = input.get("name").and_then(Value::as_str).and_then(|name| name.parse().ok());
        let environment = name.and_then(|name| {
            let part = EnvironmentPart::Head;
            let (region, management_account) = (caller.region, caller.account);
            self.world.record(&Key::Environment { region, management_account, name, part })
        });
        if let Some(Record::Environment(environment)) = environment {
            set(input.to_mut(), "deploymentId", serde_json::json!(environment.last_attempted_deployment_id()));
        }
    }

    /// An id that nobody has seen.
    pub(super) fn make_up(&mut self) -> Uuid {
        self.made_up += 1;
        Uuid::from_u64_pair(u64::MAX, self.made_up)
    }

    fn unreadable_input(&self, call: &Call, error: ReadError<serde_json::Error>) -> Unasked {
        let misfit = |rule: Rule, kind: &str, message: String| {
            let Reply::Error { kind: got, message: said } = &call.reply else {
                let mut misfit = Misfit::refused(rule, message);
                if call.reply != Reply::Unknown {
                    misfit.differ("", kind, &call.reply);
                }
                return Unasked::Refused(Box::new(misfit));
            };
            let mut misfit = Misfit::refused(rule, message.clone());
            let comparison = Comparison { profile: &self.profile, hidden: &call.hidden, world: &self.world };
            if got != kind {
                misfit.differ("/error", kind, &call.reply);
            } else if rule == Rule::WellFormedInput
                && let Some(said) = said
                && !call.hidden.contains("message")
                && !comparison.is_same_message(&message, said)
            {
                misfit.differ("/message", &message, &call.reply);
            }
            Unasked::Refused(Box::new(misfit))
        };
        match error {
            ReadError::UnknownOperation(name) => {
                let message = format!("there is no operation `{name}`");
                misfit(Rule::WireOperation, "UnknownOperationException", message)
            }
            ReadError::Input(error) => misfit(Rule::WireTypes, "SerializationException", error.to_string()),
            ReadError::Refused(refusal) => misfit(refusal.rule(), refusal.kind().name(), refusal.message().to_owned()),
        }
    }
}

/// Whether the call took an id that nobody has recorded, as in a trail without answers.
pub(super) fn hides_its_id(call: &Call) -> bool {
    let shown_by = match call.operation.as_str() {
        "CreateEnvironmentAccountConnection" => "environmentAccountConnection",
        "CreateEnvironment" | "UpdateEnvironment" | "DeleteEnvironment" => "environment",
        _ => return false,
    };
    matches!(call.reply, Reply::Answer(_)) && call.hidden.contains(shown_by) && bind::taken_id(&call.reply).is_none()
}
