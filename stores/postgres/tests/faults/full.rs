//! A disk without room for another page: of the database, that is. Where the log of changes finds no room, the server ends,
//! which is as if it were killed.

use std::{env, fs, io::Write as _, path::PathBuf, process::Command};

use account_connections::{
    HostError,
    testing::{history::Recorder, session::Session},
};
use account_connections_postgres::{ErrorKind, Options};
use tokio::task::block_in_place;

use super::rounds;
use crate::{
    server::{Server, program::is_root},
    support::{judge, within},
};

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk() {
    for round in rounds() {
        let disk = Disk::mount();
        let server = block_in_place(|| Server::start_in(&disk.0));
        let mut store = Options::new().migrate(&server.url()).await.unwrap();
        let (recorder, mut session) = (Recorder::new(), Session::new(round));
        recorder.play_async(0, &mut store, Session::new(round + 1000), 50).await;
        disk.fill();
        let mut refused = 0;
        let fills_up = async {
            while refused < 20 {
                let call = session.next_call();
                match recorder.run_async(1, &mut store, call.clone()).await {
                    Ok(outcome) => session.learn(&call, &outcome.result),
                    Err(HostError::Commit(error)) => {
                        let is_full = matches!(error.kind(), ErrorKind::Full(_));
                        assert!(is_full && !error.fate_unknown() && !error.retryable(), "{error}");
                        refused += 1;
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        };
        within(60, "filling the disk", fills_up).await;
        disk.make_room();
        let before = store.records().await.unwrap().len();
        recorder.play_async(2, &mut store, Session::new(round + 2000), 200).await;
        assert!(store.records().await.unwrap().len() > before);
        judge(recorder.into_history(), &store).await;
    }
}

/// A small disk in memory, mounted where nothing else is.
struct Disk(PathBuf);

impl Disk {
    fn mount() -> Self {
        let path = tempfile::Builder::new().prefix("postgres-disk-").tempdir_in(env::temp_dir()).unwrap().keep();
        let status =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=96m,mode=1777", "none"]).arg(&path).status();
        assert!(status.is_ok_and(|status| status.success()), "a small disk is mounted by root alone");
        Self(path)
    }

    /// Leaves no room.
    fn fill(&self) {
        let file = fs::File::create(self.0.join("ballast")).unwrap();
        let zeros = [0; 1 << 16];
        while (&file).write_all(&zeros).is_ok() {}
        (&file).write_all(&zeros[..4096]).ok();
    }

    fn make_room(&self) {
        fs::remove_file(self.0.join("ballast")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = as_root("umount").arg(&self.0).status();
        let _ = fs::remove_dir(&self.0);
    }
}

fn as_root(program: &str) -> Command {
    let mut command = Command::new(if is_root() { program } else { "sudo" });
    if !is_root() {
        command.args(["-n", program]);
    }
    command
}
