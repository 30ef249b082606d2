//! Many at once on one account: each has its turn, and leaves no lock behind.

use std::time::{Duration, Instant};

use account_connections::{
    Step, run_async,
    store::{AsyncStore as _, Commit},
};
use account_connections_postgres::Postgres;
use tokio::time::sleep;

use crate::{
    calls::{begin, call, context, create, environment, management, own_environment, request},
    support::{fresh, fresh_with, locks, one_waits, options, server, within},
};

const TASKS: usize = 64;
const CALLS: usize = 8;

#[tokio::test(flavor = "multi_thread")]
async fn none_of_64_on_one_account_gives_up() {
    let (store, begin) = (fresh().await, Instant::now());
    let tasks = (0..TASKS).map(|task| {
        let mut store = store.clone();
        tokio::spawn(async move {
            let mut attempts = Vec::new();
            for call in 0..CALLS {
                let request = request(&format!("env-{task}-{call}"));
                let outcome = run_async(&mut store, request, context(environment())).await.unwrap();
                outcome.result.unwrap();
                attempts.push(outcome.attempts);
            }
            attempts
        })
    });
    let mut attempts = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        attempts.extend(task.await.unwrap());
    }
    attempts.sort_unstable();
    let (rate, most) = (attempts.len() as f64 / begin.elapsed().as_secs_f64(), attempts.last().unwrap());
    println!(
        "{TASKS} tasks on one account: {rate:.0} a second, {} attempts, at most {most}",
        attempts[attempts.len() / 2]
    );
    // Each has the lock of the account's usage before it reads; unless it has taken longer to decide than locks are held.
    assert!(attempts[attempts.len() / 2] == 1 && *most <= 4, "{attempts:?}");
}

/// Takes the lock of a schema's key, as the store numbers it.
const LOCK: &str = "SELECT pg_advisory_lock(('x' || left(encode(sha256(convert_to($1, 'UTF8') || '\\x00' || \
                    convert_to($2, 'UTF8')), 'hex'), 16))::bit(64)::bigint)";

/// Of a process, so many wait for one account that connections are left for the others.
#[tokio::test]
async fn a_hot_account_leaves_connections_to_others() {
    let mut store = fresh_with(options().connections(3)).await;
    let (client, usage) = (server().connect().await, "usage us-east-1 123456789222");
    client.query(LOCK, &[&store.schema(), &usage]).await.unwrap();
    let waiting = (0..8).map(|number| {
        let mut store = store.clone();
        tokio::spawn(async move { create(&mut store, &format!("env-{number}")).await })
    });
    let waiting = waiting.collect::<Vec<_>>();
    one_waits(&store).await;
    within(3, "another account", call(&mut store, management(), own_environment("own"))).await;
    client.batch_execute("SELECT pg_advisory_unlock_all()").await.unwrap();
    for waiting in waiting {
        within(5, "a turn", waiting).await.unwrap();
    }
}

/// A handle that lost a race, and has the locks for its next try.
async fn holding() -> Postgres {
    let mut store = fresh().await;
    let lost = begin(&mut store, environment(), request("lost")).await;
    create(&mut store.clone(), "won").await;
    assert_eq!(store.commit(lost.batch()).await.unwrap(), Commit::Conflict);
    assert_eq!(locks(&store).await, 0);
    let Step::Load(load) = lost.resume(Commit::Conflict) else { panic!("the next try loads") };
    let found = store.load(load.keys()).await.unwrap();
    // It would commit without a further race.
    drop(load.resume(found));
    store
}

/// They are given up with the handle, or when nothing comes after it, or when a call is dropped half-way.
#[tokio::test]
async fn no_lock_outlives_its_call() {
    let are_gone = async |store: &Postgres, what: &str| {
        let gone = async {
            while locks(store).await > 0 {
                sleep(Duration::from_millis(2)).await;
            }
        };
        within(2, what, gone).await;
    };

    let store = holding().await;
    are_gone(&store, "a handle that does nothing").await;

    let store = holding().await;
    let other = store.clone();
    drop(store);
    are_gone(&other, "a handle that was dropped").await;

    // Half-way in a commit, which waits for another one's lock.
    let mut store = fresh().await;
    let call = begin(&mut store, environment(), request("waits")).await;
    let (client, key) = (server().connect().await, call.batch().writes()[0].key.to_string());
    client.query(LOCK, &[&store.schema(), &key]).await.unwrap();
    let waiting = tokio::spawn({
        let (mut store, batch) = (store.clone(), call.batch().clone());
        async move { store.commit(&batch).await }
    });
    one_waits(&store).await;
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    client.batch_execute("SELECT pg_advisory_unlock_all()").await.unwrap();
    are_gone(&store, "a call that was dropped").await;
    // Dropped, it has changed nothing, or all.
    let written = store.load(&[call.batch().writes()[0].key.clone()]).await.unwrap();
    let all = store.records().await.unwrap().len();
    assert!(if written[0].is_some() { all >= 6 } else { all == 0 }, "{all} records");
}
