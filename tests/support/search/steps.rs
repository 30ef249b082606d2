use std::fmt;

use account_connections::{
    Memory, Refusal,
    connection::Connection,
    id::{AccountId, Caller, ConnectionId, EnvironmentName, Region},
    operation::{Context, Operation, ReadError},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    ABROAD, HOME, Reply, Rules, Said, World, environment_steps,
    facts::Facts,
    home, id,
    moment::{Host, Moment},
    role,
};
use crate::support::at;

/// Something that can happen.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant, reason = "most steps are of the large variant")]
pub enum Step {
    /// Somebody calls.
    Call(Call),
    /// The connection's environment is created with it, and its deployment succeeds: three of the model's calls, of which
    /// a search of connections looks only at what comes of them.
    Attach(ConnectionId),
    /// The environment is deleted, and that succeeds.
    Remove(AccountId, EnvironmentName),
}

/// A call as it came: its input may be malformed.
#[derive(Clone, Debug)]
pub struct Call {
    /// Who calls.
    pub caller: Caller,
    /// When, in milliseconds.
    pub at: i64,
    /// What was asked for.
    pub request: Result<Operation, Refusal>,
    /// By what kind of host it is served.
    pub host: Host,
    /// The name of the operation.
    pub name: &'static str,
    /// The operation and its input.
    text: String,
}

impl Step {
    /// Everything that can happen in a world.
    pub fn all(world: &World) -> Vec<Self> {
        let mut steps = Vec::new();
        for (&account, &at) in world.accounts.iter().flat_map(|account| world.times.iter().map(move |at| (account, at)))
        {
            let mut by = By { account, region: HOME, at, steps: &mut steps };
            by.creates(world);
            by.reads();
            for id in world.ids() {
                by.decides(id);
                by.updates(id, world);
                by.tags(id, world);
            }
            by.region = ABROAD;
            by.reads();
            for id in world.ids() {
                by.decides(id);
                by.call("UpdateEnvironmentAccountConnection", json!({ "id": id, "roleArn": role(account, "abroad") }));
            }
        }
        let mut by = By { account: world.accounts[0], region: HOME, at: world.times[0], steps: &mut steps };
        by.malformed();
        if let Some(environments) = &world.environments {
            environment_steps::add(world, environments, &mut steps);
            return steps;
        }
        steps.extend(world.ids().map(Self::Attach));
        for management in world.owners() {
            let management = management.parse::<AccountId>().unwrap();
            steps.extend(world.names.iter().map(|name| Self::Remove(management, name.parse().unwrap())));
        }
        steps
    }

    /// Makes it happen; `None` where it cannot.
    pub fn apply(&self, store: &mut Memory, moment: &Moment, rules: &Rules) -> Option<Reply> {
        match self {
            Self::Call(call) => return Some(call.apply(store, moment, rules)),
            Self::Attach(id) => attach(store, *id).then_some(())?,
            Self::Remove(account, name) => {
                Facts::of(store).environments.get(&(*account, name.clone()))?;
                remove(store, *account, name);
            }
        }
        let nothing = ().into();
        Some(Ok(Said { result: Ok(nothing), events: Vec::new(), instructions: Vec::new() }))
    }
}

impl Call {
    /// Carries out the call under these rules.
    pub fn apply(&self, store: &mut Memory, moment: &Moment, rules: &Rules) -> Reply {
        match &self.request {
            Ok(operation) => rules(store, operation, moment.context(self)),
            Err(refusal) => Ok(Said::refused(refusal.clone())),
        }
    }

    /// Reads a call.
    pub fn read(caller: Caller, at: i64, operation: &str, input: &Value) -> Self {
        let request = match Operation::read_host(operation, input) {
            Ok(operation) => Ok(operation),
            Err(ReadError::Refused(refusal)) => Err(refusal),
            Err(error) => panic!("{operation} {input}: {error}"),
        };
        let name = Operation::NAMES.iter().find(|name| **name == operation).unwrap();
        Self { caller, at, request, host: Host::Usual, name, text: format!("{operation} {input}") }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.caller, self.at, self.text)?;
        if self.host == Host::Usual { Ok(()) } else { write!(f, " ({:?})", self.host) }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(call) => call.fmt(f),
            Self::Attach(id) => write!(f, "the environment of {id} is created"),
            Self::Remove(account, name) => write!(f, "the environment {name} of {account} is gone"),
        }
    }
}

impl World {
    /// Who has environments: the management accounts, each once; where there are none, the first account.
    pub fn owners(&self) -> Vec<&'static str> {
        let mut all = self.pairs.iter().map(|(_, management)| *management).collect::<Vec<_>>();
        all.sort_unstable();
        all.dedup();
        if all.is_empty() { vec![self.accounts[0]] } else { all }
    }
}

/// Creates the environment of a CONNECTED connection, if there is none of that name, and reports its success.
pub fn attach(store: &mut Memory, id: ConnectionId) -> bool {
    let facts = Facts::of(store);
    let Some(Connection::Connected(connected)) = facts.connections.get(&id).map(AsRef::as_ref) else { return false };
    let (account, name) = (connected.management_account(), connected.environment_name());
    if facts.environments.contains_key(&(account, name.clone())) {
        return false;
    }
    let input = json!({ "name": name, "templateName": "t", "templateMajorVersion": "1", "spec": "s",
        "environmentAccountConnectionId": id });
    do_now(store, account, "CreateEnvironment", input);
    report_success(store, account, name);
    true
}

/// Deletes an environment, and reports the success of that where there is something to do.
fn remove(store: &mut Memory, account: AccountId, name: &EnvironmentName) {
    do_now(store, account, "DeleteEnvironment", json!({ "name": name }));
    if Facts::of(store).environments.contains_key(&(account, name.clone())) {
        report_success(store, account, name);
    }
}

fn report_success(store: &mut Memory, account: AccountId, name: &EnvironmentName) {
    let deployment = Facts::of(store).environments[&(account, name.clone())].last_attempted_deployment_id();
    let input = json!({ "name": name, "deploymentId": deployment, "outcome": "SUCCEEDED" });
    do_now(store, account, "ReportDeployment", input);
}

/// Carries out a call of the right model that is no step of its own: it has to succeed.
fn do_now(store: &mut Memory, account: AccountId, operation: &str, input: Value) {
    // A deletion takes another deployment id than the creation did.
    let fresh_id = Uuid::from_u128(if operation.starts_with("Delete") { 1002 } else { 1001 });
    let context = Context::new(Caller::new(account, home()), at(0), fresh_id);
    let call = Call::read(context.caller, 0, operation, &input);
    assert!(super::real(store, &call.request.unwrap(), context).unwrap().result.is_ok(), "{}", call.text);
}

/// The steps of one caller.
pub struct By<'s> {
    /// Who calls.
    pub account: &'static str,
    /// From where.
    pub region: &'static str,
    /// When.
    pub at: i64,
    /// What there is so far.
    pub steps: &'s mut Vec<Step>,
}

impl By<'_> {
    /// Adds a call.
    pub fn call(&mut self, operation: &str, input: Value) {
        self.call_of(Host::Usual, operation, input);
    }

    /// Adds a call that another host serves.
    pub fn call_of(&mut self, host: Host, operation: &str, input: Value) {
        let caller = Caller::new(self.account.parse().unwrap(), self.region.parse::<Region>().unwrap());
        let call = Call::read(caller, self.at, operation, &input);
        self.steps.push(Step::Call(Call { host, ..call }));
    }

    fn creates(&mut self, world: &World) {
        let create = "CreateEnvironmentAccountConnection";
        let mine = role(self.account, world.roles[0]);
        let account = self.account;
        for (_, management) in world.pairs.iter().filter(|(environment, _)| *environment == account) {
            let tags = world.tags.first().map(|value| json!([{ "key": "k", "value": value }]));
            let input = |name: &str, token: &str, role: &str| {
                json!({ "environmentName": name, "managementAccountId": management, "roleArn": role,
                    "clientToken": token, "tags": tags })
            };
            for (name, token) in world.names.iter().flat_map(|name| world.tokens.iter().map(move |token| (name, token)))
            {
                self.call(create, input(name, token, &mine));
            }
            if let Some(token) = world.tokens.iter().find(|token| !token.is_empty()) {
                let mut other = input(world.names[0], token, &mine);
                other["componentRoleArn"] = json!(mine);
                self.call(create, other);
            }
            self.call(create, input(world.names[0], "", &role("123456789999", world.roles[0])));
            self.call(create, json!({ "environmentName": world.names[0], "managementAccountId": management }));
        }
        let alone = json!({ "environmentName": world.names[0], "managementAccountId": self.account, "roleArn": mine });
        self.call(create, alone);
    }

    fn reads(&mut self) {
        let list = "ListEnvironmentAccountConnections";
        for side in ["ENVIRONMENT_ACCOUNT", "MANAGEMENT_ACCOUNT"] {
            self.call(list, json!({ "requestedBy": side }));
        }
        let some = ["CONNECTED", "REJECTED"];
        self.call(list, json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "statuses": some }));
        self.call(list, json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "nextToken": "01" }));
    }

    fn decides(&mut self, id: ConnectionId) {
        for verb in ["Get", "Accept", "Reject", "Delete"] {
            self.call(&format!("{verb}EnvironmentAccountConnection"), json!({ "id": id }));
        }
    }

    fn updates(&mut self, id: ConnectionId, world: &World) {
        let update = "UpdateEnvironmentAccountConnection";
        self.call(update, json!({ "id": id }));
        self.call(update, json!({ "id": id, "roleArn": role("123456789999", "foreign") }));
        for name in world.roles {
            self.call(update, json!({ "id": id, "roleArn": role(self.account, name) }));
        }
    }

    fn tags(&mut self, id: ConnectionId, world: &World) {
        for (environment, _) in world.pairs {
            let arn = format!("arn:aws:proton:{}:{environment}:environment-account-connection/{id}", self.region);
            self.call("ListTagsForResource", json!({ "resourceArn": arn }));
            if let Some(value) = world.tags.first() {
                self.call("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["absent"] }));
                let many = (0..50).map(|number| json!({ "key": format!("k{number}"), "value": value }));
                self.call("TagResource", json!({ "resourceArn": arn, "tags": many.collect::<Vec<_>>() }));
            }
            for value in world.tags {
                let tags = json!([{ "key": "k", "value": value }]);
                self.call("TagResource", json!({ "resourceArn": arn, "tags": tags }));
            }
        }
    }

    fn malformed(&mut self) {
        self.call("GetEnvironmentAccountConnection", json!({ "id": "1" }));
        let arn = format!("arn:aws:proton:{HOME}:{}:environment-account-connection/{}", self.account, id(1));
        let tags = json!([{ "key": "AWS:proton", "value": "" }]);
        self.call("TagResource", json!({ "resourceArn": arn, "tags": tags }));
    }
}

/// A caller in the Region in which everything is.
pub fn caller(account: &str) -> Caller {
    Caller::new(account.parse().unwrap(), home())
}
