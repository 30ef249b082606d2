use std::{collections::BTreeMap, sync::Arc};

use account_connections::{
    Memory,
    connection::Connection,
    environment::Environment,
    id::{AccountId, ConnectionId, EnvironmentName},
    operation::CreateEnvironment,
    store::{Key, Record, TokenUse},
};

use super::environment::EnvironmentShape;

/// Whose an environment is, and its name.
pub type Owner = (AccountId, EnvironmentName);

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

    /// What of it concerns an account: the connections to which it is a party, the environments that are its own or
    /// provisioned in it, and its client tokens.
    pub fn concerning(mut self, account: AccountId) -> Self {
        self.connections.retain(|_, it| [it.environment_account(), it.management_account()].contains(&account));
        self.environments.retain(|_, it| [it.account_provisioned_in(), it.management_account()].contains(&account));
        self.requests.retain(|(owner, _), _| *owner == account);
        self.tokens.retain(|(owner, _), _| *owner == account);
        self
    }

    /// The environment that is attached to a connection.
    pub fn user_of(&self, id: ConnectionId) -> Option<&Arc<Environment>> {
        self.environments.values().find(|environment| environment.is_attached_to(id))
    }

    /// The environments, as they are.
    pub fn shapes(&self) -> BTreeMap<Owner, EnvironmentShape> {
        self.environments.iter().map(|(owner, it)| (owner.clone(), it.as_ref().into())).collect()
    }

    /// The environment that a connection is for, whatever it is attached to.
    pub fn environment_for(&self, connection: &Connection) -> Option<&Arc<Environment>> {
        let name = connection.environment_name().clone();
        self.environments.get(&(connection.management_account(), name))
    }
}
