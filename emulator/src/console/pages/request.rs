//! *Request to connect*.

use account_connections::operation::Answer;
use maud::{Markup, html};

use crate::console::{
    form::{self, Field, Form, Group, Kind},
    layout::{self, Room},
    refused::Refused,
    values::{Values, query},
    view::{Failure, View},
};

/// The form.
pub(in crate::console) fn request(view: &View<'_>) -> Result<Markup, Failure> {
    Ok(filled(view, &view.query, None))
}

/// Sends the request: the form's token is also the API's own client token.
pub(in crate::console) fn send(view: &View<'_>, given: &Values) -> Result<String, Failure> {
    let mut input = form::input(&groups(view), given);
    input.insert("clientToken".into(), form::token(given).into());
    match view.call("CreateEnvironmentAccountConnection", &input) {
        Ok(Answer::Connection(connection)) => {
            let id = connection.summary.id.to_string();
            Ok(view.at.path(&format!("?{}", query(&[("did", "request"), ("id", &id)]))))
        }
        Ok(_) => Ok(view.at.path("")),
        Err(refused) => Err(Failure::Again(filled(view, given, Some(&refused)))),
    }
}

fn filled(view: &View<'_>, given: &Values, refused: Option<&Refused>) -> Markup {
    let groups = groups(view);
    let form = Form {
        action: view.at.path("/request"),
        groups: &groups,
        given,
        refused,
        submit: "Request to connect",
        cancel: view.at.path(""),
    };
    let body = html! {
        p.lead {
            "Asks a management account to provision an environment here. Make sure that " code { (view.at.account()) }
            " is the account that the environment is to be provisioned in."
        }
        (form.markup())
    };
    layout::page(view, Room::Connections, "Request to connect", body)
}

fn groups(view: &View<'_>) -> [Group; 3] {
    let partition = view.at.region().partition();
    let example = format!("arn:{partition}:iam::{}:role/env-account-proton-service-role", view.at.account());
    let suggested = Kind::Offered(vec![(example, "a role of this account".into())]);
    [
        Group {
            title: "Environment role",
            about: "The roles are this account's. The emulator does not look whether they exist.",
            fields: vec![
                Field::line("roleArn", "Environment role ARN", "With what AWS Proton provisions by CloudFormation.")
                    .of(suggested),
                Field::line(
                    "codebuildRoleArn",
                    "CodeBuild role ARN (optional)",
                    "With what it provisions by CodeBuild.",
                ),
                Field::line("componentRoleArn", "Component role ARN (optional)", "For directly defined components."),
            ],
        },
        Group {
            title: "Connect to management account",
            about: "",
            fields: vec![
                Field::line("managementAccountId", "Management account ID", "The account that owns the environment."),
                Field::line("environmentName", "Environment name", "Of an environment that is there or is planned."),
            ],
        },
        Group { title: "Tags", about: "", fields: vec![tags()] },
    ]
}

pub(super) fn tags() -> Field {
    Field::line("tags", "Tags (optional)", "One to a line: `key=value`.").of(Kind::Tags)
}
