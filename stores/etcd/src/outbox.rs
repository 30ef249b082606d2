use std::marker::PhantomData;

use account_connections::{event::Event, instruction::Instruction};
use bytes::Bytes;
use serde::de::DeserializeOwned;

use crate::{
    Error, Etcd,
    names::{Queue, siblings},
    read,
    row::item,
    rpc::{DeleteRangeRequest, KeyValue, RangeRequest, RequestOp, SortOrder, SortTarget, TxnRequest},
};

/// What waits to be delivered, oldest first: the events, or the instructions.
///
/// An entry is there if and only if the commit that it belongs to is, from the same moment on, and stays until it is
/// acknowledged. A consumer that reads, delivers and only then acknowledges has delivered each at least once, whenever
/// the process dies. The order is that of the commits, and within a commit that of the model; nothing ever appears
/// before what was already there.
///
/// The two outboxes know nothing of each other: an event bus reads one, a provisioner the other. If several workers
/// share one, each takes what it carries out with [`claim`](Self::claim), and nobody else gets it for as long as it
/// says. What nobody acknowledges stays: a host that wants only the newest, or none, says so with
/// [`keep_newest`](Self::keep_newest) from time to time. A read costs the cluster time in proportion to everything that
/// waits.
#[derive(Debug)]
pub struct Outbox<'s, T> {
    pub(crate) store: &'s Etcd,
    pub(crate) queue: Queue,
    items: PhantomData<fn() -> T>,
}

/// Something that waits to be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Waiting<T> {
    /// The revision of its commit: greater than that of every earlier commit, never given to another, and above 0.
    /// Entries of one commit share it.
    pub revision: u64,
    /// What is to be delivered.
    pub item: T,
    /// Its key in etcd.
    pub(crate) entry: Bytes,
}

/// How many entries are acknowledged in one transaction: each takes two operations, and etcd allows 128.
const TOGETHER: usize = 64;

impl Etcd {
    /// The outbox of events.
    #[must_use]
    pub const fn events(&self) -> Outbox<'_, Event> {
        Outbox { store: self, queue: Queue::Events, items: PhantomData }
    }

    /// The outbox of instructions.
    #[must_use]
    pub const fn instructions(&self) -> Outbox<'_, Instruction> {
        Outbox { store: self, queue: Queue::Instructions, items: PhantomData }
    }
}

impl<T: DeserializeOwned> Outbox<'_, T> {
    /// The oldest entries, at most this many, claimed or not.
    ///
    /// # Errors
    ///
    /// The cluster's; reading changes nothing.
    pub async fn read(&self, limit: usize) -> Result<Vec<Waiting<T>>, Error> {
        let found = self.oldest(limit).await?;
        found.into_iter().map(|found| self.waiting(found)).collect()
    }

    /// The newest entries, at most this many, the oldest of them first.
    ///
    /// # Errors
    ///
    /// The cluster's; reading changes nothing.
    pub async fn read_newest(&self, limit: usize) -> Result<Vec<Waiting<T>>, Error> {
        let found = read::again_if_compacted(|| self.sorted(SortOrder::Descend, limit, false)).await?;
        let surplus = found.len().saturating_sub(limit);
        found.into_iter().skip(surplus).map(|found| self.waiting(found)).collect()
    }

    /// Forgets an entry, no matter who has claimed it. Returns whether it was still there.
    ///
    /// # Errors
    ///
    /// The cluster's. The entry may be forgotten if [`Error::fate_unknown`] says so: it is right to acknowledge it
    /// again.
    pub async fn acknowledge(&self, entry: &Waiting<T>) -> Result<bool, Error> {
        Ok(self.delete([&entry.entry]).await? > 0)
    }

    /// Forgets these entries. Returns how many were still there.
    ///
    /// # Errors
    ///
    /// The cluster's. Some of them may be forgotten, even where [`Error::fate_unknown`] says no.
    pub async fn acknowledge_all(&self, entries: &[Waiting<T>]) -> Result<usize, Error> {
        self.delete(entries.iter().map(|waiting| &waiting.entry)).await
    }

    /// Forgets all entries except this many of the newest. Returns how many it forgot.
    ///
    /// # Errors
    ///
    /// The cluster's. Some of them may be forgotten, even where [`Error::fate_unknown`] says no.
    pub async fn keep_newest(&self, count: usize) -> Result<usize, Error> {
        let all = read::again_if_compacted(|| self.sorted(SortOrder::None, usize::MAX, true)).await?;
        let surplus = all.len().saturating_sub(count);
        // Collected: with a borrowing closure in it, the compiler does not see that this future is `Send`.
        let surplus = all.into_iter().take(surplus).map(|found| found.key).collect::<Vec<_>>();
        self.delete(surplus.iter()).await
    }

    pub(crate) async fn oldest(&self, limit: usize) -> Result<Vec<KeyValue>, Error> {
        let mut found = read::again_if_compacted(|| self.sorted(SortOrder::Ascend, limit, false)).await?;
        found.truncate(limit);
        Ok(found)
    }

    pub(crate) fn waiting(&self, found: KeyValue) -> Result<Waiting<T>, Error> {
        let item = item(&found).map_err(|kind| self.store.space.cluster.error(kind))?;
        Ok(Waiting { revision: found.create_revision.cast_unsigned(), item, entry: found.key })
    }

    /// The first or last entries, or all of them, in order: `limit`, plus those of the same commit as the last.
    async fn sorted(&self, order: SortOrder, limit: usize, keys_only: bool) -> Result<Vec<KeyValue>, Error> {
        let space = &self.store.space;
        let (key, range_end) = space.names.entries(self.queue);
        // 0 would be no limit.
        let limit = i64::try_from(limit.max(1)).unwrap_or(0);
        let (sort_order, sort_target) = (order.into(), SortTarget::Create.into());
        let range =
            RangeRequest { key, range_end, limit, sort_order, sort_target, keys_only, ..RangeRequest::default() };
        let (found, revision) = read::ranges(space, vec![range], 0).await?;
        let more = found.iter().any(|range| range.more);
        let mut entries = found.into_iter().flat_map(|range| range.kvs).collect::<Vec<_>>();
        // Which entries of a commit the server picked is up to it: all have the same revision. So all are fetched.
        if more && let Some(last) = entries.last() {
            let ((key, range_end), last) = (siblings(&last.key), last.create_revision);
            let (rest, _) =
                read::ranges(space, vec![RangeRequest { key, range_end, ..RangeRequest::default() }], revision).await?;
            entries.retain(|entry| entry.create_revision != last);
            entries.extend(rest.into_iter().flat_map(|range| range.kvs));
        }
        entries
            .sort_unstable_by(|one, other| (one.create_revision, &one.key).cmp(&(other.create_revision, &other.key)));
        Ok(entries)
    }

    /// Deletes entries and the claims on them; returns how many entries there were.
    async fn delete(&self, entries: impl IntoIterator<Item = &Bytes>) -> Result<usize, Error> {
        let space = &self.store.space;
        let (mut entries, mut deleted) = (entries.into_iter(), 0);
        loop {
            let some = entries.by_ref().take(TOGETHER).cloned().collect::<Vec<_>>();
            if some.is_empty() {
                return Ok(deleted);
            }
            let one = |key| RequestOp::from(DeleteRangeRequest { key, ..DeleteRangeRequest::default() });
            let claims = some.iter().map(|entry| one(space.names.claim(entry)));
            let success = some.iter().cloned().map(one).chain(claims).collect();
            let answer = space.cluster.ask_once(&TxnRequest { success, ..TxnRequest::default() }).await?;
            let ours = answer.deleted().take(some.len()).filter(|deleted| *deleted > 0).count();
            deleted += ours;
        }
    }
}
