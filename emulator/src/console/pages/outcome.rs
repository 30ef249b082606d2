//! *Report outcome*: how a deployment ended, if nobody but the viewer knows.

use account_connections::operation::{DeploymentOutcome, EnvironmentShown, ReportDeployment};
use maud::{Markup, html};

use super::environment::read;
use crate::console::{
    ask::Would,
    form::{self, Field, Form, Group, Kind},
    layout::{self, Room},
    refused::Refused,
    values::Values,
    view::{Failure, View},
};

/// The outcomes that the deployment under way can have.
pub(super) fn possible(view: &View<'_>, environment: &EnvironmentShown) -> Result<Vec<&'static str>, Failure> {
    let it = &environment.summary;
    let mut possible = Vec::new();
    for outcome in DeploymentOutcome::ALL {
        let report = ReportDeployment::new(it.name.clone(), it.last_attempted_deployment_id, *outcome);
        if let Would::Change(_) = view.would(report)? {
            possible.push(outcome.name());
        }
    }
    Ok(possible)
}

/// The form.
pub(in crate::console) fn outcome(view: &View<'_>) -> Result<Markup, Failure> {
    let deployment = read(view)?.summary.last_attempted_deployment_id;
    filled(view, &view.query.clone().with("deploymentId", deployment.to_string()), None)
}

/// Reports it.
pub(in crate::console) fn report(view: &View<'_>, given: &Values) -> Result<String, Failure> {
    let input = form::input(&[group(Vec::new())], given);
    let name = view.part("name");
    match view.report(name, &input) {
        Ok(()) => Ok(match read(view) {
            Ok(environment) => view.at.environment(&environment.summary.name, ""),
            Err(_) => view.at.path("/environments?did=delete"),
        }),
        Err(refused) => Err(Failure::Again(filled(view, given, Some(&refused))?)),
    }
}

fn filled(view: &View<'_>, given: &Values, refused: Option<&Refused>) -> Result<Markup, Failure> {
    let environment = read(view)?;
    let possible = possible(view, &environment)?;
    let name = &environment.summary.name;
    let heading = format!("Report outcome: environment {name}");
    if possible.is_empty() && refused.is_none() {
        let nothing = html! {
            p { "Nothing is under way that a report could be of." }
            p { a.button href=(view.at.environment(name, "")) { "Back" } }
        };
        return Ok(layout::page(view, Room::Environments, &heading, nothing));
    }
    let form = Form {
        action: view.at.environment(name, "/report"),
        groups: &[group(possible)],
        given,
        refused,
        submit: "Report outcome",
        cancel: view.at.environment(name, ""),
    };
    Ok(layout::page(view, Room::Environments, &heading, form.markup()))
}

fn group(possible: Vec<&'static str>) -> Group {
    Group {
        title: "Outcome",
        about: "How the deployment ended, as whoever carried it out would report it.",
        fields: vec![
            Field::line("outcome", "Outcome", "").of(Kind::Choice(possible)),
            Field::line("message", "Message (optional)", "Becomes the status message.").of(Kind::Text),
            Field::line(
                "resources",
                "Resources (optional)",
                "All that there are now, one identifier to a line. Left empty: as before.",
            )
            .of(Kind::Resources),
            Field::line(
                "templateMajorVersion",
                "Major version (optional)",
                "The one that was taken; with SUCCEEDED only.",
            ),
            Field::line(
                "templateMinorVersion",
                "Minor version (optional)",
                "The one that was taken; with SUCCEEDED only.",
            ),
            Field::line("deploymentId", "Deployment ID", "The one under way."),
        ],
    }
}
