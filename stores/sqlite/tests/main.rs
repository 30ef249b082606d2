//! The tests of account-connections-sqlite, in one executable. Some of them start it again, as another process.

#![allow(
    unreachable_pub,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that goes wrong is to stop"
)]

#[path = "../examples/async_store/main.rs"]
mod async_store;
mod contract;
mod crash;
mod damage;
mod outbox;
mod places;
mod processes;
mod shared;
mod stored_form;
mod support;
#[cfg(unix)]
mod torn;
#[cfg(unix)]
mod trouble;
