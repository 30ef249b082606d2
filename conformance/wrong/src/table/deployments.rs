//! What reports and notifications make of an environment.

use account_connections::{
    ErrorKind, Memory, Rule,
    store::{EnvironmentPart, Key, Record},
    testing::subject::Reply,
};
use serde_json::{Map, Value, json};

use super::scripts;
use crate::{
    Way, Wrong,
    fault::{Ask, Fault, refusal, refused_where},
    json::{with_details, with_state},
    world::{self, words::*},
};

pub(super) fn all() -> Vec<Wrong> {
    [outcomes(), reports(), notifications(), messages()].concat()
}

fn outcomes() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "failed-becomes-cancelled",
            "A deployment that was reported to have failed is CANCELLED",
            [Rule::ReportOutcome],
            [Fault::Writes(|ask, _, write| {
                change_state(ask, &mut write.record, |state| ended(state, "failed", "cancelled"))
            })],
        )
        .seen_by(Way::Host),
        Wrong::new(
            "cancelled-becomes-failed",
            "A deployment that was reported to be cancelled is FAILED",
            [Rule::ReportOutcome],
            [Fault::Writes(|ask, _, write| {
                change_state(ask, &mut write.record, |state| ended(state, "cancelled", "failed"))
            })],
        )
        .seen_by(Way::Host),
        Wrong::new(
            "failure-forgets-success",
            "A failed deployment removes the latest success",
            [Rule::ReportOutcome],
            [Fault::Writes(|ask, _, write| {
                change_state(ask, &mut write.record, |state| {
                    if state.get("ended").is_some_and(|ended| ended.get("failed").is_some()) {
                        state.insert("ended".into(), json!({ "failed": null }));
                    }
                })
            })],
        ),
        Wrong::new(
            "success-keeps-the-first",
            "A success leaves the id and the time of the first one",
            [Rule::ReportOutcome],
            [Fault::Writes(|ask, memory, write| {
                let before = world::own(ask, memory).and_then(|(_, environment)| environment.last_success());
                change_state(ask, &mut write.record, |state| {
                    if let (Some(before), Some(ended)) = (before, state.get_mut("ended"))
                        && ended.get("succeeded").is_some()
                    {
                        *ended = json!({ "succeeded": before });
                    }
                })
            })],
        ),
        Wrong::new(
            "failed-update-keeps-target",
            "An update that failed shows its spec",
            [Rule::TargetUntilSuccess, Rule::ReportOutcome],
            [Fault::Writes(|ask, memory, write| {
                // The target is dropped: what takes its place is the spec.
                let is_drop = ask.text("outcome") == Some("FAILED") && write.record.is_none();
                if let (true, Key::Environment { part: part @ EnvironmentPart::TargetSpec, .. }) =
                    (is_drop, &mut write.key)
                {
                    *part = EnvironmentPart::Spec;
                    write.record = world::own(ask, memory)
                        .and_then(|(key, _)| world::part(memory, &key, EnvironmentPart::TargetSpec))
                        .map(|(_, target)| target.clone());
                }
                true
            })],
        ),
        Wrong::new(
            "successful-update-drops-target",
            "An update that succeeded shows the old spec",
            [Rule::TargetUntilSuccess, Rule::ReportOutcome],
            [Fault::Writes(|ask, _, write| {
                !(ask.is_one_of(&[REPORT, NOTIFY])
                    && matches!(write.key, Key::Environment { part: EnvironmentPart::Spec, .. }))
            })],
        )
        .seen_by(Way::Host),
        Wrong::new(
            "successful-update-keeps-version",
            "An update that succeeded shows the old template version",
            [Rule::TargetUntilSuccess, Rule::ReportOutcome],
            [Fault::Writes(|ask, memory, write| {
                let before = world::own(ask, memory).map(|(_, environment)| environment.template_version().clone());
                if let (true, Some(record @ Record::Environment(_)), Some(before)) =
                    (ask.is_one_of(&[REPORT, NOTIFY]), &write.record, before)
                {
                    write.record = Some(with_details(record, |details| {
                        details.insert("templateVersion".into(), json!(before));
                    }));
                }
                true
            })],
        )
        .seen_by(Way::Host),
        Wrong::new(
            "reports-move-the-attempt",
            "A report sets the time of the latest attempt",
            [Rule::ReportOutcome, Rule::UpdateDeploys, Rule::EnvironmentShown],
            [Fault::Writes(|ask, _, write| {
                if let (true, Some(record @ Record::Environment(_))) = (ask.is_one_of(&[REPORT, NOTIFY]), &write.record)
                {
                    write.record = Some(with_details(record, |details| {
                        details.insert("lastDeploymentAttemptedAt".into(), json!(ask.now));
                    }));
                }
                true
            })],
        ),
    ]
}

fn reports() -> Vec<Wrong> {
    fn with_current_deployment(ask: &mut Ask, memory: &Memory) {
        if let Some((_, environment)) = world::own(ask, memory) {
            let id = environment.last_attempted_deployment_id().to_string();
            ask.set("deploymentId", id);
        }
    }
    vec![
        Wrong::new(
            "reports-of-any-deployment",
            "A report of an earlier deployment is taken for the one under way",
            [Rule::StaleReport],
            [Fault::Lets(Rule::StaleReport, |ask, memory| {
                if ask.is(REPORT) {
                    with_current_deployment(ask, memory);
                }
            })],
        )
        .seen_by(Way::Host),
        Wrong::new(
            "notifications-of-any-deployment",
            "A notification of an earlier deployment is taken for the one under way",
            [Rule::StaleReport],
            [Fault::Lets(Rule::StaleReport, |ask, memory| {
                if ask.is(NOTIFY) {
                    with_current_deployment(ask, memory);
                }
            })],
        ),
        Wrong::new(
            "stale-notifications-are-ignored",
            "A notification of a deployment that is not under way succeeds and changes nothing",
            [Rule::StaleReport],
            [Fault::Says(|ask, reply, _| {
                if ask.is(NOTIFY) && ask.refused_by(Rule::StaleReport) {
                    *reply = Reply::Answer(json!({}));
                }
            })],
        ),
        Wrong::new(
            "stale-reports-are-ignored",
            "A report of a deployment that is not under way succeeds and changes nothing",
            [Rule::StaleReport],
            [Fault::Lets(Rule::StaleReport, |ask, _| {
                if ask.is(REPORT) {
                    let name = ask.text("name").map(String::from);
                    (ask.operation, ask.input) = (GET.into(), json!({ "name": name }));
                }
            })],
        )
        .seen_by(Way::Host),
        Wrong::new(
            "reports-again-conflict",
            "A report that is repeated is refused",
            [Rule::ReportAgain],
            [Fault::Refuses(|ask, _| {
                refused_where(ask, Rule::ReportAgain, ErrorKind::Conflict).filter(|_| ask.is(REPORT))
            })],
        )
        .seen_by(Way::Host),
        Wrong::new(
            "notifications-again-conflict",
            "A notification that is repeated is refused",
            [Rule::ReportAgain],
            [Fault::Refuses(|ask, _| {
                refused_where(ask, Rule::ReportAgain, ErrorKind::Conflict).filter(|_| ask.is(NOTIFY))
            })],
        ),
    ]
}

fn notifications() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "anybody-notifies",
            "A notification for an environment that does not provision by itself is swallowed",
            [Rule::NotifyNeedsSelfProvisioning],
            [Fault::Says(|ask, reply, _| {
                if ask.refused_by(Rule::NotifyNeedsSelfProvisioning) {
                    *reply = Reply::Answer(json!({}));
                }
            })],
        ),
        Wrong::new(
            "codebuild-does-not-notify",
            "Only an environment with a repository can be notified of",
            [Rule::NotifyNeedsSelfProvisioning],
            [Fault::Refuses(|ask, memory| {
                let (_, environment) = world::own(ask, memory).filter(|_| ask.is(NOTIFY))?;
                (environment.own_roles().is_some() || environment.attachment().is_some())
                    .then(|| refusal(ErrorKind::Validation))
            })],
        ),
        Wrong::new(
            "in-progress-succeeds",
            "A notification of IN_PROGRESS ends the deployment",
            [Rule::NotifyReports],
            [Fault::Asks(|ask, _| {
                if ask.is(NOTIFY) && ask.text("status") == Some("IN_PROGRESS") {
                    ask.set("status", "SUCCEEDED");
                }
            })],
        ),
        Wrong::new(
            "notifications-change-nothing",
            "A notification changes no status",
            [Rule::NotifyReports],
            [Fault::Asks(|ask, _| {
                if ask.is(NOTIFY) {
                    ask.leave_out(&["status"]);
                }
            })],
        ),
        Wrong::new(
            "empty-outputs-are-ignored",
            "An empty list of outputs leaves those recorded",
            [Rule::OutputsRecorded],
            [Fault::Asks(|ask, _| {
                if ask.is(NOTIFY) && ask.input.get("outputs") == Some(&json!([])) {
                    ask.leave_out(&["outputs"]);
                }
            })],
        )
        .with_script(scripts::NO_OUTPUTS),
        Wrong::new(
            "outputs-with-success-only",
            "Outputs are recorded only with a success",
            [Rule::OutputsRecorded],
            [Fault::Asks(|ask, _| {
                if ask.is(NOTIFY) && ask.text("status") != Some("SUCCEEDED") {
                    ask.leave_out(&["outputs"]);
                }
            })],
        ),
        Wrong::new(
            "absent-outputs-clear",
            "A notification without outputs removes those recorded",
            [Rule::OutputsRecorded],
            [Fault::Asks(|ask, _| {
                if ask.is(NOTIFY) && !ask.has("outputs") {
                    ask.set("outputs", json!([]));
                }
            })],
        ),
        Wrong::new(
            "outputs-are-reversed",
            "Outputs are listed from the last key to the first",
            [Rule::ListOrder],
            [Fault::Says(|ask, reply, _| {
                if let (true, Some(outputs)) = (ask.is(LIST_OUTPUTS), crate::json::listed(reply)) {
                    outputs.reverse();
                }
            })],
        ),
        Wrong::new(
            "outputs-of-any-deployment",
            "The outputs of an earlier deployment are those of the latest",
            [Rule::DeploymentNotFound],
            [Fault::Lets(Rule::DeploymentNotFound, |ask, _| ask.leave_out(&["deploymentId"]))],
        ),
    ]
}

fn messages() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "messages-stay",
            "A status without a message keeps the one before",
            [Rule::StatusMessage],
            [Fault::Writes(|_, memory, write| {
                let before = match world::record(memory, &write.key) {
                    Some(Record::Environment(before)) => before.status_message().cloned(),
                    _ => None,
                };
                if let (Some(before), Some(record @ Record::Environment(_))) = (before, &write.record) {
                    write.record = Some(with_details(record, |details| {
                        details.entry("statusMessage").or_insert(json!(before));
                    }));
                }
                true
            })],
        ),
        Wrong::new(
            "messages-are-lost",
            "The message of a report or a notification is not recorded",
            [Rule::StatusMessage, Rule::ReportOutcome],
            [Fault::Asks(|ask, _| ask.leave_out(&["message", "statusMessage"]))],
        ),
        Wrong::new(
            "messages-of-failures-only",
            "A notification records its message only where the deployment failed",
            [Rule::StatusMessage],
            [Fault::Asks(|ask, _| {
                if ask.is(NOTIFY) && ask.text("status") != Some("FAILED") {
                    ask.leave_out(&["statusMessage"]);
                }
            })],
        ),
    ]
}

/// Changes the state of an environment that a report or a notification writes.
fn change_state(ask: &Ask, record: &mut Option<Record>, change: impl FnOnce(&mut Map<String, Value>)) -> bool {
    if let (true, Some(written @ Record::Environment(_))) = (ask.is_one_of(&[REPORT, NOTIFY]), &*record) {
        *record = Some(with_state(written, |_, state| {
            change(state);
            None
        }));
    }
    true
}

/// One end becomes another.
fn ended(state: &mut Map<String, Value>, from: &str, to: &str) {
    let success = state.get("ended").and_then(|ended| ended.get(from)).cloned();
    if let Some(success) = success {
        state.insert("ended".into(), json!({ to: success }));
    }
}
