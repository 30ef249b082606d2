//! The places around the model at which a fault can sit.

use account_connections::{
    ErrorKind, Memory, Rule, Rules,
    id::{Caller, Timestamp},
    operation::Limits,
    store::{Entry, Key, Record, Write},
    testing::subject::Reply,
};
use serde_json::Value;

/// A fault. Several make one wrong implementation where one hook is not enough.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Another question is put to the model.
    Asks(fn(&mut Ask, &Memory)),
    /// There is one more check: what the model would answer, by the rules of the question, is refused.
    Refuses(fn(&Ask, &Memory) -> Option<Reply>),
    /// A check is missing: where the model refuses by this rule, it is asked again so that the rule does not bite.
    Lets(Rule, fn(&mut Ask, &Memory)),
    /// A check comes too late: where the model refuses by the first rule, but would refuse by the second one if the first
    /// did not bite, the second one answers.
    Swaps(Rule, Rule, fn(&mut Ask, &Memory)),
    /// A rule refuses with another kind.
    Kind(Rule, ErrorKind),
    /// The model is shown another record than the one that is stored, or none.
    Reads(See),
    /// A list finds something else.
    Lists(fn(&Ask, &mut Vec<Entry>)),
    /// Something else is written, or, where it says no, nothing; the answer shows what is stored.
    Writes(fn(&Ask, &Memory, &mut Write) -> bool),
    /// Something is not written (where it says no), and the answer says that it was.
    Forgets(fn(&Ask, &Write) -> bool),
    /// Calls that read what was there before the latest commit.
    Late(fn(&Ask) -> bool),
    /// Something else is done after a call; the answer shows what is stored then.
    Then(fn(&Ask, &Reply, &mut Memory)),
    /// Something else is answered.
    Says(fn(&Ask, &mut Reply, &Memory)),
    /// Ids are not fresh: given the number that would be.
    Ids(fn(&Memory, u128) -> u128),
    /// Other events are emitted.
    Emits(fn(&mut Vec<Value>)),
}

/// What is shown in place of a record.
pub(crate) type See = fn(&Ask, &Memory, &Key, Option<Record>) -> Option<Record>;

/// A question, with what the model is to see while it decides.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) caller: Caller,
    pub(crate) operation: String,
    pub(crate) input: Value,
    pub(crate) now: Timestamp,
    pub(crate) limits: Limits,
    /// For this question alone.
    pub(crate) sees: Vec<See>,
    /// Whether it was refused.
    pub(crate) refused: bool,
    /// What the outcome rests on.
    pub(crate) rules: Rules,
}

impl Ask {
    pub(crate) fn is(&self, operation: &str) -> bool {
        self.operation == operation
    }

    pub(crate) fn is_one_of(&self, operations: &[&str]) -> bool {
        operations.contains(&self.operation.as_str())
    }

    /// A text of the input.
    pub(crate) fn text(&self, member: &str) -> Option<&str> {
        self.input.get(member)?.as_str()
    }

    pub(crate) fn has(&self, member: &str) -> bool {
        self.input.get(member).is_some_and(|value| !value.is_null())
    }

    pub(crate) fn set(&mut self, member: &str, value: impl Into<Value>) {
        if let Some(members) = self.input.as_object_mut() {
            members.insert(member.into(), value.into());
        }
    }

    pub(crate) fn leave_out(&mut self, members: &[&str]) {
        if let Some(input) = self.input.as_object_mut() {
            input.retain(|name, _| !members.contains(&name.as_str()));
        }
    }

    /// Whether it was refused by this rule.
    pub(crate) fn refused_by(&self, rule: Rule) -> bool {
        self.refused && self.rules.contains(rule)
    }

    /// Whether it was answered, by this rule among others.
    pub(crate) fn answered_by(&self, rule: Rule) -> bool {
        !self.refused && self.rules.contains(rule)
    }

    /// Shows the model other records while it decides this question.
    pub(crate) fn see(&mut self, see: See) {
        self.sees.push(see);
    }
}

/// A refusal that names nothing.
pub(crate) fn refusal(kind: ErrorKind) -> Reply {
    Reply::error(kind, "the request cannot be carried out")
}

/// Refuses what would be answered by this rule.
pub(crate) fn refused_where(ask: &Ask, rule: Rule, kind: ErrorKind) -> Option<Reply> {
    ask.answered_by(rule).then(|| refusal(kind))
}
