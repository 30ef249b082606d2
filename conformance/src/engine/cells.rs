//! The rows of the two transition tables that an outcome belongs to.

use account_connections::{
    Rule,
    connection::{CONNECTION_TRANSITIONS, ConnectionTrigger},
    environment::{DEPLOYMENT_TRANSITIONS, DeploymentCondition, DeploymentTrigger, Environment, Provisioning, Work},
    operation::{DeploymentOutcome, DeploymentType, NotifiedStatus, Operation},
    store::{EnvironmentPart, Key, Record},
};

use super::{about, question::Question, stored, world::World};
use crate::report::Cell;

/// The rows, given what is there before the call, and the rule by which the model refuses it, if it does.
pub(super) fn of(world: &mut World, question: &Question, refused_by: Option<Rule>) -> Vec<Cell> {
    let Some((operation, _)) = question.ways.first() else { return Vec::new() };
    let mut cells = Vec::new();
    cells.extend(of_connection(world, question, operation, refused_by));
    cells.extend(of_environment(world, question, operation, refused_by));
    cells
}

fn of_connection(
    world: &mut World,
    question: &Question,
    operation: &Operation,
    refused_by: Option<Rule>,
) -> Option<Cell> {
    let (on, id) = match operation {
        Operation::CreateEnvironmentAccountConnection(_) => (ConnectionTrigger::Create, None),
        Operation::AcceptEnvironmentAccountConnection(request) => (ConnectionTrigger::Accept, Some(request.id)),
        Operation::RejectEnvironmentAccountConnection(request) => (ConnectionTrigger::Reject, Some(request.id)),
        Operation::UpdateEnvironmentAccountConnection(request) => (ConnectionTrigger::Update, Some(request.id)),
        Operation::DeleteEnvironmentAccountConnection(request) => (ConnectionTrigger::Delete, Some(request.id)),
        _ => return None,
    };
    let (from, in_use) = match id {
        None => (None, false),
        Some(id) => {
            let key = about::connection_key(question.caller.region, id);
            let Record::Connection(connection) = world.record(&key)? else { return None };
            connection.seen_by(&question.caller)?;
            (Some(connection.status()), attached(world, &key).is_some())
        }
    };
    let cell = Cell::of_connection(from, on, in_use)?;
    let row = CONNECTION_TRANSITIONS.iter().find(|row| Cell::from(*row) == cell)?;
    (row.to.err() == refused_by).then_some(cell)
}

fn of_environment(
    world: &mut World,
    question: &Question,
    operation: &Operation,
    refused_by: Option<Rule>,
) -> Option<Cell> {
    let on = match operation {
        Operation::CreateEnvironment(_) => DeploymentTrigger::Create,
        Operation::UpdateEnvironment(request) if request.deployment_type != DeploymentType::None => {
            DeploymentTrigger::Deploy
        }
        Operation::CancelEnvironmentDeployment(_) => DeploymentTrigger::Cancel,
        Operation::DeleteEnvironment(_) => DeploymentTrigger::Delete,
        Operation::ReportDeployment(request) => match request.outcome {
            DeploymentOutcome::Succeeded => DeploymentTrigger::Succeeded,
            DeploymentOutcome::Failed => DeploymentTrigger::Failed,
            DeploymentOutcome::Cancelled => DeploymentTrigger::Cancelled,
        },
        Operation::NotifyResourceDeploymentStatusChange(request) => match request.status? {
            NotifiedStatus::Succeeded => DeploymentTrigger::Succeeded,
            NotifiedStatus::Failed => DeploymentTrigger::Failed,
            NotifiedStatus::InProgress => return None,
        },
        Operation::DeleteEnvironmentAccountConnection(request) => {
            let key = about::connection_key(question.caller.region, request.id);
            let environment = attached(world, &key)?;
            return matching(Some(&environment), DeploymentTrigger::ConnectionDeleted, refused_by);
        }
        _ => return None,
    };
    let heads = about::named(world, &question.call);
    let environment = heads.iter().find_map(|key| match (key, world.record(key)) {
        (Key::Environment { management_account, .. }, Some(Record::Environment(environment)))
            if *management_account == question.caller.account =>
        {
            Some(environment)
        }
        _ => None,
    });
    let is_new = on == DeploymentTrigger::Create;
    if is_new == environment.is_some() {
        return None;
    }
    matching(environment.as_deref(), on, refused_by)
}

/// The row that ends this way.
fn matching(environment: Option<&Environment>, on: DeploymentTrigger, refused_by: Option<Rule>) -> Option<Cell> {
    let holds = |condition| match condition {
        DeploymentCondition::Always => true,
        DeploymentCondition::Creation => matches!(work(environment), Some(Work::Create)),
        DeploymentCondition::Update => matches!(work(environment), Some(Work::Update(_) | Work::Cancel(_))),
        DeploymentCondition::Managed => environment.is_some_and(|environment| !environment.is_unmanaged()),
        DeploymentCondition::Unmanaged => environment.is_some_and(Environment::is_unmanaged),
        DeploymentCondition::SelfManaged => is_self_managed(environment),
        DeploymentCondition::NotSelfManaged => !is_self_managed(environment),
    };
    let cell = Cell::of_deployment(environment.map(Environment::status), on, holds)?;
    let row = DEPLOYMENT_TRANSITIONS.iter().find(|row| Cell::from(*row) == cell)?;
    (row.to.err() == refused_by).then_some(cell)
}

fn work(environment: Option<&Environment>) -> Option<&Work> {
    match environment? {
        Environment::Deploying(deploying) => Some(deploying.work()),
        Environment::Settled(_) | Environment::Unmanaged(_) => None,
    }
}

fn is_self_managed(environment: Option<&Environment>) -> bool {
    matches!(environment.and_then(Environment::provisioning), Some(Provisioning::SelfManaged(_)))
}

/// The environment that is attached to the connection under this key.
fn attached(world: &World, key: &Key) -> Option<std::sync::Arc<Environment>> {
    let Record::Connection(connection) = world.record(key)? else { return None };
    let arn = account_connections::id::EnvironmentArn::new(
        connection.region(),
        connection.management_account(),
        connection.environment_name().clone(),
    );
    match world.record(&stored::environment_key(&arn, EnvironmentPart::Head))? {
        Record::Environment(environment) if environment.is_attached_to(connection.id()) => Some(environment),
        _ => None,
    }
}
