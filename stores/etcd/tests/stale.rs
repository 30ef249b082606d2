//! A node that is cut from the others answers from what it has wherever nothing makes it ask them.
//!
//! No random history finds this: what it would let through is a refusal that was right a moment before.

use std::{
    io::Write as _,
    process::{Command, Stdio},
    time::Duration,
};

use account_connections::{
    Step,
    id::ConnectionId,
    operation::{
        AcceptEnvironmentAccountConnection, CreateEnvironment, RejectEnvironmentAccountConnection,
        UpdateEnvironmentAccountConnection,
    },
    run_async,
    store::{AsyncStore as _, Batch, Commit, Expected},
};
use account_connections_etcd::{Etcd, Options};

use tokio::time::timeout;

use crate::{
    server::{PATIENCE, Servers},
    support::{MANAGEMENT, caller, context, create},
};

const ENVIRONMENT: u64 = 123_456_789_222;
const NAME_SPACE: &str = "stale";
/// Of the environment.
const NAME: &str = "production";

#[tokio::test]
async fn a_leader_that_is_cut_off_lets_no_stale_batch_through() {
    let servers = Servers::start_in_namespaces().await;
    let id = in_use(&mut servers.open(NAME_SPACE).await).await;

    let leader = servers.leader();
    let endpoint = &servers.nodes[leader].endpoint;
    let majority = servers.endpoints().into_iter().filter(|other| other != endpoint).collect::<Vec<_>>();
    let open = async |endpoints: &[String]| {
        let options = Options::new().name_space(NAME_SPACE).request_timeout(Duration::from_secs(3));
        options.connect(endpoints).await.unwrap()
    };
    let mut alone = open(std::slice::from_ref(endpoint)).await;
    let mut leader_first = open(&[std::slice::from_ref(endpoint), &majority].concat()).await;
    let mut others = open(&majority).await;
    let refusal = refused_while_in_use(&mut alone, id).await;

    servers.network.as_ref().unwrap().cut(leader);
    let mut update = UpdateEnvironmentAccountConnection::new(id);
    update.role_arn = Some(format!("arn:aws:iam::{ENVIRONMENT:012}:role/other").parse().unwrap());
    // The others elect a leader first.
    let updated = timeout(PATIENCE, async {
        while run_async(&mut others, update.clone(), context(caller(ENVIRONMENT))).await.is_err() {}
    });
    updated.await.unwrap();

    // What a store would do that left out the read.
    let compares = compares(&refusal);
    assert_eq!(
        transaction(&[&**endpoint], &compares),
        "SUCCESS",
        "etcd is better than it was: this test proves nothing"
    );
    assert_eq!(transaction(&majority.iter().map(|other| &**other).collect::<Vec<_>>(), &compares), "FAILURE");

    let asked = alone.commit(&refusal).await;
    assert!(asked.as_ref().is_err_and(|error| error.fate_unknown()), "the node answered by itself: {asked:?}");
    assert!(alone.load(&[refusal.expectations()[0].key.clone()]).await.is_err_and(|error| error.retryable()));
    // With somebody else to ask, a read is answered, with what is there now; then the others are asked first.
    let keys = refusal.expectations().iter().map(|expectation| expectation.key.clone()).collect::<Vec<_>>();
    let found = leader_first.load(&keys).await.unwrap();
    let holds = refusal.expectations().iter().zip(&found);
    assert!(!holds.fold(true, |all, (it, found)| all && it.expected.holds(found.as_ref().map(|found| found.version))));
    assert_eq!(leader_first.commit(&refusal).await.unwrap(), Commit::Conflict);
}

/// A connection to which an environment is attached.
async fn in_use(store: &mut Etcd) -> ConnectionId {
    let id = create(store, caller(ENVIRONMENT), NAME).await;
    let accept = AcceptEnvironmentAccountConnection::from(id);
    run_async(store, accept, context(caller(MANAGEMENT))).await.unwrap().result.unwrap();
    let spec = "proton: EnvironmentSpec".parse().unwrap();
    let mut request =
        CreateEnvironment::new(NAME.parse().unwrap(), "fargate".parse().unwrap(), "1".parse().unwrap(), spec);
    request.environment_account_connection_id = Some(id);
    run_async(store, request, context(caller(MANAGEMENT))).await.unwrap().result.unwrap();
    id
}

/// A rejection while an environment is attached: the batch of a refusal, which writes nothing and expects both records.
async fn refused_while_in_use(store: &mut Etcd, connection: ConnectionId) -> Batch {
    let reject = RejectEnvironmentAccountConnection::from(connection);
    let mut step = Step::begin(reject, context(caller(MANAGEMENT)));
    loop {
        step = match step {
            Step::Load(load) => {
                let found = store.load(load.keys()).await.unwrap();
                load.resume(found)
            }
            Step::Commit(commit) => {
                assert!(commit.batch().writes().is_empty() && commit.batch().expectations().len() > 1);
                return commit.batch().clone();
            }
            other => panic!("{other:?}"),
        }
    }
}

/// The expectations of a batch, as `etcdctl txn` reads them.
fn compares(batch: &Batch) -> String {
    let compare = |(key, expected)| match expected {
        Expected::At(version) => format!("mod(\"{NAME_SPACE}:r:{key}\") = \"{version}\"\n"),
        Expected::Absent => format!("mod(\"{NAME_SPACE}:r:{key}\") = \"0\"\n"),
    };
    batch.expectations().iter().map(|it| compare((it.key.clone(), it.expected))).collect()
}

/// How a transaction of comparisons alone ends.
fn transaction(endpoints: &[&str], compares: &str) -> String {
    let mut command = Command::new("etcdctl");
    command.env("ETCDCTL_API", "3").args(["--command-timeout=10s", "--endpoints", &endpoints.join(","), "txn"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    write!(child.stdin.take().unwrap(), "{compares}\n\n\n").unwrap();
    let output = child.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
