//! The tests of the judge, in one executable.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that goes wrong is to stop"
)]

mod command;
mod import;
mod rules;
mod trace;
