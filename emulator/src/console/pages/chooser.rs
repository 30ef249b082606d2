//! `/console`: who is looking, and where.

use std::sync::Arc;

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use maud::{Markup, html};

use crate::console::{
    Console, layout,
    layout::Room,
    parts,
    parts::Table,
    place::Place,
    values::Values,
    view::{answer, html as page},
};

/// The known accounts and Regions.
pub(in crate::console) async fn show(State(console): State<Arc<Console>>) -> Response {
    answer(console, |console| page(StatusCode::OK, choice(console, &Values::default(), None))).await
}

/// Leads to the page of an account and a Region that were typed in.
pub(in crate::console) async fn go(State(console): State<Arc<Console>>, RawQuery(query): RawQuery) -> Response {
    let given = Values::read(query.unwrap_or_default().as_bytes());
    let typed = |name| given.get(name).unwrap_or_default().trim();
    match Place::read(typed("region"), typed("account")) {
        Ok(place) => Redirect::to(&place.path(Room::at(typed("room")).named().1)).into_response(),
        Err(wrong) => {
            let again =
                move |console: &Console| page(StatusCode::UNPROCESSABLE_ENTITY, choice(console, &given, Some(&wrong)));
            answer(console, again).await
        }
    }
}

fn choice(console: &Console, given: &Values, wrong: Option<&str>) -> Markup {
    let known = console.known.callers(&console.emulator);
    let rows = known.iter().map(|caller| {
        let place = Place(*caller);
        vec![html! { a href=(place.path("")) { (caller.account) } }, html! { (caller.region) }]
    });
    let table = Table {
        id: "known",
        caption: "Accounts that have records",
        columns: &["Account", "Region"],
        rows: rows.collect(),
        empty: html! {
            p { "Nobody has called yet. Choose any 12 digits as an account below, or let an AWS client call first." }
        },
    };
    let body = html! {
        p.lead {
            "The emulator's accounts are whoever calls. Choose as whom you want to look: an environment account sends \
             requests to connect, a management account accepts or rejects them."
        }
        (table.markup())
        form.fields method="get" action="/console/go" {
            fieldset {
                legend { "Another account" }
                @if let Some(wrong) = wrong { div.refusal role="alert" { p { (parts::said(wrong)) "." } } }
                div.field {
                    label for="account" { "Account" }
                    p.note #account-hint { "12 digits, e.g. " code { "123456789222" } }
                    input #account name="account" value=(given.get("account").unwrap_or_default()) inputmode="numeric"
                        autocomplete="off" aria-describedby="account-hint";
                }
                div.field {
                    label for="region" { "Region" }
                    input #region name="region" value=(given.get("region").unwrap_or("us-east-1")) autocomplete="off";
                }
            }
            p.actions { button.go { "Look" } }
        }
    };
    layout::bare("Choose an account", body)
}
