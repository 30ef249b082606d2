// In the documentation, links lead to its items and pages: of two definitions of a link, the first counts.
#![cfg_attr(all(doc, not(doctest)), doc = include_str!("guide/links.md"))]
#![cfg_attr(all(doc, not(doctest)), doc = concat!("[picture]: ", include_str!("../docs/pictures/connection.uri")))]
#![cfg_attr(all(doc, not(doctest)), doc = "")]
#![doc = include_str!("../README.md")]
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod clock;
pub mod connection;
pub mod decide;
pub mod drive;
pub mod environment;
pub mod event;
#[cfg(all(doc, not(doctest)))]
pub mod guide;
pub mod id;
pub mod instruction;
pub mod invariant;
mod memory;
mod names;
pub mod operation;
pub mod page;
mod refusal;
mod rule;
mod service;
pub mod store;
pub mod tag;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "wire")]
pub mod wire;

pub use decide::{AnswerTo, Fault, Request, decide};
pub use drive::{HostError, Outcome, Step, run, run_async};
pub use memory::Memory;
pub use refusal::Refusal;
pub use rule::{Basis, ErrorKind, Rule, Rules, UnknownRule};
pub use service::{Error, Service};
