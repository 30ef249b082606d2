//! The outboxes: what the contract says of all, and places in these.

use std::time::Duration;

use account_connections::{
    event::Event,
    run_async,
    testing::{
        session::Session,
        store_contract::{OutboxFixture, check_outbox},
    },
};
use account_connections_postgres::{Place, Waiting};
use tokio::time::sleep;

use crate::{calls::create, contract::Fresh, support::fresh};

impl OutboxFixture for Fresh {
    type Entry = Waiting<Event>;

    fn event(entry: &Waiting<Event>) -> &Event {
        &entry.item
    }

    async fn read(&self, limit: usize) -> Vec<Waiting<Event>> {
        self.0.events().read(limit).await.unwrap()
    }

    async fn acknowledge(&self, entry: &Waiting<Event>) -> bool {
        self.0.events().acknowledge(entry.place).await.unwrap()
    }

    async fn keep_newest(&self, count: usize) -> usize {
        self.0.events().keep_newest(count).await.unwrap()
    }

    async fn claim(&self, limit: usize, time: Duration) -> Option<Vec<Waiting<Event>>> {
        Some(self.0.events().claim(limit, time).await.unwrap())
    }

    async fn pause(&self, time: Duration) {
        sleep(time).await;
    }
}

#[tokio::test]
async fn keeps_to_the_contract() {
    let checked = check_outbox(async || Fresh(fresh().await)).await;
    println!("{}", checked.unwrap_or_else(|failures| panic!("{failures}")));
}

#[tokio::test]
async fn a_place_is_still_one_when_its_entry_is_gone() {
    const ANY: Place = Place { transaction: u64::MAX, sequence: u64::MAX };

    let (mut store, mut session) = (fresh().await, Session::new(21));
    for _ in 0..200 {
        let call = session.next_call();
        let outcome = run_async(&mut store, call.operation.clone(), call.context).await.unwrap();
        session.learn(&call, &outcome.result);
    }
    let outbox = store.events();
    let all = outbox.read(usize::MAX).await.unwrap();
    assert!(all.is_sorted_by(|one, other| one.place < other.place));
    assert_eq!(outbox.read_after(all[9].place, 5).await.unwrap(), all[10..15]);
    assert_eq!(outbox.read_newest(5).await.unwrap(), all[all.len() - 5..]);
    assert_eq!(outbox.read_after(ANY, 5).await.unwrap(), []);
    assert_eq!(outbox.acknowledge_up_to(all[4].place).await.unwrap(), 5);
    assert_eq!(outbox.acknowledge_up_to(all[4].place).await.unwrap(), 0);
    assert!(!outbox.acknowledge(ANY).await.unwrap());
    assert_eq!(outbox.read(usize::MAX).await.unwrap(), all[5..]);
    assert_eq!(outbox.read_after(all[2].place, 1).await.unwrap(), all[5..6]);

    // Nothing comes back when everything is gone.
    store.clear().await.unwrap();
    assert_eq!((store.records().await.unwrap().len(), store.events().read(1).await.unwrap().len()), (0, 0));
    create(&mut store, "simple-env").await;
    assert!(store.events().read(1).await.unwrap()[0].place > all[all.len() - 1].place);
}
