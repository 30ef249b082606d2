//! A small world, and everything that can happen in it: for tests that look at all of it.

pub mod check;
pub mod environment;
pub mod environment_check;
pub mod environment_mutants;
pub mod environment_predict;
pub mod environment_steps;
pub mod environment_update;
pub mod explore;
pub mod facts;
pub mod faults;
pub mod faulty_store;
pub mod goals;
pub mod moment;
pub mod mutants;
pub mod predict;
pub mod race;
pub mod steps;
pub mod worlds;

use account_connections::{
    HostError, Memory, Outcome, Refusal,
    event::Event,
    id::{AccountId, ConnectionId, EnvironmentName, Region},
    instruction::Instruction,
    operation::{Answer, Context, DeploymentType, Limits, Operation},
    run,
    store::{Batch, Key, Record, Store, Trouble},
};
use serde_json::json;
use uuid::Uuid;

/// The Region in which everything is.
pub const HOME: &str = "us-east-1";
/// A Region in which nothing is.
pub const ABROAD: &str = "us-west-2";
/// A management account.
pub const M: &str = "123456789111";
/// An environment account.
pub const E1: &str = "123456789222";
/// Another environment account, and so a stranger to the connections of the first.
pub const E2: &str = "123456789333";

/// The bounds of a small world. What is left out of it is listed empty.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// Who calls.
    pub accounts: &'static [&'static str],
    /// Which environment account asks which management account for connections.
    pub pairs: &'static [(&'static str, &'static str)],
    /// How many connections there can be at once: the ids are 1 to this.
    pub ids: u128,
    /// The environment names.
    pub names: &'static [&'static str],
    /// The client tokens of creations; an empty one is none.
    pub tokens: &'static [&'static str],
    /// The names of roles: a connection is created with the first, and updated to each.
    pub roles: &'static [&'static str],
    /// The values to which the one tag is set; a connection is created with the first.
    pub tags: &'static [&'static str],
    /// The times, in milliseconds, at which every call may come.
    pub times: &'static [i64],
    /// The quota of connections of an account.
    pub quota: u32,
    /// What can be done with environments. Where nothing is said, they are only created and removed, each in one step:
    /// a search of connections looks at no more of them.
    pub environments: Option<Environments>,
}

/// The bounds of what can be done with environments. What is left out is listed empty.
#[derive(Clone, Copy, Debug)]
pub struct Environments {
    /// How they are created.
    pub kinds: &'static [Kind],
    /// What is deployed by updates, beside nothing.
    pub types: &'static [DeploymentType],
    /// The roles of its own that an environment is updated to; it is created with the world's first.
    pub roles: &'static [&'static str],
    /// Whether updates are cancelled.
    pub cancels: bool,
    /// Whether deployments fail.
    pub fails: bool,
    /// The specs: an environment is created with the first, and updated to each.
    pub specs: &'static [&'static str],
    /// The template versions that are asked for and that successes resolve to: an environment is created with the
    /// major part of the first.
    pub versions: &'static [(&'static str, &'static str)],
    /// The descriptions that it is updated to; it is created without.
    pub descriptions: &'static [&'static str],
    /// What reports say in words, beside nothing.
    pub messages: &'static [&'static str],
    /// The resources that reports tell of: none, each alone and all of them.
    pub resources: &'static [&'static str],
    /// The quota of environments of an account.
    pub quota: u32,
}

/// How an environment is created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// With a connection.
    Connection,
    /// With roles of its own account.
    OwnRoles,
    /// From a repository.
    Repository,
}

impl World {
    /// The ids that connections can have.
    pub fn ids(&self) -> impl Iterator<Item = ConnectionId> + use<> {
        (1..=self.ids).map(id)
    }

    /// The quotas.
    pub fn limits(&self) -> Limits {
        let mut limits = limits(self.quota);
        if let Some(environments) = self.environments {
            limits.environments_per_account = environments.quota;
        }
        limits
    }
}

/// Quotas with this one for connections.
#[allow(clippy::needless_update, reason = "there may be further quotas")]
pub fn limits(connections_per_account: u32) -> Limits {
    let mut it = Limits::default();
    it.connections_per_account = connections_per_account;
    it
}

/// The id of this number.
pub fn id(number: u128) -> ConnectionId {
    Uuid::from_u128(number).into()
}

/// The role of this name in an account.
pub fn role(account: &str, name: &str) -> String {
    format!("arn:aws:iam::{account}:role/{name}")
}

/// The Region in which everything is.
pub fn home() -> Region {
    HOME.parse().unwrap()
}

/// Where a connection is stored.
pub fn connection_key(id: ConnectionId) -> Key {
    Key::Connection { region: home(), id }
}

/// Where an environment is stored.
pub fn environment_key(management_account: AccountId, name: &EnvironmentName) -> Key {
    Key::Environment { region: home(), management_account, name: name.clone() }
}

/// What came of a call: what is said to the caller, or the trouble that the host has with it.
pub type Reply = Result<Said, Trouble>;

/// What is said to the caller, and what happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The answer or the refusal.
    pub result: Result<Answer, Refusal>,
    /// The events.
    pub events: Vec<Event>,
    /// What the host is to carry out.
    pub instructions: Vec<Instruction>,
}

impl From<Outcome<Answer>> for Said {
    fn from(Outcome { result, events, instructions, .. }: Outcome<Answer>) -> Self {
        Self { result, events, instructions }
    }
}

impl Said {
    /// Nothing but a refusal.
    pub fn refused(refusal: Refusal) -> Self {
        Self { result: Err(refusal), events: Vec::new(), instructions: Vec::new() }
    }
}

/// A model: how a call is carried out. The right one is [`real`].
pub type Rules = dyn Fn(&mut Memory, &Operation, Context) -> Reply;

/// The model that is tested.
pub fn real(store: &mut Memory, operation: &Operation, context: Context) -> Reply {
    match run(store, operation.clone(), context) {
        Ok(outcome) => Ok(outcome.into()),
        Err(HostError::Trouble(trouble)) => Err(trouble),
        Err(HostError::Store(never)) => match never {},
    }
}

/// All records, without their versions.
pub fn records(store: &Memory) -> Vec<(Key, Record)> {
    store.records().map(|(key, record)| (key.clone(), record.clone())).collect()
}

/// A store of the same records, each with another version.
pub fn rebuilt<'r>(records: impl IntoIterator<Item = (&'r Key, &'r Record)>) -> Memory {
    let mut store = Memory::new();
    for (key, record) in records {
        store.insert(key.clone(), record.clone());
    }
    store
}

/// The record under a key.
pub fn find(store: &Memory, key: &Key) -> Option<Record> {
    store.records().find(|(known, _)| *known == key).map(|(_, record)| record.clone())
}

/// Writes or deletes a record past the model.
pub fn overwrite(store: &mut Memory, key: &Key, record: Option<&Record>) {
    let batch =
        json!({ "expectations": [], "writes": [{ "key": key, "record": record }], "events": [], "instructions": [] });
    let batch: Batch = serde_json::from_value(batch).unwrap();
    let Ok(outcome) = Store::commit(store, &batch);
    assert_eq!(outcome, account_connections::store::Commit::Committed);
}
