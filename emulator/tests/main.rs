//! The tests of account-connections-emulator, in one executable.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

mod clients;
mod console;
mod deadlines;
mod durable;
mod extra;
mod flags;
mod guard;
mod limits;
mod locked;
mod protocol;
mod provisioner;
mod recorded;
mod support;
mod together;
