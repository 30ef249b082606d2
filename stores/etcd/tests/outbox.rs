//! The outboxes: what the contract says of all, and what these have besides.

use std::time::Duration;

use account_connections::{
    event::Event,
    run_async,
    testing::{
        session::Session,
        store_contract::{AsyncFixture as _, OutboxFixture, check_outbox},
    },
};
use account_connections_etcd::Waiting;
use tokio::time::sleep;

use crate::{contract::Fresh, server::Servers};

impl OutboxFixture for Fresh<'_> {
    type Entry = Waiting<Event>;

    fn event(entry: &Waiting<Event>) -> &Event {
        &entry.item
    }

    async fn read(&self, limit: usize) -> Vec<Waiting<Event>> {
        self.handle().await.events().read(limit).await.unwrap()
    }

    async fn acknowledge(&self, entry: &Waiting<Event>) -> bool {
        self.handle().await.events().acknowledge(entry).await.unwrap()
    }

    async fn keep_newest(&self, count: usize) -> usize {
        self.handle().await.events().keep_newest(count).await.unwrap()
    }

    async fn claim(&self, limit: usize, time: Duration) -> Option<Vec<Waiting<Event>>> {
        Some(self.handle().await.events().claim(limit, time).await.unwrap())
    }

    async fn pause(&self, time: Duration) {
        sleep(time).await;
    }
}

#[tokio::test]
async fn keeps_to_the_contract() {
    let servers = Servers::start(1, &[]).await;
    let checked = check_outbox(async || Fresh::new(&servers)).await;
    println!("{}", checked.unwrap_or_else(|failures| panic!("{failures}")));
}

#[tokio::test]
async fn the_newest_are_read_and_several_acknowledged_at_once() {
    let servers = Servers::start(1, &[]).await;
    let (mut store, mut session) = (servers.open("outbox").await, Session::new(1));
    for _ in 0..250 {
        let call = session.next_call();
        let outcome = run_async(&mut store, call.operation.clone(), call.context).await.unwrap();
        session.learn(&call, &outcome.result);
    }
    let all = store.events().read(usize::MAX).await.unwrap();
    assert!(all.is_sorted_by_key(|waiting| waiting.revision) && all.len() > 50);
    let shared = all.windows(2).filter(|pair| pair[0].revision == pair[1].revision).count();
    assert!(shared > 0, "no commit has two events: that the limit may come between them is not tried");
    for limit in 0..=all.len() + 1 {
        let newest = &all[all.len().saturating_sub(limit)..];
        assert_eq!(store.events().read_newest(limit).await.unwrap(), newest);
    }
    assert!(store.events().acknowledge(&all[1]).await.unwrap());
    assert_eq!(store.events().acknowledge_all(&all[..5]).await.unwrap(), 4);
    assert_eq!(store.events().read(usize::MAX).await.unwrap(), all[5..]);
}
