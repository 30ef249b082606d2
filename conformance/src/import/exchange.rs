//! What an AWS client sends and receives, as it records it: AWS JSON 1.0 over HTTP.

use account_connections::wire::{self, TARGET_PREFIX};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Accounts;
use crate::trace::{Call, Reply};

/// A request.
#[derive(Debug, Deserialize)]
pub(super) struct Request {
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Value,
}

/// A response.
#[derive(Debug, Deserialize)]
pub(super) struct Response {
    status_code: u16,
    #[serde(default)]
    headers: Map<String, Value>,
    #[serde(default)]
    body: Value,
}

impl Request {
    pub(super) fn read(payload: &str) -> Result<Self, String> {
        serde_json::from_str(payload).map_err(|error| format!("`payload` is no request: {error}"))
    }

    /// The call that it makes, if it is one of AWS Proton.
    pub(super) fn call(self, accounts: &Accounts) -> Result<Option<Call>, String> {
        let Some(operation) = header(&self.headers, "x-amz-target").and_then(|name| name.strip_prefix(TARGET_PREFIX))
        else {
            return Ok(None);
        };
        let authorization =
            header(&self.headers, "authorization").ok_or("the request has no header `Authorization`")?;
        let account = accounts.of(key(authorization)?)?;
        let region = wire::caller(Some(authorization), account).map_err(|_| UNSIGNED)?.region;
        let text = self.body.as_str().ok_or("the body of the request is no text")?;
        let input =
            serde_json::from_str(text).map_err(|error| format!("the body of the request is not JSON: {error}"))?;
        Ok(Some(Call::new(account, region, operation, input, Reply::Unknown)))
    }
}

const UNSIGNED: &str =
    "the header `Authorization` is not `AWS4-HMAC-SHA256 Credential=<key id>/<date>/<Region>/proton/aws4_request, …`";

/// The id of the access key that signed a request.
fn key(authorization: &str) -> Result<&str, String> {
    let (_, credential) = authorization.split_once("Credential=").ok_or(UNSIGNED)?;
    let (key, _) = credential.split_once('/').ok_or(UNSIGNED)?;
    Ok(key)
}

impl Response {
    pub(super) fn read(payload: &str) -> Result<Self, String> {
        serde_json::from_str(payload).map_err(|error| format!("`payload` is no response: {error}"))
    }

    pub(super) fn reply(self) -> Reply {
        let body = match self.body {
            // As the clients read it.
            Value::String(text) if text.is_empty() => json!({}),
            Value::String(text) => serde_json::from_str(&text).unwrap_or(Value::String(text)),
            other => other,
        };
        if self.status_code < 300 {
            return Reply::Answer(body);
        }
        let member = |name: &str| body.get(name).and_then(Value::as_str);
        match member("__type").or_else(|| header(&self.headers, "x-amzn-errortype")) {
            Some(kind) => {
                let message = member("message").or_else(|| member("Message"));
                Reply::Error { kind: name(kind).into(), message: message.map(Into::into) }
            }
            // A proxy or a load balancer said so: the call may or may not have been made.
            None if self.status_code >= 500 => Reply::Unknown,
            None => Reply::Error { kind: format!("HTTP status {}", self.status_code), message: None },
        }
    }
}

/// The name of an error, without the namespace before it and the address that may come after it.
fn name(kind: &str) -> &str {
    let name = kind.rsplit('#').next().unwrap_or(kind);
    name.split(':').next().unwrap_or(name)
}

/// A header, in any case.
fn header<'h>(headers: &'h Map<String, Value>, name: &str) -> Option<&'h str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).and_then(|(_, value)| value.as_str())
}
