//! An accept as one writes it by hand against the store's tables: one transaction, a statement for each read and write,
//! and nothing in between but what the answer and the rows need.
//!
//! It reads and writes what the store does for the same accept, the same bytes in the same rows. It checks the rules of an
//! accept, and knows no other operation, no lost race and no damage.

use account_connections::id::{Caller, ConnectionId, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};

/// Why there was no accept.
#[derive(Debug)]
pub enum Refused {
    NotFound,
    OnlyManagementDecides,
    DecidedAlready,
}

#[derive(Deserialize, Serialize)]
struct ConnectionRecord<'r> {
    #[serde(borrow)]
    connection: Details<'r>,
}

/// A connection as it is stored, and answered.
#[derive(Clone, Copy, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Details<'r> {
    status: &'r str,
    id: &'r str,
    region: &'r str,
    environment_account_id: &'r str,
    management_account_id: &'r str,
    environment_name: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    codebuild_role_arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    component_role_arn: Option<&'r str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_token: Option<&'r str>,
    requested_at: &'r str,
    last_modified_at: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventItem<'r> {
    connection_status_change: Change<'r>,
}

#[derive(Serialize)]
struct Change<'r> {
    arn: &'r str,
    at: &'r str,
    previous: &'r str,
    status: &'r str,
}

/// Accepts a PENDING connection of whose environment name there is no environment. The answer is the new record.
pub fn accept(
    database: &Connection,
    caller: Caller,
    id: ConnectionId,
    now: Timestamp,
) -> rusqlite::Result<Result<String, Refused>> {
    let transaction = Transaction::new_unchecked(database, TransactionBehavior::Immediate)?;
    let key = format!("connection {} {id}", caller.region);
    let account = caller.account.to_string();
    let found = transaction
        .prepare_cached("SELECT record FROM record WHERE place = ? AND key = ?")?
        .query_row(params![place(&key), key], |row| row.get::<_, String>(0))
        .optional()?;
    let Some(found) = found else { return Ok(Err(Refused::NotFound)) };
    let before = serde_json::from_str::<ConnectionRecord<'_>>(&found).unwrap().connection;
    if before.management_account_id != account {
        let party = before.environment_account_id == account;
        return Ok(Err(if party { Refused::OnlyManagementDecides } else { Refused::NotFound }));
    }
    if before.status != "PENDING" {
        return Ok(Err(Refused::DecidedAlready));
    }
    let environment = format!("environment {} {account} {}", before.region, before.environment_name);
    let environment = transaction
        .prepare_cached("SELECT record FROM record WHERE key = ?")?
        .query_row([environment], |row| row.get::<_, String>(0))
        .optional()?;
    assert!(environment.is_none(), "no connection of the benchmark waits for an environment");

    let now = now.to_string();
    let accepted = Details {
        status: "CONNECTED",
        last_modified_at: if *now > *before.requested_at { &now } else { before.requested_at },
        ..before
    };
    let version = transaction
        .prepare_cached("UPDATE sequence SET last = last + 2, opposite = opposite - 2 RETURNING last - 1")?
        .query_row([], |row| row.get::<_, i64>(0))?;
    let record = json(&ConnectionRecord { connection: accepted });
    transaction
        .prepare_cached("UPDATE record SET version = ?, record = ?, checksum = ? WHERE place = ? AND key = ?")?
        .execute(params![version, record, checksum(&key, version, &record), place(&key), key])?;

    let arn = format!(
        "arn:aws:proton:{}:{}:environment-account-connection/{}",
        accepted.region, accepted.environment_account_id, accepted.id
    );
    let mut delete = transaction.prepare_cached("DELETE FROM listing WHERE key = ?")?;
    let mut insert = transaction.prepare_cached("INSERT INTO listing VALUES (?, ?, NULL, ?)")?;
    let parties = [
        ("ENVIRONMENT_ACCOUNT", accepted.environment_account_id),
        ("MANAGEMENT_ACCOUNT", accepted.management_account_id),
    ];
    for (side, account) in parties {
        for name in ["-", accepted.environment_name] {
            let key = |status| {
                let Details { region, id, requested_at, .. } = accepted;
                format!("listed-connection {region} {side} {account} {name} {status} {requested_at} {id}")
            };
            delete.execute([key("PENDING")])?;
            let key = key("CONNECTED");
            insert.execute(params![key, version, checksum(&key, version, "")])?;
        }
    }
    drop((delete, insert));
    let change = Change { arn: &arn, at: accepted.last_modified_at, previous: "PENDING", status: accepted.status };
    let event = json(&EventItem { connection_status_change: change });
    transaction.prepare_cached("INSERT INTO event VALUES (?, ?, ?)")?.execute(params![
        version + 1,
        event,
        checksum("event", version + 1, &event)
    ])?;
    transaction.commit()?;
    Ok(Ok(record))
}

fn json(of: &impl Serialize) -> String {
    serde_json::to_string(of).unwrap()
}

fn place(key: &str) -> u32 {
    crc32fast::hash(key.as_bytes())
}

fn checksum(name: &str, number: i64, text: &str) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(name.as_bytes());
    hasher.update(&number.to_be_bytes());
    hasher.update(text.as_bytes());
    hasher.finalize()
}
