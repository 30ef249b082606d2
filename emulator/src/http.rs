//! HTTP: from a request's bytes to the model, and back.

use std::sync::Arc;

use account_connections::{
    clock::{Ids, RandomIds},
    wire,
};
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
    routing::{get, post},
};
use http_body_util::BodyExt as _;

use crate::{
    console,
    emulator::{Answered, Emulator, malformed},
};

type Shared = State<Arc<Emulator>>;
type Parts<T> = Result<Path<T>, PathRejection>;

pub(crate) fn router(emulator: Arc<Emulator>) -> Router {
    let console = console::router(Arc::clone(&emulator));
    Router::new()
        .route("/", post(call))
        .route("/_emulator/report/{region}/{account}/{environment}", post(report))
        .route("/_emulator/resources/{region}/{account}", get(resources))
        .route("/_emulator/clean-up/{region}/{account}", post(clean_up))
        .route("/_emulator/events", get(events))
        .route("/_emulator/reset", post(reset))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::disable())
        .with_state(emulator)
        .merge(console)
}

async fn call(State(emulator): Shared, headers: HeaderMap, body: Body) -> Response {
    let body = read(body).await;
    answer(emulator, move |emulator| {
        let target = text(&headers, "x-amz-target").unwrap_or_default();
        emulator.call(text(&headers, header::AUTHORIZATION.as_str()), target, &body)
    })
    .await
}

async fn report(State(emulator): Shared, path: Parts<(String, String, String)>, body: Body) -> Response {
    let body = read(body).await;
    answer(emulator, move |emulator| match &path {
        Ok(Path((region, account, environment))) => emulator.report(region, account, environment, &body),
        Err(error) => unreadable("_emulator/report", error),
    })
    .await
}

async fn resources(State(emulator): Shared, path: Parts<(String, String)>) -> Response {
    answer(emulator, move |emulator| match &path {
        Ok(Path((region, account))) => emulator.resources(region, account),
        Err(error) => unreadable("_emulator/resources", error),
    })
    .await
}

async fn clean_up(State(emulator): Shared, path: Parts<(String, String)>, body: Body) -> Response {
    let body = read(body).await;
    answer(emulator, move |emulator| match &path {
        Ok(Path((region, account))) => emulator.clean_up(region, account, &body),
        Err(error) => unreadable("_emulator/clean-up", error),
    })
    .await
}

async fn events(State(emulator): Shared) -> Response {
    answer(emulator, Emulator::shown_events).await
}

async fn reset(State(emulator): Shared, body: Body) -> Response {
    // Not looked at; read, so that the connection can be used again.
    read(body).await;
    answer(emulator, Emulator::forgotten).await
}

/// Has a call answered and logged; where that may have to wait for a disk, on a thread that may wait.
async fn answer(emulator: Arc<Emulator>, answer: impl FnOnce(&Emulator) -> Answered + Send + 'static) -> Response {
    let answer = move |emulator: &Emulator| {
        let answered = answer(emulator);
        emulator.log(&answered);
        answered
    };
    let answered = if emulator.blocks() {
        let worker = Arc::clone(&emulator);
        // Also where the client has gone meanwhile, it is answered to the end.
        match tokio::task::spawn_blocking(move || answer(&worker)).await {
            Ok(answered) => answered,
            Err(error) => std::panic::resume_unwind(Box::new(error)),
        }
    } else {
        answer(&emulator)
    };
    respond(answered)
}

async fn no_such_path(State(emulator): Shared) -> Response {
    refuse(&emulator, StatusCode::NOT_FOUND, "there is nothing at this path: calls of the API go to `/`")
}

async fn no_such_method(State(emulator): Shared) -> Response {
    refuse(&emulator, StatusCode::METHOD_NOT_ALLOWED, "this path takes another method: see the header `allow`")
}

pub(crate) fn refuse(emulator: &Emulator, status: StatusCode, message: &str) -> Response {
    let mut response = wire::error("UnknownOperationException", message);
    response.status = status.as_u16();
    let answered = Answered::error(None, "-".into(), response);
    emulator.log(&answered);
    respond(answered)
}

fn unreadable(operation: &str, error: &PathRejection) -> Answered {
    Answered::error(None, operation.into(), malformed(&error.body_text()))
}

/// A header's text; what is no text is as an empty one.
fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

/// A body, as far as it is not too large: of one that is, a byte more than is allowed.
///
/// What is beyond is thrown away, and not for ever: a client that sends it can finish, and then reads what is wrong. Of
/// a body that breaks off nothing is left: half a request is not one, even where it looks like a whole one.
async fn read(mut body: Body) -> Vec<u8> {
    const PATIENCE: usize = 16 * wire::MAX_BODY;
    let (mut bytes, mut seen) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return Vec::new() };
        let Ok(mut data) = frame.into_data() else { continue };
        seen += data.len();
        if seen > PATIENCE {
            break;
        }
        data.truncate((wire::MAX_BODY + 1).saturating_sub(bytes.len()));
        bytes.extend_from_slice(&data);
    }
    bytes
}

/// Makes an answer a response with its own id.
fn respond(answered: Answered) -> Response {
    let wire::Response { status, headers, body, .. } = answered.response.with_request_id(&RandomIds.fresh());
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
