//! A store that does not do what it has to, once or always.

use std::convert::Infallible;

use account_connections::{
    HostError, Memory, Outcome,
    operation::{Answer, Context, Operation},
    run, run_async,
    store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Store, Versioned},
};

/// The store is broken: the number of the call at which it broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken(pub usize);

/// What a store is asked, and what it answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    Load(Vec<Key>, Vec<Option<Versioned>>),
    Scan(Scan, Vec<Vec<Entry>>),
    Commit(Batch, Commit),
}

/// What a store does wrong.
#[derive(Clone, Debug)]
pub enum Spoiling {
    Nothing,
    /// This many commits meet a conflict before one does not.
    Conflicts(usize),
    /// The load of this number is answered so, whatever is stored.
    Loads(usize, Vec<Option<Versioned>>),
    /// The scan of this number.
    Scans(usize, Vec<Vec<Entry>>),
    /// The call of this number breaks.
    Breaks(usize),
    /// The call of this number is a commit, and breaks once it is done.
    BreaksLate(usize),
}

/// A store in memory of which the answers are spoiled.
#[derive(Clone, Debug)]
pub struct Spoiled {
    /// What it stands on.
    pub memory: Memory,
    /// All that it was asked, but for what broke.
    pub calls: Vec<Call>,
    count: usize,
    spoiling: Spoiling,
}

impl Spoiled {
    /// Whether it was asked to commit.
    pub fn commits(&self) -> bool {
        self.calls.iter().any(|call| matches!(call, Call::Commit(..)))
    }
}

/// How a request ends over such a store.
pub type Came = Result<Outcome<Answer>, HostError<Broken>>;

/// Carries out a request over a spoiled store: how it ended, and the store. A blocking and an async host come to the
/// same.
pub fn carry_out(memory: &Memory, spoiling: &Spoiling, operation: &Operation, context: Context) -> (Came, Spoiled) {
    let new = || Spoiled { memory: memory.clone(), calls: Vec::new(), count: 0, spoiling: spoiling.clone() };
    let (mut blocking, mut waiting) = (new(), new());
    let came = run(&mut blocking, operation.clone(), context);
    let again = {
        let future = std::pin::pin!(run_async(&mut waiting, operation.clone(), context));
        future.poll(&mut std::task::Context::from_waker(std::task::Waker::noop()))
    };
    assert_eq!(again, std::task::Poll::Ready(came.clone()), "{operation} by `run` and by `run_async`");
    assert_eq!((&blocking.memory, &blocking.calls), (&waiting.memory, &waiting.calls));
    (came, blocking)
}

/// Does what is asked, where that does not break.
fn ask<T>(store: &mut Spoiled, right: impl FnOnce(&mut Memory) -> T) -> Result<T, Broken> {
    let number = store.count;
    store.count += 1;
    match store.spoiling {
        Spoiling::Breaks(place) if place == number => Err(Broken(number)),
        Spoiling::BreaksLate(place) if place == number => {
            right(&mut store.memory);
            Err(Broken(number))
        }
        _ => Ok(right(&mut store.memory)),
    }
}

fn get<T>(Ok(value): Result<T, Infallible>) -> T {
    value
}

impl Store for Spoiled {
    type Error = Broken;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Broken> {
        let mut found = ask(self, |memory| get(Store::load(memory, keys)))?;
        if let Spoiling::Loads(place, instead) = &self.spoiling
            && place + 1 == self.count
        {
            found.clone_from(instead);
        }
        self.calls.push(Call::Load(keys.to_vec(), found.clone()));
        Ok(found)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Broken> {
        let mut found = ask(self, |memory| get(Store::scan(memory, scan)))?;
        if let Spoiling::Scans(place, instead) = &self.spoiling
            && place + 1 == self.count
        {
            found.clone_from(instead);
        }
        self.calls.push(Call::Scan(scan.clone(), found.clone()));
        Ok(found)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Broken> {
        let outcome = match &mut self.spoiling {
            Spoiling::Conflicts(left) if *left > 0 => {
                *left -= 1;
                ask(self, |_| Commit::Conflict)?
            }
            _ => ask(self, |memory| get(Store::commit(memory, batch)))?,
        };
        self.calls.push(Call::Commit(batch.clone(), outcome));
        Ok(outcome)
    }
}

impl AsyncStore for Spoiled {
    type Error = Broken;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Broken> {
        Store::load(self, keys)
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Broken> {
        Store::scan(self, scan)
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, Broken> {
        Store::commit(self, batch)
    }
}
