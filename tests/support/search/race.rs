//! Threads of requests over one store, and every order in which their steps can come.

use account_connections::{
    Memory, Step, drive,
    operation::{Context, Operation},
    store::{Entry, Key, Record, Store, Versioned},
};

use super::Reply;

/// A request, and what it is decided with.
#[derive(Clone, Debug)]
pub struct Task(pub Operation, pub Context);

/// How a store serves what consists of parts: at one moment, or each part at a moment of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// The keys of a load one by one, as a store may.
    pub loads: bool,
    /// The ranges of a scan one by one, as a store must not.
    pub scans: bool,
}

/// Tasks, one after the other.
#[derive(Clone, Debug)]
pub struct Thread {
    tasks: Vec<Task>,
    /// The task under way, if it has begun.
    at: Option<At>,
    /// What came of the tasks before it.
    pub finished: Vec<Finished>,
    began: u32,
}

/// A task that is done, and the times of its first and last step.
#[derive(Clone, Debug)]
pub struct Finished {
    /// What came of it.
    pub reply: Reply,
    /// When its first step was.
    pub began: u32,
    /// When its last step was.
    pub ended: u32,
}

/// Where a task is.
#[derive(Clone, Debug)]
enum At {
    Load(drive::Load<Operation>, Vec<Option<Versioned>>),
    Scan(drive::Scan<Operation>, Vec<Vec<Entry>>),
    Commit(drive::Commit<Operation>),
    Done(Reply),
}

impl Thread {
    /// A thread that is to do this.
    pub fn new(tasks: Vec<Task>) -> Self {
        Self { tasks, at: None, finished: Vec::new(), began: 0 }
    }

    /// Whether all is done.
    pub fn is_done(&self) -> bool {
        self.finished.len() == self.tasks.len()
    }

    /// Where the next step begins, if one is left.
    fn position(&mut self) -> Option<At> {
        self.at.take().or_else(|| self.tasks.get(self.finished.len()).map(Task::begin))
    }

    /// Whether the next step is one that writes.
    fn writes(&self) -> bool {
        matches!(self.at, Some(At::Commit(_)))
    }

    /// Takes the next step at this time.
    fn step<S: Store<Error: std::fmt::Debug>>(&mut self, store: &mut S, parts: Parts, now: u32) {
        let begins = self.at.is_none();
        let Some(at) = self.position() else { return };
        if begins {
            self.began = now;
        }
        match Task::step(at, store, parts) {
            At::Done(reply) => self.finished.push(Finished { reply, began: self.began, ended: now }),
            at => self.at = Some(at),
        }
    }
}

impl From<Step<Operation>> for At {
    fn from(step: Step<Operation>) -> Self {
        match step {
            Step::Load(load) => Self::Load(load, Vec::new()),
            Step::Scan(scan) => Self::Scan(scan, Vec::new()),
            Step::Commit(commit) => Self::Commit(commit),
            Step::Done(outcome) => Self::Done(Ok(outcome.into())),
            Step::Failed(trouble) => Self::Done(Err(trouble)),
        }
    }
}

impl Task {
    fn begin(&self) -> At {
        Step::begin(self.0.clone(), self.1).into()
    }

    fn step<S: Store<Error: std::fmt::Debug>>(at: At, store: &mut S, parts: Parts) -> At {
        match at {
            At::Load(load, mut found) => {
                if load_more(load.keys(), &mut found, store, parts) {
                    load.resume(found).into()
                } else {
                    At::Load(load, found)
                }
            }
            At::Scan(scan, mut found) => {
                let all = scan.scan();
                if parts.scans {
                    let mut part = all.clone();
                    part.ranges = vec![all.ranges[found.len()].clone()];
                    found.extend(store.scan(&part).unwrap());
                } else {
                    found = store.scan(all).unwrap();
                }
                if found.len() == all.ranges.len() { scan.resume(found).into() } else { At::Scan(scan, found) }
            }
            At::Commit(commit) => {
                let outcome = store.commit(commit.batch()).unwrap();
                commit.resume(outcome).into()
            }
            At::Done(reply) => At::Done(reply),
        }
    }
}

/// Loads all keys, or the next one; says whether all are there.
fn load_more<S: Store<Error: std::fmt::Debug>>(
    keys: &[Key],
    found: &mut Vec<Option<Versioned>>,
    store: &mut S,
    parts: Parts,
) -> bool {
    let next = if parts.loads { &keys[found.len()..=found.len()] } else { keys };
    found.extend(store.load(next).unwrap());
    found.len() == keys.len()
}

/// What it came to: what came of each thread's tasks, and what is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    finished: Vec<Vec<Reply>>,
    records: Vec<(Key, Record)>,
}

/// A store whose records can be seen.
pub trait Shown: Store<Error: std::fmt::Debug> + Clone {
    /// The store in memory that it stands on.
    fn memory(&self) -> &Memory;
}

impl Shown for Memory {
    fn memory(&self) -> &Memory {
        self
    }
}

fn outcome(store: &Memory, threads: &[Thread]) -> Outcome {
    let finished = threads.iter().map(|it| it.finished.iter().map(|it| it.reply.clone()).collect());
    Outcome { finished: finished.collect(), records: super::records(store) }
}

/// One order of whole tasks, by their threads, and what it comes to.
struct Serial {
    order: Vec<usize>,
    outcome: Outcome,
}

/// Runs every schedule of the threads' steps, and says how many there are.
///
/// # Errors
///
/// A schedule that comes to what no serial order of the tasks comes to, where a task that ended before another began
/// comes before it.
pub fn race<S: Shown>(store: &S, threads: &[Thread], parts: Parts) -> Result<u64, String> {
    let mut serial = Vec::new();
    serialize(store.memory().clone(), threads.to_vec(), &mut Vec::new(), &mut serial);
    let mut run = Run { serial, parts, schedules: 0, way: Vec::new() };
    run.all(store, threads.to_vec(), 0)?;
    Ok(run.schedules)
}

/// All orders of whole tasks, each over a right store.
fn serialize(store: Memory, threads: Vec<Thread>, order: &mut Vec<usize>, found: &mut Vec<Serial>) {
    if threads.iter().all(Thread::is_done) {
        found.push(Serial { order: order.clone(), outcome: outcome(&store, &threads) });
        return;
    }
    for next in (0..threads.len()).filter(|next| !threads[*next].is_done()) {
        let (mut store, mut threads) = (store.clone(), threads.clone());
        let before = threads[next].finished.len();
        while threads[next].finished.len() == before {
            threads[next].step(&mut store, Parts::default(), 0);
        }
        order.push(next);
        serialize(store, threads, order, found);
        order.pop();
    }
}

struct Run {
    serial: Vec<Serial>,
    parts: Parts,
    schedules: u64,
    way: Vec<usize>,
}

impl Run {
    fn all<S: Shown>(&mut self, store: &S, threads: Vec<Thread>, now: u32) -> Result<(), String> {
        if threads.iter().all(Thread::is_done) {
            self.schedules += 1;
            return self.check(&outcome(store.memory(), &threads), &threads);
        }
        let mut reader = None;
        for next in (0..threads.len()).filter(|next| !threads[*next].is_done()) {
            let mut threads = threads.clone();
            self.way.push(next);
            if threads[next].writes() {
                let mut store = store.clone();
                threads[next].step(&mut store, self.parts, now);
                self.all(&store, threads, now + 1)?;
            } else {
                // A step that reads does not change the store: all of them share one copy.
                let store = reader.get_or_insert_with(|| store.clone());
                threads[next].step(store, self.parts, now);
                self.all(&*store, threads, now + 1)?;
            }
            self.way.pop();
        }
        Ok(())
    }

    fn check(&self, outcome: &Outcome, threads: &[Thread]) -> Result<(), String> {
        let mut allowed = self.serial.iter().filter(|serial| keeps_time(&serial.order, threads));
        if allowed.clone().any(|serial| serial.outcome == *outcome) {
            return Ok(());
        }
        let tasks = threads.iter().enumerate().map(|(number, it)| format!("thread {number}: {:?}", it.tasks));
        let tasks = tasks.collect::<Vec<_>>().join("\n");
        let (way, serial) = (&self.way, allowed.next().map(|serial| &serial.outcome));
        Err(format!("{tasks}\nin the schedule {way:?} came to\n{outcome:?}\nand one by one to\n{serial:?}"))
    }
}

/// Whether a task that ended before another began comes before it in this order.
fn keeps_time(order: &[usize], threads: &[Thread]) -> bool {
    let mut next = vec![0; threads.len()];
    let tasks = order.iter().map(|&thread| {
        next[thread] += 1;
        &threads[thread].finished[next[thread] - 1]
    });
    let tasks = tasks.collect::<Vec<_>>();
    tasks.iter().enumerate().all(|(place, later)| tasks[..place].iter().all(|earlier| later.ended >= earlier.began))
}
