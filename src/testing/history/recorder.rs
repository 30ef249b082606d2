use alloc::vec::Vec;
use core::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};
use std::sync::{Mutex, PoisonError};

use super::{Ending, History, Recorded};
use crate::{
    drive::{HostError, Outcome, run, run_async},
    operation::Answer,
    store::{AsyncStore, Store},
    testing::session::{Call, Session},
};

/// Records what the threads of one process do.
///
/// Its clock counts the beginnings and ends of calls: if one call has ended when another begins, it has ended at a
/// lower count. Processes share no counter; they write [`Recorded`] themselves, with times from a clock that the whole
/// machine shares, such as Linux's `CLOCK_MONOTONIC`.
#[derive(Debug, Default)]
pub struct Recorder {
    clock: AtomicU64,
    calls: Mutex<Vec<Recorded>>,
}

impl Recorder {
    /// A recorder with nothing recorded.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a call over a client's handle on the store, and records it.
    ///
    /// # Errors
    ///
    /// As for [`run`]; they are recorded all the same.
    pub fn run<S: Store<Error: fmt::Display> + ?Sized>(
        &self,
        client: u64,
        store: &mut S,
        call: Call,
    ) -> Result<Outcome<Answer>, HostError<S::Error>> {
        let start = self.tick();
        let returned = run(store, call.operation.clone(), call.context);
        let end = self.tick();
        self.record(Recorded { client, start, end, call, ending: Ending::of(&returned) });
        returned
    }

    /// The same over an async store. If the future is dropped half-way, the call is recorded with an unknown ending.
    ///
    /// # Errors
    ///
    /// As for [`run_async`]; they are recorded all the same.
    pub async fn run_async<S: AsyncStore<Error: fmt::Display> + ?Sized>(
        &self,
        client: u64,
        store: &mut S,
        call: Call,
    ) -> Result<Outcome<Answer>, HostError<S::Error>> {
        let ending = Ending::Unknown("the call was dropped before it ended".into());
        let (operation, context) = (call.operation.clone(), call.context);
        let mut under_way = UnderWay { recorder: self, client, start: self.tick(), call, ending };
        let returned = run_async(store, operation, context).await;
        under_way.ending = Ending::of(&returned);
        returned
    }

    /// Makes this many calls of a session, one after the other, as a client of a service would: a failure is forgotten,
    /// and the next call follows.
    pub fn play<S: Store<Error: fmt::Display> + ?Sized>(
        &self,
        client: u64,
        store: &mut S,
        mut session: Session,
        calls: usize,
    ) {
        for _ in 0..calls {
            let call = session.next_call();
            if let Ok(outcome) = self.run(client, store, call.clone()) {
                session.learn(&call, &outcome.result);
            }
        }
    }

    /// The same over an async store.
    pub async fn play_async<S: AsyncStore<Error: fmt::Display> + ?Sized>(
        &self,
        client: u64,
        store: &mut S,
        mut session: Session,
        calls: usize,
    ) {
        for _ in 0..calls {
            let call = session.next_call();
            if let Ok(outcome) = self.run_async(client, store, call.clone()).await {
                session.learn(&call, &outcome.result);
            }
        }
    }

    /// The time: later with each call to this.
    pub fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }

    /// Records a call that was made some other way, between two [`tick`](Self::tick)s.
    pub fn record(&self, recorded: Recorded) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
    }

    /// What was recorded.
    #[must_use]
    pub fn into_history(self) -> History {
        self.calls.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
    }
}

/// A call that has begun: it is recorded when this is dropped, at or before its end.
struct UnderWay<'r> {
    recorder: &'r Recorder,
    client: u64,
    start: u64,
    call: Call,
    ending: Ending,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let Self { recorder, client, start, call, ending } = self;
        let (call, ending) = (call.clone(), ending.clone());
        recorder.record(Recorded { client: *client, start: *start, end: recorder.tick(), call, ending });
    }
}
