//! How large what the model stores, commits and scans can be: the figures of "Writing a store". The longest key is in
//! `keys.rs`.

use account_connections::store::{Batch, Entry, Record, Scan};
use serde_json::{Value, json};

use crate::support::{
    MANAGEMENT, World, at, caller,
    watched::{Note, Watched},
};

/// How large what comes and goes is at most, texts as JSON.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Largest {
    record: usize,
    expectations: usize,
    writes: usize,
    scan: usize,
}

fn bytes(record: &Record) -> usize {
    serde_json::to_string(record).unwrap().len()
}

impl Note for Largest {
    fn scan(&mut self, _: &Scan, found: &[Vec<Entry>]) {
        let size = |entry: &Entry| entry.key.to_string().len() + bytes(&entry.record);
        self.scan = self.scan.max(found.iter().flatten().map(size).sum());
    }

    fn commit(&mut self, batch: &Batch) {
        let records = batch.writes().iter().filter_map(|write| write.record.as_ref());
        self.record = records.map(bytes).fold(self.record, usize::max);
        self.expectations = batch.expectations().len().max(self.expectations);
        self.writes = batch.writes().len().max(self.writes);
    }
}

/// Of the characters that JSON takes six bytes for.
fn long(length: usize) -> String {
    "\u{1}".repeat(length)
}

/// The longest name, with this number.
fn name(number: usize) -> String {
    format!("{}{number:03}", "n".repeat(97))
}

/// A creation with everything at its limit.
fn creation(number: usize, spec: usize) -> Value {
    let role = format!("arn:aws:iam::{MANAGEMENT}:role/{}", "r/".repeat(1008));
    let role = format!("{role}{}", "r".repeat(2048 - role.len()));
    // The characters of a tag that JSON takes four bytes for.
    let tags = (0..50).map(|tag| json!({ "key": format!("{tag:02}{}", "𝐀".repeat(126)), "value": "𝐀".repeat(256) }));
    json!({
        "name": name(number),
        "templateName": "t".repeat(100),
        "templateMajorVersion": "8".repeat(20),
        "templateMinorVersion": "8".repeat(20),
        "spec": long(spec),
        "description": long(500),
        "protonServiceRoleArn": format!("{:s<200}", format!("arn:aws:iam::{MANAGEMENT}:role/")),
        "codebuildRoleArn": role,
        "componentRoleArn": role,
        "tags": tags.collect::<Vec<_>>(),
    })
}

/// What lists lead to is small, whatever specs, resources and tags there are.
#[test]
fn a_page_of_the_largest_environments_is_below_4_mib() {
    let mut world = World::<Watched<Largest>>::default();
    world.limits.environments_per_account = 101;
    for number in 0..101 {
        world.call(caller(MANAGEMENT), at(0), "CreateEnvironment", &creation(number, 51_200)).unwrap();
        let report = json!({ "name": name(number), "deploymentId": world.instructions[number].deployment_id,
            "outcome": "FAILED", "message": long(5000), "resources": [] });
        world.call(caller(MANAGEMENT), at(1), "ReportDeployment", &report).unwrap();
    }
    let page = world.call(caller(MANAGEMENT), at(2), "ListEnvironments", &json!({ "maxResults": 100 })).unwrap();
    assert_eq!(page["environments"].as_array().unwrap().len(), 100);
    println!("{:?}", world.store.noted);
    assert!(world.store.noted.scan < 4 << 20, "{:?}", world.store.noted);
    assert_eq!(world.store.noted.record, 392_546);
}

/// A report that takes fifty resources away, brings fifty others and the next major version.
#[test]
fn the_largest_report() {
    let mut world = World::<Watched<Largest>>::default();
    world.call(caller(MANAGEMENT), at(0), "CreateEnvironment", &creation(0, 1)).unwrap();
    for (turn, kind) in ["a", "b"].into_iter().enumerate() {
        let resources = (0..50).map(|it| json!({ "identifier": format!("{kind}{it:02}") })).collect::<Vec<_>>();
        let report = json!({ "name": name(0), "deploymentId": world.instructions[turn].deployment_id,
            "outcome": "SUCCEEDED", "resources": resources });
        world.call(caller(MANAGEMENT), at(1), "ReportDeployment", &report).unwrap();
        let update = json!({ "name": name(0), "deploymentType": "MAJOR_VERSION", "templateMajorVersion": "9".repeat(20),
            "spec": "t" });
        if turn == 0 {
            world.call(caller(MANAGEMENT), at(2), "UpdateEnvironment", &update).unwrap();
        }
    }
    println!("{:?}", world.store.noted);
    let Largest { expectations, writes, .. } = world.store.noted;
    assert_eq!((expectations, writes), (104, 106));
}
