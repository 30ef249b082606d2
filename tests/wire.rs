//! AWS JSON 1.0: every request and response there and back, and an answer for everything that is not a request.

mod answers;
mod bodies;
mod exact;
mod requests;
mod subject;
mod whims;

use proptest::test_runner::{Config, RngSeed};

/// This many cases, and the same ones each time.
fn config(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(4), failure_persistence: None, ..Config::default() }
}
