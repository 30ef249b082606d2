//! What the crate is measured against: the same rules written by hand over `BTreeMap`s.
//!
//! One struct, one method for each operation, and no store, versions or batches: a method looks things up, checks the
//! rules and changes the maps in place. It keeps what the crate keeps (the same orderings for lists, the counts of the
//! quota, the client tokens, the requests that created environments), answers with the same information, and emits the
//! same events and instructions. It may run on one thread, in memory and nowhere else, which is what the crate's
//! abstraction buys.

mod deployments;
mod environments;
mod index;

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    time::Duration,
};

use account_connections::{
    Rule,
    connection::ConnectionStatus,
    environment::DeploymentStatus,
    id::{AccountId, Caller, ClientToken, ConnectionId, EnvironmentName, Region, RoleArn, Timestamp},
    operation::{CreateEnvironmentAccountConnection, Limits},
    tag::Tags,
};
pub use deployments::{AccountResource, Instruction, Means, ResourcePlace};
use environments::Environment;
pub use environments::{EnvironmentPlace, EnvironmentShown};
use index::{Index, Listed};
pub use index::{Page, Place, Summary};

/// All connections and environments of all accounts.
#[derive(Debug, Default)]
pub struct Baseline {
    connections: BTreeMap<(Region, ConnectionId), Connection>,
    environments: BTreeMap<EnvironmentPlace, Environment>,
    counts: BTreeMap<(Region, AccountId), Count>,
    tokens: BTreeMap<(Region, AccountId, ClientToken), TokenUse>,
    index: Index,
    by_template: BTreeSet<environments::ByTemplate>,
    by_account: deployments::ByAccount,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What the host is to do, in order.
    pub instructions: Vec<Instruction>,
}

/// How many connections an environment account has, and how many environments a management account.
#[derive(Debug, Default, PartialEq)]
struct Count {
    connections: u32,
    environments: u32,
}

#[derive(Debug)]
struct Connection {
    shown: Shown,
    client_token: Option<ClientToken>,
    /// Nothing measured reads them, but each connection has to hold them.
    _tags: Tags,
}

#[derive(Debug)]
struct TokenUse {
    connection: ConnectionId,
    request: CreateEnvironmentAccountConnection,
}

/// How long a client token is good.
const TOKEN_GOOD_FOR: Duration = Duration::from_secs(8 * 60 * 60);

/// What a connection's ARN consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arn {
    pub region: Region,
    pub environment_account: AccountId,
    pub id: ConnectionId,
}

/// A connection as an answer shows it: all that the crate's `ConnectionShown` has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub arn: Arn,
    pub codebuild_role_arn: Option<RoleArn>,
    pub component_role_arn: Option<RoleArn>,
    pub environment_account_id: AccountId,
    pub environment_name: EnvironmentName,
    pub id: ConnectionId,
    pub last_modified_at: Timestamp,
    pub management_account_id: AccountId,
    pub requested_at: Timestamp,
    pub role_arn: Option<RoleArn>,
    pub status: ConnectionStatus,
}

/// A change of a connection's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub arn: Arn,
    pub at: Timestamp,
    pub previous: Option<ConnectionStatus>,
    pub status: Option<ConnectionStatus>,
}

/// A change of an environment's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentChange {
    pub arn: EnvironmentPlace,
    pub at: Timestamp,
    pub previous: Option<DeploymentStatus>,
    pub status: Option<DeploymentStatus>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Connection(Change),
    Environment(EnvironmentChange),
}

impl Event {
    fn environment(
        of: &EnvironmentShown,
        at: Timestamp,
        previous: Option<DeploymentStatus>,
        status: Option<DeploymentStatus>,
    ) -> Self {
        Self::Environment(EnvironmentChange { arn: of.arn.clone(), at, previous, status })
    }
}

/// Who calls, when, and what the host supplies: a fresh id and the quotas.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    pub caller: Caller,
    pub now: Timestamp,
    pub fresh: ConnectionId,
    pub limits: Limits,
}

impl Baseline {
    /// CreateEnvironmentAccountConnection.
    pub fn create(&mut self, call: Call, request: CreateEnvironmentAccountConnection) -> Result<Shown, Rule> {
        let Caller { account, region } = call.caller;
        if request.management_account_id == account {
            return Err(Rule::DistinctAccounts);
        }
        if request.role_arn.is_none() && request.codebuild_role_arn.is_none() {
            return Err(Rule::RoleRequired);
        }
        let partition = region.partition();
        let roles = [&request.role_arn, &request.codebuild_role_arn, &request.component_role_arn];
        if roles.into_iter().flatten().any(|role| !role.is_of(account, partition)) {
            return Err(Rule::RoleInEnvironmentAccount);
        }
        if let Some(token) = &request.client_token
            && let Some(used) = self.tokens.get(&(region, account, token.clone()))
        {
            let earlier = &self.connections[&(region, used.connection)].shown;
            if earlier.requested_at.checked_add(TOKEN_GOOD_FOR).is_none_or(|expires| call.now < expires) {
                return if used.request == request { Ok(earlier.clone()) } else { Err(Rule::ClientTokenMismatch) };
            }
        }
        let count = self.counts.entry((region, account)).or_default();
        if count.connections >= call.limits.connections_per_account {
            return Err(Rule::ConnectionQuota);
        }
        count.connections += 1;

        let id = call.fresh;
        let shown = Shown {
            arn: Arn { region, environment_account: account, id },
            codebuild_role_arn: request.codebuild_role_arn.clone(),
            component_role_arn: request.component_role_arn.clone(),
            environment_account_id: account,
            environment_name: request.environment_name.clone(),
            id,
            last_modified_at: call.now,
            management_account_id: request.management_account_id,
            requested_at: call.now,
            role_arn: request.role_arn.clone(),
            status: ConnectionStatus::Pending,
        };
        self.index.insert(Listed::of(&shown));
        self.emit(&shown, call.now, None, Some(ConnectionStatus::Pending));
        let connection = Connection {
            shown: shown.clone(),
            client_token: request.client_token.clone(),
            _tags: request.tags.clone(),
        };
        self.connections.insert((region, id), connection);
        if let Some(token) = request.client_token.clone() {
            self.tokens.insert((region, account, token), TokenUse { connection: id, request });
        }
        Ok(shown)
    }

    /// AcceptEnvironmentAccountConnection.
    pub fn accept(&mut self, call: Call, id: ConnectionId) -> Result<Shown, Rule> {
        let shown = managed(&mut self.connections, call.caller, id)?;
        match shown.status {
            ConnectionStatus::Rejected => return Err(Rule::RejectedIsFinal),
            ConnectionStatus::Connected => {
                let shown = shown.clone();
                self.restore(&shown);
                return Ok(shown);
            }
            ConnectionStatus::Pending => {}
        }
        let changed = change_status(shown, ConnectionStatus::Connected, call.now);
        self.restore(&changed);
        self.status_changed(&changed, ConnectionStatus::Pending);
        Ok(changed)
    }

    /// RejectEnvironmentAccountConnection.
    pub fn reject(&mut self, call: Call, id: ConnectionId) -> Result<Shown, Rule> {
        let shown = managed(&mut self.connections, call.caller, id)?;
        let before = shown.status;
        match before {
            ConnectionStatus::Rejected => return Ok(shown.clone()),
            ConnectionStatus::Connected => {
                let environment = self.environments.get(&environment_of(shown)).map(|environment| &environment.shown);
                if environment.is_some_and(|shown| shown.environment_account_connection_id == Some(id)) {
                    return Err(Rule::NoRejectWhileInUse);
                }
            }
            ConnectionStatus::Pending => {}
        }
        let changed = change_status(shown, ConnectionStatus::Rejected, call.now);
        self.status_changed(&changed, before);
        Ok(changed)
    }

    /// DeleteEnvironmentAccountConnection.
    pub fn delete(&mut self, call: Call, id: ConnectionId) -> Result<Option<Shown>, Rule> {
        let Caller { account, region } = call.caller;
        match self.visible(call.caller, id) {
            Ok(shown) if shown.environment_account_id == account => {}
            Ok(_) => return Err(Rule::EnvironmentAccountOwns),
            Err(_) => return Ok(None),
        }
        let Some(Connection { shown, client_token, .. }) = self.connections.remove(&(region, id)) else {
            return Ok(None);
        };
        // A later connection may have the token.
        if let Some(token) = client_token
            && let Entry::Occupied(used) = self.tokens.entry((region, account, token))
            && used.get().connection == id
        {
            used.remove();
        }
        if let Some(count) = self.counts.get_mut(&(region, account)) {
            count.connections -= 1;
            if *count == Count::default() {
                self.counts.remove(&(region, account));
            }
        }
        self.index.remove(Listed::of(&shown));
        self.emit(&shown, call.now.max(shown.last_modified_at), Some(shown.status), None);
        if shown.status == ConnectionStatus::Connected {
            self.orphan(id, &environment_of(&shown), call.now);
        }
        Ok(Some(shown))
    }

    /// GetEnvironmentAccountConnection.
    pub fn get(&self, call: Call, id: ConnectionId) -> Result<Shown, Rule> {
        self.visible(call.caller, id).cloned()
    }

    fn visible(&self, caller: Caller, id: ConnectionId) -> Result<&Shown, Rule> {
        match self.connections.get(&(caller.region, id)) {
            Some(Connection { shown, .. }) if is_party(shown, caller) => Ok(shown),
            _ => Err(Rule::ConnectionNotFound),
        }
    }

    fn status_changed(&mut self, changed: &Shown, before: ConnectionStatus) {
        let listed = Listed::of(changed);
        self.index.remove(Listed { status: before, ..listed });
        self.index.insert(listed);
        self.emit(changed, changed.last_modified_at, Some(before), Some(changed.status));
    }

    fn emit(
        &mut self,
        of: &Shown,
        at: Timestamp,
        previous: Option<ConnectionStatus>,
        status: Option<ConnectionStatus>,
    ) {
        self.events.push(Event::Connection(Change { arn: of.arn, at, previous, status }));
    }
}

/// The connection, if the caller can see it and is its management account.
fn managed(
    connections: &mut BTreeMap<(Region, ConnectionId), Connection>,
    caller: Caller,
    id: ConnectionId,
) -> Result<&mut Shown, Rule> {
    match connections.get_mut(&(caller.region, id)) {
        Some(Connection { shown, .. }) if is_party(shown, caller) => {
            if shown.management_account_id == caller.account {
                Ok(shown)
            } else {
                Err(Rule::ManagementDecides)
            }
        }
        _ => Err(Rule::ConnectionNotFound),
    }
}

fn is_party(shown: &Shown, caller: Caller) -> bool {
    shown.environment_account_id == caller.account || shown.management_account_id == caller.account
}

fn change_status(shown: &mut Shown, status: ConnectionStatus, now: Timestamp) -> Shown {
    shown.status = status;
    shown.last_modified_at = now.max(shown.last_modified_at);
    shown.clone()
}

fn environment_of(shown: &Shown) -> EnvironmentPlace {
    (shown.arn.region, shown.management_account_id, shown.environment_name.clone())
}
