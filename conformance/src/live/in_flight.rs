use std::{
    collections::VecDeque,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, Thread},
};

/// Limits how many calls are in flight, over all episodes: a fair semaphore.
#[derive(Debug)]
pub(super) struct InFlight {
    limit: usize,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    free: usize,
    /// Whoever came first is let in first.
    waiting: VecDeque<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    calls: usize,
    thread: Thread,
    is_let_in: Arc<AtomicBool>,
}

/// Leave for calls to be in flight, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Leave<'i> {
    of: &'i InFlight,
    calls: usize,
}

impl InFlight {
    pub(super) const fn new(limit: NonZeroUsize) -> Self {
        let limit = limit.get();
        Self { limit, state: Mutex::new(State { free: limit, waiting: VecDeque::new() }) }
    }

    /// Waits until as many calls may be made at once. More than the limit are let in alone.
    pub(super) fn enter(&self, calls: usize) -> Leave<'_> {
        let calls = calls.min(self.limit);
        let mut state = self.lock();
        if state.waiting.is_empty() && state.free >= calls {
            state.free -= calls;
            return Leave { of: self, calls };
        }
        let is_let_in = Arc::new(AtomicBool::new(false));
        state.waiting.push_back(Waiting { calls, thread: thread::current(), is_let_in: Arc::clone(&is_let_in) });
        drop(state);
        while !is_let_in.load(Ordering::Acquire) {
            thread::park();
        }
        Leave { of: self, calls }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        let mut state = self.of.lock();
        state.free += self.calls;
        while let Some(first) = state.waiting.front()
            && let Some(free) = state.free.checked_sub(first.calls)
        {
            state.free = free;
            if let Some(Waiting { thread, is_let_in, .. }) = state.waiting.pop_front() {
                is_let_in.store(true, Ordering::Release);
                thread.unpark();
            }
        }
    }
}
