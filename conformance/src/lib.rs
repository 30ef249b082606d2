//! The judge: does another implementation of environment account connections conform, and if not, which rule did it break?
//!
//! Nothing here does I/O: a [`trace`] is read line by line, a [`Judge`] takes one call after the other, and a
//! [`Report`] is a value that is written as text, JSON, JUnit or HTML.

pub mod check;
pub mod engine;
pub mod import;
pub mod live;
pub mod profile;
mod record;
pub mod report;
pub mod rules;
pub mod script;
pub mod state_machine;
pub mod trace;

pub use check::{cases, check, check_async};
pub use engine::Judge;
pub use profile::Profile;
pub use record::{Recorder, record};
pub use report::{Finding, Report, Verdict};
