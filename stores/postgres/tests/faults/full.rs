//! A disk without room for another page: of the database, that is. Where the log of changes finds no room, the server ends,
//! which is as if it were killed.

use std::{
    env, fs,
    path::PathBuf,
    process::Command,
    time::Duration,
};

use account_connections::{HostError, run_async, testing::session::Session};
use account_connections_postgres::{ErrorKind, Options};
use tokio::{task::block_in_place, time::sleep};

use super::{clients::Clients, rounds};
use crate::{
    server::Server,
    support::{judge, within},
};

/// A small disk in memory, mounted where nothing else is.
struct Disk(PathBuf);

impl Disk {
    fn mount() -> Self {
        let path = tempfile::Builder::new().prefix("postgres-disk-").tempdir_in(env::temp_dir()).unwrap().keep();
        let status = Command::new("mount").args(["-t", "tmpfs", "-o", "size=96m,mode=1777", "none"]).arg(&path).status();
        assert!(status.is_ok_and(|status| status.success()), "a small disk is mounted by root alone");
        Self(path)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}
