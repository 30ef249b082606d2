use alloc::{
    format,
    string::{String, ToString as _},
};

use serde_json::Value;

use super::{Reply, Subject};
use crate::{
    id::Caller,
    wire::{Response, TARGET_PREFIX},
};

/// Bytes in, bytes out: a service that speaks AWS JSON 1.0, as a [`Subject`].
///
/// It wraps a closure that gets the caller, the `X-Amz-Target` header and the body, and returns the response; how the
/// service is told who calls (a signature, a header, an argument) is up to the closure. Of the response, the status and
/// the body count, and an `x-amzn-ErrorType` header if the body does not give the kind of an error.
///
/// ```
/// use account_connections::{
///     Memory, Rule,
///     operation::Context,
///     testing::{
///         scenario::{self, Player},
///         subject::Wire,
///     },
///     wire,
/// };
///
/// let (mut store, mut calls) = (Memory::new(), 0);
/// let mut service = Wire::new(|caller, target, body: &[u8]| {
///     calls += 1;
///     let now = "2021-04-28T23:13:50Z".parse().expect("a time");
///     let context = Context::new(caller, now, uuid::Uuid::from_u128(calls));
///     let operation = match wire::decode(target, body) {
///         Ok(operation) => operation,
///         Err(response) => return response,
///     };
///     match account_connections::run(&mut store, operation, context) {
///         Ok(outcome) => wire::encode(&outcome.result),
///         Err(error) => wire::trouble(&error),
///     }
/// });
/// let rejected = scenario::about(Rule::RejectAgain).example.expect("a scenario shows it");
/// let played = Player::new().play(rejected.scenario, &mut service).unwrap_or_else(|failure| panic!("{failure}"));
/// println!("{played}");
/// # assert!(played.checked > 0);
/// ```
#[derive(Clone, Debug)]
pub struct Wire<F> {
    serve: F,
}

impl<F: FnMut(Caller, &str, &[u8]) -> Response> Wire<F> {
    /// The service that this closure serves.
    pub const fn new(serve: F) -> Self {
        Self { serve }
    }
}

impl<F: FnMut(Caller, &str, &[u8]) -> Response> Subject for Wire<F> {
    fn call(&mut self, caller: Caller, operation: &str, input: &Value) -> Reply {
        let response = (self.serve)(caller, &format!("{TARGET_PREFIX}{operation}"), input.to_string().as_bytes());
        let body = serde_json::from_slice::<Value>(&response.body);
        match (response.status, body) {
            (200, Ok(answer)) => Reply::Answer(answer),
            (_, Ok(error)) => Reply::Error {
                kind: kind_of(&error, &response),
                message: ["message", "Message"].iter().find_map(|name| error.get(name)?.as_str()).map(String::from),
            },
            (status, Err(error)) => Reply::Error {
                kind: format!("status {status}"),
                message: Some(format!("the body is not JSON: {error}")),
            },
        }
    }
}

/// The kind of an error: `ConflictException`, which may come as `com.amazonaws.proton#ConflictException:http://…`.
fn kind_of(error: &Value, response: &Response) -> String {
    let in_body = ["__type", "code"].iter().find_map(|name| error.get(name)?.as_str());
    let Some(kind) = in_body.or(response.error_type.as_deref()) else {
        return format!("status {}", response.status);
    };
    let kind = kind.split(':').next().unwrap_or_default();
    kind.rsplit('#').next().unwrap_or_default().to_string()
}
