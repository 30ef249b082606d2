//! What a cluster does not take.

use account_connections::{HostError, run_async};
use account_connections_etcd::{Error, ErrorKind};

use crate::{
    server::{Servers, etcdctl},
    support::{caller, context, create, creation, outbox},
};

/// Why a connection cannot be created, although everything can be read.
async fn refused(servers: &Servers) -> Error {
    let mut store = servers.open("limits").await;
    let environment = caller(123_456_789_222);
    let created = run_async(&mut store, creation(environment, "production"), context(environment)).await;
    let Err(HostError::Commit(error)) = created else { panic!("{created:?}") };
    assert_eq!((store.records().await.unwrap(), outbox(&store).await.events), (vec![], vec![]));
    error
}

#[tokio::test]
#[ignore = "needs etcd: .ci/etcd runs it"]
async fn a_limit_is_named_with_its_flag() {
    let error = refused(&Servers::start(1, &["--max-txn-ops", "4"]).await).await;
    assert!(matches!(error.kind(), ErrorKind::TooManyOperations) && !error.fate_unknown(), "{error}");
    assert!(error.to_string().ends_with("start etcd with a higher `--max-txn-ops`"), "{error}");
    let error = refused(&Servers::start(1, &["--max-request-bytes", "1000"]).await).await;
    assert!(matches!(error.kind(), ErrorKind::TooLarge) && !error.fate_unknown(), "{error}");
    assert!(error.to_string().ends_with("start etcd with a higher `--max-request-bytes`"), "{error}");
}

#[tokio::test]
#[ignore = "needs etcd: .ci/etcd runs it"]
async fn a_full_database_can_be_read_and_deleted_from() {
    let servers = Servers::start(1, &["--quota-backend-bytes", "4000000"]).await;
    let mut other = servers.open("other").await;
    create(&mut other, caller(123_456_789_222), "production").await;
    servers.open("limits").await;
    let filler = "f".repeat(100_000);
    while etcdctl(&[&servers.nodes[0].endpoint], &["put", "filler", &filler]).is_ok() {}
    let error = refused(&servers).await;
    assert!(matches!(error.kind(), ErrorKind::NoSpace) && error.fate_unknown(), "{error}");
    // What makes room is let through.
    assert_eq!(other.events().keep_newest(0).await.unwrap(), 1);
    other.clear().await.unwrap();
    assert_eq!(other.records().await.unwrap(), []);
}
