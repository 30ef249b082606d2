//! The tests of the judge, in one executable.

#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that goes wrong is to stop"
)]

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod check;
mod command;
mod import;
mod judged;
mod live;
mod profile;
mod report;
mod rules;
mod state_machine;
mod trace;

use live::{http, subject, wrong};
