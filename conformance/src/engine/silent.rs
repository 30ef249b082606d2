//! What happened between two lines of a recording: deployments that ended, and calls whose answers were lost.
//!
//! Nothing of it is taken to have happened before an answer shows it: that a deployment is still under way, or that a
//! lost call was not made, explains all that came before.

use std::{collections::BTreeSet, sync::Arc};

use account_connections::{
    ErrorKind,
    environment::{DeploymentStatus, Environment},
    id::{AccountId, Caller, ConnectionArn, ConnectionId, EnvironmentArn, EnvironmentName, Region, Timestamp},
    operation::{Context, ListEnvironments, Operation},
    store::{ConnectionPart, EnvironmentPart, Key, Record, Write},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Judge, Question,
    ask::{Asked, ask},
    bind,
    options::Options,
    stored,
    world::{Window, World},
};
use crate::{
    report::Judged,
    trace::{Call, Reply, time},
};

/// A call whose answer was lost: it was made, or will be, or not.
#[derive(Debug)]
pub(super) struct Lost {
    question: Question,
}

/// What may have happened before a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// A deployment ended.
    Ended { head: Key, caller: Caller, report: Value, resources: Option<Value>, at: Option<Timestamp> },
    /// The resources are others, whatever the deployment under way comes to.
    Resources { head: Key, list: Value },
    /// The deployment under way, which a lost call began, has this id.
    Named { head: Key, deployment: Value },
    /// A deployment ended in a way that nobody has seen.
    Forgotten { head: Key },
    /// Deletions are done: how many environments there are is not known.
    Freed { usage: Key },
    /// The lost call of this number was made.
    Made { lost: usize, fresh_id: Uuid },
}

/// How many lost calls are kept: of older ones, what they may have changed may be anything.
const LOST: usize = 24;

impl Judge {
    /// A call whose answer was lost.
    pub(super) fn lose(&mut self, question: Question) -> Judged {
        let reads = question.ways.iter().all(|(operation, _)| bind::reads_only(operation));
        self.tokens.missed(&question.call);
        if !reads {
            if self.lost.len() == LOST {
                let oldest = self.lost.remove(0);
                let touched = self.about(&oldest.question.call);
                for key in touched {
                    self.world.forget_thing(&key);
                }
            }
            self.lost.push(Lost { question });
        }
        Judged::NotCheckable("its answer was lost".into())
    }

    /// What may have happened before a call whose answer the model does not give: the most likely first.
    pub(super) fn plans(&mut self, question: &Question) -> Vec<Vec<Step>> {
        let mut plans = if self.header.host_complete { Vec::new() } else { self.ends(question) };
        if let Some(deployment) = question.call.input.get("deploymentId").filter(|id| id.is_string()) {
            for head in self.named_keys(&question.call) {
                if self.world.loose(&head).is_some_and(|loose| loose.contains_key("lastAttemptedDeploymentId")) {
                    plans.push(vec![Step::Named { head, deployment: deployment.clone() }]);
                }
            }
        }
        let made = self.made(question);
        let singles = made.iter().map(|step| vec![step.clone()]).collect::<Vec<_>>();
        let pairs = made.iter().enumerate().flat_map(|(place, step)| {
            let others = made.iter().skip(place + 1).filter(move |other| !is_same_call(step, other));
            others.map(move |other| vec![step.clone(), other.clone()])
        });
        let with_ends = plans
            .iter()
            .flat_map(|ends| made.iter().map(move |step| [std::slice::from_ref(step), ends.as_slice()].concat()));
        let more = pairs.chain(with_ends).take(200).collect::<Vec<_>>();
        plans.extend(singles);
        plans.extend(more);
        plans
    }

    /// Does what a plan says. `None` where that could not have happened.
    pub(super) fn carry_out(&mut self, question: &Question, plan: &[Step]) -> Option<()> {
        for step in plan {
            match step {
                Step::Ended { head, caller, report, resources, at } => {
                    let when = Window { from: question.call.start, to: question.window.to };
                    self.end(head, *caller, report, resources.as_ref(), *at, when)?;
                }
                Step::Resources { head, list } => self.replace_resources(head, list)?,
                Step::Named { head, deployment } => {
                    self.world.bind(head, "lastAttemptedDeploymentId", Some(deployment))
                }
                Step::Forgotten { head } => self.world.forget_thing(head),
                Step::Freed { usage } => self.world.forget(usage),
                Step::Made { lost, fresh_id } => self.make(*lost, *fresh_id, question)?,
            }
        }
        Some(())
    }

    /// What a plan says has happened.
    pub(super) fn carried_out(&mut self, question: &Question, plan: &[Step]) {
        // That a deployment has ended, the answer shows, but perhaps not how.
        let shown = shown_keys(&question.call);
        for step in plan {
            if let Step::Made { fresh_id, lost } = step
                && self.lost.get(*lost).is_some_and(|lost| lost.question.fresh_id == *fresh_id)
            {
                self.guessed.insert(question.caller.region);
            }
            let is_gone_for_sure = match &question.call.reply {
                Reply::Answer(_) => question.call.operation.contains("Environment"),
                Reply::Error { kind, .. } => kind == ErrorKind::ResourceNotFound.name(),
                Reply::Unknown => false,
            };
            if let Step::Ended { head, .. } = step
                && !shown.contains(head)
                && (self.world.record(head).is_some() || !is_gone_for_sure)
            {
                self.world.forget_thing(head);
            }
        }
        let mut made = plan.iter().filter_map(|step| match step {
            Step::Made { lost, .. } => Some(*lost),
            _ => None,
        });
        let mut places = made.by_ref().collect::<Vec<_>>();
        places.sort_unstable();
        for place in places.into_iter().rev() {
            self.lost.remove(place);
        }
    }

    /// Whether a lost call can have touched what a call is about: no account sees what others do among themselves.
    pub(super) fn may_be_of_the_lost(&mut self, question: &Question) -> bool {
        if self.guessed.contains(&question.caller.region) {
            return true;
        }
        if self.lost.is_empty() {
            return false;
        }
        let its = self.parties(question);
        let lost = std::mem::take(&mut self.lost);
        let of_one_region = lost.iter().filter(|lost| lost.question.caller.region == question.caller.region);
        let touched = of_one_region.map(|lost| self.parties(&lost.question)).any(|parties| !parties.is_disjoint(&its));
        self.lost = lost;
        touched
    }

    /// Whether what a call is about has values that nobody has seen, on which its answer can depend.
    pub(super) fn rests_on_the_unseen(&mut self, call: &Call) -> bool {
        if !self.world.has_loose() {
            return false;
        }
        let mut keys = shown_keys(call);
        keys.extend(self.named_keys(call));
        // What is provisioned with a connection depends on its roles.
        for key in keys.clone() {
            if let Some(Record::Environment(environment)) = self.world.record(&key)
                && let Some(attachment) = environment.attachment()
            {
                keys.push(connection_key(call.region, attachment.connection()));
            }
        }
        let is_loose = |key: &Key| {
            self.world.loose(key).is_some_and(|loose| loose.keys().any(|member| matters(&call.operation, member)))
        };
        keys.iter().any(is_loose)
    }

    /// The accounts that a call can concern.
    fn parties(&mut self, question: &Question) -> BTreeSet<AccountId> {
        let mut parties = BTreeSet::from([question.caller.account]);
        let other = question.call.input.get("managementAccountId").and_then(Value::as_str);
        parties.extend(other.and_then(|account| account.parse::<AccountId>().ok()));
        for key in self.named_keys(&question.call) {
            match self.world.record(&key) {
                Some(Record::Connection(connection)) => {
                    parties.extend([connection.environment_account(), connection.management_account()]);
                }
                Some(Record::Environment(environment)) => {
                    parties.extend([environment.management_account(), environment.account_provisioned_in()]);
                }
                _ => {}
            }
        }
        parties
    }

    /// The records that a call names.
    pub(super) fn named_keys(&mut self, call: &Call) -> Vec<Key> {
        named(&mut self.world, call)
    }

    /// Deployments that can have ended.
    fn ends(&mut self, question: &Question) -> Vec<Vec<Step>> {
        let call = &question.call;
        let answer = match &call.reply {
            Reply::Answer(answer) => answer.clone(),
            _ => Value::Null,
        };
        let mut plans = Vec::new();
        // All that a list shows, and what it does not show any more.
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

    /// How the deployment of an environment that an answer shows can have ended.
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
                report["templateMajorVersion"] = get("templateMajorVersion").cloned().unwrap_or_default();
                report["templateMinorVersion"] = get("templateMinorVersion").cloned().unwrap_or_default();
            }
            let is_its_message =
                status.is_none_or(|status| ["SUCCEEDED", "FAILED", "CANCELLED", "DELETE_FAILED"].contains(&status));
            if is_its_message && let Some(message) = get("deploymentStatusMessage") {
                report["message"] = message.clone();
            }
            let at = get("lastDeploymentSucceededAt").and_then(time);
            Step::Ended { head: head.clone(), caller, report, resources: None, at }
        };
        outcomes.iter().map(step).collect()
    }

    /// Environments of the caller's that a page should show and does not: their deletion is done, or their deployment,
    /// by which they may have a version that does not pass the filter.
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
            Record::Environment(environment) if is_on_the_page(environment) => {
                Some((key.clone(), Arc::clone(environment)))
            }
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

    /// Environments of the caller's that are being deleted.
    fn has_deletions(&self, caller: Caller) -> bool {
        self.world.records().any(|(_, record)| {
            matches!(record, Record::Environment(environment)
            if environment.status() == DeploymentStatus::DeleteInProgress
                && (environment.management_account(), environment.region()) == (caller.account, caller.region))
        })
    }

    /// Lost calls that can have been made before this one.
    fn made(&self, question: &Question) -> Vec<Step> {
        let mut ids = Vec::new();
        if let Reply::Answer(answer) = &question.call.reply {
            collect_ids(answer, &mut ids);
        }
        let named =
            ["id", "deploymentId", "environmentAccountConnectionId"].map(|member| question.call.input.get(member));
        ids.extend(named.into_iter().flatten().filter_map(|id| id.as_str()?.parse::<Uuid>().ok()));
        let mut steps = Vec::new();
        for (lost, Lost { question: earlier }) in self.lost.iter().enumerate() {
            steps.push(Step::Made { lost, fresh_id: earlier.fresh_id });
            steps.extend(ids.iter().map(|id| Step::Made { lost, fresh_id: *id }));
        }
        steps
    }

    fn end(
        &mut self,
        head: &Key,
        caller: Caller,
        report: &Value,
        resources: Option<&Value>,
        at: Option<Timestamp>,
        when: Window,
    ) -> Option<()> {
        let mut input = report.clone();
        if let Some(resources) = resources {
            input["resources"] = resources.clone();
        }
        let operation = Operation::read_host("ReportDeployment", &input).ok()?;
        let begun = match self.world.record(head)? {
            Record::Environment(environment) => environment.last_deployment_attempted_at(),
            _ => return None,
        };
        let now = at.or(when.from).or(when.to).unwrap_or(self.latest).max(begun);
        let context = Context::new(caller, now, Uuid::nil()).with_limits(self.header.limits);
        let options = Options { caller, operation: &operation, input: &input, reply: &Reply::Unknown, now };
        let hidden = BTreeSet::new();
        let asked = Asked { operation: &operation, context, options, reply: &Reply::Unknown, hidden: &hidden };
        let solution =
            ask(&mut self.world, &self.profile, &asked).ok().filter(|solution| solution.decided.result().is_ok())?;
        let batch = solution.decided.batch()?;
        for Write { key, record, .. } in batch.writes() {
            // What came of what was not known is not known either.
            if solution.assumes(key) { self.world.forget(key) } else { self.world.set(key, record.clone()) }
        }
        let window = Window { from: Some(begun), to: when.to };
        self.events.expect(batch.events(), Some(window));
        let Key::Environment { region, management_account, name, .. } = head.clone() else { return None };
        let arn = EnvironmentArn::new(region, management_account, name);
        if self.world.record(head).is_some() {
            if at.is_none() && input["outcome"] == "SUCCEEDED" {
                self.world.loosen(head, "lastDeploymentSucceededAt", window);
                self.world.loosen(head, "templateMinorVersion", Window::default());
                self.world.loosen(head, "templateMajorVersion", Window::default());
            }
            if input.get("message").is_none() {
                self.world.loosen(head, "deploymentStatusMessage", Window::default());
            }
            // What was provisioned, nobody has told.
            self.world.forget(&stored::environment_key(&arn, EnvironmentPart::Resources));
        }
        Some(())
    }

    /// The deployment of an environment ended, as an event tells.
    pub(super) fn end_shown(&mut self, shown: &Value, at: Option<Timestamp>) {
        if self.header.host_complete {
            return;
        }
        let when = Window { from: at, to: at };
        let moment = self.world.moment();
        for step in self.ends_of_shown(shown) {
            if let Step::Ended { head, caller, report, .. } = &step
                && self.end(head, *caller, report, None, at, when).is_some()
            {
                return;
            }
            self.world.take_back(moment);
        }
    }

    /// Whether nothing can be said of the events of what this ARN names.
    pub(super) fn events_are_vague(&mut self, arn: &str) -> bool {
        let key = match (arn.parse::<EnvironmentArn>(), arn.parse::<ConnectionArn>()) {
            (Ok(arn), _) => stored::environment_key(&arn, EnvironmentPart::Head),
            (_, Ok(arn)) => connection_key(arn.region, arn.id),
            _ => return false,
        };
        !self.world.began_empty() || !self.lost.is_empty() || self.world.is_unknown(&key)
    }

    fn replace_resources(&mut self, head: &Key, list: &Value) -> Option<()> {
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

    /// Makes a lost call.
    fn make(&mut self, lost: usize, fresh_id: Uuid, before: &Question) -> Option<()> {
        let Lost { question } = self.lost.get(lost)?;
        let (operation, input) = question.ways.first()?.clone();
        let (call, caller, made_up) = (Arc::clone(&question.call), question.caller, question.fresh_id);
        let from = question.window.from;
        let shown = bind::times(&before.call, &operation, Window { from, to: before.window.to }, self.latest);
        let now = shown.into_iter().next().or(call.start).unwrap_or(self.latest);
        let context = Context::new(caller, now, fresh_id).with_limits(self.header.limits);
        let options = Options { caller, operation: &operation, input: &input, reply: &Reply::Unknown, now };
        let asked = Asked { operation: &operation, context, options, reply: &Reply::Unknown, hidden: &call.hidden };
        let solution =
            ask(&mut self.world, &self.profile, &asked).ok().filter(|solution| solution.decided.result().is_ok())?;
        let batch = solution.decided.batch()?;
        if batch.writes().is_empty() {
            return None;
        }
        let window = Window { from, to: None };
        for Write { key, record, .. } in batch.writes() {
            if solution.assumes(key) {
                self.world.forget(key);
                continue;
            }
            let before = self.world.record(key).as_ref().map(stored::members).unwrap_or_default();
            self.world.set(key, record.clone());
            let Some(record) = record else { continue };
            for (member, value) in stored::members(record) {
                let is_time = stored::TIMES.contains(&member.as_str());
                let is_made_up = member == "lastAttemptedDeploymentId" && fresh_id == made_up;
                if before.get(&member) != Some(&value) && (is_time || is_made_up) {
                    self.world.loosen(key, &member, if is_time { window } else { Window::default() });
                }
            }
        }
        self.events.expect(batch.events(), Some(window));
        Some(())
    }
}

/// Whether more than the member itself can depend on a value: what an operation is refused for, or what it changes.
fn matters(operation: &str, member: &str) -> bool {
    match member {
        "clientToken" => operation == "CreateEnvironmentAccountConnection",
        "roleArn" | "codebuildRoleArn" | "componentRoleArn" | "protonServiceRoleArn" => {
            let uses_roles =
                ["UpdateEnvironmentAccountConnection", "NotifyResourceDeploymentStatusChange", "ProvisioningAuthority"];
            uses_roles.contains(&operation)
        }
        "templateMajorVersion" | "templateMinorVersion" => operation == "UpdateEnvironment",
        "lastAttemptedDeploymentId" | "lastSucceededDeploymentId" => {
            let names_deployments =
                ["ReportDeployment", "NotifyResourceDeploymentStatusChange", "ListEnvironmentOutputs"];
            names_deployments.contains(&operation)
        }
        _ => false,
    }
}

fn is_same_call(one: &Step, other: &Step) -> bool {
    matches!((one, other), (Step::Made { lost: one, .. }, Step::Made { lost: other, .. }) if one == other)
}

/// The records that a call names.
pub(super) fn named(world: &mut World, call: &Call) -> Vec<Key> {
    let text = |member: &str| call.input.get(member).and_then(Value::as_str);
    let mut keys = Vec::new();
    let ids = [text("id"), text("environmentAccountConnectionId")];
    for id in ids.into_iter().flatten().filter_map(|id| id.parse::<ConnectionId>().ok()) {
        let head = connection_key(call.region, id);
        if let Some(Record::Connection(connection)) = world.record(&head) {
            let arn = EnvironmentArn::new(
                connection.region(),
                connection.management_account(),
                connection.environment_name().clone(),
            );
            keys.push(stored::environment_key(&arn, EnvironmentPart::Head));
        }
        keys.push(head);
    }
    let names = [text("name"), text("environmentName")];
    for name in names.into_iter().flatten().filter_map(|name| name.parse::<EnvironmentName>().ok()) {
        let arn = EnvironmentArn::new(call.region, call.account, name);
        keys.push(stored::environment_key(&arn, EnvironmentPart::Head));
    }
    if let Some(arn) = text("resourceArn") {
        if let Ok(arn) = arn.parse::<EnvironmentArn>() {
            keys.push(stored::environment_key(&arn, EnvironmentPart::Head));
            keys.push(stored::environment_key(&arn, EnvironmentPart::Tags));
        } else if let Ok(arn) = arn.parse::<ConnectionArn>() {
            keys.push(connection_key(arn.region, arn.id));
            keys.push(Key::Connection { region: arn.region, id: arn.id, part: ConnectionPart::Tags });
        }
    }
    keys
}

/// The ids of connections and deployments that an answer shows.
fn collect_ids(value: &Value, ids: &mut Vec<Uuid>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text) if name == "id" || name == "lastAttemptedDeploymentId" => {
                        ids.extend(text.parse::<Uuid>().ok().filter(|id| !ids.contains(id)));
                    }
                    value => collect_ids(value, ids),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        _ => {}
    }
}

/// The keys of what an answer shows.
pub(super) fn shown_keys(call: &Call) -> Vec<Key> {
    let Reply::Answer(answer) = &call.reply else { return Vec::new() };
    let of = |one: &str, many: &str| {
        let many = answer.get(many).and_then(Value::as_array).into_iter().flatten();
        answer.get(one).into_iter().chain(many).cloned().collect::<Vec<_>>()
    };
    let connections = of("environmentAccountConnection", "environmentAccountConnections")
        .into_iter()
        .filter_map(|shown| Some(connection_key(call.region, shown.get("id")?.as_str()?.parse().ok()?)));
    let environments = of("environment", "environments").into_iter().filter_map(|shown| {
        Some(stored::environment_key(&shown.get("arn")?.as_str()?.parse().ok()?, EnvironmentPart::Head))
    });
    connections.chain(environments).collect()
}

const fn connection_key(region: Region, id: ConnectionId) -> Key {
    Key::Connection { region, id, part: ConnectionPart::Head }
}
