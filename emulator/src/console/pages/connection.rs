//! A connection's own page, and what may be done there.

use account_connections::{
    connection::ConnectionTrigger,
    event::Event,
    id::{ConnectionId, Side},
    operation::{
        Answer, ConnectionShown, ConnectionSummary, CreateEnvironment, GetEnvironmentAccountConnection,
        ListTagsForResource,
    },
};
use maud::{Markup, html};

use crate::console::{
    ask::Would,
    form::{self, Confirmation, Field, Form, Group},
    layout::{self, Room},
    moves, parts,
    parts::Table,
    picture,
    refused::Refused,
    values::{Values, query},
    view::{Failure, View},
};

/// All of it: fields, states, moves, history.
pub(in crate::console) fn show(view: &View<'_>) -> Result<Markup, Failure> {
    let connection = read(view)?;
    let would = moves::MOVES.map(|trigger| (trigger, moves::would(view, connection.summary.id, trigger)));
    let mut asked = Vec::new();
    for (trigger, would) in would {
        asked.push((trigger, would?));
    }
    let open = asked.iter().filter(|(_, would)| matches!(would, Would::Change(_))).map(|(trigger, _)| *trigger);
    let open = open.collect::<Vec<_>>();
    let body = html! {
        p.back { a href=(view.at.path("")) { "Environment account connections" } }
        (fields(view, &connection)?)
        section.room {
            h2 { "States and moves" }
            div.live #states data-live { (picture::states(connection.summary.status, &open)) }
            div.live #moves data-live {
                ul.moves { @for (trigger, would) in &asked { (offered(view, &connection, *trigger, would)) } }
            }
        }
        section.room { (history(view, connection.summary.id)?.markup()) }
    };
    Ok(layout::page(view, Room::Connections, &heading(&connection), body))
}

fn heading(connection: &ConnectionShown) -> String {
    format!("Connection for {}", connection.summary.environment_name)
}

/// The connection of the address.
fn read(view: &View<'_>) -> Result<ConnectionShown, Failure> {
    let id = view.part("id").parse::<ConnectionId>();
    let id = id.map_err(|wrong| Failure::NoSuchPage(format!("a connection's address: {wrong}")))?;
    view.read(GetEnvironmentAccountConnection::new(id))
}

fn fields(
    view: &View<'_>,
    ConnectionShown { summary: it, codebuild_role_arn, .. }: &ConnectionShown,
) -> Result<Markup, Failure> {
    let mine = it.environment_account_id == view.at.account();
    let (side, other) = if mine {
        (Side::EnvironmentAccount, it.management_account_id)
    } else {
        (Side::ManagementAccount, it.environment_account_id)
    };
    let (in_use, create) = (moves::is_in_use(view, it)?, could_create(view, it)?);
    let role =
        |role: &Option<_>| role.as_ref().map(|role: &account_connections::id::RoleArn| parts::long(role.as_str()));
    let facts = parts::facts(vec![
        ("Status", Some(parts::badge(it.status.name()))),
        ("Environment name", Some(html! { (it.environment_name) })),
        (
            "Used by",
            Some(html! {
                @if !in_use { "no environment" @if let Some(path) = &create { ": " a href=(path) { "create it" } } }
                @else if mine { "the environment " code { (it.environment_name) } " of " (it.management_account_id) }
                @else { a href=(view.at.environment(&it.environment_name, "")) { (it.environment_name) } }
            }),
        ),
        ("Environment account", Some(html! { (it.environment_account_id) @if mine { " (this account)" } })),
        ("Management account", Some(html! { (it.management_account_id) @if !mine { " (this account)" } })),
        ("Service role", role(&it.role_arn)),
        ("CodeBuild role", role(codebuild_role_arn)),
        ("Component role", role(&it.component_role_arn)),
        ("Requested", Some(parts::time(it.requested_at))),
        ("Last modified", Some(parts::time(it.last_modified_at))),
        ("ID", Some(html! { code.text { (it.id) } })),
        ("ARN", Some(parts::long(&it.arn.to_string()))),
        ("Tags", Some(tags(view, &it.arn.to_string())?)),
    ]);
    Ok(html! {
        div.live #fields data-live { (facts) }
        p.note {
            "This account is the connection's " (match side {
                Side::EnvironmentAccount => "environment account",
                Side::ManagementAccount => "management account",
            }) ". " a href=(view.at.of(other).connection(it.id, "")) { "See it as " (other) }
        }
    })
}

/// The address at which its environment can be created with it, if that could be done now.
fn could_create(view: &View<'_>, it: &ConnectionSummary) -> Result<Option<String>, Failure> {
    let (Ok(template), Ok(major), Ok(spec)) = ("any".parse(), "1".parse(), "any".parse()) else { return Ok(None) };
    let mut create = CreateEnvironment::new(it.environment_name.clone(), template, major, spec);
    create.environment_account_connection_id = Some(it.id);
    let (name, id) = (it.environment_name.as_str(), it.id.to_string());
    let given = query(&[("name", name), ("environmentAccountConnectionId", &id)]);
    let could = matches!(view.would(create)?, Would::Change(_));
    Ok(could.then(|| view.at.path(&format!("/create?{given}"))))
}

/// The tags, or why the viewer may not see them.
pub(super) fn tags(view: &View<'_>, arn: &str) -> Result<Markup, Failure> {
    let Ok(arn) = arn.parse() else { return Ok(html! {}) };
    Ok(match view.read(ListTagsForResource::new(arn)) {
        Ok(tags) if tags.items.is_empty() => html! { span.note { "none" } },
        Ok(tags) => html! {
            ul.tags { @for tag in &tags.items { li { code { (tag.key) } " = " (tag.value) } } }
            @if tags.next_token.is_some() { span.note { "and more" } }
        },
        Err(Failure::Refused(refused)) => html! { span.note { (parts::said(&refused.message)) } },
        Err(failure) => return Err(failure),
    })
}

/// A move: its button, or the reason why it has none.
fn offered(view: &View<'_>, connection: &ConnectionShown, trigger: ConnectionTrigger, would: &Would) -> Markup {
    let label = moves::label(trigger);
    let (id, name) = (connection.summary.id, &connection.summary.environment_name);
    let path = view.at.connection(id, &format!("/{trigger}"));
    html! {
        li {
            @match would {
                Would::Change(consequences) => {
                    p { (moves::button(view, id, trigger, &format!("the connection for {name}"))) }
                    (moves::follows(view, connection, consequences))
                }
                // Asked without a different role.
                Would::ChangeNothing(_) if trigger == ConnectionTrigger::Update => {
                    p { (parts::button(label, &path, &format!("of the connection for {name}"))) }
                    p { "Later provisioning uses the roles that are given then." }
                }
                Would::ChangeNothing(rules) => {
                    p { span.button.off { (label) } }
                    p { "It would change nothing." }
                    @for rule in rules.iter().filter(|rule| rule.name().ends_with("-again")) { p { (parts::rule(rule)) } }
                }
                Would::Refuse(refusal) => {
                    p { span.button.off { (label) } }
                    (parts::refusal(&refusal.into()))
                }
            }
        }
    }
}

/// The changes of the connection's status, newest first.
fn history(view: &View<'_>, id: ConnectionId) -> Result<Table<'static>, Failure> {
    let events = view.events()?;
    let rows = events.iter().rev().filter_map(|event| match event {
        Event::ConnectionStatusChange(change) if (change.arn.id, change.arn.region) == (id, view.at.region()) => {
            Some(vec![parts::time(change.at), moves::statuses(change)])
        }
        _ => None,
    });
    Ok(Table {
        id: "history",
        caption: "History",
        columns: &["Time", "Status"],
        rows: rows.collect(),
        empty: html! { p { "The events of this connection are among those that were forgotten." } },
    })
}

/// The question before a move.
pub(in crate::console) fn ask(view: &View<'_>) -> Result<Markup, Failure> {
    question(view, &read(view)?, moved(view)?, &view.query, None)
}

/// The move in the address, one that needs confirmation.
fn moved(view: &View<'_>) -> Result<ConnectionTrigger, Failure> {
    let moves = [ConnectionTrigger::Accept, ConnectionTrigger::Reject, ConnectionTrigger::Delete];
    let found = moves.into_iter().find(|trigger| trigger.name() == view.part("move"));
    found.ok_or_else(|| Failure::NoSuchPage("a connection is accepted, rejected, updated or deleted".into()))
}

fn question(
    view: &View<'_>,
    connection: &ConnectionShown,
    trigger: ConnectionTrigger,
    given: &Values,
    refused: Option<Refused>,
) -> Result<Markup, Failure> {
    let it = &connection.summary;
    let follows = match (refused, moves::would(view, it.id, trigger)?) {
        (Some(refused), _) => Err(refused),
        (None, Would::Refuse(refusal)) => Err((&refusal).into()),
        (None, Would::ChangeNothing(_)) => Ok(html! { p { "It would change nothing." } }),
        (None, Would::Change(consequences)) => Ok(moves::follows(view, connection, &consequences)),
    };
    let label = moves::label(trigger);
    let from_to = html! {
        p.note {
            "From the environment account " code { (it.environment_account_id) } " to the management account "
            code { (it.management_account_id) } ", requested " (parts::time(it.requested_at)) ". You look as "
            code { (view.at.account()) } "."
        }
    };
    let confirmation = Confirmation {
        question: format!("{label} the connection for {}?", it.environment_name),
        action: view.at.connection(it.id, &format!("/{trigger}")),
        given,
        follows: follows.map(|follows| html! { (from_to) (follows) }),
        submit: label,
        tone: moves::tone(trigger),
        cancel: view.at.path(""),
    };
    Ok(layout::page(view, Room::Connections, &format!("{label} a connection"), confirmation.markup()))
}

/// Accepts, rejects or deletes.
pub(in crate::console) fn carry_out(view: &View<'_>, given: &Values) -> Result<String, Failure> {
    let trigger = moved(view)?;
    let operation = match trigger {
        ConnectionTrigger::Accept => "AcceptEnvironmentAccountConnection",
        ConnectionTrigger::Reject => "RejectEnvironmentAccountConnection",
        _ => "DeleteEnvironmentAccountConnection",
    };
    let id = view.part("id");
    let input = [("id".to_owned(), id.into())].into_iter().collect();
    match view.call(operation, &input) {
        Ok(_) => Ok(view.at.path(&format!("?{}", query(&[("did", trigger.name()), ("id", id)])))),
        Err(refused) => Err(Failure::Again(question(view, &read(view)?, trigger, given, Some(refused))?)),
    }
}

/// The form for lending other roles.
pub(in crate::console) fn roles(view: &View<'_>) -> Result<Markup, Failure> {
    let connection = read(view)?;
    let role = |role: Option<&account_connections::id::RoleArn>| role.map_or("", |role| role.as_str()).to_owned();
    let given = Values::default()
        .with("roleArn", role(connection.summary.role_arn.as_ref()))
        .with("codebuildRoleArn", role(connection.codebuild_role_arn.as_ref()))
        .with("componentRoleArn", role(connection.summary.component_role_arn.as_ref()));
    Ok(filled(view, &connection, &given, None))
}

/// Lends other roles.
pub(in crate::console) fn lend(view: &View<'_>, given: &Values) -> Result<String, Failure> {
    let mut input = form::input(&[lent()], given);
    input.insert("id".into(), view.part("id").into());
    match view.call("UpdateEnvironmentAccountConnection", &input) {
        Ok(Answer::Connection(connection)) => Ok(view.at.connection(connection.summary.id, "")),
        Ok(_) => Ok(view.at.path("")),
        Err(refused) => Err(Failure::Again(filled(view, &read(view)?, given, Some(&refused)))),
    }
}

fn filled(view: &View<'_>, connection: &ConnectionShown, given: &Values, refused: Option<&Refused>) -> Markup {
    let id = connection.summary.id;
    let form = Form {
        action: view.at.connection(id, "/update"),
        groups: &[lent()],
        given,
        refused,
        submit: "Change roles",
        cancel: view.at.connection(id, ""),
    };
    layout::page(
        view,
        Room::Connections,
        &format!("Roles of the connection for {}", connection.summary.environment_name),
        form.markup(),
    )
}

fn lent() -> Group {
    Group {
        title: "Roles",
        about: "A role that is given replaces the old one; one that is left empty stays.",
        fields: vec![
            Field::line("roleArn", "Environment role ARN", ""),
            Field::line("codebuildRoleArn", "CodeBuild role ARN (optional)", ""),
            Field::line("componentRoleArn", "Component role ARN (optional)", ""),
        ],
    }
}
