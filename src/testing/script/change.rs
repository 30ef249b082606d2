//! Changes a call in one respect.

use alloc::{
    string::{String, ToString as _},
    vec::Vec,
};

use serde_json::Value;

use crate::testing::session::{Choices, Request};

/// Versions whose order as numbers differs from their order as texts.
const VERSIONS: [&str; 3] = ["9", "10", "11"];

/// Changes one thing: the caller, or a member, which is replaced by another request's, removed or made wrong.
pub(super) fn change(request: &mut Request, requests: &[Request], choices: &mut Choices) {
    match choices.below(100) {
        0..20 => change_one(&mut request.input, choices),
        20..75 => cross(request, requests, choices),
        75..90 => request.caller = choices.latest(requests.iter()).map_or(request.caller, |other| other.caller),
        _ => foreign_role(&mut request.input, choices),
    }
}

/// Names a role of another account.
fn foreign_role(input: &mut Value, choices: &mut Choices) {
    let mut names = names(input);
    names.retain(|name| name.ends_with("oleArn"));
    let Some(Value::String(role)) = choices.one(&names).and_then(|name| input.get_mut(name)) else { return };
    if let [arn, partition, service, region, _, path] = role.splitn(6, ':').collect::<Vec<_>>()[..] {
        *role = [arn, partition, service, region, "999999999999", path].join(":");
    }
}

/// Copies a member from another request that has it, mostly one of the same operation.
fn cross(request: &mut Request, requests: &[Request], choices: &mut Choices) {
    let (operation, own) = (request.operation, names(&request.input));
    let only_like = choices.chance(70);
    let others = requests.iter().filter(|other| !only_like || other.operation == operation).collect::<Vec<_>>();
    let Some(other) = choices.latest(others.iter()) else { return };
    let mut names = names(&other.input);
    names.retain(|name| {
        (own.contains(name) || other.operation == operation) && request.input.get(name) != other.input.get(name)
    });
    if let Some(name) = choices.one(&names)
        && let (Some(value), Some(members)) = (other.input.get(name), request.input.as_object_mut())
    {
        members.insert(name.clone(), value.clone());
    }
}

/// Leaves a member out, or changes the number of a version.
fn change_one(input: &mut Value, choices: &mut Choices) {
    let names = names(input);
    let (Some(name), Some(members)) = (choices.one(&names), input.as_object_mut()) else { return };
    match members.get_mut(name) {
        Some(Value::String(text)) if text.len() < 3 && text.parse::<u8>().is_ok() => {
            *text = choices.of(VERSIONS).to_string();
        }
        _ => _ = members.remove(name),
    }
}

fn names(input: &Value) -> Vec<String> {
    input.as_object().into_iter().flat_map(|members| members.keys().cloned()).collect()
}
