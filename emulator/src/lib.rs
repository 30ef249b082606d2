#![doc = include_str!("../README.md")]
//!
//! # Inside of a test
//!
//! The binary is a few lines around [`Options`], [`Emulator`] and [`serve`], and so is an emulator inside a test.

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
pub use storage::Error as StoreError;
