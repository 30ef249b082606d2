//! What is behind the server: the store, the events, and one lock around them.

use std::{
    collections::VecDeque,
    convert::Infallible,
    sync::{Mutex, MutexGuard, PoisonError},
};

use account_connections::{
    AnswerTo, ErrorKind, HostError, Memory, Outcome, Refusal, Request,
    event::Event,
    id::{AccountId, Caller},
    instruction::Instruction,
    invariant::{self, Violation},
    operation::{Answer, Context, Limits, Operation},
    run,
    source::{Clock, Ids, RandomIds, SystemClock},
    wire::{self, Response},
};

use crate::{
    log::Log,
    options::{Options, Provisioner},
    provisioner,
};

/// The model over a store that all clients share.
#[derive(Debug)]
pub struct Emulator {
    /// Everything that changes, behind one lock. It is held for a decision and its commit in memory (and for those of
    /// the instant provisioner's report), which take microseconds and wait for nothing: requests are read and parsed
    /// before, answers written after. Finer locks would gain nothing that can be seen over HTTP, and under this one
    /// the order of the events is the order of the commits.
    shared: Mutex<Shared>,
    account: AccountId,
    limits: Limits,
    provisioner: Provisioner,
    log: Log,
}

#[derive(Debug, Default)]
pub(crate) struct Shared {
    store: Memory,
    events: VecDeque<Event>,
}

/// The most events that are kept: the last ones.
const EVENTS: usize = 10_000;

/// What came of a request, but for trouble.
pub(crate) type Result<A> = std::result::Result<std::result::Result<A, Refusal>, HostError<Infallible>>;

/// What the log says of a call, and the answer.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) caller: Option<Caller>,
    pub(crate) operation: String,
    /// `ok`, or the error's kind and rule.
    pub(crate) outcome: String,
    pub(crate) response: Response,
}

impl Emulator {
    /// An empty one.
    #[must_use]
    pub fn new(options: &Options, log: Log) -> Self {
        Self {
            shared: Mutex::default(),
            account: options.account,
            limits: options.limits(),
            provisioner: options.provisioner,
            log,
        }
    }

    /// What does not hold that always should: nothing, unless the model is wrong.
    #[must_use]
    pub fn audit(&self) -> Vec<Violation> {
        invariant::check(self.lock().store.records(), self.limits)
    }

    /// Answers a call of the public API: authorization, then operation, then body.
    pub(crate) fn call(&self, authorization: Option<&str>, target: &str, body: &[u8]) -> Answered {
        let operation = asked(target);
        let caller = match wire::caller(authorization, self.account) {
            Ok(caller) => caller,
            Err(response) => return Answered::error(None, operation, response),
        };
        match wire::decode(target, body) {
            Ok(request) => self.carry_out(caller, operation, request),
            Err(response) => Answered::error(Some(caller), operation, response),
        }
    }

    /// Answers a request that was read.
    pub(crate) fn carry_out(&self, caller: Caller, operation: String, request: Operation) -> Answered {
        let outcome = self.run(&mut self.lock(), caller, request);
        Answered::to(caller, operation, &outcome)
    }

    /// Brings a request to its outcome, and under `--provisioner instant` what it instructs to its own.
    pub(crate) fn run<R: Request>(&self, shared: &mut Shared, caller: Caller, request: R) -> Result<AnswerTo<R>> {
        let Outcome { result, events, instructions, .. } = run(&mut shared.store, request, self.context(caller))?;
        shared.remember(events);
        if self.provisioner == Provisioner::Instant {
            for instruction in &instructions {
                self.provision(shared, instruction);
            }
        }
        Ok(result)
    }

    /// Carries an instruction out, and reports it before the lock is given up: no later request finds it under way.
    fn provision(&self, shared: &mut Shared, instruction: &Instruction) {
        let caller = Caller::new(instruction.environment_arn.management_account, instruction.environment_arn.region);
        let (question, context) = (provisioner::question(instruction), self.context(caller));
        let shown = run(&mut shared.store, question, context).map(|outcome| outcome.result);
        let Ok(Ok(shown)) = shown else { return self.unreported(instruction, &shown) };
        let Some(report) = provisioner::report(instruction, &shown) else { return };
        match run(&mut shared.store, report, self.context(caller)) {
            Ok(Outcome { result: Ok(_), events, .. }) => shared.remember(events),
            outcome => self.unreported(instruction, &outcome),
        }
    }

    /// Cannot be: within the lock, the deployment is under way.
    fn unreported(&self, instruction: &Instruction, why: &dyn std::fmt::Debug) {
        let Instruction { environment_arn, deployment_id, .. } = instruction;
        self.log.line(format!("the deployment {deployment_id} of {environment_arn} was not reported: {why:?}"));
    }

    /// The events, oldest first.
    pub(crate) fn events(&self) -> VecDeque<Event> {
        self.lock().events.clone()
    }

    /// Forgets everything.
    pub(crate) fn reset(&self) {
        let forgotten = std::mem::take(&mut *self.lock());
        // Not under the lock: there may be a lot of it.
        drop(forgotten);
    }

    /// Writes a call to the log.
    pub(crate) fn log(&self, answered: &Answered) {
        let Answered { caller, operation, outcome, .. } = answered;
        let at = SystemClock.now();
        self.log.line(match caller {
            Some(Caller { account, region }) => format!("{at} {account} {region} {operation} {outcome}"),
            None => format!("{at} - - {operation} {outcome}"),
        });
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Shared> {
        // A decision that panicked has not begun to write: what is behind the lock is whole.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Made under the lock, so that times follow the order of the commits.
    fn context(&self, caller: Caller) -> Context {
        Context { caller, now: SystemClock.now(), fresh_id: RandomIds.fresh(), limits: self.limits }
    }
}

impl Shared {
    fn remember(&mut self, events: Vec<Event>) {
        self.events.extend(events);
        let excess = self.events.len().saturating_sub(EVENTS);
        self.events.drain(..excess);
    }
}

impl Answered {
    /// An answer of the model, a refusal or trouble.
    pub(crate) fn to<A: Clone + Into<Answer>>(caller: Caller, operation: String, outcome: &Result<A>) -> Self {
        let (outcome, response) = match outcome {
            Ok(result) => {
                let said = match result {
                    Ok(_) => "ok".into(),
                    Err(refusal) => format!("{} {}", refusal.kind, refusal.rule),
                };
                (said, wire::encode(&result.clone().map(Into::into)))
            }
            Err(trouble) => (trouble.kind().to_string(), wire::trouble(trouble)),
        };
        Self { caller: Some(caller), operation, outcome, response }
    }

    /// Something that is no error, and is not of the model.
    pub(crate) fn ok(operation: &str, response: Response) -> Self {
        Self { caller: None, operation: operation.into(), outcome: "ok".into(), response }
    }

    /// A call that never got to the model.
    pub(crate) fn error(caller: Option<Caller>, operation: String, response: Response) -> Self {
        let kind = response.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("x-amzn-errortype"));
        let outcome = kind.map_or_else(|| response.status.to_string(), |(_, kind)| kind.clone());
        Self { caller, operation, outcome, response }
    }
}

/// The operation that a call asks for, as the log has it: a name, or `-`.
fn asked(target: &str) -> String {
    let name = target.strip_prefix(wire::TARGET_PREFIX).unwrap_or_default();
    let is_name = (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_name { name.into() } else { "-".into() }
}

/// The kind of what is wrong with the path or a flag, rather than with the body.
pub(crate) fn malformed(message: &str) -> Response {
    wire::error(ErrorKind::Validation.name(), message)
}
