//! Requests to the model over the store.

use alloc::{
    boxed::Box,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::Value;
use uuid::Uuid;

use super::story::{large, story};
use crate::{
    Memory,
    id::{Caller, Timestamp},
    operation::{Context, Operation},
    run,
    store::{Key, Record},
    testing::store_contract::{keys::constant, step::Step},
};

/// Every kind of record in every state that it can be in.
pub(crate) fn every_record() -> Vec<Step> {
    calls(story())
}

/// The largest records, and the batches with most writes.
pub(crate) fn large_records() -> Vec<Step> {
    calls(large())
}

/// What an older version of the crate wrote, and that a service goes on from there.
pub(crate) fn older_records() -> Vec<Step> {
    let mut story = calls(story());
    let rest = story.split_off(story.len() / 2);
    let mut memory = Memory::new();
    for step in story {
        if let Step::Call(call) = step {
            let (operation, context) = *call;
            // Whatever the answer is: what counts is what is stored.
            drop(run(&mut memory, operation, context));
        }
    }
    let planted = memory.records().filter_map(|(key, record)| {
        let (json, record) = without_what_is_optional(key, record)?;
        Some(Step::Plant(key.clone(), json, record))
    });
    planted.chain(rest).collect()
}

/// A request, as a caller sends it.
pub(super) struct Call(pub(super) &'static str, pub(super) &'static str, pub(super) Value);

/// The calls of a story, one each second. The call of number `n`, counted from 1, has the fresh id [`id`]`(n)`.
fn calls(story: Vec<Call>) -> Vec<Step> {
    let requests = (1_u32..).zip(story).map(|(number, Call(account, name, input))| {
        #[expect(clippy::expect_used, reason = "input that is written here: the tests of the crate come by all of it")]
        let operation = Operation::read_host(name, input).expect("the input of an operation");
        let context = Context::new(
            Caller::new(constant(account), constant("us-east-1")),
            Timestamp::from_unix_millis(1_619_651_630_847 + 1000 * i64::from(number)).unwrap_or(Timestamp::MAX),
            Uuid::from_u128(u128::from(number)),
        );
        Step::Call(Box::new((operation, context)))
    });
    requests.collect()
}

/// The id that the call of this number gave to what it created.
pub(super) fn id(call: u32) -> String {
    Uuid::from_u128(call.into()).to_string()
}

/// A record's serde form without any field that it can be read without, as a version of the crate would have written
/// it that did not know these fields; and what it is read as.
fn without_what_is_optional(key: &Key, record: &Record) -> Option<(String, Record)> {
    let fits = |less: &Record| match (less, record) {
        // A count is left out only where it is nothing: what is counted is still there.
        (Record::Usage(less), Record::Usage(usage)) => less == usage,
        _ => less.belongs_to(key),
    };
    let read = |json: &Value| serde_json::from_value::<Record>(json.clone()).ok().filter(fits);
    let mut json = serde_json::to_value(record).ok()?;
    let mut members = Vec::new();
    collect_members(&json, String::new(), &mut members);
    for (object, member) in members {
        let mut less = json.clone();
        let Some(Value::Object(members)) = less.pointer_mut(&object) else { continue };
        if members.remove(&member).is_some() && read(&less).is_some() {
            json = less;
        }
    }
    let record = read(&json)?;
    Some((json.to_string(), record))
}

/// All members of all objects in a value: pointers to the objects, and the names.
fn collect_members(json: &Value, pointer: String, members: &mut Vec<(String, String)>) {
    match json {
        Value::Object(object) => {
            for (name, value) in object {
                collect_members(value, format!("{pointer}/{name}"), members);
                members.push((pointer.clone(), name.clone()));
            }
        }
        Value::Array(items) => {
            for (at, item) in items.iter().enumerate() {
                collect_members(item, format!("{pointer}/{at}"), members);
            }
        }
        _ => {}
    }
}
