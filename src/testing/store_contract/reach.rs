//! How a case gets at a store, blocking or async: with [`Threads`] each task has a thread, with [`Futures`] all are
//! futures of the one task that awaits the contract.

use alloc::{boxed::Box, vec::Vec};
use core::{
    fmt::Debug,
    future::poll_fn,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
};
use std::{panic, thread};

use super::{AsyncFixture, Breach, Fixture, task::Task};
use crate::store::{AsyncStore, Batch, Commit, Entry, Key, Scan, Store, Versioned};

pub(super) trait Reach {
    type Handle: AsyncStore<Error: Debug>;

    async fn handle(&self) -> Self::Handle;

    async fn plant(&self, key: &Key, record: &str);

    /// Carries out all tasks at once, each with a handle of its own. As many answers, in the order of the tasks.
    async fn together(&self, tasks: &[Task]) -> Vec<Result<u64, Breach>>;
}

/// A blocking store.
pub(super) struct Threads<F>(pub(super) F);

/// An async store.
pub(super) struct Futures<F>(pub(super) F);

/// A blocking store as an async one whose futures are ready at once.
pub(super) struct Blocking<S>(S);

impl<F: Fixture> Reach for Threads<F> {
    type Handle = Blocking<F::Handle>;

    async fn handle(&self) -> Self::Handle {
        Blocking(self.0.handle())
    }

    async fn plant(&self, key: &Key, record: &str) {
        self.0.plant(key, record);
    }

    async fn together(&self, tasks: &[Task]) -> Vec<Result<u64, Breach>> {
        thread::scope(|scope| {
            let threads = tasks.iter().map(|task| {
                let mut handle = Blocking(self.0.handle());
                scope.spawn(move || block_on(task.carry_out(&mut handle)))
            });
            let threads = threads.collect::<Vec<_>>();
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|why| panic::resume_unwind(why))).collect()
        })
    }
}

impl<F: AsyncFixture> Reach for Futures<F> {
    type Handle = F::Handle;

    async fn handle(&self) -> Self::Handle {
        self.0.handle().await
    }

    async fn plant(&self, key: &Key, record: &str) {
        self.0.plant(key, record).await;
    }

    async fn together(&self, tasks: &[Task]) -> Vec<Result<u64, Breach>> {
        let mut futures = Vec::new();
        for task in tasks {
            let mut handle = self.0.handle().await;
            futures.push(async move { task.carry_out(&mut handle).await });
        }
        all(futures).await
    }
}

impl<S: Store<Error: Send> + Send> AsyncStore for Blocking<S> {
    type Error = S::Error;

    async fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, S::Error> {
        self.0.load(keys)
    }

    async fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, S::Error> {
        self.0.scan(scan)
    }

    async fn commit(&mut self, batch: &Batch) -> Result<Commit, S::Error> {
        self.0.commit(batch)
    }
}

/// Brings a future to its end that waits for nothing but its turn.
pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::yield_now(),
        }
    }
}

/// Lets the other tasks have their turn.
pub(super) async fn yield_now() {
    let mut yielded = false;
    poll_fn(|context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Awaits all futures at once. Each of them is polled whenever one of them wakes.
async fn all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    enum Place<F: Future> {
        Waiting(Pin<Box<F>>),
        Done(F::Output),
    }
    let mut places = futures.into_iter().map(|future| Place::Waiting(Box::pin(future))).collect::<Vec<_>>();
    poll_fn(|context| {
        let mut waiting = false;
        for place in &mut places {
            if let Place::Waiting(future) = place {
                match future.as_mut().poll(context) {
                    Poll::Ready(output) => *place = Place::Done(output),
                    Poll::Pending => waiting = true,
                }
            }
        }
        if waiting { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    let outputs = places.into_iter().filter_map(|place| match place {
        Place::Done(output) => Some(output),
        Place::Waiting(_) => None,
    });
    outputs.collect()
}
