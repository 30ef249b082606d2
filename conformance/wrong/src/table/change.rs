//! What several faults do.

use account_connections::{
    Memory, Rule,
    id::Caller,
    store::{Key, Record},
    testing::subject::Reply,
};
use serde_json::{Map, Value, json};

use crate::{
    fault::Ask,
    json::{each_shown, edited, later, with_details, with_state},
    store::put,
    world::{self, words::*},
};

pub(super) type Members = Map<String, Value>;

/// Changes the connection that this operation writes.
pub(super) fn change_connection(
    ask: &Ask,
    operation: &str,
    record: &mut Option<Record>,
    change: impl FnOnce(&mut Members),
) -> bool {
    if let (true, Some(written @ Record::Connection(_))) = (ask.is(operation), &*record) {
        *record = Some(edited(written, change));
    }
    true
}

pub(super) fn status_written(ask: &Ask, operation: &str, status: &str, record: &mut Option<Record>) -> bool {
    change_connection(ask, operation, record, |held| {
        held.insert("status".into(), json!(status));
    })
}

/// Where an operation changed nothing by this rule, the connection was modified all the same.
pub(super) fn touch_where(ask: &Ask, operation: &str, rule: Rule, memory: &mut Memory) {
    if ask.is(operation) && ask.answered_by(rule) {
        touch(ask, memory);
    }
}

/// The connection that a question names was modified.
pub(super) fn touch(ask: &Ask, memory: &mut Memory) {
    let Some((key, connection)) = world::named(ask, memory) else { return };
    let (key, at) = (key.clone(), later(ask.now.max(connection.last_modified_at()), 1));
    change_stored(memory, key, |record| {
        edited(record, |held| {
            held.insert("lastModifiedAt".into(), json!(at));
        })
    });
}

/// Changes a record that is there.
pub(super) fn change_stored(memory: &mut Memory, key: Key, change: impl FnOnce(&Record) -> Record) {
    let changed = world::record(memory, &key).map(change);
    put(memory, key, changed);
}

pub(super) const ROLES: [&str; 4] = ["roleArn", "codebuildRoleArn", "componentRoleArn", "protonServiceRoleArn"];

pub(super) fn role_of(caller: &Caller, name: &str) -> String {
    format!("arn:{}:iam::{}:role/{name}", caller.region.partition(), caller.account)
}

/// Puts a role of the caller's in the place of each role.
pub(super) fn with_own_roles(ask: &mut Ask) {
    for member in ROLES {
        if ask.has(member) {
            let own = role_of(&ask.caller, "own");
            ask.set(member, own);
        }
    }
}

/// Shows the roles that were given, where another was taken in their place.
pub(super) fn show_given_roles(ask: &Ask, rule: Rule, reply: &mut Reply) {
    let would_refuse = ROLES.iter().filter_map(|role| ask.text(role)).any(|role| {
        let caller = &ask.caller;
        !role.starts_with(&format!("arn:{}:iam::{}:", caller.region.partition(), caller.account))
    });
    let is_checked = match rule {
        Rule::RoleInEnvironmentAccount => ask.is_one_of(&[CREATE_CONNECTION, UPDATE_CONNECTION]),
        _ => ask.is_one_of(&[CREATE, UPDATE]),
    };
    if would_refuse && is_checked {
        each_shown(reply, |shown| {
            for member in ROLES {
                if let Some(role) = ask.text(member) {
                    shown.insert(member.into(), json!(role));
                }
            }
        });
    }
}

/// The connection of this status with another one.
pub(super) fn restatused(record: Option<Record>, from: &str, to: &str) -> Option<Record> {
    record.map(|record| match &record {
        Record::Connection(connection) if connection.status().name() == from => edited(&record, |held| {
            held.insert("status".into(), json!(to));
        }),
        _ => record,
    })
}

/// Changes the details of the environment that this operation writes.
pub(super) fn change_details(
    ask: &Ask,
    operation: &str,
    record: &mut Option<Record>,
    change: impl FnOnce(&mut Members),
) -> bool {
    if let (true, Some(written @ Record::Environment(_))) = (ask.is(operation), &*record) {
        *record = Some(with_details(written, change));
    }
    true
}

/// Changes the state of the environment that this operation writes.
pub(super) fn change_state(
    ask: &Ask,
    operation: &str,
    record: &mut Option<Record>,
    change: impl FnOnce(&str, &mut Members) -> Option<&'static str>,
) -> bool {
    if let (true, Some(written @ Record::Environment(_))) = (ask.is(operation), &*record) {
        *record = Some(with_state(written, change));
    }
    true
}
