//! AWS JSON 1.0 as pure functions, bytes in, bytes out, for anyone who answers AWS clients (feature `wire`).
//!
//! The protocol that the AWS CLI, boto3 and the AWS SDKs speak to AWS Proton, without HTTP: a server passes in the
//! target header and the body, and sends back the status code, headers and body that come out. [`serve`] is all of it
//! in one call; a host with its own event loop calls [`decode`], brings the operation to its outcome and calls
//! [`encode`].
//!
//! ```
//! use account_connections::{Memory, operation::Context, wire};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let authorization = "AWS4-HMAC-SHA256 Credential=123456789222/20210428/us-east-1/proton/aws4_request, \
//!     SignedHeaders=host;x-amz-date, Signature=0";
//! let caller = wire::caller(Some(authorization), "123456789012".parse()?).map_err(|_| "who calls?")?;
//! let context = Context::new(caller, "2021-04-28T23:13:50.847Z".parse()?, uuid::Uuid::from_u128(1));
//! let body = br#"{"environmentName": "simple-env", "managementAccountId": "123456789111",
//!     "roleArn": "arn:aws:iam::123456789222:role/env-account-proton-service-role"}"#;
//! let target = "AwsProton20200720.CreateEnvironmentAccountConnection";
//! let served = wire::serve(&mut Memory::new(), target, body, context);
//! assert_eq!((served.response.status, served.events.len()), (200, 1));
//! let shown: serde_json::Value = serde_json::from_slice(&served.response.body)?;
//! assert_eq!(shown["environmentAccountConnection"]["requestedAt"], 1619651630.847);
//! # Ok(())
//! # }
//! ```
//!
//! # Defined answers
//!
//! A request is checked in this order, and the first check that fails is the answer, with status 400:
//!
//! | what is wrong | `__type` |
//! | --- | --- |
//! | no `Authorization` header | `MissingAuthenticationTokenException` |
//! | its credential scope or Region cannot be read | `IncompleteSignatureException` |
//! | the target names no operation of the public API | `UnknownOperationException` |
//! | the body has more than [`MAX_BODY`] bytes | `SerializationException` |
//! | it is not one JSON object in UTF-8: it is empty, or compressed, or has a byte order mark, or something after the object | `SerializationException` |
//! | a name comes twice in one object, at any depth | `SerializationException` |
//! | arrays and objects are nested deeper than [`MAX_DEPTH`], even in a member that is ignored | `SerializationException` |
//! | a member has the wrong JSON type: also a fraction or an exponent for an integer, and a list for a structure | `SerializationException` |
//! | a member is missing or does not have its shape | `ValidationException` (rule `well-formed-input`) |
//!
//! A member that is `null` is absent, and one that the operation does not know is ignored. Clients send `{}` if there
//! is nothing to send. Choices of this model are that an empty body is not an object, that one kind of error stands for
//! everything that is wrong with a body, that names that come twice are refused, and the greatest depth. No error
//! repeats more than 64 characters of what is not well formed.

mod auth;
mod decode;
mod encode;
mod ignored;
mod json;
mod strict;

use alloc::vec::Vec;

pub use auth::caller;
pub use decode::{MAX_BODY, MAX_DEPTH, TARGET_PREFIX, decode};
pub use encode::{CONTENT_TYPE, Response, encode, error, trouble};

use crate::{
    drive::{Outcome, run},
    event::Event,
    instruction::Instruction,
    operation::Context,
    store::Store,
};

/// Serves one call over a blocking store: decodes it, brings it to its outcome, and encodes the outcome.
///
/// The `context` is the host's: its caller may be what [`caller`] read. With the response come the events and the
/// instructions of the call, which are empty unless it changed something; a durable store has them in its outbox as
/// well. Trouble in the store is a response like any other and says nothing about its cause: a host that wants to log
/// it calls [`decode`], [`run`] and [`encode`] or [`trouble`] itself, which is all that this does.
pub fn serve<S: Store + ?Sized>(store: &mut S, target: &str, body: &[u8], context: Context) -> Served {
    let operation = match decode(target, body) {
        Ok(operation) => operation,
        Err(response) => return response.into(),
    };
    match run(store, operation, context) {
        Ok(Outcome { result, events, instructions, .. }) => Served { response: encode(&result), events, instructions },
        Err(error) => trouble(&error).into(),
    }
}

/// A call that was served.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Served {
    /// What to send back.
    pub response: Response,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// What the host is to carry out, in order.
    pub instructions: Vec<Instruction>,
}

impl From<Response> for Served {
    /// A call that changed nothing.
    fn from(response: Response) -> Self {
        Self { response, events: Vec::new(), instructions: Vec::new() }
    }
}
