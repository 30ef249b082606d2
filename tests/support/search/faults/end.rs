//! Faults in how deployments and environments end.

use account_connections::{Rule, environment::DeploymentStatus, store::Key};
use serde_json::json;

use super::{FOLDED, INSTRUCTIONS, PREDICTED};
use crate::search::{
    Said,
    environment_mutants::{is_environment_index, is_request, is_resource, state},
    facts::Facts,
    id,
    mutants::{Mutants, is_environment, is_usage, party_of},
    overwrite,
    worlds::ENVIRONMENT,
};

/// Of cancellations and deletions.
pub fn ends(mutants: &mut Mutants) {
    const CANCEL: &str = "CancelEnvironmentDeployment";
    const DELETE: &str = "DeleteEnvironment";
    mutants.add(ENVIRONMENT, "a creation is cancelled", PREDICTED).after(|it| {
        if it.is(CANCEL) && it.refused_by() == Some(Rule::CancelUpdatesOnly) {
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "a cancellation is over at once", PREDICTED).after(|it| {
        if it.did(CANCEL) {
            it.end("CANCELLED");
            it.show();
            it.each_event(|change| change["status"] = json!("CANCELLED"));
            it.said().unwrap().instructions.clear();
        }
    });
    mutants.add(ENVIRONMENT, "a cancellation instructs nobody", INSTRUCTIONS).after(|it| {
        if it.did(CANCEL) {
            it.said().unwrap().instructions.clear();
        }
    });
    mutants.add(ENVIRONMENT, "a cancellation takes a new id", INSTRUCTIONS).after(|it| {
        if it.did(CANCEL) {
            it.edit(|environment| state(environment)["details"]["lastAttemptedDeploymentId"] = json!(id(9)));
        }
    });
    mutants.add(ENVIRONMENT, "too late to cancel is an error", PREDICTED).after(|it| {
        if it.went(CANCEL) && it.had().unwrap().status == DeploymentStatus::Succeeded {
            it.refuse(Rule::NothingToCancel);
        }
    });
    mutants.add(ENVIRONMENT, "a deletion is cancelled", PREDICTED).after(|it| {
        if it.is(CANCEL) && it.had().is_some_and(|had| had.status == DeploymentStatus::DeleteInProgress) {
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "what remains in the other account is forgotten", PREDICTED).after(|it| {
        if it.is(DELETE) && it.refused_by() == Some(Rule::UnmanagedCannotDelete) {
            let account = it.had().unwrap().provisioned_in();
            it.also(account, "CleanUpResources", &json!({ "identifiers": ["r"] }));
            it.again();
        }
    });
    mutants.add(ENVIRONMENT, "nobody's environment is not deleted", PREDICTED).after(|it| {
        if it.did(DELETE) && it.had().unwrap().is_unmanaged() {
            it.refuse(Rule::UnmanagedCannotDelete);
        }
    });
    mutants.add(ENVIRONMENT, "a deletion is over at once", "was to be").after(|it| {
        if it.did(DELETE) && !it.had().unwrap().is_unmanaged() {
            it.end("SUCCEEDED");
            it.each_event(|change| {
                change.as_object_mut().unwrap().remove("status");
            });
            it.said().unwrap().instructions.clear();
        }
    });
    mutants.add(ENVIRONMENT, "a deletion that is under way frees the connection", PREDICTED).after(|it| {
        if it.refused_by() == Some(Rule::NoRejectWhileInUse)
            && it.any().is_some_and(|it| it.status == DeploymentStatus::DeleteInProgress)
        {
            let key = it.before.records().map(|(key, _)| key).find(|key| is_environment(key)).cloned();
            overwrite(it.store, &key.unwrap(), None);
            it.again();
            it.put_back(is_environment);
        }
    });
    mutants.add(ENVIRONMENT, "a deletion that is under way cannot be asked for again", PREDICTED).after(|it| {
        if it.went(DELETE) && !it.changed() {
            it.refuse(Rule::OneDeploymentAtATime);
        }
    });
    mutants.add(ENVIRONMENT, "a deletion shows as another deployment's success", PREDICTED).after(|it| {
        if let (true, Ok(Said { result: Ok(account_connections::operation::Answer::Environment(shown)), .. })) =
            (it.did(DELETE), &mut *it.reply)
            && shown.summary.deployment_status == DeploymentStatus::DeleteComplete
        {
            shown.summary.deployment_status = DeploymentStatus::Succeeded;
        }
    });
    type Kind = fn(&Key) -> bool;
    let gone: [(&str, Kind, &str); 4] = [
        ("what is gone is still listed", is_environment_index, "index-agrees"),
        ("what is gone still counts", is_usage, "usage-counts"),
        ("what is gone can still be replayed", is_request, "were to be remembered"),
        ("what is gone is still provisioned", is_resource, "resources-agree"),
    ];
    for (fault, kind, found_by) in gone {
        mutants.add(ENVIRONMENT, fault, found_by).after(move |it| {
            if it.did("ReportDeployment") && !Facts::of(it.store).shapes().contains_key(&it.owner().unwrap()) {
                it.put_back(kind);
            }
        });
    }
    mutants.add(ENVIRONMENT, "a deletion takes the connection along", FOLDED).after(|it| {
        let attached = it.any().and_then(|any| any.attached_to());
        if let (true, true, Some(id)) = (it.did("ReportDeployment"), Facts::of(it.store).shapes().is_empty(), attached)
        {
            let account = party_of(&it.was, id, |it| it.environment_account()).unwrap();
            it.also(account, "DeleteEnvironmentAccountConnection", &json!({ "id": id }));
        }
    });
    mutants.add(ENVIRONMENT, "a deletion instructs nobody", INSTRUCTIONS).after(|it| {
        if it.did(DELETE) {
            it.said().unwrap().instructions.clear();
        }
    });
    mutants.add(ENVIRONMENT, "a deletion is instructed as an update", INSTRUCTIONS).after(|it| {
        if it.did(DELETE) {
            it.each_instruction(|instruction| instruction["kind"] = json!("update"));
        }
    });
}
