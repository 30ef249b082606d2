use alloc::{string::String, vec::Vec};
use core::future::Future;
use std::{
    sync::{Mutex, PoisonError},
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

use super::{Exchange, History};
use crate::{
    id::Caller,
    testing::subject::{Reply, Subject},
};

/// Records what the clients of one process hear from a service.
///
/// Its clock starts at the system's time and is monotonic from there. Processes that record separately do not share
/// such a clock unless they run on the same machine: they write [`Exchange`]s.
#[derive(Debug)]
pub struct Recorder {
    began: Instant,
    began_at: u64,
    calls: Mutex<Vec<Exchange>>,
}

impl Recorder {
    /// A recorder with nothing recorded.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "calls are recorded with the times at which they are really made")]
    pub fn new() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { began: Instant::now(), began_at: micros(since), calls: Mutex::default() }
    }

    /// Makes a call to a blocking subject, and records it.
    pub fn ask<S: Subject + ?Sized>(
        &self,
        client: u64,
        subject: &mut S,
        caller: Caller,
        operation: &str,
        input: Value,
    ) -> Reply {
        let mut under_way = self.begin(client, caller, operation, input);
        under_way.exchange.reply = subject.call(caller, operation, &under_way.exchange.input);
        under_way.exchange.reply.clone()
    }

    /// Records a call that this future makes and has not yet begun: to an
    /// [`AsyncSubject`](crate::testing::subject::AsyncSubject), or in any other way. If the returned future is dropped
    /// half-way, e.g. at a timeout, the call is recorded without an answer.
    pub async fn call(
        &self,
        client: u64,
        caller: Caller,
        operation: impl Into<String>,
        input: Value,
        reply: impl Future<Output = Reply>,
    ) -> Reply {
        let mut under_way = self.begin(client, caller, operation, input);
        under_way.exchange.reply = reply.await;
        under_way.exchange.reply.clone()
    }

    /// The time in microseconds since the beginning of 1970.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.began_at.saturating_add(micros(self.began.elapsed()))
    }

    /// Records a call that was made in another way, between two times of [`now`](Self::now).
    pub fn record(&self, exchange: Exchange) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(exchange);
    }

    /// What was recorded.
    #[must_use]
    pub fn into_history(self) -> History {
        self.calls.into_inner().unwrap_or_else(PoisonError::into_inner).into_iter().collect()
    }

    fn begin(&self, client: u64, caller: Caller, operation: impl Into<String>, input: Value) -> UnderWay<'_> {
        let (operation, reply) = (operation.into(), Reply::Unknown);
        let start = self.now();
        let exchange = Exchange { client, start, end: start, caller, operation, input, reply };
        UnderWay { recorder: self, exchange }
    }
}

impl Default for Recorder {
    fn default() -> Self {
        Self::new()
    }
}

fn micros(duration: core::time::Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// A call that has begun: it is recorded when this is dropped, at or before its end.
struct UnderWay<'r> {
    recorder: &'r Recorder,
    exchange: Exchange,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut exchange = self.exchange.clone();
        exchange.end = self.recorder.now();
        self.recorder.record(exchange);
    }
}
