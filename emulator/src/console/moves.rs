//! What may be done with a connection, and what follows, according to the model.

use account_connections::{
    Rule,
    connection::ConnectionTrigger,
    event::{Event, StatusChange},
    id::ConnectionId,
    operation::{
        AcceptEnvironmentAccountConnection, ConnectionShown, ConnectionSummary, DeleteEnvironmentAccountConnection,
        RejectEnvironmentAccountConnection, UpdateEnvironmentAccountConnection,
    },
};
use maud::{Markup, html};

use super::{
    ask::{Consequences, Would},
    parts::{self, Tone},
    view::{Failure, View},
};

/// What moves an existing connection, in the order in which it is offered.
pub(super) const MOVES: [ConnectionTrigger; 4] =
    [ConnectionTrigger::Accept, ConnectionTrigger::Reject, ConnectionTrigger::Update, ConnectionTrigger::Delete];

/// What the model would say to a move now. An update is asked about without a different role: whether it may be done at
/// all.
pub(super) fn would(view: &View<'_>, id: ConnectionId, trigger: ConnectionTrigger) -> Result<Would, Failure> {
    match trigger {
        ConnectionTrigger::Accept => view.would(AcceptEnvironmentAccountConnection::new(id)),
        ConnectionTrigger::Reject => {
            let then = AcceptEnvironmentAccountConnection::new(id);
            view.would_then(RejectEnvironmentAccountConnection::new(id), Some(then.into()))
        }
        ConnectionTrigger::Delete => view.would(DeleteEnvironmentAccountConnection::new(id)),
        ConnectionTrigger::Update | ConnectionTrigger::Create => {
            view.would(UpdateEnvironmentAccountConnection::new(id))
        }
    }
}

/// What its button says.
pub(super) const fn label(trigger: ConnectionTrigger) -> &'static str {
    match trigger {
        ConnectionTrigger::Create => "Request to connect",
        ConnectionTrigger::Accept => "Accept",
        ConnectionTrigger::Reject => "Reject",
        ConnectionTrigger::Update => "Change roles",
        ConnectionTrigger::Delete => "Delete",
    }
}

/// The button of a move that is confirmed.
pub(super) fn button(view: &View<'_>, id: ConnectionId, trigger: ConnectionTrigger, what: &str) -> Markup {
    parts::asking(label(trigger), &view.at.connection(id, &format!("/{trigger}")), what, tone(trigger))
}

pub(super) const fn tone(trigger: ConnectionTrigger) -> Tone {
    match trigger {
        ConnectionTrigger::Reject | ConnectionTrigger::Delete => Tone::Danger,
        ConnectionTrigger::Create | ConnectionTrigger::Accept | ConnectionTrigger::Update => Tone::Go,
    }
}

/// Whether an environment is attached to the connection: whether its deletion would leave one behind, or, for a
/// management account, whether it could be rejected.
pub(super) fn is_in_use(view: &View<'_>, connection: &ConnectionSummary) -> Result<bool, Failure> {
    let mine = connection.environment_account_id == view.at.account();
    let trigger = if mine { ConnectionTrigger::Delete } else { ConnectionTrigger::Reject };
    Ok(match would(view, connection.id, trigger)? {
        Would::Change(consequences) => consequences.rules.contains(Rule::DeleteOrphans),
        Would::ChangeNothing(_) => false,
        Would::Refuse(refusal) => refusal.rule() == Rule::NoRejectWhileInUse,
    })
}

/// What follows for this connection itself, each with the rule that it rests on.
pub(super) fn follows(view: &View<'_>, connection: &ConnectionShown, consequences: &Consequences) -> Markup {
    let then = consequences.refused_then.as_ref().map(|refusal| refusal.rule());
    let rules = consequences.rules.iter().chain(then);
    let told = rules.filter_map(|rule| Some((tell(rule, connection)?, rule)));
    html! {
        ul.follows {
            @for event in &consequences.events { @if let Some(told) = change(view, event) { li { (told) } } }
            @for (told, rule) in told { li { (parts::said(&told)) " " (parts::rule(rule)) } }
        }
    }
}

/// A change of status that the viewer may see: of the connection, or of its own environment.
fn change(view: &View<'_>, event: &Event) -> Option<Markup> {
    match event {
        Event::ConnectionStatusChange(change) => Some(html! { "The connection: " (statuses(change)) }),
        Event::EnvironmentStatusChange(change) if change.arn.management_account == view.at.account() => {
            Some(html! { "The environment " code { (change.arn.name) } ": " (statuses(change)) })
        }
        _ => None,
    }
}

/// From which status to which.
pub(super) fn statuses<A, S: ToString>(StatusChange { previous, status, .. }: &StatusChange<A, S>) -> Markup {
    let shown = |status: &S| parts::badge(&status.to_string());
    html! {
        span {
            @if let Some(previous) = previous { (shown(previous)) } @else { span.badge.plain { "new" } }
            span aria-hidden="true" { " → " } span.hidden { " becomes " }
            @if let Some(status) = status { (shown(status)) } @else { span.badge.plain { "gone" } }
        }
    }
}

/// What a rule means here; `None` for a rule that says nothing about what follows.
fn tell(rule: Rule, ConnectionShown { summary: it, codebuild_role_arn, .. }: &ConnectionShown) -> Option<String> {
    let (name, lender, manager) = (&it.environment_name, it.environment_account_id, it.management_account_id);
    Some(match rule {
        Rule::AcceptConnects => {
            let role = it.role_arn.as_ref().or(codebuild_role_arn.as_ref());
            let role = role.map_or_else(String::new, |role| format!(", with the role `{role}`"));
            format!("The environment `{name}` can be provisioned in the account `{lender}`{role}.")
        }
        Rule::AcceptRestores => {
            format!("The environment `{name}` is attached to this connection, and can be deployed to again.")
        }
        Rule::RejectRejects => format!("The account `{manager}` turns the request for `{name}` down."),
        Rule::RejectedIsFinal => {
            "REJECTED is final: the connection can be neither accepted nor used afterwards.".into()
        }
        Rule::DeleteAnyStatus => "The connection is gone for both accounts, and does not come back.".into(),
        Rule::DeleteOrphans => format!(
            "The environment `{name}` becomes unmanaged: nothing can be deployed to it until a new connection for \
             `{name}` from the account `{lender}` is accepted. What is provisioned stays, and is this account's to \
             clean up."
        ),
        Rule::DeleteFrees => "Its place in the quota is free again.".into(),
        _ => return None,
    })
}
