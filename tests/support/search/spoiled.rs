//! A store that answers what a test wants it to.

use std::{cell::RefCell, convert::Infallible, fmt, rc::Rc};

use account_connections::{
    AnswerTo, HostError, Memory, Outcome,
    operation::{Context, Operation},
    run, run_async,
    store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Store, Versioned},
};

/// The store is broken: the number of the call at which it broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken(pub usize);

/// What a store is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// For these records.
    Load(Vec<Key>),
    /// For this scan.
    Scan(Scan),
    /// To commit this.
    Commit(Batch),
}

/// What a store answers.
#[derive(Clone, Debug, PartialEq)]
pub enum Answered {
    /// Records.
    Loaded(Vec<Option<Versioned>>),
    /// Entries.
    Scanned(Vec<Vec<Entry>>),
    /// What became of a commit.
    Committed(Commit),
}

/// What a store makes of the right answer to its call of this number.
type Spoil = dyn FnMut(usize, &Asked, &mut Answered) -> Result<(), Broken>;

/// A store in memory of which the answers are spoiled. Where it takes a commit for a conflict, it does not write.
pub struct Spoiled {
    /// What it stands on.
    pub memory: Memory,
    /// All that it was asked.
    pub asked: Vec<Asked>,
    spoil: Box<Spoil>,
}

impl fmt::Debug for Spoiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spoiled").field("asked", &self.asked).finish_non_exhaustive()
    }
}

impl Spoiled {
    /// A store of these records with spoiled answers.
    pub fn new(
        memory: &Memory,
        spoil: impl FnMut(usize, &Asked, &mut Answered) -> Result<(), Broken> + 'static,
    ) -> Self {
        Self { memory: memory.clone(), asked: Vec::new(), spoil: Box::new(spoil) }
    }

    fn answer(&mut self, asked: Asked) -> Result<Answered, Broken> {
        let before = self.memory.clone();
        let right = |it: Result<Answered, Infallible>| it.unwrap_or_else(|never| match never {});
        let mut answered = right(match &asked {
            Asked::Load(keys) => Store::load(&mut self.memory, keys).map(Answered::Loaded),
            Asked::Scan(scan) => Store::scan(&mut self.memory, scan).map(Answered::Scanned),
            Asked::Commit(batch) => Store::commit(&mut self.memory, batch).map(Answered::Committed),
        });
        let spoiled = (self.spoil)(self.asked.len(), &asked, &mut answered);
        if spoiled.is_err() || answered == Answered::Committed(Commit::Conflict) {
            self.memory = before;
        }
        self.asked.push(asked);
        spoiled.map(|()| answered)
    }
}

/// What a request comes to over a store that may break.
pub type Came = Result<Outcome<AnswerTo<Operation>>, HostError<Broken>>;

/// Carries out a request over a spoiled store: what it came to, and the store.
///
/// A blocking and an async host come to the same, and so does doing it again.
pub fn carry_out(make: impl Fn() -> Spoiled, operation: &Operation, context: Context) -> (Came, Spoiled) {
    let mut store = make();
    let came = run(&mut store, operation.clone(), context);
    let shared = Shared(Rc::new(RefCell::new(make())));
    let again = poll_once(run_async(&mut shared.clone(), operation.clone(), context));
    assert_eq!(came, again, "{operation} is carried out by `run` and by `run_async`");
    assert_eq!(store.memory, shared.0.borrow().memory);
    assert_eq!(store.asked, shared.0.borrow().asked);
    (came, store)
}

/// The outcome of a future that waits for nothing.
fn poll_once<F: Future>(future: F) -> F::Output {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).poll(&mut context) {
        std::task::Poll::Ready(output) => output,
        std::task::Poll::Pending => panic!("the future waits"),
    }
}

macro_rules! answer {
    ($store:expr, $asked:expr, $kind:ident) => {
        match $store.answer($asked)? {
            Answered::$kind(answer) => Ok(answer),
            other => panic!("{other:?} is no answer to this"),
        }
    };
}

impl Store for Spoiled {
    type Error = Broken;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Broken> {
        answer!(self, Asked::Load(keys.to_vec()), Loaded)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Broken> {
        answer!(self, Asked::Scan(scan.clone()), Scanned)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Broken> {
        answer!(self, Asked::Commit(batch.clone()), Committed)
    }
}
