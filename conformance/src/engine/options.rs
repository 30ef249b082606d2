//! What an unknown key may hold, in the light of a call and its answer.
//!
//! The records are such that whatever the model can say to the call, it does say over some choice of them. A connection
//! or environment that the answer shows is taken from it, in each state from which the call could have led there.

use account_connections::{
    id::{Caller, ConnectionId, Timestamp},
    operation::Operation,
    store::{ConnectionPart, EnvironmentPart, Key, Record},
};
use serde_json::{Value, json};

use super::{
    json::{at, set},
    stored,
};
use crate::trace::Reply;

/// A call and its answer, insofar as they say what may have been there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Options<'c> {
    pub(super) caller: Caller,
    pub(super) operation: &'c Operation,
    /// The operation's input.
    pub(super) input: &'c Value,
    pub(super) reply: &'c Reply,
    /// When it happened, as stored records have it.
    pub(super) now: Timestamp,
}

/// An account that no call comes from: the other party of what nobody has shown.
const SOMEBODY: &str = "000000000000";
const NEVER: &str = "0000-01-01T00:00:00.000Z";
const SOME_ID: &str = "00000000-0000-0000-0000-000000000000";
const SOME_NAME: &str = "unknown-name";

impl Options<'_> {
    /// Whether the answer shows what is under this key, so that it is known from then on.
    pub(super) fn shows(&self, key: &Key) -> bool {
        match key {
            Key::Connection { id, part: ConnectionPart::Head, .. } => self.shown_connection(*id).is_some(),
            Key::Environment { part: EnvironmentPart::Head, .. } => self.shown_environment(key).is_some(),
            Key::Environment { part: EnvironmentPart::Spec, .. } => {
                self.shown_environment(key).is_some_and(|shown| shown.get("spec").is_some())
            }
            Key::Environment { part: EnvironmentPart::Outputs, .. } => self.answer("outputs").is_some(),
            Key::Environment { part: EnvironmentPart::Resources, .. } => self.answer("provisionedResources").is_some(),
            _ => false,
        }
    }

    /// What may be under a key, most likely first.
    pub(super) fn of(&self, key: &Key) -> Vec<Option<Record>> {
        match key {
            Key::Connection { id, part: ConnectionPart::Head, .. } => self.connections(key, *id),
            Key::Environment { part: EnvironmentPart::Head, .. } => self.environments(key),
            Key::Environment { part, .. } => self.environment_part(key, *part),
            Key::ClientToken { .. } => self.tokens(),
            Key::Usage { .. } => {
                [1, u32::MAX].map(|used| read(json!({ "usage": { "connections": used, "environments": used } }))).into()
            }
            Key::Connection { part: ConnectionPart::Tags, .. } => self.tags(),
            _ => vec![None],
        }
    }

    fn answer(&self, member: &str) -> Option<&Value> {
        match self.reply {
            Reply::Answer(answer) => answer.get(member).filter(|value| !value.is_null()),
            _ => None,
        }
    }

    fn is_answered(&self) -> bool {
        matches!(self.reply, Reply::Answer(_))
    }

    fn given(&self, member: &str) -> Option<&str> {
        self.input.get(member).and_then(Value::as_str)
    }

    fn shown_connection(&self, id: ConnectionId) -> Option<&Value> {
        let shown = self.answer("environmentAccountConnection")?;
        (shown.get("id")?.as_str()? == id.to_string()).then_some(shown)
    }

    fn shown_environment(&self, key: &Key) -> Option<&Value> {
        let shown = self.answer("environment")?;
        let head = stored::environment_key(&shown.get("arn")?.as_str()?.parse().ok()?, EnvironmentPart::Head);
        match (head, key) {
            (
                Key::Environment { region, management_account, name, .. },
                Key::Environment { region: its, management_account: owner, name: called, .. },
            ) => ((region, management_account, &name) == (*its, *owner, called)).then_some(shown),
            _ => None,
        }
    }

    fn connections(&self, key: &Key, id: ConnectionId) -> Vec<Option<Record>> {
        if let Some(shown) = self.shown_connection(id) {
            return self.earlier_connections(shown);
        }
        // With a connection that could be used for provisioning, the environment that the answer shows comes about.
        let shown =
            self.answer("environment").and_then(|shown| shown.get("environmentAccountId")).and_then(Value::as_str);
        let owner = shown.map_or_else(|| SOMEBODY.to_owned(), str::to_owned);
        let role = format!("arn:{}:iam::{owner}:role/unknown", self.caller.region.partition());
        let usable = read(json!({ "connection": {
            "status": "CONNECTED", "id": id, "region": key.region(), "roleArn": role, "codebuildRoleArn": role,
            "environmentName": self.given("name").unwrap_or(SOME_NAME), "environmentAccountId": owner,
            "managementAccountId": self.caller.account, "requestedAt": NEVER, "lastModifiedAt": NEVER,
        } }));
        if shown.is_some() { vec![usable] } else { vec![None, usable] }
    }

    /// What a shown connection may have been before.
    fn earlier_connections(&self, shown: &Value) -> Vec<Option<Record>> {
        let mut found = Vec::new();
        if matches!(self.operation, Operation::CreateEnvironmentAccountConnection(_)) {
            found.push(None);
        }
        let mut with = |status: &str, modified: bool, roles: bool| {
            let mut earlier = shown.clone();
            set(&mut earlier, "status", json!(status));
            set(&mut earlier, "clientToken", self.input.get("clientToken").cloned().unwrap_or_default());
            if modified {
                let requested = at(&earlier, "requestedAt").clone();
                set(&mut earlier, "lastModifiedAt", requested);
            }
            if roles {
                let owner = at(&earlier, "environmentAccountId").as_str().unwrap_or(SOMEBODY).to_owned();
                let role = format!("arn:{}:iam::{owner}:role/unknown", self.caller.region.partition());
                for member in ["roleArn", "codebuildRoleArn", "componentRoleArn"] {
                    if self.given(member).is_some() {
                        set(&mut earlier, member, json!(role));
                    }
                }
            }
            found.push(stored::connection(&earlier));
        };
        let status = shown.get("status").and_then(Value::as_str).unwrap_or_default();
        for status in [status, "PENDING", "CONNECTED", "REJECTED"] {
            for (modified, roles) in [(false, false), (true, false), (true, true)] {
                with(status, modified, roles);
            }
        }
        found
    }

    fn environments(&self, key: &Key) -> Vec<Option<Record>> {
        let mut found = Vec::new();
        match self.shown_environment(key) {
            Some(shown) => {
                let is_create = matches!(self.operation, Operation::CreateEnvironment(_));
                if is_create {
                    found.push(None);
                }
                found.extend(stored::environments(shown).into_iter().map(Some));
                if !is_create && !matches!(self.operation, Operation::GetEnvironment(_)) {
                    found.extend(self.earlier_environments(shown).into_iter().map(Some));
                }
            }
            None => found.push(None),
        }
        found
    }

    /// What a shown environment may have been before an update, a cancellation, a deletion or a report.
    fn earlier_environments(&self, shown: &Value) -> Vec<Record> {
        let mut found = Vec::new();
        let success = shown.get("lastSucceededDeploymentId").filter(|id| !id.is_null());
        let statuses =
            ["SUCCEEDED", "FAILED", "CANCELLED", "DELETE_FAILED", "IN_PROGRESS", "CANCELLING", "DELETE_IN_PROGRESS"];
        let attempts = [None, Some(json!(SOME_ID)), success.cloned()];
        let connection = shown.get("environmentAccountConnectionId").filter(|id| !id.is_null());
        let given = self.given("environmentAccountConnectionId");
        // It was attached as it is now, or, if a connection is given, to another one or to none.
        let attached = match (connection, given) {
            (Some(connection), Some(_)) => vec![Some(connection.clone()), Some(json!(SOME_ID)), None],
            (connection, _) => vec![connection.cloned()],
        };
        for status in statuses {
            for attempt in &attempts {
                for connection in &attached {
                    let mut earlier = shown.clone();
                    set(&mut earlier, "deploymentStatus", json!(status));
                    if let Some(attempt) = attempt {
                        set(&mut earlier, "lastAttemptedDeploymentId", attempt.clone());
                        let created = at(&earlier, "createdAt").clone();
                        set(&mut earlier, "lastDeploymentAttemptedAt", created);
                    }
                    set(&mut earlier, "environmentAccountConnectionId", connection.clone().unwrap_or_default());
                    found.extend(stored::environments(&earlier));
                }
            }
        }
        found
    }

    fn environment_part(&self, key: &Key, part: EnvironmentPart) -> Vec<Option<Record>> {
        let shown = self.shown_environment(key);
        match part {
            EnvironmentPart::Spec | EnvironmentPart::TargetSpec => {
                let shown = shown.and_then(|shown| shown.get("spec")).cloned();
                let spec = read(json!({ "spec": shown.unwrap_or_else(|| json!("unknown")) }));
                if part == EnvironmentPart::Spec { vec![spec] } else { vec![spec, None] }
            }
            EnvironmentPart::Request => {
                let mut other = self.input.clone();
                set(&mut other, "description", json!("unknown"));
                vec![read(json!({ "environmentRequest": self.input })), read(json!({ "environmentRequest": other }))]
            }
            EnvironmentPart::Outputs => {
                vec![self.answer("outputs").and_then(|outputs| read(json!({ "outputs": outputs })))]
            }
            EnvironmentPart::Resources => {
                let list = self.answer("provisionedResources");
                let account = shown.and_then(|shown| shown.get("environmentAccountId")).cloned();
                let account = account.unwrap_or_else(|| json!(self.caller.account));
                match list.filter(|list| list.as_array().is_some_and(|list| !list.is_empty())) {
                    Some(list) => vec![read(json!({ "resources": { "account": account, "list": list } }))],
                    None => vec![None],
                }
            }
            EnvironmentPart::Tags => self.tags(),
            _ => vec![None],
        }
    }

    fn tokens(&self) -> Vec<Option<Record>> {
        let used = |id: &Value, at: &Value, request: &Value| {
            let at = crate::trace::time(at);
            read(json!({ "clientToken": { "connection": id, "requestedAt": at, "request": request } }))
        };
        let mut other = self.input.clone();
        set(&mut other, "environmentName", json!(SOME_NAME));
        let mismatched = used(&json!(SOME_ID), &json!(self.now), &other);
        match self.answer("environmentAccountConnection") {
            Some(shown) => vec![None, used(at(shown, "id"), at(shown, "requestedAt"), self.input)],
            None if self.is_answered() => vec![None],
            None => vec![None, mismatched],
        }
    }

    fn tags(&self) -> Vec<Option<Record>> {
        if let Some(Value::Array(shown)) = self.answer("tags") {
            let own = |tag: &&Value| at(tag, "key").as_str().is_some_and(|key| !key.starts_with("aws:"));
            let own = shown.iter().filter(own).collect::<Vec<_>>();
            return vec![if own.is_empty() { None } else { read(json!({ "tags": own })) }];
        }
        let many = (0..50).map(|number| json!({ "key": format!("unknown{number}"), "value": "" })).collect::<Vec<_>>();
        vec![None, read(json!({ "tags": many }))]
    }
}

fn read(record: Value) -> Option<Record> {
    serde_json::from_value(record).ok()
}
