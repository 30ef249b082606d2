use alloc::{format, string::String};

use serde_json::Value;

use super::{Finding, UNREAD, well_formed};
use crate::{
    ErrorKind,
    operation::{Operation, ReadError},
    wire::{self, MAX_BODY, TARGET_PREFIX},
};

/// What a request was read as.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it is an operation or not")]
pub enum Read {
    /// It is this operation.
    Operation(Operation),
    /// It is not one: this is the kind of the error, e.g. `SerializationException`.
    Error(String),
}

/// Reads bytes as a request: the first line is the operation's name, the rest is the body.
///
/// Checked: it does not panic; it gives the same result again; an error is a well-formed response of the right kind; an
/// operation is the one that was asked for, reads back as itself after being written, and is the same when read from a
/// tree; so is what is wrong with its shape.
///
/// # Errors
///
/// Whichever of these does not hold.
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
    let from_tree = serde_json::from_slice::<Value>(body).map(|tree| Operation::read(name, &tree));
    match read {
        Ok(operation) => {
            let written = serde_json::to_vec(&operation).map_err(|error| format!("it cannot be written: {error}"))?;
            if operation.name() != name || !operation.is_public() {
                Err(format!("the operation is {operation}, and {name} was asked for"))
            } else if wire::decode(&target, &written).as_ref() != Ok(&operation) {
                Err("it is not read again as what it is".into())
            } else if !matches!(&from_tree, Ok(Ok(same)) if *same == operation) {
                Err(format!("from a tree it is something else: {from_tree:?}"))
            } else {
                Ok(Read::Operation(operation))
            }
        }
        Err(response) => {
            let (members, kind) = well_formed(&response)?;
            let kind = kind.ok_or("a request that was not read is answered with 200")?;
            let [unreadable, unknown] = UNREAD;
            let is_right = match &from_tree {
                _ if kind == unknown => !Operation::is_public_name(name),
                // It may not be JSON, have wrong types, be too large or too deep, or have a name twice.
                _ if kind == unreadable => Operation::is_public_name(name),
                Ok(Err(ReadError::Refused(refusal))) => {
                    (kind == refusal.kind().name() && kind == ErrorKind::Validation.name())
                        && members.get("message").and_then(Value::as_str) == Some(refusal.message())
                        && body.len() <= MAX_BODY
                }
                _ => false,
            };
            if is_right { Ok(Read::Error(kind)) } else { Err(format!("{kind}, and from a tree {from_tree:?}")) }
        }
    }
}
