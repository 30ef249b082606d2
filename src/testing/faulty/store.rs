use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    sync::Arc,
    vec::Vec,
};
use core::{
    future::poll_fn,
    ops::Bound::{Excluded, Included},
    pin::pin,
    task::{Context, Poll, Waker},
    time::Duration,
};
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
};

use super::{Fault, rows::Rows};
use crate::{
    Memory,
    store::{
        AsyncStore, Batch, Commit, Entry, Expectation, Expected, Key, Range, Record, Scan, Store, Usage, Version,
        Versioned, Write,
    },
    testing::store_contract::{AsyncFixture, Fixture, Outbox},
};

/// A store in memory that does what its faults say, and otherwise what the contract says. It is both blocking and
/// async, and is its own fixture.
///
/// A clone is another handle on the same store.
#[derive(Clone, Debug)]
pub struct FaultyStore {
    faults: Arc<[Fault]>,
    /// Where faults are rare, what is drawn next.
    dice: Option<u64>,
    /// The faults of the call that is under way.
    on: Vec<Fault>,
    shared: Arc<Mutex<Shared>>,
    /// What this handle has read.
    read: BTreeMap<Key, Option<Versioned>>,
    /// What was there when this handle first scanned.
    first: Option<Arc<Rows>>,
}

#[derive(Clone, Debug)]
struct Shared {
    rows: Arc<Rows>,
    /// What was before the last commit that wrote.
    before: Arc<Rows>,
    /// What has been committed so far.
    past: Vec<Batch>,
    behind: Vec<Write>,
    unreadable: BTreeSet<Key>,
    /// What is kept, each with its number.
    outbox: Vec<(u64, Outbox)>,
    numbers: u64,
}

impl FaultyStore {
    /// An empty store with these faults; without any, it is a sound one.
    pub fn new(faults: impl IntoIterator<Item = Fault>) -> Self {
        let faults = faults.into_iter().collect::<Arc<[Fault]>>();
        let rows = Arc::new(Rows::new(faults.clone()));
        let shared = Shared {
            before: rows.clone(),
            rows,
            past: Vec::new(),
            behind: Vec::new(),
            unreadable: BTreeSet::new(),
            outbox: Vec::new(),
            numbers: 0,
        };
        let shared = Arc::new(Mutex::new(shared));
        Self { faults, dice: None, on: Vec::new(), shared, read: BTreeMap::new(), first: None }
    }

    /// The same, with these records in it.
    #[must_use]
    pub fn holding(self, memory: &Memory) -> Self {
        let writes = memory.records().map(|(key, record)| Write::new(key, Some(record.clone())));
        self.lock().write(&writes.collect::<Vec<_>>());
        self
    }

    /// The same, but wrong in only one of four calls. Faults of keys and versions stay.
    #[must_use]
    pub fn now_and_then(self, seed: u64) -> Self {
        Self { dice: Some(seed), ..self }
    }

    /// A store with the same faults and the same records, independent from now on.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self { shared: Arc::new(Mutex::new(self.lock().clone())), ..self.clone() }
    }

    /// The records in it.
    #[must_use]
    pub fn memory(&self) -> Memory {
        let mut memory = Memory::new();
        for (key, record) in self.lock().rows.records() {
            memory.insert(key.clone(), record.clone());
        }
        memory
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has(&self, fault: Fault) -> bool {
        self.on.contains(&fault)
    }

    fn has_any<const N: usize>(&self, faults: [Fault; N]) -> bool {
        faults.iter().any(|fault| self.has(*fault))
    }

    /// Whether a commit checks what it reads as of when it began, and is then put in order with what came in the
    /// meantime.
    fn goes_by_its_snapshot(&self, batch: &Batch) -> bool {
        self.has(Fault::OrdersOnlyCommits) || self.has(Fault::ChecksOutOfOrder) && !batch.writes.is_empty()
    }

    /// Draws the faults of a call.
    fn begin(&mut self) {
        let mut strikes = || {
            let Some(dice) = &mut self.dice else { return true };
            *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *dice >> 62 == 0
        };
        self.on = self.faults.iter().filter(|_| strikes()).copied().collect();
    }

    async fn find(&mut self, key: &Key, now: &Rows) -> Option<Versioned> {
        let mut found = now.load(key);
        if self.has(Fault::LoadsKeyByKey) {
            pause().await;
            found = self.lock().rows.load(key);
        }
        if self.has(Fault::InventsCounts) && matches!(key, Key::Usage { .. }) && found.is_none() {
            found = Some(Versioned { version: Version(0), record: Record::Usage(Usage::default()) });
        }
        if self.has(Fault::CachesWhatItRead) {
            found = self.read.get(key).cloned().unwrap_or(found);
        }
        self.read.insert(key.clone(), found.clone());
        found
    }

    async fn in_range(&self, rows: &Rows, mut range: Range) -> Vec<Entry> {
        match &range.start {
            Included(start) if self.has(Fault::StartsAfter) => range.start = Excluded(start.clone()),
            Excluded(start) if self.has(Fault::StartsAt) => range.start = Included(start.clone()),
            _ => {}
        }
        let mut entries = rows.scan(&range);
        if let Excluded(start) = &range.start
            && self.has(Fault::NeedsItsStart)
            && rows.load(start).is_none()
        {
            entries.clear();
        }
        if self.has(Fault::EndsBefore) {
            entries.retain(|entry| entry.key != range.last);
        }
        if self.has(Fault::LeadsLater) {
            pause().await;
        }
        for entry in &mut entries {
            if self.has(Fault::ScansEntryByEntry) {
                pause().await;
                let now = self.lock().rows.load(&entry.key).map(|now| now.record);
                entry.record = now.filter(|_| entry.key.leads_to().is_none()).unwrap_or_else(|| entry.record.clone());
            }
            if self.has(Fault::LeadsLater)
                && let Some(now) = self.lock().rows.led_to(&entry.key)
            {
                entry.record = now;
            }
        }
        entries
    }

    /// Whether what is expected holds at this moment, as far as it is checked.
    fn check(&self, shared: &Shared, batch: &Batch) -> bool {
        let is_written = |key: &Key| batch.writes.iter().any(|write| write.key == *key);
        let deletes_first = self.has(Fault::DeletesBeforeItChecks);
        let holds = |key: &Key, expected: Expected| match (self.read.get(key), expected) {
            (Some(read), _) if self.has(Fault::ChecksWhatItRead) => {
                expected.holds(read.as_ref().map(|read| read.version))
            }
            (_, Expected::At(_)) if deletes_first && is_written(key) => true,
            _ => shared.rows.holds(key, expected),
        };
        let mosts = [(Fault::ChecksNothing, 0), (Fault::ChecksThenWrites, 0), (Fault::ChecksTheFirst, 1)];
        let mosts = mosts.iter().chain(&[(Fault::ChecksAHundred, 100)]);
        let most = mosts.filter(|(fault, _)| self.has(*fault)).map(|(_, most)| *most).min().unwrap_or(usize::MAX);
        let only_written =
            self.has_any([Fault::ChecksWhatItWrites, Fault::IsolatesSnapshots]) || self.goes_by_its_snapshot(batch);
        let mut expected = batch.expectations.iter().take(most).filter(|it| !only_written || is_written(&it.key));
        expected.all(|it| holds(&it.key, it.expected))
    }

    /// Whether an unconditional write finds a record, or none, as it needs to.
    fn suits(&self, shared: &Shared, batch: &Batch, write: &Write) -> bool {
        let is_there = shared.rows.load(&write.key).is_some();
        let is_blind = batch.expectations.iter().all(|it| it.key != write.key);
        !is_blind
            || match write.record {
                Some(_) => !(is_there && self.has(Fault::InsertsOnly)),
                None => is_there || !self.has(Fault::NeedsWhatItDeletes),
            }
    }

    /// The part of a batch that is written.
    fn writes(&self, shared: &Shared, batch: &Batch, holds: bool) -> Vec<Write> {
        let mut writes = batch.writes.clone();
        if self.has(Fault::UpdatesOnly) {
            let is_expected = |write: &Write| batch.expectations.iter().any(|it| it.key == write.key);
            writes.retain(|write| is_expected(write) || shared.rows.load(&write.key).is_some());
        }
        if self.has(Fault::WritesHalf) || self.has(Fault::BreaksHalfWay) {
            writes.truncate(writes.len() / 2);
        }
        if self.has(Fault::WritesAHundred) {
            writes.truncate(100);
        }
        if self.has(Fault::DoesNotDelete) {
            writes.retain(|write| write.record.is_some());
        }
        let loses = self.has(Fault::LosesOneInAHundred) && shared.rows.commits % 100 == 99;
        if loses || self.has(Fault::LosesCommits) || self.has(Fault::BreaksBefore) {
            writes.clear();
        }
        if !holds {
            writes.retain(|write| {
                let mut its = batch.expectations.iter().filter(|it| it.key == write.key);
                self.has(Fault::WritesWhatHolds) && its.all(|it| shared.rows.holds(&it.key, it.expected))
            });
        }
        if holds && self.has(Fault::TouchesWhatItChecks) {
            let only_read = batch.expectations.iter().filter(|it| batch.writes.iter().all(|write| write.key != it.key));
            let there = only_read.filter_map(|it| Some((&it.key, shared.rows.load(&it.key)?.record)));
            writes.extend(there.map(|(key, record)| Write::new(key.clone(), Some(record))));
        }
        if holds && self.has(Fault::RepeatsBatches) {
            writes.extend(shared.past.iter().rev().nth(3).into_iter().flat_map(|batch| batch.writes.clone()));
        }
        writes
    }

    /// Checks and writes at one moment; what remains to be written is returned.
    fn check_and_write(&mut self, batch: &Batch, held: bool, number: u64) -> (bool, Vec<Write>) {
        let shared = self.shared.clone();
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        if self.has(Fault::DeletesBeforeItChecks) {
            let deleted = batch.writes.iter().filter(|write| write.record.is_none()).cloned();
            shared.write(&deleted.collect::<Vec<_>>());
        }
        let holds =
            held && self.check(&shared, batch) && batch.writes.iter().all(|write| self.suits(&shared, batch, write));
        if holds || self.has(Fault::KeepsEventsOfConflicts) {
            let number = if self.has(Fault::NumbersBeforeItCommits) { number } else { shared.next_number() };
            let events = if self.has(Fault::LosesEvents) { Vec::new() } else { batch.events.clone() };
            let most = if self.has(Fault::LosesInstructions) { 0 } else { usize::MAX };
            let instructions = batch.instructions.iter().take(most).cloned().collect();
            shared.outbox.push((number, Outbox { events, instructions }));
        }
        let writes = self.writes(&shared, batch, holds);
        if self.has(Fault::WritesBehind) {
            shared.behind = writes;
            return (holds, Vec::new());
        }
        if self.has(Fault::WritesOneByOne) {
            return (holds, writes);
        }
        writes.iter().for_each(|write| drop(self.read.remove(&write.key)));
        shared.write(&writes);
        (holds, Vec::new())
    }
}

impl Shared {
    fn write(&mut self, writes: &[Write]) {
        if !writes.is_empty() {
            self.before = self.rows.clone();
            Arc::make_mut(&mut self.rows).write(writes);
        }
    }

    /// Whether, since then, what the batch reads was written, and by that time or later what it writes was read: it can
    /// no longer come before both.
    fn is_late(&self, since: usize, batch: &Batch) -> bool {
        let meets = |one: &Batch, other: &Batch| {
            one.writes.iter().any(|write| other.expectations.iter().any(|it| it.key == write.key))
        };
        let mut since = self.past.iter().skip(since).skip_while(|other| !meets(other, batch));
        since.any(|other| meets(batch, other))
    }

    const fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn outbox(&self) -> Outbox {
        let mut kept = self.outbox.iter().collect::<Vec<_>>();
        kept.sort_by_key(|(number, _)| *number);
        let events = kept.iter().flat_map(|(_, kept)| kept.events.clone()).collect();
        Outbox { events, instructions: kept.iter().flat_map(|(_, kept)| kept.instructions.clone()).collect() }
    }
}

impl AsyncStore for FaultyStore {
    type Error = &'static str;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Self::Error> {
        self.begin();
        let mut keys = keys.to_vec();
        if self.has(Fault::LoadsInOrderOfKeys) {
            keys.sort();
        }
        if keys.iter().any(|key| self.lock().unreadable.contains(key)) {
            return Err("missing field");
        }
        let now = {
            let mut shared = self.lock();
            if self.has(Fault::ChecksOutOfOrder) {
                shared.past.push(reading(&keys));
            }
            if self.has(Fault::LoadsStale) { shared.before.clone() } else { shared.rows.clone() }
        };
        let mut found = Vec::new();
        for (place, key) in keys.iter().enumerate() {
            let answer = self.find(key, &now).await.filter(|_| place < 100 || !self.has(Fault::LoadsAHundred));
            if answer.is_some() || !self.has(Fault::SkipsTheAbsent) {
                found.push(answer);
            }
        }
        Ok(found)
    }

    async fn scan(&mut self, Scan { ranges, limit }: &Scan) -> Result<Vec<Vec<Entry>>, Self::Error> {
        self.begin();
        let (mut ranges, mut limit) = (ranges.clone(), *limit);
        if self.has(Fault::SortsRanges) {
            ranges.sort_by(|one, other| one.last.cmp(&other.last));
        }
        let mut rows = if self.has(Fault::ScansStale) { self.lock().before.clone() } else { self.lock().rows.clone() };
        if self.has(Fault::StaysAtItsFirstMoment) {
            rows = self.first.get_or_insert(rows).clone();
        }
        let mut found = Vec::new();
        for range in ranges {
            if self.has(Fault::ScansRangeByRange) {
                pause().await;
                rows = self.lock().rows.clone();
            }
            let mut entries = self.in_range(&rows, range).await;
            if self.has(Fault::LimitsToTheLast) {
                entries.drain(..entries.len().saturating_sub(limit));
            }
            if self.has(Fault::EndsAfterAMegabyte) {
                entries.truncate(in_a_megabyte(&entries));
            }
            if !self.has(Fault::IgnoresLimits) {
                entries.truncate(limit);
            }
            if self.has(Fault::LimitsTogether) {
                limit -= entries.len();
            }
            if !entries.is_empty() || !self.has(Fault::SkipsEmptyRanges) {
                found.push(entries);
            }
        }
        Ok(found)
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, Self::Error> {
        self.begin();
        let behind = core::mem::take(&mut self.lock().behind);
        self.lock().write(&behind);
        let json = |write: &Write| serde_json::to_string(&write.record).unwrap_or_default();
        let is_refused = |json: String| {
            self.has(Fault::RefusesLargeRecords) && json.len() > 300 * 1024
                || self.has(Fault::RefusesNul) && json.contains("\\u0000")
        };
        if batch.writes.iter().any(|write| is_refused(json(write))) {
            return Err("the record is refused");
        }
        let skips = batch.writes.is_empty() && self.has(Fault::SkipsBatchesWithoutWrites);
        if skips || self.has(Fault::RemembersTheLastBatch) && self.lock().past.last() == Some(batch) {
            return Ok(Commit::Committed);
        }
        let number = self.lock().next_number();
        let (mut held, past) = (true, self.lock().past.len());
        let goes_by_its_snapshot = self.goes_by_its_snapshot(batch);
        if goes_by_its_snapshot || self.has_any([Fault::ChecksThenWrites, Fault::IsolatesSnapshots]) {
            held = batch.expectations.iter().all(|it| self.lock().rows.holds(&it.key, it.expected));
            if !batch.expectations.is_empty() {
                pause().await;
            }
        }
        if self.has(Fault::NumbersBeforeItCommits) && number.is_multiple_of(2) {
            pause().await;
            pause().await;
        }
        if goes_by_its_snapshot {
            held &= !self.lock().is_late(past, batch);
        }
        let (holds, writes) = self.check_and_write(batch, held, number);
        for write in writes {
            self.lock().write(&[write]);
            pause().await;
        }
        if holds {
            if !(batch.writes.is_empty() && self.has(Fault::ChecksOutOfOrder)) {
                self.lock().past.push(batch.clone());
            }
            if self.has_any([Fault::BreaksBefore, Fault::BreaksHalfWay, Fault::BreaksAfter]) {
                return Err("the line broke");
            }
        }
        let writes = !batch.writes.is_empty();
        let unlucky = writes && self.has(Fault::TakesTheUnknownForAConflict) && self.lock().rows.commits % 10 == 9;
        let denies = unlucky || writes && self.has(Fault::DeniesCommits);
        Ok(if holds && !denies { Commit::Committed } else { Commit::Conflict })
    }
}

impl Store for FaultyStore {
    type Error = &'static str;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Self::Error> {
        blocking(AsyncStore::load(self, keys))
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Self::Error> {
        blocking(AsyncStore::scan(self, scan))
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Self::Error> {
        blocking(AsyncStore::commit(self, batch))
    }
}

impl Fixture for FaultyStore {
    type Handle = Self;

    fn handle(&self) -> Self {
        self.clone()
    }

    fn plant(&self, key: &Key, record: &str) -> bool {
        let Ok(read) = serde_json::from_str::<Record>(record) else { return false };
        let whole = serde_json::to_value(&read).ok();
        let mut shared = self.lock();
        if self.faults.contains(&Fault::NeedsEveryField) && whole != serde_json::from_str(record).ok() {
            shared.unreadable.insert(key.clone());
        }
        shared.write(&[Write::new(key.clone(), Some(read))]);
        true
    }

    fn outbox(&self) -> Option<Outbox> {
        Some(self.lock().outbox())
    }
}

impl AsyncFixture for FaultyStore {
    type Handle = Self;

    async fn handle(&self) -> Self {
        self.clone()
    }

    async fn plant(&self, key: &Key, record: &str) -> bool {
        Fixture::plant(self, key, record)
    }

    async fn outbox(&self) -> Option<Outbox> {
        Fixture::outbox(self)
    }
}

/// A load among the commits: which keys it reads.
fn reading(keys: &[Key]) -> Batch {
    let read = |key: &Key| Expectation { key: key.clone(), expected: Expected::Absent };
    Batch { expectations: keys.iter().map(read).collect(), ..Batch::of_writes(Vec::new()) }
}

/// How many of these entries make up a megabyte.
fn in_a_megabyte(entries: &[Entry]) -> usize {
    let bytes = |entry: &Entry| serde_json::to_string(&entry.record).map_or(0, |json| json.len());
    let mut left = 1_000_000_usize;
    entries.iter().take_while(|entry| left.checked_sub(bytes(entry)).inspect(|rest| left = *rest).is_some()).count()
}

/// A moment for others to intervene.
async fn pause() {
    let mut pauses = 3;
    poll_fn(|context| {
        context.waker().wake_by_ref();
        pauses -= 1;
        if pauses == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Runs a call to its end; where it pauses, other threads get a turn.
fn blocking<F: Future>(call: F) -> F::Output {
    let mut call = pin!(call);
    loop {
        match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(answer) => return answer,
            Poll::Pending => thread::sleep(Duration::from_micros(200)),
        }
    }
}
