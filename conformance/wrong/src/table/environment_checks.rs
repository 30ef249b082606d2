//! Checks of the operations on environments that are missing, and quotas that count otherwise.

use account_connections::{
    ErrorKind, Memory, Rule,
    operation::Limits,
    store::{EnvironmentPart, Key, Record},
    testing::subject::Reply,
};
use serde_json::{Value, json};

use super::{
    change::{restatused, role_of, show_given_roles, with_own_roles},
    scripts,
};
use crate::{
    Wrong,
    fault::{Ask, Fault, refusal, refused_where},
    json::{edited, with_details, with_state},
    world::{self, words::*},
};

pub(super) fn all() -> Vec<Wrong> {
    [of_reach(), of_creation(), of_replay(), of_connections(), of_quotas(), of_updates()].concat()
}

fn of_reach() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "environment-account-reaches",
            "The environment account can reach an environment that is provisioned in it",
            [Rule::EnvironmentIsManagements, Rule::EnvironmentNotFound],
            [Fault::Lets(Rule::EnvironmentNotFound, |ask, memory| {
                let name = ask.text("name").or_else(|| ask.text("environmentName")).unwrap_or_default();
                let found = world::environments(memory).find(|(_, environment)| {
                    environment.name().as_str() == name
                        && environment.region() == ask.caller.region
                        && environment.environment_account() == Some(ask.caller.account)
                });
                if let Some((_, environment)) = found {
                    ask.caller.account = environment.management_account();
                }
            })],
        ),
        Wrong::new(
            "environments-of-every-account",
            "Any account can get an environment by its name",
            [Rule::EnvironmentIsManagements, Rule::EnvironmentNotFound],
            [Fault::Lets(Rule::EnvironmentNotFound, |ask, memory| {
                let name = ask.text("name").unwrap_or_default();
                let found = world::environments(memory)
                    .find(|(_, it)| it.name().as_str() == name && it.region() == ask.caller.region);
                if let Some((_, environment)) = found.filter(|_| ask.is(GET)) {
                    ask.caller.account = environment.management_account();
                }
            })],
        ),
        Wrong::new(
            "environments-of-every-region",
            "An environment can be reached from every Region",
            [Rule::EnvironmentNotFound, Rule::EnvironmentIsManagements, Rule::SameRegion],
            [Fault::Lets(Rule::EnvironmentNotFound, |ask, memory| {
                let name = ask.text("name").or_else(|| ask.text("environmentName")).unwrap_or_default();
                let found = world::environments(memory)
                    .find(|(_, it)| it.name().as_str() == name && it.management_account() == ask.caller.account);
                if let Some((_, environment)) = found {
                    ask.caller.region = environment.region();
                }
            })],
        ),
        Wrong::new(
            "delete-environment-again-not-found",
            "Deleting an environment that is not there fails",
            [Rule::DeleteEnvironmentAgain],
            [Fault::Refuses(|ask, _| refused_where(ask, Rule::DeleteEnvironmentAgain, ErrorKind::ResourceNotFound))],
        ),
    ]
}

fn of_creation() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "several-provisioning-methods",
            "An environment can be created by several methods at once",
            [Rule::OneProvisioningMethod],
            [Fault::Lets(Rule::OneProvisioningMethod, |ask, _| match METHODS.iter().find(|method| ask.has(method)) {
                Some(&"environmentAccountConnectionId") => ask.leave_out(&[
                    "protonServiceRoleArn",
                    "codebuildRoleArn",
                    "componentRoleArn",
                    "provisioningRepository",
                ]),
                _ => ask.leave_out(&["provisioningRepository"]),
            })],
        ),
        Wrong::new(
            "no-provisioning-method",
            "An environment can be created without a method to provision it",
            [Rule::OneProvisioningMethod],
            [Fault::Lets(Rule::OneProvisioningMethod, |ask, _| {
                if !METHODS.iter().any(|method| ask.has(method)) {
                    let role = role_of(&ask.caller, "made-up");
                    ask.set("protonServiceRoleArn", role);
                }
            })],
        ),
        Wrong::new(
            "component-role-with-connection",
            "A component role can be given together with a connection",
            [Rule::OneProvisioningMethod],
            [Fault::Lets(Rule::OneProvisioningMethod, |ask, _| {
                if ask.has("environmentAccountConnectionId") {
                    ask.leave_out(&["componentRoleArn"]);
                }
            })],
        ),
        Wrong::new(
            "foreign-roles-used",
            "An environment can have roles of another account",
            [Rule::RoleInOwnAccount],
            [
                Fault::Lets(Rule::RoleInOwnAccount, |ask, _| with_own_roles(ask)),
                Fault::Says(|ask, reply, _| show_given_roles(ask, Rule::RoleInOwnAccount, reply)),
            ],
        ),
    ]
}

fn of_replay() -> Vec<Wrong> {
    fn original(ask: &mut Ask, memory: &Memory) {
        let request = world::own(ask, memory).and_then(|(key, _)| world::part(memory, &key, EnvironmentPart::Request));
        if let Some((_, Record::EnvironmentRequest(request))) = request {
            ask.input = serde_json::to_value(request.as_ref()).unwrap_or_default();
        }
    }
    vec![
        Wrong::new(
            "any-creation-replays",
            "A different creation request for an existing name returns the environment",
            [Rule::EnvironmentNameMismatch],
            [Fault::Lets(Rule::EnvironmentNameMismatch, original)],
        ),
        Wrong::new(
            "modified-replays",
            "The request that created an environment can be repeated after the environment was modified",
            [Rule::EnvironmentModified],
            [Fault::Lets(Rule::EnvironmentModified, |ask, _| {
                ask.see(|_, _, _, record| {
                    record.map(|record| match &record {
                        Record::Environment(_) => with_details(&record, |details| {
                            details.remove("modified");
                        }),
                        _ => record,
                    })
                });
            })],
        ),
        Wrong::new(
            "replayed-name-conflicts",
            "The name of an environment can be used once",
            [Rule::EnvironmentNameReplay],
            [Fault::Refuses(|ask, _| refused_where(ask, Rule::EnvironmentNameReplay, ErrorKind::Conflict))],
        ),
        Wrong::new(
            "outcomes-modify",
            "A deployment that ended is a modification",
            [Rule::EnvironmentNameReplay, Rule::EnvironmentModified],
            [Fault::Says(|ask, reply, memory| {
                let has_ended = world::own(ask, memory).is_some_and(|(_, environment)| environment.ended().is_some());
                if ask.answered_by(Rule::EnvironmentNameReplay) && has_ended {
                    let name = ask.text("name").unwrap_or_default();
                    *reply = Reply::error(ErrorKind::Conflict, format!("the environment `{name}` was modified"));
                }
            })],
        ),
        Wrong::new(
            "deletion-does-not-modify",
            "An environment of which the deletion was asked for is not modified",
            [Rule::EnvironmentModified],
            [Fault::Writes(|ask, _, write| {
                if let (true, Some(record @ Record::Environment(_))) = (ask.is(DELETE), &write.record) {
                    write.record = Some(with_details(record, |details| {
                        details.remove("modified");
                    }));
                }
                true
            })],
        )
        .with_script(scripts::CREATED_WHILE_DELETED),
    ]
}

fn of_connections() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "environment-account-provisions",
            "The environment account can create an environment with its own connection",
            [Rule::ManagementProvisions],
            [Fault::Lets(Rule::ManagementProvisions, |ask, _| {
                let role = role_of(&ask.caller, "own");
                ask.leave_out(&["environmentAccountConnectionId"]);
                ask.set("protonServiceRoleArn", role);
            })],
        ),
        Wrong::new(
            "any-name-with-a-connection",
            "A connection is good for an environment of another name",
            [Rule::ConnectionNamesEnvironment],
            [Fault::Lets(Rule::ConnectionNamesEnvironment, |ask, _| {
                ask.see(|ask, _, _, record| {
                    record.map(|record| match &record {
                        Record::Connection(_) => edited(&record, |held| {
                            held.insert("environmentName".into(), json!(ask.text("name")));
                        }),
                        _ => record,
                    })
                });
            })],
        ),
        Wrong::new(
            "pending-provisions",
            "An environment can be created with a PENDING connection",
            [Rule::ConnectionMustBeConnected],
            [Fault::Lets(Rule::ConnectionMustBeConnected, |ask, _| {
                ask.see(|_, _, _, record| restatused(record, "PENDING", "CONNECTED"));
            })],
        ),
        Wrong::new(
            "rejected-provisions",
            "An environment can be created with a REJECTED connection",
            [Rule::RejectedIsFinal],
            [Fault::Lets(Rule::RejectedIsFinal, |ask, _| {
                if ask.is_one_of(&[CREATE, UPDATE]) {
                    ask.see(|_, _, _, record| restatused(record, "REJECTED", "CONNECTED"));
                }
            })],
        ),
        Wrong::new(
            "switches-account",
            "An update can attach an environment to a connection of another environment account",
            [Rule::SameEnvironmentAccount],
            [Fault::Lets(Rule::SameEnvironmentAccount, |ask, _| {
                ask.see(|ask, memory, _, record| {
                    let account =
                        world::own(ask, memory).and_then(|(_, environment)| environment.environment_account());
                    record.map(|record| match (&record, account) {
                        (Record::Connection(connection), Some(account)) => {
                            let json = serde_json::to_string(&record).unwrap_or_default();
                            let theirs = connection.environment_account().to_string();
                            serde_json::from_str(&json.replace(&theirs, &account.to_string())).unwrap_or(record)
                        }
                        _ => record,
                    })
                });
            })],
        ),
        Wrong::new(
            "strangers-connections-provision",
            "An environment can be created with a connection to which the caller is no party",
            [Rule::PartiesOnly, Rule::ConnectionNotFound, Rule::ManagementProvisions],
            [Fault::Lets(Rule::ConnectionNotFound, |ask, memory| {
                if ask.is(CREATE) && world::named(ask, memory).is_some() {
                    let role = role_of(&ask.caller, "own");
                    ask.leave_out(&["environmentAccountConnectionId"]);
                    ask.set("protonServiceRoleArn", role);
                }
            })],
        ),
    ]
}

fn of_quotas() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "no-environment-quota",
            "An account can have any number of environments",
            [Rule::EnvironmentQuota],
            [Fault::Lets(Rule::EnvironmentQuota, |ask, _| ask.limits = Limits::new(u32::MAX, u32::MAX))],
        ),
        Wrong::new(
            "one-environment-more",
            "An account can have one environment more than its quota",
            [Rule::EnvironmentQuota],
            [Fault::Asks(|ask, _| ask.limits.environments_per_account += 1)],
        ),
        Wrong::new(
            "unmanaged-do-not-count",
            "Unmanaged environments do not count in the quota",
            [Rule::EnvironmentQuota],
            [Fault::Lets(Rule::EnvironmentQuota, |ask, memory| {
                let caller = ask.caller;
                let unmanaged = world::environments(memory).filter(|(_, it)| {
                    (it.management_account(), it.region()) == (caller.account, caller.region) && it.is_unmanaged()
                });
                ask.limits.environments_per_account += u32::try_from(unmanaged.count()).unwrap_or_default();
            })],
        ),
        Wrong::new(
            "gone-environments-count",
            "A deleted environment still counts in the quota",
            [Rule::EnvironmentQuota, Rule::DeleteUnmanaged],
            [Fault::Writes(|ask, _, write| {
                !(ask.is_one_of(&[DELETE, REPORT]) && matches!(write.key, Key::Usage { .. }))
            })],
        ),
    ]
}

fn of_updates() -> Vec<Wrong> {
    fn as_settled(ask: &mut Ask, _: &Memory) {
        ask.see(|_, _, _, record| {
            record.map(|record| match &record {
                Record::Environment(_) => with_state(&record, |name, state| {
                    if name != "deploying" {
                        return None;
                    }
                    state.remove("work");
                    let success = state.remove("lastSuccess").unwrap_or_default();
                    state.insert("ended".into(), json!({ "failed": success }));
                    Some("settled")
                }),
                _ => record,
            })
        });
    }
    vec![
        Wrong::new(
            "deployment-type-unchecked",
            "Parameters that a deployment type does not take are ignored",
            [Rule::DeploymentTypeParameters],
            [Fault::Lets(Rule::DeploymentTypeParameters, |ask, _| {
                if ask.text("deploymentType") == Some("NONE") {
                    ask.leave_out(&["spec"]);
                }
                ask.leave_out(&["templateMajorVersion", "templateMinorVersion"]);
            })],
        ),
        Wrong::new(
            "versions-in-64-bits",
            "A version that does not fit into 64 bits is refused",
            [Rule::DeploymentTypeParameters, Rule::WellFormedInput],
            [Fault::Refuses(|ask, _| {
                let version = ask.text("templateMajorVersion")?;
                let is_refused = version.bytes().all(|byte| byte.is_ascii_digit()) && version.parse::<u64>().is_err();
                is_refused.then(|| Reply::error(ErrorKind::Validation, "`templateMajorVersion` is too large"))
            })],
        ),
        Wrong::new(
            "versions-as-texts",
            "Versions are compared as texts",
            [Rule::DeploymentTypeParameters],
            [Fault::Refuses(|ask, memory| {
                let (_, environment) = world::own(ask, memory).filter(|_| ask.is(UPDATE))?;
                let is_refused = ask.text("deploymentType") == Some("MAJOR_VERSION")
                    && ask.text("templateMajorVersion")? <= environment.template_version().major.as_str();
                is_refused.then(|| Reply::error(ErrorKind::Validation, "the deployment type MAJOR_VERSION takes more"))
            })],
        )
        .with_script(scripts::MAJOR_TEN),
        Wrong::new(
            "method-changes",
            "What would change the provisioning method of an environment is ignored",
            [Rule::KeepProvisioningMethod],
            [Fault::Lets(Rule::KeepProvisioningMethod, |ask, memory| {
                let Some((_, environment)) = world::own(ask, memory) else { return };
                ask.leave_out(&["provisioningRepository"]);
                if environment.environment_account().is_some() {
                    ask.leave_out(&["protonServiceRoleArn", "codebuildRoleArn", "componentRoleArn"]);
                } else if environment.own_roles().is_some() {
                    ask.leave_out(&["environmentAccountConnectionId"]);
                } else {
                    ask.leave_out(&["environmentAccountConnectionId", "protonServiceRoleArn", "codebuildRoleArn"]);
                }
            })],
        ),
        Wrong::new(
            "several-deployments",
            "An environment can be updated while a deployment is under way",
            [Rule::OneDeploymentAtATime],
            [Fault::Lets(Rule::OneDeploymentAtATime, |ask, memory| {
                if ask.is(UPDATE) {
                    as_settled(ask, memory);
                }
            })],
        ),
        Wrong::new(
            "description-while-deploying",
            "An update without a deployment is possible while a deployment is under way",
            [Rule::OneDeploymentAtATime],
            [Fault::Lets(Rule::OneDeploymentAtATime, |ask, memory| {
                if ask.is(UPDATE) && ask.text("deploymentType") == Some("NONE") {
                    as_settled(ask, memory);
                }
            })],
        ),
        Wrong::new(
            "deletes-while-deploying",
            "An environment can be deleted while a deployment is under way",
            [Rule::OneDeploymentAtATime],
            [Fault::Lets(Rule::OneDeploymentAtATime, |ask, memory| {
                if ask.is(DELETE) {
                    as_settled(ask, memory);
                }
            })],
        ),
        Wrong::new(
            "failed-deletion-can-be-updated",
            "An environment of which the deletion failed can be updated",
            [Rule::DeletionStarted],
            [Fault::Lets(Rule::DeletionStarted, |ask, _| {
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
            })],
        ),
        Wrong::new(
            "unmanaged-deploys",
            "An update of an unmanaged environment that asks for a deployment is carried out without one",
            [Rule::UnmanagedCannotDeploy],
            [Fault::Lets(Rule::UnmanagedCannotDeploy, |ask, _| {
                ask.set("deploymentType", "NONE");
                ask.leave_out(&["spec", "templateMajorVersion", "templateMinorVersion"]);
            })],
        ),
        Wrong::new(
            "unmanaged-cannot-be-updated",
            "An unmanaged environment cannot be updated at all",
            [Rule::UnmanagedCannotDeploy],
            [Fault::Refuses(|ask, memory| {
                let (_, environment) = world::own(ask, memory).filter(|_| ask.is(UPDATE))?;
                let is_harmless = ask.text("deploymentType") == Some("NONE")
                    && ["spec", "templateMajorVersion", "templateMinorVersion", "environmentAccountConnectionId"]
                        .iter()
                        .chain(&METHODS)
                        .all(|member| ask.input.get(*member).is_none_or(Value::is_null));
                (environment.is_unmanaged() && is_harmless).then(|| refusal(ErrorKind::Conflict))
            })],
        ),
    ]
}

const METHODS: [&str; 4] =
    ["environmentAccountConnectionId", "protonServiceRoleArn", "codebuildRoleArn", "provisioningRepository"];
