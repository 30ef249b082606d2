//! What a fuzzer runs: one request, or a whole session, as bytes.
//!
//! Each function takes any bytes and returns what it did, or what it found. From any fuzzer it is called with what the
//! fuzzer gives, and a [`Finding`] is what to stop at; with cargo-fuzz:
//!
//! ```no_run
//! # let bytes: &[u8] = &[];
//! // libfuzzer_sys::fuzz_target!(|bytes: &[u8]| { … });
//! if let Err(finding) = account_connections::testing::fuzz::session(bytes) {
//!     panic!("{finding}");
//! }
//! ```
//!
//! Nothing but the bytes decides what is done: the same bytes give the same, on every machine. `fuzz/` has both as
//! targets for cargo-fuzz, with a corpus.

mod request;
mod session;

use alloc::string::String;

pub use request::{Read, request};
use serde_json::{Map, Value};
pub use session::{MAX_CALLS, Session, session};

use crate::wire::Response;

/// Something that should never be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("call {call}: {what}")]
#[non_exhaustive]
pub struct Finding {
    /// The call, counted from 1, in which it was found.
    pub call: usize,
    /// What is wrong.
    pub what: String,
}

/// The kinds of errors that `wire` has of its own: with those of [`ErrorKind`](crate::ErrorKind) all that there are.
const UNREAD: [&str; 2] = ["SerializationException", "UnknownOperationException"];

/// The members of a response's body, and its kind where it is an error; or what is wrong with it.
fn well_formed(response: &Response) -> Result<(Map<String, Value>, Option<String>), &'static str> {
    let body =
        serde_json::from_slice::<Map<String, Value>>(&response.body).map_err(|_| "the body is no JSON object")?;
    let header =
        |name: &str| response.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str());
    if header("content-type") != Some(crate::wire::CONTENT_TYPE) {
        return Err("the content type is missing");
    }
    let Some(kind) = header("x-amzn-ErrorType") else {
        return if response.status == 200 { Ok((body, None)) } else { Err("the status of an answer is not 200") };
    };
    let status = if kind == crate::ErrorKind::InternalServer.name() { 500 } else { 400 };
    if response.status != status {
        return Err("the status is not that of the error");
    }
    let members = body.iter().map(|(name, value)| Some((name.as_str(), value.as_str()?)));
    let Some([("__type", named), ("message", message)]) =
        members.collect::<Option<alloc::vec::Vec<_>>>().and_then(|members| <[_; 2]>::try_from(members).ok())
    else {
        return Err("the body of an error does not have two texts");
    };
    if named != kind {
        return Err("header and body name different errors");
    }
    if message.len() > 4000 || message.chars().any(char::is_control) {
        return Err("the message is long, or has something invisible");
    }
    let kind = Some(kind.into());
    Ok((body, kind))
}
