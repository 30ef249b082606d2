#![allow(clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

use alloc::{
    collections::BTreeSet,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::Value;

use super::{
    CASES, OUTBOX_CASES, Paragraph,
    calls::{Call, families, large, large_page, listed, story, world},
    cases::model::{OLDER_CALLS, older},
    samples::{all_ranges, longest, lookalikes, number_of, record, scan},
};
use crate::{
    Memory, Step,
    drive::Committing,
    operation::Operation,
    store::{Batch, Key, Record, Store},
};

/// Carries out the calls: none is refused. The batches.
fn carried_out(memory: &mut Memory, calls: Vec<Call>) -> Vec<Batch> {
    let mut batches = Vec::new();
    for (operation, context) in calls {
        let mut step = Step::begin(operation, context);
        loop {
            step = match step {
                Step::Load(load) => {
                    let Ok(found) = memory.load(load.keys());
                    load.resume(found)
                }
                Step::Scan(scan) => {
                    let Ok(found) = memory.scan(scan.scan());
                    scan.resume(found)
                }
                Step::Commit(commit) => {
                    batches.push(Committing::<Operation>::batch(&commit).clone());
                    let Ok(outcome) = memory.commit(commit.batch());
                    commit.resume(outcome)
                }
                Step::Done(outcome) => break assert!(outcome.result.is_ok(), "{:?}", outcome.result),
                Step::Failed(failed) => break assert_eq!(failed.to_string(), ""),
            }
        }
    }
    batches
}

fn written(batches: &[Batch]) -> impl Iterator<Item = &Record> {
    batches.iter().flat_map(|batch| &batch.writes).filter_map(|write| write.record.as_ref())
}

/// The kind of a record, and the state of what it is of: the variants in its serde form.
fn state(record: &Record) -> String {
    let variant = |json: &Value| match json {
        Value::Object(members) => members.keys().next().cloned().unwrap_or_default(),
        json => json.as_str().unwrap_or_default().into(),
    };
    let json = serde_json::to_value(record).unwrap();
    let of = |path: &str| json.pointer(path).map(variant).unwrap_or_default();
    let mut state = format!("{} {}", variant(&json), of("/connection/status"));
    for kind in ["deploying", "settled", "unmanaged"] {
        for member in ["provisioning", "work", "ended"] {
            state += &of(&format!("/environment/{kind}/{member}"));
            state += " ";
        }
    }
    state.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_story_has_every_record_in_every_state() {
    let batches = carried_out(&mut Memory::new(), story());
    let states = written(&batches).map(state).collect::<BTreeSet<_>>();
    let expected = "clientToken, connection CONNECTED, connection PENDING, connection REJECTED, \
        environment attached cancel, environment attached cancelled, environment attached create, \
        environment attached delete, environment attached deleteFailed, environment attached failed, \
        environment attached succeeded, environment attached update, environment deleteFailed, \
        environment sameAccount create, environment sameAccount delete, environment sameAccount failed, \
        environment selfManaged create, environment selfManaged succeeded, environmentRequest, indexEntry, \
        provisionedResource, resources, spec, tags, usage";
    assert_eq!(states.into_iter().collect::<Vec<_>>().join(", "), expected);
}

/// What a store has to be able to keep: the numbers of "Writing a store".
#[test]
fn the_largest_there_is() {
    let batches = carried_out(&mut Memory::new(), large());
    let bytes = |record: &Record| serde_json::to_string(record).unwrap().len();
    let largest = written(&batches).map(|record| (bytes(record), state(record))).max();
    assert_eq!(largest, Some((307_211, "spec".into())));
    assert_eq!(longest().iter().map(|key| key.to_string().len()).max(), Some(867));
    let most = batches.iter().map(|batch| (batch.expectations.len(), batch.writes.len())).max();
    assert_eq!(most, Some((104, 106)));
    let Ok(page) = large_page().scan(&scan(all_ranges(), 102));
    assert_eq!(page.concat().len(), 102);
    assert_eq!(page.concat().iter().map(|entry| bytes(&entry.record)).sum::<usize>(), 3_433_116);
}

/// What is planted lacks something of each kind that can, and the story goes on from it.
#[test]
fn older_records_lack_something() {
    let (mut memory, mut lacking) = (Memory::new(), BTreeSet::new());
    let whole = world(story().into_iter().take(OLDER_CALLS));
    for (key, json, record) in older() {
        assert!(record.belongs_to(&key), "{key}");
        if serde_json::to_string(whole.get(&key).unwrap()).unwrap().len() > json.len() {
            lacking.insert(state(&record));
        }
        memory.insert(key, record);
    }
    let expected = "clientToken, connection CONNECTED, connection PENDING, environment attached update, \
        environment sameAccount failed, environment selfManaged create, environmentRequest, provisionedResource, \
        resources, usage";
    assert_eq!(lacking.into_iter().collect::<Vec<_>>().join(", "), expected);
    assert_eq!(memory.len(), whole.len());
    carried_out(&mut memory, story().split_off(OLDER_CALLS));
}

#[test]
fn keys_and_records_fit_together() {
    let mut kinds = BTreeSet::new();
    for key in lookalikes().into_iter().chain(longest()) {
        let (one, other) = (record(&key, 1), record(&key, 2));
        assert!(one.belongs_to(&key) && one != other, "{key}");
        if matches!(key, Key::Usage { .. } | Key::ProvisionedResource { .. }) {
            assert_eq!(number_of(&other), 2, "{key}");
        }
        kinds.insert(state(&one));
    }
    assert_eq!(kinds.len(), 5, "{kinds:?}");
    let families = families(&listed());
    assert_eq!(families.iter().map(Vec::len).collect::<Vec<_>>(), [63, 63, 33, 22, 35]);
    assert!(families.iter().all(|family| family.is_sorted_by(|one, other| one < other)));
    // No entry of a case leads nowhere.
    for world in [listed(), large_page()] {
        assert!(world.records().filter_map(|(key, _)| key.leads_to()).all(|head| world.get(&head).is_some()));
    }
}

#[test]
fn every_case_has_its_name_and_rests_on_a_paragraph() {
    assert_eq!(CASES.iter().map(|case| case.name()).collect::<BTreeSet<_>>().len(), CASES.len());
    let cited = CASES.iter().chain(OUTBOX_CASES).flat_map(|case| case.paragraphs()).collect::<BTreeSet<_>>();
    let names = cited.iter().map(|paragraph| format!("{}. {}", paragraph.number(), paragraph.name()));
    let expected = "1. Keys are ordered, 2. `load`, 3. `scan`, 4. `commit`, 5. Versions, 6. A conflict is certain, \
        7. Events and instructions, 8. Records are kept whole, 9. Reading, 10. Acknowledging, 11. Keeping the newest, 12. A claim";
    assert_eq!(names.collect::<Vec<_>>().join(", "), expected);
    assert!((1..13).all(|number| Paragraph(number).text().ends_with('.')));
}
