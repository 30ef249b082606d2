//! A fault that only calls at once show is found, and drawn.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use account_connections::{
    Rule,
    id::{Caller, Timestamp},
};
use account_connections_conformance::{
    Verdict,
    live::{self, Heard, Options, Transport},
    script::{Script, Settings},
};
use account_connections_wrong::WrongSubject;
use serde_json::Value;

use crate::{subject::Inside, wrong::LIMITS};

/// Two requests with one client token that meet do not see each other.
struct Racy {
    subject: Inside,
    began: Instant,
    creating: AtomicU64,
}

impl Racy {
    fn is_racy(&self, operation: &str, input: &Value) -> bool {
        operation == "CreateEnvironmentAccountConnection" && input.get("clientToken").is_some()
    }
}

impl Transport for Racy {
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard {
        if !self.is_racy(operation, input) {
            return self.subject.call(caller, operation, input);
        }
        let others = self.creating.fetch_add(1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(3));
        let mut input = input.clone();
        if others > 0 {
            input.as_object_mut().unwrap().remove("clientToken");
        }
        let heard = self.subject.call(caller, operation, &input);
        self.creating.fetch_sub(1, Ordering::SeqCst);
        heard
    }

    fn now(&self) -> Timestamp {
        self.subject.now()
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap() + 1_700_000_000_000_000
    }

    fn pause(&self, duration: Duration) {
        self.subject.pause(duration);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "threads really meet")]
fn a_race_is_found_and_drawn() {
    let mut settings = Settings::new(LIMITS);
    (settings.only, settings.max_calls) = (vec!["at-once".into()], 3000);
    let script = Script::new(&settings).unwrap();
    let subject = Inside::new(WrongSubject::right(LIMITS));
    let racy = Racy { subject, began: Instant::now(), creating: AtomicU64::new(0) };
    let mut options = Options::new(LIMITS);
    options.clock = account_connections_conformance::trace::ClockUnit::None;
    let report = live::run(&racy, &script, &options, |_| {}).report;
    if let Some(file) = std::env::var_os("HTML") {
        std::fs::write(file, report.to_html()).unwrap();
    }
    let finding = report.findings.first().unwrap_or_else(|| panic!("{report}"));
    assert_eq!((report.verdict, finding.rule()), (Verdict::Deviates, Rule::Linearizable), "{report}");
    assert!(finding.lanes.len() >= 8 && report.to_string().contains("client 1"), "{report}");
}
