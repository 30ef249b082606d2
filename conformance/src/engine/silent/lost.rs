//! Calls whose answers were lost.

use std::{collections::BTreeSet, sync::Arc};

use account_connections::{
    id::AccountId,
    operation::{Context, Operation},
    store::{Record, Write},
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        Judge,
        ask::{Asked, ask},
        bind,
        options::Options,
        question::Question,
        stored,
        world::Window,
    },
    Step,
};
use crate::{report::Judged, trace::Reply};

/// A call whose answer was lost: it was made, will be, or never is.
#[derive(Debug)]
pub(in super::super) struct Lost {
    pub(super) question: Question,
}

/// How many lost calls are kept: whatever older ones may have changed may be anything.
const LOST: usize = 24;

impl Judge {
    /// A call whose answer was lost.
    pub(in super::super) fn lose(&mut self, question: Question) -> Judged {
        let reads = question.ways.iter().all(|(operation, _)| operation.only_reads());
        self.tokens.missed(&question.call);
        if !reads {
            if self.lost.len() == LOST {
                let oldest = self.lost.remove(0);
                let touched = self.about(&oldest.question.call);
                for key in touched {
                    self.world.forget_thing(&key);
                }
                // The connection that it may have created has an id nobody has seen.
                if matches!(oldest.question.ways.first(), Some((Operation::CreateEnvironmentAccountConnection(_), _))) {
                    self.guessed.insert(oldest.question.caller.region);
                }
            }
            self.lost.push(Lost { question });
        }
        Judged::NotCheckable("its answer was lost".into())
    }

    /// Lost calls that may have been made before this one.
    pub(super) fn made(&self, question: &Question) -> Vec<Step> {
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

    /// Makes a lost call.
    pub(super) fn make(&mut self, lost: usize, fresh_id: Uuid, before: &Question) -> Option<()> {
        let Lost { question } = self.lost.get(lost)?;
        let (operation, input) = question.ways.first()?.clone();
        let input = input.unwrap_or_else(|| question.call.input.clone());
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

    /// Whether a lost call may have touched what a call is about: no account sees what others do among themselves.
    pub(in super::super) fn may_be_of_the_lost(&mut self, question: &Question) -> bool {
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
