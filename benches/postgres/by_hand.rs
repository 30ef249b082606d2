//! An accept, a get and a creation as one writes them by hand against the store's tables: a transaction with row locks, whose
//! statements are sent together where one does not need another's answer.
//!
//! They read and write what the store does for the same call, the same bytes in the same rows, and check the rules of the
//! call. They know no other operation, no damage, and nothing that comes between what was read and is not locked.

use account_connections::id::{Caller, ConnectionId, Timestamp};
use account_connections_postgres::tokio_postgres::{Error, Row};
use deadpool_postgres::Client;
use serde::{Deserialize, Serialize};
use tokio::try_join;

use crate::stored::{Details, json};

#[derive(Deserialize, Serialize)]
struct UsageRecord {
    usage: Usage,
}

#[derive(Default, Deserialize, Serialize)]
struct Usage {
    connections: u32,
    environments: u32,
}

const BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
const READ: &str = "SELECT record FROM record WHERE key = $1";
const READ_AND_LOCK: &str = "SELECT record FROM record WHERE key = $1 FOR UPDATE";
const UPDATE: &str = "UPDATE record SET version = nextval('version'), record = $2 WHERE key = $1";
const DELETE: &str = "DELETE FROM record WHERE key = ANY ($1)";
const INSERT: &str = "INSERT INTO record VALUES ($1, nextval('version'), $2, NULL)";
const INSERT_ENTRIES: &str =
    "INSERT INTO record SELECT key, nextval('version'), NULL, $2 FROM unnest($1::bytea[]) AS e(key)";
const LIST: &str = "SELECT t.record FROM unnest($1::bytea[], $2::bytea[]) AS r(first, last) CROSS JOIN LATERAL (
        SELECT leads_to FROM record WHERE key >= r.first AND key < r.last ORDER BY key LIMIT 101
    ) AS e JOIN record AS t ON t.key = e.leads_to";
const INSERT_EVENT: &str = "INSERT INTO event (item) VALUES ($1)";

/// Reads a connection of the caller's. The answer is its record.
pub async fn get(client: &Client, caller: Caller, id: ConnectionId) -> Result<String, Error> {
    let key = format!("connection {} {id}", caller.region).into_bytes();
    let read = client.prepare_cached(READ).await?;
    let found = text(client.query_opt(&read, &[&key]).await?).unwrap();
    let account = caller.account.to_string();
    let Details { environment_account_id, management_account_id, .. } = Details::read(&found);
    assert!([environment_account_id, management_account_id].contains(&&*account));
    Ok(found)
}

/// The first hundred connections of a management account, in the order in which they were asked for: their records.
pub async fn page(client: &Client, caller: Caller) -> Result<Vec<String>, Error> {
    let list = client.prepare_cached(LIST).await?;
    let Caller { region, account } = caller;
    let range = |status: &str, end| format!("listed-connection {region} MANAGEMENT_ACCOUNT {account} - {status}{end}");
    let bounds =
        ["CONNECTED", "PENDING", "REJECTED"].map(|status| [" ", "!"].map(|end| range(status, end).into_bytes()));
    let [first, last] = [0, 1].map(|end| bounds.each_ref().map(|bounds| &*bounds[end]).to_vec());
    let rows = client.query(&list, &[&first, &last]).await?;
    let mut records = rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>();
    records.sort_by_cached_key(|record| {
        let Details { requested_at, id, .. } = Details::read(record);
        [requested_at, id].map(str::to_owned)
    });
    records.truncate(100);
    Ok(records)
}

/// Accepts a PENDING connection of whose environment name there is no environment. The answer is the new record.
pub async fn accept(client: &Client, caller: Caller, id: ConnectionId, now: Timestamp) -> Result<String, Error> {
    let [read, lock, update] = prepared(client, [READ, READ_AND_LOCK, UPDATE]).await?;
    let [delete, insert, insert_event] = prepared(client, [DELETE, INSERT_ENTRIES, INSERT_EVENT]).await?;
    let key = format!("connection {} {id}", caller.region).into_bytes();
    let ((), found) = try_join!(biased; client.batch_execute(BEGIN), async { client.query_opt(&lock, &[&key]).await })?;
    let (found, account) = (text(found).unwrap(), caller.account.to_string());
    let before = Details::read(&found);
    assert!(before.management_account_id == account && before.status == "PENDING");
    let environment = before.environment().into_bytes();
    assert!(client.query_opt(&read, &[&environment]).await?.is_none());

    let now = now.to_string();
    let accepted = before.accepted(&now);
    let (record, event) = (accepted.record(), accepted.event(Some("PENDING")));
    let (old, new) = (entries(&accepted, "PENDING"), entries(&accepted, "CONNECTED"));
    try_join!(
        biased;
        async { client.execute(&update, &[&key, &record]).await },
        async { client.execute(&delete, &[&old]).await },
        async { client.execute(&insert, &[&new, &key]).await },
        async { client.execute(&insert_event, &[&event]).await },
        client.batch_execute("COMMIT"),
    )?;
    Ok(record)
}

/// Creates a PENDING connection without a client token, in an account that has some already.
pub async fn create(
    client: &Client,
    [environment, management]: [Caller; 2],
    name: &str,
    role: &str,
    id: ConnectionId,
    now: Timestamp,
) -> Result<String, Error> {
    let [lock, update, insert] = prepared(client, [READ_AND_LOCK, UPDATE, INSERT]).await?;
    let [insert_entries, insert_event] = prepared(client, [INSERT_ENTRIES, INSERT_EVENT]).await?;
    let (region, account) = (environment.region.to_string(), environment.account.to_string());
    let usage = format!("usage {region} {account}").into_bytes();
    let ((), found) =
        try_join!(biased; client.batch_execute(BEGIN), async { client.query_opt(&lock, &[&usage]).await })?;
    let found = text(found).unwrap();
    let mut used = serde_json::from_str::<UsageRecord>(&found).unwrap();
    assert!(used.usage.connections < u32::MAX);
    used.usage.connections += 1;

    let (id, now, management) = (id.to_string(), now.to_string(), management.account.to_string());
    let created = Details {
        status: "PENDING",
        id: &id,
        region: &region,
        environment_account_id: &account,
        management_account_id: &management,
        environment_name: name,
        role_arn: Some(role),
        codebuild_role_arn: None,
        component_role_arn: None,
        client_token: None,
        requested_at: &now,
        last_modified_at: &now,
    };
    let key = format!("connection {region} {id}").into_bytes();
    let (record, event) = (created.record(), created.event(None));
    let (used, entries) = (json(&used), entries(&created, "PENDING"));
    try_join!(
        biased;
        async { client.execute(&insert, &[&key, &record]).await },
        async { client.execute(&insert_entries, &[&entries, &key]).await },
        async { client.execute(&update, &[&usage, &used]).await },
        async { client.execute(&insert_event, &[&event]).await },
        client.batch_execute("COMMIT"),
    )?;
    Ok(record)
}

async fn prepared<const N: usize>(
    client: &Client,
    texts: [&str; N],
) -> Result<[account_connections_postgres::tokio_postgres::Statement; N], Error> {
    let mut statements = Vec::with_capacity(N);
    for text in texts {
        statements.push(client.prepare_cached(text).await?);
    }
    Ok(statements.try_into().unwrap())
}

/// The index entries of a connection in this status.
fn entries(of: &Details<'_>, status: &str) -> Vec<Vec<u8>> {
    of.entries(status).map(String::into_bytes).collect()
}

fn text(row: Option<Row>) -> Option<String> {
    row.map(|row| row.get(0))
}
