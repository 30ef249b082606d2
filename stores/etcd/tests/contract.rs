//! The contract that every store is held to.

use std::sync::atomic::{AtomicUsize, Ordering};

use account_connections::{
    store::Key,
    testing::store_contract::{AsyncFixture, Outbox, check_async},
};
use account_connections_etcd::Etcd;

use crate::{server::Servers, support::outbox};

/// Its own name space.
pub struct Fresh<'s> {
    servers: &'s Servers,
    name: String,
}

impl AsyncFixture for Fresh<'_> {
    type Handle = Etcd;

    async fn handle(&self) -> Etcd {
        self.servers.open(&self.name).await
    }

    /// As the README says that it is stored.
    async fn plant(&self, key: &Key, record: &str) -> bool {
        let record = if record == r#""indexEntry""# { "" } else { record };
        // A key may have a NUL in it, which no argument can.
        let key = format!("{}:r:{key}", self.name);
        if key.contains('\0') {
            return false;
        }
        self.servers.control(&["put", "--", &key, record]);
        true
    }

    async fn outbox(&self) -> Option<Outbox> {
        Some(outbox(&self.handle().await).await)
    }
}

impl<'s> Fresh<'s> {
    pub fn new(servers: &'s Servers) -> Self {
        static LAST: AtomicUsize = AtomicUsize::new(0);
        Self { servers, name: format!("contract-{}", LAST.fetch_add(1, Ordering::Relaxed)) }
    }
}

async fn keeps_to_the_contract(nodes: usize) {
    let servers = Servers::start(nodes, &[]).await;
    let checked = check_async(async || Fresh::new(&servers)).await;
    println!("{}", checked.unwrap_or_else(|failures| panic!("{failures}")));
}

#[tokio::test]
async fn one_node_keeps_to_the_contract() {
    keeps_to_the_contract(1).await;
}

#[tokio::test]
async fn three_nodes_keep_to_the_contract() {
    keeps_to_the_contract(3).await;
}
