//! A fault that only calls at once show is found, and drawn.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    thread,
    time::{Duration, Instant},
};

use account_connections::{
    Rule,
    id::{AccountId, Caller, Timestamp},
    testing::subject::{Model, Subject as _},
};
use account_connections_conformance::{
    Verdict,
    live::{self, Heard, Options, Transport},
    script::{Script, Settings},
};
use serde_json::Value;

use crate::wrong::LIMITS;

/// What those who meet do not see of each other.
#[derive(Clone, Copy)]
enum Race {
    Token,
    Quota,
}

/// Requests for connections that meet do not see each other.
struct Racy {
    race: Race,
    model: Mutex<Model>,
    began: Instant,
    /// Of each account, how many are under way.
    creating: Mutex<BTreeMap<AccountId, u32>>,
}

impl Racy {
    fn ask(&self, caller: Caller, operation: &str, input: &Value, meets: bool) -> Heard {
        let mut model = self.model.lock().unwrap();
        let (mut input, mut limits) = (input.clone(), LIMITS);
        match self.race {
            Race::Token if meets => drop(input.as_object_mut().unwrap().remove("clientToken")),
            Race::Quota if meets => limits.connections_per_account += 1,
            Race::Token | Race::Quota => {}
        }
        model.set_limits(limits);
        model.set_time(self.now());
        Heard::new(model.call(caller, operation, &input))
    }
}

impl Transport for Racy {
    fn call(&self, caller: Caller, operation: &str, input: &Value) -> Heard {
        if operation != "CreateEnvironmentAccountConnection" {
            return self.ask(caller, operation, input, false);
        }
        let others = {
            let mut creating = self.creating.lock().unwrap();
            let of_account = creating.entry(caller.account).or_default();
            *of_account += 1;
            *of_account - 1
        };
        thread::sleep(Duration::from_millis(3));
        let heard = self.ask(caller, operation, input, others > 0);
        *self.creating.lock().unwrap().entry(caller.account).or_default() -= 1;
        heard
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_unix_millis(i64::try_from(self.micros() / 1000).unwrap()).unwrap()
    }

    fn micros(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_micros()).unwrap() + 1_700_000_000_000_000
    }

    fn pause(&self, duration: Duration) {
        thread::sleep(duration);
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "threads really meet")]
fn races_are_found_and_drawn() {
    let mut settings = Settings::new(LIMITS);
    (settings.only, settings.max_calls) = (vec!["at-once".into()], 4000);
    let script = Script::new(&settings).unwrap();
    for (race, about) in [(Race::Token, "one token"), (Race::Quota, "the last places of a quota")] {
        let racy = Racy { race, model: Mutex::default(), began: Instant::now(), creating: Mutex::default() };
        let report = live::run(&racy, &script, &Options::new(LIMITS), |_| {}).report;
        if let Some(file) = std::env::var_os("HTML") {
            std::fs::write(file, report.to_html()).unwrap();
        }
        let finding = report.findings.first().unwrap_or_else(|| panic!("{report}"));
        assert_eq!((report.verdict, finding.rule()), (Verdict::Deviates, Rule::Linearizable), "{report}");
        assert!(finding.place.file.contains(about), "{report}");
        assert!(finding.lanes.len() >= 8 && report.to_string().contains("client 1"), "{report}");
    }
}
