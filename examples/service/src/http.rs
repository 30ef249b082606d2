//! The service's own routes: `POST /v1/REGION/OPERATION` with the operation's input as JSON, and `GET /healthz`.

use std::sync::Arc;

use account_connections::{
    ErrorKind,
    id::{Caller, Region},
    operation::{Operation, ReadError},
};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};

use crate::{
    auth::Tokens,
    service::{Error, Service},
};

/// The largest body: that of the largest request is about half of it.
const MAX_BODY: usize = 1 << 20;

struct Front {
    service: Service,
    tokens: Tokens,
}

/// Everything that is routed.
pub fn router(service: Service, tokens: Tokens) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/v1/{region}/{operation}", post(call))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(Arc::new(Front { service, tokens }))
}

async fn call(
    State(front): State<Arc<Front>>,
    Path((region, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let account = match front.tokens.account(&headers) {
        Ok(account) => account,
        Err(error) => return failed(StatusCode::UNAUTHORIZED, "Unauthenticated", &error),
    };
    let region = match region.parse::<Region>() {
        Ok(region) => region,
        Err(error) => return failed(StatusCode::NOT_FOUND, "UnknownRegion", &error),
    };
    // Only what any caller may ask for: the host's own operations are the worker's.
    let operation = match Operation::read(&name, &mut serde_json::Deserializer::from_slice(&body)) {
        Ok(operation) => operation,
        Err(ReadError::UnknownOperation(_)) => {
            return failed(StatusCode::NOT_FOUND, "UnknownOperationException", &format!("there is no `{name}`"));
        }
        Err(ReadError::Input(error)) => return failed(StatusCode::BAD_REQUEST, "SerializationException", &error),
        Err(ReadError::Refused(refusal)) => {
            return failed(status(refusal.kind()), refusal.kind().name(), &refusal.message());
        }
    };
    match front.service.call(Caller::new(account, region), operation).await {
        Ok(answer) => match serde_json::to_value(&answer) {
            Ok(answer) => answered(StatusCode::OK, &answer),
            Err(error) => failed(StatusCode::INTERNAL_SERVER_ERROR, ErrorKind::InternalServer.name(), &error),
        },
        Err(Error::Refused(refusal)) => failed(status(refusal.kind()), refusal.kind().name(), &refusal.message()),
        Err(Error::Trouble(trouble)) => failed(status(trouble.kind()), trouble.kind().name(), &trouble),
    }
}

const fn status(kind: ErrorKind) -> StatusCode {
    match kind {
        ErrorKind::AccessDenied => StatusCode::FORBIDDEN,
        ErrorKind::ResourceNotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::ServiceQuotaExceeded => StatusCode::PAYMENT_REQUIRED,
        ErrorKind::Throttling => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::InternalServer => StatusCode::INTERNAL_SERVER_ERROR,
        ErrorKind::Validation => StatusCode::BAD_REQUEST,
    }
}

fn failed(status: StatusCode, kind: &str, error: &impl ToString) -> Response {
    answered(status, &json!({ "error": kind, "message": error.to_string() }))
}

fn answered(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
