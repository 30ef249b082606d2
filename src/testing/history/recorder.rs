use alloc::vec::Vec;
use core::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};
use std::sync::{Mutex, PoisonError};

use super::{Ending, History, Recorded};
use crate::{
    drive::Outcome,
    drive::{HostError, run},
    operation::Answer,
    store::Store,
    testing::session::Call,
};

/// Records what the threads of one process do.
///
/// Its clock counts the beginnings and ends of calls: if one call has ended when another begins, it has ended at a lower
/// count. Processes have no counter in common; they write [`Recorded`] themselves, with the times of a clock that the
/// whole machine shares, such as `CLOCK_MONOTONIC` of Linux.
#[derive(Debug, Default)]
pub struct Recorder {
    clock: AtomicU64,
    calls: Mutex<Vec<Recorded>>,
}

impl Recorder {
    /// One that has nothing recorded.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a call over a client's handle of the store, and records it.
    ///
    /// # Errors
    ///
    /// As [`run`], and recorded all the same.
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

    /// The time: later with each call of this.
    pub fn tick(&self) -> u64 {
        self.clock.fetch_add(1, Ordering::SeqCst)
    }

    /// Records a call that was made in another way, e.g. over an async store, between two [`tick`](Self::tick)s.
    pub fn record(&self, recorded: Recorded) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(recorded);
    }

    /// What was recorded.
    #[must_use]
    pub fn into_history(self) -> History {
        self.calls.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
    }
}
