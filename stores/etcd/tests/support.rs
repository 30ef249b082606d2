//! What several of the tests need.

use account_connections::{
    clock::{Clock as _, Ids as _, RandomIds, SystemClock},
    id::{Caller, ConnectionId},
    operation::{Context, CreateEnvironmentAccountConnection},
    testing::store_contract::Outbox,
};
use account_connections_etcd::{Etcd, Waiting};

use crate::server::etcdctl;

/// The management account of all connections.
pub const MANAGEMENT: u64 = 123_456_789_111;

pub fn caller(account: u64) -> Caller {
    Caller::new(format!("{account:012}").parse().unwrap(), "us-east-1".parse().unwrap())
}

pub fn context(caller: Caller) -> Context {
    Context::new(caller, SystemClock.now(), RandomIds.fresh())
}

/// The creation of a connection.
pub fn creation(by: Caller, name: &str) -> CreateEnvironmentAccountConnection {
    let role = format!("arn:aws:iam::{}:role/service", by.account).parse().unwrap();
    CreateEnvironmentAccountConnection::new(name.parse().unwrap(), caller(MANAGEMENT).account, role)
}

/// Creates a connection.
pub async fn create(store: &mut Etcd, by: Caller, name: &str) -> ConnectionId {
    let created = account_connections::run_async(store, creation(by, name), context(by)).await.unwrap();
    created.result.unwrap().summary.id
}

pub fn items<T: Clone>(waiting: &[Waiting<T>]) -> Vec<T> {
    waiting.iter().map(|waiting| waiting.item.clone()).collect()
}

/// All that waits.
pub async fn outbox(store: &Etcd) -> Outbox {
    Outbox {
        events: items(&store.events().read(usize::MAX).await.unwrap()),
        instructions: items(&store.instructions().read(usize::MAX).await.unwrap()),
    }
}

/// The newest revision.
pub fn revision(endpoint: &str) -> String {
    let status = etcdctl(&[endpoint], &["endpoint", "status", "--write-out=json"]).unwrap();
    let status = serde_json::from_str::<serde_json::Value>(&status).unwrap();
    status[0]["Status"]["header"]["revision"].to_string()
}
