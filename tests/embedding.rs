//! What a host needs of the types beside their behaviour: that they cross threads, go into errors, and can be lent.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that goes wrong is to stop")]

use std::{
    error::Error,
    fmt::Debug,
    pin::pin,
    task::{self, Poll, Waker},
};

use account_connections::{
    AnswerTo, HostError, Memory, Outcome, Refusal, Request, Step,
    id::Caller,
    operation::{Answer, Context, Limits, ListEnvironments, Operation, ReadError},
    run_async,
    store::{AsyncStore, Batch, Trouble},
    txn,
};
use uuid::Uuid;

/// A task that runs a request can be spawned by a host that is generic in its store and in the request.
#[test]
fn a_request_can_be_spawned() {
    fn serve<S, R>(mut store: S, request: R, context: Context) -> bool
    where
        S: AsyncStore<Error: Send> + Send + 'static,
        R: Request + Send + 'static,
        AnswerTo<R>: Send,
    {
        spawn(async move { run_async(&mut store, request, context).await.is_ok_and(|outcome| outcome.result.is_ok()) })
    }

    fn spawn<T>(task: impl Future<Output = T> + Send + 'static) -> T {
        at_once(task)
    }

    assert!(serve(Memory::new(), ListEnvironments::default(), context()));
}

/// What an event loop keeps of a request, or hands to another thread.
#[test]
fn the_steps_of_a_request_cross_threads() {
    fn crosses<T: Debug + Send + Sync + 'static>() {}

    crosses::<Step<Operation>>();
    crosses::<(txn::Load<Operation>, txn::Scan<Operation>, txn::Commit<Operation>)>();
    crosses::<(Batch, Outcome<Answer>)>();
}

#[test]
fn errors_are_errors_that_cross_threads() {
    fn is_error<T: Error + Send + Sync + 'static>() {}

    is_error::<account_connections::Error<std::io::Error>>();
    is_error::<HostError<std::io::Error>>();
    is_error::<ReadError<serde_json::Error>>();
    is_error::<Refusal>();
    is_error::<Trouble>();
}

/// A function that takes an async store by value takes one that is lent, too.
#[test]
fn an_async_store_can_be_lent() {
    async fn list(mut store: impl AsyncStore<Error: Debug>, context: Context) -> usize {
        run_async(&mut store, ListEnvironments::default(), context).await.unwrap().result.unwrap().items.len()
    }

    let mut memory = Memory::new();
    assert_eq!(at_once(list(&mut memory, context())), 0);
}

fn context() -> Context {
    Context {
        caller: Caller::new("123456789111".parse().unwrap(), "us-east-1".parse().unwrap()),
        now: "2021-04-28T23:13:50.847Z".parse().unwrap(),
        fresh_id: Uuid::from_u128(1),
        limits: Limits::default(),
    }
}

/// What comes of a future that waits for nothing.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut task::Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => panic!("the store in memory made its caller wait"),
    }
}
