//! What the headers of a call say: who calls which operation.

use account_connections::{
    id::{AccountId, Caller},
    operation::Operation,
    wire::{self, Response},
};
use axum::http::{HeaderMap, HeaderName, header::AUTHORIZATION};

use crate::answered::Answered;

/// A call of the public API whose body has not been read yet.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) caller: Caller,
    pub(crate) operation: String,
    target: String,
}

const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

impl Call {
    /// Looks at authorization, service and operation, in this order.
    ///
    /// # Errors
    ///
    /// The answer.
    pub(crate) fn of(headers: &HeaderMap, default_account: AccountId) -> Result<Self, Box<Answered>> {
        let (authorization, target) = (text(headers, &AUTHORIZATION), text(headers, &TARGET).unwrap_or_default());
        let operation = asked(target);
        let caller = match wire::caller(authorization, default_account) {
            Ok(caller) => caller,
            Err(response) => return Err(refused(None, operation, elsewhere(headers).unwrap_or(response))),
        };
        if let Some(response) = elsewhere(headers) {
            return Err(refused(Some(caller), operation, response));
        }
        if !Operation::is_public_name(&operation)
            && let Err(response) = wire::decode(target, b"")
        {
            return Err(refused(Some(caller), operation, response));
        }
        Ok(Self { caller, operation, target: target.into() })
    }

    pub(crate) fn target(&self) -> &str {
        &self.target
    }
}

fn refused(caller: Option<Caller>, operation: String, response: Response) -> Box<Answered> {
    Box::new(Answered::error(caller, operation, response))
}

/// The answer to a call that was meant for another service: by its credential scope, or by its target.
pub(crate) fn elsewhere(headers: &HeaderMap) -> Option<Response> {
    let scope = text(headers, &AUTHORIZATION).and_then(|header| {
        let (_, credential) = header.split_once("Credential=")?;
        credential.split([',', ' ']).next()?.split('/').nth(3)
    });
    let target = text(headers, &TARGET).and_then(|target| Some(target.split_once('.')?.0));
    let proton = wire::TARGET_PREFIX.trim_end_matches('.');
    if scope.is_none_or(|service| service == "proton") && target.is_none_or(|target| target == proton) {
        return None;
    }
    let message = "this is AWS Proton alone, and the call is of another service: to send only Proton's calls here, set \
         `AWS_ENDPOINT_URL_PROTON` in place of `AWS_ENDPOINT_URL`";
    Some(wire::error("UnknownOperationException", message))
}

/// A header's text; empty if it is not text.
fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

/// The operation that a call asks for, as the log has it: a name, or `-`.
fn asked(target: &str) -> String {
    let name = target.strip_prefix(wire::TARGET_PREFIX).unwrap_or_default();
    let is_name = (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_name { name.into() } else { "-".into() }
}
