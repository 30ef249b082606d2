//! From a request to a page, and back.

use std::{collections::HashMap, sync::Arc};

use account_connections::{ErrorKind, Refusal, page::NextToken};
use axum::{
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{MethodRouter, get, post},
};
use maud::Markup;

use super::{Console, form, layout, place::Place, refused::Refused, values::Values};
use crate::storage::Trouble;

/// What a page is made from.
pub(super) struct View<'c> {
    pub(super) console: &'c Console,
    pub(super) at: Place,
    pub(super) query: Values,
    parts: HashMap<String, String>,
}

/// Why the page asked for cannot be shown.
#[derive(Debug)]
pub(super) enum Failure {
    /// There is nothing at the address.
    NoSuchPage(String),
    /// The model refuses.
    Refused(Box<Refused>),
    /// The store is in trouble.
    Trouble(Trouble),
    /// A form to be filled in once more, with what is wrong.
    Again(Markup),
}

type Shared = State<Arc<Console>>;
type Parts = Path<HashMap<String, String>>;

/// A page.
pub(super) fn page(show: fn(&View<'_>) -> Result<Markup, Failure>) -> MethodRouter<Arc<Console>> {
    get(move |State(console): Shared, Path(parts): Parts, RawQuery(query): RawQuery| {
        answer(console, move |console| {
            let view = match View::of(console, parts, query) {
                Ok(view) => view,
                Err(why) => return failed(None, Failure::NoSuchPage(why)),
            };
            match show(&view) {
                Ok(markup) => html(StatusCode::OK, markup),
                Err(failure) => failed(Some(&view), failure),
            }
        })
    })
}

/// A form that was sent: it is carried out once, and leads to a page that may be reloaded.
pub(super) fn sent(send: fn(&View<'_>, &Values) -> Result<String, Failure>) -> MethodRouter<Arc<Console>> {
    post(move |State(console): Shared, Path(parts): Parts, body: Bytes| {
        answer(console, move |console| {
            let view = match View::of(console, parts, None) {
                Ok(view) => view,
                Err(why) => return failed(None, Failure::NoSuchPage(why)),
            };
            let given = Values::read(&body);
            let Some(token) = given.get(form::TOKEN).filter(|token| token.len() <= form::LONGEST_TOKEN) else {
                return failed(Some(&view), Failure::Refused(Box::new(form::without_token())));
            };
            match console.once.carry_out(&view.at.path(token), || send(&view, &given)) {
                Ok(led_to) => (StatusCode::SEE_OTHER, [(header::LOCATION, led_to)]).into_response(),
                Err(failure) => failed(Some(&view), failure),
            }
        })
    })
}

/// A page that is not there.
pub(super) async fn not_found(State(console): Shared) -> Response {
    answer(console, |_| failed(None, Failure::NoSuchPage("the console has no such page".into()))).await
}

/// Has a page made on a thread that may wait: a page asks a lot, and some stores have to wait for a disk.
pub(super) async fn answer(
    console: Arc<Console>,
    make: impl FnOnce(&Console) -> Response + Send + 'static,
) -> Response {
    match tokio::task::spawn_blocking(move || make(&console)).await {
        Ok(response) => response,
        Err(error) => std::panic::resume_unwind(Box::new(error)),
    }
}

pub(super) fn html(status: StatusCode, markup: Markup) -> Response {
    (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], markup.into_string()).into_response()
}

fn failed(view: Option<&View<'_>>, failure: Failure) -> Response {
    match failure {
        Failure::Again(markup) => html(StatusCode::UNPROCESSABLE_ENTITY, markup),
        Failure::NoSuchPage(why) => html(StatusCode::NOT_FOUND, layout::nothing_here(view, &why)),
        Failure::Refused(refused) => {
            let status = if refused.is_missing() { StatusCode::NOT_FOUND } else { StatusCode::UNPROCESSABLE_ENTITY };
            html(status, layout::refused(view, &refused))
        }
        // Internal details are for the log.
        Failure::Trouble(trouble) => {
            view.inspect(|view| view.log_trouble(&trouble));
            html(StatusCode::SERVICE_UNAVAILABLE, layout::in_trouble(view, trouble.kind() == ErrorKind::Throttling))
        }
    }
}

impl<'c> View<'c> {
    fn of(console: &'c Console, parts: HashMap<String, String>, query: Option<String>) -> Result<Self, String> {
        let part = |name: &str| parts.get(name).map(String::as_str).unwrap_or_default();
        let at = Place::read(part("region"), part("account"))?;
        // An address may fill in a form, but does not say that the form was sent.
        let query = Values::read(query.unwrap_or_default().as_bytes()).without(form::TOKEN);
        Ok(Self { console, at, query, parts })
    }

    /// Where a list continues, as the address says.
    pub(super) fn token(&self, list: &str) -> Result<Option<NextToken>, Failure> {
        let token = self.query.get(list).map(str::parse::<NextToken>).transpose();
        token.map_err(|wrong| Failure::NoSuchPage(format!("`{list}`: {wrong}")))
    }

    /// A part of the address.
    pub(super) fn part(&self, name: &str) -> &str {
        self.parts.get(name).map(String::as_str).unwrap_or_default()
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new((&refusal).into()))
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Self::Trouble(trouble)
    }
}
