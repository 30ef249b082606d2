use alloc::collections::{BTreeMap, BTreeSet};

use crate::{
    environment::VersionPart,
    id::{AccountId, Caller, ConnectionId, DeploymentId, EnvironmentArn, EnvironmentName, Timestamp},
    operation::{Answer, ConnectionSummary, CreateEnvironmentAccountConnection, EnvironmentSummary, Operation},
};

/// What all answers of a Region together show: the source of ids and times for calls whose own answers show none.
#[derive(Debug, Default)]
pub(super) struct Shown {
    connections: BTreeMap<ConnectionId, Connection>,
    pub(super) environments: BTreeMap<(AccountId, EnvironmentName), Environment>,
}

#[derive(Debug)]
struct Connection {
    summary: ConnectionSummary,
    modified_at: BTreeSet<Timestamp>,
}

/// What is shown of all environments that had a name, one after another.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// The start of the first call that names or shows it.
    pub(super) since: u64,
    pub(super) deployments: BTreeSet<DeploymentId>,
    pub(super) successes: BTreeSet<Success>,
    /// The major versions that updates ask for.
    pub(super) majors: BTreeSet<VersionPart>,
    times: BTreeSet<Timestamp>,
}

/// A deployment that succeeded: when, and with which template version.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Success {
    pub(super) deployment: DeploymentId,
    pub(super) at: Timestamp,
    pub(super) version: (VersionPart, Option<VersionPart>),
}

impl Shown {
    /// Takes note of a call that began at this time, and of its answer.
    pub(super) fn note(&mut self, start: u64, caller: Caller, operation: &Operation, answer: Option<&Answer>) {
        if let Some(name) = environment_of(operation) {
            let environment = self.environment(start, caller.account, &name);
            if let Operation::UpdateEnvironment(update) = operation {
                environment.majors.extend(update.template_major_version.clone());
            }
        }
        match answer {
            Some(Answer::Connection(connection)) => self.connection(&connection.summary),
            Some(Answer::Connections(page)) => page.items.iter().for_each(|shown| self.connection(shown)),
            Some(Answer::Environment(environment)) => self.summary(start, &environment.summary),
            Some(Answer::Environments(page)) => page.items.iter().for_each(|shown| self.summary(start, shown)),
            _ => {}
        }
    }

    /// The connections that a request may have created: ids, and when they were requested.
    pub(super) fn created(
        &self,
        caller: Caller,
        request: &CreateEnvironmentAccountConnection,
    ) -> impl Iterator<Item = (ConnectionId, Timestamp)> {
        let asked = (caller.account, request.management_account_id, request.environment_name.clone());
        let is_it = move |shown: &&ConnectionSummary| {
            (shown.environment_account_id, shown.management_account_id) == (asked.0, asked.1)
                && shown.environment_name == asked.2
        };
        let summaries = self.connections.values().map(|connection| &connection.summary);
        summaries.filter(is_it).map(|shown| (shown.id, shown.requested_at))
    }

    /// The times shown for what a request is about.
    pub(super) fn times(&self, caller: Caller, operation: &Operation) -> BTreeSet<Timestamp> {
        let environment = environment_of(operation).and_then(|name| self.environments.get(&(caller.account, name)));
        let connection = connection_of(operation).and_then(|id| self.connections.get(&id));
        let times = environment.map(|environment| &environment.times);
        times.or(connection.map(|connection| &connection.modified_at)).cloned().unwrap_or_default()
    }

    /// The deployments shown for the environment that a request is about.
    pub(super) fn deployments(&self, caller: Caller, operation: &Operation) -> BTreeSet<DeploymentId> {
        let environment = environment_of(operation).and_then(|name| self.environments.get(&(caller.account, name)));
        environment.map(|environment| environment.deployments.clone()).unwrap_or_default()
    }

    fn connection(&mut self, shown: &ConnectionSummary) {
        let connection = self.connections.entry(shown.id);
        let connection =
            connection.or_insert_with(|| Connection { summary: shown.clone(), modified_at: BTreeSet::new() });
        connection.modified_at.insert(shown.last_modified_at);
    }

    fn environment(&mut self, start: u64, account: AccountId, name: &EnvironmentName) -> &mut Environment {
        let environment = self.environments.entry((account, name.clone()));
        let environment = environment.or_insert_with(|| Environment { since: start, ..Environment::default() });
        environment.since = environment.since.min(start);
        environment
    }

    fn summary(&mut self, start: u64, shown: &EnvironmentSummary) {
        let environment = self.environment(start, shown.arn.management_account, &shown.name);
        environment.times.extend([shown.created_at, shown.last_deployment_attempted_at]);
        environment.deployments.insert(shown.last_attempted_deployment_id);
        if let (Some(at), Some(deployment)) = (shown.last_deployment_succeeded_at, shown.last_succeeded_deployment_id) {
            let version = (shown.template_major_version.clone(), shown.template_minor_version.clone());
            environment.times.insert(at);
            environment.deployments.insert(deployment);
            environment.successes.insert(Success { deployment, at, version });
        }
    }
}

/// The caller's environment that a request names.
fn environment_of(operation: &Operation) -> Option<EnvironmentName> {
    match operation {
        Operation::CreateEnvironment(request) => Some(&request.name),
        Operation::GetEnvironment(request) => Some(&request.name),
        Operation::UpdateEnvironment(request) => Some(&request.name),
        Operation::DeleteEnvironment(request) => Some(&request.name),
        Operation::CancelEnvironmentDeployment(request) => Some(&request.environment_name),
        Operation::ListEnvironmentProvisionedResources(request) => Some(&request.environment_name),
        Operation::ReportDeployment(request) => Some(&request.name),
        Operation::NotifyResourceDeploymentStatusChange(request) => {
            let arn = request.resource_arn.as_str().parse::<EnvironmentArn>();
            return arn.ok().map(|arn| arn.name);
        }
        _ => None,
    }
    .cloned()
}

/// The connection that a request names and may change.
const fn connection_of(operation: &Operation) -> Option<ConnectionId> {
    match operation {
        Operation::UpdateEnvironmentAccountConnection(request) => Some(request.id),
        Operation::AcceptEnvironmentAccountConnection(request) => Some(request.id),
        Operation::RejectEnvironmentAccountConnection(request) => Some(request.id),
        _ => None,
    }
}
