//! The command, run as a user runs it.

use std::{
    io::Write as _,
    path::PathBuf,
    process::{Child, Command, Stdio},
};

/// The status, standard output and standard error.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> (Option<i32>, String, String) {
    let mut child = start(arguments);
    // It may end without reading.
    drop(child.stdin.take().unwrap().write_all(input));
    end(child)
}

/// Starts it among the fixtures.
pub(crate) fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_account-connections-conformance"))
        .args(arguments)
        .current_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

pub(crate) fn end(child: Child) -> (Option<i32>, String, String) {
    let done = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (done.status.code(), text(done.stdout), text(done.stderr))
}
