//! The emulator: an HTTP server around [`account_connections`], so that real AWS clients talk to the model.
//!
//! It moves bytes, supplies the time and fresh ids, and plays the provisioner; every answer is the crate's. It is for
//! tests: signatures are not checked, and whoever reaches it can call as any account. See the README of
//! `account-connections` for what is and is not emulated.
//!
//! What a person sees of it is at `/console`: the guide's console steps in a browser, and what happened and why.
//!
//! The binary is a few lines around [`Options`], [`Emulator`] and [`serve`], and so is an emulator inside of a test.

mod answered;
mod call;
mod clock;
mod console;
mod emulator;
mod extra;
#[cfg(feature = "test-faulty")]
mod faulty;
mod http;
mod instant;
mod log;
mod options;
mod provisioner;
mod record;
mod server;
mod storage;

pub use emulator::{Emulator, StartError};
pub use log::{Log, LogEnd};
pub use options::{ClockChoice, Options, Provisioner, Stopped, StoreChoice};
pub use server::{Stop, serve};
pub use storage::StoreError;
