//! What the searches are to reach: that they went through everything that there is, and not only through states in
//! which nothing happens.

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{
    Rule,
    connection::{CONNECTION_TRANSITIONS, ConnectionStatus, ConnectionTrigger},
    environment::{DEPLOYMENT_TRANSITIONS, DeploymentCondition as When, DeploymentStatus, DeploymentTrigger as On},
    operation::Operation,
};

use super::{ask::Came, environment_arn};
use crate::{
    oracle::{
        Call, Oracle, reach,
        state::{ConnectionNow, EnvironmentNow},
    },
    system::Heard,
};

/// The turns of the story of a connection or an environment.
const TURNS: [&str; 23] = [
    "in use",
    "replaced",
    "unmanaged",
    "rejected from CONNECTED",
    "deleted from REJECTED",
    "rejected after the switch",
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
    "cleaned up",
    "cleaned up while a deployment is under way",
    "gone at once while unmanaged",
    "authority by a connection",
    "authority by roles of its own",
    "a page after the first",
];

/// What was reached.
#[derive(Clone, Debug, Default)]
pub struct Reached {
    /// By which rules each operation was refused.
    refused: BTreeMap<String, BTreeSet<String>>,
    /// Which operations were answered and changed nothing.
    silent: BTreeSet<String>,
    /// Which operations met an id that was not fresh.
    no_fresh_id: BTreeSet<String>,
    /// Which rows of the tables of transitions were taken.
    connection_rows: BTreeSet<usize>,
    deployment_rows: BTreeSet<usize>,
    turns: BTreeSet<&'static str>,
}

impl Reached {
    /// What all searches together have not reached, and what they reached though it is no goal.
    pub fn missed(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let mut goals = reach::refusals();
        goals.extend(Operation::NAMES.iter().map(|name| format!("{name} changes nothing")));
        let drawing = ["CreateEnvironmentAccountConnection", "UpdateEnvironment", "DeleteEnvironment"];
        goals.extend(drawing.map(|name| format!("{name}: no fresh id")));
        goals.extend((0..CONNECTION_TRANSITIONS.len()).map(connection_row));
        goals.extend((0..DEPLOYMENT_TRANSITIONS.len()).map(deployment_row));
        goals.extend(TURNS.map(ToOwned::to_owned));

        let refused = self.refused.iter().flat_map(|(name, rules)| rules.iter().map(move |it| format!("{name}: {it}")));
        let mut reached = refused.collect::<BTreeSet<_>>();
        reached.extend(self.silent.iter().map(|name| format!("{name} changes nothing")));
        reached.extend(self.no_fresh_id.iter().map(|name| format!("{name}: no fresh id")));
        reached.extend(self.connection_rows.iter().map(|row| connection_row(*row)));
        reached.extend(self.deployment_rows.iter().map(|row| deployment_row(*row)));
        reached.extend(self.turns.iter().map(|turn| (*turn).to_owned()));
        (&goals - &reached, &reached - &goals)
    }

    /// All that both have reached.
    pub fn and(mut self, other: Self) -> Self {
        for (operation, rules) in other.refused {
            self.refused.entry(operation).or_default().extend(rules);
        }
        self.silent.extend(other.silent);
        self.no_fresh_id.extend(other.no_fresh_id);
        self.connection_rows.extend(other.connection_rows);
        self.deployment_rows.extend(other.deployment_rows);
        self.turns.extend(other.turns);
        self
    }

    /// What a call reached.
    pub fn by(&mut self, call: &Call, came: &Came, before: &Oracle, after: &Oracle) {
        let operation = &call.operation;
        let Came::Heard(heard, changed) = came else {
            note(&mut self.no_fresh_id, operation);
            return;
        };
        match &heard.result {
            Err(refused) => match self.refused.get_mut(operation) {
                Some(rules) => note(rules, &refused.rule),
                None => drop(self.refused.insert(operation.clone(), BTreeSet::from([refused.rule.clone()]))),
            },
            Ok(_) if !changed => note(&mut self.silent, operation),
            Ok(_) => {}
        }
        let step = Taken { call, heard, changed: *changed, before, after };
        self.connection_rows.extend(step.connection_row());
        if heard.result.is_ok() && !call.input["nextToken"].is_null() {
            self.turns.insert("a page after the first");
        }
        if operation == "CreateEnvironment" && *changed {
            self.deployment_rows.extend(DEPLOYMENT_TRANSITIONS.iter().position(|row| row.from.is_none()));
        }
        for was in before.environments() {
            let is =
                after.environments().find(|is| (is.management_account, is.name) == (was.management_account, was.name));
            self.deployment_rows.extend(step.deployment_row(&was, is.as_ref()));
            self.turns.extend(step.turn(&was, is.as_ref()));
        }
    }

    /// What a state is.
    pub fn at(&mut self, oracle: &Oracle) {
        for environment in oracle.environments() {
            if environment.is_unmanaged {
                self.turns.insert("unmanaged");
            }
            let used = environment.connection.and_then(|id| oracle.connections().find(|it| it.id == id));
            let Some(used) = used else { continue };
            let replaces = |it: &ConnectionNow<'_>| {
                it.status == "CONNECTED"
                    && it.id < used.id
                    && (it.environment_account, it.management_account, it.environment_name)
                        == (used.environment_account, used.management_account, used.environment_name)
            };
            self.turns.insert(if oracle.connections().any(|it| replaces(&it)) { "replaced" } else { "in use" });
        }
    }
}

fn note(set: &mut BTreeSet<String>, text: &str) {
    if !set.contains(text) {
        set.insert(text.to_owned());
    }
}

fn connection_row(row: usize) -> String {
    let it = &CONNECTION_TRANSITIONS[row];
    format!("{:?} {} {:?} {:?}", it.from, it.on.name(), it.in_use, it.to)
}

fn deployment_row(row: usize) -> String {
    let it = &DEPLOYMENT_TRANSITIONS[row];
    format!("{:?} {} {} {:?}", it.from, it.on.name(), it.when.name(), it.to)
}

/// A call, and what was before and after it.
struct Taken<'t> {
    call: &'t Call,
    heard: &'t Heard,
    changed: bool,
    before: &'t Oracle,
    after: &'t Oracle,
}

impl Taken<'_> {
    fn refused_by(&self) -> Option<&str> {
        self.heard.result.as_ref().err().map(|refused| &*refused.rule)
    }

    /// Whether a row's outcome is this call's.
    fn comes_to<S: Copy + Eq>(
        &self,
        to: Result<Option<S>, Rule>,
        name: fn(S) -> &'static str,
        is: Option<&str>,
    ) -> bool {
        match (to, self.refused_by()) {
            (Ok(to), None) => to.map(name) == is,
            (Err(rule), Some(refused)) => rule.name() == refused,
            _ => false,
        }
    }

    /// The row of the table of connections that the call took.
    fn connection_row(&self) -> Option<usize> {
        let verb = self.call.operation.strip_suffix("EnvironmentAccountConnection")?;
        let on = *ConnectionTrigger::ALL.iter().find(|on| on.name().eq_ignore_ascii_case(verb))?;
        let id = if on == ConnectionTrigger::Create { &self.call.fresh } else { self.call.input["id"].as_str()? };
        let was = self.before.connections().find(|it| it.id == id);
        let is = self.after.connections().find(|it| it.id == id);
        CONNECTION_TRANSITIONS.iter().position(|row| {
            (row.on, row.from.map(ConnectionStatus::name)) == (on, was.map(|it| it.status))
                && row.in_use.is_none_or(|in_use| was.is_some_and(|it| it.in_use == in_use))
                && self.comes_to(row.to, ConnectionStatus::name, is.map(|it| it.status))
        })
    }

    /// What the call is to an environment, if it is about this one.
    fn trigger(&self, was: &EnvironmentNow<'_>) -> Option<On> {
        let input = &self.call.input;
        if self.call.operation == "DeleteEnvironmentAccountConnection" {
            return (self.changed && was.connection == input["id"].as_str()).then_some(On::ConnectionDeleted);
        }
        let is_owner = (&*self.call.account, &*self.call.region) == (was.management_account, was.region);
        let is_named = || ["name", "environmentName"].iter().any(|member| input[*member] == was.name);
        let arn = || environment_arn(was.region, was.management_account, was.name);
        if !is_owner || !is_named() && input["resourceArn"] != arn() {
            return None;
        }
        let outcome = |member: &str| match input[member].as_str()? {
            "SUCCEEDED" => Some(On::Succeeded),
            "FAILED" => Some(On::Failed),
            "CANCELLED" => Some(On::Cancelled),
            _ => None,
        };
        match &*self.call.operation {
            // With a new connection it is another question.
            "UpdateEnvironment" if input["environmentAccountConnectionId"].is_null() => {
                (input["deploymentType"] != "NONE").then_some(On::Deploy)
            }
            "CancelEnvironmentDeployment" => Some(On::Cancel),
            "DeleteEnvironment" => Some(On::Delete),
            "ReportDeployment" if input["deploymentId"] == was.attempted => outcome("outcome"),
            "NotifyResourceDeploymentStatusChange" => outcome("status"),
            _ => None,
        }
    }

    /// The row of the table of deployments that the call took.
    fn deployment_row(&self, was: &EnvironmentNow<'_>, is: Option<&EnvironmentNow<'_>>) -> Option<usize> {
        let on = self.trigger(was)?;
        let meets = |when| match when {
            When::Always => true,
            When::Creation => was.under_way == Some("create"),
            When::Update => was.under_way == Some("update"),
            When::Managed => !was.is_unmanaged,
            When::Unmanaged => was.is_unmanaged,
            When::SelfManaged => was.is_self_managed,
            When::NotSelfManaged => !was.is_self_managed,
        };
        DEPLOYMENT_TRANSITIONS.iter().position(|row| {
            (row.on, row.from.map(DeploymentStatus::name)) == (on, Some(was.status))
                && meets(row.when)
                && self.comes_to(row.to, DeploymentStatus::name, is.map(|it| it.status))
        })
    }

    /// A turn of an environment's story.
    fn turn(&self, was: &EnvironmentNow<'_>, is: Option<&EnvironmentNow<'_>>) -> Option<&'static str> {
        let input = &self.call.input;
        match &*self.call.operation {
            "ReportDeployment" if was.is_unmanaged && input["deploymentId"] == was.attempted => {
                return self.refused_by().map(|_| "a report comes after orphaning");
            }
            "ProvisioningAuthority" if self.heard.result.is_ok() && input["name"] == was.name => {
                return Some(if was.connection.is_some() {
                    "authority by a connection"
                } else {
                    "authority by roles of its own"
                });
            }
            "DeleteEnvironmentAccountConnection" if self.changed && was.connection != input["id"].as_str() => {
                let gone = self.before.connections().find(|it| it.id == input["id"])?;
                return (gone.status == "REJECTED").then_some("deleted from REJECTED");
            }
            "RejectEnvironmentAccountConnection" if self.changed => {
                let rejected = self.before.connections().find(|it| it.id == input["id"])?;
                return (rejected.status == "CONNECTED").then_some(match was.connection {
                    Some(_) => "rejected after the switch",
                    None => "rejected from CONNECTED",
                });
            }
            "DeleteEnvironment" if self.changed && is.is_none() => return Some("gone at once while unmanaged"),
            _ => {}
        }
        let is = is.filter(|_| self.changed)?;
        match (was.connection, is.connection, &*self.call.operation) {
            (Some(_), None, _) => Some(match (was.status, was.under_way) {
                ("CANCELLING", _) => "orphaned with a cancellation under way",
                (_, Some("create")) => "orphaned with a creation under way",
                (_, Some("update")) => "orphaned with an update under way",
                (_, Some(_)) => "orphaned with a deletion under way",
                (_, None) => "orphaned",
            }),
            (None, Some(_), "UpdateEnvironment") if is.under_way.is_some() => Some("restored by a deployment"),
            (None, Some(_), "UpdateEnvironment") => Some("restored by an update"),
            (None, Some(_), _) => Some("restored by acceptance"),
            (Some(one), Some(other), _) if one != other => Some("switched to another connection"),
            (None, None, "AcceptEnvironmentAccountConnection") if was.is_unmanaged => {
                Some("not restored by another account's connection")
            }
            (_, _, "CleanUpResources") if is.resources < was.resources => Some(match was.under_way {
                Some(_) => "cleaned up while a deployment is under way",
                None => "cleaned up",
            }),
            _ => None,
        }
    }
}
