//! Blocking stores as async ones: each handle has a thread, so that handles work concurrently.

use alloc::{boxed::Box, sync::Arc, task::Wake, vec::Vec};
use core::{
    future::poll_fn,
    pin::pin,
    task::{Context, Poll, Waker},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{Mutex, PoisonError, mpsc},
    thread::{self, JoinHandle, Thread},
};

use super::{AsyncFixture, Fixture, Outbox};
use crate::store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Store, Versioned};

/// The fixture of a blocking store, as that of an async one.
pub(super) struct Threads<F>(pub(super) F);

/// A handle that a thread owns. The thread ends with this.
pub(super) struct OnThread<S> {
    calls: Option<mpsc::Sender<Call<S>>>,
    thread: Option<JoinHandle<()>>,
}

type Call<S> = Box<dyn FnOnce(&mut S) + Send>;

impl<F: Fixture> AsyncFixture for Threads<F> {
    type Handle = OnThread<F::Handle>;

    async fn handle(&self) -> Self::Handle {
        OnThread::new(self.0.handle())
    }

    async fn plant(&self, key: &Key, record: &str) -> bool {
        self.0.plant(key, record)
    }

    async fn outbox(&self) -> Option<Outbox> {
        self.0.outbox()
    }

    async fn end(self) {
        self.0.end();
    }
}

impl<S: Send + 'static> OnThread<S> {
    fn new(mut store: S) -> Self {
        let (calls, asked) = mpsc::channel::<Call<S>>();
        let thread = thread::spawn(move || asked.iter().for_each(|call| call(&mut store)));
        Self { calls: Some(calls), thread: Some(thread) }
    }

    /// Has the thread call its store. If that panics, so does this.
    async fn call<T: Send + 'static>(&self, call: impl FnOnce(&mut S) -> T + Send + 'static) -> T {
        let answer = Arc::new(Mutex::new((None, None::<Waker>)));
        let given = answer.clone();
        let call: Call<S> = Box::new(move |store| {
            let outcome = catch_unwind(AssertUnwindSafe(|| call(store)));
            let mut answer = given.lock().unwrap_or_else(PoisonError::into_inner);
            answer.0 = Some(outcome);
            if let Some(waker) = answer.1.take() {
                waker.wake();
            }
        });
        // The thread is there as long as the sender is.
        drop(self.calls.as_ref().map(|calls| calls.send(call)));
        let outcome = poll_fn(|context| {
            let mut answer = answer.lock().unwrap_or_else(PoisonError::into_inner);
            answer.1 = Some(context.waker().clone());
            answer.0.take().map_or(Poll::Pending, Poll::Ready)
        });
        outcome.await.unwrap_or_else(|why| resume_unwind(why))
    }
}

impl<S> Drop for OnThread<S> {
    fn drop(&mut self) {
        self.calls = None;
        // If a call panicked, its caller has the payload.
        drop(self.thread.take().map(JoinHandle::join));
    }
}

impl<S: Store<Error: Send> + Send + 'static> AsyncStore for OnThread<S> {
    type Error = S::Error;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, S::Error> {
        let keys = keys.to_vec();
        self.call(move |store| store.load(&keys)).await
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, S::Error> {
        let scan = scan.clone();
        self.call(move |store| store.scan(&scan)).await
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, S::Error> {
        let batch = batch.clone();
        self.call(move |store| store.commit(&batch)).await
    }
}

/// Brings a future to its end.
pub(in crate::testing) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
