//! The service compared with the model: the judge's scenarios and sessions, a state machine, and the body of a fuzz target.

use account_connections::testing::{
    scenario::Need,
    script::Script,
    session::{Choices, Options},
};
use account_connections_conformance::{
    check,
    state_machine::{Conformance, Service, Terms, judged},
};
use proptest::test_runner::Config;
use proptest_state_machine::prop_state_machine;

use crate::client::Client;

#[test]
fn the_judge_finds_nothing() {
    check(Client::fresh).seeds(0..2).calls(200).without([Need::Ids]).assert();
}

struct Mine;

impl Service for Mine {
    type Subject = Client;

    fn fresh() -> Client {
        Client::fresh()
    }
}

prop_state_machine! {
    #![proptest_config(Config { cases: 24, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_state_machine_finds_nothing(sequential 20..60 => Conformance<Mine>);
}

/// What a fuzzer calls with its bytes: `fuzz/fuzz_targets/service.rs` does.
pub(crate) fn fuzz(bytes: &[u8]) {
    let script = Script::from_bytes(Options::new(), bytes, 64);
    if let Err(report) = judged(&script, Client::fresh(), &Terms::new()) {
        panic!("{report}\n{script}");
    }
}

#[test]
fn bytes_find_nothing() {
    for seed in 0..12 {
        let mut choices = Choices::from_seed(seed);
        let bytes = (0..20 * 40).map(|_| u8::try_from(choices.below(256)).unwrap());
        fuzz(&bytes.collect::<Vec<_>>());
    }
}
