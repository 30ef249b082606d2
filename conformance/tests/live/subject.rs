//! A subject of this process, with its own clock.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use account_connections::{
    id::{Caller, Timestamp},
    testing::subject::{Reply, Subject},
};
use account_connections_conformance::live::{Heard, Transport};
use account_connections_wrong::WrongSubject;
use serde_json::Value;

/// A clock that goes on with each call, and where somebody waits.
pub(crate) struct Clock(AtomicU64);

impl Clock {
    pub(crate) const fn new() -> Self {
        Self(AtomicU64::new(1_700_000_000_000_000))
    }

    pub(crate) fn micros(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(i64::try_from(self.micros() / 1000).unwrap()).unwrap()
    }

    /// A half of a call.
    pub(crate) fn call(&self) -> Timestamp {
        self.go_on(Duration::from_micros(400));
        self.now()
    }

    pub(crate) fn go_on_to(&self, to: Timestamp) {
        self.0.fetch_max(u64::try_from(to.unix_millis() * 1000).unwrap(), Ordering::Relaxed);
    }

    pub(crate) fn go_on(&self, duration: Duration) {
        self.0.fetch_add(u64::try_from(duration.as_micros()).unwrap(), Ordering::Relaxed);
    }
}

pub(crate) struct Inside {
    subject: Mutex<(WrongSubject, Vec<Value>)>,
    clock: Clock,
}

impl Inside {
    pub(crate) fn new(subject: WrongSubject) -> Self {
        Self { subject: Mutex::new((subject, Vec::new())), clock: Clock::new() }
    }

    fn ask(&self, caller: Caller, operation: &str, input: &Value, is_hosts: bool) -> Reply {
        let mut guard = self.subject.lock().unwrap();
        let (subject, events) = &mut *guard;
        subject.set_time(self.clock.call());
        let reply = match is_hosts {
            true => subject.host(caller, operation, input).unwrap(),
            false => subject.call(caller, operation, input),
        };
        events.extend(subject.events().unwrap());
        self.clock.call();
        reply
    }
}

impl Transport for Inside {
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard {
        Heard::new(self.ask(caller, operation, input, false))
    }

    fn host(&self, caller: Caller, operation: &str, input: &Value) -> Option<Heard> {
        Some(Heard::new(self.ask(caller, operation, input, true)))
    }

    fn shows_events(&self) -> bool {
        true
    }

    fn events(&self) -> Option<Vec<Value>> {
        Some(self.subject.lock().unwrap().1.clone())
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn micros(&self) -> u64 {
        self.clock.micros()
    }

    fn pause(&self, duration: Duration) {
        self.clock.go_on(duration);
    }
}
