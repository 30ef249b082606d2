//! What happened between two lines of a recording: deployments that ended, and calls whose answers were lost.
//!
//! None of it is assumed to have happened before an answer shows it: that a deployment is still under way, or that a
//! lost call was not made, explains everything that came before.

mod ends;
mod lost;

use account_connections::{
    ErrorKind,
    id::{Caller, Timestamp},
    store::Key,
};
pub(super) use lost::Lost;
use serde_json::Value;
use uuid::Uuid;

use super::{Judge, about, question::Question, world::Window};
use crate::trace::Reply;

/// What may have happened before a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    /// A deployment ended.
    Ended { head: Key, caller: Caller, report: Value, at: Option<Timestamp> },
    /// The resources have changed, whatever the outcome of the deployment under way.
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

impl Judge {
    /// What may have happened before a call whose answer the model does not give: most likely first.
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

    /// Carries out a plan. `None` if it could not have happened.
    pub(super) fn carry_out(&mut self, question: &Question, plan: &[Step]) -> Option<()> {
        for step in plan {
            match step {
                Step::Ended { head, caller, report, at } => {
                    let when = Window { from: question.call.start, to: question.window.to };
                    self.end(head, *caller, report, *at, when)?;
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

    /// Concludes that what a plan says has happened.
    pub(super) fn carried_out(&mut self, question: &Question, plan: &[Step]) {
        // The answer shows that a deployment has ended, but perhaps not how.
        let shown = about::shown_keys(&question.call);
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
}

fn is_same_call(one: &Step, other: &Step) -> bool {
    matches!((one, other), (Step::Made { lost: one, .. }, Step::Made { lost: other, .. }) if one == other)
}
