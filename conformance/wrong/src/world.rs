//! What there is, looked up past the model.

use account_connections::{
    Memory,
    connection::Connection,
    environment::Environment,
    id::{AccountId, Caller},
    store::{EnvironmentPart, Key, Record},
};
use serde_json::Value;

use crate::fault::Ask;

/// The names of operations.
pub(crate) mod words {
    pub(crate) const CREATE_CONNECTION: &str = "CreateEnvironmentAccountConnection";
    pub(crate) const GET_CONNECTION: &str = "GetEnvironmentAccountConnection";
    pub(crate) const LIST_CONNECTIONS: &str = "ListEnvironmentAccountConnections";
    pub(crate) const UPDATE_CONNECTION: &str = "UpdateEnvironmentAccountConnection";
    pub(crate) const ACCEPT: &str = "AcceptEnvironmentAccountConnection";
    pub(crate) const REJECT: &str = "RejectEnvironmentAccountConnection";
    pub(crate) const DELETE_CONNECTION: &str = "DeleteEnvironmentAccountConnection";
    pub(crate) const CREATE: &str = "CreateEnvironment";
    pub(crate) const GET: &str = "GetEnvironment";
    pub(crate) const LIST: &str = "ListEnvironments";
    pub(crate) const UPDATE: &str = "UpdateEnvironment";
    pub(crate) const CANCEL: &str = "CancelEnvironmentDeployment";
    pub(crate) const DELETE: &str = "DeleteEnvironment";
    pub(crate) const LIST_RESOURCES: &str = "ListEnvironmentProvisionedResources";
    pub(crate) const LIST_OUTPUTS: &str = "ListEnvironmentOutputs";
    pub(crate) const NOTIFY: &str = "NotifyResourceDeploymentStatusChange";
    pub(crate) const TAG: &str = "TagResource";
    pub(crate) const UNTAG: &str = "UntagResource";
    pub(crate) const LIST_TAGS: &str = "ListTagsForResource";
    pub(crate) const REPORT: &str = "ReportDeployment";
    pub(crate) const AUTHORITY: &str = "ProvisioningAuthority";
    pub(crate) const LIST_ACCOUNT: &str = "ListProvisionedResources";
    pub(crate) const CLEAN_UP: &str = "CleanUpResources";
}

pub(crate) fn connections(memory: &Memory) -> impl Iterator<Item = (Key, &Connection)> {
    memory.records().filter_map(|(key, record)| match record {
        Record::Connection(connection) => Some((key, connection.as_ref())),
        _ => None,
    })
}

pub(crate) fn environments(memory: &Memory) -> impl Iterator<Item = (Key, &Environment)> {
    memory.records().filter_map(|(key, record)| match record {
        Record::Environment(environment) => Some((key, environment.as_ref())),
        _ => None,
    })
}

/// The connection that a question names, whoever's it is and in any Region.
pub(crate) fn named_anywhere<'m>(ask: &Ask, memory: &'m Memory) -> Option<(Key, &'m Connection)> {
    let id = ask.text("id").or_else(|| ask.text("environmentAccountConnectionId"));
    let id =
        id.or_else(|| ask.text("resourceArn")?.rsplit_once("environment-account-connection/").map(|(_, id)| id))?;
    connections(memory).find(|(_, connection)| connection.id().to_string() == id)
}

/// The connection that a question names in its Region, whoever's it is.
pub(crate) fn named<'m>(ask: &Ask, memory: &'m Memory) -> Option<(Key, &'m Connection)> {
    named_anywhere(ask, memory).filter(|(_, connection)| connection.region() == ask.caller.region)
}

pub(crate) fn is_party(caller: &Caller, connection: &Connection) -> bool {
    [connection.environment_account(), connection.management_account()].contains(&caller.account)
}

/// The environment that a question names, where it is the caller's.
pub(crate) fn own<'m>(ask: &Ask, memory: &'m Memory) -> Option<(Key, &'m Environment)> {
    let name = ask.text("name").or_else(|| ask.text("environmentName"));
    let name = name.or_else(|| ask.text("resourceArn")?.rsplit_once(":environment/").map(|(_, name)| name))?;
    environments(memory).find(|(_, environment)| {
        environment.name().as_str() == name
            && (environment.management_account(), environment.region()) == (ask.caller.account, ask.caller.region)
    })
}

/// The environment that a connection is for.
pub(crate) fn environment_of<'m>(connection: &Connection, memory: &'m Memory) -> Option<(Key, &'m Environment)> {
    environments(memory).find(|(_, environment)| {
        environment.name() == connection.environment_name()
            && environment.management_account() == connection.management_account()
            && environment.region() == connection.region()
    })
}

/// The record of this part of the thing that a key is of.
pub(crate) fn part<'m>(memory: &'m Memory, head: &Key, part: EnvironmentPart) -> Option<(Key, &'m Record)> {
    let key = with_part(head, part)?;
    let record = memory.get(&key)?;
    Some((key, record))
}

/// The key of this part of an environment.
pub(crate) fn with_part(head: &Key, part: EnvironmentPart) -> Option<Key> {
    match head.clone() {
        Key::Environment { region, management_account, name, .. } => {
            Some(Key::Environment { region, management_account, name, part })
        }
        _ => None,
    }
}

pub(crate) fn record<'m>(memory: &'m Memory, key: &Key) -> Option<&'m Record> {
    memory.get(key)
}

/// The account that owns what an answer shows.
pub(crate) fn owner_shown(answer: &Value) -> Option<AccountId> {
    let connection = answer.get("environmentAccountConnection").and_then(|shown| shown.get("environmentAccountId"));
    let environment = answer.get("environment").and_then(|shown| shown.get("arn"));
    let owner = connection.and_then(Value::as_str).or_else(|| environment?.as_str()?.split(':').nth(4));
    owner?.parse().ok()
}
