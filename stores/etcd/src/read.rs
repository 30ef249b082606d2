//! Reads at one revision.

use std::collections::HashMap;

use account_connections::store::{Key, Versioned};

use crate::{
    Error, ErrorKind,
    row::versioned,
    rpc::{RangeRequest, RangeResponse, RequestOp, TxnRequest},
    store::Space,
};

/// As many operations as etcd allows in a transaction by default (`--max-txn-ops`).
const AT_ONCE: usize = 128;

/// Tries once more if what was being read was compacted in the meantime, the second time at a revision that is new by
/// then.
pub(crate) async fn again_if_compacted<T, F>(read: impl Fn() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    match read().await {
        Err(error) if matches!(error.kind(), ErrorKind::Compacted) => read().await,
        read => read,
    }
}

/// The records under these keys, in the same order.
pub(crate) async fn load(space: &Space, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
    let gets = keys.iter().map(|key| RangeRequest::get(space.names.record(key))).collect();
    let (found, _) = ranges(space, gets, 0).await?;
    Ok(found.into_iter().map(|range| range.kvs.first().map(versioned)).collect())
}

/// What is found in each of the ranges at this revision, or, if that is 0, at the newest one; and that revision.
///
/// etcd asks a quorum before it answers, since there is a range that is not marked `serializable`: what is found is not
/// from before the call.
pub(crate) async fn ranges(
    space: &Space,
    ranges: Vec<RangeRequest>,
    mut revision: i64,
) -> Result<(Vec<RangeResponse>, i64), Error> {
    // On its own, it is less work for the node.
    if let [range] = &*ranges {
        let found = space.cluster.ask(&RangeRequest { revision, ..range.clone() }).await?;
        let at = found.header.map_or(revision, |header| header.revision);
        return Ok((vec![found], if revision == 0 { at } else { revision }));
    }
    let wanted = ranges.len();
    let mut found = Vec::with_capacity(wanted);
    let mut ranges = ranges.into_iter();
    while found.len() < wanted {
        let some = ranges.by_ref().take(AT_ONCE).map(|range| RequestOp::from(RangeRequest { revision, ..range }));
        let txn = TxnRequest { success: some.collect(), ..TxnRequest::default() };
        let asked = txn.success.len();
        let answer = space.cluster.ask(&txn).await?;
        if revision == 0 {
            revision = answer.revision();
        }
        let before = found.len();
        found.extend(answer.into_ranges());
        if found.len() != before + asked || asked == 0 {
            return Err(space.cluster.error(ErrorKind::Etcd("an answer lacks a part".to_owned())));
        }
    }
    Ok((found, revision))
}

/// The records that are under these keys at a revision.
pub(crate) async fn at(space: &Space, keys: Vec<Key>, revision: i64) -> Result<HashMap<Key, Versioned>, Error> {
    let gets = keys.iter().map(|key| RangeRequest::get(space.names.record(key))).collect();
    let (found, _) = ranges(space, gets, revision).await?;
    let pairs = keys.into_iter().zip(found);
    Ok(pairs.filter_map(|(key, range)| Some((key, versioned(range.kvs.first()?)))).collect())
}
