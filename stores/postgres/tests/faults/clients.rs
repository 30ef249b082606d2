use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};

use account_connections::{
    HostError, run_async,
    testing::{
        history::{Ending, History, Recorded, Recorder},
        session::Session,
    },
};
use account_connections_postgres::{Error, Postgres};
use tokio::{task::JoinHandle, time::sleep};

/// Clients that go on calling, whatever happens, until they are told to end.
pub struct Clients {
    shared: Arc<Shared>,
    tasks: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Shared {
    recorder: Recorder,
    is_over: AtomicBool,
    /// How many calls had an outcome, how many of them by a commit of unknown fate had none, and how many surely did nothing.
    answered: AtomicUsize,
    unknown: AtomicUsize,
    failed: AtomicUsize,
}

/// This many at once.
const CLIENTS: u64 = 8;

impl Clients {
    /// On clones of this store.
    pub fn start(store: &Postgres, round: u64) -> Self {
        let shared = Arc::new(Shared::default());
        let tasks = (0..CLIENTS).map(|client| {
            let session = Session::new(round * CLIENTS + client);
            tokio::spawn(Arc::clone(&shared).call(client, store.clone(), session))
        });
        Self { tasks: tasks.collect(), shared }
    }

    /// Waits until this many more calls have had an outcome.
    pub async fn have_outcomes(&self, more: usize) {
        let before = self.shared.answered.load(SeqCst);
        while self.shared.answered.load(SeqCst) < before + more {
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// Waits until this many more calls have failed, with unknown fate or surely without effect.
    pub async fn have_failed(&self, more: usize) {
        let count = || self.shared.failed.load(SeqCst) + self.shared.unknown.load(SeqCst);
        let before = count();
        while count() < before + more {
            sleep(Duration::from_millis(5)).await;
        }
    }

    /// How many calls have had an outcome, an unknown fate, and no effect.
    pub fn counts(&self) -> [usize; 3] {
        let Shared { answered, unknown, failed, .. } = &*self.shared;
        [answered, unknown, failed].map(|count| count.load(SeqCst))
    }

    /// What they did.
    pub async fn end(self, what: &str) -> History {
        self.shared.is_over.store(true, SeqCst);
        for task in self.tasks {
            task.await.unwrap();
        }
        let shared = Arc::into_inner(self.shared).unwrap();
        let Shared { recorder, answered, unknown, failed, .. } = shared;
        println!("{what}: {answered:?} calls with an outcome, {unknown:?} of unknown fate, {failed:?} without effect");
        recorder.into_history()
    }
}

impl Shared {
    async fn call(self: Arc<Self>, client: u64, mut store: Postgres, mut session: Session) {
        while !self.is_over.load(SeqCst) {
            let call = session.next_call();
            let start = self.recorder.tick();
            let returned = run_async(&mut store, call.operation.clone(), call.context).await;
            let end = self.recorder.tick();
            // What surely had no effect is not in the history: if it had one after all, the history makes no sense.
            if let Err(HostError::Read(error) | HostError::Commit(error)) = &returned
                && !error.fate_unknown()
            {
                assert!(error.retryable(), "{error}");
                self.failed.fetch_add(1, SeqCst);
                sleep(Duration::from_millis(20)).await;
                continue;
            }
            match &returned {
                Ok(outcome) => {
                    session.learn(&call, &outcome.result);
                    self.answered.fetch_add(1, SeqCst);
                }
                Err(HostError::Commit(_)) => {
                    self.unknown.fetch_add(1, SeqCst);
                }
                Err(other) => panic!("{other}"),
            }
            self.recorder.record(Recorded { client, start, end, call, ending: Ending::of::<Error>(&returned) });
        }
    }
}
