//! What happens behind the answers: instructions are carried out and reported, and events go to the bus.

use std::{future::Future, time::Duration};

use account_connections::{
    instruction::Instruction,
    operation::{DeploymentOutcome, ReportDeployment},
};
use tokio::{sync::watch, time::sleep};

use crate::{
    bus::Bus,
    service::{Error, Service},
    store,
};

/// Provisions in other accounts, with the roles of an instruction's grant.
pub trait Provisioner: Send + Sync {
    /// Carries out an instruction. It may come again with the same deployment id and kind: then the outcome is the
    /// same.
    fn carry_out(&self, instruction: &Instruction) -> impl Future<Output = DeploymentOutcome> + Send;
}

/// One consumer of the outbox. Events wait while an instruction is carried out: a service whose instructions take long
/// would have a separate worker for each of the two.
#[derive(Debug)]
pub struct Worker<P> {
    service: Service,
    bus: Bus,
    provisioner: P,
}

/// How many entries are read at once.
const AT_ONCE: usize = 64;

/// How long the outbox is left alone if nobody says that there is something in it, and after trouble.
const PAUSE: Duration = Duration::from_secs(1);

impl<P: Provisioner> Worker<P> {
    /// A worker for this service's outbox.
    pub const fn new(service: Service, bus: Bus, provisioner: P) -> Self {
        Self { service, bus, provisioner }
    }

    /// Works until `stop` says so. Then the instruction under way is finished; the others wait in the outbox.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            let is_done = match self.turn(&stop).await {
                Ok(done) => done == 0,
                Err(error) => {
                    eprintln!("the outbox has to wait: {error}");
                    true
                }
            };
            if is_done {
                tokio::select! {
                    () = self.service.woken() => {}
                    () = sleep(PAUSE) => {}
                    // Nobody is left to say so.
                    said = stop.changed() => if said.is_err() { break },
                }
            }
        }
        // What was reported last has its events.
        if let Err(error) = self.publish().await {
            eprintln!("events wait for the next start: {error}");
        }
    }

    /// Publishes what there is, and carries out some instructions; returns how many.
    async fn turn(&self, stop: &watch::Receiver<bool>) -> Result<usize, Error> {
        self.publish().await?;
        let waiting = self.service.store().instructions(AT_ONCE).await.map_err(trouble)?;
        let mut done = 0;
        for waiting in waiting {
            if *stop.borrow() {
                break;
            }
            self.carry_out(&waiting.item).await?;
            // Only now, so that none is lost. What was reported but not removed is carried out and reported again.
            self.service.store().remove_instruction(waiting.sequence).await.map_err(trouble)?;
            self.publish().await?;
            done += 1;
        }
        Ok(done)
    }

    /// Hands the events of the outbox to the bus, in the order of the commits.
    ///
    /// # Errors
    ///
    /// The store's. What was published may be published again.
    pub async fn publish(&self) -> Result<(), Error> {
        loop {
            let waiting = self.service.store().events(AT_ONCE).await.map_err(trouble)?;
            let Some(last) = waiting.last().map(|waiting| waiting.sequence) else { return Ok(()) };
            for waiting in waiting {
                self.bus.publish(waiting.item);
            }
            self.service.store().remove_events(last).await.map_err(trouble)?;
        }
    }

    async fn carry_out(&self, instruction: &Instruction) -> Result<(), Error> {
        let outcome = self.provisioner.carry_out(instruction).await;
        let report = ReportDeployment::of(instruction, outcome);
        match self.service.call(instruction.owner(), report.into()).await {
            Ok(_) => Ok(()),
            // The deployment is over: it was reported before, or its connection is gone.
            Err(Error::Refused(_)) => Ok(()),
            Err(trouble) => Err(trouble),
        }
    }
}

fn trouble(error: store::Error) -> Error {
    Error::Trouble(account_connections::HostError::Read(error))
}
