//! What a fuzzer runs: one request or a whole session, as bytes.
//!
//! Each function takes any bytes and returns what it did, or what it found. Any fuzzer can call it with the bytes it
//! generates, and should stop at a [`Finding`]; with cargo-fuzz:
//!
//! ```no_run
//! # let bytes: &[u8] = &[];
//! // libfuzzer_sys::fuzz_target!(|bytes: &[u8]| { … });
//! if let Err(finding) = account_connections::testing::fuzz::session(bytes) {
//!     panic!("{finding}");
//! }
//! ```
//!
//! Only the bytes decide what is done: the same bytes give the same result on every machine. `fuzz/` has both as
//! targets for cargo-fuzz, with a corpus.

mod request;
mod session;

use alloc::string::String;

pub use request::{Read, request};
use serde_json::{Map, Value};
pub use session::{MAX_CALLS, Session, session};

use crate::wire::Response;

/// Something that should never happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("call {call}: {what}")]
#[non_exhaustive]
pub struct Finding {
    /// The call, counted from 1, in which it was found.
    pub call: usize,
    /// What is wrong.
    pub what: String,
}

/// The kinds of errors that `wire` adds: with those of [`ErrorKind`](crate::ErrorKind), all there are.
const UNREAD: [&str; 2] = ["SerializationException", "UnknownOperationException"];

/// The members of a response's body, and its kind if it is an error; or what is wrong with it.
fn well_formed(response: &Response) -> Result<(Map<String, Value>, Option<String>), &'static str> {
    let body =
        serde_json::from_slice::<Map<String, Value>>(&response.body).map_err(|_| "the body is no JSON object")?;
    let kind = response.error_type.as_deref();
    let status = match kind {
        None => 200,
        Some(kind) if kind == crate::ErrorKind::InternalServer.name() => 500,
        Some(_) => 400,
    };
    if response.status != status {
        return Err("the status is wrong");
    }
    let Some(kind) = kind else { return Ok((body, None)) };
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    match text("message") {
        Some(_) if body.len() != 2 || text("__type") != Some(kind) => Err("header and body say different things"),
        Some(message) if message.len() <= 4000 && !message.chars().any(char::is_control) => {
            let kind = kind.into();
            Ok((body, Some(kind)))
        }
        _ => Err("the message is missing or long, or has something invisible"),
    }
}
