//! Faults in updates of environments.

use account_connections::{
    Rule,
    connection::ConnectionStatus,
    operation::{DeploymentType, Operation},
};
use serde_json::json;

use super::{FOLDED, INSTRUCTIONS, PREDICTED};
use crate::search::{
    E1, M, environment_key,
    environment_mutants::{restate, state},
    id,
    mutants::{Mutants, attach_to, is_environment},
    overwrite, role,
    worlds::{ENVIRONMENT, LENT_ROLES, PROVISIONING, TEXTS, TWO_ENVIRONMENTS, VERSIONS},
};

/// Of updates.
pub fn updates(mutants: &mut Mutants) {
    const UPDATE: &str = "UpdateEnvironment";
    mutants.add(VERSIONS, "no deployment, and a spec is taken", PREDICTED).instead(|_, operation, _| {
        if let Operation::UpdateEnvironment(request) = operation
            && request.deployment_type == DeploymentType::None
        {
            request.spec = None;
        }
    });
    mutants.add(VERSIONS, "the current version, and another is quietly left out", PREDICTED).instead(
        |_, operation, _| {
            if let Operation::UpdateEnvironment(request) = operation
                && request.deployment_type == DeploymentType::CurrentVersion
            {
                request.template_major_version = None;
            }
        },
    );
    mutants.add(VERSIONS, "the major version may stay", PREDICTED).after(|it| {
        if let Operation::UpdateEnvironment(request) = it.operation
            && it.refused_by() == Some(Rule::DeploymentTypeParameters)
            && request.template_major_version.as_ref().map(ToString::to_string)
                == it.had().map(|had| had.version.0.clone())
        {
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "roles are quietly left out", PREDICTED).instead(|_, operation, _| {
        if let Operation::UpdateEnvironment(request) = operation {
            request.codebuild_role_arn = None;
        }
    });
    mutants.add(PROVISIONING, "a same-account environment gets a connection", PREDICTED).after(|it| {
        if let Operation::UpdateEnvironment(request) = it.operation
            && request.environment_account_connection_id.is_some()
            && it.refused_by() == Some(Rule::KeepProvisioningMethod)
        {
            it.show();
        }
    });
    mutants.add(LENT_ROLES, "another account's role is taken for its own", PREDICTED).instead(
        |_, operation, context| {
            if let Operation::UpdateEnvironment(request) = operation
                && request.component_role_arn.is_some()
            {
                request.component_role_arn = Some(role(&context.caller.account.to_string(), "r1").parse().unwrap());
            }
        },
    );
    mutants.add(ENVIRONMENT, "an environment moves to another account", "what is fixed").after(|it| {
        if let Operation::UpdateEnvironment(request) = it.operation
            && it.refused_by() == Some(Rule::SameEnvironmentAccount)
        {
            let id = request.environment_account_connection_id.unwrap();
            attach_to(it.store, &it.was.connections[&id]);
            it.show();
        }
    });
    mutants.add(TWO_ENVIRONMENTS, "an environment takes another's connection", PREDICTED).after(|it| {
        if it.is(UPDATE) && it.refused_by() == Some(Rule::ConnectionNamesEnvironment) {
            it.edit(|environment| {
                let provisioning = json!({ "attached": { "connectionId": id(1), "accountId": E1 } });
                let ended = state(environment)["ended"].clone();
                if !ended.is_null() {
                    restate(environment, "settled", json!({ "ended": ended, "provisioning": provisioning }));
                }
            });
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "two deployments are under way", FOLDED).after(|it| {
        if it.is(UPDATE) && it.refused_by() == Some(Rule::OneDeploymentAtATime) {
            it.end("FAILED");
            it.again();
            it.forget_events();
        }
    });
    mutants.add(ENVIRONMENT, "a deletion that failed is undone", FOLDED).after(|it| {
        if it.is(UPDATE) && it.refused_by() == Some(Rule::DeletionStarted) {
            it.edit(|environment| {
                let success = state(environment)["ended"]["deleteFailed"].clone();
                state(environment)["ended"] = json!({ "failed": success });
            });
            it.again();
        }
    });
    mutants.add(ENVIRONMENT, "nobody's environment is deployed to", PREDICTED).after(|it| {
        if it.is(UPDATE) && it.refused_by() == Some(Rule::UnmanagedCannotDeploy) {
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "an update does not restore", PREDICTED).after(|it| {
        if it.did(UPDATE) && it.had().unwrap().is_unmanaged() {
            it.put_back(is_environment);
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "a switch waits for its deployment", PREDICTED).after(|it| {
        let Some(old) = it.had().and_then(|had| had.attached_to()) else { return };
        if it.did(UPDATE) {
            it.edit(|environment| state(environment)["provisioning"]["attached"]["connectionId"] = json!(old));
        }
    });
    mutants.add(ENVIRONMENT, "a failed deployment undoes the switch", "was predicted").after(|it| {
        let connected = it.was.connections.values().filter(|it| it.status() == ConnectionStatus::Connected);
        let Some(had) = it.had().filter(|had| had.attached_to().is_some()) else { return };
        let others = connected.filter(|it| Some(it.id()) != had.attached_to());
        let others = others.filter(|it| it.environment_account() == had.provisioned_in()).map(|it| it.id());
        if let (true, Some(other)) = (it.did("ReportDeployment"), others.collect::<Vec<_>>().first().copied()) {
            it.edit(|environment| state(environment)["provisioning"]["attached"]["connectionId"] = json!(other));
        }
    });
    mutants.add(VERSIONS, "the new spec shows at once", PREDICTED).after(|it| {
        if it.did(UPDATE) {
            it.edit(|environment| {
                let spec = state(environment)["work"]["update"]["spec"].clone();
                state(environment)["details"]["spec"] = spec;
            });
        }
    });
    mutants.add(VERSIONS, "an update forgets the version asked for", "was to be").instead(|_, operation, _| {
        if let Operation::UpdateEnvironment(request) = operation
            && request.deployment_type == DeploymentType::MajorVersion
            && request.template_major_version.as_ref().is_some_and(|major| major.as_str() == "2")
        {
            request.template_minor_version = None;
        }
    });
    mutants.add(VERSIONS, "an instruction names the current version", INSTRUCTIONS).after(|it| {
        if it.did(UPDATE) {
            it.each_instruction(|instruction| instruction["templateMajorVersion"] = json!("1"));
        }
    });
    mutants.add(VERSIONS, "an instruction has the current spec", INSTRUCTIONS).after(|it| {
        if it.did(UPDATE) {
            it.each_instruction(|instruction| instruction["spec"] = json!("s"));
        }
    });
    mutants.add(LENT_ROLES, "an instruction has the roles of before", INSTRUCTIONS).after(|it| {
        it.each_instruction(|instruction| {
            if instruction["authority"]["roleArn"].is_string() {
                let account = instruction["authority"]["accountId"].as_str().unwrap().to_owned();
                instruction["authority"]["roleArn"] = json!(role(&account, "r1"));
            }
        });
    });
    mutants.add(ENVIRONMENT, "an instruction is for the owner's account", INSTRUCTIONS).after(|it| {
        let own = json!({ "accountId": M, "roleArn": role(M, "r1") });
        it.each_instruction(|instruction| instruction["authority"] = own.clone());
    });
    mutants.add(ENVIRONMENT, "a deployment keeps the id of the one before", INSTRUCTIONS).after(|it| {
        let Some(id) = it.had().map(|had| had.attempted) else { return };
        if it.did(UPDATE) {
            it.edit(|environment| state(environment)["details"]["lastAttemptedDeploymentId"] = json!(id));
        }
    });
    mutants.add(ENVIRONMENT, "an id comes again", PREDICTED).instead(|_, operation, context| {
        if let Operation::UpdateEnvironment(_) | Operation::DeleteEnvironment(_) = operation {
            context.fresh_id = uuid::Uuid::from_u128(context.fresh_id.as_u128() + 7);
        }
    });
    mutants.add(TEXTS, "an update without a description removes it", "nothing was to change").after(|it| {
        if let Operation::UpdateEnvironment(request) = it.operation
            && request.description.is_none()
            && it.reply.as_ref().is_ok_and(|said| said.result.is_ok())
        {
            it.edit(|environment| {
                state(environment)["details"].as_object_mut().unwrap().remove("description");
            });
        }
    });
    mutants.add(TEXTS, "a message stays through the next deployment", PREDICTED).after(|it| {
        let Some(message) = it.had().and_then(|had| had.message.clone()) else { return };
        if it.did(UPDATE) {
            it.edit(|environment| state(environment)["details"]["statusMessage"] = json!(message));
        }
    });
    mutants.add(ENVIRONMENT, "an update that changes nothing writes", "nothing was to change").after(|it| {
        if it.went(UPDATE) && !it.changed() {
            let (account, name) = it.owner().unwrap();
            let key = environment_key(account, &name);
            let record = crate::search::find(it.store, &key);
            overwrite(it.store, &key, record.as_ref());
        }
    });
}
