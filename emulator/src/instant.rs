//! The instant provisioner at work: what a commit instructs is carried out and reported in that very commit, so that
//! nobody ever finds it under way, and nothing is left over where the emulator dies.

use std::mem;

use account_connections::{
    HostError, Outcome,
    instruction::Instruction,
    operation::Context,
    run,
    store::{Batch, Commit, Entry, Key, Scan, Store, Trouble, Version, Versioned},
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
        let mut whole = Whole { store: self.store, batch: batch.clone() };
        for instruction in mem::take(&mut whole.batch.instructions()) {
            match provision(&mut whole, &instruction, self.context) {
                Ok(Done::Yes) => {}
                Ok(Done::Refused(why)) => {
                    self.log.line(format!("{} was not reported: {why}", described(&instruction)));
                    whole.batch.instructions().push(instruction);
                }
                // Others changed what the batch rests on.
                Err(HostError::Trouble(Trouble::Contended { .. })) => return Ok(Commit::Conflict),
                Err(HostError::Trouble(trouble)) => {
                    self.log.line(format!("{} was not reported: {trouble}", described(&instruction)));
                    whole.batch.instructions().push(instruction);
                }
                Err(HostError::Store(error)) => return Err(error),
            }
        }
        let Whole { store, batch } = whole;
        store.commit(&batch)
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

/// A batch that is not committed yet, with what is stored below: what is committed on it becomes part of the batch.
struct Whole<'s> {
    store: &'s mut dyn Handle,
    batch: Batch,
}

/// Of what the batch writes, before it has a version.
const WRITTEN: Version = Version(u64::MAX);

impl Whole<'_> {
    fn found(&mut self, key: &Key) -> Result<Option<Versioned>, Error> {
        match self.batch.writes().iter().find(|write| write.key == *key) {
            Some(write) => Ok(write.record.clone().map(|record| Versioned { version: WRITTEN, record })),
            None => Ok(self.store.load(std::slice::from_ref(key))?.pop().flatten()),
        }
    }
}

impl Store for Whole<'_> {
    type Error = Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        keys.iter().map(|key| self.found(key)).collect()
    }

    /// What is stored below: neither a report nor the question before it scans.
    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        self.store.scan(scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        let mut whole = self.batch.clone();
        for expectation in &batch.expectations() {
            if self.batch.writes().iter().any(|write| write.key == expectation.key) {
                // It was answered from the batch, which has not changed.
                continue;
            }
            match whole.expectations.iter().find(|known| known.key == expectation.key) {
                Some(known) if known == expectation => {}
                // It changed between the two.
                Some(_) => return Ok(Commit::Conflict),
                None => whole.expectations.push(expectation.clone()),
            }
        }
        for write in &batch.writes() {
            whole.writes.retain(|known| known.key != write.key);
            whole.writes.push(write.clone());
        }
        whole.events.extend(batch.events().iter().cloned());
        whole.instructions.extend(batch.instructions().iter().cloned());
        self.batch = whole;
        Ok(Commit::Committed)
    }
}
