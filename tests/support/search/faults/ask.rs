//! Faults in who may ask, and what is shown.

use account_connections::{Rule, id::AccountId, operation::Operation};
use serde_json::Value;

use super::PREDICTED;
use crate::search::{
    M, Said,
    facts::Facts,
    home,
    mutants::Mutants,
    worlds::{ENVIRONMENT, TWO_ENVIRONMENTS, VERSIONS},
};

/// Of whoever it is that asks.
pub fn askers(mutants: &mut Mutants) {
    fn is_of(facts: &Facts, account: AccountId) -> bool {
        facts.shapes().values().any(|it| it.provisioned_in() == account)
    }
    mutants.add(ENVIRONMENT, "the environment account sees the environment", "see the environment").instead(
        |facts, operation, context| {
            if operation.name() == "GetEnvironment" && is_of(facts, context.caller.account) {
                context.caller.account = M.parse().unwrap();
            }
        },
    );
    mutants.add(ENVIRONMENT, "an environment is seen from another Region", "see the environment").instead(
        |_, operation, context| {
            if operation.name() == "GetEnvironment" {
                context.caller.region = home();
            }
        },
    );
    for name in [
        "UpdateEnvironment",
        "CancelEnvironmentDeployment",
        "DeleteEnvironment",
        "ListEnvironments",
        "ListEnvironmentProvisionedResources",
        "NotifyResourceDeploymentStatusChange",
        "ReportDeployment",
        "ProvisioningAuthority",
        "TagResource",
        "UntagResource",
        "ListTagsForResource",
    ] {
        mutants.add(ENVIRONMENT, format!("{name} reaches what is provisioned in the account"), PREDICTED).instead(
            move |facts, operation, context| {
                let value = serde_json::to_value(&*operation).unwrap();
                let about_connection = |arn: &Value| arn.as_str().is_some_and(|it| it.contains("-connection/"));
                if operation.name() == name
                    && is_of(facts, context.caller.account)
                    && !value.get("resourceArn").is_some_and(about_connection)
                {
                    context.caller.account = M.parse().unwrap();
                }
            },
        );
    }
    mutants.add(ENVIRONMENT, "a refusal gives away that there is something", "does not concern it").after(|it| {
        if !it.was.shapes().is_empty() && it.refused_by() == Some(Rule::EnvironmentNotFound) {
            it.said().unwrap().result.as_mut().unwrap_err().message.push('!');
        }
    });
    mutants.add(VERSIONS, "a filter filters nothing", PREDICTED).instead(|_, operation, _| {
        if let Operation::ListEnvironments(request) = operation {
            request.environment_templates = Default::default();
        }
    });
    mutants.add(VERSIONS, "of two filters one counts", PREDICTED).instead(|_, operation, _| {
        if let Operation::ListEnvironments(request) = operation {
            request.environment_templates = request.environment_templates.iter().take(1).cloned().collect();
        }
    });
    mutants.add(ENVIRONMENT, "a list leaves out what is unmanaged", PREDICTED).after(|it| {
        if let Some(Said { result: Ok(account_connections::operation::Answer::Environments(page)), .. }) = it.said() {
            page.items.retain(|it| it.environment_account_connection_id.is_some());
        }
    });
    mutants.add(TWO_ENVIRONMENTS, "a list is out of its order", PREDICTED).after(|it| {
        if let Some(Said { result: Ok(account_connections::operation::Answer::Environments(page)), .. }) = it.said() {
            page.items.sort_by_key(|it| it.last_attempted_deployment_id);
            page.items.reverse();
        }
    });
}
