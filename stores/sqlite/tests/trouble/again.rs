//! This test's own binary, started once more under other conditions.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const PATH: &str = "TROUBLE_PATH";

/// The database that the parent wants this process to go on with; `None` in the parent.
pub fn path() -> Option<PathBuf> {
    env::var_os(PATH).map(PathBuf::from)
}

/// The test of this name once more, on a database: standard output with the test harness's own words around it.
///
/// `command` starts what is given as its further arguments, e.g. as another user. The binary is a copy next to the
/// database, where every user may reach it.
pub fn run(mut command: Command, test: &str, database: &Path) -> String {
    let binary = database.with_extension("test");
    if !binary.exists() {
        fs::copy(env::current_exe().unwrap(), &binary).unwrap();
    }
    let output = command.arg(&binary).args(["--exact", test, "--nocapture"]).env(PATH, database).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    said
}
