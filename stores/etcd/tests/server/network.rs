use std::process::Command;

use rustix::process::geteuid;

/// Network namespaces on one bridge, one for each node; the test itself is on the bridge, too.
///
/// They are the machine's, so their names and addresses are drawn by lot; they go with the test.
pub struct Network {
    /// What the names begin with.
    name: String,
    /// The first three numbers of the addresses.
    subnet: String,
    nodes: usize,
}

impl Network {
    pub fn new(nodes: usize) -> Self {
        assert!(geteuid().is_root(), "network namespaces are needed, and only root can make them");
        // A name of a device has at most 15 bytes.
        let name = format!("ac{:08x}", fastrand::u32(..));
        let subnet = format!("10.{}.{}", fastrand::u8(64..192), fastrand::u8(..));
        let network = Self { name, subnet, nodes };
        let Self { name, subnet, .. } = &network;
        ip(&format!("link add {name}b type bridge"));
        ip(&format!("addr add {subnet}.254/24 dev {name}b"));
        ip(&format!("link set {name}b up"));
        for place in 0..nodes {
            let (namespace, address) = (network.namespace(place), network.address(place));
            ip(&format!("netns add {namespace}"));
            ip(&format!("link add {name}v{place} type veth peer name eth0 netns {namespace}"));
            ip(&format!("link set {name}v{place} master {name}b up"));
            ip(&format!("-n {namespace} addr add {address}/24 dev eth0"));
            ip(&format!("-n {namespace} link set lo up"));
            ip(&format!("-n {namespace} link set eth0 up"));
        }
        network
    }

    pub fn namespace(&self, place: usize) -> String {
        format!("{}n{place}", self.name)
    }

    pub fn addresses(&self) -> impl Iterator<Item = String> {
        (0..self.nodes).map(|place| self.address(place))
    }

    /// Cuts a node from the others: nothing comes from them, and nothing goes to them. The test still reaches it.
    pub fn cut(&self, place: usize) {
        self.routes("add", place);
    }

    pub fn heal(&self, place: usize) {
        self.routes("del", place);
    }

    fn routes(&self, what: &str, place: usize) {
        for other in (0..self.nodes).filter(|other| *other != place) {
            for (from, to) in [(place, other), (other, place)] {
                ip(&format!("-n {} route {what} blackhole {}/32", self.namespace(from), self.address(to)));
            }
        }
    }

    fn address(&self, place: usize) -> String {
        format!("{}.{}", self.subnet, place + 1)
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        for place in 0..self.nodes {
            ip(&format!("link del {}v{place}", self.name));
            ip(&format!("netns del {}", self.namespace(place)));
        }
        ip(&format!("link del {}b", self.name));
    }
}

fn ip(arguments: &str) {
    let output = Command::new("ip").args(arguments.split(' ')).output().expect("ip runs: `.ci/etcd` installs it");
    assert!(output.status.success(), "ip {arguments}: {}", String::from_utf8_lossy(&output.stderr));
}
