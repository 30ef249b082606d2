use std::{
    env, fs,
    os::unix::{fs::MetadataExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::Command,
};

/// Whom a server runs as where the test is root's, whom PostgreSQL refuses: `nobody`, in the group of the same number.
pub const NOBODY: u32 = 65534;

pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// One of PostgreSQL's programs, or the system's, to be run in a server's directory by whom it belongs to.
pub fn program(name: &str, directory: &Path) -> Command {
    let mut command = Command::new(path_of(name));
    command.current_dir(directory).env("LC_ALL", "C.UTF-8");
    if is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
    command
}

/// Runs a program to its end.
pub fn run(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// In `PATH`, or where Debian has PostgreSQL's programs.
fn path_of(name: &str) -> PathBuf {
    let debians = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut debians = debians.map(|version| version.path().join("bin")).collect::<Vec<_>>();
    debians.sort();
    let path = env::var_os("PATH").unwrap();
    let found = env::split_paths(&path).chain(debians.into_iter().rev()).map(|path| path.join(name));
    let found = found.into_iter().find(|program| program.is_file());
    found.unwrap_or_else(|| panic!("`{name}` is not installed: Debian has it in `postgresql`"))
}
