//! HTTP: from a request's bytes to the model, and back.

mod body;
mod guard;
mod respond;

use std::sync::Arc;

use account_connections::wire;
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, FromRequestParts, Path, Request, State, rejection::PathRejection},
    http::{HeaderMap, Method, StatusCode},
    response::Response,
    routing::{get, post},
};
use serde::de::DeserializeOwned;
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer, ExposeHeaders};

use self::body::{Budget, Read, discard, length};
pub(crate) use self::{
    guard::{Guard, with_status},
    respond::respond,
};
use crate::{
    answered::{Answered, malformed},
    call::{Call, elsewhere},
    console,
    emulator::Emulator,
    record::{Asked, Input},
    storage::Patience,
};

/// What all requests share.
#[derive(Clone, Debug)]
struct App {
    emulator: Arc<Emulator>,
    budget: Arc<Budget>,
}

type Shared = State<App>;

pub(crate) fn router(emulator: Arc<Emulator>) -> Router {
    let origins = emulator.options().allow_origin.clone();
    let console = console::router(Arc::clone(&emulator));
    let router = Router::new()
        .route("/", post(call))
        .route("/_emulator/report/{region}/{account}/{environment}", post(report))
        .route("/_emulator/resources/{region}/{account}", get(resources))
        .route("/_emulator/clean-up/{region}/{account}", post(clean_up))
        .route("/_emulator/events", get(events))
        .route("/_emulator/reset", post(reset))
        .route("/_emulator/clock", post(clock))
        .route("/_emulator/health", get(health))
        .fallback(no_such_path)
        .method_not_allowed_fallback(no_such_method)
        .layer(DefaultBodyLimit::disable())
        .with_state(App { emulator, budget: Arc::new(Budget::new()) });
    let router = if origins.is_empty() { router } else { router.layer(cors(&origins)) };
    // Nobody may call the console from another site.
    router.merge(console)
}

/// What browsers want to see before a page of these sites may call.
fn cors(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| origin.parse().ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(ExposeHeaders::any())
        .allow_private_network(true)
}

async fn call(State(app): Shared, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let call = match Call::of(&head.headers, app.emulator.options().account) {
        Ok(call) => call,
        Err(answered) => return app.refuse(*answered, body),
    };
    let body = match app.read(&head.headers, body).await {
        Ok(body) => body,
        Err(response) => return app.tell(None, Answered::error(Some(call.caller), call.operation, response)),
    };
    let asked = app.emulator.asked(|| Input::of_call(body.bytes()));
    let request = match wire::decode(call.target(), body.bytes()) {
        Ok(request) => request,
        Err(response) => return app.tell(asked, Answered::error(Some(call.caller), call.operation, response)),
    };
    drop(body);
    let Call { caller, operation, .. } = call;
    app.answer(asked, move |emulator, patience| async move {
        emulator.carry_out(caller, operation, request, &patience).await
    })
    .await
}

async fn report(State(app): Shared, request: Request) -> Response {
    let (path, body) = match app.parts::<(String, String, String)>("_emulator/report", request).await {
        Ok(parts) => parts,
        Err(refused) => return refused,
    };
    let asked = || Some(Input::Report(path.2.clone(), serde_json::from_slice(body.bytes()).ok()?));
    app.answer(app.emulator.asked(asked), move |emulator, patience| async move {
        emulator.report([&path.0, &path.1, &path.2], body.bytes(), &patience).await
    })
    .await
}

async fn resources(State(app): Shared, request: Request) -> Response {
    let (path, _) = match app.parts::<(String, String)>("_emulator/resources", request).await {
        Ok(parts) => parts,
        Err(refused) => return refused,
    };
    let asked = app.emulator.asked(|| Some(Input::Resources));
    app.answer(asked, move |emulator, patience| async move { emulator.resources([&path.0, &path.1], &patience).await })
        .await
}

async fn clean_up(State(app): Shared, request: Request) -> Response {
    let (path, body) = match app.parts::<(String, String)>("_emulator/clean-up", request).await {
        Ok(parts) => parts,
        Err(refused) => return refused,
    };
    let asked = || Some(Input::CleanUp(serde_json::from_slice(body.bytes()).ok()?));
    app.answer(app.emulator.asked(asked), move |emulator, patience| async move {
        emulator.clean_up([&path.0, &path.1], body.bytes(), &patience).await
    })
    .await
}

async fn events(State(app): Shared) -> Response {
    app.answer(None, |emulator, patience| async move { emulator.shown_events(&patience).await }).await
}

async fn reset(State(app): Shared, body: Body) -> Response {
    // Not looked at, but read, so that the connection can be reused.
    discard(body);
    let asked = app.emulator.asked(|| Some(Input::Reset));
    app.answer(asked, |emulator, patience| async move { emulator.reset(&patience).await }).await
}

async fn health(State(app): Shared) -> Response {
    app.answer(None, |emulator, patience| async move { emulator.health(&patience).await }).await
}

async fn clock(State(app): Shared, request: Request) -> Response {
    let ((), body) = match app.parts::<()>("_emulator/clock", request).await {
        Ok(parts) => parts,
        Err(refused) => return refused,
    };
    app.tell(None, app.emulator.move_clock(body.bytes()))
}

async fn no_such_path(State(app): Shared, request: Request) -> Response {
    app.nothing_here(request, StatusCode::NOT_FOUND, "there is nothing at this path: calls of the API go to `/`")
}

async fn no_such_method(State(app): Shared, request: Request) -> Response {
    app.nothing_here(request, StatusCode::METHOD_NOT_ALLOWED, "this path takes another method: see the header `allow`")
}

impl App {
    /// Has a call answered and reported. If it may have to wait, it is reported even if its client goes away in the
    /// meantime.
    async fn answer<F>(&self, asked: Option<Asked>, answer: impl FnOnce(Arc<Emulator>, Patience) -> F) -> Response
    where
        F: Future<Output = Answered> + Send + 'static,
    {
        let (emulator, patience) = (Arc::clone(&self.emulator), Patience::new());
        let gone = patience.gone().clone();
        let answer = answer(Arc::clone(&emulator), patience);
        if !emulator.waits() {
            return self.tell(asked, answer.await);
        }
        let _gone = gone.drop_guard();
        let told = tokio::spawn(async move {
            let answered = answer.await;
            emulator.tell(asked, &answered);
            answered
        });
        match told.await {
            Ok(answered) => respond(answered),
            Err(error) => std::panic::resume_unwind(Box::new(error)),
        }
    }

    /// Reports an answer that is already known.
    fn tell(&self, asked: Option<Asked>, answered: Answered) -> Response {
        self.emulator.tell(asked, &answered);
        respond(answered)
    }

    /// The same if there is a body that nobody wants.
    fn refuse(&self, answered: Answered, body: Body) -> Response {
        discard(body);
        self.tell(None, answered)
    }

    fn nothing_here(&self, request: Request, status: StatusCode, message: &str) -> Response {
        let response = elsewhere(request.headers())
            .unwrap_or_else(|| with_status(status.as_u16(), "UnknownOperationException", message));
        self.refuse(Answered::error(None, "-".into(), response), request.into_body())
    }

    async fn read(&self, headers: &HeaderMap, body: Body) -> Result<Read, wire::Response> {
        if let Err(response) = length(headers) {
            discard(body);
            return Err(response);
        }
        self.budget.read(headers, body).await
    }

    /// What a path outside the API names, and the body.
    async fn parts<T: DeserializeOwned + Send>(
        &self,
        operation: &str,
        request: Request,
    ) -> Result<(T, Read), Response> {
        let (mut head, body) = request.into_parts();
        let path: Result<Path<T>, PathRejection> = Path::from_request_parts(&mut head, &()).await;
        let error = |response| Answered::error(None, operation.into(), response);
        let path = match path {
            Ok(Path(path)) => path,
            Err(rejected) => return Err(self.refuse(error(malformed(&rejected.body_text())), body)),
        };
        match self.read(&head.headers, body).await {
            Ok(body) => Ok((path, body)),
            Err(response) => Err(self.tell(None, error(response))),
        }
    }
}
