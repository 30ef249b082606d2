//! The environments of an account, and *Create environment*.

use account_connections::{
    connection::ConnectionStatus,
    id::Side,
    operation::{Answer, EnvironmentSummary, ListEnvironmentAccountConnections, ListEnvironments, Statuses},
    page::PageSize,
};
use maud::{Markup, html};

use super::request::tags;
use crate::console::{
    form::{self, Field, Form, Group, Kind},
    layout::{self, Room},
    parts,
    parts::Table,
    refused::Refused,
    values::Values,
    view::{Failure, View},
};

/// How many environments the table has.
const SHOWN: i64 = 25;

/// The list.
pub(in crate::console) fn show(view: &View<'_>) -> Result<Markup, Failure> {
    let mut request = ListEnvironments::default();
    request.max_results = PageSize::try_from(SHOWN).ok();
    request.next_token = view.token("after")?;
    let page = view.read(request)?;
    let table = Table {
        id: "environments",
        caption: "Environments of this account",
        columns: &["Name", "Deployment status", "Provisioned in", "Connection", "Template", "Last attempt"],
        rows: page.items.iter().map(|environment| row(view, environment)).collect(),
        empty: html! {
            p {
                "This account has no environment. To provision one in another account, have that account send a request to \
                 connect, accept it, then choose " strong { "Create environment" } "."
            }
        },
    };
    let path = view.at.path("/environments");
    let body = html! {
        @if view.query.get("did").is_some() { p.did role="status" { "The environment is deleted." } }
        section.room {
            p.aside { a.button.go href=(view.at.path("/create")) { "Create environment" } }
            (table.markup())
            (parts::pager(&path, "after", view.query.get("after").is_none(), page.next_token.as_ref()))
        }
    };
    Ok(layout::page(view, Room::Environments, "Environments", body))
}

fn row(view: &View<'_>, it: &EnvironmentSummary) -> Vec<Markup> {
    vec![
        html! { a href=(view.at.environment(&it.name, "")) { (it.name) } },
        parts::badge(it.deployment_status.name()),
        html! { @match it.environment_account_id { Some(account) => (account), None => "this account" } },
        connection(view, it),
        html! { (it.template_name) " " (version(it)) },
        parts::time(it.last_deployment_attempted_at),
    ]
}

/// The connection that an environment is attached to; "unmanaged" if it has lost it.
pub(super) fn connection(view: &View<'_>, it: &EnvironmentSummary) -> Markup {
    html! {
        @match (it.environment_account_connection_id, it.environment_account_id) {
            (Some(id), _) => a.id href=(view.at.connection(id, "")) { (id) },
            (None, Some(_)) => (parts::badge("unmanaged")),
            (None, None) => span.note { "needs none" },
        }
    }
}

pub(super) fn version(it: &EnvironmentSummary) -> String {
    let minor = it.template_minor_version.as_ref().map_or("–", |minor| minor.as_str());
    format!("{}.{minor}", it.template_major_version)
}

/// The form.
pub(in crate::console) fn create(view: &View<'_>) -> Result<Markup, Failure> {
    filled(view, &view.query, None)
}

/// Creates it: the API recognizes a repetition by its name.
pub(in crate::console) fn send(view: &View<'_>, given: &Values) -> Result<String, Failure> {
    match view.call("CreateEnvironment", &form::input(&groups(Vec::new()), given)) {
        Ok(Answer::Environment(environment)) => Ok(view.at.environment(&environment.summary.name, "")),
        Ok(_) => Ok(view.at.path("/environments")),
        Err(refused) => Err(Failure::Again(filled(view, given, Some(&refused))?)),
    }
}

fn filled(view: &View<'_>, given: &Values, refused: Option<&Refused>) -> Result<Markup, Failure> {
    let form = Form {
        action: view.at.path("/create"),
        groups: &groups(connected(view)?),
        given,
        refused,
        submit: "Create environment",
        cancel: view.at.path("/environments"),
    };
    Ok(layout::page(view, Room::Environments, "Create environment", form.markup()))
}

/// The connections that could be given.
pub(super) fn connected(view: &View<'_>) -> Result<Vec<(String, String)>, Failure> {
    let mut request = ListEnvironmentAccountConnections::new(Side::ManagementAccount);
    request.statuses = Statuses::from_iter([ConnectionStatus::Connected]);
    let page = view.read(request)?;
    let offers = page
        .items
        .iter()
        .map(|it| (it.id.to_string(), format!("{} in {}", it.environment_name, it.environment_account_id)));
    Ok(offers.collect())
}

fn groups(connected: Vec<(String, String)>) -> [Group; 4] {
    [
        Group {
            title: "Environment",
            about: "",
            fields: vec![
                Field::line("name", "Environment name", "With a connection: the one that the connection is for."),
                Field::line("description", "Description (optional)", "").of(Kind::Text),
            ],
        },
        Group {
            title: "Template",
            about: "The emulator does not look whether the template exists, nor what the spec means.",
            fields: vec![
                Field::line("templateName", "Template name", ""),
                Field::line("templateMajorVersion", "Major version", ""),
                Field::line("templateMinorVersion", "Minor version (optional)", "Left empty: the newest."),
                Field::line("spec", "Spec", "The inputs, as YAML.").of(Kind::Text),
            ],
        },
        Group {
            title: "Where it is provisioned",
            about: "In another account with a connection, in this account with roles of its own, or by yourself from a \
                    repository.",
            fields: [&[connection_field(connected)][..], &own()].concat(),
        },
        Group { title: "Tags", about: "", fields: vec![tags()] },
    ]
}

pub(super) fn connection_field(connected: Vec<(String, String)>) -> Field {
    Field::line("environmentAccountConnectionId", "Environment account connection ID", "One that is CONNECTED.")
        .of(Kind::Offered(connected))
}

/// The fields for the ways without a connection.
pub(super) fn own() -> [Field; 6] {
    let providers = vec!["", "GITHUB", "GITHUB_ENTERPRISE", "BITBUCKET"];
    [
        Field::line("protonServiceRoleArn", "Service role ARN", "Of this account."),
        Field::line("codebuildRoleArn", "CodeBuild role ARN", "Of this account."),
        Field::line("componentRoleArn", "Component role ARN", "Of this account; a connection has its own."),
        Field::line("provisioningRepository.provider", "Repository provider", "").of(Kind::Choice(providers)),
        Field::line("provisioningRepository.name", "Repository name", "`owner/name`"),
        Field::line("provisioningRepository.branch", "Repository branch", ""),
    ]
}
