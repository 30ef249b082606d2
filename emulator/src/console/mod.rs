//! The console: what a person sees at `/console`.
//!
//! It is rendered here, as plain pages and forms. It changes things only through the calls that any client makes; it
//! asks the model what a button may do, and what follows: a decision over an overlay that is thrown away. It does not
//! restate any rule.

mod ask;
mod assets;
mod form;
mod guard;
mod heard;
mod known;
mod layout;
mod moves;
mod once;
mod pages;
mod parts;
mod picture;
mod place;
mod refused;
mod values;
mod view;

use std::sync::Arc;

use account_connections::wire;
use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware,
    response::{IntoResponse as _, Redirect, Response},
    routing::get,
};

pub(crate) use heard::Heard;
use known::Known;
use once::Once;
use pages::{chooser, connection, connections, environment, environments, happened, provisioned};
use view::{not_found, page, sent};

use crate::{answered::Answered, emulator::Emulator, http};

/// What all pages share.
#[derive(Debug)]
struct Console {
    emulator: Arc<Emulator>,
    once: Once,
    known: Known,
}

/// The largest form: a spec of 51,200 characters, each of four bytes that are encoded as twelve, plus room for the
/// rest.
const LARGEST: usize = 1 << 20;

pub(crate) fn router(emulator: Arc<Emulator>) -> Router {
    let console = Arc::new(Console { emulator, once: Once::default(), known: Known::default() });
    let here = Router::new()
        .route("/", page(connections::show))
        .route("/request", page(connections::request).merge(sent(connections::send)))
        .route("/connections/{id}", page(connection::show))
        .route("/connections/{id}/update", page(connection::roles).merge(sent(connection::lend)))
        .route("/connections/{id}/{move}", page(connection::ask).merge(sent(connection::carry_out)))
        .route("/create", page(environments::create).merge(sent(environments::send)))
        .route("/environments", page(environments::show))
        .route("/environments/{name}", page(environment::show))
        .route("/environments/{name}/update", page(environment::change).merge(sent(environment::update)))
        .route("/environments/{name}/report", page(environment::outcome).merge(sent(environment::report)))
        .route("/environments/{name}/{move}", page(environment::ask).merge(sent(environment::carry_out)))
        .route("/provisioned", page(provisioned::show).merge(sent(provisioned::clean_up)))
        .route("/happened", page(happened::show));
    let pages = Router::new()
        .route("/", get(chooser::show))
        .route("/go", get(chooser::go))
        .route("/style.css", get(assets::style))
        .route("/script.js", get(assets::script))
        .route("/icon.svg", get(assets::icon))
        .nest("/{region}/{account}", here)
        .fallback(not_found)
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn(guard::keep));
    // The root path is also the API's: it is without the console's headers.
    Router::new().route("/", get(home)).nest("/console", pages).with_state(console)
}

/// A browser at the API's own path is redirected to the console; anything else is told which method is right there.
async fn home(State(console): State<Arc<Console>>, headers: HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    if accepts.contains("text/html") {
        return Redirect::to("/console").into_response();
    }
    let message = "this path takes another method: see the header `allow`";
    let mut refusal = wire::error("UnknownOperationException", message);
    refusal.status = StatusCode::METHOD_NOT_ALLOWED.as_u16();
    let answered = Answered::error(None, "-".into(), refusal);
    console.emulator.tell(None, &answered);
    let mut response = http::respond(answered);
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
    response
}
