//! Events and instructions: in order, claimed by one worker at a time, gone when they are acknowledged.

use std::{collections::BTreeSet, time::Duration};

use account_connections::{run_async, testing::session::Session};
use account_connections_etcd::{Etcd, Waiting};
use tokio::time::{Instant, sleep};

use crate::server::Servers;

/// Makes calls, whatever they are answered with.
async fn play(store: &mut Etcd, calls: usize) {
    let mut session = Session::new(1);
    for _ in 0..calls {
        let call = session.next_call();
        let outcome = run_async(store, call.operation.clone(), call.context).await.unwrap();
        session.learn(&call, &outcome.result);
    }
}

fn revisions<T>(waiting: &[Waiting<T>]) -> Vec<u64> {
    waiting.iter().map(|waiting| waiting.revision).collect()
}

#[tokio::test]
#[ignore = "needs etcd: .ci/etcd runs it"]
async fn it_is_read_from_either_end_and_forgotten_in_parts() {
    let servers = Servers::start(1, &[]).await;
    let mut store = servers.open("outbox").await;
    play(&mut store, 250).await;
    let all = store.events().read(usize::MAX).await.unwrap();
    assert!(revisions(&all).is_sorted() && all.len() > 50);
    let commits = revisions(&all).into_iter().collect::<BTreeSet<_>>();
    assert!(commits.len() < all.len(), "no commit has two events: that the limit may come between them is not tried");
    for limit in 0..=all.len() + 1 {
        let (some, rest) = (limit.min(all.len()), all.len().saturating_sub(limit));
        assert_eq!(store.events().read(limit).await.unwrap(), all[..some]);
        assert_eq!(store.events().read_newest(limit).await.unwrap(), all[rest..]);
    }

    assert!(store.events().acknowledge(&all[1]).await.unwrap());
    assert!(!store.events().acknowledge(&all[1]).await.unwrap());
    assert_eq!(store.events().acknowledge_all(&all[..5]).await.unwrap(), 4);
    assert_eq!(store.events().read(1).await.unwrap(), all[5..6]);
    assert_eq!(store.events().keep_newest(7).await.unwrap(), all.len() - 12);
    assert_eq!(store.events().read(usize::MAX).await.unwrap(), all[all.len() - 7..]);
    assert_eq!(store.events().keep_newest(7).await.unwrap(), 0);
    assert_eq!(store.events().keep_newest(0).await.unwrap(), 7);
    assert_eq!(store.events().read(usize::MAX).await.unwrap(), []);
    assert!(!store.instructions().read(usize::MAX).await.unwrap().is_empty());
}

#[tokio::test]
#[ignore = "needs etcd: .ci/etcd runs it"]
async fn an_entry_is_one_workers_until_its_claim_ends() {
    const TIME: Duration = Duration::from_secs(3);
    let servers = Servers::start(1, &[]).await;
    let mut store = servers.open("claims").await;
    play(&mut store, 120).await;
    let all = store.instructions().read(usize::MAX).await.unwrap();
    assert!(all.len() > 10);

    // Workers side by side get each entry once.
    let work = async || {
        let (instructions, mut got) = (store.instructions(), Vec::new());
        loop {
            match instructions.claim(2, TIME).await.unwrap() {
                some if some.is_empty() => return got,
                some => got.extend(some),
            }
        }
    };
    let begun = Instant::now();
    let (one, other, third) = tokio::join!(work(), work(), work());
    assert!(begun.elapsed() < TIME, "the claims ended before all was claimed");
    let mut got = [one, other, third].concat();
    got.sort_by_key(|waiting| revisions(std::slice::from_ref(waiting)));
    assert_eq!(revisions(&got), revisions(&all));

    // A worker that is done acknowledges; what one that died had claimed comes back, in order.
    let (done, died) = got.split_at(3);
    assert_eq!(store.instructions().acknowledge_all(done).await.unwrap(), 3);
    assert_eq!(store.instructions().claim(1, TIME).await.unwrap(), []);
    let again = loop {
        let again = store.instructions().claim(2, TIME).await.unwrap();
        if !again.is_empty() {
            break again;
        }
        assert!(begun.elapsed() < 10 * TIME, "the claims do not end");
        sleep(Duration::from_millis(100)).await;
    };
    assert_eq!(again[0], died[0]);
    // Whoever carried it out acknowledges it, whoever has claimed it by now.
    assert!(store.instructions().acknowledge(&died[0]).await.unwrap());
    assert!(!store.instructions().acknowledge(&again[0]).await.unwrap());
}
