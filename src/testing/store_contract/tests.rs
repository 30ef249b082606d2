#![allow(clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use super::{
    CASES, Paragraph,
    calls::{Call, all_ranges, families, large, large_page, listed, story, world},
    cases::model::{OLDER_CALLS, older},
    samples::{counters, longest, lookalikes, number_of, record, scan},
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
    most: (usize, usize),
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
        let (expectations, writes) = self.most;
        self.most = (expectations.max(batch.expectations.len()), writes.max(batch.writes.len()));
        self.written.extend(batch.writes.iter().filter_map(|write| Some((write.key.clone(), write.record.clone()?))));
        Store::commit(&mut self.memory, batch)
    }
}

/// Carries out the calls: none is refused.
fn carried_out(mut store: Noting, calls: Vec<Call>) -> Noting {
    for (operation, context) in calls {
        let outcome = run(&mut store, operation.clone(), context).unwrap();
        assert!(outcome.result.is_ok(), "{operation:?}: {:?}", outcome.result);
    }
    store
}

/// The kind of a record, and the state of what it is of.
fn state(record: &Record) -> String {
    let json = serde_json::to_value(record).unwrap();
    let kind = json.as_object().map_or("indexEntry".into(), |json| json.keys().next().unwrap().clone());
    let Record::Environment(environment) = record else {
        return match record {
            Record::Connection(connection) => format!("{kind} {}", connection.status()),
            _ => kind,
        };
    };
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
    format!("{kind} {provisioning} {work}")
}

#[test]
fn the_story_has_every_record_in_every_state() {
    let noting = carried_out(Noting::default(), story());
    let states = noting.written.iter().map(|(_, record)| state(record)).collect::<BTreeSet<_>>();
    let expected = "clientToken, connection CONNECTED, connection PENDING, connection REJECTED, \
        environment attached cancelled, environment attached cancels, environment attached creates, \
        environment attached delete failed, environment attached deletes, environment attached failed, \
        environment attached succeeded, environment attached updates, environment same account creates, \
        environment same account deletes, environment same account failed, environment self-managed creates, \
        environment self-managed succeeded, environment unmanaged delete failed, environmentRequest, indexEntry, \
        provisionedResource, resources, spec, tags, usage";
    assert_eq!(states.into_iter().collect::<Vec<_>>().join(", "), expected);
}

/// What a store has to be able to keep: the numbers of "Writing a store".
#[test]
fn the_largest_there_is() {
    let noting = carried_out(Noting::default(), large());
    let bytes = |record| serde_json::to_string(record).unwrap().len();
    let largest = noting.written.iter().map(|(_, record)| (bytes(record), state(record))).max().unwrap();
    assert_eq!(largest, (307_211, "spec".into()));
    assert_eq!(longest().iter().map(|key| key.to_string().len()).max(), Some(867));
    assert_eq!(noting.most, (104, 106));
    let page = large_page().scan(&scan(all_ranges(), 102)).unwrap().concat();
    assert_eq!((page.len(), page.iter().map(|entry| bytes(&entry.record)).sum::<usize>()), (102, 3_433_116));
}

/// What is planted lacks something, and the story goes on from it.
#[test]
fn older_records_lack_something() {
    let (mut memory, mut lacking) = (Memory::new(), BTreeSet::new());
    for (key, json, record) in older() {
        assert!(record.belongs_to(&key), "{key}");
        for member in ["tags", "minor", "roleArn", "description", "lastSuccess", "name\"", "connections"] {
            if !json.contains(&format!("\"{member}")) {
                lacking.insert(format!("{} {member}", state(&record)));
            }
        }
        memory.insert(key, record);
    }
    assert_eq!(memory.len(), world(story().into_iter().take(OLDER_CALLS)).len());
    for lack in [
        "clientToken roleArn",
        "connection REJECTED roleArn",
        "environment attached updates lastSuccess",
        "environment same account failed description",
        "environmentRequest minor",
        "provisionedResource name\"",
        "usage connections",
    ] {
        assert!(lacking.contains(lack), "{lack}: {lacking:?}");
    }
    carried_out(Noting { memory, ..Noting::default() }, story().split_off(OLDER_CALLS));
}

#[test]
fn keys_and_records_fit_together() {
    let mut kinds = BTreeSet::new();
    for key in lookalikes().into_iter().chain(longest()).chain(counters::<3>()) {
        let (one, other) = (record(&key, 1), record(&key, 2));
        assert!(one.belongs_to(&key) && one != other, "{key}");
        if matches!(key, Key::Usage { .. } | Key::ProvisionedResource { .. }) {
            assert_eq!(number_of(&other), 2, "{key}");
        }
        kinds.insert(state(&one));
    }
    assert_eq!(kinds.len(), 6, "{kinds:?}");
    let listed = listed();
    let families = families(&listed);
    assert_eq!(families.iter().map(Vec::len).collect::<Vec<_>>(), [63, 63, 33, 22, 35]);
    for family in families {
        assert!(family.is_sorted_by(|one, other| one < other), "{family:?}");
    }
    // No entry of a case leads nowhere.
    for world in [listed, large_page()] {
        let leads = |key: &Key| key.leads_to().is_none_or(|head| world.records().any(|(key, _)| *key == head));
        assert!(world.records().all(|(key, _)| leads(key)));
    }
}

#[test]
fn every_case_has_its_name_and_rests_on_a_paragraph() {
    assert_eq!(CASES.iter().map(|case| case.name()).collect::<BTreeSet<_>>().len(), CASES.len());
    let cited = CASES.iter().flat_map(|case| case.paragraphs()).collect::<BTreeSet<_>>();
    assert_eq!(cited.iter().map(|paragraph| paragraph.number()).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 7, 8]);
    let names = ["Keys are ordered", "`load`", "`scan`", "`commit`", "Versions", "A conflict is certain"];
    let names = names.into_iter().chain(["Events and instructions", "Records are kept whole"]);
    for (number, name) in (1..).zip(names) {
        let (text, shown) = (Paragraph(number).text(), Paragraph(number).to_string());
        assert!(Paragraph(number).name() == name && text.ends_with('.'), "{text}");
        assert!(shown.starts_with(&format!("{number}. **{name}**")) && !shown.contains('\n'), "{shown}");
    }
}
