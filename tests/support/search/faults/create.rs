//! Faults in the creation of environments.

use account_connections::{Rule, connection::ConnectionStatus, environment::DeploymentStatus, operation::Operation};
use serde_json::json;

use super::{FOLDED, INSTRUCTIONS, PREDICTED};
use crate::search::{
    environment_mutants::{is_environment_index, is_request},
    facts::Facts,
    mutants::{Mutants, is_usage, party_of, put_connection},
    role,
    worlds::{ENVIRONMENT, ENVIRONMENT_QUOTA, PROVISIONING},
};

/// Of creations.
pub fn creations(mutants: &mut Mutants) {
    const CREATE: &str = "CreateEnvironment";
    mutants.add(ENVIRONMENT, "a component role beside a connection is left out", PREDICTED).instead(
        |_, operation, _| {
            if let Operation::CreateEnvironment(request) = operation
                && request.environment_account_connection_id.is_some()
            {
                request.component_role_arn = None;
            }
        },
    );
    mutants.add(PROVISIONING, "of two methods one is taken", PREDICTED).instead(|_, operation, _| {
        if let Operation::CreateEnvironment(request) = operation
            && request.proton_service_role_arn.is_some()
        {
            request.provisioning_repository = None;
        }
    });
    mutants.add(ENVIRONMENT, "another account's role provisions", PREDICTED).instead(|_, operation, context| {
        if let Operation::CreateEnvironment(request) = operation
            && request.codebuild_role_arn.is_some()
        {
            request.codebuild_role_arn = Some(role(&context.caller.account.to_string(), "r1").parse().unwrap());
        }
    });
    mutants.add(ENVIRONMENT, "a creation is not replayed", PREDICTED).after(|it| {
        if it.went(CREATE) && !it.changed() {
            it.refuse(Rule::EnvironmentNameMismatch);
        }
    });
    mutants.add(PROVISIONING, "a name is good for another request", PREDICTED).instead(|facts, operation, context| {
        if let Operation::CreateEnvironment(request) = operation
            && let Some(earlier) = facts.requests.get(&(context.caller.account, request.name.clone()))
        {
            *request = earlier.as_ref().clone();
        }
    });
    mutants.add(ENVIRONMENT, "a replay starts a deployment", FOLDED).after(|it| {
        if it.went(CREATE) && !it.changed() && it.had().unwrap().status == DeploymentStatus::Succeeded {
            let name = it.owner().unwrap().1;
            let (account, input) =
                (it.context.caller.account, json!({ "name": name, "deploymentType": "CURRENT_VERSION" }));
            it.also(account, "UpdateEnvironment", &input);
            it.show();
        }
    });
    mutants.add(ENVIRONMENT, "the environment account provisions", PREDICTED).instead(|facts, operation, context| {
        if let Operation::CreateEnvironment(request) = operation
            && let Some(id) = request.environment_account_connection_id
            && party_of(facts, id, |it| it.environment_account()) == Some(context.caller.account)
        {
            context.caller.account = party_of(facts, id, |it| it.management_account()).unwrap();
        }
    });
    mutants.add(ENVIRONMENT, "a connection is good for another name", PREDICTED).instead(|facts, operation, _| {
        if let Operation::CreateEnvironment(request) = operation
            && let Some(id) = request.environment_account_connection_id
            && let Some(connection) = facts.connections.get(&id)
        {
            request.name = connection.environment_name().clone();
        }
    });
    for (fault, status, rule) in [
        ("a PENDING connection is used", ConnectionStatus::Pending, Rule::ConnectionMustBeConnected),
        ("a REJECTED connection is used", ConnectionStatus::Rejected, Rule::RejectedIsFinal),
    ] {
        mutants.add(ENVIRONMENT, fault, INSTRUCTIONS).after(move |it| {
            if !it.is(CREATE) || it.refused_by() != Some(rule) {
                return;
            }
            let connections = Facts::of(it.before).connections;
            let as_if = |status: &str| {
                let all = connections.values().map(|connection| {
                    let mut value = serde_json::to_value(connection.as_ref()).unwrap();
                    value["status"] = json!(status);
                    serde_json::from_value(value).unwrap()
                });
                all.collect::<Vec<_>>()
            };
            as_if("CONNECTED").iter().for_each(|connection| put_connection(it.store, connection));
            it.again();
            as_if(status.name()).iter().for_each(|connection| put_connection(it.store, connection));
        });
    }
    mutants.add(ENVIRONMENT_QUOTA, "the quota of environments is one too high", PREDICTED).instead(|_, _, context| {
        context.limits.environments_per_account += 1;
    });
    mutants.add(ENVIRONMENT, "a replay needs room", PREDICTED).after(|it| {
        if it.went(CREATE) && it.context.limits.environments_per_account == 0 {
            it.refuse(Rule::EnvironmentQuota);
        }
    });
    mutants.add(ENVIRONMENT, "a creation does not count", "usage-counts").after(|it| {
        if it.did(CREATE) {
            it.put_back(is_usage);
        }
    });
    mutants.add(ENVIRONMENT, "a creation is not listed", "index-agrees").after(|it| {
        if it.did(CREATE) {
            it.put_back(is_environment_index);
        }
    });
    mutants.add(ENVIRONMENT, "a creation's request is forgotten", "were to be remembered").after(|it| {
        if it.did(CREATE) {
            it.put_back(is_request);
        }
    });
    mutants.add(ENVIRONMENT, "a creation instructs nobody", INSTRUCTIONS).after(|it| {
        if it.did(CREATE) {
            it.said().unwrap().instructions.clear();
        }
    });
    mutants.add(ENVIRONMENT, "a creation instructs twice", INSTRUCTIONS).after(|it| {
        if it.did(CREATE) {
            it.said().unwrap().instructions.extend_from_within(..);
        }
    });
    mutants.add(ENVIRONMENT, "an environment begins with a success", PREDICTED).after(|it| {
        if it.did(CREATE) {
            it.end("SUCCEEDED");
            it.show();
            it.each_event(|change| change["status"] = json!("SUCCEEDED"));
            it.said().unwrap().instructions.clear();
        }
    });
    mutants.add(ENVIRONMENT, "a creation modifies its connection", "changed with an environment").after(|it| {
        if let Operation::CreateEnvironment(request) = it.operation
            && it.changed()
            && let Some(id) = request.environment_account_connection_id
        {
            let mut value = serde_json::to_value(it.was.connections[&id].as_ref()).unwrap();
            value["lastModifiedAt"] = json!("2030-01-01T00:00:00Z");
            put_connection(it.store, &serde_json::from_value(value).unwrap());
        }
    });
}
