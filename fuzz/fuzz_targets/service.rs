//! A service of one's own, judged: that of `examples/service`, by the client of its tests.

#![no_main]

#[path = "../../examples/service/tests/client.rs"]
mod client;

use account_connections::testing::{script::Script, session::Options};
use account_connections_conformance::state_machine::{Terms, judged};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let script = Script::from_bytes(Options::new(), bytes, 64);
    if let Err(report) = judged(&script, client::Client::fresh(), &Terms::new()) {
        panic!("{report}\n{script}");
    }
});
