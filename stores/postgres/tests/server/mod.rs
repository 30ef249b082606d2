//! Servers of PostgreSQL on free ports of this machine, each in its own directory: for tests and benchmarks.

mod directory;
pub mod program;

use std::{
    env, fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use account_connections_postgres::tokio_postgres::{self, NoTls};
use directory::{Directory, template};
use program::{program, run};
use rustix::process::{Pid, Signal, kill_process};

/// A server. It ends at once when this is dropped, or when this process ends, and its directory goes.
#[derive(Debug)]
pub struct Server {
    directory: Directory,
    /// Where its log of changes is, if it is elsewhere.
    changes: Option<Directory>,
    port: u16,
    settings: Vec<String>,
    process: Option<Child>,
}

/// How long a server may take to start, or to end.
const PATIENCE: Duration = Duration::from_secs(60);

impl Server {
    /// A new one, with further settings such as `fsync=off`.
    pub fn start(settings: &[&str]) -> Self {
        Self::start_with(settings, |_| ())
    }

    /// The same with what is put into the directory of its database before.
    pub fn start_with(settings: &[&str], put: impl FnOnce(&Path)) -> Self {
        let server = Self::made(&env::temp_dir(), settings);
        put(&server.data());
        server.directory.hand_over();
        server.started()
    }

    /// A new one whose tables are below this directory, and its log of changes elsewhere.
    pub fn start_in(parent: &Path) -> Self {
        let (changes, mut server) = (Directory::new(&env::temp_dir()), Self::made(parent, &[]));
        let (here, there) = (server.data().join("pg_wal"), changes.join("pg_wal"));
        run(program("mv", &server.directory).args([&here, &there]));
        run(program("ln", &server.directory).arg("-s").args([&there, &here]));
        server.changes = Some(changes);
        server.started()
    }

    /// A standby of this one, of the name `standby`.
    pub fn standby(&self) -> Self {
        let standby = Self::new(&env::temp_dir(), &[]);
        let primary = format!("host=127.0.0.1 port={} user=postgres application_name=standby", self.port);
        let mut copy = program("pg_basebackup", &standby.directory);
        run(copy.args(["-d", &primary, "-R", "-X", "stream", "-c", "fast", "--no-sync", "-D"]).arg(standby.data()));
        standby.started()
    }

    /// Has a standby take over.
    pub fn promote(&self) {
        run(program("pg_ctl", &self.directory).args(["promote", "-w", "-D"]).arg(self.data()));
    }

    /// Where clients connect, as the superuser.
    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The directory of its database.
    pub fn data(&self) -> PathBuf {
        self.directory.join("data")
    }

    /// What it has said since it was started.
    pub fn log(&self) -> String {
        fs::read_to_string(self.directory.join("log")).unwrap_or_default()
    }

    /// Ends the server's first process, as the kernel does where the memory is short, and waits for the others, which end by
    /// themselves. Until then they answer.
    pub fn kill(&mut self) {
        let process = self.process.take().expect("a server that runs");
        let others = children(process.id());
        end(process, &others);
    }

    /// Ends all of its processes at once, as a machine does that fails. Of one whose first process alone ends, those that wait
    /// for a standby wait no longer, and what they have committed is seen until all have ended, and then lost.
    pub fn fail(&mut self) {
        let process = self.process.take().expect("a server that runs");
        // It starts no others from here on.
        kill_process(Pid::from_child(&process), Signal::STOP).unwrap();
        let others = children(process.id());
        for signal in [Signal::STOP, Signal::KILL] {
            for other in &others {
                let number = other.file_name().and_then(|name| name.to_str()?.parse().ok()).and_then(Pid::from_raw);
                let _ = kill_process(number.unwrap(), signal);
            }
        }
        end(process, &others);
    }

    /// Starts it after that, at the same port.
    pub fn start_again(&mut self) {
        let begin = Instant::now();
        // The processes of the one before hold on to its memory for a moment, and the next one cannot start.
        while !self.comes_up() {
            assert!(begin.elapsed() < PATIENCE, "the server does not start: {}", self.log());
            sleep(Duration::from_millis(100));
        }
    }

    /// A connection without a store.
    pub async fn connect(&self) -> tokio_postgres::Client {
        let (client, connection) = tokio_postgres::connect(&self.url(), NoTls).await.unwrap();
        tokio::spawn(async move { connection.await.ok() });
        client
    }

    fn made(parent: &Path, settings: &[&str]) -> Self {
        let server = Self::new(parent, settings);
        run(program("cp", &server.directory).arg("-a").arg(template().join("data")).arg(server.data()));
        server
    }

    fn new(parent: &Path, settings: &[&str]) -> Self {
        // Free by now; where somebody takes it meanwhile, the server does not start.
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let settings = settings.iter().map(ToString::to_string).collect();
        Self { directory: Directory::new(parent), changes: None, port, settings, process: None }
    }

    fn started(mut self) -> Self {
        self.start_again();
        self
    }

    /// Starts it once: whether it takes connections by now, or has ended.
    fn comes_up(&mut self) -> bool {
        let log = fs::File::create(self.directory.join("log")).unwrap();
        let mut server = program("postgres", &self.directory);
        server.arg("-D").arg(self.data());
        let port = format!("port={}", self.port);
        // The last is for a start after a kill: it does not synchronize each file by itself.
        let always =
            ["listen_addresses=127.0.0.1", &port, "unix_socket_directories=", "recovery_init_sync_method=syncfs"];
        for setting in always.into_iter().chain(self.settings.iter().map(String::as_str)) {
            server.args(["-c", setting]);
        }
        server.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        let (mut process, begin) = (server.spawn().unwrap(), Instant::now());
        let mut ready = program("pg_isready", &self.directory);
        ready.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        while !ready.status().unwrap().success() {
            if process.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(begin.elapsed() < PATIENCE, "the server is not ready: {}", self.log());
            sleep(Duration::from_millis(20));
        }
        self.process = Some(process);
        true
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(mut process) = self.process.take() else { return };
        // At once, and what it had of the system's memory is given back.
        let _ = kill_process(Pid::from_child(&process), Signal::QUIT);
        let begin = Instant::now();
        while process.try_wait().is_ok_and(|ended| ended.is_none()) {
            if begin.elapsed() > PATIENCE {
                let _ = process.kill();
            }
            sleep(Duration::from_millis(5));
        }
    }
}

/// Ends a server's first process, and waits for the others.
fn end(mut process: Child, others: &[PathBuf]) {
    let begin = Instant::now();
    process.kill().unwrap();
    process.wait().unwrap();
    while others.iter().any(|other| other.exists()) {
        assert!(begin.elapsed() < PATIENCE, "the server's processes do not end");
        sleep(Duration::from_millis(5));
    }
}

/// The processes that this one has started, as the system shows them.
fn children(of: u32) -> Vec<PathBuf> {
    let processes = fs::read_dir("/proc").unwrap().flatten().map(|process| process.path());
    let is_child = |process: &PathBuf| {
        let status = fs::read_to_string(process.join("status")).unwrap_or_default();
        status.lines().any(|line| line.strip_prefix("PPid:").is_some_and(|parent| parent.trim() == of.to_string()))
    };
    processes.filter(is_child).collect()
}
