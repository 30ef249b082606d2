use std::{collections::BTreeMap, sync::Arc};

use account_connections::{
    Memory,
    connection::Connection,
    connection::ConnectionStatus,
    environment::DeploymentStatus,
    environment::Environment,
    id::{AccountId, ConnectionArn, ConnectionId, EnvironmentArn, EnvironmentName},
    operation::CreateEnvironment,
    store::{Key, Record, TokenUse},
};

use super::environment::EnvironmentShape;

/// Whose an environment is, and its name.
pub type Owner = (AccountId, EnvironmentName);

/// What an account may know of: see [`Facts::concerning`].
pub type Concern = (Vec<Record>, Vec<(String, EnvironmentArn, bool)>);

/// The status of every connection and every environment.
pub type Statuses = (BTreeMap<ConnectionArn, ConnectionStatus>, BTreeMap<EnvironmentArn, DeploymentStatus>);

/// What is the case: a store's records by what they are about, without the index and the counts, which follow from
/// the rest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The connections.
    pub connections: BTreeMap<ConnectionId, Arc<Connection>>,
    /// The environments, by owner and name.
    pub environments: BTreeMap<Owner, Arc<Environment>>,
    /// The requests that created them.
    pub requests: BTreeMap<Owner, Arc<CreateEnvironment>>,
    /// The client tokens, by account.
    pub tokens: BTreeMap<(AccountId, String), Arc<TokenUse>>,
    /// The environments, in everything that can be said of them.
    shapes: BTreeMap<Owner, EnvironmentShape>,
}

impl Facts {
    /// What a store says. Everything in it is of one Region.
    pub fn of(store: &Memory) -> Self {
        let mut facts = Self::default();
        for (key, record) in store.records() {
            match (key, record) {
                (Key::Connection { id, .. }, Record::Connection(connection)) => {
                    facts.connections.insert(*id, connection.clone());
                }
                (Key::Environment { management_account, name, .. }, Record::Environment(environment)) => {
                    let shape = EnvironmentShape::from(environment.as_ref());
                    facts.shapes.insert((*management_account, name.clone()), shape);
                    facts.environments.insert((*management_account, name.clone()), environment.clone());
                }
                (Key::EnvironmentRequest { management_account, name, .. }, Record::EnvironmentRequest(request)) => {
                    facts.requests.insert((*management_account, name.clone()), request.clone());
                }
                (Key::ClientToken { environment_account, token, .. }, Record::ClientToken(used)) => {
                    facts.tokens.insert((*environment_account, token.to_string()), used.clone());
                }
                _ => {}
            }
        }
        facts
    }

    /// What an account may know of: the connections to which it is a party, its environments and the requests that
    /// created them, its client tokens, and which resources of which environments are in it.
    pub fn concerning(&self, account: AccountId) -> Concern {
        let connections = self.connections.values();
        let connections =
            connections.filter(|it| [it.environment_account(), it.management_account()].contains(&account));
        let environments = self.environments.iter().filter(|((owner, _), _)| *owner == account);
        let requests = self.requests.iter().filter(|((owner, _), _)| *owner == account);
        let tokens = self.tokens.iter().filter(|((owner, _), _)| *owner == account);
        let records = connections.map(|it| Record::Connection(it.clone()));
        let records = records.chain(environments.map(|(_, it)| Record::Environment(it.clone())));
        let records = records.chain(requests.map(|(_, it)| Record::EnvironmentRequest(it.clone())));
        let records = records.chain(tokens.map(|(_, it)| Record::ClientToken(it.clone())));
        (records.collect(), self.provisioned_in(account))
    }

    /// The resources in an account, in the order in which they are listed, with whose they are and whether that is
    /// unmanaged.
    pub fn provisioned_in(&self, account: AccountId) -> Vec<(String, EnvironmentArn, bool)> {
        let here = self.shapes.values().filter(|it| it.provisioned_in() == account);
        let all = here.flat_map(|it| it.resources.iter().map(|id| (id.clone(), it.arn.clone(), it.is_unmanaged())));
        let mut all = all.collect::<Vec<_>>();
        all.sort();
        all
    }

    /// The environment that is attached to a connection.
    pub fn user_of(&self, id: ConnectionId) -> Option<&Arc<Environment>> {
        self.environments.values().find(|environment| environment.is_attached_to(id))
    }

    /// The environments, as they are.
    pub fn shapes(&self) -> &BTreeMap<Owner, EnvironmentShape> {
        &self.shapes
    }

    /// The status of everything.
    pub fn statuses(&self) -> Statuses {
        let connections = self.connections.values().map(|it| (it.arn(), it.status()));
        let environments = self.shapes.values().map(|it| (it.arn.clone(), it.status));
        (connections.collect(), environments.collect())
    }

    /// The environment of this owner and name, as it is.
    pub fn shape(&self, owner: &Owner) -> Option<&EnvironmentShape> {
        self.shapes.get(owner)
    }

    /// The environment that a connection is for, whatever it is attached to.
    pub fn environment_for(&self, connection: &Connection) -> Option<&Arc<Environment>> {
        let name = connection.environment_name().clone();
        self.environments.get(&(connection.management_account(), name))
    }
}
