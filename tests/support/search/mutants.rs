//! Faulty models: each is the right one with a fault put over it. Here is what they are made of; the faults are in
//! `faults`.

use account_connections::{
    Memory, Refusal, Rule,
    connection::Connection,
    connection::ConnectionStatus,
    event::Event,
    id::{AccountId, ConnectionId},
    operation::{Answer, ConnectionSummary, Context, Operation},
    store::{Key, Record},
};
use serde_json::{Value, json};

use super::{
    Reply, Rules, Said, World, environment_key,
    environment_mutants::{restate, state},
    facts::Facts,
    find, overwrite, real,
};

/// A faulty model.
pub struct Mutant {
    /// What it does wrong.
    pub fault: String,
    /// The world in which that shows.
    pub world: World,
    /// What the search says about it.
    pub found_by: &'static str,
    /// The model.
    pub rules: Box<Rules>,
}

/// The right model did its work; this is what a faulty one adds to it.
pub struct Done<'d> {
    /// What was asked for.
    pub operation: &'d Operation,
    /// What it was decided with.
    pub context: Context,
    /// The store before.
    pub before: &'d Memory,
    /// What was the case before.
    pub was: Facts,
    /// The store after.
    pub store: &'d mut Memory,
    /// What is said.
    pub reply: &'d mut Reply,
}

/// A list of faulty models in the making.
#[derive(Default)]
pub struct Mutants(pub Vec<Mutant>);

/// A faulty model of which the fault is still to be said.
pub struct Case<'m> {
    list: &'m mut Mutants,
    world: World,
    fault: String,
    found_by: &'static str,
}

impl Mutants {
    /// A model with this fault, which shows in this world, and what the search says of it.
    pub fn add(&mut self, world: World, fault: impl Into<String>, found_by: &'static str) -> Case<'_> {
        Case { list: self, world, fault: fault.into(), found_by }
    }
}

impl Case<'_> {
    /// It does something more after the right model.
    pub fn after(self, fault: impl Fn(&mut Done<'_>) + 'static) {
        self.rules(move |store, operation, context| {
            let before = store.clone();
            let mut reply = real(store, operation, context);
            let was = Facts::of(&before);
            fault(&mut Done { operation, context, before: &before, was, store, reply: &mut reply });
            reply
        });
    }

    /// It carries out another operation, or in another context, than it was asked to.
    pub fn instead(self, fault: impl Fn(&Facts, &mut Operation, &mut Context) + 'static) {
        self.rules(move |store, operation, context| {
            let (mut operation, mut context) = (operation.clone(), context);
            fault(&Facts::of(store), &mut operation, &mut context);
            real(store, &operation, context)
        });
    }

    fn rules(self, rules: impl Fn(&mut Memory, &Operation, Context) -> Reply + 'static) {
        let Self { list, world, fault, found_by } = self;
        list.0.push(Mutant { fault, world, found_by, rules: Box::new(rules) });
    }
}

impl Done<'_> {
    /// The operation is this one.
    pub fn is(&self, verb: &str) -> bool {
        self.operation.name().strip_suffix("EnvironmentAccountConnection").unwrap_or(self.operation.name()) == verb
    }

    /// The operation was this one, and changed something.
    pub fn did(&self, verb: &str) -> bool {
        self.is(verb) && self.changed()
    }

    /// The store changed.
    pub fn changed(&self) -> bool {
        *self.store != *self.before
    }

    /// What is said, where anything is.
    pub fn said(&mut self) -> Option<&mut Said> {
        self.reply.as_mut().ok()
    }

    /// The rule by which it is refused.
    pub fn refused_by(&self) -> Option<Rule> {
        Some(self.reply.as_ref().ok()?.result.as_ref().err()?.rule)
    }

    /// The connection of the operation, as it was.
    pub fn subject(&self) -> Option<&Connection> {
        self.was.connections.get(&subject(self.operation)?).map(AsRef::as_ref)
    }

    /// The connection of the operation, as it is.
    pub fn current(&self) -> Option<Connection> {
        let found = Facts::of(self.store).connections.get(&subject(self.operation)?)?.as_ref().clone();
        Some(found)
    }

    /// Puts everything of a kind back as it was.
    pub fn put_back(&mut self, kind: fn(&Key) -> bool) {
        let (before, now) = (self.before, self.store.clone());
        for (key, _) in now.records().filter(|(key, _)| kind(key) && find(before, key).is_none()) {
            overwrite(self.store, key, None);
        }
        for (key, record) in before.records().filter(|(key, _)| kind(key)) {
            overwrite(self.store, key, Some(record));
        }
    }

    /// Writes the operation's connection anew, its index with it, and answers with it.
    pub fn rewrite(&mut self, edit: impl Fn(&mut Value)) {
        let Some(connection) = self.current() else { return };
        let mut value = serde_json::to_value(&connection).unwrap();
        edit(&mut value);
        let connection: Connection = serde_json::from_value(value).unwrap();
        put_connection(self.store, &connection);
        if let Some(Said { result: Ok(Answer::Connection(answer)), .. }) = self.said() {
            *answer = (&connection).into();
        }
    }

    /// Adds an event about the operation's connection.
    pub fn emit(&mut self, previous: ConnectionStatus, status: ConnectionStatus) {
        let Some(arn) = self.subject().map(|it| it.arn()) else { return };
        let change = json!({ "arn": arn, "at": self.context.now, "previous": previous, "status": status });
        let event: Event = serde_json::from_value(json!({ "connectionStatusChange": change })).unwrap();
        self.said().unwrap().events.push(event);
    }
}

/// The connection that an operation names.
pub fn subject(operation: &Operation) -> Option<ConnectionId> {
    let input = serde_json::to_value(operation).unwrap();
    serde_json::from_value(input.get("id")?.clone()).ok()
}

/// Writes a connection and its index entries in place of what there is of it.
pub fn put_connection(store: &mut Memory, connection: &Connection) {
    let listed = ConnectionSummary::from(connection);
    let (id, region, status, requested_at) = (listed.id, listed.arn.region, listed.status, listed.requested_at);
    let is_entry = |key: &Key| matches!(key, Key::ListedConnection { id: its, .. } if *its == id);
    for (key, _) in store.clone().records().filter(|(key, _)| is_entry(key)) {
        let Key::ListedConnection { side, account, name, .. } = key.clone() else { return };
        overwrite(store, key, None);
        let key = Key::ListedConnection { region, side, account, name, status, requested_at, id };
        overwrite(store, &key, Some(&Record::ListedConnection(listed.clone().into())));
    }
    overwrite(store, &Key::Connection { region, id }, Some(&Record::Connection(connection.clone().into())));
}

/// Attaches the environment that a connection is for to it, if there is one.
pub fn attach_to(store: &mut Memory, connection: &Connection) {
    let key = environment_key(connection.management_account(), connection.environment_name());
    let Some(record) = find(store, &key) else { return };
    let mut value = serde_json::to_value(record).unwrap();
    let environment = &mut value["environment"];
    let (id, account) = (connection.id(), connection.environment_account());
    let provisioning = json!({ "attached": { "connectionId": id, "accountId": account } });
    match state(environment)["ended"].clone() {
        Value::Null => state(environment)["provisioning"] = provisioning,
        ended => restate(environment, "settled", json!({ "ended": ended, "provisioning": provisioning })),
    }
    overwrite(store, &key, Some(&serde_json::from_value(value).unwrap()));
}

/// A refusal of one's own.
pub fn refusal(kind: &str, rule: Rule) -> Refusal {
    serde_json::from_value(json!({ "kind": kind, "rule": rule, "message": "" })).unwrap()
}

/// Where an environment is stored.
pub fn is_environment(key: &Key) -> bool {
    matches!(key, Key::Environment { .. })
}

/// Where an index entry is stored.
pub fn is_index(key: &Key) -> bool {
    matches!(key, Key::ListedConnection { .. })
}

/// Where a client token is stored.
pub fn is_token(key: &Key) -> bool {
    matches!(key, Key::ClientToken { .. })
}

/// Where a count is stored.
pub fn is_usage(key: &Key) -> bool {
    matches!(key, Key::Usage { .. })
}

/// A party of the operation's connection.
pub fn party(facts: &Facts, operation: &Operation, pick: fn(&Connection) -> AccountId) -> Option<AccountId> {
    party_of(facts, subject(operation)?, pick)
}

/// A party of a connection.
pub fn party_of(facts: &Facts, id: ConnectionId, pick: fn(&Connection) -> AccountId) -> Option<AccountId> {
    facts.connections.get(&id).map(|it| pick(it))
}
