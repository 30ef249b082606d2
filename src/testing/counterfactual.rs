//! What the model would say if one rule were not there.
//!
//! The decision stays as it is; the question is changed as little as possible so that the rule does not apply: another
//! caller, a larger quota, no client token, another status. To judge another implementation, compare: if it says
//! exactly what the model says to the changed question, that rule is what it lacks.
//!
//! ```
//! use account_connections::{
//!     Memory, Rule, run,
//!     id::Caller,
//!     operation::{Context, CreateEnvironmentAccountConnection, Limits},
//!     testing::counterfactual::Question,
//! };
//! # use account_connections::id::Timestamp;
//! # use uuid::Uuid;
//! # let json = serde_json::json!({ "environmentName": "prod", "managementAccountId": "111111111111",
//! #     "roleArn": "arn:aws:iam::222222222222:role/r" });
//!
//! # let operation = account_connections::operation::Operation::read("CreateEnvironmentAccountConnection", &json).map_err(|error| error.to_string())?;
//! let caller = Caller::new("222222222222".parse()?, "us-east-1".parse()?);
//! let context = Context::new(caller, Timestamp::MIN, Uuid::from_u128(1)).with_limits(Limits::new(0, 0));
//! let question = Question::ask(operation, context, &mut Memory::new());
//! let refused = question.decide().ok_or("decided")?;
//! assert_eq!(refused.result().map_err(|refusal| refusal.rule()).err(), Some(Rule::ConnectionQuota));
//!
//! let answered = question.without(Rule::ConnectionQuota).iter().any(|other| {
//!     other.decide().is_some_and(|decided| decided.result().is_ok())
//! });
//! assert!(answered);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::{string::ToString as _, vec, vec::Vec};

use serde_json::{Value, json};

use crate::{
    Rule,
    connection::Connection,
    decide::{Decided, Reads, Stop, decide},
    environment::Environment,
    id::{AccountId, Caller, Region},
    operation::{Answer, Context, Limits, Operation},
    store::{ConnectionPart, EnvironmentPart, Key, Record, Store, Version, Versioned},
};

/// A request, what it is decided with, and what is stored, as far as the decision looks at it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Question {
    /// The request.
    pub operation: Operation,
    /// What it is decided with.
    pub context: Context,
    /// What is stored under the keys that were read. More than the decision needs does no harm.
    pub records: Vec<(Key, Option<Record>)>,
}

impl Question {
    /// The question of what is decided for this request over a store, with what the decision reads there.
    ///
    /// A list's entries are not included: no single rule determines what a list answers.
    pub fn ask(operation: Operation, context: Context, store: &mut impl Store) -> Self {
        let mut question = Self { operation, context, records: Vec::new() };
        while let Err(Stop::Load(keys)) = question.decision() {
            let Ok(found) = store.load(&keys) else { break };
            let before = question.records.len();
            question
                .records
                .extend(keys.into_iter().zip(found).map(|(key, found)| (key, found.map(|found| found.record))));
            if question.records.len() == before {
                break;
            }
        }
        question
    }

    /// The decision; `None` where it needs something that was not read, or finds a fault.
    #[must_use]
    pub fn decide(&self) -> Option<Decided<Answer>> {
        self.decision().ok()
    }

    /// The questions to which this rule does not apply, nearest first: none where that is impossible without asking for
    /// something else.
    #[must_use]
    pub fn without(&self, rule: Rule) -> Vec<Self> {
        match rule {
            Rule::ConnectionQuota | Rule::EnvironmentQuota => {
                let context = self.context.with_limits(Limits::new(u32::MAX, u32::MAX));
                vec![Self { context, ..self.clone() }]
            }
            Rule::ManagementDecides
            | Rule::EnvironmentAccountOwns
            | Rule::ManagementProvisions
            | Rule::ConnectionTagsAreTheOwners
            | Rule::PartiesOnly
            | Rule::ConnectionNotFound => self.by_another(self.parties()),
            Rule::EnvironmentIsManagements | Rule::EnvironmentNotFound | Rule::ArnNotFound => {
                self.by_another(self.owners())
            }
            Rule::ClientTokenReplay | Rule::ClientTokenMismatch | Rule::ClientTokenExpires => {
                vec![self.with(|key, _| matches!(key, Key::ClientToken { .. }).then_some(None))]
            }
            Rule::RejectedIsFinal | Rule::ConnectionMustBeConnected | Rule::AcceptAgain | Rule::RejectAgain => {
                ["PENDING", "CONNECTED"].map(|status| self.with_status(status)).into()
            }
            Rule::NoRejectWhileInUse
            | Rule::EnvironmentNameMismatch
            | Rule::EnvironmentModified
            | Rule::EnvironmentNameReplay
            | Rule::AcceptRestores
            | Rule::DeleteOrphans => {
                vec![self.with(|key, _| matches!(key, Key::Environment { .. }).then_some(None))]
            }
            Rule::OneDeploymentAtATime | Rule::DeletionStarted | Rule::CancelUpdatesOnly | Rule::NothingToCancel => {
                vec![self.at_rest()]
            }
            _ => Vec::new(),
        }
    }

    fn decision(&self) -> Result<Decided<Answer>, Stop> {
        let mut reads = Reads::new();
        let (keys, found) = self.records.iter().cloned().unzip::<_, _, Vec<_>, Vec<_>>();
        let found = found.into_iter().map(|record| record.map(|record| Versioned { version: Version(0), record }));
        if let Err(fault) = reads.loaded(keys, found.collect()) {
            return Err(Stop::Fault { fault, check: None });
        }
        decide(&self.operation, &self.context, &reads)
    }

    /// The same, with other records.
    fn with(&self, other: impl Fn(&Key, &Record) -> Option<Option<Record>>) -> Self {
        let records = self.records.iter().map(|(key, record)| {
            let changed = record.as_ref().and_then(|record| other(key, record));
            (key.clone(), changed.unwrap_or_else(|| record.clone()))
        });
        Self { records: records.collect(), ..self.clone() }
    }

    fn with_status(&self, status: &str) -> Self {
        self.with(|_, record| {
            let Record::Connection(_) = record else { return None };
            let mut stored = serde_json::to_value(record).ok()?;
            *stored.pointer_mut("/connection/status")? = json!(status);
            Some(serde_json::from_value(stored).ok())
        })
    }

    /// The same, with the environment's deployment finished.
    fn at_rest(&self) -> Self {
        self.with(|_, record| {
            let Record::Environment(environment) = record else { return None };
            let mut stored = serde_json::to_value(record).ok()?;
            let state = stored.pointer_mut("/environment")?.as_object_mut()?.values_mut().next()?.take();
            let success = match environment.last_success() {
                Some(success) => json!(success),
                None => json!({
                    "deploymentId": environment.last_attempted_deployment_id(),
                    "at": environment.last_deployment_attempted_at(),
                }),
            };
            let kind = if environment.is_unmanaged() { "unmanaged" } else { "settled" };
            let mut members = state.as_object()?.clone();
            members.retain(|name, _| ["details", "provisioning", "environmentAccountId"].contains(&name.as_str()));
            members.insert("ended".to_string(), json!({ "succeeded": success }));
            Some(serde_json::from_value(json!({ "environment": { kind: Value::Object(members) } })).ok())
        })
    }

    /// The same, asked by other callers, who find these records.
    fn by_another(&self, callers: Vec<Caller>) -> Vec<Self> {
        let others = callers.into_iter().filter(|caller| *caller != self.context.caller);
        others.map(|caller| Self { context: Context { caller, ..self.context }, ..self.clone() }).collect()
    }

    /// The parties of the connections that were read.
    fn parties(&self) -> Vec<Caller> {
        let party = |connection: &Connection, account: AccountId| Caller::new(account, connection.region());
        let connections = self.records.iter().filter_map(|(key, record)| match (key, record) {
            (Key::Connection { part: ConnectionPart::Head, .. }, Some(Record::Connection(connection))) => {
                Some(connection)
            }
            _ => None,
        });
        let parties = connections.flat_map(|connection| {
            let accounts = [connection.management_account(), connection.environment_account()];
            accounts.map(|account| party(connection, account))
        });
        parties.collect()
    }

    /// The owners of the environments that were read.
    fn owners(&self) -> Vec<Caller> {
        let owner = |environment: &Environment| -> (AccountId, Region) {
            (environment.management_account(), environment.region())
        };
        let environments = self.records.iter().filter_map(|(key, record)| match (key, record) {
            (Key::Environment { part: EnvironmentPart::Head, .. }, Some(Record::Environment(environment))) => {
                Some(owner(environment))
            }
            _ => None,
        });
        environments.map(|(account, region)| Caller::new(account, region)).collect()
    }
}
