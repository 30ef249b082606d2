//! What a search is to reach: that it went through everything that there is, and not only through states in which
//! nothing happens.

use std::{collections::BTreeSet, fmt};

use account_connections::{
    Rule,
    connection::Connection,
    connection::ConnectionStatus,
    environment::{
        DEPLOYMENT_TRANSITIONS, DeploymentCondition, DeploymentStatus, DeploymentTransition,
        DeploymentTrigger as Trigger,
    },
    id::ResourceArn,
    operation::{DeploymentOutcome, DeploymentType, NotifiedStatus, Operation},
};

use super::{
    Reply, Said,
    check::Taken,
    environment::{EnvironmentShape, Method},
    facts::Facts,
};

/// Something that a search is to reach. Its text names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Goal {
    /// The operation is refused by the rule.
    Refused(&'static str, Rule),
    /// The operation is answered and changes nothing.
    Silent(&'static str),
    /// The operation meets a fresh id that is not fresh.
    NoFreshId(&'static str),
    /// The row of this number of the table of transitions is taken.
    Transition(usize),
    /// A turn of the story.
    Turn(&'static str),
}

impl fmt::Display for Goal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(operation, rule) => write!(f, "{operation}: {rule}"),
            Self::Silent(operation) => write!(f, "{operation} changes nothing"),
            Self::NoFreshId(operation) => write!(f, "{operation}: no fresh id"),
            Self::Transition(number) => {
                let DeploymentTransition { from, on, when, to, .. } = &DEPLOYMENT_TRANSITIONS[*number];
                let status = |status: &Option<DeploymentStatus>| status.map_or("-", DeploymentStatus::name);
                let to = to.as_ref().map_or_else(|rule| rule.name(), status);
                let when = if when.name().is_empty() { String::new() } else { format!(" ({})", when.name()) };
                write!(f, "{} {}{when} {to}", status(from), on.name())
            }
            Self::Turn(turn) => f.write_str(turn),
        }
    }
}

/// By which rules each operation can be refused, after SPEC §3 to §5.
pub const REFUSALS: &[(&str, &[Rule])] = {
    use Rule::*;
    &[
        (
            "CreateEnvironmentAccountConnection",
            &[DistinctAccounts, RoleRequired, RoleInEnvironmentAccount, ClientTokenMismatch, ConnectionQuota],
        ),
        ("GetEnvironmentAccountConnection", &[WellFormedInput, ConnectionNotFound]),
        ("ListEnvironmentAccountConnections", &[ForeignToken]),
        (
            "UpdateEnvironmentAccountConnection",
            &[ConnectionNotFound, EnvironmentAccountOwns, RoleInEnvironmentAccount, RejectedIsFinal],
        ),
        ("AcceptEnvironmentAccountConnection", &[ConnectionNotFound, ManagementDecides, RejectedIsFinal]),
        ("RejectEnvironmentAccountConnection", &[ConnectionNotFound, ManagementDecides, NoRejectWhileInUse]),
        ("DeleteEnvironmentAccountConnection", &[ConnectionNotFound, EnvironmentAccountOwns]),
        (
            "CreateEnvironment",
            &[
                WellFormedInput,
                OneProvisioningMethod,
                RoleInOwnAccount,
                EnvironmentNameMismatch,
                ConnectionNotFound,
                ManagementProvisions,
                ConnectionNamesEnvironment,
                ConnectionMustBeConnected,
                RejectedIsFinal,
                EnvironmentQuota,
            ],
        ),
        ("GetEnvironment", &[WellFormedInput, EnvironmentNotFound]),
        ("ListEnvironments", &[ForeignToken]),
        (
            "UpdateEnvironment",
            &[
                EnvironmentNotFound,
                DeploymentTypeParameters,
                KeepProvisioningMethod,
                RoleInOwnAccount,
                ConnectionNotFound,
                ManagementProvisions,
                ConnectionNamesEnvironment,
                SameEnvironmentAccount,
                ConnectionMustBeConnected,
                RejectedIsFinal,
                OneDeploymentAtATime,
                DeletionStarted,
                UnmanagedCannotDeploy,
            ],
        ),
        ("CancelEnvironmentDeployment", &[EnvironmentNotFound, CancelUpdatesOnly, NothingToCancel]),
        ("DeleteEnvironment", &[EnvironmentNotFound, OneDeploymentAtATime, UnmanagedCannotDelete]),
        ("ListEnvironmentProvisionedResources", &[EnvironmentNotFound]),
        ("NotifyResourceDeploymentStatusChange", &[ArnNotFound, StaleReport]),
        ("TagResource", &[ReservedTagPrefix, ArnNotFound, ConnectionTagsAreTheOwners, TagLimit]),
        ("UntagResource", &[ArnNotFound, ConnectionTagsAreTheOwners]),
        ("ListTagsForResource", &[ArnNotFound, ConnectionTagsAreTheOwners]),
        ("ReportDeployment", &[WellFormedInput, EnvironmentNotFound, StaleReport]),
        ("ProvisioningAuthority", &[EnvironmentNotFound, ProvisioningAuthority]),
        ("ListProvisionedResources", &[ForeignToken]),
        ("CleanUpResources", &[]),
    ]
};

const TAGS: [&str; 3] = ["TagResource", "UntagResource", "ListTagsForResource"];

/// What a search of connections alone is to reach: every refusal by their operations, every operation without effect,
/// and the turns of their story.
pub fn of_connections() -> BTreeSet<Goal> {
    let its = |operation: &str| operation.ends_with("EnvironmentAccountConnection");
    let list = "ListEnvironmentAccountConnections";
    let mut goals = refusals(|operation| its(operation) || operation == list || TAGS.contains(&operation));
    // A deletion always changes something.
    let silent = operations().filter(|it| its(it) && *it != "DeleteEnvironmentAccountConnection");
    goals.extend(silent.chain([list]).chain(TAGS).map(Goal::Silent));
    goals.insert(Goal::NoFreshId("CreateEnvironmentAccountConnection"));
    let turns = ["orphaned", "restored by acceptance", "Delete from REJECTED", "Reject from CONNECTED", "in use"];
    goals.extend(turns.into_iter().chain(["replaced", "unmanaged"]).map(Goal::Turn));
    goals
}

/// What a search of environments and their connections is to reach: every refusal by their operations, every operation
/// without effect, every row of the table of transitions, and every turn of their story.
pub fn of_environments() -> BTreeSet<Goal> {
    let its = |operation: &str| !operation.contains("Connection") && !TAGS.contains(&operation);
    let mut goals = refusals(its);
    goals.extend(TAGS.map(|operation| Goal::Refused(operation, Rule::ArnNotFound)));
    goals.insert(Goal::Refused("TagResource", Rule::TagLimit));
    // A report that is taken always changes the status.
    let silent = operations().filter(|it| its(it) && *it != "ReportDeployment");
    goals.extend(silent.chain(TAGS).map(Goal::Silent));
    goals.extend(["UpdateEnvironment", "DeleteEnvironment"].map(Goal::NoFreshId));
    goals.extend((0..DEPLOYMENT_TRANSITIONS.len()).map(Goal::Transition));
    let turns = [
        "orphaned",
        "orphaned with a creation under way",
        "orphaned with an update under way",
        "orphaned with a cancellation under way",
        "orphaned with a deletion under way",
        "a report comes after orphaning",
        "restored by acceptance",
        "restored by an update",
        "restored by a deployment",
        "not restored by another account's connection",
        "switched to another connection",
        "rejected after the switch",
        "cleaned up",
        "cleaned up while a deployment is under way",
        "cleaned up, then gone at once",
        "authority by a connection",
        "authority by roles of its own",
        "in use",
        "replaced",
        "unmanaged",
        "Reject from CONNECTED",
        "Delete from REJECTED",
    ];
    goals.extend(turns.map(Goal::Turn));
    goals
}

fn operations() -> impl Iterator<Item = &'static str> {
    REFUSALS.iter().map(|(operation, _)| *operation)
}

fn refusals(is_its: impl Fn(&str) -> bool) -> BTreeSet<Goal> {
    let its = REFUSALS.iter().filter(|(operation, _)| is_its(operation));
    its.flat_map(|(operation, rules)| rules.iter().map(move |rule| Goal::Refused(operation, *rule))).collect()
}

/// What a call reached.
pub fn of_call(taken: &Taken<'_>) -> Vec<Goal> {
    let name = taken.call.name;
    let Ok(said) = taken.reply else { return vec![Goal::NoFreshId(name)] };
    let mut goals = Vec::new();
    match &said.result {
        Err(refusal) => goals.push(Goal::Refused(name, refusal.rule())),
        Ok(_) if !taken.changed => goals.push(Goal::Silent(name)),
        Ok(_) => goals.extend(turns_of_connections(taken).map(Goal::Turn)),
    }
    for (owner, was) in taken.facts.shapes() {
        let is = taken.now.shape(owner);
        goals.extend(transition(taken, Some(was), is, said).map(Goal::Transition));
        goals.extend(turn(taken, was, is, said).map(Goal::Turn));
    }
    if let (Some(Trigger::Create), true) = (trigger(taken, None), taken.changed) {
        let began = taken.now.shapes().values();
        goals.extend(began.filter_map(|is| transition(taken, None, Some(is), said)).map(Goal::Transition));
    }
    goals
}

fn turns_of_connections(taken: &Taken<'_>) -> impl Iterator<Item = &'static str> {
    let (before, now) = (taken.facts, taken.now);
    let count = |facts: &Facts, status| facts.connections.values().filter(|it| it.status() == status).count();
    let fewer = |status| count(now, status) < count(before, status);
    let rejects = matches!(taken.call.request, Ok(Operation::RejectEnvironmentAccountConnection(_)));
    [
        (rejects && fewer(ConnectionStatus::Connected)).then_some("Reject from CONNECTED"),
        (!rejects && fewer(ConnectionStatus::Rejected)).then_some("Delete from REJECTED"),
    ]
    .into_iter()
    .flatten()
}

/// What the call is to an environment, if it is about this one.
fn trigger(taken: &Taken<'_>, environment: Option<&EnvironmentShape>) -> Option<Trigger> {
    let Ok(operation) = &taken.call.request else { return None };
    let name = match operation {
        Operation::CreateEnvironment(_) => return environment.is_none().then_some(Trigger::Create),
        Operation::DeleteEnvironmentAccountConnection(request) => {
            return (environment?.attached_to() == Some(request.id) && taken.changed)
                .then_some(Trigger::ConnectionDeleted);
        }
        Operation::UpdateEnvironment(request) => &request.name,
        Operation::CancelEnvironmentDeployment(request) => &request.environment_name,
        Operation::DeleteEnvironment(request) => &request.name,
        Operation::ReportDeployment(request) => &request.name,
        Operation::NotifyResourceDeploymentStatusChange(request)
            if request.resource_arn.resource() == Some(ResourceArn::Environment(environment?.arn.clone())) =>
        {
            environment?.name()
        }
        _ => return None,
    };
    let its = environment.filter(|it| {
        (&it.owner(), it.arn.region) == (&(taken.call.caller.account, name.clone()), taken.call.caller.region)
    })?;
    match operation {
        Operation::UpdateEnvironment(request) => {
            // With a new connection it is another question.
            let deploys = request.deployment_type != DeploymentType::None;
            (deploys && request.environment_account_connection_id.is_none()).then_some(Trigger::Deploy)
        }
        Operation::CancelEnvironmentDeployment(_) => Some(Trigger::Cancel),
        Operation::DeleteEnvironment(_) => Some(Trigger::Delete),
        Operation::ReportDeployment(request) if request.deployment_id == its.attempted => Some(match request.outcome {
            DeploymentOutcome::Succeeded => Trigger::Succeeded,
            DeploymentOutcome::Failed => Trigger::Failed,
            DeploymentOutcome::Cancelled => Trigger::Cancelled,
        }),
        Operation::NotifyResourceDeploymentStatusChange(request) => match request.status? {
            NotifiedStatus::Succeeded => Some(Trigger::Succeeded),
            NotifiedStatus::Failed => Some(Trigger::Failed),
            NotifiedStatus::InProgress => None,
        },
        _ => None,
    }
}

/// The row of the table of transitions that a call took.
fn transition(
    taken: &Taken<'_>,
    was: Option<&EnvironmentShape>,
    is: Option<&EnvironmentShape>,
    said: &Said,
) -> Option<usize> {
    let on = trigger(taken, was)?;
    let (from, to) = (was.map(|it| it.status), is.map(|it| it.status));
    let came_to = said.result.as_ref().map(|_| to).map_err(|refusal| refusal.rule());
    DEPLOYMENT_TRANSITIONS
        .iter()
        .position(|row| (row.from, row.on, row.to) == (from, on, came_to) && was.is_none_or(|was| meets(was, row.when)))
}

fn meets(environment: &EnvironmentShape, condition: DeploymentCondition) -> bool {
    let (unmanaged, nothing) = (environment.is_unmanaged(), environment.resources.is_empty());
    match condition {
        DeploymentCondition::Always => true,
        DeploymentCondition::Creation => environment.target.is_none(),
        DeploymentCondition::Update => environment.target.is_some(),
        DeploymentCondition::Managed => !unmanaged,
        DeploymentCondition::Unmanaged => unmanaged,
        DeploymentCondition::UnmanagedWithResources => unmanaged && !nothing,
        DeploymentCondition::UnmanagedWithout => unmanaged && nothing,
    }
}

/// A turn of an environment's story.
fn turn(taken: &Taken<'_>, was: &EnvironmentShape, is: Option<&EnvironmentShape>, said: &Said) -> Option<&'static str> {
    let Ok(operation) = &taken.call.request else { return None };
    let orphaned = was.is_unmanaged() && was.message.as_ref().is_some_and(|it| it.ends_with("was deleted"));
    match operation {
        Operation::ReportDeployment(request) if orphaned && request.deployment_id == was.attempted => {
            return said.result.is_err().then_some("a report comes after orphaning");
        }
        Operation::ProvisioningAuthority(_) if said.result.is_ok() => {
            return Some(match was.method {
                Method::CrossAccount(..) => "authority by a connection",
                _ => "authority by roles of its own",
            });
        }
        Operation::RejectEnvironmentAccountConnection(request) if taken.changed => {
            let rejected = &taken.facts.connections[&request.id];
            let other = was.attached_to().is_some_and(|it| it != request.id);
            return (rejected.status() == ConnectionStatus::Connected && other).then_some("rejected after the switch");
        }
        Operation::DeleteEnvironment(_) if taken.changed && is.is_none() => {
            return Some("cleaned up, then gone at once");
        }
        _ => {}
    }
    let is = is.filter(|_| taken.changed)?;
    match (was.attached_to(), is.attached_to()) {
        (Some(_), None) => Some(match (was.status, was.target.is_some()) {
            (DeploymentStatus::InProgress, false) => "orphaned with a creation under way",
            (DeploymentStatus::InProgress, true) => "orphaned with an update under way",
            (DeploymentStatus::Cancelling, _) => "orphaned with a cancellation under way",
            (DeploymentStatus::DeleteInProgress, _) => "orphaned with a deletion under way",
            _ => "orphaned",
        }),
        (None, Some(_)) => Some(match operation {
            Operation::UpdateEnvironment(_) if is.is_deploying() => "restored by a deployment",
            Operation::UpdateEnvironment(_) => "restored by an update",
            _ => "restored by acceptance",
        }),
        (Some(one), Some(other)) if one != other => Some("switched to another connection"),
        (None, None) if was.is_unmanaged() && matches!(operation, Operation::AcceptEnvironmentAccountConnection(_)) => {
            Some("not restored by another account's connection")
        }
        _ if is.resources.len() < was.resources.len() && matches!(operation, Operation::CleanUpResources(_)) => {
            Some(if was.is_deploying() { "cleaned up while a deployment is under way" } else { "cleaned up" })
        }
        _ => None,
    }
}

/// What is reached by a state.
pub fn of_state(facts: &Facts) -> Vec<Goal> {
    let connected = |id| facts.connections.get(&id).filter(|it| it.status() == ConnectionStatus::Connected);
    let cross = facts.environments.values().filter(|it| it.is_unmanaged() || it.attachment().is_some());
    let goals = cross.map(|environment| match environment.attachment().map(|it| it.connection()).and_then(connected) {
        None => "unmanaged",
        Some(used) => {
            let is_other = |it: &Connection| {
                it.status() == ConnectionStatus::Connected
                    && it.id() < used.id()
                    && (it.environment_account(), it.environment_name())
                        == (used.environment_account(), used.environment_name())
            };
            if facts.connections.values().any(|it| is_other(it)) { "replaced" } else { "in use" }
        }
    });
    goals.map(Goal::Turn).collect()
}

/// Whether a reply says more than that a creation took the next free id, which depends on what others have.
pub fn depends_on_the_id(operation: &str, reply: &Reply, changed: bool) -> bool {
    operation == "CreateEnvironmentAccountConnection" && (changed || reply.is_err())
}
