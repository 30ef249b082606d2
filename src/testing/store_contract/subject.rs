use alloc::{
    collections::{BTreeMap, VecDeque},
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::{
    Outbox,
    erased::{AnyFixture, Handle},
    failure::{Breach, Kept},
    samples::batch,
    show,
};
use crate::{
    Memory, Outcome, Step,
    operation::{Answer, Context, Operation},
    store::{Batch, Commit, Entry, Expected, Key, Record, Scan, Store, Version, Versioned},
};

/// A store under test, and what is in it according to the contract: every answer of the one is compared with the other.
pub(super) struct Subject<'f> {
    pub(super) fixture: &'f dyn AnyFixture,
    handles: Vec<Handle<'f>>,
    by: usize,
    /// What is there. Versions are the store's own.
    pub(super) memory: Memory,
    versions: BTreeMap<Key, Versions>,
    /// What is kept of the events and instructions of the commits.
    pub(super) kept: Outbox,
    pub(super) last_batch: Option<Batch>,
    steps: u64,
    before: VecDeque<String>,
}

/// The versions of a key.
#[derive(Debug, Default)]
struct Versions {
    /// All that it has had, in the order of the writes.
    all: Vec<Version>,
    /// Whether it was written since the last of them was read.
    is_written: bool,
    is_there: bool,
}

/// How many steps before a breach are shown.
const SHOWN: usize = 6;

/// The most keys that the model loads at once.
pub(super) const MOST_KEYS: usize = 101;

impl<'f> Subject<'f> {
    pub(super) async fn new(fixture: &'f dyn AnyFixture) -> Self {
        Self {
            handles: Vec::from([fixture.handle().await]),
            fixture,
            by: 0,
            memory: Memory::new(),
            versions: BTreeMap::new(),
            kept: Outbox::default(),
            last_batch: None,
            steps: 0,
            before: VecDeque::new(),
        }
    }

    /// How many steps there were, and what the last ones asked.
    pub(super) fn end(self) -> (u64, VecDeque<String>) {
        (self.steps, self.before)
    }

    /// New handles, for a race.
    pub(super) async fn handles<const N: usize>(&mut self) -> [Handle<'f>; N] {
        self.steps += 1;
        let mut handles = Vec::new();
        for _ in 0..N {
            handles.push(self.fixture.handle().await);
        }
        #[expect(clippy::panic, reason = "there are as many")]
        handles.try_into().unwrap_or_else(|_| panic!("{N} handles"))
    }

    /// Uses the handle of this number from now on, opening it if it was not there before.
    pub(super) async fn by(&mut self, handle: usize) {
        while self.handles.len() <= handle {
            self.handles.push(self.fixture.handle().await);
        }
        self.by = handle;
    }

    pub(super) async fn load(&mut self, keys: &[Key]) -> Kept<Vec<Option<Versioned>>> {
        let asked = self.ask(show::load(keys));
        let Ok(expected) = Store::load(&mut self.memory, keys);
        let found = self.handle().load(keys).await?;
        for (key, (found, expected)) in keys.iter().zip(found.iter().zip(&expected)) {
            let (is, must) = (found.as_ref().map(|found| &found.record), expected.as_ref().map(|it| &it.record));
            if is != must {
                let (is, must) = show::apart(&is, &must);
                let under = show::key(key);
                return Err(Breach::new(asked, format!("under {under}: {is}"), format!("under {under}: {must}")));
            }
            if let Some(Versioned { version, .. }) = found
                && let Err(contract) = self.versions.entry(key.clone()).or_default().witness(*version)
            {
                return Err(Breach::new(asked, format!("under {}: version {version}", show::key(key)), contract));
            }
        }
        Ok(found)
    }

    pub(super) async fn scan(&mut self, scan: &Scan) -> Kept<Vec<Vec<Entry>>> {
        let asked = self.ask(show::scan(scan));
        let Ok(expected) = Store::scan(&mut self.memory, scan);
        let found = self.handle().scan(scan).await?;
        if let Some((found, expected)) = found.iter().zip(&expected).find(|(found, expected)| found != expected) {
            let place = found.iter().zip(expected).take_while(|(found, expected)| found == expected).count();
            let (is, must) = match (found.get(place), expected.get(place)) {
                (Some(found), Some(expected)) if found.key == expected.key => {
                    show::apart(&found.record, &expected.record)
                }
                (found, expected) => (key_or_end(found), key_or_end(expected)),
            };
            let place = format!("after {place} entries that are right:");
            return Err(Breach::new(asked, format!("{place} {is}"), format!("{place} {must}")));
        }
        Ok(found)
    }

    /// Commits a batch of these expectations and writes, as below.
    pub(super) async fn commit(
        &mut self,
        expected: impl IntoIterator<Item = (Key, Expected)>,
        written: impl IntoIterator<Item = (Key, Option<Record>)>,
    ) -> Kept {
        self.commit_batch(&batch(expected, written)).await.map(drop)
    }

    /// Commits, and loads everything that the batch is about, whether or not there was a conflict.
    pub(super) async fn commit_batch(&mut self, batch: &Batch) -> Kept<Commit> {
        let asked = self.ask(show::commit(batch));
        let broken = batch.expectations.iter().find(|it| it.expected != self.at(&it.key));
        let contract = broken.map_or("Committed: every expectation holds".into(), |broken| {
            format!("Conflict: what is expected of {} does not hold", show::key(&broken.key))
        });
        let wanted = if broken.is_some() { Commit::Conflict } else { Commit::Committed };
        let given = self.handle().commit(batch).await?;
        if given != wanted {
            return Err(Breach::new(asked, format!("{given:?}"), contract));
        }
        if given == Commit::Committed {
            batch.writes.iter().for_each(|write| self.write(write.key.clone(), write.record.clone()));
            self.kept.events.extend_from_slice(&batch.events);
            self.kept.instructions.extend_from_slice(&batch.instructions);
            self.last_batch = Some(batch.clone());
        }
        let read = batch.expectations.iter().map(|it| &it.key);
        let mut touched = read.chain(batch.writes.iter().map(|write| &write.key)).cloned().collect::<Vec<_>>();
        touched.sort();
        touched.dedup();
        for keys in touched.chunks(MOST_KEYS) {
            self.load(keys).await?;
        }
        Ok(given)
    }

    /// Carries out a request to the model.
    pub(super) async fn call(&mut self, operation: Operation, context: Context) -> Kept<Outcome<Answer>> {
        let mut step = Step::begin(operation, context);
        loop {
            step = match step {
                Step::Load(load) => {
                    let found = self.load(load.keys()).await?;
                    load.resume(found)
                }
                Step::Scan(scan) => {
                    let found = self.scan(scan.scan()).await?;
                    scan.resume(found)
                }
                Step::Commit(commit) => {
                    let outcome = self.commit_batch(commit.batch()).await?;
                    commit.resume(outcome)
                }
                Step::Done(outcome) => return Ok(outcome),
                // The store answered as `Memory` does.
                Step::Failed(failed) => return Err(Breach::new("a request", show::debug(&failed), "an outcome")),
            };
        }
    }

    /// Has the fixture plant a record, if it can.
    pub(super) async fn plant(&mut self, key: &Key, json: &str, record: Record) -> Kept<bool> {
        let can = self.fixture.plant(key, json).await;
        if can {
            self.ask(format!("plant {}", show::key(key)));
            self.write(key.clone(), Some(record));
            self.load(core::slice::from_ref(key)).await?;
        }
        Ok(can)
    }

    /// Writes these records, expecting nothing.
    pub(super) async fn bring(&mut self, records: &Memory) -> Kept {
        // In an order other than that of the keys.
        let mut writes = records.records().map(|(key, record)| (key, Some(record.clone()))).collect::<Vec<_>>();
        writes.sort_by_cached_key(|(key, _)| key.to_string().bytes().rev().collect::<Vec<_>>());
        for writes in writes.chunks(60) {
            self.commit([], writes.iter().cloned()).await?;
        }
        Ok(())
    }

    /// What a key is at now.
    pub(super) fn at(&self, key: &Key) -> Expected {
        let versions = self.versions.get(key).filter(|versions| versions.is_there);
        versions.and_then(|versions| versions.all.last()).map_or(Expected::Absent, |version| Expected::At(*version))
    }

    /// What a key was at after its write of this number, counted from 0.
    pub(super) fn at_writing(&self, key: &Key, number: usize) -> Expected {
        let version = self.versions.get(key).and_then(|versions| versions.all.get(number));
        version.map_or(Expected::Absent, |version| Expected::At(*version))
    }

    fn write(&mut self, key: Key, record: Option<Record>) {
        let versions = self.versions.entry(key.clone()).or_default();
        (versions.is_written, versions.is_there) = (record.is_some(), record.is_some());
        match record {
            Some(record) => self.memory.insert(key, record),
            None => self.memory.remove(&key),
        };
    }

    fn ask(&mut self, asked: String) -> String {
        self.steps += 1;
        if self.before.len() > SHOWN {
            self.before.pop_front();
        }
        let asked = format!("{asked}, by handle {}", self.by);
        self.before.push_back(asked.clone());
        asked
    }

    fn handle(&mut self) -> &mut Handle<'f> {
        #[expect(clippy::expect_used, reason = "`by` opens it")]
        self.handles.get_mut(self.by).expect("an open handle")
    }
}

impl Versions {
    /// Takes note of the version that a key is read at, or says which one it has to be.
    fn witness(&mut self, version: Version) -> Result<(), String> {
        if !self.is_written {
            let last = self.all.last().filter(|last| **last != version);
            return last.map_or(Ok(()), |last| Err(format!("version {last}: nobody has written it since")));
        }
        if let Some(number) = self.all.iter().position(|known| *known == version) {
            return Err(format!("a version that the key never had: its writing number {} has this one", number + 1));
        }
        self.all.push(version);
        self.is_written = false;
        Ok(())
    }
}

fn key_or_end(entry: Option<&Entry>) -> String {
    entry.map_or("the end".into(), |entry| show::key(&entry.key))
}
