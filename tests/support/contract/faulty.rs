use std::{
    collections::BTreeMap,
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard},
    task::{Context, Poll, Waker},
    thread,
};

use account_connections::{
    store::{AsyncStore, Batch, Commit, Entry, Expected, Key, Range, Scan, Store, Versioned, Write},
    testing::store_contract::{AsyncFixture, Fixture},
};

use super::{
    Fault,
    rows::{Rows, lacks_something},
};

/// A fresh store with a fault.
#[derive(Clone, Debug)]
pub struct FaultyFixture {
    fault: Fault,
    shared: Arc<Mutex<Shared>>,
}

/// A handle on a store with a fault, blocking and async.
#[derive(Clone, Debug)]
pub struct Faulty {
    fault: Fault,
    shared: Arc<Mutex<Shared>>,
    /// What this handle has read.
    read: BTreeMap<Key, Option<Versioned>>,
    /// What was there when this handle first scanned.
    first: Option<Rows>,
}

#[derive(Clone, Debug)]
struct Shared {
    rows: Rows,
    /// What was before the last commit.
    before: Rows,
    unreadable: Vec<Key>,
}

/// The error of a faulty store.
pub type Error = &'static str;

impl FaultyFixture {
    pub fn new(fault: Fault) -> Self {
        let rows = Rows::new(fault);
        Self { fault, shared: Arc::new(Mutex::new(Shared { before: rows.clone(), rows, unreadable: Vec::new() })) }
    }

    fn open(&self) -> Faulty {
        Faulty { fault: self.fault, shared: self.shared.clone(), read: BTreeMap::new(), first: None }
    }

    fn write(&self, key: &Key, record: &str) {
        let mut shared = self.shared.lock().unwrap();
        if self.fault == Fault::NeedsEveryField && lacks_something(record) {
            shared.unreadable.push(key.clone());
        }
        let write = serde_json::from_value(serde_json::json!({
            "key": key, "record": serde_json::from_str::<serde_json::Value>(record).unwrap() }));
        shared.rows.begin();
        shared.rows.write(&write.unwrap());
    }
}

impl Fixture for FaultyFixture {
    type Handle = Faulty;

    fn handle(&self) -> Faulty {
        self.open()
    }

    fn plant(&self, key: &Key, record: &str) {
        self.write(key, record);
    }
}

impl AsyncFixture for FaultyFixture {
    type Handle = Faulty;

    async fn handle(&self) -> Faulty {
        self.open()
    }

    async fn plant(&self, key: &Key, record: &str) {
        self.write(key, record);
    }
}

impl AsyncStore for Faulty {
    type Error = Error;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        let mut keys = keys.to_vec();
        if self.fault == Fault::LoadsInOrderOfKeys {
            keys.sort();
        }
        let mut found = Vec::new();
        for key in keys {
            if self.lock().unreadable.contains(&key) {
                return Err("missing field");
            }
            let mut answer = self.lock().rows.load(&key);
            if self.fault == Fault::InventsCounts && matches!(key, Key::Usage { .. }) && answer.is_none() {
                let record = serde_json::from_str(r#"{"usage": {}}"#).unwrap();
                answer = Some(Versioned { version: Default::default(), record });
            }
            if self.fault == Fault::CachesWhatItRead {
                answer = self.read.get(&key).cloned().unwrap_or(answer);
            }
            self.read.insert(key, answer.clone());
            if self.fault != Fault::SkipsTheAbsent || answer.is_some() {
                found.push(answer);
            }
        }
        Ok(found)
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        let Scan { ranges, limit, .. } = scan;
        let (mut ranges, mut limit) = (ranges.clone(), *limit);
        if self.fault == Fault::SortsRanges {
            ranges.sort_by(|one, other| one.last.cmp(&other.last));
        }
        let mut found = Vec::new();
        let now = self.lock().clone();
        for range in ranges {
            let rows = match self.fault {
                Fault::StaysAtItsFirstMoment => self.first.get_or_insert(now.rows.clone()).clone(),
                Fault::ScansStale => now.before.clone(),
                Fault::ScansRangeByRange => {
                    pause().await;
                    self.lock().rows.clone()
                }
                _ => now.rows.clone(),
            };
            let mut entries = self.in_range(&rows, range).await;
            match self.fault {
                Fault::IgnoresLimits => {}
                Fault::EndsAfterAMegabyte => entries.truncate(in_a_megabyte(&entries).min(limit)),
                Fault::LimitsToTheLast => _ = entries.drain(..entries.len().saturating_sub(limit)),
                _ => entries.truncate(limit),
            }
            if self.fault == Fault::LimitsTogether {
                limit -= entries.len();
            }
            if self.fault != Fault::SkipsEmptyRanges || !entries.is_empty() {
                found.push(entries);
            }
        }
        Ok(found)
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        let before = self.lock().rows.clone();
        let outcome = self.write(batch).await?;
        let mut shared = self.lock();
        if outcome == Commit::Committed {
            shared.before = before;
            shared.rows.last = Some(batch.clone());
        }
        let unlucky = shared.rows.commits % 10 == 9 && !batch.writes().is_empty();
        Ok(if self.fault == Fault::TakesTheUnknownForAConflict && unlucky { Commit::Conflict } else { outcome })
    }
}

impl Faulty {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap()
    }

    async fn in_range(&self, rows: &Rows, mut range: Range) -> Vec<Entry> {
        use std::ops::Bound::{Excluded, Included};
        match (self.fault, &range.start) {
            (Fault::StartsAfter, Included(start)) => range.start = Excluded(start.clone()),
            (Fault::StartsAt, Excluded(start)) => range.start = Included(start.clone()),
            _ => {}
        }
        let mut entries = rows.scan(&range);
        if let (Fault::NeedsItsStart, Excluded(start)) = (self.fault, &range.start)
            && rows.load(start).is_none()
        {
            entries.clear();
        }
        if self.fault == Fault::EndsBefore {
            entries.retain(|entry| entry.key != range.last);
        }
        if self.fault == Fault::ScansRecordByRecord {
            for entry in &mut entries {
                pause().await;
                if let Some(now) = self.lock().rows.load(&entry.key) {
                    entry.record = now.record;
                }
            }
        }
        entries
    }

    async fn write(&mut self, batch: &Batch) -> Result<Commit, Error> {
        let large = |write: &Write| serde_json::to_string(&write.record).unwrap().len() > 400 * 1024;
        match self.fault {
            Fault::SkipsBatchesWithoutWrites if batch.writes().is_empty() => return Ok(Commit::Committed),
            Fault::RemembersTheLastBatch if self.lock().rows.last.as_ref() == Some(batch) => {
                return Ok(Commit::Committed);
            }
            Fault::RefusesLargeRecords if batch.writes().iter().any(large) => return Err("the record is too large"),
            _ => {}
        }
        let mut held = true;
        if matches!(self.fault, Fault::ChecksThenWrites | Fault::IsolatesSnapshots) {
            held = batch.expectations().iter().all(|it| self.lock().rows.holds(&it.key, it.expected));
            pause().await;
        }
        let (outcome, writes) = self.check_and_write(batch, held);
        for write in writes {
            self.lock().rows.write(&write);
            pause().await;
        }
        Ok(outcome)
    }

    /// Does at one moment what a commit does, or what is left of it: what became of it, and what is left to be written.
    fn check_and_write(&mut self, batch: &Batch, held: bool) -> (Commit, Vec<Write>) {
        let Batch { expectations, writes, .. } = batch;
        let shared = self.shared.clone();
        let Shared { rows, .. } = &mut *shared.lock().unwrap();
        if self.fault == Fault::DeletesBeforeItChecks {
            writes.iter().filter(|write| write.record.is_none()).for_each(|write| rows.write(write));
        }
        let is_written = |key: &Key| writes.iter().any(|write| write.key == *key);
        let holds = |key: &Key, expected: Expected| match self.fault {
            Fault::ChecksWhatItRead if self.read.contains_key(key) => {
                expected.holds(self.read[key].as_ref().map(|read| read.version))
            }
            Fault::DeletesBeforeItChecks if is_written(key) && expected != Expected::Absent => true,
            _ => rows.holds(key, expected),
        };
        let checks = |place: usize, key: &Key| match self.fault {
            Fault::ChecksNothing | Fault::ChecksThenWrites => false,
            Fault::ChecksWhatItWrites | Fault::IsolatesSnapshots => is_written(key),
            Fault::ChecksTheFirst => place == 0,
            _ => true,
        };
        let mut expected = expectations.iter().enumerate().filter(|(place, it)| checks(*place, &it.key));
        let mut outcome = held && expected.all(|(_, it)| holds(&it.key, it.expected));

        let is_expected = |key: &Key| expectations.iter().any(|it| it.key == *key);
        let is_there = |write: &Write| rows.load(&write.key).is_some();
        let must_be =
            |write: &Write, there| is_expected(&write.key) || write.record.is_none() || is_there(write) == there;
        if self.fault == Fault::InsertsOnly {
            outcome &= writes.iter().all(|write| must_be(write, false));
        }
        let mut writes = writes.clone();
        match self.fault {
            Fault::UpdatesOnly => writes.retain(|write| must_be(write, true)),
            Fault::WritesHalf => writes.truncate(writes.len().div_ceil(2)),
            Fault::WritesAHundred => writes.truncate(100),
            Fault::DoesNotDelete => writes.retain(|write| write.record.is_some()),
            Fault::LosesOneInAHundred if rows.commits % 100 == 99 => writes.clear(),
            Fault::WritesWhatHolds if !outcome => {
                writes.retain(|write| {
                    expectations.iter().all(|it| it.key != write.key || rows.holds(&it.key, it.expected))
                });
            }
            Fault::TouchesWhatItChecks => writes.extend(touched(rows, batch)),
            _ => {}
        }
        if !outcome && self.fault != Fault::WritesWhatHolds {
            return (Commit::Conflict, Vec::new());
        }
        rows.begin();
        if self.fault == Fault::WritesOneByOne {
            return (Commit::Committed, writes);
        }
        for write in &writes {
            rows.write(write);
            self.read.remove(&write.key);
        }
        (if outcome { Commit::Committed } else { Commit::Conflict }, Vec::new())
    }
}

/// How many of these entries have a megabyte together.
fn in_a_megabyte(entries: &[Entry]) -> usize {
    let bytes = |entry: &Entry| serde_json::to_string(&entry.record).unwrap().len();
    let mut left = 1_000_000_usize;
    entries.iter().take_while(|entry| left.checked_sub(bytes(entry)).inspect(|rest| left = *rest).is_some()).count()
}

/// What a batch only reads, as writes of what is there.
fn touched(rows: &Rows, batch: &Batch) -> Vec<Write> {
    let read =
        batch.expectations().iter().map(|it| &it.key).filter(|key| batch.writes().iter().all(|it| it.key != **key));
    let there = read.filter_map(|key| Some((key, rows.load(key)?.record)));
    let write = |(key, record)| serde_json::from_value(serde_json::json!({ "key": key, "record": record })).unwrap();
    there.map(write).collect()
}

impl Store for Faulty {
    type Error = Error;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Error> {
        block_on(AsyncStore::load(self, keys))
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Error> {
        block_on(AsyncStore::scan(self, scan))
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Error> {
        block_on(AsyncStore::commit(self, batch))
    }
}

/// A moment for others to come in between.
async fn pause() {
    let mut pauses = 3;
    poll_fn(|context| {
        if pauses == 0 {
            return Poll::Ready(());
        }
        pauses -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Awaits a future that waits for nothing; where it pauses, other threads come in.
pub fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::yield_now(),
        }
    }
}
