use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

/// A server of a cluster.
pub struct Node {
    pub endpoint: String,
    /// The network namespace that it runs in, if not in the test's.
    pub namespace: Option<String>,
    arguments: Vec<String>,
    log: PathBuf,
    child: Option<Child>,
}

impl Node {
    /// A server that clients and peers reach at these URLs.
    pub fn new(place: usize, directory: &Path, endpoint: String, peer: &str, peers: &str, flags: &[&str]) -> Self {
        let name = format!("n{place}");
        let data = directory.join(&name).display().to_string();
        let own = [
            ["--name", &name],
            ["--data-dir", &data],
            ["--listen-client-urls", &endpoint],
            ["--advertise-client-urls", &endpoint],
            ["--listen-peer-urls", peer],
            ["--initial-advertise-peer-urls", peer],
            ["--initial-cluster", peers],
            ["--initial-cluster-state", "new"],
            ["--logger", "zap"],
        ];
        let arguments = own.as_flattened().iter().chain(flags).map(|text| (*text).to_owned()).collect();
        Self { endpoint, namespace: None, arguments, log: directory.join(format!("{name}.log")), child: None }
    }

    /// Starts it, for the first time or again on what it had.
    pub fn start(&mut self) {
        let mut command = match &self.namespace {
            None => Command::new("etcd"),
            Some(namespace) => {
                let mut command = Command::new("ip");
                command.args(["netns", "exec", namespace, "etcd"]);
                command
            }
        };
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        self.child = Some(command.spawn().expect("etcd runs: `.ci/etcd` installs it"));
    }

    /// Ends it at once, as a loss of its machine would.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Lets it stand still, with all its connections, until it goes on.
    pub fn pause(&self) {
        self.signal(Signal::STOP);
    }

    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().unwrap();
        kill_process(Pid::from_child(child), signal).unwrap();
    }

    /// The end of what it logged.
    pub fn log(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        log.lines().rev().take(5).collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.kill();
    }
}
