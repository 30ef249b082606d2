use alloc::{boxed::Box, collections::VecDeque};

use super::Call;
use crate::{
    Rule,
    connection::ConnectionStatus,
    environment::DeploymentStatus,
    id::{AccountId, Caller, ConnectionArn, ConnectionId, EnvironmentArn, EnvironmentName},
    operation::{Answer, ConnectionShown, ConnectionSummary, EnvironmentSummary, Operation},
    page::NextToken,
    refusal::Refusal,
};

/// What a session knows of what there is: from the answers, and hence not always true any more.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    connections: VecDeque<KnownConnection>,
    /// Connections that are gone.
    gone: VecDeque<KnownConnection>,
    environments: VecDeque<Box<EnvironmentSummary>>,
    /// The calls of which the answers were not the last pages.
    pages: VecDeque<(Caller, Operation, NextToken)>,
}

#[derive(Clone, Debug)]
pub(super) struct KnownConnection {
    pub(super) arn: ConnectionArn,
    pub(super) management_account: AccountId,
    pub(super) name: EnvironmentName,
    pub(super) status: ConnectionStatus,
}

/// The most that is kept of each.
const MOST: usize = 32;

fn push<T>(items: &mut VecDeque<T>, item: T) {
    if items.len() == MOST {
        items.pop_front();
    }
    items.push_back(item);
}

impl Known {
    pub(super) fn connections(&self) -> impl DoubleEndedIterator<Item = &KnownConnection> + ExactSizeIterator {
        self.connections.iter()
    }

    pub(super) fn gone(&self) -> impl DoubleEndedIterator<Item = &KnownConnection> + ExactSizeIterator {
        self.gone.iter()
    }

    pub(super) fn environments(&self) -> impl DoubleEndedIterator<Item = &EnvironmentSummary> + ExactSizeIterator {
        self.environments.iter().map(|environment| &**environment)
    }

    pub(super) fn pages(&self) -> impl DoubleEndedIterator<Item = &(Caller, Operation, NextToken)> + ExactSizeIterator {
        self.pages.iter()
    }

    pub(super) fn has_deployment_under_way(&self) -> bool {
        self.environments().any(|environment| is_under_way(environment.deployment_status))
    }

    pub(super) fn learn(&mut self, call: &Call, result: &Result<Answer, Refusal>) {
        match result {
            Ok(Answer::Connection(connection)) => self.learn_connection(connection, &call.operation),
            Ok(Answer::Connections(page)) => {
                for connection in &page.items {
                    self.connection(connection.into());
                }
                self.learn_page(call, page.next_token.as_ref());
            }
            Ok(Answer::Environment(environment)) => self.environment(&environment.summary),
            Ok(Answer::Environments(page)) => {
                for environment in &page.items {
                    self.environment(environment);
                }
                self.learn_page(call, page.next_token.as_ref());
            }
            Ok(Answer::Tags(page)) => self.learn_page(call, page.next_token.as_ref()),
            Ok(Answer::AccountResources(page)) => self.learn_page(call, page.next_token.as_ref()),
            Err(refusal) if refusal.rule() == Rule::ConnectionNotFound => self.forget_connection(call),
            Err(refusal) if refusal.rule() == Rule::EnvironmentNotFound => self.forget_environment(call),
            Ok(_) | Err(_) => {}
        }
    }

    /// Another session deleted the connection, if the caller could see it.
    fn forget_connection(&mut self, call: &Call) {
        let (Caller { account, region }, Some(id)) = (call.context.caller, connection_id(&call.operation)) else {
            return;
        };
        let is_party = |known: &KnownConnection| {
            known.arn.region == region && [known.arn.environment_account, known.management_account].contains(&account)
        };
        if let Some(known) = self.connections.iter().find(|known| known.arn.id == id && is_party(known)).cloned() {
            self.take(id);
            push(&mut self.gone, known);
        }
    }

    /// Another session deleted the environment, if it was the caller's.
    fn forget_environment(&mut self, call: &Call) {
        let Caller { account, region } = call.context.caller;
        let Some(name) = environment_name(&call.operation) else { return };
        let arn = EnvironmentArn::new(region, account, name.clone());
        self.environments.retain(|known| known.arn != arn);
    }

    fn learn_connection(&mut self, connection: &ConnectionShown, operation: &Operation) {
        if matches!(operation, Operation::DeleteEnvironmentAccountConnection(_)) {
            self.take(connection.summary.id);
            push(&mut self.gone, (&connection.summary).into());
        } else {
            self.connection((&connection.summary).into());
        }
    }

    fn take(&mut self, id: ConnectionId) {
        self.connections.retain(|known| known.arn.id != id);
    }

    fn connection(&mut self, connection: KnownConnection) {
        self.take(connection.arn.id);
        push(&mut self.connections, connection);
    }

    fn environment(&mut self, environment: &EnvironmentSummary) {
        self.environments.retain(|known| known.arn != environment.arn);
        if environment.deployment_status != DeploymentStatus::DeleteComplete {
            push(&mut self.environments, Box::new(environment.clone()));
        }
    }

    fn learn_page(&mut self, call: &Call, token: Option<&NextToken>) {
        if let Some(token) = token {
            push(&mut self.pages, (call.context.caller, call.operation.clone(), token.clone()));
        }
    }
}

const fn connection_id(operation: &Operation) -> Option<ConnectionId> {
    match operation {
        Operation::GetEnvironmentAccountConnection(request) => Some(request.id),
        Operation::UpdateEnvironmentAccountConnection(request) => Some(request.id),
        Operation::AcceptEnvironmentAccountConnection(request) => Some(request.id),
        Operation::RejectEnvironmentAccountConnection(request) => Some(request.id),
        Operation::DeleteEnvironmentAccountConnection(request) => Some(request.id),
        Operation::CreateEnvironment(request) => request.environment_account_connection_id,
        Operation::UpdateEnvironment(request) => request.environment_account_connection_id,
        _ => None,
    }
}

const fn environment_name(operation: &Operation) -> Option<&EnvironmentName> {
    match operation {
        Operation::GetEnvironment(request) => Some(&request.name),
        Operation::UpdateEnvironment(request) => Some(&request.name),
        Operation::CancelEnvironmentDeployment(request) => Some(&request.environment_name),
        Operation::DeleteEnvironment(request) => Some(&request.name),
        Operation::ListEnvironmentProvisionedResources(request) => Some(&request.environment_name),
        Operation::ReportDeployment(request) => Some(&request.name),
        Operation::ProvisioningAuthority(request) => Some(&request.name),
        _ => None,
    }
}

pub(super) const fn is_under_way(status: DeploymentStatus) -> bool {
    use DeploymentStatus::{Cancelling, DeleteInProgress, InProgress};

    matches!(status, InProgress | Cancelling | DeleteInProgress)
}

impl From<&ConnectionSummary> for KnownConnection {
    fn from(connection: &ConnectionSummary) -> Self {
        Self {
            arn: connection.arn,
            management_account: connection.management_account_id,
            name: connection.environment_name.clone(),
            status: connection.status,
        }
    }
}
