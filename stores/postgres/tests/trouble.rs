//! What goes wrong, and what is said about it.

use std::time::Duration;

use account_connections::{
    HostError,
    event::Event,
    id::{Caller, Side},
    operation::{
        AcceptEnvironmentAccountConnection, GetEnvironmentAccountConnection, ListEnvironmentAccountConnections,
    },
    run_async,
    store::{AsyncStore as _, Commit},
};
use account_connections_postgres::{Error, ErrorKind, Options, Postgres, Waiting};
use tokio::{net::TcpListener, task::block_in_place, time::sleep};

use crate::{
    calls::{begin, context, create, environment, management, request},
    proxy::{position, proxy},
    server::Server,
    support::{fresh, one_waits, options, schema, server, within},
};

/// Carries out statements at the server.
async fn sql(statements: &str) {
    server().connect().await.batch_execute(statements).await.unwrap();
}

/// Opening is refused with these words after what it is about.
async fn refused(options: &Options, url: &str, words: &str) {
    let error = options.open(url).await.unwrap_err();
    assert!(error.to_string().ends_with(words), "{error}");
    assert!(!error.retryable() && !error.fate_unknown());
}

/// Without a server.
#[tokio::test]
async fn what_cannot_be_a_store() {
    let words = "is not a schema for a store: its name has 1 to 63 lower-case letters, digits and `_`, does not begin with \
                 a digit or `pg_`, and is neither `public` nor `information_schema`";
    let long = "a".repeat(64);
    for name in ["", "1a", "A", "a-b", "a\"b", "é", "pg_a", "public", "information_schema", &long] {
        let error = Options::new().schema(name).open("host=127.0.0.1").await.unwrap_err();
        assert_eq!(error.to_string(), format!("`{name}` {words}"));
    }
    let error = Options::new().open("postgres://user:secret@host:port/").await.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::BadAddress(_)) && !error.to_string().contains("secret"), "{error}");
    assert!(error.to_string().starts_with("the connection string cannot be read: "), "{error}");

    // Nobody listens, and somebody who says nothing.
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = free.local_addr().unwrap().port();
    for url in ["postgres://user:secret@127.0.0.1:1/app", &format!("postgres://user:secret@127.0.0.1:{port}/app")] {
        let options = Options::new().connect_timeout(Duration::from_millis(200));
        let error = within(5, "no connection", options.open(url)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NoConnection { .. }) && error.retryable(), "{error}");
        let at = url.split_once('@').unwrap().1.replace("/app", "");
        let start = format!("schema `connections` of the database `app` at `{at}` gave no connection: ");
        assert!(error.to_string().starts_with(&start), "{error}");
    }
}

#[tokio::test]
async fn what_is_no_store_of_this_version() {
    let (name, url) = (schema(), server().url());
    let options = options().schema(&name);
    let nothing = "does not exist: make it with `Options::migrate`, or restore it from a backup";
    let others = "is another program's: give a schema that this store made, or one that does not exist yet";
    refused(&options, &url, nothing).await;
    sql(&format!("CREATE SCHEMA {name}")).await;
    refused(&options, &url, nothing).await;
    for table in ["record (key int)", "store (application text)", "store (application text, version int)"] {
        sql(&format!("CREATE TABLE {name}.{table}")).await;
        refused(&options, &url, others).await;
        let error = options.migrate(&url).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::AnotherProgram), "{error}");
        sql(&format!("DROP SCHEMA {name} CASCADE; CREATE SCHEMA {name}")).await;
    }

    // Many make it at once.
    let makers = (0..8).map(|_| {
        let (options, url) = (options.clone(), url.clone());
        tokio::spawn(async move { options.migrate(&url).await.map(drop) })
    });
    for maker in makers.collect::<Vec<_>>() {
        maker.await.unwrap().unwrap();
    }
    options.open(&url).await.unwrap();
    sql(&format!("UPDATE {name}.store SET version = 99")).await;
    let newer = "has schema version 99, and this is of at most 1: use a newer `account-connections-postgres`";
    refused(&options, &url, newer).await;

    refused(&Options::new().schema(&name), &url, "turn `fsync` on, or allow it with `Options::may_lose_commits`").await;
    let off = format!("{url}?options=-c%20synchronous_commit%3Doff");
    refused(
        &Options::new().schema(&name),
        &off,
        "turn `synchronous_commit` on, or allow it with `Options::may_lose_commits`",
    )
    .await;
    let nowhere = format!("{}/nowhere", url.strip_suffix("/postgres").unwrap());
    refused(&options, &nowhere, "refuses: database \"nowhere\" does not exist (SQLSTATE 3D000)").await;
}

/// Its outbox has numbers that no transaction here has come to.
#[tokio::test]
async fn restored_from_another_cluster() {
    let mut store = fresh().await;
    for name in ["one", "two", "three"] {
        create(&mut store, name).await;
    }
    let (before, name) = (store.events().read(10).await.unwrap(), store.schema());
    sql(&format!("UPDATE {name}.event SET xid = (1000000000 + sequence)::text::xid8")).await;
    let options = options().schema(name);
    refused(&options, &server().url(), "was restored from another cluster: run `Options::migrate` before it is used")
        .await;
    let mut store = options.migrate(&server().url()).await.unwrap();
    create(&mut store, "four").await;
    let after = store.events().read(10).await.unwrap();
    let items = |waiting: &[Waiting<Event>]| waiting.iter().map(|waiting| waiting.item.clone()).collect::<Vec<_>>();
    assert_eq!(items(&after[..3]), items(&before));
    assert_eq!(after.len(), 4);
}

/// Two stores of one database do not know of each other.
#[tokio::test]
async fn two_schemas() {
    let (mut one, other) = (fresh().await, fresh().await);
    create(&mut one, "simple-env").await;
    assert!(!one.records().await.unwrap().is_empty());
    assert!(other.records().await.unwrap().is_empty() && other.events().read(1).await.unwrap().is_empty());
}

/// The store's own error of a call.
async fn trouble(store: &mut Postgres, name: &str) -> Error {
    match run_async(store, request(name), context(environment())).await {
        Err(HostError::Read(error) | HostError::Commit(error)) => error,
        other => panic!("no error of the store: {other:?}"),
    }
}

/// Each of them has written nothing, and may be tried again.
#[tokio::test]
async fn what_passes() {
    let name = fresh().await.schema().to_owned();
    let options = options().schema(&name).connections(1);
    let url = format!("{}?application_name={name}", server().url());
    let blocker = server().connect().await;
    let table = format!("BEGIN; LOCK TABLE {name}.record IN EXCLUSIVE MODE");

    blocker.batch_execute(&table).await.unwrap();
    let mut store = options.clone().lock_timeout(Duration::from_millis(50)).open(&url).await.unwrap();
    let error = trouble(&mut store, "locked").await;
    assert!(matches!(error.kind(), ErrorKind::Locked) && error.retryable(), "{error}");
    let mut store = options.clone().statement_timeout(Duration::from_millis(50)).open(&url).await.unwrap();
    let error = trouble(&mut store, "slow").await;
    assert!(matches!(error.kind(), ErrorKind::TooSlow) && error.retryable(), "{error}");
    // Who reads does not wait.
    assert_eq!(store.records().await.unwrap(), []);

    // No answer to what was sent: nobody knows.
    blocker.batch_execute("COMMIT").await.unwrap();
    let mut store = options.clone().answer_timeout(Duration::from_millis(300)).open(&url).await.unwrap();
    create(&mut store, "first").await;
    blocker.batch_execute(&table).await.unwrap();
    let error = trouble(&mut store, "silent").await;
    assert!(matches!(error.kind(), ErrorKind::NoAnswer(_)) && error.fate_unknown() && !error.retryable(), "{error}");
    blocker.batch_execute("COMMIT").await.unwrap();

    // All connections are in use.
    let mut store = options.clone().wait_timeout(Duration::from_millis(50)).open(&url).await.unwrap();
    blocker.batch_execute(&table).await.unwrap();
    let busy = tokio::spawn({
        let mut store = store.clone();
        async move { run_async(&mut store, request("busy"), context(environment())).await }
    });
    one_waits(&store).await;
    let error = trouble(&mut store, "late").await;
    assert!(matches!(error.kind(), ErrorKind::NoConnection { .. }) && error.retryable(), "{error}");
    blocker.batch_execute("COMMIT").await.unwrap();
    busy.await.unwrap().unwrap();
}

/// A server that has become one which takes no writes: such a connection is not used again.
#[tokio::test(flavor = "multi_thread")]
async fn read_only() {
    let server = block_in_place(|| Server::start(&["fsync=off", "log_connections=on"]));
    let mut store = options().connections(1).migrate(&server.url()).await.unwrap();
    let call = begin(&mut store, environment(), request("read-only")).await;
    let client = server.connect().await;
    for (setting, error) in [("= on", true), ("= off", false)] {
        client.batch_execute("SET default_transaction_read_only = off").await.unwrap();
        client.batch_execute(&format!("ALTER SYSTEM SET default_transaction_read_only {setting}")).await.unwrap();
        client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
        sleep(Duration::from_millis(300)).await;
        match store.commit(call.batch()).await {
            Err(found) if error => assert!(matches!(found.kind(), ErrorKind::ReadOnly) && found.retryable(), "{found}"),
            committed => assert_eq!(committed.unwrap(), Commit::Committed),
        }
    }
    // The one that made the schema, and one more.
    let connections = server.log().matches("application_name=account-connections-postgres").count();
    assert_eq!(connections, 2, "{}", server.log());
}

/// All statements of a commit are sent before the first is answered: where BEGIN has failed, none of the others has an
/// effect by itself.
#[tokio::test]
async fn a_begin_that_fails() {
    let name = fresh().await.schema().to_owned();
    let spoil = |_| {
        |said: &mut Vec<u8>| {
            if let Some(at) = position(said, "BEGIN ISOLATION") {
                said[at] = b'V';
            }
            true
        }
    };
    let mut store = options().schema(name).open(&proxy(spoil).await).await.unwrap();
    let error = trouble(&mut store, "simple-env").await;
    assert!(error.to_string().ends_with("fails: syntax error at or near \"VEGIN\" (SQLSTATE 42601)"), "{error}");
    assert!(!error.fate_unknown());
    assert_eq!(store.records().await.unwrap(), []);
}

/// A record that cannot be read is its parties' trouble, and nobody else's; a list is an error rather than shorter.
#[tokio::test]
async fn damaged_records() {
    let mut store = fresh().await;
    let name = store.schema().to_owned();
    let id = create(&mut store, "simple-env").await;
    let accept = AcceptEnvironmentAccountConnection::new(id);
    let list = ListEnvironmentAccountConnections::new(Side::ManagementAccount);
    let is_connection = "WHERE convert_from(key, 'UTF8') LIKE 'connection %'";
    sql(&format!("UPDATE {name}.record SET record = replace(record, 'PENDING', 'PUNDING') {is_connection}")).await;
    let fault = run_async(&mut store, accept, context(management())).await.unwrap_err();
    assert!(matches!(fault, HostError::Fault(_)), "{fault}");
    let get = GetEnvironmentAccountConnection::new(id);
    let stranger = Caller::new("999999999999".parse().unwrap(), management().region);
    let refusal = run_async(&mut store, get, context(stranger)).await.unwrap().result.unwrap_err();
    assert_eq!(refusal.rule().name(), "connection-not-found", "{refusal}");
    let fault = run_async(&mut store, list.clone(), context(management())).await.unwrap_err();
    assert!(matches!(fault, HostError::Fault(_)), "{fault}");

    sql(&format!("DELETE FROM {name}.record {is_connection}")).await;
    let Err(HostError::Read(error)) = run_async(&mut store, list, context(management())).await else {
        panic!("a list")
    };
    let error = error.to_string();
    assert!(error.contains("is damaged, the index entry `listed-connection "), "{error}");
    assert!(error.ends_with("leads to no record: restore it from a backup"), "{error}");
}
