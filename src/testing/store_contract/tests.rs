#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that goes wrong is to stop")]

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::{
    CASES, Paragraph,
    cases::model,
    keys::{families, longest, strangers},
    records::{number_of, record},
    step::Step,
};
use crate::{
    Memory,
    environment::{Ended, Environment, Provisioning, Work},
    run,
    store::{Batch, Commit, Entry, Key, Record, Scan, Store, Versioned},
};

/// A memory that takes note of what is written.
#[derive(Default)]
struct Noting {
    memory: Memory,
    written: Vec<(Key, Record)>,
    most_writes: usize,
    most_expectations: usize,
}

impl Store for Noting {
    type Error = core::convert::Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Self::Error> {
        Store::load(&mut self.memory, keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Self::Error> {
        Store::scan(&mut self.memory, scan)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Self::Error> {
        self.most_writes = self.most_writes.max(batch.writes.len());
        self.most_expectations = self.most_expectations.max(batch.expectations.len());
        self.written.extend(batch.writes.iter().filter_map(|write| Some((write.key.clone(), write.record.clone()?))));
        Store::commit(&mut self.memory, batch)
    }
}

/// Carries out the requests of a script: none is refused.
fn carried_out(script: Vec<Step>) -> Noting {
    let mut noting = Noting::default();
    for step in script {
        match step {
            Step::Call(call) => {
                let (operation, context) = *call;
                let shown = format!("{operation} {:?}", context.now);
                let outcome = run(&mut noting, operation, context).unwrap();
                assert!(outcome.result.is_ok(), "{shown}: {:?}", outcome.result);
            }
            Step::Plant(key, _, record) => noting.memory.insert(key, record),
            _ => {}
        }
    }
    noting
}

/// The kind of a record, and the state of what it is of.
fn state(record: &Record) -> String {
    let state = match record {
        Record::Connection(connection) => connection.status().to_string(),
        Record::Environment(environment) => {
            let provisioning = match environment.provisioning() {
                Some(Provisioning::Attached(_)) => "attached",
                Some(Provisioning::SameAccount(_)) => "same account",
                Some(Provisioning::SelfManaged(_)) => "self-managed",
                None => "unmanaged",
            };
            let ended = |ended: &Ended| match ended {
                Ended::Succeeded(_) => "succeeded",
                Ended::Failed(_) => "failed",
                Ended::Cancelled(_) => "cancelled",
                Ended::DeleteFailed(_) => "delete failed",
            };
            let work = match environment.as_ref() {
                Environment::Deploying(deploying) => match deploying.work() {
                    Work::Create => "creates",
                    Work::Update(_) => "updates",
                    Work::Cancel(_) => "cancels",
                    Work::Delete => "deletes",
                },
                Environment::Settled(settled) => ended(settled.ended()),
                Environment::Unmanaged(unmanaged) => ended(unmanaged.ended()),
            };
            format!("{provisioning} {work}")
        }
        _ => String::new(),
    };
    let json = serde_json::to_value(record).unwrap();
    let kind = json.as_object().unwrap().keys().next().unwrap().clone();
    format!("{kind} {state}").trim().into()
}

#[test]
fn the_story_has_every_record_in_every_state() {
    let noting = carried_out(model::every_record());
    let states = noting.written.iter().map(|(_, record)| state(record)).collect::<BTreeSet<_>>();
    let expected = "clientToken
connection CONNECTED
connection PENDING
connection REJECTED
environment attached cancelled
environment attached cancels
environment attached creates
environment attached delete failed
environment attached deletes
environment attached failed
environment attached succeeded
environment attached updates
environment same account creates
environment same account deletes
environment same account failed
environment self-managed creates
environment self-managed succeeded
environment unmanaged delete failed
environmentRequest
listedConnection
listedEnvironment
provisionedResource
usage";
    assert_eq!(states.into_iter().collect::<Vec<_>>().join("\n"), expected);
}

/// What a store has to be able to keep: the numbers of "Writing a store".
#[test]
fn the_largest_there_is() {
    let noting = carried_out(model::large_records());
    let bytes = |record| serde_json::to_string(record).unwrap().len();
    let largest = noting.written.iter().map(|(_, record)| (bytes(record), state(record))).max().unwrap();
    assert_eq!(largest, (818_404, "environment attached updates".into()));
    assert_eq!(longest().iter().map(|key| key.to_string().len()).max(), Some(867));
    assert_eq!((noting.most_writes, noting.most_expectations), (104, 101));
}

/// Every record of the story so far is planted, without what it can do without.
#[test]
fn older_records_lack_something() {
    let mut lacking = BTreeSet::new();
    for step in model::older_records() {
        if let Step::Plant(key, json, record) = step {
            assert!(record.belongs_to(&key), "{key}");
            assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record);
            for optional in ["tags", "templateMinorVersion", "minor", "roleArn", "description", "lastSuccess", "name\""]
            {
                if !json.contains(&format!("\"{optional}")) {
                    lacking.insert(format!("{} {optional}", state(&record)));
                }
            }
        }
    }
    for lack in [
        "connection PENDING tags",
        "environment attached updates lastSuccess",
        "environment same account failed minor",
        "environmentRequest templateMinorVersion",
        "listedConnection roleArn",
        "listedEnvironment description",
        "provisionedResource name\"",
    ] {
        assert!(lacking.contains(lack), "{lack}: {lacking:?}");
    }
}

#[test]
fn keys_and_records_fit_together() {
    let families = families();
    let mut kinds = BTreeSet::new();
    for family in &families {
        assert!(family.0.len() > 6 && family.0.len() < 100, "{}", family.0.len());
        assert!(family.0.is_sorted_by(|one, other| one < other), "{family:?}");
    }
    let keys = families.iter().flat_map(|family| &family.0).cloned().chain(strangers()).chain(longest());
    let keys = keys.collect::<Vec<_>>();
    for key in &keys {
        let (one, other) = (record(key, 1), record(key, 2));
        assert!(one.belongs_to(key) && one != other, "{key}");
        let number = matches!(key, Key::ListedConnection { .. } | Key::ListedEnvironment { .. }).then_some(2);
        assert_eq!(number_of(&other), number, "{key}");
        kinds.insert(state(&one));
    }
    assert_eq!(kinds.len(), 8, "{kinds:?}");
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
}

#[test]
fn every_case_has_a_name_of_its_own_and_rests_on_a_paragraph() {
    assert_eq!(CASES.iter().map(|case| case.name()).collect::<BTreeSet<_>>().len(), CASES.len());
    let cited = CASES.iter().flat_map(|case| case.paragraphs()).collect::<BTreeSet<_>>();
    // Events and instructions do not come back from a store: what becomes of them, the three calls do not tell.
    assert_eq!(cited.iter().map(|paragraph| paragraph.number()).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 8]);
    let beginnings =
        ["Keys are ordered", "`load`", "`scan`", "`commit`", "Versions", "A conflict", "Events", "Records"];
    for (number, beginning) in (1..).zip(beginnings) {
        let (text, shown) = (Paragraph(number).text(), Paragraph(number).to_string());
        assert!(text.starts_with(&format!("**{beginning}")) && text.ends_with('.'), "{text}");
        assert!(shown.starts_with(&format!("{number}. **{beginning}")) && !shown.contains('\n'), "{shown}");
    }
}
