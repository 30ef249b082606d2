//! What is provisioned in an account, no matter by whom.

use account_connections::{
    operation::{AccountResource, ListProvisionedResources},
    page::PageSize,
    store::Record,
};
use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::console::{
    form,
    layout::{self, Room},
    parts,
    parts::Table,
    refused::Refused,
    values::Values,
    view::{Failure, View},
};

/// How many resources the table has: as many as can be cleaned up at once.
const SHOWN: i64 = 50;

/// The resources, each with a box to choose it.
pub(in crate::console) fn show(view: &View<'_>) -> Result<Markup, Failure> {
    shown(view, &view.query, None)
}

fn shown(view: &View<'_>, given: &Values, refused: Option<&Refused>) -> Result<Markup, Failure> {
    let mut request = ListProvisionedResources::default();
    request.max_results = PageSize::try_from(SHOWN).ok();
    request.next_token = view.token("after")?;
    let page = view.read(request)?;
    let chosen = given.all("identifiers").collect::<Vec<_>>();
    let rows = page.items.iter().enumerate().map(|(place, resource)| row(view, place, resource, &chosen));
    let table = Table {
        id: "provisioned",
        caption: "Resources in this account",
        columns: &["Gone", "Identifier", "Name", "Engine", "Environment", "From account", "State"],
        rows: rows.collect::<Result<_, _>>()?,
        empty: html! {
            p {
                "Nothing is provisioned in this account. Something is once a deployment succeeds of an environment that \
                 has a connection to here, or a role of this account."
            }
        },
    };
    let path = view.at.path("/provisioned");
    let body = html! {
        p.lead {
            "What this account sees provisioned in it, from whichever account. What is "
            (parts::badge("unmanaged")) " or " (parts::badge("left over"))
            " is this account's to clean up: once it is removed, say so here."
        }
        @if view.query.get("did").is_some() { p.did role="status" { "What was cleaned up has left the list." } }
        @if let Some(refused) = refused { div role="alert" { (parts::refusal(refused)) } }
        form method="post" action=(path) {
            input type="hidden" name=(form::TOKEN) value=(form::token(given));
            (table.markup())
            @if !page.items.is_empty() { p.actions { button.danger { "Clean up" } } }
        }
        (parts::pager(&path, "after", view.query.get("after").is_none(), page.next_token.as_ref()))
    };
    Ok(layout::page(view, Room::Provisioned, "Provisioned here", body))
}

fn row(view: &View<'_>, place: usize, shown: &AccountResource, chosen: &[&str]) -> Result<Vec<Markup>, Failure> {
    let AccountResource { resource, environment_arn, unmanaged, .. } = shown;
    let state = match *unmanaged {
        false => "managed",
        true if is_left_over(view, shown)? => "left over",
        true => "unmanaged",
    };
    let identifier = resource.identifier.as_str();
    let from = environment_arn.management_account;
    let id = format!("gone-{place}");
    Ok(vec![
        html! {
            input id=(id) type="checkbox" name="identifiers" value=(identifier) checked[chosen.contains(&identifier)];
            label.hidden for=(id) { "Gone: " (identifier) }
        },
        parts::long(identifier),
        html! { (resource.name.as_ref().map_or("—", |name| name.as_str())) },
        html! { (resource.provisioning_engine.map_or("—", |engine| engine.name())) },
        html! { code { (environment_arn.name) } },
        html! { (from) @if from == view.at.account() { " (this account)" } },
        parts::badge(state),
    ])
}

/// Whether the environment is gone and this resource of it remains: the API's answer calls both unmanaged. The viewer's
/// own record says more.
fn is_left_over(view: &View<'_>, shown: &AccountResource) -> Result<bool, Failure> {
    Ok(match view.provisioned(&shown.resource.identifier)? {
        Some(Record::ProvisionedResource(provisioned)) => {
            provisioned.by.iter().any(|by| by.left_over && by.environment_arn == shown.environment_arn)
        }
        _ => false,
    })
}

/// Reports that these are gone.
pub(in crate::console) fn clean_up(view: &View<'_>, given: &Values) -> Result<String, Failure> {
    let identifiers = given.all("identifiers").map(Value::from).collect::<Vec<_>>();
    let input = Map::from_iter([("identifiers".to_owned(), Value::from(identifiers))]);
    match view.clean_up(&input) {
        Ok(()) => Ok(view.at.path("/provisioned?did=clean-up")),
        Err(refused) => Err(Failure::Again(shown(view, given, Some(&refused))?)),
    }
}
