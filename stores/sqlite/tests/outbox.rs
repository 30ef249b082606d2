//! The two outboxes: what the contract says of all, and places in this one.

use std::path::Path;

use account_connections::{
    event::Event,
    run,
    store::Entry,
    testing::{
        session::Session,
        store_contract::{OutboxFixture, check_outbox},
    },
};
use account_connections_sqlite::{Sqlite, Waiting};

use crate::{async_store::fixture::Fresh, support::open};

impl OutboxFixture for Fresh {
    type Entry = Waiting<Event>;

    fn event(entry: &Waiting<Event>) -> &Event {
        &entry.item
    }

    async fn read(&self, limit: usize) -> Vec<Waiting<Event>> {
        self.blocking().events().read(limit).unwrap()
    }

    async fn acknowledge(&self, entry: &Waiting<Event>) -> bool {
        self.blocking().events().acknowledge(entry.sequence).unwrap()
    }

    async fn keep_newest(&self, count: usize) -> usize {
        self.blocking().events().keep_newest(count).unwrap()
    }
}

#[tokio::test]
async fn keeps_to_the_contract() {
    let checked = check_outbox(async || Fresh::new(true)).await;
    println!("{}", checked.unwrap_or_else(|failures| panic!("{failures}")));
}

fn play(path: &Path, seed: u64) -> Sqlite {
    let (mut store, mut session) = (open(path), Session::new(seed));
    for _ in 0..200 {
        let call = session.next_call();
        let outcome = run(&mut store, call.operation.clone(), call.context).unwrap();
        session.learn(&call, &outcome.result);
    }
    store
}

#[test]
fn a_place_is_still_one_when_its_entry_is_gone() {
    let directory = tempfile::tempdir().unwrap();
    let mut store = play(&directory.path().join("connections.db"), 21);
    let mut events = store.events();
    let all = events.read(usize::MAX).unwrap();
    assert!(all.len() > 15);
    assert_eq!(events.read_after(all[9].sequence, 5).unwrap(), all[10..15]);
    assert_eq!(events.read_after(u64::MAX, 5).unwrap(), []);
    assert_eq!(events.acknowledge_up_to(all[4].sequence).unwrap(), 5);
    assert_eq!(events.acknowledge_up_to(all[4].sequence).unwrap(), 0);
    assert!(!events.acknowledge(u64::MAX).unwrap());
    assert_eq!(events.read(usize::MAX).unwrap(), all[5..]);
    assert_eq!(events.read_after(all[2].sequence, 1).unwrap(), all[5..6]);
}

/// Neither a sequence number nor a version comes back when everything is gone.
#[test]
fn numbers_never_come_back() {
    let directory = tempfile::tempdir().unwrap();
    let mut last = 0;
    for seed in 0..5 {
        let mut store = play(&directory.path().join("connections.db"), seed);
        let (found, orders) =
            (store.events().read(usize::MAX).unwrap(), store.instructions().read(usize::MAX).unwrap());
        let numbers = found.iter().map(|waiting| waiting.sequence).chain(orders.iter().map(|waiting| waiting.sequence));
        let mut numbers = numbers.collect::<Vec<_>>();
        numbers.sort_unstable();
        assert!(numbers[0] > last && numbers.is_sorted_by(|one, other| one < other));
        last = *numbers.last().unwrap();
        store.verify().unwrap();
        store.clear().unwrap();
        assert_eq!(store.records().unwrap(), Vec::<Entry>::new());
        assert_eq!(store.events().read(1).unwrap(), []);
        assert_eq!(store.instructions().read(1).unwrap(), []);
    }
}
