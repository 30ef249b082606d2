//! What is behind the server: the model over a store, and who provisions.

use std::{io, path::Path, sync::Arc};

use account_connections::{
    AnswerTo, HostError, Outcome, Refusal, Request, Rules,
    clock::{Ids, RandomIds, SystemClock},
    id::Caller,
    instruction::Instruction,
    invariant::{self, Violation},
    operation::{Context, Operation},
    run,
};

use crate::{
    answered::Answered,
    clock::Clock,
    console::Heard,
    instant::{Done, described, provision, run_instantly},
    log::Log,
    options::{Options, Provisioner},
    provisioner,
    record::{Asked, Input, Record},
    storage::{Access, Error, Handle, Patience, Storage, Trouble},
};

/// The model over a store that all clients share.
#[derive(Debug)]
pub struct Emulator {
    storage: Storage,
    options: Options,
    clock: Clock,
    log: Log,
    record: Option<Record>,
    /// For the console.
    heard: Heard,
}

/// Why there is no emulator.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The store cannot be opened or used.
    #[error(transparent)]
    Store(#[from] Error),
    /// The file for `--record` cannot be created.
    #[error("`{path}` cannot be made for a recording: {source}")]
    Record {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
}

/// How a request ended, with the rules that it rests on.
#[derive(Clone, Debug)]
pub(crate) struct Decided<A> {
    pub(crate) result: std::result::Result<A, Refusal>,
    pub(crate) rules: Rules,
}

/// How a request ended, apart from trouble.
pub(crate) type Result<A> = std::result::Result<Decided<A>, HostError<Error>>;

impl Emulator {
    /// An emulator of what the store has: nothing at first. The instant provisioner now carries out anything that was
    /// instructed and that nobody has carried out.
    ///
    /// # Errors
    ///
    /// See [`StartError`].
    pub fn new(options: &Options, log: Log) -> std::result::Result<Self, StartError> {
        let storage = Storage::open(&options.store)?;
        let record = options.record.as_deref().map(|path| begin_record(path, &storage, options)).transpose()?;
        let emulator = Self {
            storage,
            clock: Clock::new(options.clock),
            options: options.clone(),
            log,
            record,
            heard: Heard::default(),
        };
        match emulator.storage.now(|store| emulator.catch_up(store)) {
            Ok(()) => {}
            Err(HostError::Read(error) | HostError::Commit(error)) => return Err(error.into()),
            Err(trouble) => emulator.log.line(format!("left for the next start: {trouble}")),
        }
        Ok(emulator)
    }

    /// What should always hold and does not: nothing, unless the model is wrong.
    ///
    /// # Errors
    ///
    /// The store cannot be read.
    pub fn audit(&self) -> std::result::Result<Vec<Violation>, Error> {
        let records = self.storage.now(|store| store.records().map_err(HostError::Read));
        match records {
            Ok(records) => {
                let records = records.iter().map(|entry| (&entry.key, &entry.record));
                Ok(invariant::check(records, self.options.limits()))
            }
            Err(HostError::Read(error)) => Err(error),
            // Only records are read.
            Err(_) => Ok(Vec::new()),
        }
    }

    pub(crate) const fn options(&self) -> &Options {
        &self.options
    }

    pub(crate) const fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Whether a call may have to wait for a disk or for others.
    pub(crate) const fn waits(&self) -> bool {
        self.storage.waits()
    }

    /// Answers a request that was read.
    pub(crate) async fn carry_out(
        self: &Arc<Self>,
        caller: Caller,
        operation: String,
        request: Operation,
        patience: &Patience,
    ) -> Answered {
        let access = if request.only_reads() { Access::Reads } else { Access::Writes };
        let outcome = self.with(access, patience, move |emulator, store| {
            #[cfg(feature = "test-faulty")]
            let caller = crate::faulty::caller(emulator, store, caller, &request);
            emulator.run(store, caller, request.clone())
        });
        Answered::to(caller, operation, &outcome.await)
    }

    /// Lends the store to a call. What it does may be begun twice, but is carried out once.
    pub(crate) async fn with<T: Send + 'static>(
        self: &Arc<Self>,
        access: Access,
        patience: &Patience,
        call: impl Fn(&Self, &mut dyn Handle) -> std::result::Result<T, HostError<Error>> + Send + Sync + 'static,
    ) -> std::result::Result<T, Trouble> {
        let emulator = Arc::clone(self);
        self.storage.with(access, patience, move |store| call(&emulator, store)).await
    }

    /// Brings a request to its outcome, and, under `--provisioner instant`, what it instructs to its own.
    pub(crate) fn run<R: Request>(&self, store: &mut dyn Handle, caller: Caller, request: R) -> Result<AnswerTo<R>> {
        let context = self.context(caller);
        let Outcome { result, rules, .. } = match self.options.provisioner {
            Provisioner::Instant => run_instantly(store, request, context, &self.log)?,
            Provisioner::Manual => run(store, request, context)?,
        };
        Ok(Decided { result, rules })
    }

    /// Goes through the waiting instructions: each is carried out, if this emulator does that, or stays only if
    /// somebody waits for it.
    fn catch_up(&self, store: &mut dyn Handle) -> std::result::Result<(), HostError<Error>> {
        for (number, instruction) in store.instructions().map_err(HostError::Read)? {
            let done = match self.options.provisioner {
                Provisioner::Instant => self.provision(store, &instruction)?,
                Provisioner::Manual => self.is_void(store, &instruction)?,
            };
            if done {
                store.acknowledge(number).map_err(HostError::Commit)?;
            }
        }
        Ok(())
    }

    /// Carries out an instruction that was left behind. How its report ended does not matter: it has an outcome.
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

    /// The latest calls of each account.
    pub(crate) const fn heard(&self) -> &Heard {
        &self.heard
    }

    /// What is to be recorded of a call that begins now, if anything.
    pub(crate) fn asked(&self, input: impl FnOnce() -> Option<Input>) -> Option<Asked> {
        self.record.as_ref()?;
        Some(Asked { input: input()?, start: self.clock.now() })
    }

    /// Tells the log and the console about a call that was answered.
    pub(crate) fn tell(&self, asked: Option<Asked>, answered: &Answered) {
        if let (Some(record), Some(asked)) = (&self.record, asked)
            && let Err(error) = record.write(asked, self.clock.now(), answered)
        {
            self.log.line(format!("the next call is not in the recording: {error}"));
        }
        let Answered { caller, operation, outcome, .. } = answered;
        let at = account_connections::clock::Clock::now(&mut SystemClock);
        self.heard.note(at, answered);
        self.log.line(match caller {
            Some(Caller { account, region }) => format!("{at} {account} {region} {operation} {outcome}"),
            None => format!("{at} - - {operation} {outcome}"),
        });
    }

    /// The time is taken before the request is handled: no stored time goes back.
    pub(crate) fn context(&self, caller: Caller) -> Context {
        Context::new(caller, self.clock.now(), RandomIds.fresh()).with_limits(self.options.limits())
    }
}

fn begin_record(path: &Path, storage: &Storage, options: &Options) -> std::result::Result<Record, StartError> {
    let records = storage.now(|store| store.records().map_err(HostError::Read));
    let is_empty = records.is_ok_and(|records| records.is_empty());
    Record::create(path, options.limits(), is_empty)
        .map_err(|source| StartError::Record { path: path.display().to_string(), source })
}
