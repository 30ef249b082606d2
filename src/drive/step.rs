//! The machine that brings one request to its outcome: it asks and never acts.

use alloc::{boxed::Box, vec::Vec};
use core::num::NonZeroU32;

use super::HostError;
use crate::{
    decide::{AnswerTo, Decided, Fault, Reads, Request, Stop, decide},
    event::Event,
    instruction::Instruction,
    operation::Context,
    refusal::Refusal,
    rule::Rules,
    store::{Batch, Commit, Entry, Key, Scan, Versioned},
};

/// A request on its way: each step says what it wants, and is resumed with the store's answer.
///
/// This is the loop of every host, blocking, async or with its own event loop; [`run`](crate::run) and
/// [`run_async`](crate::run_async) do no more than this, except that `run` reads while the request is being decided. A
/// host that drives it may wait before it resumes after a conflict.
///
/// ```
/// use account_connections::{AnswerTo, Memory, Outcome, Request, Step, drive::Failed, operation::Context, store::Store};
///
/// fn carry_out<R: Request>(request: R, context: Context, store: &mut Memory) -> Result<Outcome<AnswerTo<R>>, Failed> {
///     let mut step = Step::begin(request, context);
///     loop {
///         step = match step {
///             Step::Load(load) => {
///                 let Ok(found) = store.load(load.keys());
///                 load.resume(found)
///             }
///             Step::Scan(scan) => {
///                 let Ok(found) = store.scan(scan.scan());
///                 scan.resume(found)
///             }
///             Step::Commit(commit) => {
///                 let Ok(outcome) = store.commit(commit.batch());
///                 commit.resume(outcome)
///             }
///             Step::Done(outcome) => return Ok(outcome),
///             Step::Failed(failed) => return Err(failed),
///         }
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a step does nothing before what it wants is done"]
#[expect(clippy::exhaustive_enums, reason = "a host has to serve each of these")]
pub enum Step<R: Request> {
    /// Load these records.
    Load(Loading<R>),
    /// Carry out this scan.
    Scan(Scanning<R>),
    /// Commit this batch.
    Commit(Committing<R>),
    /// The outcome: what was to be committed has been.
    Done(Outcome<AnswerTo<R>>),
    /// There is no outcome, and nothing was changed.
    Failed(Failed),
}

/// How many times a request is decided before it gives up, if every commit meets a conflict and the host does not say
/// otherwise.
pub const ATTEMPTS: NonZeroU32 = NonZeroU32::MIN.saturating_add(15);

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Outcome<A> {
    /// The answer, or the refusal.
    pub result: Result<A, Refusal>,
    /// What happened, in order. A durable host has them in its outbox already: they were in the batch.
    pub events: Vec<Event>,
    /// What the host is to carry out, in order. They were in the batch, too.
    pub instructions: Vec<Instruction>,
    /// The rules that the result rests on.
    pub rules: Rules,
    /// How many times the request was decided from the beginning: once, and once more for each lost race.
    pub attempts: u32,
}

/// Why a request has no outcome, although the store answered every question.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "the host or its store is at fault, or others were faster")]
pub enum Failed {
    /// What the host or its store supplied allows no outcome.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Every attempt met a conflict.
    #[error("gave up after {attempts} attempts: other requests came first each time, try again later")]
    Contended {
        /// How many times the request was decided.
        attempts: u32,
    },
}

/// The step that wants records.
#[derive(Clone, Debug)]
pub struct Loading<R: Request> {
    way: Box<Way<R>>,
    keys: Vec<Key>,
}

/// The step that wants a scan.
#[derive(Clone, Debug)]
pub struct Scanning<R: Request> {
    way: Box<Way<R>>,
    scan: Scan,
}

/// The step that wants a commit.
#[derive(Clone, Debug)]
pub struct Committing<R: Request> {
    way: Box<Way<R>>,
    batch: Batch,
    ends: Result<(Result<AnswerTo<R>, Refusal>, Rules), Fault>,
}

/// What a request carries with it on its way.
#[derive(Clone, Debug)]
pub(super) struct Way<R> {
    pub(super) request: R,
    pub(super) context: Context,
    pub(super) reads: Reads,
    pub(super) attempts: u32,
    most: NonZeroU32,
}

impl<R: Request> Step<R> {
    /// The first step of a request, which is decided at most [`ATTEMPTS`] times. The context stays the same: a lost
    /// race is decided again with the same time and the same ids.
    pub fn begin(request: R, context: Context) -> Self {
        Self::begin_with_attempts(request, context, ATTEMPTS)
    }

    /// The first step of a request, which is decided at most this many times.
    pub fn begin_with_attempts(request: R, context: Context, most: NonZeroU32) -> Self {
        Way::new(request, context, most).step()
    }
}

impl<R: Request> Loading<R> {
    /// The keys, each once.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Continues with what a store returned for the keys: one answer for each, in their order, all as of one moment.
    pub fn resume(self, found: Vec<Option<Versioned>>) -> Step<R> {
        match self.read(found) {
            Ok(way) => way.step(),
            Err(fault) => Step::Failed(fault.into()),
        }
    }

    pub(super) fn read(self, found: Vec<Option<Versioned>>) -> Result<Way<R>, Fault> {
        let Self { mut way, keys } = self;
        way.reads.loaded(keys, found)?;
        Ok(*way)
    }
}

impl<R: Request> Scanning<R> {
    /// The scan.
    #[must_use]
    pub const fn scan(&self) -> &Scan {
        &self.scan
    }

    /// Continues with what a store found: one answer for each range, in their order.
    pub fn resume(self, found: Vec<Vec<Entry>>) -> Step<R> {
        match self.read(found) {
            Ok(way) => way.step(),
            Err(fault) => Step::Failed(fault.into()),
        }
    }

    pub(super) fn read(self, found: Vec<Vec<Entry>>) -> Result<Way<R>, Fault> {
        let Self { mut way, scan } = self;
        way.reads.scanned(scan, found)?;
        Ok(*way)
    }
}

impl<R: Request> Committing<R> {
    /// The batch.
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// How many times the request has been decided from the beginning: for a host that waits longer each time.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.way.attempts
    }

    /// Continues with how the commit ended. A conflict starts over.
    pub fn resume(self, outcome: Commit) -> Step<R> {
        let Self { mut way, batch, ends } = self;
        match (outcome, ends) {
            (Commit::Committed, Err(fault)) => Step::Failed(fault.into()),
            (Commit::Committed, Ok((result, rules))) => {
                let Batch { events, instructions, .. } = batch;
                Step::Done(Outcome { result, events, instructions, rules, attempts: way.attempts })
            }
            (Commit::Conflict, _) => match way.start_over() {
                Ok(()) => way.step(),
                Err(contended) => Step::Failed(contended),
            },
        }
    }
}

impl<R: Request> Way<R> {
    pub(super) const fn new(request: R, context: Context, most: NonZeroU32) -> Self {
        Self { request, context, reads: Reads::new(), attempts: 1, most }
    }

    /// Begins again after a conflict, if it may.
    pub(super) fn start_over(&mut self) -> Result<(), Failed> {
        if self.attempts >= self.most.get() {
            return Err(Failed::Contended { attempts: self.attempts });
        }
        self.attempts += 1;
        self.reads = Reads::new();
        Ok(())
    }

    /// Decides with what has been read so far.
    fn step(self) -> Step<R> {
        match decide(&self.request, &self.context, &self.reads) {
            Ok(Decided { result, batch: Some(batch), rules }) => {
                Step::Commit(Committing { way: Box::new(self), batch, ends: Ok((result, rules)) })
            }
            Ok(Decided { result, batch: None, rules }) => Step::Done(Outcome {
                result,
                events: Vec::new(),
                instructions: Vec::new(),
                rules,
                attempts: self.attempts,
            }),
            Err(Stop::Load(keys)) => Step::Load(Loading { way: Box::new(self), keys }),
            Err(Stop::Scan(scan)) => Step::Scan(Scanning { way: Box::new(self), scan }),
            // Records read at different moments need not agree: the commit tells whether they do.
            Err(Stop::Fault { fault, check: Some(batch) }) => {
                Step::Commit(Committing { way: Box::new(self), batch, ends: Err(fault) })
            }
            Err(Stop::Fault { fault, check: None }) => Step::Failed(fault.into()),
        }
    }
}

impl<E> From<Failed> for HostError<E> {
    fn from(failed: Failed) -> Self {
        match failed {
            Failed::Fault(fault) => Self::Fault(fault),
            Failed::Contended { attempts } => Self::Contended { attempts },
        }
    }
}
