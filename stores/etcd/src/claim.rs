//! Outbox entries that a worker has to itself for a while.

use std::{collections::HashSet, time::Duration};

use serde::de::DeserializeOwned;

use crate::{
    Error, Outbox, Waiting, read,
    rpc::{Compare, LeaseGrantRequest, PutRequest, RangeRequest, TxnRequest},
};

impl<T: DeserializeOwned> Outbox<'_, T> {
    /// The oldest entries that nobody else has claimed, at most this many: nobody else gets them from `claim` for this
    /// time, in whole seconds, at least etcd's minimum of two or so.
    ///
    /// A worker that is done acknowledges them. If it dies, or needs longer, the claims end by themselves, and the next
    /// worker gets the entries: each is delivered at least once, and only then more than once. Several workers carry
    /// out entries side by side, so not in order.
    ///
    /// # Errors
    ///
    /// The cluster's. Some entries may be claimed: they come back when their time is over.
    pub async fn claim(&self, limit: usize, time: Duration) -> Result<Vec<Waiting<T>>, Error> {
        let space = &self.store.space;
        let first = self.oldest(limit).await?;
        if first.is_empty() {
            return Ok(Vec::new());
        }
        let (key, range_end) = space.names.claims(self.queue);
        let claims = RangeRequest { key, range_end, keys_only: true, ..RangeRequest::default() };
        let (claims, _) = read::ranges(space, vec![claims], 0).await?;
        let claims = claims.into_iter().flat_map(|range| range.kvs).map(|claim| claim.key).collect::<HashSet<_>>();
        // Others have claimed at most this many.
        let oldest = if claims.is_empty() { first } else { self.oldest(limit.saturating_add(claims.len())).await? };
        let free = oldest.into_iter();
        let mut free = free.filter(|entry| !claims.contains(&space.names.claim(&entry.key))).take(limit).peekable();
        if free.peek().is_none() {
            return Ok(Vec::new());
        }
        let ttl =
            i64::try_from(time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0))).unwrap_or(i64::MAX).max(1);
        let lease = space.cluster.ask(&LeaseGrantRequest { ttl }).await?.id;
        let mut ours = Vec::new();
        for entry in free {
            let claim = space.names.claim(&entry.key);
            let txn = TxnRequest {
                compare: vec![
                    Compare::last_written(claim.clone(), 0),
                    Compare::last_written(entry.key.clone(), entry.mod_revision),
                ],
                success: vec![PutRequest { key: claim, lease, ..PutRequest::default() }.into()],
                failure: Vec::new(),
            };
            if space.cluster.ask_once(&txn).await?.succeeded {
                ours.push(self.waiting(entry)?);
            }
        }
        Ok(ours)
    }
}
