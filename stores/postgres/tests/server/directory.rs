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
        let path = tempfile::Builder::new().prefix("postgres-").tempdir_in(parent).unwrap().keep();
        let guard = Command::new("sh").args(["-c", CLEAN_UP, "sh"]).arg(&path).stdin(Stdio::piped()).spawn().unwrap();
        let directory = Self { path, guard };
        directory.hand_over();
        directory
    }

    /// Makes all that is in it the server's, and nobody else's to read.
    pub fn hand_over(&self) {
        if is_root() {
            run(Command::new("chown").arg("-R").arg(format!("{NOBODY}:{NOBODY}")).arg(&self.path));
        }
        run(Command::new("chmod").args(["-R", "go="]).arg(&self.path));
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
