//! Every deployment status of an environment, with everything that can happen to it: carried out, written down in
//! `tests/deployments.txt`, and held against `DEPLOYMENT_TRANSITIONS`.
//!
//! After a change that is meant, `UPDATE=1 cargo test -p account-connections-tests deployments` writes the file anew.

use std::fmt::Write as _;

use account_connections::{
    Refusal, Rule,
    environment::Environment,
    environment::{
        DEPLOYMENT_TRANSITIONS, DeploymentCondition, DeploymentStatus as Status, DeploymentTransition,
        DeploymentTrigger as Trigger,
    },
    event::Event,
    invariant,
    store::Record,
};
use serde_json::{Value, json};

use crate::support::{ENVIRONMENT, MANAGEMENT, NAME, ROLE, World, at, caller, fresh, is_as_in};

/// How an environment comes to what it is before something happens to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Situation {
    status: Option<Status>,
    /// Of the deployment under way, or that ended: a creation or an update.
    update: bool,
    managed: Managed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Managed {
    Attached,
    SameAccount,
    Repository,
    /// Its connection was deleted; whether resources remain.
    Not(bool),
}

impl Situation {
    fn all() -> Vec<Self> {
        let mut all = vec![Self { status: None, update: false, managed: Managed::Attached }];
        for managed in [Managed::Attached, Managed::SameAccount, Managed::Repository] {
            for (status, update) in [
                (Status::InProgress, false),
                (Status::InProgress, true),
                (Status::Cancelling, true),
                (Status::DeleteInProgress, false),
            ] {
                all.push(Self { status: Some(status), update, managed });
            }
        }
        let all_managed =
            [Managed::Attached, Managed::SameAccount, Managed::Repository, Managed::Not(true), Managed::Not(false)];
        for managed in all_managed {
            for (status, update) in [
                (Status::Succeeded, false),
                (Status::Failed, false),
                (Status::Cancelled, true),
                (Status::DeleteFailed, false),
            ] {
                all.push(Self { status: Some(status), update, managed });
            }
        }
        all
    }

    fn name(self) -> String {
        let status = self.status.map_or("-", Status::name);
        let work = match (self.status, self.update) {
            (Some(Status::InProgress), false) => "of a creation",
            (Some(Status::InProgress), true) => "of an update",
            _ => "",
        };
        let managed = match self.managed {
            Managed::Attached => "attached",
            Managed::SameAccount => "same account",
            Managed::Repository => "self-managed",
            Managed::Not(true) => "unmanaged, resources remain",
            Managed::Not(false) => "unmanaged, nothing remains",
        };
        format!("{status:<18} {work:<13} {managed:<27}")
    }

    fn meets(self, condition: DeploymentCondition) -> bool {
        match condition {
            DeploymentCondition::Always => true,
            DeploymentCondition::Creation => !self.update,
            DeploymentCondition::Update => self.update,
            DeploymentCondition::Managed => !matches!(self.managed, Managed::Not(_)),
            DeploymentCondition::Unmanaged => matches!(self.managed, Managed::Not(_)),
            DeploymentCondition::SelfManaged => self.managed == Managed::Repository,
            DeploymentCondition::NotSelfManaged => self.managed != Managed::Repository,
        }
    }

    /// A world in which the environment is so.
    fn world(self) -> Stage {
        let mut stage = Stage::default();
        stage.must(ENVIRONMENT, "CreateEnvironmentAccountConnection", &connection_request());
        stage.must(MANAGEMENT, "AcceptEnvironmentAccountConnection", &json!({ "id": fresh(CONNECTION) }));
        let Some(status) = self.status else { return stage };
        stage.must(MANAGEMENT, "CreateEnvironment", &self.creation());
        let remain = self.managed == Managed::Not(true);
        match (status, self.update) {
            (Status::InProgress, false) => {}
            (Status::Succeeded, _) => stage.report("SUCCEEDED", remain),
            (Status::Failed, _) => stage.report("FAILED", remain),
            (Status::DeleteInProgress | Status::DeleteFailed, _) => {
                stage.report("SUCCEEDED", remain);
                stage.must(MANAGEMENT, "DeleteEnvironment", &json!({ "name": NAME }));
                if status == Status::DeleteFailed {
                    stage.report("FAILED", remain);
                }
            }
            (_, _) => {
                stage.report("SUCCEEDED", remain);
                stage.must(MANAGEMENT, "UpdateEnvironment", &update());
                if status != Status::InProgress {
                    let input = json!({ "environmentName": NAME });
                    stage.must(MANAGEMENT, "CancelEnvironmentDeployment", &input);
                }
                if status == Status::Cancelled {
                    stage.report("CANCELLED", remain);
                }
            }
        }
        if let Managed::Not(_) = self.managed {
            stage.must(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &json!({ "id": fresh(CONNECTION) }));
        }
        stage.world.events.clear();
        stage
    }

    fn creation(self) -> Value {
        let mut creation =
            json!({ "name": NAME, "templateName": "simple-env", "templateMajorVersion": "1", "spec": "a: b" });
        let (member, value) = match self.managed {
            Managed::SameAccount => ("codebuildRoleArn", json!(format!("arn:aws:iam::{MANAGEMENT}:role/own"))),
            Managed::Repository => {
                let repository = json!({ "branch": "main", "name": "owner/name", "provider": "GITHUB" });
                ("provisioningRepository", repository)
            }
            Managed::Attached | Managed::Not(_) => ("environmentAccountConnectionId", json!(fresh(CONNECTION))),
        };
        creation[member] = value;
        creation
    }
}

/// The call that creates the connection, and so its id.
const CONNECTION: u128 = 1;

fn connection_request() -> Value {
    json!({ "environmentName": NAME, "managementAccountId": MANAGEMENT, "roleArn": ROLE })
}

fn update() -> Value {
    json!({ "name": NAME, "deploymentType": "CURRENT_VERSION" })
}

#[derive(Default)]
struct Stage {
    world: World,
}

impl Stage {
    fn call(&mut self, account: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
        self.world.call(caller(account), at(0), operation, input)
    }

    fn must(&mut self, account: &str, operation: &str, input: &Value) {
        self.call(account, operation, input).unwrap();
    }

    fn report(&mut self, outcome: &str, resources: bool) {
        let report = self.report_of(outcome, resources);
        self.must(MANAGEMENT, "ReportDeployment", &report);
    }

    fn report_of(&self, outcome: &str, resources: bool) -> Value {
        let id = self.environment().map(|environment| environment.last_attempted_deployment_id());
        let resources = if resources { json!([{ "identifier": "stack" }]) } else { json!([]) };
        json!({ "name": NAME, "deploymentId": id, "outcome": outcome, "resources": resources })
    }

    fn environment(&self) -> Option<Environment> {
        self.world.store.records().find_map(|(_, record)| match record {
            Record::Environment(environment) => Some(environment.as_ref().clone()),
            _ => None,
        })
    }

    fn status(&self) -> Option<Status> {
        self.environment().as_ref().map(Environment::status)
    }

    /// Makes it happen; `None` where it cannot.
    fn happen(&mut self, on: Trigger, situation: Situation) -> Option<Result<Value, Refusal>> {
        let nothing_there = situation.status.is_none();
        let report = |stage: &mut Self, outcome| {
            let report = stage.report_of(outcome, false);
            stage.call(MANAGEMENT, "ReportDeployment", &report)
        };
        Some(match on {
            Trigger::Create if nothing_there => self.call(MANAGEMENT, "CreateEnvironment", &situation.creation()),
            Trigger::Create => return None,
            _ if nothing_there => return None,
            Trigger::Deploy => self.call(MANAGEMENT, "UpdateEnvironment", &update()),
            Trigger::Cancel => {
                self.call(MANAGEMENT, "CancelEnvironmentDeployment", &json!({ "environmentName": NAME }))
            }
            Trigger::Delete => self.call(MANAGEMENT, "DeleteEnvironment", &json!({ "name": NAME })),
            Trigger::Succeeded => report(self, "SUCCEEDED"),
            Trigger::Failed => report(self, "FAILED"),
            Trigger::Cancelled => report(self, "CANCELLED"),
            Trigger::ConnectionDeleted if situation.managed == Managed::Attached => {
                let input = json!({ "id": fresh(CONNECTION) });
                self.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &input)
            }
            Trigger::ConnectionDeleted => return None,
        })
    }
}

/// A situation, what happens, and what comes of it.
struct Case {
    situation: Situation,
    on: Trigger,
    to: Result<Option<Status>, Rule>,
}

fn all_cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for situation in Situation::all() {
        for &on in Trigger::ALL {
            let mut stage = situation.world();
            assert_eq!(stage.status(), situation.status, "{situation:?}");
            let Some(result) = stage.happen(on, situation) else { continue };
            let to = result.map(|_| stage.status()).map_err(|refusal| refusal.rule());
            check_events(&stage.world.events, situation, to);
            assert_eq!(invariant::check(stage.world.store.records(), stage.world.limits), [], "{situation:?} {on:?}");
            cases.push(Case { situation, on, to });
        }
    }
    cases
}

/// Every change of the environment's status is an event, and nothing else is.
fn check_events(events: &[Event], situation: Situation, to: Result<Option<Status>, Rule>) {
    let changes = events.iter().filter_map(|event| match event {
        Event::EnvironmentStatusChange(change) => Some((change.previous, change.status)),
        _ => None,
    });
    let expected = match to {
        Ok(to) if to != situation.status => vec![(situation.status, to)],
        _ => Vec::new(),
    };
    assert_eq!(changes.collect::<Vec<_>>(), expected, "{situation:?}");
}

#[test]
fn every_case_is_as_written_down() {
    let mut table = "What comes of it: the status afterwards, or the rule that refuses it.\n".to_owned();
    let mut last = None;
    for Case { situation, on, to } in all_cases() {
        if last.replace(situation) != Some(situation) {
            write!(table, "\n{}\n", situation.name().trim_end()).unwrap();
        }
        let outcome = match to {
            Ok(status) => status.map_or("gone", Status::name),
            Err(rule) => rule.name(),
        };
        writeln!(table, "    {:<26}{outcome}", on.name()).unwrap();
    }
    is_as_in("tests/deployments.txt", &table);
}

/// One row of the table decides each case, and each row decides some case.
#[test]
fn every_case_is_in_the_table_of_transitions() {
    let cases = all_cases();
    let decides = |row: &DeploymentTransition, case: &Case| {
        (row.from, row.on) == (case.situation.status, case.on) && case.situation.meets(row.when)
    };
    for case in &cases {
        let rows = DEPLOYMENT_TRANSITIONS.iter().filter(|row| decides(row, case)).collect::<Vec<_>>();
        let [row] = rows.as_slice() else { panic!("{:?} {:?} has the rows {rows:?}", case.situation, case.on) };
        assert_eq!(case.to, row.to, "{:?} {:?}", case.situation, case.on);
    }
    for row in DEPLOYMENT_TRANSITIONS {
        assert!(cases.iter().any(|case| decides(row, case)), "{row:?} never happens");
    }
}
