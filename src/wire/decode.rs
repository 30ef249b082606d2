//! From the target header and the body to an operation.

use alloc::{
    format,
    string::{String, ToString as _},
};

use serde_json::error::Category;

use super::{
    encode::{Response, encode, error},
    strict::Strict,
};
use crate::operation::{Operation, ReadError};

/// What the `X-Amz-Target` header begins with: the public API model's `targetPrefix`. The operation's name follows.
pub const TARGET_PREFIX: &str = "AwsProton20200720.";

/// The most bytes that a body may have, 1 MiB: a choice of this model. The largest input that is well formed, a spec of
/// 51,200 characters with each of them escaped, takes 600 KiB.
pub const MAX_BODY: usize = 1 << 20;

/// How many arrays and objects may be nested in a body, the body's own object included: a choice of this model. No
/// operation needs more than three.
pub const MAX_DEPTH: usize = 32;

/// What a body that a client has compressed begins with.
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Reads a request of the public API.
///
/// `target` is the `X-Amz-Target` header (empty if it is missing), `body` the body as it came.
///
/// # Errors
///
/// The response to send, in the order of [the table](super#defined-answers): the target names no operation of the
/// public API (the host's own operations are not in it), the body cannot be read, or the input is not well formed.
pub fn decode(target: &str, body: &[u8]) -> Result<Operation, Response> {
    let name = target.strip_prefix(TARGET_PREFIX).filter(|name| Operation::is_public_name(name));
    let Some(name) = name else { return Err(unknown_operation()) };
    if body.len() > MAX_BODY {
        // A host that reads no more than it must does not know how many.
        return Err(unreadable(&format!("the body has more than {MAX_BODY} bytes")));
    }
    if body.starts_with(GZIP) {
        return Err(unreadable("the body is compressed, it must be sent as plain JSON"));
    }
    let text = core::str::from_utf8(body)
        .map_err(|found| unreadable(&format!("the body is not UTF-8 at byte {}", found.valid_up_to())))?;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = Operation::read_host(name, Strict::new(&mut json, MAX_DEPTH));
    // What follows the object is looked at before what is in it: first the JSON, then the shapes.
    if let Ok(_) | Err(ReadError::Refused(_)) = read {
        json.end().map_err(|found| unreadable(&describe(&found)))?;
    }
    read.map_err(|why| match why {
        ReadError::UnknownOperation(_) => unknown_operation(),
        ReadError::Input(found) => unreadable(&describe(&found)),
        ReadError::Refused(refusal) => encode(&Err(refusal)),
    })
}

fn unknown_operation() -> Response {
    error("UnknownOperationException", "the target must be `AwsProton20200720.` and the name of an operation")
}

fn unreadable(message: &str) -> Response {
    error("SerializationException", message)
}

/// What is wrong with the JSON, and where; nothing of the JSON itself.
fn describe(found: &serde_json::Error) -> String {
    let message = found.to_string();
    match found.classify() {
        Category::Syntax | Category::Eof | Category::Io => format!("the body is not JSON: {message}"),
        // The message repeats what it found, however long, and ends with what was expected, which is our own text.
        Category::Data => match message.rsplit_once(", expected ") {
            Some((_, expected)) => match expected.split_once(" to be ") {
                Some((member, json_type)) => format!("{member}: expected {json_type}"),
                None => format!("the body has the wrong JSON type: expected {expected}"),
            },
            None => message,
        },
    }
}
