//! AWS JSON 1.0: every request and response there and back, and an answer for everything that is no request.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that goes wrong is to stop"
)]

#[path = "wire/answers.rs"]
mod answers;
#[path = "wire/bodies.rs"]
mod bodies;
#[path = "wire/exact.rs"]
mod exact;
#[allow(dead_code, reason = "the tests of the refusals use all of it")]
#[path = "refusals/inputs.rs"]
mod inputs;
#[path = "wire/requests.rs"]
mod requests;
mod support;
mod texts;
#[path = "wire/values.rs"]
mod values;
#[path = "wire/whims.rs"]
mod whims;
#[allow(dead_code, reason = "the tests of the refusals use all of it")]
#[path = "refusals/world.rs"]
mod world;

use proptest::test_runner::{Config, RngSeed};

/// So many cases, and the same ones each time.
fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(4), failure_persistence: None, ..Config::default() }
}
