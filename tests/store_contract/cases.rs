//! What the cases ask of a store: every kind of record in every state, and the largest that there is.

use std::{
    collections::BTreeSet,
    convert::Infallible,
    sync::{Arc, Mutex},
};

use account_connections::{
    event::Event,
    store::{Batch, Commit, Entry, Key, Record, Scan, Store, Versioned},
    testing::{
        SharedMemory,
        store_contract::{AsyncFixture, CASES, Fixture, OutboxFixture, case, check_outbox},
    },
};
use serde_json::Value;

use super::block_on;

/// A store in memory, and what a case did with it.
#[derive(Clone, Debug, Default)]
struct Noted(SharedMemory, Arc<Mutex<Notes>>);

#[derive(Debug, Default)]
struct Notes {
    batches: Vec<Batch>,
    pages: Vec<Vec<Vec<Entry>>>,
    planted: Vec<(Key, String)>,
}

impl Notes {
    fn written(&self) -> impl Iterator<Item = (&Key, &Record)> {
        let writes = self.batches.iter().flat_map(Batch::writes);
        writes.filter_map(|write| Some((&write.key, write.record.as_ref()?)))
    }
}

impl Store for Noted {
    type Error = Infallible;

    fn load(&mut self, keys: &[Key]) -> Result<Vec<Option<Versioned>>, Infallible> {
        Store::load(&mut self.0, keys)
    }

    fn scan(&mut self, scan: &Scan) -> Result<Vec<Vec<Entry>>, Infallible> {
        let Ok(found) = Store::scan(&mut self.0, scan);
        self.1.lock().unwrap().pages.push(found.clone());
        Ok(found)
    }

    fn commit(&mut self, batch: &Batch) -> Result<Commit, Infallible> {
        self.1.lock().unwrap().batches.push(batch.clone());
        Store::commit(&mut self.0, batch)
    }
}

impl Fixture for Noted {
    type Handle = Self;

    fn handle(&self) -> Self {
        self.clone()
    }

    fn plant(&self, key: &Key, record: &str) -> bool {
        self.1.lock().unwrap().planted.push((key.clone(), record.to_owned()));
        Fixture::plant(&self.0, key, record)
    }
}

fn notes_of(name: &str) -> Notes {
    let store = Noted::default();
    case(name).unwrap().check(store.clone()).unwrap_or_else(|failure| panic!("{failure}"));
    std::mem::take(&mut store.1.lock().unwrap())
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

fn bytes(record: &Record) -> usize {
    serde_json::to_string(record).unwrap().len()
}

#[test]
fn records_come_in_every_state() {
    let states = notes_of("every_record").written().map(|(_, record)| state(record)).collect::<BTreeSet<_>>();
    let expected = "clientToken, connection CONNECTED, connection PENDING, connection REJECTED, \
        environment attached cancel, environment attached cancelled, environment attached create, \
        environment attached delete, environment attached deleteFailed, environment attached failed, \
        environment attached succeeded, environment attached update, environment deleteFailed, \
        environment sameAccount create, environment sameAccount delete, environment sameAccount failed, \
        environment selfManaged create, environment selfManaged succeeded, environmentRequest, indexEntry, \
        provisionedResource, resources, spec, tags, usage";
    assert_eq!(states.into_iter().collect::<Vec<_>>().join(", "), expected);
}

/// What is planted lacks something of each kind that can: the story of the other case writes it in full.
#[test]
fn older_records_lack_something() {
    let (story, Notes { planted, .. }) = (notes_of("every_record"), notes_of("older_records"));
    let lacking = planted.iter().filter_map(|(key, json)| {
        let planted = state(&serde_json::from_str(json).unwrap());
        let is_whole =
            |(at, record): (&Key, &Record)| at == key && state(record) == planted && bytes(record) > json.len();
        story.written().any(is_whole).then_some(planted)
    });
    let expected = "clientToken, connection CONNECTED, connection PENDING, environment attached update, \
        environment sameAccount failed, environment selfManaged create, environmentRequest, provisionedResource, \
        resources, usage";
    assert_eq!(lacking.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", "), expected);
}

/// What a store has to be able to keep: the numbers of "Writing a store".
#[test]
fn the_largest_there_is() {
    let large = notes_of("largest_records");
    let largest = large.written().map(|(_, record)| (bytes(record), state(record))).max();
    assert_eq!(largest, Some((307_211, "spec".into())));
    let most = large.batches.iter().map(|batch| (batch.expectations().len(), batch.writes().len())).max();
    assert_eq!(most, Some((104, 106)));
    let most = notes_of("largest_batch").batches.iter().map(|batch| batch.writes().len()).max();
    assert_eq!(most, Some(120));
    let longest = notes_of("longest_keys").written().map(|(key, _)| key.to_string().len()).max();
    assert_eq!(longest, Some(867));
    let page = notes_of("scan_large_page").pages.concat().concat();
    assert_eq!((page.len(), page.iter().map(|entry| bytes(&entry.record)).sum::<usize>()), (102, 3_433_116));
}

/// Of keys that look alike, enough are listed in one order, then all of them at once; and each has its own record.
#[test]
fn keys_and_records_fit_together() {
    let pages = notes_of("order_of_keys").pages;
    assert_eq!(pages.iter().map(|page| page.concat().len()).collect::<Vec<_>>(), [63, 63, 33, 22, 35, 216]);
    for case in CASES {
        assert!(notes_of(case.name()).written().all(|(key, record)| record.belongs_to(key)), "{}", case.name());
    }
}

/// An outbox that loses everything.
struct Losing(SharedMemory);

impl AsyncFixture for Losing {
    type Handle = SharedMemory;

    async fn handle(&self) -> SharedMemory {
        self.0.clone()
    }
}

impl OutboxFixture for Losing {
    type Entry = Event;

    fn event(entry: &Event) -> &Event {
        entry
    }

    async fn read(&self, _: usize) -> Vec<Event> {
        Vec::new()
    }

    async fn acknowledge(&self, _: &Event) -> bool {
        false
    }

    async fn keep_newest(&self, _: usize) -> usize {
        0
    }

    async fn claim(&self, _: usize, _: std::time::Duration) -> Option<Vec<Event>> {
        Some(Vec::new())
    }
}

#[test]
fn every_case_has_its_name_and_every_paragraph_a_case() {
    assert_eq!(CASES.iter().map(|case| case.name()).collect::<BTreeSet<_>>().len(), CASES.len());
    let losing = block_on(check_outbox(async || Losing(SharedMemory::new()))).unwrap_err();
    assert_eq!(losing.iter().count(), 5, "{losing}");
    let of_outbox = losing.iter().flat_map(|failure| failure.case().paragraphs());
    let cited = CASES.iter().flat_map(|case| case.paragraphs()).chain(of_outbox).collect::<BTreeSet<_>>();
    let names = cited.iter().map(|paragraph| format!("{}. {}", paragraph.number(), paragraph.name()));
    let expected = "1. Keys are ordered, 2. `load`, 3. `scan`, 4. `commit`, 5. Versions, 6. A conflict is certain, \
        7. Events and instructions, 8. Records are kept whole, 9. Reading, 10. Acknowledging, 11. Keeping the newest, 12. A claim";
    assert_eq!(names.collect::<Vec<_>>().join(", "), expected);
    assert!(cited.iter().all(|paragraph| paragraph.text().ends_with('.')));
}
