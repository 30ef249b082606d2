//! From an answer, a refusal or trouble to a response.

use alloc::{borrow::ToOwned as _, string::String, string::ToString as _, vec, vec::Vec};

use serde::Serialize;
use uuid::Uuid;

use super::json::to_json;
use crate::{
    drive::HostError,
    operation::Answer,
    refusal::Refusal,
    rule::{ErrorKind, Rule},
};

/// The content type of requests and responses.
pub const CONTENT_TYPE: &str = "application/x-amz-json-1.0";

/// A response: all that HTTP needs to know of it, but the request id, which [`with_request_id`](Self::with_request_id)
/// adds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status code: 200, 400, or 500 for `InternalServerException`.
    pub status: u16,
    /// Names and values: `content-type`, and with an error `x-amzn-ErrorType`.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Vec<u8>,
    /// Of a refusal, the rule that refused: not sent, unless a host makes a header of it.
    pub rule: Option<Rule>,
}

impl Response {
    /// A response of this status with a body, which is JSON.
    #[must_use]
    pub fn new(status: u16, body: Vec<u8>) -> Self {
        Self { status, headers: vec![("content-type", CONTENT_TYPE.to_owned())], body, rule: None }
    }

    /// The same with the header `x-amzn-RequestId`, which AWS clients log and show: fresh for each response.
    #[must_use]
    pub fn with_request_id(mut self, id: &Uuid) -> Self {
        self.headers.push(("x-amzn-RequestId", id.to_string()));
        self
    }
}

/// The response to a request that came to an outcome.
///
/// An answer is the output of the public API, its times a JSON number: the seconds since the beginning of 1970, with
/// three digits after the point, so exactly the millisecond. A refusal is an [`error`] of its kind with its message; the
/// client is not told the rule.
#[must_use]
pub fn encode(result: &Result<Answer, Refusal>) -> Response {
    match result {
        Ok(answer) => {
            to_json(answer).map_or_else(|_| in_trouble(ErrorKind::InternalServer), |body| Response::new(200, body))
        }
        Err(refusal) => {
            let response = error(refusal.kind().name(), refusal.message());
            Response { rule: Some(refusal.rule()), ..response }
        }
    }
}

/// The response where the host is in trouble: `ThrottlingException`, 400, for lost races, else
/// `InternalServerException`, 500. The message is always the same: what is inside is not the caller's to read.
#[must_use]
pub fn trouble<E>(error: &HostError<E>) -> Response {
    in_trouble(error.kind())
}

fn in_trouble(kind: ErrorKind) -> Response {
    let message = match kind {
        ErrorKind::Throttling => "too many requests at once: try again later",
        _ => "the service is in trouble",
    };
    error(kind.name(), message)
}

/// An error: `kind` is its `__type` and the header `x-amzn-ErrorType`, and with `message` all of the body.
///
/// For the errors that no operation has and a server has to tell, e.g. `AccessDenied`. `kind` is the name of an error,
/// ASCII letters. The status is 400, and 500 for `InternalServerException`.
#[must_use]
pub fn error(kind: &str, message: &str) -> Response {
    let status = if kind == ErrorKind::InternalServer.name() { 500 } else { 400 };
    let mut response = Response::new(status, to_json(&Failure { kind, message }).unwrap_or_default());
    response.headers.push(("x-amzn-ErrorType", kind.to_owned()));
    response
}

/// The body of an error.
#[derive(Serialize)]
struct Failure<'e> {
    #[serde(rename = "__type")]
    kind: &'e str,
    message: &'e str,
}
