//! What brings one request to its outcome over a store: [`Step`], the machine, and [`run`] and [`run_async`], the two
//! loops around it.

mod run;
mod step;
mod unseen;

pub use run::{HostError, run, run_async};
pub use step::{ATTEMPTS, Committing, Failed, Loading, Outcome, Scanning, Step};
