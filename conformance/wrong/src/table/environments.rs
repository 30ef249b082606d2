//! What becomes of an environment, besides the outcomes of its deployments.

use account_connections::{
    ErrorKind, Rule,
    store::{EnvironmentPart, Key, Record},
};
use serde_json::json;

use super::change::{change_details, change_state};
use crate::{
    Way, Wrong,
    fault::{Ask, Fault, refusal, refused_where},
    json::{each_shown, with_state},
    store::put,
    world::{self, words::*},
};

pub(super) fn all() -> Vec<Wrong> {
    [created(), updated(), cancelled(), deleted()].concat()
}

fn created() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "creation-succeeds-at-once",
            "A new environment is SUCCEEDED",
            [Rule::StartsDeploying],
            [Fault::Writes(|ask, _, write| {
                change_state(ask, CREATE, &mut write.record, |_, state| {
                    state.remove("work");
                    let (id, at) =
                        state.get("details").map(|it| (it.get("lastAttemptedDeploymentId"), it.get("createdAt")))?;
                    let ended = json!({ "succeeded": { "deploymentId": id, "at": at } });
                    state.insert("ended".into(), ended);
                    Some("settled")
                })
            })],
        ),
        Wrong::new(
            "minor-version-made-up",
            "A new environment has minor version 0 where none was given",
            [Rule::StartsDeploying, Rule::EnvironmentShown],
            [Fault::Says(|ask, reply, _| {
                if ask.is(CREATE) {
                    each_shown(reply, |shown| {
                        shown.entry("templateMinorVersion").or_insert(json!("0"));
                    });
                }
            })],
        ),
        Wrong::new(
            "success-from-the-start",
            "A new environment shows a time of success",
            [Rule::StartsDeploying, Rule::EnvironmentShown],
            [Fault::Says(|ask, reply, _| {
                if ask.is(CREATE) {
                    each_shown(reply, |shown| {
                        let at = shown.get("createdAt").cloned().unwrap_or_default();
                        shown.entry("lastDeploymentSucceededAt").or_insert(at);
                    });
                }
            })],
        ),
        Wrong::new(
            "creation-drops-description",
            "The description of a creation is lost",
            [Rule::StartsDeploying, Rule::EnvironmentShown],
            [Fault::Writes(|ask, _, write| {
                change_details(ask, CREATE, &mut write.record, |details| {
                    details.remove("description");
                })
            })],
        ),
        Wrong::new(
            "old-tags-come-back",
            "A new environment has the tags of a deleted one of its name",
            [Rule::SetTags, Rule::StartsDeploying, Rule::DeleteUnmanaged],
            [Fault::Writes(|ask, _, write| !is_removed(ask, write, EnvironmentPart::Tags))],
        ),
        Wrong::new(
            "old-outputs-come-back",
            "A new environment has the outputs of a deleted one of its name",
            [Rule::OutputsRecorded, Rule::StartsDeploying, Rule::DeleteUnmanaged],
            [Fault::Writes(|ask, _, write| !is_removed(ask, write, EnvironmentPart::Outputs))],
        ),
    ]
}

fn updated() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "update-keeps-deployment-id",
            "An update with a deployment keeps the deployment id",
            [Rule::UpdateDeploys],
            [Fault::Writes(|ask, memory, write| {
                let before = world::own(ask, memory).map(|(_, it)| it.last_attempted_deployment_id());
                change_details(ask, UPDATE, &mut write.record, |details| {
                    details.insert("lastAttemptedDeploymentId".into(), json!(before));
                })
            })],
        ),
        Wrong::new(
            "update-keeps-attempted-at",
            "An update with a deployment keeps the time of the latest attempt",
            [Rule::UpdateDeploys],
            [Fault::Writes(|ask, memory, write| {
                let before = world::own(ask, memory).map(|(_, it)| it.last_deployment_attempted_at());
                change_details(ask, UPDATE, &mut write.record, |details| {
                    details.insert("lastDeploymentAttemptedAt".into(), json!(before));
                })
            })],
        ),
        Wrong::new(
            "update-shows-the-old-status",
            "The answer to an update with a deployment shows the status before",
            [Rule::UpdateDeploys],
            [Fault::Says(|ask, reply, _| {
                if ask.answered_by(Rule::UpdateDeploys) {
                    each_shown(reply, |shown| {
                        shown.insert("deploymentStatus".into(), json!("SUCCEEDED"));
                    });
                }
            })],
        ),
        Wrong::new(
            "none-deploys",
            "An update of deployment type NONE starts a deployment",
            [Rule::UpdateDeploys, Rule::ConnectionSwitchIsImmediate, Rule::UnmanagedCannotDeploy],
            [Fault::Asks(|ask, _| {
                let asks_for_none =
                    ["spec", "templateMajorVersion", "templateMinorVersion"].iter().all(|it| !ask.has(it));
                if ask.is(UPDATE) && ask.text("deploymentType") == Some("NONE") && asks_for_none {
                    ask.set("deploymentType", "CURRENT_VERSION");
                }
            })],
        ),
        Wrong::new(
            "spec-at-once",
            "An update shows its spec before it succeeds",
            [Rule::TargetUntilSuccess],
            [Fault::Then(|ask, _, memory| {
                let Some((key, _)) = world::own(ask, memory).filter(|_| ask.is(UPDATE)) else { return };
                let key = key.clone();
                let target = world::part(memory, &key, EnvironmentPart::TargetSpec).map(|(_, target)| target.clone());
                if let (Some(target), Some(spec)) = (target, world::with_part(&key, EnvironmentPart::Spec)) {
                    memory.insert(spec, target);
                }
            })],
        ),
        Wrong::new(
            "version-at-once",
            "An update shows its template version before it succeeds",
            [Rule::TargetUntilSuccess],
            [Fault::Writes(|ask, _, write| {
                let (major, minor) = (ask.text("templateMajorVersion"), ask.text("templateMinorVersion"));
                change_details(ask, UPDATE, &mut write.record, |details| {
                    if let Some(version) = details.get_mut("templateVersion").and_then(|it| it.as_object_mut()) {
                        for (member, part) in [("major", major), ("minor", minor)] {
                            if let Some(part) = part {
                                version.insert(member.into(), json!(part));
                            }
                        }
                    }
                })
            })],
        ),
        Wrong::new(
            "description-waits",
            "The description of an update with a deployment is lost",
            [Rule::ConnectionSwitchIsImmediate, Rule::EnvironmentShown],
            [Fault::Asks(|ask, _| {
                if ask.is(UPDATE) && ask.text("deploymentType") != Some("NONE") {
                    ask.leave_out(&["description"]);
                }
            })],
        ),
        Wrong::new(
            "switch-is-ignored",
            "An update that gives another connection leaves the environment attached to the old one",
            [Rule::ConnectionSwitchIsImmediate],
            [Fault::Writes(|ask, memory, write| {
                let before = world::own(ask, memory).filter(|_| ask.is(UPDATE)).and_then(|(_, it)| it.attachment());
                let before = before.map(|attachment| attachment.connection());
                change_state(ask, UPDATE, &mut write.record, |_, state| {
                    let attached = state.get_mut("provisioning")?.get_mut("attached")?.as_object_mut()?;
                    attached.insert("connectionId".into(), json!(before?));
                    None
                })
            })],
        ),
        Wrong::new(
            "roles-are-not-changed",
            "An update leaves the roles of a same-account environment",
            [Rule::ConnectionSwitchIsImmediate, Rule::EnvironmentShown],
            [Fault::Asks(|ask, memory| {
                let is_own = world::own(ask, memory).is_some_and(|(_, environment)| environment.own_roles().is_some());
                if ask.is(UPDATE) && is_own && !ask.has("provisioningRepository") {
                    ask.leave_out(&["protonServiceRoleArn", "codebuildRoleArn", "componentRoleArn"]);
                }
            })],
        ),
    ]
}

fn cancelled() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "cancel-does-nothing",
            "Cancelling the deployment of an update leaves it IN_PROGRESS",
            [Rule::CancelCancels],
            [Fault::Writes(|ask, _, _| !ask.is(CANCEL))],
        ),
        Wrong::new(
            "cancel-forgets",
            "Cancelling says CANCELLING, and the deployment is still IN_PROGRESS",
            [Rule::CancelCancels],
            [Fault::Forgets(|ask, _| !ask.is(CANCEL))],
        ),
        Wrong::new(
            "cancel-ends-at-once",
            "Cancelling makes the environment CANCELLED at once",
            [Rule::CancelCancels],
            [Fault::Writes(|ask, _, write| {
                change_state(ask, CANCEL, &mut write.record, |_, state| {
                    state.remove("work");
                    let success = state.remove("lastSuccess").unwrap_or_default();
                    state.insert("ended".into(), json!({ "cancelled": success }));
                    Some("settled")
                })
            })],
        ),
        Wrong::new(
            "creations-can-be-cancelled",
            "The deployment of a creation can be cancelled",
            [Rule::CancelUpdatesOnly],
            [Fault::Lets(Rule::CancelUpdatesOnly, |ask, _| {
                ask.see(|_, _, _, record| {
                    record.map(|record| match &record {
                        Record::Environment(_) => with_state(&record, |_, state| {
                            state.insert("work".into(), json!({ "update": { "version": "current" } }));
                            None
                        }),
                        _ => record,
                    })
                });
            })],
        ),
        Wrong::new(
            "cancel-again-conflicts",
            "A deployment that is being cancelled, or that has succeeded, cannot be cancelled",
            [Rule::TooLateToCancel],
            [Fault::Refuses(|ask, _| refused_where(ask, Rule::TooLateToCancel, ErrorKind::Conflict))],
        ),
        Wrong::new(
            "nothing-is-cancelled",
            "Cancelling where no update is under way succeeds",
            [Rule::NothingToCancel],
            [Fault::Lets(Rule::NothingToCancel, |ask, _| {
                let name = ask.text("environmentName").map(String::from);
                (ask.operation, ask.input) = (GET.into(), json!({ "name": name }));
            })],
        ),
    ]
}

fn deleted() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "deletion-is-gone-at-once",
            "Deleting an environment removes it before anything was deprovisioned",
            [Rule::DeleteDeprovisions],
            [Fault::Then(|ask, _, memory| {
                let Some((key, _)) = world::own(ask, memory).filter(|_| ask.answered_by(Rule::DeleteDeprovisions))
                else {
                    return;
                };
                let key = key.clone();
                put(memory, key, None);
            })],
        )
        .seen_by(Way::Host),
        Wrong::new(
            "deletion-is-an-attempt",
            "Deleting an environment sets the time of the latest attempt",
            [Rule::DeleteDeprovisions],
            [Fault::Writes(|ask, _, write| {
                change_details(ask, DELETE, &mut write.record, |details| {
                    details.insert("lastDeploymentAttemptedAt".into(), json!(ask.now));
                })
            })],
        ),
        Wrong::new(
            "deletion-keeps-deployment-id",
            "Deleting an environment keeps the deployment id",
            [Rule::DeleteDeprovisions],
            [Fault::Writes(|ask, memory, write| {
                let before = world::own(ask, memory).map(|(_, it)| it.last_attempted_deployment_id());
                change_details(ask, DELETE, &mut write.record, |details| {
                    details.insert("lastAttemptedDeploymentId".into(), json!(before));
                })
            })],
        ),
        Wrong::new(
            "deletion-again-conflicts",
            "An environment that is being deleted cannot be deleted",
            [Rule::DeleteDeprovisions, Rule::OneDeploymentAtATime],
            [Fault::Refuses(|ask, memory| {
                let (_, environment) = world::own(ask, memory).filter(|_| ask.is(DELETE))?;
                (environment.status().name() == "DELETE_IN_PROGRESS").then(|| refusal(ErrorKind::Conflict))
            })],
        ),
        Wrong::new(
            "deletion-cannot-be-retried",
            "An environment of which the deletion failed cannot be deleted",
            [Rule::DeleteDeprovisions, Rule::DeletionStarted],
            [Fault::Refuses(|ask, memory| {
                let (_, environment) = world::own(ask, memory).filter(|_| ask.is(DELETE))?;
                (environment.status().name() == "DELETE_FAILED").then(|| refusal(ErrorKind::Conflict))
            })],
        ),
        Wrong::new(
            "unmanaged-is-deprovisioned",
            "Deleting an unmanaged environment shows DELETE_IN_PROGRESS",
            [Rule::DeleteUnmanaged],
            [Fault::Says(|ask, reply, _| {
                if ask.answered_by(Rule::DeleteUnmanaged) {
                    each_shown(reply, |shown| {
                        shown.insert("deploymentStatus".into(), json!("DELETE_IN_PROGRESS"));
                    });
                }
            })],
        ),
        Wrong::new(
            "unmanaged-cannot-be-deleted",
            "An unmanaged environment cannot be deleted",
            [Rule::DeleteUnmanaged],
            [Fault::Refuses(|ask, memory| {
                let (_, environment) = world::own(ask, memory).filter(|_| ask.is(DELETE))?;
                environment.is_unmanaged().then(|| refusal(ErrorKind::Conflict))
            })],
        ),
    ]
}

/// Whether this is the removal of a part of an environment that goes with it.
fn is_removed(ask: &Ask, write: &account_connections::store::Write, which: EnvironmentPart) -> bool {
    write.record.is_none()
        && ask.is_one_of(&[DELETE, REPORT])
        && matches!(&write.key, Key::Environment { part, .. } if *part == which)
}
