use alloc::{
    format,
    string::{String, ToString as _},
    sync::Arc,
    vec::Vec,
};
use core::{
    fmt::Debug,
    slice,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::{
    Breach,
    reach::yield_now,
    records::{number_of, record},
    text,
};
use crate::store::{
    AsyncStore, Batch, Commit, Entry, Expectation, Expected, Key, Range, Record, Scan, Usage, Versioned, Write,
};

/// What one thread does while others do theirs. Each answers with a number.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) gate: Arc<Gate>,
    pub(super) work: Work,
}

#[derive(Clone, Debug)]
pub(super) enum Work {
    /// Writes each of these keys that is not there: how many that were.
    Take(Vec<Key>, u32),
    /// Writes the first of each pair, where neither of the two is there: how many that were.
    Either(Vec<[Key; 2]>),
    /// Adds one to each of two counters, again and again: how many times.
    Count([Key; 2], u64),
    /// Writes one of these after the other, as long as others watch: in each batch one is put and the one before is
    /// deleted. How many batches that were.
    Move(Vec<Key>),
    /// Writes all of these at once, again and again, as long as others watch. How many batches that were.
    Rewrite(Vec<Key>),
    /// Scans while another one writes: each time so many entries, all of the same writing, and none of an earlier one
    /// than the time before. How many scans that were.
    Watch(Vec<Range>, usize),
}

/// Where tasks wait for one another, so that they are at the same thing at the same time.
#[derive(Debug)]
pub(super) struct Gate {
    tasks: u64,
    arrived: AtomicU64,
    /// How many scans there were.
    scans: AtomicU64,
    /// A task is done, or went wrong: no one is to wait any longer.
    left: AtomicBool,
}

/// How many writings and how many scans there are at least where one handle writes and others watch.
const WATCHED: u32 = 200;

/// How many conflicts in a row are too many.
const PATIENCE: u32 = 1000;

impl Gate {
    pub(super) fn of(tasks: u64) -> Arc<Self> {
        Arc::new(Self { tasks, arrived: AtomicU64::new(0), scans: AtomicU64::new(0), left: AtomicBool::new(false) })
    }

    async fn pass(&self) {
        let place = self.arrived.fetch_add(1, Ordering::AcqRel);
        let all = (place / self.tasks + 1) * self.tasks;
        while self.arrived.load(Ordering::Acquire) < all && !self.is_left() {
            yield_now().await;
        }
    }

    /// Whether a writer goes on beside those who watch: so many times at least, then until they have seen enough.
    fn is_worth_writing(&self, times: u32) -> bool {
        let watched = self.scans.load(Ordering::Acquire) >= WATCHED.into();
        !self.is_left() && times < if watched { WATCHED } else { 100 * WATCHED }
    }

    fn is_left(&self) -> bool {
        self.left.load(Ordering::Acquire)
    }
}

/// Lets the others go on, however a task ends.
struct Leaving<'g>(&'g Gate);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.left.store(true, Ordering::Release);
    }
}

impl Task {
    pub(super) async fn carry_out<S: AsyncStore<Error: Debug>>(&self, store: &mut S) -> Result<u64, Breach> {
        let _leaving = Leaving(&self.gate);
        self.gate.pass().await;
        match &self.work {
            Work::Take(keys, number) => self.take(keys, *number, store).await,
            Work::Either(pairs) => self.either(pairs, store).await,
            Work::Count(counters, times) => count(counters, *times, store).await,
            Work::Move(keys) => self.move_on(keys, store).await,
            Work::Rewrite(keys) => self.rewrite(keys, store).await,
            Work::Watch(ranges, entries) => self.watch(ranges, *entries, store).await,
        }
    }

    async fn take<S: AsyncStore<Error: Debug>>(&self, keys: &[Key], number: u32, store: &mut S) -> Result<u64, Breach> {
        let mut taken = 0;
        for key in keys {
            let write = || batch([(key, Expected::Absent)], [(key, Some(record(key, number)))]);
            self.gate.pass().await;
            // Without a look first: both of two tasks want to write it now.
            let committed = commit(store, &write()).await? == Commit::Committed
                || commit_where(store, slice::from_ref(key), |found| all_absent(found).then(write)).await?;
            taken += u64::from(committed);
        }
        Ok(taken)
    }

    async fn either<S: AsyncStore<Error: Debug>>(&self, pairs: &[[Key; 2]], store: &mut S) -> Result<u64, Breach> {
        let mut written = 0;
        for pair in pairs {
            let [mine, _] = pair;
            let absent = || pair.iter().map(|key| (key, Expected::Absent));
            let write = || batch(absent(), [(mine, Some(record(mine, 1)))]);
            self.gate.pass().await;
            written += u64::from(commit_where(store, pair, |found| all_absent(found).then(write)).await?);
        }
        Ok(written)
    }

    async fn move_on<S: AsyncStore<Error: Debug>>(&self, keys: &[Key], store: &mut S) -> Result<u64, Breach> {
        let (mut from, mut places) = (keys.first(), keys.iter().cycle().skip(1));
        let mut number = 1;
        while self.gate.is_worth_writing(number) {
            number += 1;
            // In no rhythm, so that no reader has the same: by one place, or by two.
            let Some(to) = places.nth((number.wrapping_mul(0x9e37_79b9) >> 31) as usize) else { break };
            let gone = from.map(|from| (from, None));
            must_commit(store, &batch([], gone.into_iter().chain([(to, Some(record(to, number)))]))).await?;
            from = Some(to);
            yield_now().await;
        }
        Ok(number.into())
    }

    async fn rewrite<S: AsyncStore<Error: Debug>>(&self, keys: &[Key], store: &mut S) -> Result<u64, Breach> {
        let mut number = 1;
        while self.gate.is_worth_writing(number) {
            number += 1;
            must_commit(store, &batch([], keys.iter().map(|key| (key, Some(record(key, number)))))).await?;
            yield_now().await;
        }
        Ok(number.into())
    }

    async fn watch<S: AsyncStore<Error: Debug>>(
        &self,
        ranges: &[Range],
        entries: usize,
        store: &mut S,
    ) -> Result<u64, Breach> {
        let scan = Scan { ranges: ranges.to_vec(), limit: entries + 1 };
        let asked = || format!("scan {}, while another handle writes", text::list(ranges.iter().map(text::range)));
        let (mut scans, mut latest) = (0, 0);
        loop {
            // Once more when the writer is done: then, too, everything is there.
            let last = self.gate.is_left();
            let found = store.scan(&scan).await.map_err(|error| failed(asked(), &error))?;
            scans += 1;
            self.gate.scans.fetch_add(1, Ordering::AcqRel);
            let found = found.into_iter().flatten().collect::<Vec<_>>();
            let numbers = found.iter().filter_map(|Entry { record, .. }| number_of(record)).collect::<Vec<_>>();
            let (least, most) = (numbers.iter().min().copied(), numbers.iter().max().copied());
            let whole = found.len() == entries && numbers.len() == entries && least == most;
            if !whole || least < Some(latest) {
                let shown = |number: Option<u32>| number.map_or("none".into(), |number| number.to_string());
                let keys = text::list(found.iter().map(|entry| text::key(&entry.key)));
                let store =
                    format!("{} entries, of writings number {} to {}: {keys}", found.len(), shown(least), shown(most));
                let contract =
                    format!("at every moment {entries} of one and the same writing, number {latest} or later");
                return Err(Breach::new(asked(), store, contract));
            }
            latest = least.unwrap_or(latest);
            if last {
                return Ok(scans);
            }
            yield_now().await;
        }
    }
}

async fn count<S: AsyncStore<Error: Debug>>(counters: &[Key; 2], times: u64, store: &mut S) -> Result<u64, Breach> {
    for _ in 0..times {
        let one_more = |found: &[Option<Versioned>]| {
            let found = || counters.iter().zip(found);
            let expectations = found().map(|(counter, found)| (counter, at(found)));
            Some(batch(expectations, found().map(|(counter, found)| (counter, Some(one_more(found))))))
        };
        commit_where(store, counters, one_more).await?;
    }
    Ok(times)
}

fn all_absent(found: &[Option<Versioned>]) -> bool {
    found.iter().all(Option::is_none)
}

/// What a key is read as, as an expectation.
fn at(found: &Option<Versioned>) -> Expected {
    found.as_ref().map_or(Expected::Absent, |found| Expected::At(found.version))
}

fn one_more(found: &Option<Versioned>) -> Record {
    let counted = found.as_ref().and_then(|found| counted(&found.record)).unwrap_or(0);
    Record::Usage(Usage { connections: counted + 1, environments: 1 })
}

/// What a counter stands at.
pub(super) fn counted(record: &Record) -> Option<u32> {
    match record {
        Record::Usage(usage) => Some(usage.connections),
        _ => None,
    }
}

pub(super) fn batch<'k>(
    expectations: impl IntoIterator<Item = (&'k Key, Expected)>,
    writes: impl IntoIterator<Item = (&'k Key, Option<Record>)>,
) -> Batch {
    let expectations = expectations.into_iter().map(|(key, expected)| Expectation { key: key.clone(), expected });
    let writes = writes.into_iter().map(|(key, record)| Write { key: key.clone(), record });
    Batch { expectations: expectations.collect(), writes: writes.collect(), ..Batch::default() }
}

pub(super) async fn load<S: AsyncStore<Error: Debug>>(
    store: &mut S,
    keys: &[Key],
) -> Result<Vec<Option<Versioned>>, Breach> {
    let asked = || format!("load {}", text::list(keys.iter().map(text::key)));
    let found = store.load(keys).await.map_err(|error| failed(asked(), &error))?;
    if found.len() == keys.len() {
        return Ok(found);
    }
    Err(Breach::new(asked(), format!("{} answers", found.len()), format!("{} answers, one for each key", keys.len())))
}

/// Commits, whatever is there.
pub(super) async fn must_commit<S: AsyncStore<Error: Debug>>(store: &mut S, batch: &Batch) -> Result<(), Breach> {
    commit_where(store, &[], |_| Some(batch.clone())).await.map(drop)
}

/// Commits what is made of what is read, again and again until there is no conflict; or until there is nothing to commit:
/// then it answers no.
///
/// While others are at work, a conflict is let pass though every expectation may hold: a store that is cautious is slow,
/// and not wrong.
async fn commit_where<S: AsyncStore<Error: Debug>>(
    store: &mut S,
    keys: &[Key],
    decide: impl Fn(&[Option<Versioned>]) -> Option<Batch>,
) -> Result<bool, Breach> {
    let mut conflicts = 0;
    loop {
        let found = if keys.is_empty() { Vec::new() } else { load(store, keys).await? };
        let Some(batch) = decide(&found) else { return Ok(false) };
        if commit(store, &batch).await? == Commit::Committed {
            return Ok(true);
        }
        conflicts += 1;
        if conflicts == PATIENCE {
            let contract = "Committed: what was read is expected, and others come to their ends";
            return Err(Breach::new(commit_of(&batch), format!("{PATIENCE} conflicts in a row"), contract.into()));
        }
        yield_now().await;
    }
}

async fn commit<S: AsyncStore<Error: Debug>>(store: &mut S, batch: &Batch) -> Result<Commit, Breach> {
    store.commit(batch).await.map_err(|error| failed(commit_of(batch), &error))
}

fn commit_of(batch: &Batch) -> String {
    format!("commit {}", text::list(batch.writes.iter().map(|write| text::key(&write.key))))
}

fn failed(asked: String, error: &impl Debug) -> Breach {
    let contract = "an answer; a lost race is a conflict".to_string();
    Breach::new(asked, format!("an error: {}", text::debug(error)), contract)
}
