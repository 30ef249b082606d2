//! Faults in what becomes of environments without their connections, of resources and of tags.

use account_connections::{
    Rule,
    environment::DeploymentStatus,
    operation::{Answer, Operation},
};
use serde_json::{Value, json};

use super::{FOLDED, INSTRUCTIONS, PREDICTED};
use crate::search::{
    E1, Said,
    environment_mutants::{is_resource, restate, state},
    facts::Facts,
    mutants::{Mutants, is_environment},
    role,
    worlds::{ENVIRONMENT, RESOURCES, TEXTS, TWO_ENVIRONMENTS},
};

const REPORT: &str = "ReportDeployment";

/// Of resources.
pub fn resources(mutants: &mut Mutants) {
    const LIST: &str = "ListProvisionedResources";
    const CLEAN_UP: &str = "CleanUpResources";
    mutants.add(ENVIRONMENT, "a report without resources clears them", "was to be").after(|it| {
        if let (true, Operation::ReportDeployment(request)) = (it.did(REPORT), it.operation)
            && request.resources.is_none()
        {
            it.edit(|environment| {
                state(environment)["details"].as_object_mut().unwrap().remove("resources");
            });
        }
    });
    mutants.add(RESOURCES, "a report adds resources", "was to be").after(|it| {
        let had = it.had().map(|had| had.resources.clone()).unwrap_or_default();
        if it.did(REPORT) && !had.is_empty() {
            let all = had.into_iter().map(|it| json!({ "identifier": it })).collect::<Vec<_>>();
            it.edit(|environment| state(environment)["details"]["resources"] = json!(all));
        }
    });
    mutants.add(ENVIRONMENT, "everybody sees the resources of an account", PREDICTED).instead(
        |_, operation, context| {
            if operation.name() == LIST {
                context.caller.account = E1.parse().unwrap();
            }
        },
    );
    mutants.add(ENVIRONMENT, "an account sees its resources from another Region", PREDICTED).instead(
        |_, operation, context| {
            if operation.name() == LIST {
                context.caller.region = crate::search::home();
            }
        },
    );
    mutants.add(ENVIRONMENT, "an account sees only what is nobody's", PREDICTED).after(|it| {
        if let Some(Said { result: Ok(Answer::AccountResources(page)), .. }) = it.said() {
            page.items.retain(|it| it.unmanaged);
        }
    });
    mutants.add(ENVIRONMENT, "an account does not see what is nobody's", PREDICTED).after(|it| {
        if let Some(Said { result: Ok(Answer::AccountResources(page)), .. }) = it.said() {
            page.items.iter_mut().for_each(|it| it.unmanaged = false);
        }
    });
    mutants.add(TWO_ENVIRONMENTS, "a resource is of one environment", PREDICTED).after(|it| {
        if let Some(Said { result: Ok(Answer::AccountResources(page)), .. }) = it.said() {
            page.items.dedup_by(|one, other| one.resource == other.resource);
        }
    });
    mutants.add(ENVIRONMENT, "anybody cleans up", "nothing was to change").instead(|_, operation, context| {
        if operation.name() == CLEAN_UP {
            context.caller.account = E1.parse().unwrap();
        }
    });
    mutants.add(ENVIRONMENT, "only what is nobody's is cleaned up", "was to be").after(|it| {
        if it.did(CLEAN_UP) && it.any().is_some_and(|any| !any.is_unmanaged()) {
            it.put_back(is_environment);
            it.put_back(is_resource);
        }
    });
    mutants.add(ENVIRONMENT, "what is not there cannot be cleaned up", PREDICTED).after(|it| {
        if it.went(CLEAN_UP) && !it.changed() {
            it.refuse(Rule::ConnectionNotFound);
        }
    });
    mutants.add(ENVIRONMENT, "what is cleaned up is still seen", "resources-agree").after(|it| {
        if it.did(CLEAN_UP) {
            it.put_back(is_resource);
        }
    });
    mutants.add(TWO_ENVIRONMENTS, "one of two environments is cleaned up", "was to be").after(|it| {
        if it.did(CLEAN_UP) {
            let name = it.was.shapes().keys().next_back().unwrap().1.clone();
            let had = it.was.environments.values().next_back().unwrap().clone();
            it.edit(|environment| {
                if state(environment)["details"]["name"] == json!(name) {
                    *environment = serde_json::to_value(had.as_ref()).unwrap();
                }
            });
        }
    });
    mutants.add(ENVIRONMENT, "a clean-up ends the environment", FOLDED).after(|it| {
        let unmanaged = it.any().is_some_and(|any| any.is_unmanaged());
        if it.did(CLEAN_UP) && unmanaged {
            let (account, name) = it.was.shapes().keys().next().unwrap().clone();
            it.also(account, "DeleteEnvironment", &json!({ "name": name }));
        }
    });
}

/// Of what becomes of environments without their connections.
pub fn orphans(mutants: &mut Mutants) {
    const DELETE: &str = "Delete";
    const ACCEPT: &str = "Accept";
    mutants.add(ENVIRONMENT, "deletion leaves the environment with nothing", FOLDED).after(|it| {
        if it.did(DELETE) {
            it.put_back(is_environment);
        }
    });
    mutants.add(ENVIRONMENT, "deletion is refused while a deployment is under way", PREDICTED).after(|it| {
        if it.did(DELETE) && it.any().is_some_and(|any| any.is_deploying() && any.attached_to().is_some()) {
            it.refuse(Rule::OneDeploymentAtATime);
        }
    });
    mutants.add(ENVIRONMENT, "an orphaned deployment was a success", "was to be").after(|it| {
        let Some(had) = it.any().filter(|any| any.is_deploying()).cloned() else { return };
        if it.did(DELETE) {
            let success = json!({ "deploymentId": had.attempted, "at": had.attempted_at });
            it.edit(|environment| {
                if !state(environment)["ended"].is_null() {
                    state(environment)["ended"] = json!({ "succeeded": success });
                }
            });
            it.each_event(|change| change["status"] = json!("SUCCEEDED"));
        }
    });
    mutants.add(ENVIRONMENT, "an orphaned deletion is a failed update", "was to be").after(|it| {
        if it.did(DELETE) && it.any().is_some_and(|any| any.status == DeploymentStatus::DeleteInProgress) {
            it.edit(|environment| {
                let success = state(environment)["ended"]["deleteFailed"].clone();
                state(environment)["ended"] = json!({ "failed": success });
            });
            it.each_event(|change| change["status"] = json!("FAILED"));
        }
    });
    mutants.add(ENVIRONMENT, "an orphaned deployment does not say why", "was to be").after(|it| {
        if it.did(DELETE) && it.any().is_some_and(|any| any.is_deploying()) {
            it.edit(|environment| state(environment)["details"]["statusMessage"] = Value::Null);
        }
    });
    mutants.add(ENVIRONMENT, "orphaning at rest says why", "was to be").after(|it| {
        if it.did(DELETE) {
            it.edit(|environment| state(environment)["details"]["statusMessage"] = json!("deleted"));
        }
    });
    mutants.add(ENVIRONMENT, "an orphaned deployment is not told", FOLDED).after(|it| {
        if it.did(DELETE) {
            it.forget_events();
        }
    });
    mutants.add(ENVIRONMENT, "orphaning at rest is told", "the events of environments").after(|it| {
        let orphaned = it.any().filter(|any| any.attached_to().is_some() && !any.is_deploying()).cloned();
        if let (true, Some(any)) = (it.did(DELETE), orphaned) {
            let change = json!({ "arn": any.arn, "at": it.context.now, "previous": any.status, "status": any.status });
            let event = json!({ "environmentStatusChange": change });
            it.said().unwrap().events.push(serde_json::from_value(event).unwrap());
        }
    });
    mutants.add(ENVIRONMENT, "the events come in the wrong order", "the events of environments").after(|it| {
        if it.did(DELETE) {
            it.said().unwrap().events.reverse();
        }
    });
    mutants.add(ENVIRONMENT, "an orphaned deployment is cancelled at the host", INSTRUCTIONS).after(|it| {
        let deploying = it.any().is_some_and(|any| any.is_deploying());
        if it.did(DELETE) && deploying {
            let kept = json!({ "kind": "cancel", "environmentArn": it.any().unwrap().arn,
                "deploymentId": it.any().unwrap().attempted, "authority": { "accountId": E1, "roleArn": role(E1, "r1") },
                "templateName": "t", "templateMajorVersion": "1", "spec": "s" });
            it.said().unwrap().instructions.push(serde_json::from_value(kept).unwrap());
        }
    });
    mutants.add(ENVIRONMENT, "orphaning forgets the resources", "was to be").after(|it| {
        if it.did(DELETE) {
            it.edit(|environment| {
                state(environment)["details"].as_object_mut().unwrap().remove("resources");
            });
        }
    });
    mutants.add(ENVIRONMENT, "the account is not told that its resources are nobody's", "resources-agree").after(
        |it| {
            if it.did(DELETE) {
                it.put_back(is_resource);
            }
        },
    );
    mutants.add(ENVIRONMENT, "an orphaned environment is listed as before", "index-agrees").after(|it| {
        if it.did(DELETE) {
            it.put_back(crate::search::environment_mutants::is_environment_index);
        }
    });
    mutants.add(ENVIRONMENT, "acceptance restores another account's environment", "what is fixed").after(|it| {
        let not_its = it.any().is_some_and(|any| any.is_unmanaged());
        if let (true, true, Some(now)) = (it.did(ACCEPT), not_its, it.current()) {
            crate::search::mutants::attach_to(it.store, &now);
        }
    });
    mutants.add(ENVIRONMENT, "acceptance takes the environment along", "was to be").after(|it| {
        if let (true, Some(now)) = (it.did(ACCEPT), it.current())
            && it
                .any()
                .is_some_and(|any| any.attached_to().is_some() && any.provisioned_in() == now.environment_account())
            && !it.any().unwrap().is_deploying()
        {
            crate::search::mutants::attach_to(it.store, &now);
        }
    });
    mutants.add(ENVIRONMENT, "acceptance leaves the environment alone", "was to be").after(|it| {
        if it.did(ACCEPT) {
            it.put_back(is_environment);
        }
    });
    mutants.add(ENVIRONMENT, "acceptance deploys again", INSTRUCTIONS).after(|it| {
        let restored = it.any().is_some_and(|any| any.is_unmanaged() && any.status == DeploymentStatus::Failed);
        let attached = Facts::of(it.store).shapes().values().any(|it| it.attached_to().is_some());
        if it.did(ACCEPT) && restored && attached {
            let (account, name) = it.was.shapes().keys().next().unwrap().clone();
            it.also(account, "UpdateEnvironment", &json!({ "name": name, "deploymentType": "CURRENT_VERSION" }));
            let change = json!({ "arn": it.any().unwrap().arn, "at": it.context.now, "previous": "FAILED",
                "status": "IN_PROGRESS" });
            let event = json!({ "environmentStatusChange": change });
            it.said().unwrap().events.push(serde_json::from_value(event).unwrap());
        }
    });
    mutants.add(ENVIRONMENT, "acceptance heals what failed", "was to be").after(|it| {
        if it.did(ACCEPT) {
            it.edit(|environment| state(environment)["details"]["statusMessage"] = Value::Null);
        }
    });
    mutants.add(TWO_ENVIRONMENTS, "acceptance restores whatever is nobody's", "was to be").after(|it| {
        if let (true, Some(now)) = (it.did(ACCEPT), it.current()) {
            let to = json!({ "attached": { "connectionId": now.id(), "accountId": now.environment_account() } });
            it.edit(|environment| {
                if state(environment)["provisioning"].is_null() {
                    let ended = state(environment)["ended"].clone();
                    restate(environment, "settled", json!({ "ended": ended, "provisioning": to }));
                }
            });
        }
    });
}

/// Of tags.
pub fn tags(mutants: &mut Mutants) {
    mutants.add(ENVIRONMENT, "an environment has any number of tags", PREDICTED).after(|it| {
        if it.is("TagResource") && it.refused_by() == Some(Rule::TagLimit) && it.owner().is_some() {
            it.answer_nothing();
        }
    });
    mutants.add(ENVIRONMENT, "the managed tags are hidden", PREDICTED).after(|it| {
        if let Some(Said { result: Ok(Answer::Tags(page)), .. }) = it.said() {
            page.items.retain(|tag| tag.key.as_str() == "k");
        }
    });
    mutants.add(TEXTS, "tagging an environment is told", "the events of environments").after(|it| {
        let had = it.had().cloned();
        if let (true, Some(had)) = (it.did("TagResource"), had) {
            let change = json!({ "arn": had.arn, "at": it.context.now, "previous": had.status, "status": had.status });
            let event = json!({ "environmentStatusChange": change });
            it.said().unwrap().events.push(serde_json::from_value(event).unwrap());
        }
    });
    mutants.add(TEXTS, "an environment's tag keeps its value", "was to be").after(|it| {
        if it.did("TagResource") && it.owner().is_some() && it.had().is_some_and(|had| !had.tags.is_empty()) {
            it.put_back(is_environment);
        }
    });
}
