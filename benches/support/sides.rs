//! The crate over its in-memory store and the baseline: the same calls on both, timed and compared.

use std::{collections::HashSet, fmt::Debug, time::Duration};

use account_connections::{
    AnswerTo, Memory, Outcome, Refusal, Request, Rule, Rules,
    event::Event,
    id::{Caller, ConnectionId, Timestamp},
    instruction::Instruction,
    operation::{Context, Limits},
    run,
};
use uuid::Uuid;

use super::{
    Pair,
    alike::Alike,
    random::Random,
    rows::{self, ours, theirs},
};
use crate::baseline::{Baseline, Call};

/// Both sides, and what the host supplies to them.
pub struct Sides {
    pub store: Memory,
    said: Said,
    /// What the crate's outcomes rested on.
    rules: HashSet<Rules>,
    baseline: Baseline,
    limits: Limits,
    now: i64,
    pub random: Random,
}

/// What the crate said besides its answers.
#[derive(Default)]
struct Said {
    events: Vec<Event>,
    instructions: Vec<Instruction>,
    rules: Vec<Rules>,
}

/// A call's caller and request, and the id that the host supplies with it.
pub type Asked<R> = (Caller, ConnectionId, R);

impl Sides {
    /// Nothing is on either side.
    pub fn new(limits: Limits) -> Self {
        Self {
            store: Memory::new(),
            said: Said::default(),
            rules: HashSet::new(),
            baseline: Baseline::default(),
            limits,
            now: 1_619_651_630_847,
            random: Random(20_200_720),
        }
    }

    /// The crate's answer.
    pub fn ask<R: Request>(&mut self, caller: Caller, request: R) -> AnswerTo<R> {
        let context = self.context(caller, Uuid::nil());
        run(&mut self.store, request, context).unwrap().result.unwrap()
    }

    /// How long the crate takes for these requests, each of which begins after `before`.
    pub fn time_each<R: Request>(
        &mut self,
        requests: impl Iterator<Item = (Caller, R)>,
        mut before: impl FnMut(),
    ) -> Duration {
        let mut took = Duration::ZERO;
        for (caller, request) in requests {
            let calls = vec![(self.context(caller, Uuid::nil()), request)];
            before();
            took += time_ours(&mut self.store, &mut self.said, calls).0;
        }
        took
    }

    /// The bytes that are freed with one side: the crate's if `ours`, else the baseline's. The texts that the two share are
    /// its own by then.
    pub fn bytes(self, ours: bool, allocated: impl Fn() -> usize) -> usize {
        let Self { store, baseline, .. } = self;
        if ours {
            drop(baseline);
            freed_with(store, allocated)
        } else {
            drop(store);
            freed_with(baseline, allocated)
        }
    }

    /// The next call comes so much later.
    pub fn wait(&mut self, hours: i64) {
        self.now += hours * 60 * 60 * 1000;
    }

    /// Panics unless the calls came upon each of these rules.
    pub fn assert_came_upon(&self, rules: &[Rule]) {
        let missed = rules.iter().filter(|rule| !self.rules.iter().any(|rested| rested.contains(**rule)));
        let missed = missed.collect::<Vec<_>>();
        assert!(missed.is_empty(), "no call came upon {missed:?}");
    }

    fn context(&self, caller: Caller, fresh_id: Uuid) -> Context {
        Context::new(caller, moment(self.now), fresh_id).with_limits(self.limits)
    }

    /// Carries out the same calls on both sides, one side after the other, and compares all answers and events.
    pub fn both<T, R: Request, B: Alike<AnswerTo<R>> + Debug>(
        &mut self,
        these: &[T],
        asked: impl Fn(&T) -> Asked<R>,
        baseline: impl Fn(&mut Baseline, Call, R, &T) -> Result<B, Rule>,
    ) -> Pair {
        self.now += 1;
        let (now, limits) = (self.now, self.limits);
        let our_calls =
            these.iter().map(&asked).map(|(caller, fresh, request)| (self.context(caller, *fresh.as_uuid()), request));
        let our_calls = our_calls.collect::<Vec<_>>();
        let its_calls = these.iter().map(|this| {
            let (caller, fresh, request) = asked(this);
            (Call { caller, now: moment(now), fresh, limits }, request, this)
        });
        let its_calls = its_calls.collect::<Vec<_>>();

        let our_side = || time_ours(&mut self.store, &mut self.said, our_calls);
        let call = |(call, request, this)| baseline(&mut self.baseline, call, request, this);
        let its_side = || theirs(|| each(its_calls, call));
        // The first may find the caches warmer or colder than the second does. By lot and not in turns, because turns
        // would go with what else a block does.
        let (pair, our_answers, its_answers) = rows::both(self.random.below(2) == 0, our_side, its_side);
        for (its, ours) in its_answers.iter().zip(&our_answers) {
            assert!(its.alike(ours), "the two sides answer differently: {its:?}, {ours:?}");
        }
        let Said { events, instructions, rules } = std::mem::take(&mut self.said);
        self.rules.extend(rules);
        assert!(self.baseline.events.alike(&events), "the two sides emit different events");
        assert!(self.baseline.instructions.alike(&instructions), "the two sides instruct the host differently");
        self.baseline.events.clear();
        self.baseline.instructions.clear();
        pair
    }
}

fn freed_with<T>(it: T, allocated: impl Fn() -> usize) -> usize {
    let before = allocated();
    drop(it);
    before - allocated()
}

type Timed<A> = (Duration, Vec<A>);

fn time_ours<R: Request>(
    store: &mut Memory,
    said: &mut Said,
    calls: Vec<(Context, R)>,
) -> Timed<Result<AnswerTo<R>, Refusal>> {
    let (took, outcomes) = ours(|| each(calls, |(context, request)| run(store, request, context)));
    let result = |outcome: Result<Outcome<_>, _>| {
        let outcome = outcome.unwrap();
        said.events.extend(outcome.events);
        said.instructions.extend(outcome.instructions);
        said.rules.push(outcome.rules);
        outcome.result
    };
    (took, each(outcomes, result))
}

/// What comes of all calls: it is looked at and dropped when the clock has stopped.
fn each<C, A>(calls: Vec<C>, call: impl FnMut(C) -> A) -> Vec<A> {
    calls.into_iter().map(call).collect()
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis).unwrap()
}
