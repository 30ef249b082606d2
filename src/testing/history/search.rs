//! The search for a serial order of the turns of one Region.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{cmp::Reverse, iter};
use std::collections::HashSet;

use super::{
    Ending,
    failure::Difference,
    foreign::Tokens,
    model::{Model, Undo},
    turn::Turn,
};
use crate::{
    store::{Key, Record},
    testing::session::Call,
};

/// A depth-first search. Turns are named by their place in `turns`.
pub(super) struct Search<'h> {
    /// The turns that have a place or may have one, by their start.
    turns: Vec<Turn<'h>>,
    last: Option<BTreeMap<&'h Key, &'h Record>>,
    model: Model,
    tokens: Tokens,
    /// Whether each turn is placed.
    placed: Vec<bool>,
    optional: Vec<usize>,
    /// How many optional turns may still be placed.
    spare: usize,
    /// All turns before this one are placed or optional.
    from: usize,
    /// How many still have to be placed.
    missing: usize,
    order: Vec<Move>,
    tried: HashSet<Situation>,
    /// The longest order so far that could not be continued.
    furthest: Vec<Move>,
}

/// How a search ended that could place only a limited number of optional turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Found,
    NoOrder,
    GaveUp,
}

/// Why there is no serial order, or none was found.
#[derive(Debug)]
pub(super) enum Stop {
    GaveUp,
    NoOrder(Longest),
}

/// The longest serial order, and why it goes no further.
#[derive(Debug, Default)]
pub(super) struct Longest {
    /// The calls in it, each with its place in the history, if it has one there.
    pub(super) order: Vec<(Option<usize>, Call)>,
    /// The calls that could come next by their times: their places in the history, and what the model says to each.
    pub(super) stuck: Vec<(usize, String)>,
    /// All calls that have no place in it but need one.
    pub(super) missing: Vec<usize>,
    pub(super) differences: Vec<Difference>,
}

/// What decides everything that comes next. Two paths to the same set of placed turns and the same state have the same
/// future: what a turn may have been is settled before the search, and the ids and times that it was given are in the
/// state.
#[derive(PartialEq, Eq, Hash)]
struct Situation {
    /// `Search::from`.
    from: usize,
    /// The optional turns before that which are placed, and all placed turns after it.
    others: Vec<usize>,
    /// The number of the state.
    state: usize,
}

/// A turn that can come next, as one of the calls that it may have been.
#[derive(Clone, Copy, Debug)]
struct Move {
    at: usize,
    reading: usize,
}

/// A move that was made, and those that could have been made in its place and have not been tried yet.
struct Choice {
    undo: Undo,
    others: Vec<Move>,
    from: usize,
}

impl<'h> Search<'h> {
    pub(super) fn new(mut turns: Vec<Turn<'h>>, last: Option<BTreeMap<&'h Key, &'h Record>>) -> Self {
        turns.sort_by_key(|turn| turn.start);
        Self {
            last,
            model: Model::default(),
            tokens: Tokens::default(),
            placed: turns.iter().map(|_| false).collect(),
            optional: turns.iter().enumerate().filter(|(_, turn)| turn.optional).map(|(at, _)| at).collect(),
            spare: 0,
            from: 0,
            missing: turns.iter().filter(|turn| !turn.optional).count(),
            turns,
            order: Vec::new(),
            tried: HashSet::new(),
            furthest: Vec::new(),
        }
    }

    /// The serial order, as places in the history.
    ///
    /// If two calls were placed the wrong way round, a search that may place all optional turns tries each set of them
    /// before it comes back to the two. Of many, usually few were made: what is not found soon is looked for with few
    /// of them.
    pub(super) fn run(mut self, steps: u64) -> Result<Vec<usize>, Stop> {
        let all = self.optional.len();
        let few = iter::successors(Some(0), |limit| Some(2 * limit + 1)).take_while(|limit| *limit < all);
        let mut left = 0..steps;
        for (limit, most) in iter::once(all).chain(few).map(|limit| (limit, steps / 16)).chain([(all, steps)]) {
            self.spare = limit;
            match self.search(left.by_ref().take(usize::try_from(most).unwrap_or(usize::MAX))) {
                End::Found => {
                    return Ok(self.order.iter().filter_map(|placed| self.turns.get(placed.at)?.number).collect());
                }
                End::NoOrder if limit == all => return Err(Stop::NoOrder(self.longest())),
                End::NoOrder | End::GaveUp => {}
            }
        }
        Err(Stop::GaveUp)
    }

    /// The same, with no more optional turns than there are to spare. If nothing is found, the search is back where it
    /// began.
    fn search(&mut self, steps: impl Iterator<Item = u64>) -> End {
        let mut choices = Vec::<Choice>::new();
        let mut next = self.candidates();
        self.tried.clear();
        for _ in steps {
            if self.missing == 0 && self.ends_right() {
                return End::Found;
            }
            match next.pop() {
                Some(candidate) => {
                    let from = self.from;
                    if let Some(undo) = self.place(candidate) {
                        // Anything else that could come here can also come after a call that changes nothing.
                        let pure = self.turns.get(candidate.at).is_some_and(|turn| turn.pure);
                        let others = if pure { Vec::new() } else { next };
                        choices.push(Choice { undo, others, from });
                        next = self.candidates();
                    }
                }
                None => {
                    if self.order.len() > self.furthest.len() {
                        self.furthest.clone_from(&self.order);
                    }
                    let Some(choice) = choices.pop() else { return End::NoOrder };
                    next = self.take_back(choice);
                }
            }
        }
        while let Some(choice) = choices.pop() {
            self.take_back(choice);
        }
        End::GaveUp
    }

    /// The moves that can be made next by the turns' times; the last of them is tried first.
    fn candidates(&self) -> Vec<Move> {
        let mut turns = self.next_turns();
        turns.sort_by_key(|(_, turn)| (turn.pure, !turn.optional, Reverse(turn.end)));
        let moves = turns
            .into_iter()
            .flat_map(|(at, turn)| (0..turn.readings.len()).rev().map(move |reading| Move { at, reading }));
        moves.collect()
    }

    /// The turns that can come next by their times.
    fn next_turns(&self) -> Vec<(usize, &Turn<'h>)> {
        let turn = |at: usize| Some((at, self.turns.get(at)?)).filter(|_| self.placed.get(at) == Some(&false));
        let can_be = |(_, turn): &(usize, &Turn<'_>)| !turn.optional || self.spare > 0;
        let before = self.optional.iter().copied().take_while(|at| *at < self.from).filter_map(turn).filter(can_be);
        let after = || (self.from..self.turns.len()).filter_map(turn).filter(can_be);
        // Anything that starts after the end of a call with no place yet cannot come before that call.
        let ends = after().filter(|(_, turn)| !turn.optional).map(|(_, turn)| turn.end);
        let until = ends.min().unwrap_or(u64::MAX);
        before.chain(after().take_while(|(_, turn)| turn.start <= until)).collect()
    }

    /// Places a turn next, if it has its ending there and this has not been tried before.
    fn place(&mut self, Move { at, reading }: Move) -> Option<Undo> {
        let (_, undo) = self.turns.get(at)?.make(reading, &mut self.model, &mut self.tokens)?;
        let from = self.from;
        self.mark(at, true);
        let situation = self.situation();
        if self.tried.insert(situation) {
            self.order.push(Move { at, reading });
            return Some(undo);
        }
        self.from = from;
        self.mark(at, false);
        self.model.take_back(undo);
        None
    }

    /// The situation, with `from` advanced as far as it goes.
    fn situation(&mut self) -> Situation {
        let passed =
            |at: usize| self.turns.get(at).is_some_and(|turn| turn.optional) || self.placed.get(at) == Some(&true);
        while self.from < self.turns.len() && passed(self.from) {
            self.from += 1;
        }
        let is_placed = |at: &usize| self.placed.get(*at) == Some(&true);
        let before = self.optional.iter().copied().take_while(|at| *at < self.from).filter(is_placed);
        let after = (self.from..self.turns.len()).filter(is_placed);
        Situation { from: self.from, others: before.chain(after).collect(), state: self.model.state() }
    }

    fn take_back(&mut self, Choice { undo, others, from }: Choice) -> Vec<Move> {
        if let Some(placed) = self.order.pop() {
            self.mark(placed.at, false);
        }
        self.from = from;
        self.model.take_back(undo);
        others
    }

    fn mark(&mut self, at: usize, placed: bool) {
        if let Some(mark) = self.placed.get_mut(at) {
            *mark = placed;
        }
        match self.turns.get(at) {
            Some(turn) if turn.optional && placed => self.spare -= 1,
            Some(turn) if turn.optional => self.spare += 1,
            _ if placed => self.missing -= 1,
            _ => self.missing += 1,
        }
    }

    fn ends_right(&self) -> bool {
        self.last.as_ref().is_none_or(|last| self.model.has_just(last))
    }

    /// The longest order, and why it cannot be continued. The search is back where it began.
    fn longest(mut self) -> Longest {
        let mut longest = Longest::default();
        for Move { at, reading } in core::mem::take(&mut self.furthest) {
            let Some(turn) = self.turns.get(at) else { continue };
            if let Some((call, _)) = turn.make(reading, &mut self.model, &mut self.tokens) {
                longest.order.push((turn.number, call.into_owned()));
                self.mark(at, true);
            }
        }
        let mut stuck = self.next_turns();
        stuck.sort_by_key(|(_, turn)| (!turn.pure, turn.end));
        let stuck = stuck.into_iter().filter(|(_, turn)| !turn.optional);
        let stuck = stuck.filter_map(|(_, turn)| Some((turn.number?, turn.readings.first()?.clone(), turn.is_known())));
        for (number, call, with_effects) in stuck.collect::<Vec<_>>() {
            let (returned, undo) = self.model.apply(&call);
            self.model.take_back(undo);
            let ending = Ending::of(&returned);
            let ending = if with_effects { ending } else { ending.without_effects() };
            longest.stuck.push((number, ending.to_string()));
        }
        let is_missing = |(turn, placed): &(&Turn<'_>, &bool)| !turn.optional && !**placed;
        let missing = self.turns.iter().zip(&self.placed).filter(is_missing);
        longest.missing = missing.filter_map(|(turn, _)| turn.number).collect();
        if self.missing == 0 {
            longest.differences = self.differences();
        }
        longest
    }

    fn differences(&self) -> Vec<Difference> {
        let Some(last) = &self.last else { return Vec::new() };
        let model = self.model.records().collect::<BTreeMap<_, _>>();
        let keys = last.keys().copied().chain(model.keys().filter(|key| !last.contains_key(key)));
        let differing = keys.filter(|key| last.get(key) != model.get(*key));
        let difference = |key: &Key| Difference {
            key: key.clone(),
            store: last.get(key).map(|record| (*record).clone()),
            model: model.get(key).map(|record| (*record).clone()),
        };
        differing.map(difference).collect()
    }
}
