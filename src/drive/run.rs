//! The two loops between a request and a store: [`run`] and [`run_async`].

use crate::{
    decide::{AnswerTo, Request},
    drive::{Outcome, Step},
    operation::Context,
    rule::ErrorKind,
    store::{AsyncStore, Store, Trouble},
};

/// Trouble outside of the model: the request has no answer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[expect(clippy::exhaustive_enums, reason = "the store failed, or what it and the host did makes no outcome")]
pub enum HostError<E> {
    /// The store failed: its own error. A load or a scan changed nothing; a commit may have been written or not.
    ///
    /// Where that is not known, what was written tells: get the connection or the environment. Some requests may simply
    /// be repeated, with another fresh id: a creation with its client token or its environment's name, an acceptance, a
    /// rejection, tags.
    #[error("the store failed")]
    Store(#[source] E),
    /// Nothing was changed.
    #[error(transparent)]
    Trouble(#[from] Trouble),
}

impl<E> HostError<E> {
    /// The kind under which a service answers: `ThrottlingException` for lost races, else `InternalServerException`.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::Trouble(Trouble::Contended { .. }) => ErrorKind::Throttling,
            Self::Store(_) | Self::Trouble(_) => ErrorKind::InternalServer,
        }
    }

    /// Whether the same call may be made again: surely nothing was changed, and another time may be better.
    #[must_use]
    pub const fn retryable(&self) -> bool {
        match self {
            Self::Store(_) => false,
            Self::Trouble(trouble) => trouble.retryable(),
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
/// Trouble outside of the model. A refusal is an outcome.
pub fn run<R: Request, S: Store + ?Sized>(
    store: &mut S,
    request: R,
    context: Context,
) -> Result<Outcome<AnswerTo<R>>, HostError<S::Error>> {
    let mut step = Step::begin(request, context);
    loop {
        step = match step {
            Step::Load(load) => {
                let found = store.load(load.keys()).map_err(HostError::Store)?;
                load.resume(found)
            }
            Step::Scan(scan) => {
                let found = store.scan(scan.scan()).map_err(HostError::Store)?;
                scan.resume(found)
            }
            Step::Commit(commit) => {
                let outcome = store.commit(commit.batch()).map_err(HostError::Store)?;
                commit.resume(outcome)
            }
            Step::Done(outcome) => return Ok(outcome),
            Step::Failed(trouble) => return Err(trouble.into()),
        }
    }
}

/// Brings a request to its outcome over an async store, on whatever runtime polls it.
///
/// Dropped half-way, it has changed nothing, or all. The future is `Send` where store, request and answer are.
///
/// # Errors
///
/// Trouble outside of the model. A refusal is an outcome.
pub async fn run_async<R: Request, S: AsyncStore + ?Sized>(
    store: &mut S,
    request: R,
    context: Context,
) -> Result<Outcome<AnswerTo<R>>, HostError<S::Error>> {
    let mut step = Step::begin(request, context);
    loop {
        step = match step {
            Step::Load(load) => {
                let found = store.load(load.keys()).await.map_err(HostError::Store)?;
                load.resume(found)
            }
            Step::Scan(scan) => {
                let found = store.scan(scan.scan()).await.map_err(HostError::Store)?;
                scan.resume(found)
            }
            Step::Commit(commit) => {
                let outcome = store.commit(commit.batch()).await.map_err(HostError::Store)?;
                commit.resume(outcome)
            }
            Step::Done(outcome) => return Ok(outcome),
            Step::Failed(trouble) => return Err(trouble.into()),
        }
    }
}
