//! What goes wrong with a cluster while eight clients are at work: whatever they were told has a serial order, and the last
//! records and the outbox are what it comes to.
//!
//! `ETCD_ROUNDS` says how often each fault is met, once by default.

mod proxy;

use std::{
    collections::BTreeMap,
    env,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    time::Duration,
};

use account_connections::{
    HostError, invariant,
    testing::{history::Recorder, session::Session},
};
use account_connections_etcd::{Etcd, Options};
use proxy::Proxy;
use tokio::time::sleep;

use crate::{
    server::{Servers, etcdctl},
    support::{outbox, revision},
};

const CLIENTS: u64 = 8;

/// How far the judge searches: a call of unknown fate may have been made at any time later, or never.
const STEPS: u64 = 1_000_000;

/// How long the clients are at work before a fault, and after it.
const BEFORE: Duration = Duration::from_millis(500);
const AFTER: Duration = Duration::from_millis(1000);

#[tokio::test]
async fn a_leader_is_killed_and_started_again() {
    for seed in rounds() {
        let mut servers = Servers::start(3, &[]).await;
        let endpoints = servers.endpoints();
        let leader = servers.leader();
        judged(seed, "leader killed", &endpoints, async || {
            servers.nodes[leader].kill();
            sleep(Duration::from_secs(3)).await;
            servers.nodes[leader].start();
            servers.wait_for(leader).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_leader_stands_still() {
    for seed in rounds() {
        let servers = Servers::start(3, &[]).await;
        let leader = servers.leader();
        judged(seed, "leader stopped", &servers.endpoints(), async || {
            servers.nodes[leader].pause();
            sleep(Duration::from_secs(4)).await;
            servers.nodes[leader].go_on();
            servers.wait_for(leader).await;
        })
        .await;
    }
}

#[tokio::test]
async fn a_leader_is_cut_from_its_peers() {
    for seed in rounds() {
        let servers = Servers::start_in_namespaces().await;
        let leader = servers.leader();
        let network = servers.network.as_ref().unwrap();
        judged(seed, "leader cut off", &servers.endpoints(), async || {
            network.cut(leader);
            sleep(Duration::from_secs(5)).await;
            network.heal(leader);
            servers.wait_for(leader).await;
        })
        .await;
    }
}

#[tokio::test]
async fn connections_break_in_the_middle_of_calls() {
    for seed in rounds() {
        let servers = Servers::start(3, &[]).await;
        let mut proxies = Vec::new();
        for node in &servers.nodes {
            proxies.push(Proxy::start(&node.endpoint).await);
        }
        let endpoints = proxies.iter().map(|proxy| proxy.endpoint.clone()).collect::<Vec<_>>();
        judged(seed, "connections cut", &endpoints, async || {
            proxies.iter().for_each(|proxy| proxy.cut(true));
            sleep(Duration::from_secs(3)).await;
            proxies.iter().for_each(|proxy| proxy.cut(false));
        })
        .await;
    }
}

#[tokio::test]
async fn the_database_is_full() {
    for seed in rounds() {
        let servers = Servers::start(1, &["--quota-backend-bytes", "4000000"]).await;
        let control = |arguments: &[&str]| servers.control(arguments);
        judged(seed, "no space", &servers.endpoints(), async || {
            let filler = "f".repeat(100_000);
            let endpoint = &*servers.nodes[0].endpoint;
            while etcdctl(&[endpoint], &["put", "filler", &filler]).is_ok() {}
            sleep(Duration::from_secs(1)).await;
            control(&["compact", &revision(endpoint)]);
            control(&["defrag"]);
            control(&["alarm", "disarm"]);
        })
        .await;
    }
}

fn rounds() -> impl Iterator<Item = u64> {
    0..env::var("ETCD_ROUNDS").map_or(1, |rounds| rounds.parse().unwrap())
}

/// Lets clients work while a fault comes and goes, and judges what they were told.
async fn judged(seed: u64, fault: &str, endpoints: &[String], meet: impl AsyncFnOnce()) {
    let (recorder, over, counts) = (Recorder::new(), AtomicBool::new(false), Counts::default());
    let client = async |client: u64| {
        let mut endpoints = endpoints.to_vec();
        let place = client as usize % endpoints.len();
        endpoints.rotate_left(place);
        let mut store = open(&endpoints).await;
        let mut session = Session::new(seed * CLIENTS + client);
        while !over.load(Ordering::Relaxed) {
            let call = session.next_call();
            match recorder.run_async(client, &mut store, call.clone()).await {
                Ok(outcome) => {
                    session.learn(&call, &outcome.result);
                    counts.done.fetch_add(1, Ordering::Relaxed);
                }
                Err(HostError::Commit(error)) => {
                    let certain = !error.fate_unknown();
                    let count = if certain { &counts.unwritten } else { &counts.unknown };
                    count.fetch_add(1, Ordering::Relaxed);
                }
                Err(HostError::Contended { .. }) => panic!("a client gave up"),
                Err(HostError::Read(_)) => {
                    counts.unread.fetch_add(1, Ordering::Relaxed);
                }
                Err(HostError::Fault(fault)) => panic!("{fault}"),
            }
            sleep(Duration::from_millis(4)).await;
        }
    };
    let faulty = async {
        sleep(BEFORE).await;
        let before = counts.done.load(Ordering::Relaxed);
        meet().await;
        let during = counts.done.load(Ordering::Relaxed);
        sleep(AFTER).await;
        over.store(true, Ordering::Relaxed);
        assert!(before > 0 && counts.done.load(Ordering::Relaxed) > during, "the clients were not at work: {counts:?}");
    };
    tokio::join!(faulty, async { tokio::join!(client(0), client(1), client(2), client(3)) }, async {
        tokio::join!(client(4), client(5), client(6), client(7))
    },);

    let store = open(endpoints).await;
    let records = store.records().await.unwrap();
    let records = records.iter().map(|entry| (&entry.key, &entry.record)).collect::<BTreeMap<_, _>>();
    println!("{fault}, round {seed}: {counts:?}, {} records", records.len());
    let history = recorder.into_history().ending_with(records.clone()).with_outbox(outbox(&store).await);
    history.check_within(STEPS).unwrap_or_else(|failure| panic!("{fault}, round {seed}: {failure}"));
    assert_eq!(invariant::check(records, Session::LIMITS), []);
}

/// How many calls had which end.
#[derive(Debug, Default)]
struct Counts {
    done: AtomicUsize,
    /// A read failed.
    unread: AtomicUsize,
    /// A commit failed, and surely wrote nothing.
    unwritten: AtomicUsize,
    /// A commit failed, and may have written.
    unknown: AtomicUsize,
}

async fn open(endpoints: &[String]) -> Etcd {
    let options = Options::new().name_space("faults").request_timeout(Duration::from_secs(2));
    options.connect_timeout(Duration::from_millis(500)).connect(endpoints).await.unwrap()
}
