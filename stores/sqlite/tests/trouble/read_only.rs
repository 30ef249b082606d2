//! A file, or its directory, that may not be written to.

use std::{
    fs::{self, OpenOptions, Permissions},
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    path::Path,
    process::Command,
};

use account_connections_sqlite::{Error, ErrorKind, Sqlite};

use super::{again, create, model};
use crate::support::records;

/// What comes of opening it for somebody whom permissions bind: the superuser writes all the same, and becomes somebody
/// else.
#[test]
fn read_only() {
    if let Some(path) = again::path() {
        println!("\nSAID {}", said(Sqlite::open(path)));
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    create(&mut model(Sqlite::open(&path).unwrap()), 1).unwrap();
    let before = records(&mut Sqlite::open(&path).unwrap());
    let permit = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    let open = || {
        if OpenOptions::new().write(true).open(&path).is_err() || directory_is_closed(directory.path()) {
            return said(Sqlite::open(&path)).to_owned();
        }
        let mut nobody = Command::new("env");
        nobody.uid(65_534).gid(65_534);
        let said = again::run(nobody, "trouble::read_only::read_only", &path);
        said.lines().find_map(|line| line.strip_prefix("SAID ")).unwrap().to_owned()
    };
    // So that the copy of this binary is there before the directory is closed, and everybody may come in.
    permit(directory.path(), 0o755);
    fs::copy(std::env::current_exe().unwrap(), path.with_extension("test")).unwrap();

    permit(&path, 0o444);
    assert_eq!(open(), "ReadOnly");
    permit(&path, 0o666);
    permit(directory.path(), 0o555);
    assert_eq!(open(), "ReadOnly");
    permit(directory.path(), 0o755);
    permit(&path, 0o000);
    assert_eq!(open(), "CannotOpen");
    permit(&path, 0o644);
    assert_eq!(records(&mut Sqlite::open(&path).unwrap()), before);
}

fn directory_is_closed(directory: &Path) -> bool {
    let probe = directory.join("probe");
    let closed = fs::write(&probe, "").is_err();
    drop(fs::remove_file(probe));
    closed
}

fn said(opened: Result<Sqlite, Error>) -> &'static str {
    match opened.as_ref().map_err(Error::kind) {
        Err(ErrorKind::ReadOnly) => "ReadOnly",
        Err(ErrorKind::CannotOpen(_)) => "CannotOpen",
        Err(_) => "another error",
        Ok(_) => "open",
    }
}
