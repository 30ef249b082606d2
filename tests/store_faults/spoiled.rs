//! A store of which one answer is not what it should be.

use std::{cell::RefCell, rc::Rc};

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

/// What a store does wrong; by default nothing.
#[derive(Clone, Debug, Default)]
pub struct Spoiling {
    /// So many commits meet a conflict before one does not.
    pub conflicts: usize,
    /// The call of this number is answered so, whatever is stored.
    pub answer: Option<(usize, Answered)>,
    /// The call of this number breaks.
    pub breaks: Option<usize>,
    /// Whether a commit that breaks was done before it did.
    pub writes_before: bool,
}

/// A store in memory of which the answers are spoiled.
#[derive(Clone, Debug)]
pub struct Spoiled {
    /// What it stands on.
    pub memory: Memory,
    /// All that it was asked, and what it answered; nothing where it broke.
    pub calls: Vec<(Asked, Option<Answered>)>,
    spoiling: Spoiling,
}

impl Spoiled {
    /// How often it was asked to commit.
    pub fn commits(&self) -> impl Iterator<Item = &Batch> {
        self.calls.iter().filter_map(|(asked, _)| match asked {
            Asked::Commit(batch) => Some(batch),
            _ => None,
        })
    }

    fn answer(&mut self, asked: Asked) -> Result<Answered, Broken> {
        let number = self.calls.len();
        let breaks = self.spoiling.breaks == Some(number);
        let answered = match &self.spoiling.answer {
            Some((place, answer)) if *place == number => answer.clone(),
            _ if breaks && !self.spoiling.writes_before => Answered::Committed(Commit::Conflict),
            _ => self.right_answer(&asked),
        };
        let answered = if breaks { Err(Broken(number)) } else { Ok(answered) };
        self.calls.push((asked, answered.clone().ok()));
        answered
    }

    fn right_answer(&mut self, asked: &Asked) -> Answered {
        let Ok(answered) = match asked {
            Asked::Load(keys) => Store::load(&mut self.memory, keys).map(Answered::Loaded),
            Asked::Scan(scan) => Store::scan(&mut self.memory, scan).map(Answered::Scanned),
            Asked::Commit(_) if self.spoiling.conflicts > 0 => {
                self.spoiling.conflicts -= 1;
                Ok(Answered::Committed(Commit::Conflict))
            }
            Asked::Commit(batch) => Store::commit(&mut self.memory, batch).map(Answered::Committed),
        };
        answered
    }
}

/// What a request comes to over a store that may break.
pub type Came = Result<Outcome<AnswerTo<Operation>>, HostError<Broken>>;

/// Carries out a request over a spoiled store: what it came to, and the store.
///
/// A blocking and an async host come to the same, and so does doing it again.
pub fn carry_out(memory: &Memory, spoiling: &Spoiling, operation: &Operation, context: Context) -> (Came, Spoiled) {
    let new = || Spoiled { memory: memory.clone(), calls: Vec::new(), spoiling: spoiling.clone() };
    let mut store = new();
    let came = run(&mut store, operation.clone(), context);
    let shared = Rc::new(RefCell::new(new()));
    let again = poll_once(run_async(&mut Shared(Rc::clone(&shared)), operation.clone(), context));
    assert_eq!(came, again, "{operation} is carried out by `run` and by `run_async`");
    assert_eq!(store.calls, shared.borrow().calls);
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

/// A spoiled store for an async host that is to be looked at afterwards.
#[derive(Clone, Debug)]
struct Shared(Rc<RefCell<Spoiled>>);

impl AsyncStore for Shared {
    type Error = Broken;

    // `AsyncStore` wants futures that threads can send; these are ready before they are made.
    fn load(&mut self, keys: &[Key]) -> impl Future<Output = Result<Vec<Option<Versioned>>, Broken>> + Send {
        std::future::ready(Store::load(&mut *self.0.borrow_mut(), keys))
    }

    fn scan(&mut self, scan: &Scan) -> impl Future<Output = Result<Vec<Vec<Entry>>, Broken>> + Send {
        std::future::ready(Store::scan(&mut *self.0.borrow_mut(), scan))
    }

    fn commit(&mut self, batch: &Batch) -> impl Future<Output = Result<Commit, Broken>> + Send {
        std::future::ready(Store::commit(&mut *self.0.borrow_mut(), batch))
    }
}
