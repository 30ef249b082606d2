//! What random histories miss, step by step: orders in which two commits come, as others see them.

use std::time::Duration;

use account_connections::{
    operation::AcceptEnvironmentAccountConnection,
    store::{AsyncStore as _, Commit, ConnectionPart, Key},
};
use account_connections_postgres::tokio_postgres::Client;
use tokio::time::sleep;

use crate::{
    calls::{begin, create, management, own_environment},
    support::{fresh, one_waits, server, within},
};

/// Why the store does not rely on SERIALIZABLE: commits at that level, and reads at the default one, have no serial order.
///
/// One reads two keys and writes the first; another writes the second meanwhile, and is done before. Who sees the second
/// as it is now and the first as it was, sees the other one without the one; but the one has not seen the other.
#[tokio::test]
async fn serializable_commits_and_other_reads_have_no_order() {
    let (one, other, reader) = (server().connect().await, server().connect().await, server().connect().await);
    one.batch_execute("CREATE TABLE naive (key int PRIMARY KEY, version int); INSERT INTO naive VALUES (1, 1), (2, 1)")
        .await
        .unwrap();
    let versions = async |client: &Client| {
        let rows = client.query("SELECT version FROM naive ORDER BY key", &[]).await.unwrap();
        [rows[0].get::<_, i32>(0), rows[1].get(0)]
    };
    for (level, commits) in [("READ COMMITTED", true), ("SERIALIZABLE", false)] {
        reader.batch_execute("UPDATE naive SET version = 1").await.unwrap();
        for client in [&one, &other] {
            client.batch_execute("BEGIN ISOLATION LEVEL SERIALIZABLE").await.unwrap();
        }
        assert_eq!(versions(&one).await, [1, 1]);
        other.batch_execute("UPDATE naive SET version = 2 WHERE key = 2; COMMIT").await.unwrap();
        reader.batch_execute(&format!("BEGIN ISOLATION LEVEL {level}")).await.unwrap();
        assert_eq!(versions(&reader).await, [1, 2]);
        reader.batch_execute("COMMIT").await.unwrap();
        let written = one.batch_execute("UPDATE naive SET version = 2 WHERE key = 1; COMMIT").await;
        // It must not succeed: the reader has seen that it comes after the other one.
        assert_eq!(written.is_ok(), commits, "{level}");
        let _ = one.batch_execute("ROLLBACK").await;
    }
    one.batch_execute("DROP TABLE naive").await.unwrap();
}

/// The same with the store: the other one is not done before. An accept reads the connection and the environment of its name;
/// meanwhile somebody creates that environment.
#[tokio::test]
async fn a_commit_that_has_compared_keeps_others_from_what_it_has_read() {
    let mut store = fresh().await;
    let id = create(&mut store, "simple-env").await;
    let accept = begin(&mut store, management(), AcceptEnvironmentAccountConnection::new(id)).await;
    let other = begin(&mut store, management(), own_environment("simple-env")).await;
    let read = accept.batch().expectations().iter().map(|expectation| expectation.key.clone()).collect::<Vec<_>>();
    assert!(other.batch().writes().iter().any(|write| read.contains(&write.key)), "they have nothing in common");

    // Where the accept's COMMIT is to wait: it has compared, and cannot write the row that it compared.
    let client = server().connect().await;
    let row = Key::Connection { region: management().region, id, part: ConnectionPart::Head };
    let lock = format!("SELECT FROM {}.record WHERE key = $1 FOR UPDATE", store.schema());
    client.batch_execute("BEGIN").await.unwrap();
    assert_eq!(client.query(&lock, &[&row.to_string().into_bytes()]).await.unwrap().len(), 1);
    let first = tokio::spawn({
        let (mut store, batch) = (store.clone(), accept.batch().clone());
        async move { store.commit(&batch).await }
    });
    one_waits(&store).await;
    let second = tokio::spawn({
        let (mut store, batch) = (store.clone(), other.batch().clone());
        async move { store.commit(&batch).await }
    });
    sleep(Duration::from_millis(300)).await;
    assert!(!first.is_finished() && !second.is_finished(), "one of them is done already");
    client.batch_execute("COMMIT").await.unwrap();
    assert_eq!(within(5, "the first", first).await.unwrap().unwrap(), Commit::Committed);
    let second = within(5, "the second", second).await.unwrap().unwrap();
    let expects = other.batch().expectations().iter().any(|expectation| expectation.key == row);
    assert_eq!(second, if expects { Commit::Conflict } else { Commit::Committed });
}

/// A sequence numbers entries in the order in which they are written, not in that in which they appear: who goes on after
/// the highest number that he has seen misses what appears later. The store's readers do not.
#[tokio::test]
async fn nothing_appears_before_what_was_read() {
    let mut store = fresh().await;
    create(&mut store, "before").await;
    let before = store.events().read(10).await.unwrap();
    let (last, schema) = (before.last().unwrap().place, store.schema().to_owned());

    // A commit that has written its entry and is not done.
    let slow = server().connect().await;
    let copy = format!("INSERT INTO {schema}.event (item) SELECT item FROM {schema}.event");
    slow.batch_execute(&format!("BEGIN; {copy}")).await.unwrap();
    create(&mut store, "after").await;
    let highest = format!("SELECT max(sequence) FROM {schema}.event");
    let highest = server().connect().await.query_one(&highest, &[]).await.unwrap().get::<_, i64>(0).cast_unsigned();

    let seen = store.events().read_after(last, 10).await.unwrap();
    slow.batch_execute("COMMIT").await.unwrap();
    let now = store.events().read_after(seen.last().map_or(last, |last| last.place), 10).await.unwrap();
    let all = [before.clone(), seen, now].concat();
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(all, store.events().read(10).await.unwrap());
    assert_eq!(all[1].item, all[0].item);
    assert!(all.is_sorted_by_key(|waiting| waiting.place));

    // By its number, the entry is before the highest that was to be seen before it.
    assert!(all[1].place.sequence < highest && all[1].place.transaction < all[2].place.transaction);
}
