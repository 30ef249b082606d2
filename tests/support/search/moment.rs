use std::collections::BTreeMap;

use account_connections::{
    Memory,
    id::{AccountId, ConnectionId, DeploymentId, EnvironmentName},
    operation::{Context, Limits, Operation},
    store::{Key, Record},
};
use uuid::Uuid;

use super::{World, facts::Owner, home, id, rebuilt, steps::Call};

/// What is peculiar about the host when it serves a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Host {
    /// Nothing.
    #[default]
    Usual,
    /// Its quota of environments was lowered to none.
    NoRoom,
    /// Its id for a deployment is that of the environment's latest one.
    RepeatsTheLatest,
    /// Its id for a deployment is that of the environment's latest success.
    RepeatsTheLastSuccess,
}

/// What the host adds to a call when a store is so.
#[derive(Clone, Debug)]
pub struct Moment {
    world: World,
    /// The lowest id of a connection that is free; where none is, one that is taken.
    fresh: ConnectionId,
    /// The latest deployment and the latest success of each environment.
    deployments: BTreeMap<Owner, (DeploymentId, Option<DeploymentId>)>,
    /// The quotas.
    pub limits: Limits,
}

impl Moment {
    /// What a call is decided with.
    pub fn context(&self, call: &Call) -> Context {
        let environment = match &call.request {
            Ok(Operation::CreateEnvironment(request)) => Some(&request.name),
            Ok(Operation::UpdateEnvironment(request)) => Some(&request.name),
            Ok(Operation::DeleteEnvironment(request)) => Some(&request.name),
            _ => None,
        };
        let fresh_id = match environment {
            Some(name) => self.deployment(call.caller.account, name, call.host),
            None => *self.fresh.as_uuid(),
        };
        let mut limits = self.limits;
        if call.host == Host::NoRoom {
            limits.environments_per_account = 0;
        }
        Context::new(call.caller, crate::support::at(call.at), fresh_id).with_limits(limits)
    }

    /// The id for a deployment of an environment: the lowest that is none of its own.
    fn deployment(&self, account: AccountId, name: &EnvironmentName, host: Host) -> Uuid {
        let its = self.deployments.get(&(account, name.clone()));
        let id = match (host, its) {
            (Host::RepeatsTheLatest, Some((attempted, _))) => Some(*attempted),
            (Host::RepeatsTheLastSuccess, Some((_, succeeded))) => *succeeded,
            _ => None,
        };
        let is_free = |id: &DeploymentId| its.is_none_or(|(one, other)| id != one && Some(id) != other.as_ref());
        let mut all = (1..).map(|number| self.world.deployment(account, name, number));
        *id.or_else(|| all.find(is_free)).unwrap().as_uuid()
    }
}

impl World {
    /// What there is of the host when a store is so.
    pub fn moment(&self, store: &Memory) -> Moment {
        let (mut taken, mut deployments) = (Vec::new(), BTreeMap::new());
        for (key, record) in store.records() {
            match (key, record) {
                (Key::Connection { id, .. }, _) => taken.push(*id),
                (Key::Environment { management_account, name, .. }, Record::Environment(environment)) => {
                    let success = environment.last_success().map(|success| success.deployment_id);
                    let ids = (environment.last_attempted_deployment_id(), success);
                    deployments.insert((*management_account, name.clone()), ids);
                }
                _ => {}
            }
        }
        let fresh = self.ids().find(|id| !taken.contains(id)).unwrap_or(id(1));
        Moment { world: *self, fresh, deployments, limits: self.limits() }
    }

    /// The id of this number for deployments of an environment: no other environment has it.
    pub fn deployment(&self, account: AccountId, name: &EnvironmentName, number: u128) -> DeploymentId {
        let account = self.accounts.iter().take_while(|known| **known != account.to_string()).count();
        let name = self.names.iter().take_while(|known| **known != name.as_str()).count();
        DeploymentId::from(Uuid::from_u128(1000 * (1 + account as u128) + 10 * name as u128 + number))
    }

    /// The same state with the lowest ids for deployments: the last success has the first, another latest deployment
    /// the second.
    ///
    /// Ids of deployments are compared with each other and with nothing else, so states that differ in them alone are
    /// one: without this there would be no end of states.
    pub fn canonical(&self, store: Memory) -> Memory {
        let Some(_) = self.environments else { return store };
        let mut renamed = Vec::new();
        for ((account, name), (attempted, succeeded)) in self.moment(&store).deployments {
            let lowest = |number| self.deployment(account, &name, number);
            let others = Some(attempted).filter(|id| Some(*id) != succeeded);
            let number = succeeded.map_or(1, |_| 2);
            renamed.extend(succeeded.map(|id| (id, lowest(1))));
            renamed.extend(others.map(|id| (id, lowest(number))));
        }
        if renamed.iter().all(|(old, new)| old == new) {
            return store;
        }
        let rename = |key: &Key, record: &Record| match key {
            Key::Environment { .. } | Key::ListedEnvironment { .. } => rename(record, &renamed),
            _ => record.clone(),
        };
        let records = store.records().map(|(key, record)| (key.clone(), rename(key, record)));
        rebuilt(records.collect::<Vec<_>>().iter().map(|(key, record)| (key, record)))
    }
}

/// A record with other ids of deployments, all of them exchanged at once.
fn rename(record: &Record, renamed: &[(DeploymentId, DeploymentId)]) -> Record {
    let mut text = serde_json::to_string(record).unwrap();
    for (place, (old, _)) in renamed.iter().enumerate() {
        text = text.replace(&old.to_string(), &format!("<{place}>"));
    }
    for (place, (_, new)) in renamed.iter().enumerate() {
        text = text.replace(&format!("<{place}>"), &new.to_string());
    }
    serde_json::from_str(&text).unwrap()
}

/// A Region's environment by its owner, as its ARN.
pub fn environment_arn(account: &str, name: &str) -> String {
    format!("arn:aws:proton:{}:{account}:environment/{name}", home())
}
