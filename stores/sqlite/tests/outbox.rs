//! The two outboxes: in order, at least once, each for itself.

use account_connections::{event::Event, instruction::Instruction, run, store::Entry, testing::session::Session};
use account_connections_sqlite::Sqlite;

use crate::support::{items, open};

/// So many calls of a session: what came out of them, in order.
fn play(store: &mut Sqlite, session: &mut Session, calls: usize) -> (Vec<Event>, Vec<Instruction>) {
    let (mut events, mut instructions) = (Vec::new(), Vec::new());
    for _ in 0..calls {
        let call = session.next_call();
        let outcome = run(&mut *store, call.operation.clone(), call.context).unwrap();
        session.learn(&call, &outcome.result);
        events.extend(outcome.events);
        instructions.extend(outcome.instructions);
    }
    (events, instructions)
}

#[test]
fn in_order_and_until_acknowledged() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    let (mut store, mut session) = (open(&path), Session::new(21));
    let (events, instructions) = play(&mut store, &mut session, 600);
    assert!(events.len() > 30 && instructions.len() > 10);
    drop(store);

    // Another process finds all of it, as often as it reads.
    let mut store = open(&path);
    let all = store.events().read(usize::MAX).unwrap();
    assert_eq!(items(&all), events);
    assert_eq!(store.events().read(7).unwrap(), all[..7]);
    assert_eq!(store.events().read_after(all[9].sequence, 5).unwrap(), all[10..15]);
    assert_eq!(store.events().read(0).unwrap(), []);
    assert_eq!(store.events().read_after(u64::MAX, 5).unwrap(), []);

    // Up to one, and one twice.
    assert_eq!(store.events().acknowledge_up_to(all[4].sequence).unwrap(), 5);
    assert_eq!(store.events().acknowledge_up_to(all[4].sequence).unwrap(), 0);
    assert!(store.events().acknowledge(all[6].sequence).unwrap());
    assert!(!store.events().acknowledge(all[6].sequence).unwrap());
    assert!(!store.events().acknowledge(u64::MAX).unwrap());
    let left = [&all[5..6], &all[7..]].concat();
    assert_eq!(store.events().read(usize::MAX).unwrap(), left);
    // What is gone is still a place.
    assert_eq!(store.events().read_after(all[6].sequence, 1).unwrap(), all[7..8]);

    // The newest.
    assert_eq!(store.events().keep_newest(left.len()).unwrap(), 0);
    assert_eq!(store.events().keep_newest(10).unwrap(), left.len() - 10);
    assert_eq!(open(&path).events().read(usize::MAX).unwrap(), all[all.len() - 10..]);
    assert_eq!(store.events().keep_newest(0).unwrap(), 10);
    assert_eq!(store.events().keep_newest(usize::MAX).unwrap(), 0);

    // The other one knows nothing of all this.
    assert_eq!(items(&store.instructions().read(usize::MAX).unwrap()), instructions);
}

/// Neither a sequence number nor a version comes back when everything is gone.
#[test]
fn numbers_never_come_back() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    let mut last = 0;
    for seed in 0..5 {
        let mut store = open(&path);
        let (events, instructions) = play(&mut store, &mut Session::new(seed), 200);
        let (found, orders) =
            (store.events().read(usize::MAX).unwrap(), store.instructions().read(usize::MAX).unwrap());
        assert_eq!((items(&found), items(&orders)), (events, instructions));
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
