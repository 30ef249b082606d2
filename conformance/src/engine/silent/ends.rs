//! Deployments that ended, as a later answer shows.

use std::{collections::BTreeSet, sync::Arc};

use account_connections::{
    environment::{DeploymentStatus, Environment},
    id::{Caller, EnvironmentArn, Timestamp},
    operation::{Context, ListEnvironments, Operation},
    store::{EnvironmentPart, Key, Record, Write},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    super::{
        Judge,
        ask::{Asked, ask},
        json::{set, text},
        options::Options,
        question::Question,
        stored,
        world::Window,
    },
    Step,
};
use crate::trace::{Reply, time};

impl Judge {
    /// Deployments that may have ended.
    pub(super) fn ends(&mut self, question: &Question) -> Vec<Vec<Step>> {
        let call = &question.call;
        let answer = match &call.reply {
            Reply::Answer(answer) => answer,
            _ => &Value::Null,
        };
        let mut plans = Vec::new();
        // Everything that a list shows, and what it no longer shows.
        if let Some((Operation::ListEnvironments(list), _)) = question.ways.first() {
            let shown = answer.get("environments").and_then(Value::as_array).cloned().unwrap_or_default();
            let mut all =
                shown.iter().filter_map(|shown| self.ends_of_shown(shown).into_iter().next()).collect::<Vec<_>>();
            all.extend(self.missing(question, list, &shown));
            if !all.is_empty() {
                plans.push(all);
            }
            return plans;
        }
        if let Some(list) = answer.get("provisionedResources") {
            for head in self.named_keys(&question.call) {
                if matches!(self.world.record(&head), Some(Record::Environment(_))) {
                    plans.push(vec![Step::Resources { head, list: list.clone() }]);
                }
            }
            return plans;
        }
        if let Some(shown) = answer.get("environment") {
            plans.extend(self.ends_of_shown(shown).into_iter().map(|step| vec![step]));
        }
        if call.operation == "CreateEnvironment" {
            let usage = Key::Usage { region: call.region, account: call.account };
            if self.has_deletions(question.caller) {
                plans.push(vec![Step::Freed { usage }]);
            }
        }
        for head in self.named_keys(&question.call) {
            plans.extend(self.ends_of(&head, None).into_iter().map(|step| vec![step]));
        }
        plans
    }

    /// Whether a look at an environment shows a status other than the one in which a deployment is known to be under
    /// way.
    pub(in super::super) fn shows_an_end(&self, question: &Question) -> bool {
        let Some((Operation::GetEnvironment(get), _)) = question.ways.first() else { return false };
        let Reply::Answer(answer) = &question.call.reply else { return false };
        let Caller { region, account: management_account } = question.caller;
        let head = Key::Environment { region, management_account, name: get.name.clone(), part: EnvironmentPart::Head };
        let status = answer.get("environment").and_then(|shown| shown.get("deploymentStatus")).and_then(Value::as_str);
        !self.header.host_complete
            && matches!(self.world.record(&head), Some(Record::Environment(environment))
                if matches!(environment.as_ref(), Environment::Deploying(_))
                    && status.is_some_and(|status| status != environment.status().name()))
    }

    /// How the deployment of an environment that an answer shows may have ended.
    fn ends_of_shown(&mut self, shown: &Value) -> Vec<Step> {
        let arn = shown.get("arn").and_then(Value::as_str).and_then(|arn| arn.parse::<EnvironmentArn>().ok());
        arn.map(|arn| self.ends_of(&stored::environment_key(&arn, EnvironmentPart::Head), Some(shown)))
            .unwrap_or_default()
    }

    fn ends_of(&mut self, head: &Key, shown: Option<&Value>) -> Vec<Step> {
        let Some(Record::Environment(environment)) = self.world.record(head) else { return Vec::new() };
        let Environment::Deploying(_) = environment.as_ref() else { return Vec::new() };
        let deployment = environment.last_attempted_deployment_id();
        let get = |member: &str| shown.and_then(|shown| shown.get(member)).filter(|value| !value.is_null());
        let status = get("deploymentStatus").and_then(Value::as_str);
        let succeeded = get("lastSucceededDeploymentId").is_some_and(|id| *id == json!(deployment));
        let is_same = |member: &str, value: Value| get(member).is_some_and(|shown| *shown == value);
        let is_its =
            get("lastAttemptedDeploymentId").is_none() || is_same("lastAttemptedDeploymentId", json!(deployment));
        if status == Some(environment.status().name()) && is_its {
            return Vec::new();
        }
        let is_another = get("createdAt").and_then(time).is_some_and(|at| at != environment.created_at());
        let outcomes: &[&str] = match (environment.status(), status) {
            (DeploymentStatus::DeleteInProgress, None) => &["SUCCEEDED", "FAILED"],
            (DeploymentStatus::DeleteInProgress, Some("DELETED")) => &["SUCCEEDED"],
            (DeploymentStatus::DeleteInProgress, Some(_)) if is_another => &["SUCCEEDED"],
            (DeploymentStatus::DeleteInProgress, Some(_)) => &["FAILED"],
            (_, Some("SUCCEEDED")) => &["SUCCEEDED"],
            (_, Some("CANCELLED")) => &["CANCELLED"],
            (_, Some("FAILED")) => &["FAILED"],
            _ if succeeded => &["SUCCEEDED"],
            (_, Some(_)) => &["FAILED", "CANCELLED"],
            (_, None) => &["SUCCEEDED", "FAILED", "CANCELLED"],
        };
        let caller = Caller::new(environment.management_account(), environment.region());
        let step = |outcome: &&str| {
            let mut report = json!({ "name": environment.name(), "deploymentId": deployment, "outcome": outcome });
            if *outcome == "SUCCEEDED" && environment.status() != DeploymentStatus::DeleteInProgress {
                set(&mut report, "templateMajorVersion", get("templateMajorVersion").cloned().unwrap_or_default());
                set(&mut report, "templateMinorVersion", get("templateMinorVersion").cloned().unwrap_or_default());
            }
            let is_its_message =
                status.is_none_or(|status| ["SUCCEEDED", "FAILED", "CANCELLED", "DELETE_FAILED"].contains(&status));
            if is_its_message && let Some(message) = get("deploymentStatusMessage") {
                set(&mut report, "message", message.clone());
            }
            let at = get("lastDeploymentSucceededAt").and_then(time);
            Step::Ended { head: head.clone(), caller, report, at }
        };
        outcomes.iter().map(step).collect()
    }

    /// The caller's environments that a page should show but does not: their deletion is done, or their deployment,
    /// which may have given them a version that does not pass the filter.
    fn missing(&mut self, question: &Question, list: &ListEnvironments, shown: &[Value]) -> Vec<Step> {
        let Question { caller, call, .. } = question;
        let name = |item: &Value| item.get("name").and_then(Value::as_str).map(str::to_owned);
        let Some(position) = self.tokens.position(caller, call) else { return Vec::new() };
        let from = position.as_ref().and_then(name);
        let is_last =
            matches!(&call.reply, Reply::Answer(answer) if answer.get("nextToken").is_none_or(Value::is_null));
        let to = if is_last { None } else { shown.last().and_then(name) };
        let is_on_the_page = |environment: &Environment| {
            let name = environment.name().as_str();
            (environment.management_account(), environment.region()) == (caller.account, caller.region)
                && from.as_ref().is_none_or(|from| name > from.as_str())
                && to.as_ref().is_none_or(|to| name <= to.as_str())
                && !shown.iter().any(|item| item.get("name").and_then(Value::as_str) == Some(name))
        };
        let missing = self.world.records().filter_map(|(key, record)| match record {
            Record::Environment(environment) if is_on_the_page(environment) => Some((key, Arc::clone(environment))),
            _ => None,
        });
        let missing = missing.collect::<Vec<_>>();
        let passes = |environment: &Environment| {
            list.environment_templates.is_empty()
                || list.environment_templates.iter().any(|filter| {
                    (&filter.template_name, &filter.major_version)
                        == (environment.template_name(), &environment.template_version().major)
                })
        };
        let mut steps = Vec::new();
        for (head, environment) in missing.iter().filter(|(_, environment)| passes(environment)) {
            let is_being_deleted = environment.status() == DeploymentStatus::DeleteInProgress;
            if is_being_deleted && self.world.loose(head).is_none() {
                steps.extend(self.ends_of(head, None).into_iter().next());
            } else if !list.environment_templates.is_empty() {
                steps.push(Step::Forgotten { head: head.clone() });
            }
        }
        steps
    }

    /// Whether any of the caller's environments are being deleted.
    fn has_deletions(&self, caller: Caller) -> bool {
        self.world.records().any(|(_, record)| {
            matches!(record, Record::Environment(environment)
            if environment.status() == DeploymentStatus::DeleteInProgress
                && (environment.management_account(), environment.region()) == (caller.account, caller.region))
        })
    }

    pub(super) fn end(
        &mut self,
        head: &Key,
        caller: Caller,
        report: &Value,
        at: Option<Timestamp>,
        when: Window,
    ) -> Option<()> {
        let input = report;
        let operation = Operation::read_host("ReportDeployment", input).ok()?;
        let begun = match self.world.record(head)? {
            Record::Environment(environment) => environment.last_deployment_attempted_at(),
            _ => return None,
        };
        let now = at.or(when.from).or(when.to).unwrap_or(self.latest).max(begun);
        let context = Context::new(caller, now, Uuid::nil()).with_limits(self.header.limits);
        let options = Options { caller, operation: &operation, input, reply: &Reply::Unknown, now };
        let hidden = BTreeSet::new();
        let asked = Asked { operation: &operation, context, options, reply: &Reply::Unknown, hidden: &hidden };
        let solution =
            ask(&mut self.world, &self.profile, &asked).ok().filter(|solution| solution.decided.result().is_ok())?;
        let batch = solution.decided.batch()?;
        for Write { key, record, .. } in batch.writes() {
            // What became of something unknown is not known either.
            if solution.assumes(key) {
                self.world.forget(key);
            } else {
                self.world.set(key, record.clone());
            }
        }
        let window = Window { from: Some(begun), to: when.to };
        self.events.expect(batch.events(), Some(window));
        let Key::Environment { region, management_account, name, .. } = head.clone() else { return None };
        let arn = EnvironmentArn::new(region, management_account, name);
        if self.world.record(head).is_some() {
            if at.is_none() && text(input, "outcome") == "SUCCEEDED" {
                self.world.loosen(head, "lastDeploymentSucceededAt", window);
                self.world.loosen(head, "templateMinorVersion", Window::default());
                self.world.loosen(head, "templateMajorVersion", Window::default());
            }
            if input.get("message").is_none() {
                self.world.loosen(head, "deploymentStatusMessage", Window::default());
            }
            // Nobody has said what was provisioned.
            self.world.forget(&stored::environment_key(&arn, EnvironmentPart::Resources));
        }
        Some(())
    }

    /// The deployment of an environment ended, as an event shows.
    pub(in super::super) fn end_shown(&mut self, shown: &Value, at: Option<Timestamp>) {
        if self.header.host_complete {
            return;
        }
        let when = Window { from: at, to: at };
        let moment = self.world.moment();
        for step in self.ends_of_shown(shown) {
            if let Step::Ended { head, caller, report, .. } = &step
                && self.end(head, *caller, report, at, when).is_some()
            {
                return;
            }
            self.world.take_back(moment);
        }
    }

    pub(super) fn replace_resources(&mut self, head: &Key, list: &Value) -> Option<()> {
        let Record::Environment(environment) = self.world.record(head)? else { return None };
        let account = environment.account_provisioned_in();
        let key = stored::environment_key(&environment.arn(), EnvironmentPart::Resources);
        let is_empty = list.as_array().is_none_or(Vec::is_empty);
        let record = json!({ "resources": { "account": account, "list": list } });
        let record = if is_empty { None } else { Some(serde_json::from_value::<Record>(record).ok()?) };
        if let Some(record) = &record {
            self.forget_where(record, &key);
        }
        self.world.set(&key, record);
        Some(())
    }
}
