//! The two loops between a request and a store.

use alloc::vec::Vec;

use super::{ATTEMPTS, Outcome, Step, step::Way};
use crate::{
    decide::{AnswerTo, Decided, Fault, Request, Source, Stop, decide_over},
    event::Event,
    instruction::Instruction,
    operation::Context,
    rule::ErrorKind,
    store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Store, Versioned},
};

/// Trouble outside the model: the request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "a host has to tell each of these apart")]
pub enum HostError<E> {
    /// A load or a scan failed: the store's own error. Nothing was changed.
    #[error("the store failed to read")]
    Read(#[source] E),
    /// A commit failed: the store's own error. **Its fate is unknown**: either all of it was written, or nothing.
    ///
    /// To find out, get the connection or the environment. Some requests may simply be repeated, with another fresh id:
    /// a creation with its client token or its environment's name, an acceptance, a rejection, tags.
    #[error("the store failed to commit: all of it was written, or nothing")]
    Commit(#[source] E),
    /// What the host or its store supplied allows no outcome. Nothing was changed.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Every attempt met a conflict. Nothing was changed.
    #[error("gave up after {attempts} attempts: other requests came first each time, try again later")]
    Contended {
        /// How many times the request was decided.
        attempts: u32,
    },
}

impl<E> HostError<E> {
    /// The kind of error that a service answers with: `ThrottlingException` for lost races, else
    /// `InternalServerException`.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Contended { .. } => ErrorKind::Throttling,
            Self::Read(_) | Self::Commit(_) | Self::Fault(_) => ErrorKind::InternalServer,
        }
    }

    /// Whether the same call may be made again: it is certain that nothing was changed, and a later call may succeed.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        match self {
            Self::Read(_) | Self::Contended { .. } => true,
            Self::Commit(_) => false,
            Self::Fault(fault) => fault.retryable(),
        }
    }
}

/// Brings a request to its outcome over a blocking store.
///
/// ```
/// use account_connections::{Memory, id::Caller, operation::{Context, Operation}, run};
/// use account_connections::clock::{Clock, Ids, RandomIds, SystemClock};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut input = serde_json::Deserializer::from_str(r#"{"requestedBy": "MANAGEMENT_ACCOUNT"}"#);
/// let operation = Operation::read("ListEnvironmentAccountConnections", &mut input)?;
/// let caller = Caller::new("123456789111".parse()?, "us-east-1".parse()?);
/// let context = Context::new(caller, SystemClock.now(), RandomIds.fresh());
/// let outcome = run(&mut Memory::new(), operation, context)?;
/// let answer = match outcome.result {
///     Ok(answer) => serde_json::to_string(&answer)?,
///     Err(refusal) => refusal.to_string(),
/// };
/// assert_eq!(answer, r#"{"environmentAccountConnections":[]}"#);
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Trouble outside the model. A refusal is an outcome.
pub fn run<R: Request, S: Store + ?Sized>(
    store: &mut S,
    request: R,
    context: Context,
) -> Result<Outcome<AnswerTo<R>>, HostError<S::Error>> {
    Way::new(request, context, ATTEMPTS).run(store)
}

/// Brings a request to its outcome over an async store, on any runtime that polls it.
///
/// Dropped halfway, it has changed either nothing or everything. The future is `Send` if the store, the request and the
/// answer are.
///
/// # Errors
///
/// Trouble outside the model. A refusal is an outcome.
pub async fn run_async<R: Request, S: AsyncStore + ?Sized>(
    store: &mut S,
    request: R,
    context: Context,
) -> Result<Outcome<AnswerTo<R>>, HostError<S::Error>> {
    Step::begin(request, context).run_async(store).await
}

impl<R: Request> Step<R> {
    /// Continues to the outcome over a blocking store: what [`run`] does from the first step on.
    ///
    /// # Errors
    ///
    /// Trouble outside the model. A refusal is an outcome.
    pub fn run<S: Store + ?Sized>(self, store: &mut S) -> Result<Outcome<AnswerTo<R>>, HostError<S::Error>> {
        match self {
            Self::Load(load) => {
                let found = store.load(load.keys()).map_err(HostError::Read)?;
                load.read(found)?.run(store)
            }
            Self::Scan(scan) => {
                let found = store.scan(scan.scan()).map_err(HostError::Read)?;
                scan.read(found)?.run(store)
            }
            Self::Commit(commit) => {
                let outcome = store.commit(commit.batch()).map_err(HostError::Commit)?;
                commit.resume(outcome).run(store)
            }
            Self::Done(outcome) => Ok(outcome),
            Self::Failed(failed) => Err(failed.into()),
        }
    }

    /// Continues to the outcome over an async store: what [`run_async`] does from the first step on.
    ///
    /// # Errors
    ///
    /// Trouble outside the model. A refusal is an outcome.
    pub async fn run_async<S: AsyncStore + ?Sized>(
        mut self,
        store: &mut S,
    ) -> Result<Outcome<AnswerTo<R>>, HostError<S::Error>> {
        loop {
            self = match self {
                Self::Load(load) => {
                    let found = store.load(load.keys()).await.map_err(HostError::Read)?;
                    load.resume(found)
                }
                Self::Scan(scan) => {
                    let found = store.scan(scan.scan()).await.map_err(HostError::Read)?;
                    scan.resume(found)
                }
                Self::Commit(commit) => {
                    let outcome = store.commit(commit.batch()).await.map_err(HostError::Commit)?;
                    commit.resume(outcome)
                }
                Self::Done(outcome) => return Ok(outcome),
                Self::Failed(failed) => return Err(failed.into()),
            }
        }
    }
}

impl<R: Request> Way<R> {
    /// Over a store that answers at once: a decision goes on reading from it, and is not made again for what it reads.
    fn run<S: Store + ?Sized>(mut self, store: &mut S) -> Result<Outcome<AnswerTo<R>>, HostError<S::Error>> {
        loop {
            let mut source = Answering { store, failed: None };
            let decided = decide_over(&self.request, &self.context, &self.reads, Some(&mut source));
            // The decision then only wants what the store was asked for: nothing was changed.
            if let Some(error) = source.failed {
                return Err(HostError::Read(error));
            }
            match decided {
                Ok(Decided { result, batch, rules }) => {
                    if let Some((events, instructions)) = committed(batch, store)? {
                        return Ok(Outcome { result, events, instructions, rules, attempts: self.attempts });
                    }
                }
                // Records read at different moments need not agree: the commit tells whether they do.
                Err(Stop::Fault { fault, check }) => {
                    if committed(check, store)?.is_some() {
                        return Err(fault.into());
                    }
                }
                Err(Stop::Load(keys)) => {
                    let found = store.load(&keys).map_err(HostError::Read)?;
                    self.reads.loaded(keys, found)?;
                    continue;
                }
                Err(Stop::Scan(scan)) => {
                    let found = store.scan(&scan).map_err(HostError::Read)?;
                    self.reads.scanned(scan, found)?;
                    continue;
                }
            }
            self.start_over()?;
        }
    }
}

/// What a commit brought about.
type Happened = (Vec<Event>, Vec<Instruction>);

/// Commits what there is to commit; `None` if others came first.
fn committed<S: Store + ?Sized>(batch: Option<Batch>, store: &mut S) -> Result<Option<Happened>, HostError<S::Error>> {
    let Some(batch) = batch else { return Ok(Some((Vec::new(), Vec::new()))) };
    Ok(match store.commit(&batch).map_err(HostError::Commit)? {
        Commit::Committed => Some((batch.events, batch.instructions)),
        Commit::Conflict => None,
    })
}

/// A blocking store, from which a decision reads.
struct Answering<'s, S: Store + ?Sized> {
    store: &'s mut S,
    /// Why it could not answer.
    failed: Option<S::Error>,
}

impl<S: Store + ?Sized> Source for Answering<'_, S> {
    fn load(&mut self, keys: &[Key]) -> Option<Vec<Option<Versioned>>> {
        self.store.load(keys).map_err(|error| self.failed = Some(error)).ok()
    }

    fn scan(&mut self, scan: &Scan) -> Option<Vec<Vec<Entry>>> {
        self.store.scan(scan).map_err(|error| self.failed = Some(error)).ok()
    }
}
