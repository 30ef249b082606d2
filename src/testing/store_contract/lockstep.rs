use alloc::{
    collections::{BTreeMap, VecDeque},
    format,
    string::{String, ToString as _},
    vec::Vec,
};
use core::{convert::Infallible, fmt::Debug};

use super::{
    Breach,
    reach::Reach,
    step::{Draft, Expect, Step},
    text,
};
use crate::{
    HostError, Memory, Outcome,
    operation::{Answer, Context, Operation},
    run, run_async,
    store::{
        AsyncStore, Batch, Commit, Entry, Expectation, Expected, Key, Record, Scan, Store, Version, Versioned, Write,
    },
};

/// A store and a [`Memory`] that do the same. What the memory answers is what the contract says; only versions are the
/// store's own.
pub(super) struct Lockstep<'r, R: Reach> {
    reach: &'r R,
    handles: Vec<R::Handle>,
    by: usize,
    memory: Memory,
    versions: Versions,
    last: Batches,
    before: VecDeque<String>,
    steps: u64,
}

/// How many steps before a breach are shown.
const SHOWN: usize = 6;

/// A batch with the store's versions, and with the memory's.
#[derive(Clone, Debug, Default)]
struct Batches {
    store: Batch,
    memory: Batch,
}

/// Which version of the memory is which of the store, for each key in the order of the writings.
#[derive(Debug, Default)]
struct Versions(BTreeMap<Key, Vec<(Version, Version)>>);

impl<'r, R: Reach> Lockstep<'r, R> {
    pub(super) async fn new(reach: &'r R) -> Self {
        Self {
            handles: Vec::from([reach.handle().await]),
            reach,
            by: 0,
            memory: Memory::new(),
            versions: Versions::default(),
            last: Batches::default(),
            before: VecDeque::new(),
            steps: 0,
        }
    }

    /// Carries out a script. How many steps that were.
    pub(super) async fn play(reach: &'r R, script: Vec<Step>) -> Result<u64, Breach> {
        let mut lockstep = Self::new(reach).await;
        for step in script {
            lockstep.step(step).await?;
        }
        Ok(lockstep.steps)
    }

    /// From now on by the handle of this number.
    pub(super) async fn by(&mut self, handle: usize) {
        while self.handles.len() <= handle {
            self.handles.push(self.reach.handle().await);
        }
        self.by = handle;
    }

    pub(super) const fn steps(&self) -> u64 {
        self.steps
    }

    async fn step(&mut self, step: Step) -> Result<(), Breach> {
        self.ask(step.to_string());
        match step {
            Step::By(handle) => {
                self.by(handle).await;
                Ok(())
            }
            Step::Load(keys) => self.load(&keys).await,
            Step::Scan(scan) => self.scan(&scan).await,
            Step::Commit(draft) => {
                self.last = self.resolve(draft)?;
                self.commit().await
            }
            Step::Again => self.commit().await,
            Step::Plant(key, json, record) => {
                self.reach.plant(&key, &json).await;
                self.memory.insert(key.clone(), record);
                self.look(&[key]).await
            }
            Step::Call(call) => {
                let (operation, context) = *call;
                self.call(operation, context).await.map(drop)
            }
        }
    }

    /// Carries out a request to the model over both. Trouble of the model's is one answer more.
    pub(super) async fn call(
        &mut self,
        operation: Operation,
        context: Context,
    ) -> Result<Option<Outcome<Answer>>, Breach> {
        let mut noting = Noting { memory: &mut self.memory, touched: Vec::new() };
        let expected = run(&mut noting, operation.clone(), context).map_err(|error| match error {
            HostError::Store(never) => match never {},
            HostError::Trouble(trouble) => trouble,
        });
        let touched = noting.touched;
        let handle = Self::handle(&mut self.handles, self.by);
        let given = match run_async(handle, operation, context).await {
            Ok(outcome) => Ok(outcome),
            Err(HostError::Trouble(trouble)) => Err(trouble),
            Err(HostError::Store(error)) => return Err(self.failed(&error)),
        };
        if given != expected {
            let (given, expected) = text::apart(&given, &expected);
            return Err(self.breach(given, expected));
        }
        self.look(&touched).await?;
        Ok(given.ok())
    }

    /// Compares everything that is there.
    pub(super) async fn look_at_all(&mut self) -> Result<(), Breach> {
        let keys = self.memory.records().map(|(key, _)| key.clone()).collect::<Vec<_>>();
        self.look(&keys).await
    }

    async fn load(&mut self, keys: &[Key]) -> Result<(), Breach> {
        let Ok(expected) = Store::load(&mut self.memory, keys);
        let handle = Self::handle(&mut self.handles, self.by);
        let given = match handle.load(keys).await {
            Ok(given) => given,
            Err(error) => return Err(self.failed(&error)),
        };
        if given.len() != keys.len() {
            let (given, asked) =
                (format!("{} answers", given.len()), format!("{} answers, one for each key", keys.len()));
            return Err(self.breach(given, asked));
        }
        for (key, (given, expected)) in keys.iter().zip(given.iter().zip(&expected)) {
            let of = |found: &Option<Versioned>| found.as_ref().map(|found| found.record.clone());
            if of(given) != of(expected) {
                let (record, contract) = match (of(given), of(expected)) {
                    (Some(given), Some(expected)) => text::apart(&given, &expected),
                    (given, expected) => (record_or_none(given), record_or_none(expected)),
                };
                let version = given.as_ref().map(|found| format!(", of version {}", found.version)).unwrap_or_default();
                return Err(self.breach(
                    format!("under {}: {record}{version}", text::key(key)),
                    format!("under {}: {contract}", text::key(key)),
                ));
            }
            if let (Some(given), Some(expected)) = (given, expected)
                && let Err(wanted) = self.versions.witness(key, expected.version, given.version)
            {
                let given = format!("under {}: version {}", text::key(key), given.version);
                return Err(self.breach(given, wanted));
            }
        }
        Ok(())
    }

    async fn scan(&mut self, scan: &Scan) -> Result<(), Breach> {
        let Ok(expected) = Store::scan(&mut self.memory, scan);
        let handle = Self::handle(&mut self.handles, self.by);
        let given = match handle.scan(scan).await {
            Ok(given) => given,
            Err(error) => return Err(self.failed(&error)),
        };
        if given.len() != expected.len() {
            let expected = format!("{} answers, one for each range", expected.len());
            return Err(self.breach(format!("{} answers", given.len()), expected));
        }
        for (range, (given, expected)) in scan.ranges.iter().zip(given.iter().zip(&expected)) {
            if given == expected {
                continue;
            }
            let place = given.iter().zip(expected).take_while(|(given, expected)| given == expected).count();
            let (found, wanted) = match (given.get(place), expected.get(place)) {
                (Some(given), Some(expected)) if given.key == expected.key => {
                    text::apart(&given.record, &expected.record)
                }
                (given, expected) => (key_or_end(given), key_or_end(expected)),
            };
            let range = text::range(range);
            let shown = |entries: usize, what| format!("{range}: {entries} entries, number {}: {what}", place + 1);
            return Err(self.breach(shown(given.len(), found), shown(expected.len(), wanted)));
        }
        Ok(())
    }

    async fn commit(&mut self) -> Result<(), Breach> {
        let Ok(expected) = Store::commit(&mut self.memory, &self.last.memory);
        let handle = Self::handle(&mut self.handles, self.by);
        let given = match handle.commit(&self.last.store).await {
            Ok(given) => given,
            Err(error) => return Err(self.failed(&error)),
        };
        if given != expected {
            let held = match expected {
                Commit::Committed => "Committed, as every expectation holds",
                Commit::Conflict => "Conflict, as an expectation does not hold",
            };
            return Err(self.breach(format!("{given:?}"), held.into()));
        }
        let touched = touched(&self.last.memory);
        self.look(&touched).await
    }

    /// Loads what was touched: it is as the contract says, and of which version it is, is known from now on.
    async fn look(&mut self, keys: &[Key]) -> Result<(), Breach> {
        for keys in keys.chunks(50) {
            self.ask(Step::Load(keys.to_vec()).to_string());
            self.load(keys).await?;
        }
        Ok(())
    }

    fn resolve(&self, Draft { expect, write }: Draft) -> Result<Batches, Breach> {
        let mut batches = Batches::default();
        for (key, expect) in expect {
            let known = self.versions.0.get(&key).map(Vec::as_slice).unwrap_or_default();
            let (memory, store) = match expect {
                Expect::Absent => (Expected::Absent, Expected::Absent),
                Expect::Latest | Expect::Earlier(_) => {
                    let version = if let Expect::Earlier(number) = expect { known.get(number) } else { known.last() };
                    let Some((memory, store)) = version else {
                        let missing = format!("a version of {} that was seen", text::key(&key));
                        return Err(self.breach("none".into(), missing));
                    };
                    (Expected::At(*memory), Expected::At(*store))
                }
            };
            batches.memory.expectations.push(Expectation { key: key.clone(), expected: memory });
            batches.store.expectations.push(Expectation { key, expected: store });
        }
        batches.memory.writes = write.into_iter().map(|(key, record)| Write { key, record }).collect();
        batches.store.writes.clone_from(&batches.memory.writes);
        Ok(batches)
    }

    #[expect(clippy::indexing_slicing, reason = "`by` is a handle that was opened")]
    fn handle(handles: &mut [R::Handle], by: usize) -> &mut R::Handle {
        &mut handles[by]
    }

    pub(super) fn ask(&mut self, what: String) {
        self.steps += 1;
        if self.before.len() > SHOWN {
            self.before.pop_front();
        }
        self.before.push_back(what);
    }

    fn failed(&self, error: &impl Debug) -> Breach {
        self.breach(format!("an error: {}", text::debug(error)), "an answer".into())
    }

    fn breach(&self, store: String, contract: String) -> Breach {
        let mut before = self.before.iter().cloned().collect::<Vec<_>>();
        let asked = before.pop().unwrap_or_default();
        Breach { asked: format!("{asked}, by handle {}", self.by), store, contract, before }
    }
}

impl Versions {
    /// Takes note of a version, or says what it has to be.
    fn witness(&mut self, key: &Key, memory: Version, store: Version) -> Result<(), String> {
        let known = self.0.entry(key.clone()).or_default();
        if let Some((_, before)) = known.iter().find(|(of, _)| *of == memory) {
            let wanted = || format!("version {before}, which it has had since it was written last");
            return if *before == store { Ok(()) } else { Err(wanted()) };
        }
        if let Some((_, before)) = known.last().filter(|(_, before)| *before >= store) {
            return Err(format!("a version greater than {before}, which the key had before"));
        }
        known.push((memory, store));
        Ok(())
    }
}

fn record_or_none(record: Option<Record>) -> String {
    record.map_or("no record".into(), |record| text::debug(&record))
}

fn key_or_end(entry: Option<&Entry>) -> String {
    entry.map_or("the end".into(), |entry| text::key(&entry.key))
}

/// A memory that takes note of the keys that a request reads and writes.
struct Noting<'m> {
    memory: &'m mut Memory,
    touched: Vec<Key>,
}

impl Store for Noting<'_> {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        Store::load(self.memory, keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        Store::scan(self.memory, scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        self.touched.extend(touched(batch));
        Store::commit(self.memory, batch)
    }
}

/// The keys that a batch is about, each once.
fn touched(batch: &Batch) -> Vec<Key> {
    let read = batch.expectations.iter().map(|expectation| &expectation.key);
    let mut keys = read.chain(batch.writes.iter().map(|write| &write.key)).cloned().collect::<Vec<_>>();
    keys.sort();
    keys.dedup();
    keys
}
