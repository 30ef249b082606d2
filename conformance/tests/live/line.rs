//! A line that is slow, throttles and loses answers raises no false alarm.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use account_connections::{
    ErrorKind,
    id::{Caller, Timestamp},
    testing::subject::Reply,
};
use account_connections_conformance::{
    Verdict,
    live::{self, Heard, Options, Transport},
    script::{Outcomes, Script, Settings},
};
use account_connections_wrong::WrongSubject;
use serde_json::Value;

use crate::{subject::Inside, wrong::LIMITS};

/// Of this many calls one is throttled, one is not answered though it was made, and one is lost on its way.
struct Line {
    subject: Inside,
    calls: AtomicU64,
    throttles: u64,
    loses: u64,
}

impl Line {
    fn over(&self, make: impl Fn() -> Heard) -> Heard {
        let number = self.calls.fetch_add(1, Ordering::Relaxed);
        self.subject.pause(Duration::from_micros(number % 7 * 300));
        if self.throttles > 0 && number % self.throttles == 1 {
            return Heard::new(Reply::error(ErrorKind::Throttling, "too many"));
        }
        if self.loses > 0 && number % self.loses == 2 {
            return Heard::new(Reply::Unknown);
        }
        let heard = make();
        if self.loses > 0 && number % self.loses == 3 { Heard::new(Reply::Unknown) } else { heard }
    }
}

impl Transport for Line {
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard {
        self.over(|| self.subject.call(caller, operation, input))
    }

    fn host(&self, caller: Caller, operation: &str, input: &Value) -> Option<Heard> {
        self.subject.host(caller, operation, input)
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
fn a_connection_of_a_lost_call_that_is_long_ago_raises_no_alarm() {
    let mut settings = Settings::new(LIMITS);
    (settings.outcomes, settings.max_calls) = (Outcomes::Host, 4000);
    let mut script = Script::new(&settings).unwrap();
    script.episodes.retain(|episode| episode.name == "checks of UpdateEnvironment, UpdateEnvironment");
    let subject = Inside::new(WrongSubject::right(LIMITS));
    let line = Line { subject, calls: AtomicU64::new(9), throttles: 0, loses: 10 };
    let mut options = Options::new(LIMITS);
    options.outcomes = Outcomes::Host;
    let report = live::run(&line, &script, &options, |_| {}).report;
    assert!(report.findings.is_empty(), "{report}");
    assert!(report.lines.checked > 0, "{report}");
}

#[test]
fn a_bad_line_raises_no_alarm() {
    let lines = [
        (0, 0, Outcomes::Observed),
        (5, 0, Outcomes::Host),
        (0, 9, Outcomes::Host),
        (7, 23, Outcomes::Observed),
        (7, 23, Outcomes::Host),
    ];
    for (seed, (throttles, loses, outcomes)) in (1..).zip(lines) {
        let mut settings = Settings::new(LIMITS);
        (settings.seed, settings.outcomes, settings.max_calls) = (seed, outcomes, 4000);
        let script = Script::new(&settings).unwrap();
        let subject = Inside::new(WrongSubject::right(LIMITS));
        let line = Line { subject, calls: AtomicU64::new(0), throttles, loses };
        let mut options = Options::new(LIMITS);
        options.outcomes = outcomes;
        let report = live::run(&line, &script, &options, |_| {}).report;
        let what = format!("throttles {throttles}, loses {loses}, {outcomes:?}: {report}");
        assert!(report.findings.is_empty(), "{what}");
        assert!([Verdict::Conforms, Verdict::Inconclusive].contains(&report.verdict), "{what}");
        assert!(report.lines.checked > 2000, "{what}");
    }
}
