//! The two loops between a request and a store.

use super::{Outcome, Step, unseen};
use crate::{
    decide::{AnswerTo, Fault, Request},
    operation::Context,
    rule::ErrorKind,
    store::{AsyncStore, Store},
};

/// Trouble outside the model: the request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "a host has to tell each of these apart")]
pub enum HostError<E> {
    /// A load or a scan failed: the store's own error. Nothing was changed. A connection that the caller cannot see is
    /// absent instead, so that nobody learns that it is there.
    #[error("the store failed to read")]
    Read(#[source] E),
    /// A commit failed: the store's own error. **Its fate is unknown**: all of it was written, or nothing.
    ///
    /// What was written tells: get the connection or the environment. Some requests may simply be repeated, with another
    /// fresh id: a creation with its client token or its environment's name, an acceptance, a rejection, tags.
    #[error("the store failed to commit: all of it was written, or nothing")]
    Commit(#[source] E),
    /// What the host or its store supplied makes no outcome. Nothing was changed.
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
    /// The kind under which a service answers: `ThrottlingException` for lost races, else `InternalServerException`.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Contended { .. } => ErrorKind::Throttling,
            Self::Read(_) | Self::Commit(_) | Self::Fault(_) => ErrorKind::InternalServer,
        }
    }

    /// Whether the same call may be made again: surely nothing was changed, and another time may be better.
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
    Step::begin(request, context).run(store)
}

/// Brings a request to its outcome over an async store, on any runtime that polls it.
///
/// Dropped half-way, it has changed nothing, or all. The future is `Send` where store, request and answer are.
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
    /// Goes on to the outcome over a blocking store: what [`run`] does from the first step on.
    ///
    /// # Errors
    ///
    /// Trouble outside the model. A refusal is an outcome.
    pub fn run<S: Store + ?Sized>(mut self, store: &mut S) -> Result<Outcome<AnswerTo<R>>, HostError<S::Error>> {
        loop {
            self = match self {
                Self::Load(load) => {
                    let found = store.load(load.keys());
                    let found = found.or_else(|trouble| unseen::load(store, load.keys(), load.caller(), trouble));
                    load.resume(found.map_err(HostError::Read)?)
                }
                Self::Scan(scan) => {
                    let found = store.scan(scan.scan()).map_err(HostError::Read)?;
                    scan.resume(found)
                }
                Self::Commit(commit) => {
                    let outcome = store.commit(commit.batch()).map_err(HostError::Commit)?;
                    commit.resume(outcome)
                }
                Self::Done(outcome) => return Ok(outcome),
                Self::Failed(failed) => return Err(failed.into()),
            }
        }
    }

    /// Goes on to the outcome over an async store: what [`run_async`] does from the first step on.
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
                    let found = match store.load(load.keys()).await {
                        Ok(found) => Ok(found),
                        Err(trouble) => unseen::load_async(store, load.keys(), load.caller(), trouble).await,
                    };
                    load.resume(found.map_err(HostError::Read)?)
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
