//! Where a decision is made: what it reads, and what it collects to be written. Private: a decision is a value, and
//! cannot be pieced together.

mod reads;
mod source;
mod writes;

pub use source::Source;
pub(super) use {source::Reading, writes::SHARED_BY};

use alloc::vec::Vec;
use core::{cell::RefCell, mem};

use self::source::ReadsOn;
use super::{Decided, Fault, Reads, reads::Loaded};
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
    /// What is read while the decision is being made, and where.
    reading: &'a Reading,
    source: ReadsOn<'a>,
    writes: Vec<Write>,
    events: Vec<Event>,
    instructions: Vec<Instruction>,
    rules: Rules,
}

/// Why a decision did not reach an answer.
#[derive(Debug)]
#[expect(unnameable_types, reason = "only this crate decides")]
pub enum Halt {
    Load(Vec<Key>),
    Scan(Scan),
    Refuse(Refusal),
    /// What was read makes no sense: it may be from different moments.
    Fault(Fault),
    /// What a store answered with cannot be right at any moment.
    WrongAnswer(Fault),
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
    pub(super) fn new(
        context: &'a Context,
        reads: &'a Reads,
        reading: &'a Reading,
        source: Option<&'a mut (dyn Source + '_)>,
    ) -> Self {
        // The one place where the store's own lifetime is forgotten.
        let source = match source {
            Some(source) => Some(RefCell::<&'a mut dyn Source>::new(source)),
            None => None,
        };
        Self {
            context,
            reads,
            reading,
            source: ReadsOn(source),
            writes: Vec::new(),
            events: Vec::new(),
            instructions: Vec::new(),
            rules: Rules::NONE,
        }
    }

    /// Everything that was read, load by load.
    fn loads(&self) -> impl Iterator<Item = &'a Loaded> + use<'a> {
        self.reads.loads().iter().chain(self.reading.loads())
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
    pub(super) fn cleared(&mut self) -> &mut Self {
        self.writes.clear();
        self.events.clear();
        self.instructions.clear();
        self
    }

    pub(super) fn decided<A>(&mut self, result: Result<A, Refusal>) -> Decided<A> {
        let rules = match &result {
            Ok(_) => self.rules,
            Err(refusal) => Rules::of(refusal.rule())
                .with(Rule::FirstFailureWins)
                .with(Rule::RefusedChangesNothing)
                .with(Rule::MessageNamesIt),
        };
        Decided { result, batch: self.batch(), rules }
    }

    /// The commit that the decision needs. Everything that was read is expected unchanged, except what the caller may
    /// not see: what hides it never changes, and a race with somebody who may see it would tell that it is there.
    pub(super) fn batch(&mut self) -> Option<Batch> {
        if self.writes.is_empty() && self.loads().count() < 2 {
            return None;
        }
        let mut expectations = Vec::with_capacity(self.loads().map(Loaded::len).sum());
        for loaded in self.loads() {
            expectations.extend(loaded.records().filter(|(key, found)| !self.hides(key, *found)).map(
                |(key, found)| Expectation {
                    key: key.clone(),
                    expected: found.map_or(Expected::Absent, |found| Expected::At(found.version)),
                },
            ));
        }
        Some(Batch {
            expectations,
            writes: mem::take(&mut self.writes),
            events: mem::take(&mut self.events),
            instructions: mem::take(&mut self.instructions),
        })
    }
}
