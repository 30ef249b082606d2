//! The machine that brings one request to its outcome: it asks and never acts.

use alloc::{boxed::Box, vec::Vec};

use crate::{
    decide::{AnswerTo, Request, decide},
    event::Event,
    instruction::Instruction,
    operation::Context,
    refusal::Refusal,
    store::{self, Batch, Entry, Key, Plan, Stop, Trouble, Version, Versioned, View},
};

/// A request on its way: each step says what it wants, and is resumed with what came of it.
///
/// This is the loop of every host, blocking, async or with an event loop of its own; [`run`](crate::run) and
/// [`run_async`](crate::run_async) are no more than it.
///
/// ```
/// use account_connections::{AnswerTo, Memory, Outcome, Request, Step, operation::Context, store::{Store, Trouble}};
///
/// fn carry_out<R: Request>(request: R, context: Context, store: &mut Memory) -> Result<Outcome<AnswerTo<R>>, Trouble> {
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
///             Step::Failed(trouble) => return Err(trouble),
///         }
///     }
/// }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a step does nothing before what it wants is done"]
#[expect(clippy::exhaustive_enums, reason = "a host has to serve each of these")]
pub enum Step<R: Request> {
    /// Load these records.
    Load(Load<R>),
    /// Carry out this scan.
    Scan(Scan<R>),
    /// Commit this batch.
    Commit(Commit<R>),
    /// The outcome: what was asked to be committed is.
    Done(Outcome<AnswerTo<R>>),
    /// There is no outcome, and nothing was changed.
    Failed(Trouble),
}

/// How many times a request is decided before it gives up, where each commit meets a conflict.
pub const ATTEMPTS: u32 = 16;

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Outcome<A> {
    /// The answer, or the refusal.
    pub result: Result<A, Refusal>,
    /// What happened, in order. A durable host has them in its outbox already: they were in the batch.
    pub events: Vec<Event>,
    /// What the host is to carry out, in order. They were in the batch, too.
    pub instructions: Vec<Instruction>,
}

/// The step that wants records.
#[derive(Clone, Debug)]
pub struct Load<R: Request> {
    txn: Box<Txn<R>>,
    keys: Vec<Key>,
}

/// The step that wants a scan.
#[derive(Clone, Debug)]
pub struct Scan<R: Request> {
    txn: Box<Txn<R>>,
    scan: store::Scan,
}

/// The step that wants a commit.
#[derive(Clone, Debug)]
pub struct Commit<R: Request> {
    txn: Box<Txn<R>>,
    batch: Batch,
    decided: Result<Result<AnswerTo<R>, Refusal>, Trouble>,
}

#[derive(Clone, Debug)]
struct Txn<R> {
    request: R,
    context: Context,
    view: View,
    /// The versions seen by earlier attempts: none may be older later.
    seen: Vec<(Key, Version)>,
    attempts: u32,
}

impl<R: Request> Step<R> {
    /// The first step of a request. The context is that of the whole way: a lost race is decided again with the same
    /// time and the same ids.
    pub fn begin(request: R, context: Context) -> Self {
        let txn = Txn { request, context, view: View::default(), seen: Vec::new(), attempts: 0 };
        Box::new(txn).attempt()
    }
}

impl<R: Request> Load<R> {
    /// The keys, each once.
    #[must_use]
    pub fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Goes on with what a store returned for the keys: one answer for each, in their order.
    pub fn resume(self, found: Vec<Option<Versioned>>) -> Step<R> {
        let Self { mut txn, keys } = self;
        match txn.check_versions(&keys, &found).and_then(|()| txn.view.loaded(keys, found)) {
            Ok(()) => txn.step(),
            Err(trouble) => Step::Failed(trouble),
        }
    }
}

impl<R: Request> Scan<R> {
    /// The scan.
    #[must_use]
    pub const fn scan(&self) -> &store::Scan {
        &self.scan
    }

    /// Goes on with what a store found: one answer for each range, in their order.
    pub fn resume(self, found: Vec<Vec<Entry>>) -> Step<R> {
        let Self { mut txn, scan } = self;
        match txn.view.scanned(scan, found) {
            Ok(()) => txn.step(),
            Err(trouble) => Step::Failed(trouble),
        }
    }
}

impl<R: Request> Commit<R> {
    /// The batch.
    pub const fn batch(&self) -> &Batch {
        &self.batch
    }

    /// Goes on with what became of the batch. A conflict starts over.
    pub fn resume(self, outcome: store::Commit) -> Step<R> {
        let Self { mut txn, batch, decided } = self;
        match (outcome, decided) {
            (store::Commit::Committed, Err(trouble)) => Step::Failed(trouble),
            (store::Commit::Committed, Ok(result)) => {
                Step::Done(Outcome { result, events: batch.events, instructions: batch.instructions })
            }
            (store::Commit::Conflict, _) => {
                txn.forget_reads();
                txn.attempt()
            }
        }
    }
}

impl<R: Request> Txn<R> {
    /// Decides from the beginning, if there is an attempt left.
    fn attempt(mut self: Box<Self>) -> Step<R> {
        if self.attempts == ATTEMPTS {
            return Step::Failed(Trouble::Contended { attempts: self.attempts });
        }
        self.attempts += 1;
        self.step()
    }

    /// Decides with what was read so far.
    fn step(self: Box<Self>) -> Step<R> {
        let mut plan = Plan::new(&self.view);
        let decided = match decide(&self.request, &self.context, &mut plan) {
            Ok(answer) => Ok(Ok(answer)),
            Err(Stop::Refuse(refusal)) => Ok(Err(refusal)),
            // Records that were read at different moments need not agree: whether they do, the commit tells.
            Err(Stop::Fail(trouble)) => Err(trouble),
            Err(Stop::Load(keys)) => {
                let keys = self.worth_loading(keys);
                return Step::Load(Load { txn: self, keys });
            }
            Err(Stop::Scan(scan)) => return Step::Scan(Scan { txn: self, scan }),
        };
        match (plan.into_batch(), decided) {
            (Some(batch), decided) => Step::Commit(Commit { txn: self, batch, decided }),
            (None, Ok(result)) => Step::Done(Outcome { result, events: Vec::new(), instructions: Vec::new() }),
            (None, Err(trouble)) => Step::Failed(trouble),
        }
    }

    /// The keys that are needed now; with the first of them, all that will be.
    fn worth_loading(&self, mut needed: Vec<Key>) -> Vec<Key> {
        if self.view.is_empty() {
            for key in self.request.first_reads(&self.context) {
                if !needed.contains(&key) {
                    needed.push(key);
                }
            }
        }
        needed
    }

    /// Starts over with nothing but the versions that were seen.
    fn forget_reads(&mut self) {
        for (key, found) in core::mem::take(&mut self.view).into_records() {
            if let Some(found) = found {
                self.seen.push((key, found.version));
            }
        }
    }

    fn check_versions(&self, keys: &[Key], found: &[Option<Versioned>]) -> Result<(), Trouble> {
        for (key, now) in keys.iter().zip(found).filter_map(|(key, found)| Some((key, found.as_ref()?.version))) {
            if let Some((_, before)) = self.seen.iter().find(|(known, before)| known == key && *before > now) {
                return Err(Trouble::VersionWentBackwards { key: Box::new(key.clone()), before: *before, now });
            }
        }
        Ok(())
    }
}
