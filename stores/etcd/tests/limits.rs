//! What a cluster does not take.

use account_connections::{
    HostError, Request,
    operation::{CreateEnvironment, CreateEnvironmentAccountConnection},
    run_async,
};
use account_connections_etcd::{Error, ErrorKind};

use crate::{
    server::{Servers, etcdctl},
    support::{caller, context, create, creation, outbox},
};

const ACCOUNT: u64 = 123_456_789_222;

/// Why a request cannot be committed, although everything can be read.
async fn refused<R: Request>(servers: &Servers, request: R) -> Error {
    let mut store = servers.open("limits").await;
    let refused = run_async(&mut store, request, context(caller(ACCOUNT))).await;
    let Err(HostError::Commit(error)) = refused else { panic!("it is committed") };
    assert_eq!((store.records().await.unwrap(), outbox(&store).await.events), (vec![], vec![]));
    error
}

fn connection() -> CreateEnvironmentAccountConnection {
    creation(caller(ACCOUNT), "production")
}

/// With the largest spec, which is kept twice: more than etcd's gRPC takes where `--max-request-bytes` is small.
fn environment() -> CreateEnvironment {
    let (name, spec) = ("production".parse().unwrap(), "\u{1}".repeat(51_200).parse().unwrap());
    let mut request = CreateEnvironment::new(name, "fargate".parse().unwrap(), "1".parse().unwrap(), spec);
    request.proton_service_role_arn = Some(format!("arn:aws:iam::{ACCOUNT:012}:role/own").parse().unwrap());
    request
}

#[tokio::test]
async fn a_limit_is_named_with_its_flag() {
    let servers = Servers::start(1, &["--max-txn-ops", "4"]).await;
    let error = refused(&servers, connection()).await;
    assert!(matches!(error.kind(), ErrorKind::TooManyOperations) && !error.fate_unknown(), "{error}");
    assert!(error.to_string().ends_with("start etcd with a higher `--max-txn-ops`"), "{error}");
    let servers = Servers::start(1, &["--max-request-bytes", "1000"]).await;
    for error in [refused(&servers, connection()).await, refused(&servers, environment()).await] {
        assert!(matches!(error.kind(), ErrorKind::TooLarge) && !error.fate_unknown(), "{error}");
        assert!(error.to_string().ends_with("start etcd with a higher `--max-request-bytes`"), "{error}");
    }
}

#[tokio::test]
async fn a_full_database_can_be_read_and_deleted_from() {
    let servers = Servers::start(1, &["--quota-backend-bytes", "4000000"]).await;
    let mut other = servers.open("other").await;
    create(&mut other, caller(ACCOUNT), "production").await;
    servers.open("limits").await;
    let filler = "f".repeat(100_000);
    while etcdctl(&[&servers.nodes[0].endpoint], &["put", "filler", &filler]).is_ok() {}
    let error = refused(&servers, connection()).await;
    assert!(matches!(error.kind(), ErrorKind::NoSpace) && error.fate_unknown(), "{error}");
    // What makes room is let through.
    assert_eq!(other.events().keep_newest(0).await.unwrap(), 1);
    other.clear().await.unwrap();
    assert_eq!(other.records().await.unwrap(), []);
}
