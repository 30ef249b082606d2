//! Clusters of etcd, each in its own directory and on its own loopback ports; they end with their test.

mod network;
mod node;

use std::{
    net::TcpListener,
    process::Command,
    time::{Duration, Instant},
};

use account_connections_etcd::{Etcd, Options};
pub use network::Network;
use node::Node;
use serde_json::Value;
use tempfile::TempDir;

/// For what a cluster needs to be ready, or to have a leader.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A cluster.
pub struct Servers {
    pub nodes: Vec<Node>,
    // After the nodes: they have ended when it is removed.
    _directory: TempDir,
    pub network: Option<Network>,
    /// How it is connected to.
    pub options: Options,
}

impl Servers {
    /// One node, or several, with these flags besides.
    pub async fn start(count: usize, flags: &[&str]) -> Self {
        Self::start_as(count, "http", flags, Options::new()).await
    }

    /// The same, which is connected to by this scheme and with these options.
    pub async fn start_as(count: usize, scheme: &str, flags: &[&str], options: Options) -> Self {
        let urls = |_| [format!("{scheme}://127.0.0.1:{}", free_port()), format!("http://127.0.0.1:{}", free_port())];
        Self::start_at((0..count).map(urls).collect(), flags, None, options).await
    }

    /// Three nodes in a network namespace each: `Network::cut` cuts one from the others.
    pub async fn start_in_namespaces() -> Self {
        let network = Network::new(3);
        let urls = network.addresses().map(|address| [2379, 2380].map(|port| format!("http://{address}:{port}")));
        Self::start_at(urls.collect(), &[], Some(network), Options::new()).await
    }

    /// At these URLs, for clients and for peers.
    async fn start_at(urls: Vec<[String; 2]>, flags: &[&str], network: Option<Network>, options: Options) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let peers = urls.iter().enumerate().map(|(place, [_, peer])| format!("n{place}={peer}"));
        let peers = peers.collect::<Vec<_>>().join(",");
        let node = |(place, [endpoint, peer]): (usize, [String; 2])| {
            let mut node = Node::new(place, directory.path(), endpoint, &peer, &peers, flags);
            node.namespace = network.as_ref().map(|network| network.namespace(place));
            node.start();
            node
        };
        let nodes = urls.into_iter().enumerate().map(node).collect();
        let servers = Self { nodes, _directory: directory, network, options };
        for place in 0..servers.nodes.len() {
            servers.wait_for(place).await;
        }
        servers
    }

    /// Until a node serves.
    pub async fn wait_for(&self, place: usize) {
        let node = &self.nodes[place];
        let begun = Instant::now();
        loop {
            let options = self.options.clone().name_space("is-it-up").request_timeout(Duration::from_millis(500));
            match options.connect([&node.endpoint]).await {
                Ok(_) => return,
                Err(error) if begun.elapsed() > PATIENCE => panic!("{error}; its log ends:\n{}", node.log()),
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            }
        }
    }

    pub fn endpoints(&self) -> Vec<String> {
        self.nodes.iter().map(|node| node.endpoint.clone()).collect()
    }

    /// A handle on a name space, by the endpoints in their order.
    pub async fn open(&self, name_space: &str) -> Etcd {
        self.options.clone().name_space(name_space).connect(self.endpoints()).await.unwrap()
    }

    /// Which node leads.
    pub fn leader(&self) -> usize {
        let begun = Instant::now();
        loop {
            for (place, node) in self.nodes.iter().enumerate() {
                let Ok(text) = etcdctl(&[&node.endpoint], &["endpoint", "status", "--write-out=json"]) else {
                    continue;
                };
                let status = serde_json::from_str::<Value>(&text).unwrap();
                let status = &status[0]["Status"];
                if status["leader"].is_u64() && status["leader"] == status["header"]["member_id"] {
                    return place;
                }
            }
            assert!(begun.elapsed() < PATIENCE, "no node leads");
        }
    }

    /// What `etcdctl` says.
    pub fn control(&self, arguments: &[&str]) -> String {
        let endpoints = self.endpoints();
        let endpoints = endpoints.iter().map(|endpoint| &**endpoint).collect::<Vec<_>>();
        etcdctl(&endpoints, arguments).unwrap_or_else(|trouble| panic!("etcdctl {arguments:?}: {trouble}"))
    }
}

/// What `etcdctl` says, or why it failed.
pub fn etcdctl(endpoints: &[&str], arguments: &[&str]) -> Result<String, String> {
    let mut command = Command::new("etcdctl");
    command.env("ETCDCTL_API", "3").args(["--command-timeout=2s", "--endpoints", &endpoints.join(",")]);
    let output = command.args(arguments).output().expect("etcdctl runs: `.ci/etcd` installs it");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// One that nobody listens at just now.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}
