#![no_main]

use account_connections::testing::fuzz;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(finding) = fuzz::request(bytes) {
        panic!("{finding}");
    }
});
