//! An answer as an HTTP response.

use std::mem;

use account_connections::{
    Basis, Rule,
    clock::{Ids as _, RandomIds},
};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header::CONNECTION},
    response::Response,
};

use crate::answered::Answered;

const RULE: HeaderName = HeaderName::from_static("x-account-connections-rule");
const BASIS: HeaderName = HeaderName::from_static("x-account-connections-basis");

/// Turns an answer into a response with its own id and the rules that it rests on.
pub(crate) fn respond(answered: Answered) -> Response {
    let mut answer = answered.response.with_request_id(&RandomIds.fresh());
    let mut response = Response::new(Body::from(mem::take(&mut answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let written = response.headers_mut();
    for (name, value) in answer.headers() {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(&*value)) {
            written.insert(name, value);
        }
    }
    list(written, RULE, answered.rules.iter().map(Rule::name));
    list(written, BASIS, answered.rules.iter().map(Rule::basis).map(Basis::name));
    if response.status() == StatusCode::REQUEST_TIMEOUT {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// A list as a header; an empty list has no header.
fn list(headers: &mut HeaderMap, name: HeaderName, mut items: impl Iterator<Item = &'static str>) {
    let Some(first) = items.next() else { return };
    let Some(second) = items.next() else {
        headers.insert(name, HeaderValue::from_static(first));
        return;
    };
    let all = [first, second].into_iter().chain(items).collect::<Vec<_>>().join(", ");
    if let Ok(all) = HeaderValue::try_from(all) {
        headers.insert(name, all);
    }
}
