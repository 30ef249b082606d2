//! How a service that embeds the crate is tested.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that goes wrong is to stop"
)]

mod client;
mod conformance;
mod contract;
mod worker;
