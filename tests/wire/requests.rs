//! Requests of every operation, written with whims, and read again.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use account_connections::{
    operation::Operation,
    testing::strategy::operations,
    wire::{self, TARGET_PREFIX},
};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::Value;

use super::{
    config,
    whims::{Whims, is_kept, written},
};
use crate::refusals::inputs::{is_required, well_formed};

/// What reads a body: `wire`, and for the host's own operations, which it does not know, what is behind it.
fn read(name: &str, body: &str) -> Operation {
    if Operation::is_public_name(name) {
        return wire::decode(&format!("{TARGET_PREFIX}{name}"), body.as_bytes())
            .unwrap_or_else(|response| panic!("{name}: {}", String::from_utf8_lossy(&response.body)));
    }
    Operation::read_host(name, &mut serde_json::Deserializer::from_str(body)).unwrap()
}

/// How large a value is: its characters, its items, or itself.
fn size(value: &Value) -> i64 {
    let size = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        number => return number.as_i64().unwrap_or(0),
    };
    i64::try_from(size).unwrap()
}

/// The largest that a member may be, where there is a limit.
fn most(member: &str) -> Option<i64> {
    Some(match member {
        "environmentName" | "name" | "templateName" | "maxResults" => 100,
        "roleArn" | "codebuildRoleArn" | "componentRoleArn" | "nextToken" => 2048,
        "protonServiceRoleArn" | "resourceArn" => 200,
        "clientToken" => 64,
        "spec" => 51_200,
        "description" => 500,
        "message" | "statusMessage" => 5000,
        "templateMajorVersion" | "templateMinorVersion" => 20,
        "tags" | "resources" | "outputs" => 50,
        _ => return None,
    })
}

/// What members a test has seen of each operation: present, absent, and how large at most.
#[derive(Default)]
struct Seen(BTreeMap<(&'static str, String), BTreeSet<Option<i64>>>);

impl Seen {
    fn note(&mut self, operation: &'static str, input: &Value) {
        for member in well_formed(operation).as_object().unwrap().keys() {
            self.0.entry((operation, member.clone())).or_default().insert(input.get(member).map(size));
        }
    }

    fn check(&self) {
        for operation in Operation::NAMES {
            assert!(self.0.keys().any(|(seen, _)| seen == operation), "{operation} never came");
        }
        for ((operation, member), sizes) in self.0.iter().filter(|((operation, member), _)| is_kept(operation, member))
        {
            assert!(sizes.iter().any(Option::is_some), "{operation}: {member} was never there");
            let left_out = sizes.contains(&None);
            assert_eq!(left_out, !is_required(operation, member), "{operation}: whether {member} was left out");
            let largest = most(member).is_none_or(|most| sizes.contains(&Some(most)));
            assert!(largest, "{operation}: {member} never had its largest size");
        }
    }
}

#[test]
fn every_request_is_read_as_it_was_written() {
    let seen = RefCell::<Seen>::default();
    let ran = TestRunner::new(config(4000)).run(&(operations(), Whims::any()), |(operation, mut whims)| {
        let name = operation.name();
        let input = serde_json::to_value(&operation).unwrap();
        seen.borrow_mut().note(name, &input);
        let body = written(name, &input, &mut whims);
        prop_assert_eq!(read(name, &body), operation, "{}", body);
        Ok(())
    });
    if let Err(why) = ran {
        panic!("{why}");
    }
    seen.borrow().check();
}
