//! An environment's own page, and what may be done there.

use account_connections::{
    Refusal, Rule,
    event::Event,
    id::EnvironmentName,
    operation::{
        Answer, CancelEnvironmentDeployment, DeleteEnvironment, DeploymentType, EnvironmentShown, GetEnvironment,
        ListEnvironmentOutputs, ListEnvironmentProvisionedResources, UpdateEnvironment,
    },
};
use maud::{Markup, html};

pub(in crate::console) use super::outcome::{outcome, report};
use super::{
    connection::tags,
    environments::{connected, connection, connection_field, own, version},
};
use crate::console::{
    ask::{Consequences, Would},
    form::{self, Confirmation, Field, Form, Group, Kind},
    layout::{self, Room},
    moves, parts,
    parts::{Table, Tone},
    refused::Refused,
    values::Values,
    view::{Failure, View},
};

/// All of it.
pub(in crate::console) fn show(view: &View<'_>) -> Result<Markup, Failure> {
    let environment = read(view)?;
    let name = &environment.summary.name;
    let body = html! {
        p.back { a href=(view.at.path("/environments")) { "Environments" } }
        div.live #fields data-live { (fields(view, &environment)?) }
        section.room {
            h2 { "What may be done" }
            div.live #moves data-live { ul.moves { (offers(view, &environment)?) } }
        }
        section.room { (resources(view, name)?.markup()) }
        section.room { (outputs(view, name)?.markup()) }
        section.room { (history(view, name)?.markup()) }
    };
    Ok(layout::page(view, Room::Environments, &format!("Environment {name}"), body))
}

/// The environment of the address.
pub(super) fn read(view: &View<'_>) -> Result<EnvironmentShown, Failure> {
    let name = view.part("name").parse::<EnvironmentName>();
    let name = name.map_err(|wrong| Failure::NoSuchPage(format!("an environment's address: {wrong}")))?;
    view.read(GetEnvironment::from(name))
}

fn fields(view: &View<'_>, environment: &EnvironmentShown) -> Result<Markup, Failure> {
    let it = &environment.summary;
    let role = |text: Option<&str>| text.map(parts::long);
    let repository = environment.provisioning_repository.as_ref().map(|repository| &repository.branch);
    Ok(parts::facts(vec![
        ("Deployment status", Some(parts::badge(it.deployment_status.name()))),
        (
            "Status message",
            it.deployment_status_message.as_ref().map(|text| parts::sensitive("status message", text.as_str())),
        ),
        ("Connection", Some(connection(view, it))),
        ("Environment account", it.environment_account_id.map(|account| html! { (account) })),
        ("Template", Some(html! { (it.template_name) " " (version(it)) })),
        ("Spec", Some(parts::sensitive("spec", environment.spec.as_str()))),
        ("Description", it.description.as_ref().map(|text| parts::sensitive("description", text.as_str()))),
        ("Service role", role(it.proton_service_role_arn.as_ref().map(|role| role.as_str()))),
        ("CodeBuild role", role(environment.codebuild_role_arn.as_ref().map(|role| role.as_str()))),
        ("Component role", role(it.component_role_arn.as_ref().map(|role| role.as_str()))),
        ("Repository", repository.map(|it| html! { (it.provider) " " (it.name) ", branch " (it.branch) })),
        ("Created", Some(parts::time(it.created_at))),
        ("Last attempt", Some(parts::time(it.last_deployment_attempted_at))),
        ("Last success", it.last_deployment_succeeded_at.map(parts::time)),
        ("Deployment ID", Some(html! { code.text { (it.last_attempted_deployment_id) } })),
        ("ARN", Some(parts::long(&it.arn.to_string()))),
        ("Tags", Some(tags(view, &it.arn.to_string())?)),
    ]))
}

/// The moves, each with its button, or the reason why it has none.
fn offers(view: &View<'_>, environment: &EnvironmentShown) -> Result<Markup, Failure> {
    let it = &environment.summary;
    let update = would_update(view, environment, DeploymentType::None)?;
    let deploy = would_update(view, environment, DeploymentType::CurrentVersion)?;
    let cancel = would(view, "cancel", &it.name)?;
    let delete = would(view, "delete", &it.name)?;
    let outcomes = super::outcome::possible(view, environment)?;
    Ok(html! {
        li {
            @match &update {
                None => {
                    p { (parts::button("Update", &view.at.environment(&it.name, "/update"), it.name.as_str())) }
                    p { "Its description, roles and connection at once; by a deployment its spec and template version." }
                    @if let Some(refusal) = &deploy {
                        p { "With a deployment, and without another connection:" }
                        (parts::refusal(&refusal.into()))
                    }
                }
                Some(refusal) => { p { span.button.off { "Update" } } (parts::refusal(&refusal.into())) }
            }
        }
        li { (offered(view, it.name.as_str(), "Cancel deployment", &view.at.environment(&it.name, "/cancel"), &cancel)) }
        li { (offered(view, it.name.as_str(), "Delete", &view.at.environment(&it.name, "/delete"), &delete)) }
        @if !outcomes.is_empty() {
            li {
                p { (parts::button("Report outcome", &view.at.environment(&it.name, "/report"), it.name.as_str())) }
                p { "Nobody has said yet how the deployment under way ended." }
            }
        }
    })
}

fn offered(view: &View<'_>, name: &str, label: &str, path: &str, would: &Would) -> Markup {
    html! {
        @match would {
            Would::Change(consequences) => {
                p { (parts::asking(label, path, &format!("the environment {name}"), Tone::Danger)) }
                (follows(view, name, consequences))
            }
            Would::ChangeNothing(rules) => {
                p { span.button.off { (label) } }
                p { "It would change nothing." }
                @for rule in rules.iter().filter(|rule| tells_why(*rule)) { p { (parts::rule(rule)) } }
            }
            Would::Refuse(refusal) => { p { span.button.off { (label) } } (parts::refusal(&refusal.into())) }
        }
    }
}

const fn tells_why(rule: Rule) -> bool {
    matches!(rule, Rule::TooLateToCancel | Rule::DeleteDeprovisions)
}

fn would(view: &View<'_>, what: &str, name: &EnvironmentName) -> Result<Would, Failure> {
    match what {
        "cancel" => view.would(CancelEnvironmentDeployment::from(name.clone())),
        _ => view.would(DeleteEnvironment::from(name.clone())),
    }
}

/// Why an update of this type, with nothing else in it, would be refused now.
fn would_update(
    view: &View<'_>,
    environment: &EnvironmentShown,
    deploys: DeploymentType,
) -> Result<Option<Refusal>, Failure> {
    let update = UpdateEnvironment::new(environment.summary.name.clone(), deploys);
    Ok(match view.would(update)? {
        Would::Refuse(refusal) => Some(refusal),
        Would::Change(_) | Would::ChangeNothing(_) => None,
    })
}

/// What follows for this environment itself.
fn follows(view: &View<'_>, name: &str, consequences: &Consequences) -> Markup {
    html! {
        ul.follows {
            @for event in &consequences.events {
                @if let Event::EnvironmentStatusChange(change) = event {
                    li { "The environment: " (moves::statuses(change)) }
                }
            }
            @for rule in consequences.rules.iter() {
                @if let Some(told) = tell(rule, name, view) { li { (parts::said(&told)) " " (parts::rule(rule)) } }
            }
        }
    }
}

fn tell(rule: Rule, name: &str, view: &View<'_>) -> Option<String> {
    let account = view.at.account();
    Some(match rule {
        Rule::CancelCancels => format!("The update of `{name}` is given up once the host confirms it."),
        Rule::DeleteDeprovisions => format!(
            "What is provisioned for `{name}` is removed. Only when that is done the environment is gone, and a \
             connection of `{account}` that it uses can be rejected."
        ),
        Rule::DeleteUnmanaged => format!(
            "`{name}` is gone at once. It has no connection, so nothing is removed: what remains is left over, and the \
             environment account's to clean up."
        ),
        _ => return None,
    })
}

fn resources(view: &View<'_>, name: &EnvironmentName) -> Result<Table<'static>, Failure> {
    let found = view.read(ListEnvironmentProvisionedResources::new(name.clone()))?;
    let rows = found.provisioned_resources.iter().map(|resource| {
        vec![
            parts::long(resource.identifier.as_str()),
            html! { (resource.name.as_ref().map_or("—", |name| name.as_str())) },
            html! { (resource.provisioning_engine.map_or("—", |engine| engine.name())) },
        ]
    });
    Ok(Table {
        id: "resources",
        caption: "Provisioned resources",
        columns: &["Identifier", "Name", "Engine"],
        rows: rows.collect(),
        empty: html! { p { "None yet: the report of a deployment brings them." } },
    })
}

fn outputs(view: &View<'_>, name: &EnvironmentName) -> Result<Table<'static>, Failure> {
    let found = view.read(ListEnvironmentOutputs::new(name.clone()))?;
    let rows = found
        .outputs
        .iter()
        .map(|output| vec![parts::long(output.key.as_str()), parts::sensitive("value", output.value_string.as_str())]);
    Ok(Table {
        id: "outputs",
        caption: "Outputs",
        columns: &["Key", "Value"],
        rows: rows.collect(),
        empty: html! { p { "None yet: " code { "NotifyResourceDeploymentStatusChange" } " brings them." } },
    })
}

fn history(view: &View<'_>, name: &EnvironmentName) -> Result<Table<'static>, Failure> {
    let events = view.events()?;
    let rows = events.iter().rev().filter_map(|event| match event {
        Event::EnvironmentStatusChange(change)
            if (change.arn.region, change.arn.management_account) == (view.at.region(), view.at.account())
                && change.arn.name == *name =>
        {
            Some(vec![parts::time(change.at), moves::statuses(change)])
        }
        _ => None,
    });
    Ok(Table {
        id: "history",
        caption: "History",
        columns: &["Time", "Deployment status"],
        // Including those of an earlier environment of this name.
        rows: rows.take(50).collect(),
        empty: html! { p { "The events of this environment are among those that were forgotten." } },
    })
}

/// The question before a deletion or a cancellation.
pub(in crate::console) fn ask(view: &View<'_>) -> Result<Markup, Failure> {
    question(view, &view.query, None)
}

/// The call in the address, and what its button says.
fn moved(view: &View<'_>) -> Result<(&'static str, &'static str, &'static str), Failure> {
    match view.part("move") {
        "cancel" => Ok(("CancelEnvironmentDeployment", "environmentName", "Cancel deployment")),
        "delete" => Ok(("DeleteEnvironment", "name", "Delete")),
        _ => Err(Failure::NoSuchPage("an environment is updated, cancelled, deleted or reported of".into())),
    }
}

fn question(view: &View<'_>, given: &Values, refused: Option<Refused>) -> Result<Markup, Failure> {
    let (_, _, label) = moved(view)?;
    let name = read(view)?.summary.name;
    let follows = match (refused, would(view, view.part("move"), &name)?) {
        (Some(refused), _) => Err(refused),
        (None, Would::Refuse(refusal)) => Err((&refusal).into()),
        (None, Would::ChangeNothing(_)) => Ok(html! { p { "It would change nothing." } }),
        (None, Would::Change(consequences)) => Ok(follows(view, name.as_str(), &consequences)),
    };
    let confirmation = Confirmation {
        question: format!("{label}: {name}?"),
        action: view.at.environment(&name, &format!("/{}", view.part("move"))),
        given,
        follows,
        submit: label,
        tone: Tone::Danger,
        cancel: view.at.environment(&name, ""),
    };
    Ok(layout::page(view, Room::Environments, &format!("{label}: environment {name}"), confirmation.markup()))
}

/// Cancels its deployment, or deletes it.
pub(in crate::console) fn carry_out(view: &View<'_>, given: &Values) -> Result<String, Failure> {
    let (operation, member, _) = moved(view)?;
    let name = view.part("name");
    match view.call(operation, &[(member.to_owned(), name.into())].into_iter().collect()) {
        Ok(_) => Ok(match read(view) {
            Ok(environment) => view.at.environment(&environment.summary.name, ""),
            Err(_) => view.at.path("/environments?did=delete"),
        }),
        Err(refused) => Err(Failure::Again(question(view, given, Some(refused))?)),
    }
}

/// The form of an update.
pub(in crate::console) fn change(view: &View<'_>) -> Result<Markup, Failure> {
    filled(view, &view.query, None)
}

/// Updates it.
pub(in crate::console) fn update(view: &View<'_>, given: &Values) -> Result<String, Failure> {
    let mut input = form::input(&groups(Vec::new()), given);
    input.insert("name".into(), view.part("name").into());
    match view.call("UpdateEnvironment", &input) {
        Ok(Answer::Environment(environment)) => Ok(view.at.environment(&environment.summary.name, "")),
        Ok(_) => Ok(view.at.path("/environments")),
        Err(refused) => Err(Failure::Again(filled(view, given, Some(&refused))?)),
    }
}

fn filled(view: &View<'_>, given: &Values, refused: Option<&Refused>) -> Result<Markup, Failure> {
    let name = read(view)?.summary.name;
    let form = Form {
        action: view.at.environment(&name, "/update"),
        groups: &groups(connected(view)?),
        given,
        refused,
        submit: "Update environment",
        cancel: view.at.environment(&name, ""),
    };
    Ok(layout::page(view, Room::Environments, &format!("Update environment {name}"), form.markup()))
}

fn groups(connected: Vec<(String, String)>) -> [Group; 2] {
    let types = DeploymentType::ALL.iter().map(|kind| kind.name()).collect::<Vec<_>>();
    [
        Group {
            title: "Deployment",
            about: "",
            fields: vec![
                Field::line("deploymentType", "Deployment type", "`NONE` deploys nothing.").of(Kind::Choice(types)),
                Field::line("spec", "Spec", "Left empty: the current one.").of(Kind::Text),
                Field::line("templateMajorVersion", "Major version", ""),
                Field::line("templateMinorVersion", "Minor version", ""),
            ],
        },
        Group {
            title: "At once, whatever becomes of the deployment",
            about: "What is left empty stays.",
            fields: [
                &[Field::line("description", "Description", "").of(Kind::Text), connection_field(connected)][..],
                &own(),
            ]
            .concat(),
        },
    ]
}
