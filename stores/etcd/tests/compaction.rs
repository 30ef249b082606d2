//! A cluster that forgets its history while it is being read.

use std::time::Duration;

use account_connections::store::{AsyncStore as _, Key};
use tokio::time::sleep;

use crate::{
    server::{Servers, etcdctl},
    support::{caller, create, revision},
};

/// More than can be asked for at once, by far: all that follows the first question is asked at its revision.
const KEYS: u64 = 30_000;

#[tokio::test]
async fn what_is_compacted_meanwhile_is_read_again() {
    let servers = Servers::start(1, &[]).await;
    let mut store = servers.open("compaction").await;
    create(&mut store, caller(0), "production").await;
    let keys = (0..KEYS).map(|account| format!("usage us-east-1 {account:012}").parse::<Key>().unwrap());
    let keys = keys.collect::<Vec<_>>();
    let endpoint = &*servers.nodes[0].endpoint;

    let mut other = store.clone();
    let compact = async {
        sleep(Duration::from_millis(20)).await;
        create(&mut other, caller(1), "production").await;
        etcdctl(&[endpoint], &["compact", &revision(endpoint)]).unwrap();
    };
    let (found, ()) = tokio::join!(store.load(&keys), compact);
    let found = found.unwrap().into_iter().map(|found| found.is_some()).collect::<Vec<_>>();
    // The second creation, too: the first attempt did not see it.
    assert_eq!(found, [vec![true, true], vec![false; keys.len() - 2]].concat());
}
