//! From an answer, a refusal or trouble to a response.

use alloc::{borrow::Cow, string::String, string::ToString as _, vec::Vec};

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

/// A response: all that HTTP needs to know about it but the request id, which
/// [`with_request_id`](Self::with_request_id) adds.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Response {
    /// The status code: 200, 400, or 500 for `InternalServerException`.
    pub status: u16,
    /// For an error, its kind: the header `x-amzn-ErrorType`.
    pub error_type: Option<String>,
    /// The header `x-amzn-RequestId`.
    pub request_id: Option<Uuid>,
    /// JSON.
    pub body: Vec<u8>,
    /// For a refusal, the rule that refused: not sent, unless a host makes a header of it.
    pub rule: Option<Rule>,
}

impl Response {
    /// A response of this status with a body, which is JSON.
    #[must_use]
    pub fn new(status: u16, body: Vec<u8>) -> Self {
        Self { status, error_type: None, request_id: None, body, rule: None }
    }

    /// The same with the header `x-amzn-RequestId`, which AWS clients log and show: fresh for each response.
    #[must_use]
    pub fn with_request_id(mut self, id: &Uuid) -> Self {
        self.request_id = Some(*id);
        self
    }

    /// The headers, names and values: `content-type`, with an error `x-amzn-ErrorType`, and `x-amzn-RequestId` if there
    /// is an id.
    pub fn headers(&self) -> impl Iterator<Item = (&'static str, Cow<'_, str>)> {
        let error_type = self.error_type.as_deref().map(|kind| ("x-amzn-ErrorType", kind.into()));
        let request_id = self.request_id.map(|id| ("x-amzn-RequestId", id.to_string().into()));
        [("content-type", CONTENT_TYPE.into())].into_iter().chain(error_type).chain(request_id)
    }
}

/// The response to a request that came to an outcome.
///
/// An answer is the output of the public API, with each time as a JSON number: the seconds since the beginning of 1970,
/// with three digits after the point, so exact to the millisecond. A refusal is an [`error`] of its kind with its
/// message; the client is not told the rule.
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

/// The response when the host is in trouble: `ThrottlingException`, 400, for lost races, else
/// `InternalServerException`, 500. The message is always the same: what is inside is not for the caller to read.
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

/// An error: `kind` is its `__type` and the header `x-amzn-ErrorType`, and with `message` it makes up the body.
///
/// For the errors that belong to no operation but that a server has to report, e.g. `AccessDenied`. `kind` is the name
/// of an error, in ASCII letters. The status is 400, or 500 for `InternalServerException`.
#[must_use]
pub fn error(kind: &str, message: &str) -> Response {
    let status = if kind == ErrorKind::InternalServer.name() { 500 } else { 400 };
    let response = Response::new(status, to_json(&Failure { kind, message }).unwrap_or_default());
    Response { error_type: Some(kind.into()), ..response }
}

/// The body of an error.
#[derive(Serialize)]
struct Failure<'e> {
    #[serde(rename = "__type")]
    kind: &'e str,
    message: &'e str,
}
