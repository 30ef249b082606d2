//! The connections of an account: those that it asked for, and those that it is asked for.

use account_connections::{
    connection::ConnectionTrigger,
    id::{ConnectionId, Side},
    operation::{ConnectionSummary, GetEnvironmentAccountConnection, ListEnvironmentAccountConnections},
    page::{Page, PageSize},
};
use maud::{Markup, html};

pub(in crate::console) use super::request::{request, send};
use crate::console::{
    ask::Would,
    layout::{self, Room},
    moves, parts,
    parts::Table,
    view::{Failure, View},
};

/// How many connections a table has.
const SHOWN: i64 = 25;

/// Both tables.
pub(in crate::console) fn show(view: &View<'_>) -> Result<Markup, Failure> {
    let sent = list(view, Side::EnvironmentAccount, "sent")?;
    let received = list(view, Side::ManagementAccount, "received")?;
    let body = html! {
        (did(view)?)
        section.room {
            p.aside { a.button.go href=(view.at.path("/request")) { "Request to connect" } }
            (sent_table(view, &sent)?.markup())
            (parts::pager(&view.at.path(""), "sent", view.query.get("sent").is_none(), sent.next_token.as_ref()))
        }
        section.room {
            (received_table(view, &received)?.markup())
            (parts::pager(&view.at.path(""), "received", view.query.get("received").is_none(), received.next_token.as_ref()))
        }
    };
    Ok(layout::page(view, Room::Connections, "Environment account connections", body))
}

fn list(view: &View<'_>, side: Side, list: &str) -> Result<Page<ConnectionSummary>, Failure> {
    let mut request = ListEnvironmentAccountConnections::new(side);
    request.max_results = PageSize::try_from(SHOWN).ok();
    request.next_token = view.token(list)?;
    view.read(request)
}

fn sent_table(view: &View<'_>, sent: &Page<ConnectionSummary>) -> Result<Table<'static>, Failure> {
    let rows = sent.items.iter().map(|connection| {
        let actions = actions(view, connection, &[ConnectionTrigger::Delete])?;
        Ok(vec![
            named(view, connection),
            html! { (connection.management_account_id) },
            roles(connection),
            parts::badge(connection.status.name()),
            parts::time(connection.requested_at),
            parts::time(connection.last_modified_at),
            used_by(view, connection)?,
            actions,
        ])
    });
    Ok(Table {
        id: "sent",
        caption: "Environment connections sent to a management account",
        columns: &[
            "Environment name",
            "Management account",
            "Roles",
            "Status",
            "Requested",
            "Last modified",
            "Used by",
            "Actions",
        ],
        rows: rows.collect::<Result<_, Failure>>()?,
        empty: html! {
            p {
                "This account has sent no request. Decide on a name for the environment, then choose "
                strong { "Request to connect" } ": it asks a management account to provision the environment here."
            }
        },
    })
}

fn received_table(view: &View<'_>, received: &Page<ConnectionSummary>) -> Result<Table<'static>, Failure> {
    let rows = received.items.iter().map(|connection| {
        Ok(vec![
            named(view, connection),
            html! { (connection.environment_account_id) },
            parts::badge(connection.status.name()),
            parts::time(connection.requested_at),
            parts::time(connection.last_modified_at),
            actions(view, connection, &[ConnectionTrigger::Accept, ConnectionTrigger::Reject])?,
        ])
    });
    Ok(Table {
        id: "received",
        caption: "Environment account connection requests",
        columns: &["Environment name", "Environment account", "Status", "Requested", "Last modified", "Actions"],
        rows: rows.collect::<Result<_, Failure>>()?,
        empty: html! {
            p {
                "No account has asked this one to connect. An environment account does so with "
                strong { "Request to connect" } ", and names " code { (view.at.account()) } " as the management account."
            }
        },
    })
}

fn named(view: &View<'_>, connection: &ConnectionSummary) -> Markup {
    html! {
        a href=(view.at.connection(connection.id, "")) { (connection.environment_name) }
        span.note.id { (connection.id) }
    }
}

fn roles(connection: &ConnectionSummary) -> Markup {
    let roles = [("Service role", &connection.role_arn), ("Component role", &connection.component_role_arn)];
    html! {
        @if connection.role_arn.is_none() { span.note { "CodeBuild role only" } }
        @for (name, role) in roles {
            @if let Some(role) = role {
                details.long {
                    summary { (name) ": " code { (role.as_str().rsplit('/').next().unwrap_or_default()) } }
                    code.text { (role) }
                }
            }
        }
    }
}

fn used_by(view: &View<'_>, connection: &ConnectionSummary) -> Result<Markup, Failure> {
    let is_in_use = moves::is_in_use(view, connection)?;
    Ok(html! { @if is_in_use { code { (connection.environment_name) } } @else { span.note { "—" } } })
}

/// The moves that would change something now.
fn actions(view: &View<'_>, it: &ConnectionSummary, offered: &[ConnectionTrigger]) -> Result<Markup, Failure> {
    let mut buttons = Vec::new();
    for trigger in offered {
        if let Would::Change(_) = moves::would(view, it.id, *trigger)? {
            let what = format!("the connection for {} ({})", it.environment_name, it.id);
            buttons.push(moves::button(view, it.id, *trigger, &what));
        }
    }
    Ok(html! { @if buttons.is_empty() { span.note { "—" } } @for button in buttons { (button) " " } })
}

/// What was done just now, as the address says; the model is asked how things stand.
fn did(view: &View<'_>) -> Result<Markup, Failure> {
    let Some(did) = view.query.get("did") else { return Ok(html! {}) };
    let id = view.query.get("id").and_then(|id| id.parse::<ConnectionId>().ok());
    let connection = match id.map(|id| view.read(GetEnvironmentAccountConnection::new(id))) {
        Some(Ok(connection)) => connection,
        Some(Err(failure @ Failure::Trouble(_))) => return Err(failure),
        _ if did == "delete" => return Ok(html! { p.did role="status" { "The connection is deleted." } }),
        _ => return Ok(html! {}),
    };
    let it = &connection.summary;
    if did == "request" {
        return Ok(how_to_accept(view, it));
    }
    Ok(html! {
        p.did role="status" {
            "The connection for " code { (it.environment_name) } " is now " (parts::badge(it.status.name())) "."
        }
    })
}

/// How the management account continues.
fn how_to_accept(view: &View<'_>, it: &ConnectionSummary) -> Markup {
    let (id, manager) = (it.id, it.management_account_id);
    html! {
        dialog.did #sent-dialog open aria-labelledby="sent-title" data-modal {
            h2 #sent-title { "Your request was sent" }
            p {
                "The connection for " code { (it.environment_name) } " is " (parts::badge(it.status.name()))
                ". The management account " code { (manager) } " accepts it:"
            }
            ul {
                li {
                    "in the console, with " strong { "Accept" } " in its table "
                    a href=(view.at.of(manager).path("")) { "Environment account connection requests" } ";"
                }
                li {
                    "or with the AWS CLI: "
                    code.text { "aws proton accept-environment-account-connection --id " (id) }
                }
            }
            form.actions method="dialog" { button.go { "Close" } }
        }
    }
}
