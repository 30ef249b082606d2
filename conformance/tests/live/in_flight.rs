//! No more calls are in flight than may be, however many episodes are played.

use std::{
    num::NonZeroUsize,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use account_connections::id::{Caller, Timestamp};
use account_connections_conformance::{
    live::{self, Heard, Options, Transport},
    script::{Script, Settings},
};
use account_connections_wrong::WrongSubject;
use serde_json::Value;

use crate::{subject::Inside, wrong::LIMITS};

/// Counts the calls in flight.
struct Counted {
    subject: Inside,
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Transport for Counted {
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard {
        let now = self.now.fetch_add(1, Ordering::Relaxed) + 1;
        self.most.fetch_max(now, Ordering::Relaxed);
        thread::sleep(Duration::from_micros(200));
        let heard = self.subject.call(caller, operation, input);
        self.now.fetch_sub(1, Ordering::Relaxed);
        heard
    }

    fn now(&self) -> Timestamp {
        self.subject.now()
    }

    fn micros(&self) -> u64 {
        self.subject.micros()
    }

    fn pause(&self, duration: Duration) {
        self.subject.pause(duration);
    }
}

#[test]
fn no_more_calls_are_in_flight_than_may_be() {
    // The four clients of a round meet all the same.
    for (phase, most) in [("cells", 3), ("at-once", 4)] {
        let mut settings = Settings::new(LIMITS);
        (settings.only, settings.max_calls) = (vec![phase.into()], 600);
        let script = Script::new(&settings).unwrap();
        let mut options = Options::new(LIMITS);
        options.jobs = NonZeroUsize::new(3).unwrap();
        let subject = Inside::new(WrongSubject::right(LIMITS));
        let counted = Counted { subject, now: AtomicUsize::new(0), most: AtomicUsize::new(0) };
        let report = live::run(&counted, &script, &options, |_| {}).report;
        let seen = counted.most.into_inner();
        assert!((2..=most).contains(&seen), "{phase}: {seen} of {most}: {report}");
    }
}
