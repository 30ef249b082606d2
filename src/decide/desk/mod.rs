//! Where a decision is made: what it reads, and what it collects to be written. Private: a decision is a value, and
//! cannot be pieced together.

mod reads;
mod writes;

pub(super) use writes::SHARED_BY;

use alloc::vec::Vec;

use super::{Decided, Fault, Reads};
use crate::{
    event::Event,
    instruction::Instruction,
    operation::Context,
    refusal::Refusal,
    rule::{Rule, Rules},
    store::{Batch, Expectation, Expected, Key, Scan, Write},
};

/// A decision in the making.
#[derive(Debug)]
#[expect(unnameable_types, reason = "only this crate decides")]
pub struct Desk<'a> {
    pub(in crate::decide) context: &'a Context,
    reads: &'a Reads,
    writes: Vec<Write>,
    events: Vec<Event>,
    instructions: Vec<Instruction>,
    rules: Rules,
}

/// Why a decision did not come to an answer.
#[derive(Debug)]
#[expect(unnameable_types, reason = "only this crate decides")]
pub enum Halt {
    Load(Vec<Key>),
    Scan(Scan),
    Refuse(Refusal),
    Fault(Fault),
}

impl From<Refusal> for Halt {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl<'a> Desk<'a> {
    pub(super) const fn new(context: &'a Context, reads: &'a Reads) -> Self {
        Self { context, reads, writes: Vec::new(), events: Vec::new(), instructions: Vec::new(), rules: Rules::NONE }
    }

    /// Says that the decision rests on this rule.
    pub(super) const fn rests_on(&mut self, rule: Rule) {
        self.rules.insert(rule);
    }

    /// Says that it rests on the rules of lists.
    pub(super) fn rests_on_a_list(&mut self, goes_on: bool) {
        for rule in [Rule::ListFilters, Rule::ListOrder, Rule::PageSize] {
            self.rests_on(rule);
        }
        if goes_on {
            self.rests_on(Rule::StablePages);
        }
    }

    /// Without what was to be written: a refusal changes nothing and emits nothing (rule `refused-changes-nothing`).
    pub(super) fn cleared(mut self) -> Self {
        self.writes.clear();
        self.events.clear();
        self.instructions.clear();
        self
    }

    pub(super) fn decided<A>(self, result: Result<A, Refusal>) -> Decided<A> {
        let rules = match &result {
            Ok(_) => self.rules,
            Err(refusal) => Rules::of(refusal.rule())
                .with(Rule::FirstFailureWins)
                .with(Rule::RefusedChangesNothing)
                .with(Rule::MessageNamesIt),
        };
        Decided { result, batch: self.batch(), rules }
    }

    /// The commit that the decision needs. Everything that was read is expected unchanged, but for what the caller may
    /// not see: what hides it never changes, and a race with whoever may see it would tell that it is there.
    pub(super) fn batch(self) -> Option<Batch> {
        let Self { context, reads, writes, events, instructions, .. } = self;
        if writes.is_empty() && reads.are_of_one_moment() {
            return None;
        }
        let expected = reads.records().iter().filter(|(key, _)| !reads.hides(key, &context.caller));
        let expectations = expected.map(|(key, found)| Expectation {
            key: key.clone(),
            expected: found.as_ref().map_or(Expected::Absent, |found| Expected::At(found.version)),
        });
        Some(Batch { expectations: expectations.collect(), writes, events, instructions })
    }
}
