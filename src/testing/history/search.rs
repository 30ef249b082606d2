//! The search for a serial order of the calls of one Region.

use alloc::{boxed::Box, collections::BTreeMap, vec::Vec};
use core::cmp::Reverse;
use std::collections::HashSet;

use super::{
    Ending, Recorded,
    failure::{Contradiction, Difference, Failure, Stuck},
    model::{Model, Undo},
};
use crate::{
    id::Region,
    operation::Operation,
    store::{Key, Record},
};

/// A depth-first search. Calls are named by their place in `calls`.
pub(super) struct Search<'h> {
    region: Region,
    /// The calls that have a place or may have one, by their start.
    calls: Vec<Call<'h>>,
    last: Option<BTreeMap<&'h Key, &'h Record>>,
    model: Model,
    /// Whether each call is placed.
    placed: Vec<bool>,
    optional: Vec<usize>,
    /// All calls before this one are placed or optional.
    from: usize,
    /// How many have to be placed yet.
    missing: usize,
    order: Vec<usize>,
    tried: HashSet<Situation>,
    /// The longest order so far that could not be continued.
    furthest: Vec<usize>,
}

/// What decides all that comes next. Two ways to the same set of placed calls and the same state have one future.
#[derive(PartialEq, Eq, Hash)]
struct Situation {
    /// `Search::from`.
    from: usize,
    /// The optional calls before that which are placed, and all placed calls after it.
    others: Vec<usize>,
    /// The number of the state.
    state: usize,
}

/// A call on the way into the serial order.
#[derive(Clone, Copy)]
struct Call<'h> {
    /// In the history.
    place: usize,
    recorded: &'h Recorded,
    /// Whether it may be left out: its outcome is unknown.
    optional: bool,
    /// Whether it changes nothing wherever it has its recorded ending.
    pure: bool,
}

/// A call that was placed, and those that could have been in its place and are not tried yet.
struct Choice {
    undo: Undo,
    others: Vec<usize>,
    from: usize,
}

impl<'h> Search<'h> {
    pub(super) fn new(
        region: Region,
        history: &'h [Recorded],
        places: &[usize],
        last: Option<BTreeMap<&'h Key, &'h Record>>,
    ) -> Self {
        let recorded = places.iter().filter_map(|place| Some((*place, history.get(*place)?)));
        let calls = recorded.filter(|(_, recorded)| recorded.ending != Ending::Contended);
        let mut calls = calls.map(|(place, recorded)| Call::new(place, recorded)).collect::<Vec<_>>();
        calls.sort_by_key(|call| call.recorded.start);
        Self {
            region,
            model: Model::default(),
            placed: calls.iter().map(|_| false).collect(),
            optional: calls.iter().enumerate().filter(|(_, call)| call.optional).map(|(at, _)| at).collect(),
            from: 0,
            missing: calls.iter().filter(|call| !call.optional).count(),
            calls,
            last,
            order: Vec::new(),
            tried: HashSet::new(),
            furthest: Vec::new(),
        }
    }

    /// The serial order, as places in the history.
    pub(super) fn run(mut self, steps: u64) -> Result<Vec<usize>, Failure> {
        let mut choices = Vec::<Choice>::new();
        let mut next = self.candidates();
        for _ in 0..steps {
            if self.missing == 0 && self.ends_right() {
                return Ok(self.order.iter().filter_map(|at| Some(self.calls.get(*at)?.place)).collect());
            }
            match next.pop() {
                Some(at) => {
                    let from = self.from;
                    if let Some(undo) = self.place(at) {
                        // Whatever else could have been here can be after a call that changes nothing.
                        let pure = self.calls.get(at).is_some_and(|call| call.pure);
                        let others = if pure { Vec::new() } else { next };
                        choices.push(Choice { undo, others, from });
                        next = self.candidates();
                    }
                }
                None => {
                    if self.order.len() > self.furthest.len() {
                        self.furthest.clone_from(&self.order);
                    }
                    let Some(choice) = choices.pop() else { return Err(self.contradiction()) };
                    next = self.take_back(choice);
                }
            }
        }
        Err(Failure::GaveUp { region: self.region, steps })
    }

    /// The calls that can come next by their times; the last of them is the first to be tried.
    fn candidates(&self) -> Vec<usize> {
        let call = |at: usize| Some((at, self.calls.get(at)?)).filter(|_| self.placed.get(at) == Some(&false));
        let before = self.optional.iter().copied().take_while(|at| *at < self.from).filter_map(call);
        let after = || (self.from..self.calls.len()).filter_map(call);
        // Whatever starts after a call has ended that has no place yet cannot come before it.
        let ends = after().filter(|(_, call)| !call.optional).map(|(_, call)| call.recorded.end);
        let until = ends.min().unwrap_or(u64::MAX);
        let after = after().take_while(|(_, call)| call.recorded.start <= until);
        let mut candidates = before.chain(after).collect::<Vec<_>>();
        candidates.sort_by_key(|(_, call)| (call.pure, !call.optional, Reverse(call.recorded.end)));
        candidates.into_iter().map(|(at, _)| at).collect()
    }

    /// Places a call next, if it has its ending there and this was not tried before.
    fn place(&mut self, at: usize) -> Option<Undo> {
        let Call { recorded, optional, .. } = *self.calls.get(at)?;
        let (ending, undo) = self.model.apply(&recorded.call);
        // A call of unknown outcome that changes nothing here is as good as left out.
        let fits = if optional { !undo.is_empty() } else { recorded.ending.agrees_with(&ending) };
        if fits {
            let from = self.from;
            self.mark(at, true);
            let situation = self.situation();
            if self.tried.insert(situation) {
                self.order.push(at);
                return Some(undo);
            }
            self.from = from;
            self.mark(at, false);
        }
        self.model.take_back(undo);
        None
    }

    /// The situation, with `from` moved on as far as it goes.
    fn situation(&mut self) -> Situation {
        let passed =
            |at: usize| self.calls.get(at).is_some_and(|call| call.optional) || self.placed.get(at) == Some(&true);
        while self.from < self.calls.len() && passed(self.from) {
            self.from += 1;
        }
        let is_placed = |at: &usize| self.placed.get(*at) == Some(&true);
        let before = self.optional.iter().copied().take_while(|at| *at < self.from).filter(is_placed);
        let after = (self.from..self.calls.len()).filter(is_placed);
        Situation { from: self.from, others: before.chain(after).collect(), state: self.model.state() }
    }

    fn take_back(&mut self, Choice { undo, others, from }: Choice) -> Vec<usize> {
        if let Some(at) = self.order.pop() {
            self.mark(at, false);
        }
        self.from = from;
        self.model.take_back(undo);
        others
    }

    fn mark(&mut self, at: usize, placed: bool) {
        if let Some(mark) = self.placed.get_mut(at) {
            *mark = placed;
        }
        match self.calls.get(at) {
            Some(call) if call.optional => {}
            _ if placed => self.missing -= 1,
            _ => self.missing += 1,
        }
    }

    fn ends_right(&self) -> bool {
        self.last.as_ref().is_none_or(|last| last.iter().map(|(key, record)| (*key, *record)).eq(self.model.records()))
    }

    /// Why the longest order cannot be continued. The search is where it began.
    fn contradiction(mut self) -> Failure {
        for at in core::mem::take(&mut self.furthest) {
            if let Some(call) = self.calls.get(at) {
                let _ = self.model.apply(&call.recorded.call);
                self.order.push(at);
                self.mark(at, true);
            }
        }
        let candidates = self.candidates().into_iter().rev().filter_map(|at| self.calls.get(at));
        let recorded = candidates.filter(|call| !call.optional).map(|call| call.recorded.clone()).collect::<Vec<_>>();
        let stuck = recorded.into_iter().map(|recorded| {
            let (model, undo) = self.model.apply(&recorded.call);
            self.model.take_back(undo);
            Stuck { recorded, model }
        });
        let stuck = stuck.collect();
        Failure::NotSerializable(Box::new(Contradiction {
            region: self.region,
            placed: self.order.iter().filter_map(|at| Some(self.calls.get(*at)?.recorded.clone())).collect(),
            stuck,
            differences: if self.missing == 0 { self.differences() } else { Vec::new() },
            calls: self.calls.iter().filter(|call| !call.optional).count(),
        }))
    }

    fn differences(&self) -> Vec<Difference> {
        let Some(last) = &self.last else { return Vec::new() };
        let model = self.model.records().collect::<BTreeMap<_, _>>();
        let keys = last.keys().chain(model.keys().filter(|key| !last.contains_key(*key)));
        let differing = keys.filter(|key| last.get(*key) != model.get(*key));
        let difference = |key: &&Key| Difference {
            key: (*key).clone(),
            store: last.get(key).map(|record| (*record).clone()),
            model: model.get(key).map(|record| (*record).clone()),
        };
        differing.map(difference).collect()
    }
}

impl<'h> Call<'h> {
    fn new(place: usize, recorded: &'h Recorded) -> Self {
        let refused = matches!(recorded.ending, Ending::Refused(_) | Ending::Troubled(_));
        let optional = matches!(recorded.ending, Ending::Unknown(_));
        Self { place, recorded, optional, pure: !optional && (refused || only_reads(&recorded.call.operation)) }
    }
}

/// Whether the operation never changes anything.
pub(super) const fn only_reads(operation: &Operation) -> bool {
    matches!(
        operation,
        Operation::GetEnvironmentAccountConnection(_)
            | Operation::ListEnvironmentAccountConnections(_)
            | Operation::GetEnvironment(_)
            | Operation::ListEnvironments(_)
            | Operation::ListEnvironmentProvisionedResources(_)
            | Operation::ListEnvironmentOutputs(_)
            | Operation::ListTagsForResource(_)
            | Operation::ProvisioningAuthority(_)
            | Operation::ListProvisionedResources(_)
    )
}
