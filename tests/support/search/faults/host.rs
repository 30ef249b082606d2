//! Faults in what is made of the host's reports and questions.

use account_connections::{
    Rule,
    environment::Authority,
    environment::DeploymentStatus,
    operation::{Answer, DeploymentOutcome, NotifiedStatus, Operation},
};
use serde_json::{Value, json};

use super::{FOLDED, INSTRUCTIONS, PREDICTED, PREVIOUS};
use crate::search::{
    E1,
    environment_mutants::state,
    facts::Facts,
    mutants::Mutants,
    role,
    worlds::{DEPLOYMENT_TIMES, ENVIRONMENT, LENT_ROLES, PROVISIONING, TEXTS, VERSIONS},
};

const REPORT: &str = "ReportDeployment";
const NOTIFY: &str = "NotifyResourceDeploymentStatusChange";

/// Of reports.
pub fn reports(mutants: &mut Mutants) {
    mutants.add(ENVIRONMENT, "a report of another deployment counts", PREDICTED).instead(
        |facts, operation, context| {
            if let Operation::ReportDeployment(request) = operation
                && let Some(had) = facts.shape(&(context.caller.account, request.name.clone()))
            {
                request.deployment_id = had.attempted;
            }
        },
    );
    mutants.add(ENVIRONMENT, "a notice of another deployment counts", PREDICTED).instead(|_, operation, _| {
        if let Operation::NotifyResourceDeploymentStatusChange(request) = operation {
            request.deployment_id = None;
        }
    });
    mutants.add(ENVIRONMENT, "a repeated report is answered", PREDICTED).after(|it| {
        if it.is(REPORT)
            && it.refused_by() == Some(Rule::StaleReport)
            && it.had().is_some_and(|had| had.status == DeploymentStatus::Succeeded)
        {
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "a report counts after orphaning", FOLDED).after(|it| {
        if let Operation::ReportDeployment(request) = it.operation
            && it.refused_by() == Some(Rule::StaleReport)
            && it.had().is_some_and(|had| had.is_unmanaged() && had.attempted == request.deployment_id)
        {
            it.edit(|environment| {
                let success = state(environment)["ended"]["failed"].take();
                state(environment)["ended"] = json!({ "cancelled": success });
            });
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "what nobody cancelled was cancelled", FOLDED).after(|it| {
        if let Operation::ReportDeployment(request) = it.operation
            && request.outcome == DeploymentOutcome::Cancelled
            && it.had().is_some_and(|had| had.status == DeploymentStatus::InProgress)
        {
            it.end("FAILED");
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "a cancelled deployment cannot succeed", PREDICTED).after(|it| {
        if it.did(REPORT)
            && it.had().is_some_and(|had| had.status == DeploymentStatus::Cancelling)
            && Facts::of(it.store).shapes().values().any(|it| it.status == DeploymentStatus::Succeeded)
        {
            it.refuse(Rule::StaleReport);
        }
    });
    mutants.add(VERSIONS, "a failure takes the new spec", PREDICTED).after(|it| {
        let target = it.had().and_then(|had| had.target.clone());
        if let (true, Some(target)) = (it.did(REPORT), target) {
            it.edit(|environment| state(environment)["details"]["spec"] = json!(target.spec));
        }
    });
    mutants.add(VERSIONS, "a success keeps the old spec", PREDICTED).after(|it| {
        let spec = it.had().map(|had| had.spec.clone());
        if let (true, Some(spec)) = (it.did(REPORT), spec) {
            it.edit(|environment| state(environment)["details"]["spec"] = json!(spec));
        }
    });
    mutants.add(VERSIONS, "a success keeps the old version", PREDICTED).after(|it| {
        let version = it.had().map(|had| had.version.clone());
        if let (true, Some((major, minor))) = (it.did(REPORT), version) {
            let version = json!({ "major": major, "minor": minor });
            it.edit(|environment| state(environment)["details"]["templateVersion"] = version.clone());
        }
    });
    mutants.add(VERSIONS, "the minor version of another major version stays", PREDICTED).after(|it| {
        let minor = it.had().and_then(|had| had.version.1.clone());
        if let (true, Some(minor)) = (it.did(REPORT), minor) {
            it.edit(|environment| {
                let version = &mut state(environment)["details"]["templateVersion"];
                if version["minor"].is_null() {
                    version["minor"] = json!(minor);
                }
            });
        }
    });
    mutants.add(VERSIONS, "a version comes with a failure", PREDICTED).instead(|_, operation, _| {
        if let Operation::ReportDeployment(request) = operation
            && request.outcome != DeploymentOutcome::Succeeded
        {
            (request.template_major_version, request.template_minor_version) = (None, None);
        }
    });
    mutants.add(ENVIRONMENT, "a failure forgets the last success", "went backwards").after(|it| {
        if it.did(REPORT) {
            it.edit(|environment| {
                if let Some(failed) = state(environment)["ended"].get_mut("failed") {
                    *failed = Value::Null;
                }
            });
        }
    });
    mutants.add(ENVIRONMENT, "a deletion that failed is a failure", "was to be").after(|it| {
        if it.did(REPORT) || it.did(NOTIFY) {
            it.edit(|environment| {
                let ended = &mut state(environment)["ended"];
                if let Some(success) = ended.get("deleteFailed").cloned() {
                    *ended = json!({ "failed": success });
                }
            });
            it.each_event(|change| {
                if change["status"] == "DELETE_FAILED" {
                    change["status"] = json!("FAILED");
                }
            });
        }
    });
    mutants.add(ENVIRONMENT, "a cancellation says nothing", PREDICTED).after(|it| {
        if it.did(REPORT) {
            it.edit(|environment| {
                if state(environment)["ended"].get("cancelled").is_some() {
                    state(environment)["details"]["statusMessage"] = Value::Null;
                }
            });
        }
    });
    mutants.add(TEXTS, "a message is not kept", PREDICTED).instead(|_, operation, _| {
        if let Operation::ReportDeployment(request) = operation {
            request.message = None;
        }
    });
    mutants.add(ENVIRONMENT, "a deployment under way is a success", "nothing was to change").instead(
        |_, operation, _| {
            if let Operation::NotifyResourceDeploymentStatusChange(request) = operation
                && request.status == Some(NotifiedStatus::InProgress)
            {
                request.status = Some(NotifiedStatus::Succeeded);
            }
        },
    );
    mutants.add(ENVIRONMENT, "a notice of nothing new is not checked", PREDICTED).after(|it| {
        if let Operation::NotifyResourceDeploymentStatusChange(request) = it.operation
            && request.status.is_none()
            && it.refused_by() == Some(Rule::StaleReport)
        {
            it.answer_nothing();
        }
    });
    mutants.add(ENVIRONMENT, "a report is told twice", PREVIOUS).after(|it| {
        if it.did(REPORT) {
            it.said().unwrap().events.extend_from_within(..);
        }
    });
    mutants.add(ENVIRONMENT, "a report is not told", FOLDED).after(|it| {
        if it.did(REPORT) {
            it.forget_events();
        }
    });
    mutants.add(ENVIRONMENT, "what is gone is told as failed", FOLDED).after(|it| {
        it.each_event(|change| {
            if change.get("status").is_none() {
                change["status"] = json!("DELETE_FAILED");
            }
        });
    });
    mutants.add(ENVIRONMENT, "an event does not say what the deployment was", PREVIOUS).after(|it| {
        it.each_event(|change| {
            change.as_object_mut().unwrap().remove("previous");
        });
    });
    mutants.add(ENVIRONMENT, "a success is followed by the next deployment", INSTRUCTIONS).after(|it| {
        if it.did(REPORT) && it.had().is_some_and(|had| had.target.is_some()) {
            let (account, name) = it.owner().unwrap();
            it.also(account, "UpdateEnvironment", &json!({ "name": name, "deploymentType": "CURRENT_VERSION" }));
            it.show();
            it.each_event(|change| change["status"] = json!("IN_PROGRESS"));
            it.forget_events();
        }
    });
}

/// Of times.
pub fn times(mutants: &mut Mutants) {
    mutants.add(DEPLOYMENT_TIMES, "an update takes the host's time, be it earlier", PREDICTED).after(|it| {
        let now = it.context.now;
        if it.did("UpdateEnvironment") && it.had().is_some_and(|had| now >= had.created_at) {
            it.edit(|environment| {
                if !state(environment)["work"].is_null() {
                    state(environment)["details"]["lastDeploymentAttemptedAt"] = json!(now);
                }
            });
        }
    });
    mutants.add(DEPLOYMENT_TIMES, "a success takes the host's time, be it earlier", PREDICTED).after(|it| {
        let now = it.context.now;
        if it.did(REPORT) {
            it.edit(|environment| {
                if let Some(success) = state(environment)["ended"].get_mut("succeeded") {
                    success["at"] = json!(now);
                }
            });
        }
    });
    mutants
        .add(DEPLOYMENT_TIMES, "an event of an environment takes the host's time", "the events of environments")
        .after(|it| {
            let now = it.context.now;
            it.each_event(|change| change["at"] = json!(now));
        });
    mutants.add(DEPLOYMENT_TIMES, "a deletion is an attempt to deploy", PREDICTED).after(|it| {
        let now = it.context.now;
        if it.did("DeleteEnvironment") && it.had().is_some_and(|had| now > had.attempted_at) {
            it.edit(|environment| state(environment)["details"]["lastDeploymentAttemptedAt"] = json!(now));
        }
    });
    mutants.add(DEPLOYMENT_TIMES, "an update makes an environment younger", "what is fixed").after(|it| {
        let now = it.context.now;
        if it.did("UpdateEnvironment") && it.had().is_some_and(|had| now > had.created_at) {
            it.edit(|environment| state(environment)["details"]["createdAt"] = json!(now));
        }
    });
}

/// Of the one question of authority.
pub fn authority(mutants: &mut Mutants) {
    const QUESTION: &str = "ProvisioningAuthority";
    let granted = || {
        let granted = json!({ "accountId": E1, "roleArn": role(E1, "r1") });
        Answer::Authority(serde_json::from_value::<Authority>(granted).unwrap())
    };
    mutants.add(ENVIRONMENT, "authority over nobody's environment", PREDICTED).after(move |it| {
        if it.is(QUESTION) && it.refused_by() == Some(Rule::ProvisioningAuthority) {
            it.answer(granted());
        }
    });
    mutants.add(PROVISIONING, "authority over a self-managed environment", PREDICTED).after(move |it| {
        if it.refused_by() == Some(Rule::ProvisioningAuthority) && it.had().is_some_and(|had| !had.is_unmanaged()) {
            it.answer(granted());
        }
    });
    mutants.add(LENT_ROLES, "authority with the roles of before", PREDICTED).after(move |it| {
        if it.went(QUESTION) && it.had().is_some_and(|had| had.attached_to().is_some()) {
            it.answer(granted());
        }
    });
    mutants.add(ENVIRONMENT, "authority only while a deployment is under way", PREDICTED).after(|it| {
        if it.went(QUESTION) && !it.had().unwrap().is_deploying() {
            it.refuse(Rule::ProvisioningAuthority);
        }
    });
    mutants.add(LENT_ROLES, "no authority with roles of its own", PREDICTED).after(|it| {
        if it.went(QUESTION) && it.had().is_some_and(|had| had.provisioned_in() == had.arn.management_account) {
            it.refuse(Rule::ProvisioningAuthority);
        }
    });
}
