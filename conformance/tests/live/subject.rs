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

pub(crate) struct Inside {
    subject: Mutex<(WrongSubject, Vec<Value>)>,
    micros: AtomicU64,
}

impl Inside {
    pub(crate) fn new(subject: WrongSubject) -> Self {
        Self { subject: Mutex::new((subject, Vec::new())), micros: AtomicU64::new(1_700_000_000_000_000) }
    }

    fn ask(&self, caller: Caller, operation: &str, input: &Value, is_hosts: bool) -> Reply {
        let mut guard = self.subject.lock().unwrap();
        let (subject, events) = &mut *guard;
        self.micros.fetch_add(400, Ordering::Relaxed);
        subject.set_time(self.now());
        let reply = match is_hosts {
            true => subject.host(caller, operation, input).unwrap(),
            false => subject.call(caller, operation, input),
        };
        events.extend(subject.events().unwrap());
        self.micros.fetch_add(400, Ordering::Relaxed);
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
        Timestamp::from_unix_millis(i64::try_from(self.micros() / 1000).unwrap()).unwrap()
    }

    fn micros(&self) -> u64 {
        self.micros.load(Ordering::Relaxed)
    }

    fn pause(&self, duration: Duration) {
        self.micros.fetch_add(u64::try_from(duration.as_micros()).unwrap(), Ordering::Relaxed);
    }
}
