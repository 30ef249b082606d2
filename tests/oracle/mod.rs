//! A second model of environment account connections: plain lists, linear search, JSON in and JSON out.
//!
//! It is written from the specification alone and shares nothing with the crate, so that a
//! difference between the two is a mistake in one of them or a gap in the specification. Each
//! check cites its rule by name and stands in the order in which the specification lists it.
//!
//! An oracle can do [without](Oracle::without) a rule, and is then wrong in a plausible way. So what
//! stands behind a `self.refuse(…)?` happens only to an oracle without that rule.

mod connections;
mod deployments;
mod environments;
mod notify;
mod page;
pub mod reach;
mod records;
mod resources;
mod shape;
mod sound;
pub mod state;
mod tags;
mod time;

use records::{Connection, Environment};
use serde_json::{Value, json};
use std::{borrow::Cow, cell::Cell};

/// Quotas, per account and Region.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How many connections an environment account may have, in any status.
    pub connections: usize,
    /// How many environments a management account may have.
    pub environments: usize,
}

/// One operation, as a caller sends it and as the host completes it.
#[derive(Clone, Debug)]
pub struct Call {
    /// The calling account.
    pub account: String,
    /// The Region that the call goes to.
    pub region: String,
    /// The host's time, in milliseconds since 1970.
    pub now: i64,
    /// A UUID that the host supplies: it becomes a connection's id or a deployment's.
    pub fresh: String,
    /// The operation's name.
    pub operation: String,
    /// The operation's parameters, named as in the API.
    pub input: Value,
}

/// What a call comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// The operation's output, named as in the API; absent members are left out.
    Answer(Value),
    /// The operation was refused and changed nothing.
    Refused {
        /// The error's name in the API.
        kind: String,
        /// The specification's name of the rule.
        rule: String,
    },
}

/// The naive model and all that it has recorded.
#[derive(Clone, Debug)]
pub struct Oracle {
    limits: Limits,
    /// The rule to do without.
    without: Option<&'static str>,
    /// Without `first-failure-wins`: the last check so far that failed.
    failed: Cell<Option<Refusal>>,
    connections: Vec<Connection>,
    environments: Vec<Environment>,
    /// Environments that are gone, with the resources that they left over.
    left_over: Vec<Environment>,
    /// Without `delete-frees`: Region and environment account of each connection that is gone.
    unfreed: Vec<(String, String)>,
    events: Vec<Value>,
    instructions: Vec<Value>,
    issued: Vec<page::Issued>,
}

/// A refusal on its way to the caller.
#[derive(Clone, Copy, Debug)]
struct Refusal {
    kind: &'static str,
    rule: &'static str,
}

const VALIDATION: &str = "ValidationException";
const ACCESS_DENIED: &str = "AccessDeniedException";
const CONFLICT: &str = "ConflictException";
const NOT_FOUND: &str = "ResourceNotFoundException";
const QUOTA: &str = "ServiceQuotaExceededException";

/// Refuses what no oracle can go on with.
fn refuse<T>(kind: &'static str, rule: &'static str) -> Result<T, Refusal> {
    Err(Refusal { kind, rule })
}

impl Oracle {
    /// An empty world with these quotas.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            without: None,
            failed: Cell::new(None),
            connections: Vec::new(),
            environments: Vec::new(),
            left_over: Vec::new(),
            unfreed: Vec::new(),
            events: Vec::new(),
            instructions: Vec::new(),
            issued: Vec::new(),
        }
    }

    /// The host sets the quotas.
    pub fn limit(&mut self, limits: Limits) {
        self.limits = limits;
    }

    /// An empty world in which one rule does not hold: a check that rests on it never refuses, an
    /// effect that it describes is another. A rule that the oracle does not know changes nothing.
    pub fn without(rule: &'static str, limits: Limits) -> Self {
        Self { without: Some(rule), ..Self::new(limits) }
    }

    /// Carries out one call. A symbolic page token is resolved to one that this oracle issued.
    ///
    /// # Panics
    ///
    /// On an operation that is neither the API's nor one of the host's four.
    pub fn call(&mut self, call: &Call) -> Reply {
        let mut call = Cow::Borrowed(call);
        if has_symbolic_token(&call.input) {
            let tokens: Vec<String> = self.issued.iter().map(|issued| issued.token.clone()).collect();
            call.to_mut().input = resolve_tokens(&call.input, &tokens);
        }
        if has_nulls(&call.input) {
            call.to_mut().input = without_nulls(&call.input);
        }
        let before = (!self.holds("first-failure-wins")).then(|| self.clone());
        let mut result = self.dispatch(&call);
        if let (Some(refusal), Some(before), true) = (self.failed.take(), before, result.is_ok()) {
            *self = before;
            result = Err(refusal);
        }
        match result {
            Ok(answer) => Reply::Answer(self.misreported(answer)),
            // There is nothing to go on with, and nothing to refuse with either.
            Err(refusal) if !self.holds(refusal.rule) => Reply::Answer(json!({})),
            Err(refusal) => {
                if !self.holds("refused-changes-nothing") {
                    self.touch(&call);
                }
                Reply::Refused { kind: refusal.kind.to_owned(), rule: refusal.rule.to_owned() }
            }
        }
    }

    /// Without `connection-shown`: shows less of a connection. Without `environment-shown`: shows more of an
    /// environment than it should.
    fn misreported(&self, mut answer: Value) -> Value {
        if let Some(shown) = answer.get_mut("environmentAccountConnection").and_then(Value::as_object_mut)
            && !self.holds("connection-shown")
        {
            shown.remove("componentRoleArn");
        }
        if let Some(shown) = answer.get_mut("environment").and_then(Value::as_object_mut)
            && !self.holds("environment-shown")
            && shown.contains_key("provisioningRepository")
        {
            shown.insert("provisioning".to_owned(), json!("CUSTOMER_MANAGED"));
        }
        answer
    }

    /// Whether this rule is one to hold to.
    fn holds(&self, rule: &str) -> bool {
        self.without != Some(rule)
    }

    /// Refuses by this rule; an oracle without it goes on.
    fn refuse(&self, kind: &'static str, rule: &'static str) -> Result<(), Refusal> {
        if !self.holds(rule) {
            return Ok(());
        }
        if !self.holds("first-failure-wins") {
            self.failed.set(Some(Refusal { kind, rule }));
            return Ok(());
        }
        refuse(kind, rule)
    }

    /// `never-backwards`: the later of the host's time and a stored one.
    fn later(&self, now: i64, stored: i64) -> i64 {
        if self.holds("never-backwards") { now.max(stored) } else { now }
    }

    /// Every event so far, oldest first, as EventBridge would show it without its `id`.
    pub fn events(&self) -> &[Value] {
        &self.events
    }

    /// Every instruction to the host so far, oldest first.
    pub fn instructions(&self) -> &[Value] {
        &self.instructions
    }

    /// Every connection and environment, also those that left something over, one text for each.
    pub fn records(&self) -> Vec<String> {
        let connections = self.connections.iter().map(|connection| format!("{connection:?}"));
        let environments = self.environments.iter().map(|environment| format!("{environment:?}"));
        let left_over = self.left_over.iter().filter(|environment| !environment.resources.is_empty());
        let left_over = left_over.map(|environment| format!("left over: {environment:?}"));
        connections.chain(environments).chain(left_over).collect()
    }

    fn dispatch(&mut self, call: &Call) -> Result<Value, Refusal> {
        shape::check(&call.operation, &call.input)?;
        if shape::has_reserved_prefix(&call.input) {
            self.refuse(VALIDATION, "reserved-tag-prefix")?;
        }
        match call.operation.as_str() {
            "CreateEnvironmentAccountConnection" => self.create_connection(call),
            "GetEnvironmentAccountConnection" => self.get_connection(call),
            "ListEnvironmentAccountConnections" => self.list_connections(call),
            "UpdateEnvironmentAccountConnection" => self.update_connection(call),
            "AcceptEnvironmentAccountConnection" => self.accept_connection(call),
            "RejectEnvironmentAccountConnection" => self.reject_connection(call),
            "DeleteEnvironmentAccountConnection" => self.delete_connection(call),
            "CreateEnvironment" => self.create_environment(call),
            "GetEnvironment" => self.get_environment(call),
            "ListEnvironments" => self.list_environments(call),
            "UpdateEnvironment" => self.update_environment(call),
            "DeleteEnvironment" => self.delete_environment(call),
            "CancelEnvironmentDeployment" => self.cancel_deployment(call),
            "ListEnvironmentProvisionedResources" => self.list_environment_resources(call),
            "ListEnvironmentOutputs" => self.list_outputs(call),
            "NotifyResourceDeploymentStatusChange" => self.notify(call),
            "TagResource" => self.tag(call),
            "UntagResource" => self.untag(call),
            "ListTagsForResource" => self.list_tags(call),
            "ReportDeployment" => self.report_deployment(call),
            "ProvisioningAuthority" => self.provisioning_authority(call),
            "ListProvisionedResources" => self.list_provisioned_resources(call),
            "CleanUpResources" => self.clean_up_resources(call),
            other => panic!("no such operation: {other}"),
        }
    }
}

/// Replaces a symbolic page token, `"nextToken": {"$token": n}`, by the n-th token of those issued,
/// counted from 0 and modulo their number; without any the member is removed.
pub fn resolve_tokens(input: &Value, issued: &[String]) -> Value {
    let mut input = input.clone();
    let Some(n) = input.pointer("/nextToken/$token").and_then(Value::as_u64) else {
        return input;
    };
    if let Some(members) = input.as_object_mut() {
        if issued.is_empty() {
            members.remove("nextToken");
        } else {
            let index = n as usize % issued.len();
            members.insert("nextToken".to_owned(), json!(issued[index]));
        }
    }
    input
}

/// Whether a page token is symbolic.
pub fn has_symbolic_token(input: &Value) -> bool {
    input.pointer("/nextToken/$token").is_some()
}

/// Begins a text of which the specification only says what it names, not how it reads.
pub const NAMES: &str = "$names:";

/// Whether an answer, event or instruction of the oracle agrees with another side's.
///
/// They agree when they are equal, but for two things. Page tokens are each side's own: both sides
/// must give one or neither. A text that only has to name something must contain it.
pub fn agrees(oracle: &Value, other: &Value) -> bool {
    match (oracle, other) {
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| match right.get(name) {
                    Some(theirs) => (name == "nextToken" && theirs.is_string()) || agrees(value, theirs),
                    None => false,
                })
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| agrees(l, r))
        }
        (Value::String(left), Value::String(right)) => match left.strip_prefix(NAMES) {
            Some(named) => right.contains(named),
            None => left == right,
        },
        (left, right) => left == right,
    }
}

fn has_nulls(value: &Value) -> bool {
    match value {
        Value::Object(members) => members.values().any(|value| value.is_null() || has_nulls(value)),
        Value::Array(items) => items.iter().any(has_nulls),
        _ => false,
    }
}

/// A `null` member is an absent one.
fn without_nulls(value: &Value) -> Value {
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name.clone(), without_nulls(value)))
            .collect(),
        Value::Array(items) => items.iter().map(without_nulls).collect(),
        other => other.clone(),
    }
}

/// A text member.
fn text<'a>(input: &'a Value, name: &str) -> Option<&'a str> {
    input.get(name).and_then(Value::as_str)
}

/// A text member as an owned value.
fn owned(input: &Value, name: &str) -> Option<String> {
    text(input, name).map(str::to_owned)
}

/// A text member that the shape check has seen to be there.
fn required(input: &Value, name: &str) -> String {
    owned(input, name).expect("the shape check found it")
}

/// The partition that a Region belongs to.
fn partition(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "aws-cn"
    } else if region.starts_with("us-gov-") {
        "aws-us-gov"
    } else {
        "aws"
    }
}

/// Whether every one of these members that is given is an ARN of the caller's account and of the
/// Region's partition.
fn roles_are_callers(call: &Call, names: &[&str]) -> bool {
    names.iter().filter_map(|name| text(&call.input, name)).all(|arn| {
        let parts: Vec<&str> = arn.split(':').collect();
        parts[1] == partition(&call.region) && parts[4] == call.account
    })
}

/// A creation request in a form in which identical ones are equal: only the members that count,
/// tags as a set, an empty set of tags as none.
fn normal_request(input: &Value, names: &[&str]) -> Value {
    let mut request = serde_json::Map::new();
    for name in names {
        if let Some(value) = input.get(*name) {
            request.insert((*name).to_owned(), value.clone());
        }
    }
    if let Some(given) = input.get("provisioningRepository") {
        let repository = json!([given["branch"], given["name"], given["provider"]]);
        request.insert("provisioningRepository".to_owned(), repository);
    }
    let tags = tags::given(input);
    if !tags.is_empty() {
        request.insert("tags".to_owned(), json!(tags));
    }
    Value::Object(request)
}
