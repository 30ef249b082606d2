//! The stored form, pinned: `version-1.sql` is a database of schema version 1, table by table and row by row.

use std::path::Path;

use account_connections::{
    Memory, Service,
    clock::{CountedIds, FixedClock},
    id::Caller,
    invariant,
    operation::{CreateEnvironment, CreateEnvironmentAccountConnection, DeploymentOutcome, Limits, ReportDeployment},
    store::Store,
};
use account_connections_sqlite::{Sqlite, rusqlite::Connection};

const VERSION_1: &str = include_str!("version-1.sql");

/// A connection that was asked for with a client token, accepted, and has an environment with a resource.
fn story<S: Store<Error: std::fmt::Debug>>(store: S) -> Service<S, FixedClock, CountedIds> {
    let clock = FixedClock("2021-04-28T23:13:50.847Z".parse().unwrap());
    let mut model = Service::new(store, clock, CountedIds::default());
    let management = Caller::new("123456789111".parse().unwrap(), "us-east-1".parse().unwrap());
    let environment = Caller::new("123456789222".parse().unwrap(), "us-east-1".parse().unwrap());
    let role = "arn:aws:iam::123456789222:role/env-account-proton-service-role".parse().unwrap();
    let mut request = CreateEnvironmentAccountConnection::new("simple-env".parse().unwrap(), management.account, role);
    request.client_token = Some("once".parse().unwrap());
    let id = model.create(environment, request).unwrap().summary.id;
    model.accept(management, id).unwrap();
    let create = serde_json::json!({
        "name": "simple-env",
        "templateName": "simple",
        "templateMajorVersion": "1",
        "spec": "proton: EnvironmentSpec",
        "environmentAccountConnectionId": id,
    });
    model.create_environment(management, serde_json::from_value::<CreateEnvironment>(create).unwrap()).unwrap();
    let deployment = "00000000-0000-0000-0000-000000000003".parse().unwrap();
    let mut report = ReportDeployment::new("simple-env".parse().unwrap(), deployment, DeploymentOutcome::Succeeded);
    report.resources = Some(serde_json::from_value(serde_json::json!([{ "identifier": "a bucket" }])).unwrap());
    model.report_deployment(management, report).unwrap();
    model
}

/// The database as statements that make it.
fn statements(path: &Path) -> String {
    let database = Connection::open(path).unwrap();
    let all = "
        SELECT format('PRAGMA application_id = %d;', application_id) FROM pragma_application_id
        UNION ALL SELECT format('PRAGMA user_version = %d;', user_version) FROM pragma_user_version
        UNION ALL SELECT sql || ';' FROM sqlite_schema WHERE sql IS NOT NULL
        UNION ALL SELECT format('INSERT INTO record VALUES (%d, %Q, %d, %Q, %d);', place, key, version, record, checksum)
            FROM record
        UNION ALL SELECT format('INSERT INTO listing VALUES (%Q, %d, %Q, %d);', key, version, record, checksum) FROM listing
        UNION ALL SELECT format('INSERT INTO event VALUES (%d, %Q, %d);', sequence, item, checksum) FROM event
        UNION ALL SELECT format('INSERT INTO instruction VALUES (%d, %Q, %d);', sequence, item, checksum) FROM instruction
        UNION ALL SELECT format('INSERT INTO sequence VALUES (%d, %d, %d);', one, last, opposite) FROM sequence";
    let mut statement = database.prepare(all).unwrap();
    let lines = statement.query_map([], |row| row.get::<_, String>(0)).unwrap().map(|line| line.unwrap() + "\n");
    lines.collect()
}

/// What the store writes. Another form, be it with one field more, is another file, to be read as well as this one.
#[test]
fn is_written() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    drop(story(Sqlite::open(&path).unwrap()));
    assert_eq!(statements(&path), VERSION_1);
}

#[test]
fn is_read() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("connections.db");
    Connection::open(&path).unwrap().execute_batch(VERSION_1).unwrap();
    let mut store = Sqlite::open(&path).unwrap();
    store.verify().unwrap();
    let records = store.records().unwrap();
    let mut wanted = story(Memory::new());
    let all = wanted.store().records().map(|(key, record)| (key, record.clone())).collect::<Vec<_>>();
    assert_eq!(records.iter().map(|entry| (entry.key.clone(), entry.record.clone())).collect::<Vec<_>>(), all);
    assert_eq!(invariant::check(records.iter().map(|entry| (&entry.key, &entry.record)), Limits::default()), []);
    let events = store.events().read(usize::MAX).unwrap().into_iter().map(|waiting| waiting.item);
    assert_eq!(events.collect::<Vec<_>>(), wanted.take_events());
    let instructions = store.instructions().read(usize::MAX).unwrap().into_iter().map(|waiting| waiting.item);
    assert_eq!(instructions.collect::<Vec<_>>(), wanted.take_instructions());
}
