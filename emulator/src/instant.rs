//! The instant provisioner at work: what a commit instructs is carried out and reported in that same commit, so that
//! nobody ever finds it under way, and nothing is left over if the emulator dies.

use account_connections::{
    AnswerTo, Fault, HostError, Outcome, Request,
    instruction::Instruction,
    operation::Context,
    run,
    store::{Batch, Commit, Entry, Key, Overlay, Scan, Store, Versioned},
};

use crate::{log::Log, provisioner, storage::Error, storage::Handle};

/// Brings a request to its outcome, and what it instructs to its own.
pub(crate) fn run_instantly<R: Request>(
    store: &mut dyn Handle,
    request: R,
    context: Context,
    log: &Log,
) -> Result<Outcome<AnswerTo<R>>, HostError<Error>> {
    run(&mut Instant { store, context, log }, request, context).map_err(|trouble| match trouble {
        HostError::Read(trouble) | HostError::Commit(trouble) => trouble,
        HostError::Fault(fault) => HostError::Fault(fault),
        HostError::Contended { attempts } => HostError::Contended { attempts },
    })
}

/// A store with the instant provisioner in front of it.
struct Instant<'s> {
    store: &'s mut dyn Handle,
    /// The request's.
    context: Context,
    log: &'s Log,
}

impl Store for Instant<'_> {
    /// A failure while the reports are decided is a failed read, though in a commit: nothing has been written yet.
    type Error = HostError<Error>;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, HostError<Error>> {
        self.store.load(keys).map_err(HostError::Read)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, HostError<Error>> {
        self.store.scan(scan).map_err(HostError::Read)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, HostError<Error>> {
        if batch.instructions().is_empty() {
            return self.store.commit(batch).map_err(HostError::Commit);
        }
        let mut whole = Overlay::new(&mut *self.store);
        // Nothing has been committed there yet that could conflict with it.
        let _committed = whole.commit(batch).map_err(HostError::Commit)?;
        let mut left = Vec::new();
        for instruction in batch.instructions() {
            let why = match provision(&mut whole, instruction, self.context) {
                Ok(Done::Yes) => continue,
                Ok(Done::Refused(why)) => why,
                // Others have changed what the batch rests on.
                Err(HostError::Contended { .. }) => return Ok(Commit::Conflict),
                Err(
                    trouble @ (HostError::Read(_) | HostError::Commit(_) | HostError::Fault(Fault::Unreadable(..))),
                ) => return Err(trouble),
                Err(HostError::Fault(fault)) => fault.to_string(),
            };
            self.log.line(format!("{} was not reported: {why}", described(instruction)));
            left.push(instruction);
        }
        whole.retain_instructions(|instruction| left.contains(&instruction));
        match whole.into_batch() {
            Some(whole) => self.store.commit(&whole).map_err(HostError::Commit),
            None => Ok(Commit::Committed),
        }
    }
}

/// Whether an instruction is carried out.
pub(crate) enum Done {
    /// It is, or there is nothing to do.
    Yes,
    /// The model refuses the report, in these words: its deployment is no longer under way.
    Refused(String),
}

/// Carries out an instruction and reports it.
pub(crate) fn provision<S: Store + ?Sized>(
    store: &mut S,
    instruction: &Instruction,
    context: Context,
) -> Result<Done, HostError<S::Error>> {
    let mut context = context;
    context.caller = instruction.owner();
    let Outcome { result, .. } = run(store, provisioner::question(instruction), context)?;
    let shown = match result {
        Ok(shown) => shown,
        Err(refusal) => return Ok(Done::Refused(refusal.to_string())),
    };
    let Some(report) = provisioner::report(instruction, &shown) else { return Ok(Done::Yes) };
    Ok(match run(store, report, context)?.result {
        Ok(_) => Done::Yes,
        Err(refusal) => Done::Refused(refusal.to_string()),
    })
}

pub(crate) fn described(Instruction { environment_arn, deployment_id, .. }: &Instruction) -> String {
    format!("the deployment {deployment_id} of {environment_arn}")
}
