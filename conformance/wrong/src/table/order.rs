//! Checks that come too late: after the one that should come next, or a later one.

use account_connections::{Memory, Rule, store::Record};
use serde_json::{Value, json};

use super::{
    change::{ROLES, restatused, role_of, with_own_roles},
    scripts,
};
use crate::{
    Wrong,
    fault::{Ask, Fault},
    json::{edited, with_state},
    world::{self, words::*},
};

/// The first rule, the one that comes before it, and how the first one is kept from biting.
type Late = (Rule, Rule, fn(&mut Ask, &Memory));

const LATE: &[Late] = &[
    (Rule::DistinctAccounts, Rule::RoleRequired, another_manager),
    (Rule::DistinctAccounts, Rule::RoleInEnvironmentAccount, another_manager),
    (Rule::RoleInEnvironmentAccount, Rule::ClientTokenMismatch, own_roles),
    (Rule::RoleInEnvironmentAccount, Rule::ConnectionQuota, own_roles),
    (Rule::ClientTokenMismatch, Rule::ConnectionQuota, no_token),
    (Rule::WellFormedInput, Rule::ConnectionNotFound, only_names),
    (Rule::WellFormedInput, Rule::EnvironmentNotFound, only_names),
    (Rule::ManagementDecides, Rule::RejectedIsFinal, as_manager),
    (Rule::ManagementDecides, Rule::NoRejectWhileInUse, as_manager),
    (Rule::EnvironmentAccountOwns, Rule::RejectedIsFinal, as_owner),
    (Rule::EnvironmentAccountOwns, Rule::RoleInEnvironmentAccount, as_owner),
    (Rule::RoleInEnvironmentAccount, Rule::RejectedIsFinal, no_roles),
    (Rule::OneProvisioningMethod, Rule::RoleInOwnAccount, no_connection),
    (Rule::OneProvisioningMethod, Rule::ConnectionNotFound, only_connection),
    (Rule::RoleInOwnAccount, Rule::EnvironmentNameMismatch, own_roles),
    (Rule::RoleInOwnAccount, Rule::EnvironmentQuota, own_roles),
    (Rule::EnvironmentNameMismatch, Rule::ConnectionNotFound, no_environment),
    (Rule::EnvironmentNameMismatch, Rule::EnvironmentQuota, no_environment),
    (Rule::ConnectionNotFound, Rule::EnvironmentQuota, own_role_instead),
    (Rule::ManagementProvisions, Rule::ConnectionNamesEnvironment, as_manager),
    (Rule::ConnectionNamesEnvironment, Rule::ConnectionMustBeConnected, fitting_name),
    (Rule::ConnectionMustBeConnected, Rule::EnvironmentQuota, all_connected),
    (Rule::DeploymentTypeParameters, Rule::KeepProvisioningMethod, no_parameters),
    (Rule::DeploymentTypeParameters, Rule::OneDeploymentAtATime, no_parameters),
    (Rule::KeepProvisioningMethod, Rule::OneDeploymentAtATime, no_method),
    (Rule::RoleInOwnAccount, Rule::OneDeploymentAtATime, own_roles),
    (Rule::ConnectionNotFound, Rule::OneDeploymentAtATime, no_connection),
    (Rule::ConnectionNamesEnvironment, Rule::SameEnvironmentAccount, fitting_name),
    (Rule::SameEnvironmentAccount, Rule::OneDeploymentAtATime, no_connection),
    (Rule::ConnectionMustBeConnected, Rule::OneDeploymentAtATime, no_connection),
    (Rule::DeletionStarted, Rule::UnmanagedCannotDeploy, failed_update),
    (Rule::ConnectionTagsAreTheOwners, Rule::TagLimit, as_owner),
    (Rule::ReservedTagPrefix, Rule::ArnNotFound, no_tags),
    (Rule::ReservedTagPrefix, Rule::ConnectionTagsAreTheOwners, no_tags),
    (Rule::NotifyNeedsSelfProvisioning, Rule::StaleReport, self_provisioning),
];

pub(super) fn all() -> Vec<Wrong> {
    let late = LATE.iter().map(|(first, second, cure)| {
        let name = format!("{second}-before-{first}");
        let says = format!("What both `{first}` and `{second}` refuse is refused by `{second}`");
        let wrong = Wrong::new(name, says, [Rule::FirstFailureWins, *first], [Fault::Swaps(*first, *second, *cure)]);
        // What a random session has hardly ever.
        match (first, second) {
            (Rule::ManagementProvisions, Rule::ConnectionNamesEnvironment) => {
                wrong.with_script(scripts::PROVISIONED_BY_ITSELF)
            }
            (Rule::OneProvisioningMethod, Rule::ConnectionNotFound) => wrong.with_script(scripts::TWO_METHODS),
            (Rule::RoleInOwnAccount, Rule::OneDeploymentAtATime) => wrong.with_script(scripts::FOREIGN_ROLE_MEANWHILE),
            _ => wrong,
        }
    });
    late.collect()
}

fn another_manager(ask: &mut Ask, _: &Memory) {
    ask.set("managementAccountId", "999999999990");
}

fn own_roles(ask: &mut Ask, _: &Memory) {
    with_own_roles(ask);
}

fn no_roles(ask: &mut Ask, _: &Memory) {
    ask.leave_out(&ROLES);
}

fn no_token(ask: &mut Ask, _: &Memory) {
    ask.leave_out(&["clientToken"]);
}

/// What is malformed is not there any more, where it is not what is looked up.
fn only_names(ask: &mut Ask, _: &Memory) {
    let names = ["id", "name", "environmentName", "deploymentType"];
    if let Some(members) = ask.input.as_object_mut() {
        members.retain(|member, _| names.contains(&member.as_str()));
    }
    if ask.is(UPDATE) {
        ask.set("deploymentType", "NONE");
    }
}

fn as_manager(ask: &mut Ask, memory: &Memory) {
    if let Some((_, named)) = world::named(ask, memory) {
        ask.caller.account = named.management_account();
    }
}

fn as_owner(ask: &mut Ask, memory: &Memory) {
    if let Some((_, named)) = world::named(ask, memory) {
        ask.caller.account = named.environment_account();
    }
}

fn no_connection(ask: &mut Ask, _: &Memory) {
    ask.leave_out(&["environmentAccountConnectionId"]);
}

fn only_connection(ask: &mut Ask, _: &Memory) {
    ask.leave_out(&["protonServiceRoleArn", "codebuildRoleArn", "componentRoleArn", "provisioningRepository"]);
}

fn own_role_instead(ask: &mut Ask, memory: &Memory) {
    no_connection(ask, memory);
    let role = role_of(&ask.caller, "own");
    ask.set("protonServiceRoleArn", role);
}

fn no_environment(ask: &mut Ask, _: &Memory) {
    ask.see(|_, _, _, record| record.filter(|record| !matches!(record, Record::Environment(_))));
}

fn fitting_name(ask: &mut Ask, _: &Memory) {
    ask.see(|ask, _, _, record| {
        record.map(|record| match &record {
            Record::Connection(_) => edited(&record, |held| {
                held.insert("environmentName".into(), json!(ask.text("name")));
            }),
            _ => record,
        })
    });
}

fn all_connected(ask: &mut Ask, _: &Memory) {
    ask.see(|_, _, _, record| restatused(record, "PENDING", "CONNECTED"));
}

fn no_parameters(ask: &mut Ask, _: &Memory) {
    ask.leave_out(&["spec", "templateMajorVersion", "templateMinorVersion"]);
}

fn no_method(ask: &mut Ask, memory: &Memory) {
    no_connection(ask, memory);
    only_connection(ask, memory);
}

fn failed_update(ask: &mut Ask, _: &Memory) {
    ask.see(|_, _, _, record| {
        record.map(|record| match &record {
            Record::Environment(_) => with_state(&record, |_, state| {
                let success = state.get("ended")?.get("deleteFailed")?.clone();
                state.insert("ended".into(), json!({ "failed": success }));
                None
            }),
            _ => record,
        })
    });
}

fn no_tags(ask: &mut Ask, _: &Memory) {
    for member in ["tags", "tagKeys"] {
        if ask.input.get(member).is_some_and(Value::is_array) {
            ask.set(member, json!([]));
        }
    }
}

/// The environment is of the same account and has a CodeBuild role.
fn self_provisioning(ask: &mut Ask, _: &Memory) {
    ask.see(|ask, _, _, record| {
        record.map(|record| match &record {
            Record::Environment(_) => with_state(&record, |_, state| {
                let role = role_of(&ask.caller, "own");
                state.get("provisioning")?;
                state.insert("provisioning".into(), json!({ "sameAccount": { "codebuild": role } }));
                None
            }),
            _ => record,
        })
    });
}
