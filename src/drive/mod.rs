//! Brings one request to its outcome, for anyone with a store: [`Step`], the machine, and [`run`] and [`run_async`],
//! the two loops around it.

mod run;
mod step;

pub use run::{HostError, run, run_async};
pub use step::{ATTEMPTS, Committing, Failed, Loading, Outcome, Scanning, Step};
