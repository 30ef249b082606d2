//! The stored form of a name space.

use bytes::Bytes;

use crate::{
    Error, ErrorKind,
    rpc::{Compare, PutRequest, RangeRequest, TxnRequest},
    store::Space,
};

/// The form that this crate writes.
const NEWEST: u32 = 1;

/// Looks which form a name space has, and gives it the newest if it is empty. Nothing else changes.
pub(crate) async fn settle(space: &Space) -> Result<(), Error> {
    let place = space.names.form();
    let put = PutRequest { key: place.clone(), value: Bytes::from(NEWEST.to_string()), ..PutRequest::default() };
    let txn = TxnRequest {
        compare: vec![Compare::last_written(place.clone(), 0)],
        success: vec![put.into()],
        failure: vec![RangeRequest::get(place).into()],
    };
    // Twice is as good as once.
    let answer = space.cluster.ask(&txn).await?;
    let Some(found) = answer.into_ranges().next() else { return Ok(()) };
    let text = found.kvs.into_iter().next().map(|found| found.value).unwrap_or_default();
    let kind = match std::str::from_utf8(&text).map(str::parse::<u32>) {
        Ok(Ok(found)) if (1..=NEWEST).contains(&found) => return Ok(()),
        Ok(Ok(found)) if found > NEWEST => ErrorKind::NewerForm { found, known: NEWEST },
        _ => ErrorKind::unreadable("a stored form", "is not a number from 1 on"),
    };
    Err(space.cluster.error(kind))
}
