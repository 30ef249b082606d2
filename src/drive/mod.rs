//! What brings one request to its outcome over a store.

mod run;
mod step;

pub use run::{HostError, run, run_async};
pub use step::{ATTEMPTS, Commit, Load, Outcome, Scan, Step};
