//! Audits a database that its host suspects: a store is damaged on purpose, in three ways, and
//! [`invariant::check`](account_connections::invariant::check) names each broken invariant with the records involved.
//!
//! `cargo run --example audit`

use std::error::Error;

use account_connections::{
    Memory, Service,
    clock::{CountedIds, FixedClock},
    id::Caller,
    invariant,
    operation::{CreateEnvironment, CreateEnvironmentAccountConnection, Limits},
    store::{EnvironmentPart, Key, Record},
};

fn main() -> Result<(), Box<dyn Error>> {
    let sound = sound_store()?;
    println!("The store as the model wrote it: {} records", sound.len());
    report(&sound);

    println!("\nSomebody deleted the connection by hand:");
    report(&without(&sound, |key| matches!(key, Key::Connection { .. })));

    println!("\nA backup was restored without its index:");
    report(&without(&sound, |key| matches!(key, Key::ListedConnection { .. })));

    println!("\nA record was copied to another Region:");
    let mut copied = sound.clone();
    for (key, record) in sound.records() {
        if let Key::Environment { management_account, name, part: EnvironmentPart::Head, .. } = key {
            let elsewhere = Key::Environment {
                region: "eu-west-1".parse()?,
                management_account,
                name,
                part: EnvironmentPart::Head,
            };
            copied.insert(elsewhere, record.clone());
        }
    }
    report(&copied);
    Ok(())
}

/// An environment attached to a connection.
fn sound_store() -> Result<Memory, Box<dyn Error>> {
    let clock = FixedClock("2021-04-28T23:13:50.847Z".parse()?);
    let mut connections = Service::new(Memory::new(), clock, CountedIds::default());
    let management = Caller::new("123456789111".parse()?, "us-east-1".parse()?);
    let environment = Caller::new("123456789222".parse()?, "us-east-1".parse()?);

    let role = "arn:aws:iam::123456789222:role/env-account-proton-service-role".parse()?;
    let request = CreateEnvironmentAccountConnection::new("simple-env".parse()?, management.account, role);
    let id = connections.create(environment, request)?.summary.id;
    connections.accept(management, id)?;
    let create = serde_json::json!({
        "name": "simple-env",
        "templateName": "simple",
        "templateMajorVersion": "1",
        "spec": "proton: EnvironmentSpec",
        "environmentAccountConnectionId": id,
    });
    connections.create_environment(management, serde_json::from_value::<CreateEnvironment>(create)?)?;
    Ok(connections.store().clone())
}

fn without(store: &Memory, gone: fn(&Key) -> bool) -> Memory {
    let mut damaged = Memory::new();
    for (key, record) in store.records().filter(|(key, _)| !gone(key)) {
        damaged.insert(key, Record::clone(record));
    }
    damaged
}

fn report(store: &Memory) {
    let violations = invariant::check(store.records(), Limits::default());
    if violations.is_empty() {
        println!("  nothing is wrong");
    }
    for violation in violations {
        println!("  {violation}");
    }
}
