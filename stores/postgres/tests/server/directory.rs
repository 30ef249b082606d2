use std::{
    env,
    ops::Deref,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

use super::program::{NOBODY, is_root, program, run};

/// A server's directory. It goes with this, or when the process ends, however it does; so does the server.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    /// Waits for the end of its input, of which we have the other end.
    guard: Child,
}

/// Ends what runs in the directory, waits for its end, and removes the directory.
const CLEAN_UP: &str = r#"
    read -r _
    if read -r server 2>/dev/null <"$1/data/postmaster.pid"; then
        kill -QUIT "$server"
        for _ in $(seq 100); do kill -0 "$server" || break; sleep 0.05; done
    fi 2>/dev/null
    rm -rf "$1""#;

impl Directory {
    /// A directory that a server may use.
    pub fn new(parent: &Path) -> Self {
        // Its mode is 0700, as a server wants it.
        let path = tempfile::Builder::new().prefix("postgres-").tempdir_in(parent).unwrap().keep();
        if is_root() {
            std::os::unix::fs::chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let guard = Command::new("sh").args(["-c", CLEAN_UP, "sh"]).arg(&path).stdin(Stdio::piped()).spawn().unwrap();
        Self { path, guard }
    }
}

impl Deref for Directory {
    type Target = Path;

    fn deref(&self) -> &Path {
        &self.path
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// An empty database, made once for all servers of the process.
pub fn template() -> &'static Path {
    static TEMPLATE: OnceLock<Directory> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let directory = Directory::new(&env::temp_dir());
        let mut make = program("initdb", &directory);
        make.args(["-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8", "-D"]);
        run(make.arg(directory.join("data")));
        directory
    })
}
