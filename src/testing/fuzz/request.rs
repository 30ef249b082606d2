use alloc::{format, string::String};

use serde_json::Value;

use super::{Finding, UNREAD, well_formed};
use crate::{
    ErrorKind,
    operation::{Operation, ReadError},
    wire::{self, MAX_BODY, TARGET_PREFIX},
};

/// What became of a request that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is an operation or it is none")]
pub enum Read {
    /// It is this operation.
    Operation(Operation),
    /// It is none: the kind of the error, e.g. `SerializationException`.
    Error(String),
}

/// Reads bytes as a request: the first line is the operation's name, what follows it the body.
///
/// Checked: it does not panic; it says the same again; an error is a well-formed response of the right kind; an
/// operation is the one that was asked for, is read again as itself from what it is written as, and is the same when it
/// is read from a tree; so is what is wrong with its shape.
///
/// # Errors
///
/// What does not hold of these.
pub fn request(bytes: &[u8]) -> Result<Read, Finding> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (name, body) = bytes.split_at_checked(end).unwrap_or((bytes, &[]));
    let body = body.get(1..).unwrap_or_default();
    let Ok(name) = core::str::from_utf8(name) else { return Ok(Read::Error("no header is like this".into())) };
    check(name, body).map_err(|what| Finding { call: 1, what })
}

fn check(name: &str, body: &[u8]) -> Result<Read, String> {
    let target = format!("{TARGET_PREFIX}{name}");
    let read = wire::decode(&target, body);
    if wire::decode(&target, body) != read {
        return Err("the same request is read in two ways".into());
    }
    match read {
        Ok(operation) => {
            check_operation(name, body, &operation)?;
            Ok(Read::Operation(operation))
        }
        Err(response) => {
            let (members, kind) = well_formed(&response)?;
            let kind = kind.ok_or("a request that was not read is answered with 200")?;
            let message = members.get("message").and_then(Value::as_str).unwrap_or_default();
            check_error(name, body, &kind, message)?;
            Ok(Read::Error(kind))
        }
    }
}

fn check_operation(name: &str, body: &[u8], operation: &Operation) -> Result<(), String> {
    if operation.name() != name || !operation.is_public() {
        return Err(format!("the operation is {operation}, and {name} was asked for"));
    }
    let written = serde_json::to_vec(operation).map_err(|error| format!("it cannot be written: {error}"))?;
    if wire::decode(&format!("{TARGET_PREFIX}{name}"), &written).as_ref() != Ok(operation) {
        return Err("it is not read again as what it is".into());
    }
    let tree = serde_json::from_slice::<Value>(body).map_err(|error| format!("its body is no JSON: {error}"))?;
    match Operation::read(name, &tree) {
        Ok(same) if same == *operation => Ok(()),
        other => Err(format!("from a tree it is something else: {other:?}")),
    }
}

fn check_error(name: &str, body: &[u8], kind: &str, message: &str) -> Result<(), String> {
    let [unreadable, unknown] = UNREAD;
    if (kind == unknown) == Operation::is_public_name(name) {
        return Err(format!("{name} is answered with {kind}"));
    }
    let tree = serde_json::from_slice::<Value>(body);
    match &tree {
        _ if kind == unknown => Ok(()),
        // What is in it does not matter then. Otherwise it may be a name that comes twice, or too deep.
        _ if kind == unreadable => Ok(()),
        _ if body.len() > MAX_BODY => Err(format!("a body that is too large is answered with {kind}")),
        Err(_) => Err(format!("a body that is no JSON is answered with {kind}")),
        Ok(tree) => match Operation::read(name, tree) {
            Err(ReadError::Refused(refusal)) if refusal.message() == message && refusal.kind().name() == kind => Ok(()),
            other => Err(format!("from a tree it is not {kind} with '{message}', but {other:?}")),
        },
    }?;
    if kind != unknown && kind != unreadable && kind != ErrorKind::Validation.name() {
        return Err(format!("a request is not read with {kind}"));
    }
    Ok(())
}
