//! What is behind the server: the model over a store, and who provisions.

use account_connections::{
    AnswerTo, ErrorKind, HostError, Outcome, Refusal, Request,
    clock::{Clock, Ids, RandomIds, SystemClock},
    event::Event,
    id::{AccountId, Caller},
    instruction::Instruction,
    invariant::{self, Violation},
    operation::{Answer, Context, Limits, Operation},
    run,
    wire::{self, Response},
};

use crate::{
    console::Heard,
    instant::{Done, described, provision, run_instantly},
    log::Log,
    options::{Options, Provisioner},
    provisioner,
    storage::{Error, Handle, Storage},
};

/// The model over a store that all clients share.
#[derive(Debug)]
pub struct Emulator {
    storage: Storage,
    account: AccountId,
    limits: Limits,
    provisioner: Provisioner,
    log: Log,
    /// For the console.
    heard: Heard,
}

/// How a request ended, apart from trouble.
pub(crate) type Result<A> = std::result::Result<std::result::Result<A, Refusal>, HostError<Error>>;

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
    /// An emulator of what the store has: nothing at first. What it has instructed and nobody has carried out, the
    /// instant provisioner does now.
    ///
    /// # Errors
    ///
    /// The store cannot be opened, or not be used.
    pub fn new(options: &Options, log: Log) -> std::result::Result<Self, Error> {
        let emulator = Self {
            storage: Storage::open(&options.store)?,
            account: options.account,
            limits: options.limits(),
            provisioner: options.provisioner,
            log,
            heard: Heard::default(),
        };
        match emulator.storage.with(|store| emulator.catch_up(store)) {
            Ok(()) => {}
            Err(HostError::Read(error) | HostError::Commit(error)) => return Err(error),
            Err(trouble) => emulator.log.line(format!("left for the next start: {trouble}")),
        }
        Ok(emulator)
    }

    /// What does not hold that always should: nothing, unless the model is wrong.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn audit(&self) -> std::result::Result<Vec<Violation>, HostError<Error>> {
        let records = self.storage.with(|store| store.records().map_err(HostError::Read))?;
        Ok(invariant::check(records.iter().map(|entry| (&entry.key, &entry.record)), self.limits))
    }

    /// Whether a request may have to wait for a disk.
    pub(crate) const fn blocks(&self) -> bool {
        self.storage.blocks()
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
        let outcome = self.with(|store| {
            #[cfg(feature = "test-faulty")]
            let caller = crate::faulty::caller(self, store, caller, &request);
            self.run(store, caller, request)
        });
        Answered::to(caller, operation, &outcome)
    }

    /// Lends the store to a request.
    pub(crate) fn with<T>(
        &self,
        use_it: impl FnOnce(&mut dyn Handle) -> std::result::Result<T, HostError<Error>>,
    ) -> std::result::Result<T, HostError<Error>> {
        self.storage.with(use_it)
    }

    /// Brings a request to its outcome, and under `--provisioner instant` what it instructs to its own.
    pub(crate) fn run<R: Request>(&self, store: &mut dyn Handle, caller: Caller, request: R) -> Result<AnswerTo<R>> {
        let context = self.context(caller);
        let Outcome { result, .. } = match self.provisioner {
            Provisioner::Instant => run_instantly(store, request, context, &self.log)?,
            Provisioner::Manual => run(store, request, context)?,
        };
        Ok(result)
    }

    /// Goes through the instructions that wait: each is carried out, where this emulator does that, or stays only where
    /// somebody waits for it.
    fn catch_up(&self, store: &mut dyn Handle) -> std::result::Result<(), HostError<Error>> {
        for (number, instruction) in store.instructions().map_err(HostError::Read)? {
            let done = match self.provisioner {
                Provisioner::Instant => self.provision(store, &instruction)?,
                Provisioner::Manual => self.is_void(store, &instruction)?,
            };
            if done {
                store.acknowledge(number).map_err(HostError::Commit)?;
            }
        }
        Ok(())
    }

    /// Carries an instruction out that was left. How its report ended does not matter: it has an outcome.
    fn provision(
        &self,
        store: &mut dyn Handle,
        instruction: &Instruction,
    ) -> std::result::Result<bool, HostError<Error>> {
        let context = self.context(instruction.owner());
        if let Done::Refused(why) = provision(store, instruction, context)? {
            self.log.line(format!("{} was left, and is void: {why}", described(instruction)));
        }
        Ok(true)
    }

    fn is_void(
        &self,
        store: &mut dyn Handle,
        instruction: &Instruction,
    ) -> std::result::Result<bool, HostError<Error>> {
        let context = self.context(instruction.owner());
        let Outcome { result, .. } = run(store, provisioner::question(instruction), context)?;
        Ok(!result.is_ok_and(|shown| provisioner::is_awaited(instruction, &shown)))
    }

    /// The events, oldest first.
    pub(crate) fn events(&self) -> std::result::Result<Vec<Event>, HostError<Error>> {
        self.with(|store| store.events().map_err(HostError::Read))
    }

    /// Forgets everything.
    pub(crate) fn reset(&self) -> std::result::Result<(), HostError<Error>> {
        self.with(|store| store.clear().map_err(HostError::Commit))?;
        self.heard.forget();
        Ok(())
    }

    /// The latest calls of each account.
    pub(crate) const fn heard(&self) -> &Heard {
        &self.heard
    }

    /// Writes a call to the log, and has the console hear of it.
    pub(crate) fn log(&self, answered: &Answered) {
        let Answered { caller, operation, outcome, .. } = answered;
        let at = SystemClock.now();
        self.heard.note(at, answered);
        self.log.line(match caller {
            Some(Caller { account, region }) => format!("{at} {account} {region} {operation} {outcome}"),
            None => format!("{at} - - {operation} {outcome}"),
        });
    }

    /// The time is that before the request is handled: no stored time goes back.
    pub(crate) fn context(&self, caller: Caller) -> Context {
        Context::new(caller, SystemClock.now(), RandomIds.fresh()).with_limits(self.limits)
    }
}

impl Answered {
    /// An answer of the model, a refusal or trouble.
    pub(crate) fn to<A: Clone + Into<Answer>>(caller: Caller, operation: String, outcome: &Result<A>) -> Self {
        let (outcome, response) = match outcome {
            Ok(result) => {
                let said = match result {
                    Ok(_) => "ok".into(),
                    Err(refusal) => format!("{} {}", refusal.kind(), refusal.rule()),
                };
                (said, wire::encode(&result.clone().map(Into::into)))
            }
            Err(trouble) => (in_the_log(trouble), wire::trouble(trouble)),
        };
        Self { caller: Some(caller), operation, outcome, response }
    }

    /// Trouble outside of the model and of its callers.
    pub(crate) fn trouble(operation: &str, trouble: &HostError<Error>) -> Self {
        let response = wire::trouble(trouble);
        Self { caller: None, operation: operation.into(), outcome: in_the_log(trouble), response }
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

/// The kind, and what the caller is not told.
fn in_the_log(trouble: &HostError<Error>) -> String {
    match trouble {
        HostError::Read(error) => format!("{}: {error}", trouble.kind()),
        HostError::Commit(error) => format!("{}: all of it was written, or nothing: {error}", trouble.kind()),
        _ => format!("{}: {trouble}", trouble.kind()),
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
