//! Ranges of records, and all of them, at one revision.

use std::{collections::BTreeSet, ops::Bound};

use account_connections::store::{Entry, Key, Range, Record, Scan, Versioned};

use crate::{
    Error, ErrorKind,
    names::after,
    read,
    row::record,
    rpc::{KeyValue, RangeRequest, RangeResponse},
    store::Space,
};

/// How many records are read at once when all are read.
const PAGE: i64 = 1000;

/// The first entries of each range, each with the record that it leads to.
pub(crate) async fn scan(space: &Space, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
    let limit = i64::try_from(scan.limit).unwrap_or(i64::MAX);
    let requests = scan.ranges.iter().map(|range| request(space, range, limit)).collect::<Vec<_>>();
    // An empty range is not asked for: etcd's has an end that is not before its start.
    let asked = requests.iter().flatten().cloned().collect();
    let (found, revision) = read::ranges(space, asked, 0).await?;
    let mut found = found.into_iter();
    let lists = requests.iter().map(|request| match request {
        Some(_) => keyed(space, found.next().unwrap_or_default()),
        None => Ok(Vec::new()),
    });
    let lists = lists.collect::<Result<Vec<_>, Error>>()?;

    let targets = lists.iter().flatten().filter_map(|(key, _)| key.leads_to()).collect::<BTreeSet<_>>();
    let led_to = read::at(space, targets.into_iter().collect(), revision).await?;
    let entry = |(key, found): (Key, KeyValue)| {
        let record = match key.leads_to() {
            None => record(&key, &found),
            Some(target) => match led_to.get(&target) {
                Some(Versioned { record, .. }) => Ok(record.clone()),
                None => Err(ErrorKind::unreadable(format!("an index entry `{key}`"), "leads to no record")),
            },
        };
        Ok(Entry { key, record: record.map_err(|kind| space.cluster.error(kind))? })
    };
    lists.into_iter().map(|list| list.into_iter().map(entry).collect()).collect()
}

/// All records, in the order of their keys.
pub(crate) async fn all(space: &Space) -> Result<Vec<Entry>, Error> {
    let (mut key, range_end) = space.names.records();
    let (mut entries, mut revision) = (Vec::new(), 0);
    loop {
        let page = RangeRequest { key, range_end: range_end.clone(), limit: PAGE, ..RangeRequest::default() };
        let (mut found, at) = read::ranges(space, vec![page], revision).await?;
        revision = at;
        let Some(RangeResponse { kvs, more, .. }) = found.pop() else { return Ok(entries) };
        let last = kvs.last().map(|last| after(&last.key));
        for found in kvs {
            let read = space.names.key_of(&found.key).and_then(|key| Ok((record(&key, &found)?, key)));
            let (record, key): (Record, Key) = read.map_err(|kind| space.cluster.error(kind))?;
            entries.push(Entry { key, record });
        }
        match last {
            Some(next) if more => key = next,
            _ => return Ok(entries),
        }
    }
}

/// A range as etcd has it, from one key up to but not including another; `None` if it is empty.
fn request(space: &Space, range: &Range, limit: i64) -> Option<RangeRequest> {
    let key = match &range.start {
        Bound::Included(key) => space.names.record(key),
        Bound::Excluded(key) => after(&space.names.record(key)),
        Bound::Unbounded => space.names.records().0,
    };
    let range_end = after(&space.names.record(&range.last));
    (key < range_end).then(|| RangeRequest { key, range_end, limit, ..RangeRequest::default() })
}

/// What a range found, with the keys that the store knows.
fn keyed(space: &Space, found: RangeResponse) -> Result<Vec<(Key, KeyValue)>, Error> {
    let keyed = found.kvs.into_iter().map(|found| Ok((space.names.key_of(&found.key)?, found)));
    keyed.collect::<Result<_, _>>().map_err(|kind| space.cluster.error(kind))
}
