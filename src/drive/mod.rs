//! What brings one request to its outcome over a store, for whoever has one: [`Step`], the machine, and [`run`] and
//! [`run_async`], the two loops around it.

mod run;
mod step;

pub use run::{HostError, run, run_async};
pub use step::{ATTEMPTS, Committing, Failed, Loading, Outcome, Scanning, Step};
