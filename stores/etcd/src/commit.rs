//! A commit: one etcd transaction.

use account_connections::store::{Batch, Commit, Expectation, Expected, Write};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Error, ErrorKind,
    names::{Queue, Span},
    row::{json, value},
    rpc::{Compare, DeleteRangeRequest, PutRequest, RangeRequest, RequestOp, TxnRequest},
    store::Space,
};

/// Writes a batch if all its expectations hold.
pub(crate) async fn commit(space: &Space, batch: &Batch) -> Result<Commit, Error> {
    let txn = txn(space, batch).map_err(|kind| space.cluster.error(kind))?;
    let answer = space.cluster.ask_once(&txn).await?;
    Ok(if answer.succeeded { Commit::Committed } else { Commit::Conflict })
}

fn txn(space: &Space, batch: &Batch) -> Result<TxnRequest, ErrorKind> {
    let compare = batch.expectations().iter().map(|Expectation { key, expected, .. }| {
        let revision = match expected {
            Expected::Absent => 0,
            Expected::At(version) => version.0.cast_signed(),
        };
        Compare::last_written(space.names.record(key), revision)
    });
    let compare = compare.collect();
    let mut success = Vec::new();
    for Write { key, record, .. } in batch.writes() {
        let key = space.names.record(key);
        success.push(match record {
            Some(record) => put(key, value(record)?),
            None => DeleteRangeRequest { key, ..DeleteRangeRequest::default() }.into(),
        });
    }
    let commit = fresh();
    put_items(space, Queue::Events, commit, batch.events(), &mut success)?;
    put_items(space, Queue::Instructions, commit, batch.instructions(), &mut success)?;

    let mut failure = Vec::new();
    if success.is_empty() {
        // A node answers mere comparisons from what it has, without asking others: one that is cut off without knowing
        // it would say that something changed long ago is as it was. With a range to read, it asks.
        let read = RequestOp::from(RangeRequest::get(space.names.form()));
        success.push(read.clone());
        failure.push(read);
    }
    Ok(TxnRequest { compare, success, failure })
}

/// Each item is its own entry, so that each is acknowledged individually. Its key orders it within its commit; the
/// revision at which it is created orders the commits.
fn put_items(
    space: &Space,
    of: Queue,
    commit: Uuid,
    items: &[impl Serialize],
    success: &mut Vec<RequestOp>,
) -> Result<(), ErrorKind> {
    for (place, item) in items.iter().enumerate() {
        success.push(put(space.names.entry(of, commit, place), json(item)?));
    }
    Ok(())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a name that nobody else chooses: it decides nothing, and no answer shows it"
)]
fn fresh() -> Uuid {
    Uuid::new_v4()
}

fn put(key: bytes::Bytes, value: bytes::Bytes) -> RequestOp {
    PutRequest { key, value, ..PutRequest::default() }.into()
}

/// Deletes all keys of a span.
pub(crate) fn delete((key, range_end): Span) -> RequestOp {
    DeleteRangeRequest { key, range_end }.into()
}
