//! The instant provisioner at work: what a commit instructs is carried out and reported in that very commit, so that
//! nobody ever finds it under way, and nothing is left over where the emulator dies.

use account_connections::{
    HostError, Outcome,
    instruction::Instruction,
    operation::Context,
    run,
    store::{Batch, Commit, Entry, Key, Overlay, Scan, Store, Versioned},
};

use crate::{log::Log, provisioner, storage::Error, storage::Handle};

/// A store with the instant provisioner before it.
pub(crate) struct Instant<'s> {
    pub(crate) store: &'s mut dyn Handle,
    /// Of the request.
    pub(crate) context: Context,
    pub(crate) log: &'s Log,
}

impl Store for Instant<'_> {
    type Error = Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        self.store.load(keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        self.store.scan(scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        if batch.instructions().is_empty() {
            return self.store.commit(batch);
        }
        self.store.begin_turn();
        let mut whole = Overlay::new(&mut *self.store);
        // Nothing was committed there yet that could stand against it.
        let _committed = whole.commit(batch)?;
        let mut left = Vec::new();
        for instruction in batch.instructions() {
            let why = match provision(&mut whole, instruction, self.context) {
                Ok(Done::Yes) => continue,
                Ok(Done::Refused(why)) => why,
                // Others changed what the batch rests on.
                Err(HostError::Contended { .. }) => return Ok(Commit::Conflict),
                Err(HostError::Fault(fault)) => fault.to_string(),
                Err(HostError::Read(error) | HostError::Commit(error)) => return Err(error),
            };
            self.log.line(format!("{} was not reported: {why}", described(instruction)));
            left.push(instruction);
        }
        whole.retain_instructions(|instruction| left.contains(&instruction));
        match whole.into_batch() {
            Some(whole) => self.store.commit(&whole),
            None => Ok(Commit::Committed),
        }
    }
}

/// Whether an instruction is carried out.
pub(crate) enum Done {
    /// It is, or there is nothing to be done about it.
    Yes,
    /// The model refuses the report, in these words: its deployment is not under way any more.
    Refused(String),
}

/// Carries an instruction out and reports it.
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
