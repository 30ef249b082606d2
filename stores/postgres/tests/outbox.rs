//! The outboxes: in order, at least once, and several workers at one.

use std::{collections::BTreeSet, time::Duration};

use account_connections::{event::Event, instruction::Instruction, run_async, testing::session::Session};
use account_connections_postgres::{Place, Postgres, Waiting};
use tokio::time::sleep;

use crate::{
    calls::create,
    support::{fresh, outbox},
};

const ANY: Place = Place { transaction: u64::MAX, sequence: u64::MAX };

/// So many calls of a session: what came out of them, in order.
async fn play(store: &mut Postgres, session: &mut Session, calls: usize) -> (Vec<Event>, Vec<Instruction>) {
    let (mut events, mut instructions) = (Vec::new(), Vec::new());
    for _ in 0..calls {
        let call = session.next_call();
        let outcome = run_async(&mut *store, call.operation.clone(), call.context).await.unwrap();
        session.learn(&call, &outcome.result);
        events.extend(outcome.events);
        instructions.extend(outcome.instructions);
    }
    (events, instructions)
}

fn items<T: Clone>(waiting: &[Waiting<T>]) -> Vec<T> {
    waiting.iter().map(|waiting| waiting.item.clone()).collect()
}

#[tokio::test]
#[ignore = "needs PostgreSQL: .ci/postgres runs it"]
async fn in_order_and_until_acknowledged() {
    let mut store = fresh().await;
    let (events, instructions) = play(&mut store, &mut Session::new(21), 400).await;
    assert!(events.len() > 30 && instructions.len() > 10);
    let outbox = store.events();
    let all = outbox.read(usize::MAX).await.unwrap();
    assert_eq!(items(&all), events);
    assert!(all.is_sorted_by(|one, other| one.place < other.place));
    assert_eq!(outbox.read(7).await.unwrap(), all[..7]);
    assert_eq!(outbox.read_after(all[9].place, 5).await.unwrap(), all[10..15]);
    assert_eq!(outbox.read_newest(5).await.unwrap(), all[all.len() - 5..]);
    assert_eq!(outbox.read(0).await.unwrap(), []);
    assert_eq!(outbox.read_after(ANY, 5).await.unwrap(), []);

    // Up to one, and one twice.
    assert_eq!(outbox.acknowledge_up_to(all[4].place).await.unwrap(), 5);
    assert_eq!(outbox.acknowledge_up_to(all[4].place).await.unwrap(), 0);
    assert!(outbox.acknowledge(all[6].place).await.unwrap());
    assert!(!outbox.acknowledge(all[6].place).await.unwrap());
    assert!(!outbox.acknowledge(ANY).await.unwrap());
    let left = [&all[5..6], &all[7..]].concat();
    assert_eq!(outbox.read(usize::MAX).await.unwrap(), left);
    // What is gone is still a place.
    assert_eq!(outbox.read_after(all[6].place, 1).await.unwrap(), all[7..8]);

    // The newest.
    assert_eq!(outbox.keep_newest(left.len()).await.unwrap(), 0);
    assert_eq!(outbox.keep_newest(10).await.unwrap(), left.len() - 10);
    assert_eq!(outbox.read(usize::MAX).await.unwrap(), all[all.len() - 10..]);

    // The other one knows nothing of all this.
    assert_eq!(items(&store.instructions().read(usize::MAX).await.unwrap()), instructions);

    // Nothing comes back when everything is gone.
    store.clear().await.unwrap();
    assert_eq!((store.records().await.unwrap().len(), store.events().read(1).await.unwrap().len()), (0, 0));
    create(&mut store, "simple-env").await;
    assert!(store.events().read(1).await.unwrap()[0].place > all[all.len() - 1].place);
}

/// Each entry is one worker's, as long as none is too slow.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: .ci/postgres runs it"]
async fn several_workers_take_turns() {
    let mut store = fresh().await;
    let (events, _) = play(&mut store, &mut Session::new(22), 300).await;
    let workers = (0..4).map(|_| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut delivered = Vec::new();
            loop {
                let claimed = store.events().claim(3, Duration::from_secs(60)).await.unwrap();
                assert!(claimed.is_sorted_by_key(|waiting| waiting.place));
                if claimed.is_empty() {
                    return delivered;
                }
                for waiting in claimed {
                    assert!(store.events().acknowledge(waiting.place).await.unwrap());
                    delivered.push(waiting);
                }
            }
        })
    });
    let mut delivered = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        delivered.extend(worker.await.unwrap());
    }
    assert_eq!(delivered.iter().map(|waiting| waiting.place).collect::<BTreeSet<_>>().len(), events.len());
    delivered.sort_by_key(|waiting| waiting.place);
    assert_eq!(items(&delivered), events);
}

/// A worker that dies leaves its entries to the others, after the time for which they were its own.
#[tokio::test]
#[ignore = "needs PostgreSQL: .ci/postgres runs it"]
async fn a_claim_ends() {
    let mut store = fresh().await;
    for name in ["one", "two"] {
        create(&mut store, name).await;
    }
    let time = Duration::from_millis(400);
    let first = store.events().claim(1, time).await.unwrap();
    assert_eq!(first, store.events().read(1).await.unwrap());
    let second = store.events().claim(5, Duration::from_secs(60)).await.unwrap();
    assert_eq!(second.len(), 1);
    assert_eq!(store.events().claim(5, time).await.unwrap(), []);
    sleep(time).await;
    assert_eq!(store.events().claim(5, time).await.unwrap(), first);
    assert_eq!(outbox(&store).await.events.len(), 2);
}
