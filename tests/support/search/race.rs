//! Threads of requests over one store, and every order in which their steps can come.

use std::rc::Rc;

use account_connections::{
    Memory, Refusal, Step,
    drive::Failed,
    event::Event,
    instruction::Instruction,
    operation::{Answer, Context, Operation},
    store::{Key, Record, Store},
};

use crate::support::advance;

/// A request, and what it is decided with.
#[derive(Clone, Debug)]
pub struct Task(pub Operation, pub Context);

/// What is said to the caller and what happened, or the trouble that the host has.
pub type Reply = Result<(Result<Answer, Refusal>, Vec<Event>, Vec<Instruction>), Failed>;

/// What it came to, if this is the last step.
pub fn reply(step: &Step<Operation>) -> Option<Reply> {
    match step {
        Step::Done(outcome) => Some(Ok((outcome.result.clone(), outcome.events.clone(), outcome.instructions.clone()))),
        Step::Failed(failed) => Some(Err(failed.clone())),
        _ => None,
    }
}

/// A store that can be looked at.
pub trait Shown: Store<Error: std::fmt::Debug> + Clone {
    /// What is stored, in a right store.
    fn memory(&self) -> Memory;
}

impl Shown for Memory {
    fn memory(&self) -> Memory {
        self.clone()
    }
}

/// Tasks, one after the other.
#[derive(Clone, Debug)]
pub struct Thread {
    tasks: Rc<[Task]>,
    /// The task under way, if it has begun, and when it did.
    at: Option<(Step<Operation>, u32)>,
    finished: Vec<Rc<Finished>>,
}

/// A task that is done, and the times of its first and last step.
#[derive(Debug)]
struct Finished {
    reply: Reply,
    began: u32,
    ended: u32,
}

impl Thread {
    /// A thread that is to do this.
    pub fn new(tasks: Vec<Task>) -> Self {
        Self { tasks: tasks.into(), at: None, finished: Vec::new() }
    }

    fn is_done(&self) -> bool {
        self.finished.len() == self.tasks.len()
    }

    fn writes(&self) -> bool {
        matches!(self.at, Some((Step::Commit(_), _)))
    }

    /// Whether no task is under way.
    fn is_idle(&self) -> bool {
        self.at.is_none()
    }

    /// Takes the next step at this time.
    fn step<S: Shown>(&mut self, store: &mut S, now: u32) {
        let (step, began) = self.at.take().unwrap_or_else(|| {
            let Task(operation, context) = self.tasks[self.finished.len()].clone();
            (Step::begin(operation, context), now)
        });
        let step = advance(step, store).unwrap();
        match reply(&step) {
            Some(reply) => self.finished.push(Rc::new(Finished { reply, began, ended: now })),
            None => self.at = Some((step, began)),
        }
    }
}

/// What it came to: the replies to each thread's tasks, and what is stored.
type Outcome = (Vec<Vec<Reply>>, Vec<(Key, Record)>);

fn outcome(store: &impl Shown, threads: &[Thread]) -> Outcome {
    let replies = threads.iter().map(|it| it.finished.iter().map(|it| it.reply.clone()).collect());
    let memory = store.memory();
    (replies.collect(), memory.records().map(|(key, record)| (key, record.clone())).collect())
}

/// Runs every schedule of the threads' steps, and says how many there are. Of two steps that read, one right after the
/// other, either order comes to the same: only the one is run in which the first thread is the first. Where the other order
/// says more, because a task ends in it before the other begins, that one is run, too.
///
/// # Errors
///
/// A schedule that comes to what no serial order of the tasks comes to, where a task that ended before another began
/// comes before it.
pub fn race<S: Shown>(store: &S, threads: &[Thread]) -> Result<u64, String> {
    let mut serial = Vec::new();
    serialize(&store.memory(), threads, &mut Vec::new(), &mut serial);
    let mut run = Run { serial, schedules: 0, way: Vec::new() };
    run.all(store, threads, 0, None)?;
    Ok(run.schedules)
}

/// All orders of whole tasks, by their threads, and what each comes to over a right store.
fn serialize(store: &Memory, threads: &[Thread], order: &mut Vec<usize>, found: &mut Vec<(Vec<usize>, Outcome)>) {
    if threads.iter().all(Thread::is_done) {
        found.push((order.clone(), outcome(store, threads)));
        return;
    }
    for next in (0..threads.len()).filter(|next| !threads[*next].is_done()) {
        let (mut store, mut threads) = (store.clone(), threads.to_vec());
        let before = threads[next].finished.len();
        while threads[next].finished.len() == before {
            threads[next].step(&mut store, 0);
        }
        order.push(next);
        serialize(&store, &threads, order, found);
        order.pop();
    }
}

struct Run {
    serial: Vec<(Vec<usize>, Outcome)>,
    schedules: u64,
    way: Vec<usize>,
}

impl Run {
    /// Goes on after the thread that took the last step, if that read.
    fn all<S: Shown>(&mut self, store: &S, threads: &[Thread], now: u32, reader: Option<usize>) -> Result<(), String> {
        if threads.iter().all(Thread::is_done) {
            self.schedules += 1;
            return self.check(&outcome(store, threads), threads);
        }
        let mut read = None;
        for next in (0..threads.len()).filter(|next| !threads[*next].is_done()) {
            let writes = threads[next].writes();
            let is_swapped = reader.is_some_and(|it| next < it && !(threads[it].is_idle() && threads[next].is_idle()));
            if is_swapped && !writes {
                continue;
            }
            let mut threads = threads.to_vec();
            self.way.push(next);
            if writes {
                let mut store = store.clone();
                threads[next].step(&mut store, now);
                self.all(&store, &threads, now + 1, None)?;
            } else {
                // A step that reads does not change the store: all of them share one copy.
                let store = read.get_or_insert_with(|| store.clone());
                threads[next].step(store, now);
                self.all(&*store, &threads, now + 1, Some(next))?;
            }
            self.way.pop();
        }
        Ok(())
    }

    fn check(&self, outcome: &Outcome, threads: &[Thread]) -> Result<(), String> {
        let mut allowed = self.serial.iter().filter(|(order, _)| keeps_time(order, threads));
        if allowed.clone().any(|(_, serial)| serial == outcome) {
            return Ok(());
        }
        let tasks = threads.iter().map(|it| format!("{:?}", it.tasks)).collect::<Vec<_>>().join("\n");
        let (way, serial) = (&self.way, allowed.next());
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
