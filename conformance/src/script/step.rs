use std::time::Duration;

use account_connections::{Rule, Rules, id::Caller, testing::subject::Reply};
use serde_json::Value;

use crate::trace::only_reads;

/// A call of a script, with the values of its rehearsal.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Step {
    /// Who calls: the account stands for a real one.
    pub caller: Caller,
    /// The operation, by its name in the public API or that of one of the host's own.
    pub operation: String,
    /// Its input.
    pub input: Value,
    /// How long after the beginning it is made, by the subject's clock, in an episode in which hours go by, if that
    /// clock can be moved.
    pub at: Option<Duration>,
    /// Which of several clients makes it, if it is made at once with others.
    pub client: Option<u64>,
    /// What the answer gives names to: where in it, and the value of the rehearsal that the real one replaces.
    pub gives: Vec<(&'static str, String)>,
    /// What the model's answer rested on in the rehearsal.
    pub rests_on: Rules,
    /// The rule that refused it in the rehearsal.
    pub refused_by: Option<Rule>,
    /// Whether the rule that refuses it is the only one that fails, as far as is known.
    pub is_alone: bool,
    /// Rules that fail besides the one that refuses.
    pub also_fails: Vec<Rule>,
    /// Whether it only looks at what there is.
    pub is_look: bool,
    /// The place in a world at which it is made, if that is its purpose.
    pub cell: Option<u32>,
}

/// Where an answer has something that later calls name.
pub(super) const GIVEN: [&str; 3] =
    ["/environmentAccountConnection/id", "/environment/lastAttemptedDeploymentId", "/nextToken"];

impl Step {
    /// A call, given the answer to it in the rehearsal.
    pub(super) fn new(caller: Caller, operation: &str, input: Value, reply: &Reply) -> Self {
        let gives = match reply {
            Reply::Answer(answer) => {
                let text = |place: &str| answer.pointer(place).and_then(Value::as_str).map(str::to_owned);
                GIVEN.iter().filter_map(|place| Some((*place, text(place)?))).collect()
            }
            _ => Vec::new(),
        };
        Self {
            caller,
            operation: operation.to_owned(),
            input,
            at: None,
            client: None,
            gives,
            rests_on: Rules::NONE,
            refused_by: None,
            is_alone: false,
            also_fails: Vec::new(),
            is_look: only_reads(operation),
            cell: None,
        }
    }

    /// Whether it changed, or may have changed, something in the rehearsal.
    #[must_use]
    pub fn changes(&self) -> bool {
        !self.is_look && self.refused_by.is_none()
    }

    /// Whether it is a notification that ends a deployment.
    pub(super) fn ends_a_deployment(&self) -> bool {
        self.operation == "NotifyResourceDeploymentStatusChange"
            && self.refused_by.is_none()
            && self.input.get("status").and_then(Value::as_str).is_some_and(|status| status != "IN_PROGRESS")
    }
}
