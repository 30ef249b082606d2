#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

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
