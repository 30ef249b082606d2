//! The clients that AWS itself ships.

use std::process::Command;

#[test]
#[ignore = "left out: the AWS CLI, boto3 and the Rust SDK need Python and a network; `.ci/real-clients` runs them"]
fn real_clients() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../.ci/real-clients");
    assert!(Command::new(script).status().unwrap().success());
}
