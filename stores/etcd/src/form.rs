//! The stored form of a name space.

use bytes::Bytes;

use crate::{
    Error, ErrorKind,
    rpc::{Compare, PutRequest, RangeRequest, TxnRequest},
    store::Space,
};

/// The form that this crate writes.
const NEWEST: u32 = 1;

/// Checks which form a name space has, and gives it the newest if it is empty. Nothing else changes.
pub(crate) async fn settle(space: &Space) -> Result<(), Error> {
    // Only then: a cluster without room refuses anything that could write, but should still be readable.
    if let Some(found) = get(space).await? {
        return check(&found).map_err(|kind| space.cluster.error(kind));
    }
    let place = space.names.form();
    let put = PutRequest { key: place.clone(), value: Bytes::from(NEWEST.to_string()), ..PutRequest::default() };
    let txn =
        TxnRequest { compare: vec![Compare::last_written(place, 0)], success: vec![put.into()], failure: Vec::new() };
    // Doing it twice is as good as once.
    if space.cluster.ask(&txn).await?.succeeded {
        return Ok(());
    }
    // Somebody else came first.
    let found = get(space).await?.unwrap_or_default();
    check(&found).map_err(|kind| space.cluster.error(kind))
}

async fn get(space: &Space) -> Result<Option<Bytes>, Error> {
    let answer = space.cluster.ask(&RangeRequest::get(space.names.form())).await?;
    Ok(answer.kvs.into_iter().next().map(|found| found.value))
}

fn check(found: &[u8]) -> Result<(), ErrorKind> {
    match std::str::from_utf8(found).map(str::parse::<u32>) {
        Ok(Ok(1..=NEWEST)) => Ok(()),
        Ok(Ok(found)) if found > NEWEST => Err(ErrorKind::NewerForm { found, known: NEWEST }),
        _ => Err(ErrorKind::unreadable("a stored form", "is not a number from 1 on")),
    }
}
