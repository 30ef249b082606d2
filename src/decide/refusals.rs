//! The texts of all refusals but those of the input's shape. None says more than its caller may know.

use alloc::format;

use super::{desk::SHARED_BY, resources::CLEANED_UP_AT_ONCE};
use crate::{
    Rule,
    connection::ConnectionDetails,
    environment::{Deploying, Environment, ResourceIdentifier},
    id::{AccountId, Arn, Caller, ConnectionId, DeploymentId, EnvironmentName, Partition, RoleArn},
    operation::DeploymentType,
    refusal::Refusal,
    tag::Tags,
};

pub(super) fn connection_not_found(id: ConnectionId) -> Refusal {
    Refusal::new(Rule::ConnectionNotFound, format!("there is no environment account connection `{id}`"))
}

pub(super) fn environment_not_found(name: &EnvironmentName) -> Refusal {
    Refusal::new(Rule::EnvironmentNotFound, format!("there is no environment `{name}`"))
}

pub(super) fn arn_not_found(arn: &Arn) -> Refusal {
    Refusal::new(Rule::ArnNotFound, format!("there is no resource `{arn}`"))
}

pub(super) fn distinct_accounts(caller: AccountId) -> Refusal {
    Refusal::new(
        Rule::DistinctAccounts,
        format!("`managementAccountId`: `{caller}` is the environment account itself, it must be another account"),
    )
}

pub(super) fn role_required() -> Refusal {
    Refusal::new(Rule::RoleRequired, "`roleArn` or `codebuildRoleArn` is required, and both are missing")
}

pub(super) fn role_in_environment_account(
    name: &str,
    role: &RoleArn,
    owner: AccountId,
    partition: Partition,
) -> Refusal {
    Refusal::new(
        Rule::RoleInEnvironmentAccount,
        format!(
            "`{name}`: `{role}` must be a role of the environment account `{owner}` in the partition `{partition}`"
        ),
    )
}

pub(super) fn client_token_mismatch() -> Refusal {
    Refusal::new(Rule::ClientTokenMismatch, "Idempotent parameter mismatch")
}

pub(super) fn connection_quota(caller: &Caller, limit: u32) -> Refusal {
    let Caller { account, region } = caller;
    Refusal::new(
        Rule::ConnectionQuota,
        format!(
            "the environment account `{account}` has all {limit} environment account connections that it may have in \
             `{region}`, delete one first"
        ),
    )
}

pub(super) fn management_decides(connection: &ConnectionDetails, verb: &str) -> Refusal {
    let (id, manager) = (connection.id(), connection.management_account());
    Refusal::new(
        Rule::ManagementDecides,
        format!("only the management account `{manager}` can {verb} the environment account connection `{id}`"),
    )
}

pub(super) fn environment_account_owns(connection: &ConnectionDetails, verb: &str) -> Refusal {
    let (id, owner) = (connection.id(), connection.environment_account());
    Refusal::new(
        Rule::EnvironmentAccountOwns,
        format!("only the environment account `{owner}` can {verb} the environment account connection `{id}`"),
    )
}

pub(super) fn rejected_is_final(id: ConnectionId) -> Refusal {
    Refusal::new(
        Rule::RejectedIsFinal,
        format!("the environment account connection `{id}` is REJECTED, which is final, a new one is needed"),
    )
}

pub(super) fn no_reject_while_in_use(id: ConnectionId, environment: &EnvironmentName) -> Refusal {
    Refusal::new(
        Rule::NoRejectWhileInUse,
        format!(
            "the environment account connection `{id}` is in use, delete the environment `{environment}` before \
             rejecting it"
        ),
    )
}

pub(super) fn connection_tags_are_the_owners(connection: &ConnectionDetails) -> Refusal {
    let (id, owner) = (connection.id(), connection.environment_account());
    Refusal::new(
        Rule::ConnectionTagsAreTheOwners,
        format!(
            "only the environment account `{owner}` can read and change the tags of the environment account \
             connection `{id}`"
        ),
    )
}

pub(super) fn tag_limit(arn: &Arn, after: usize) -> Refusal {
    let limit = Tags::LIMIT;
    Refusal::new(Rule::TagLimit, format!("`{arn}` would have {after} tags, it may have {limit}, remove some first"))
}

pub(super) fn one_provisioning_method() -> Refusal {
    Refusal::new(
        Rule::OneProvisioningMethod,
        "exactly one of `environmentAccountConnectionId`, `protonServiceRoleArn` and/or `codebuildRoleArn`, and \
         `provisioningRepository` is required",
    )
}

pub(super) fn component_role_is_the_connections() -> Refusal {
    Refusal::new(
        Rule::OneProvisioningMethod,
        "`componentRoleArn` must be left out together with `environmentAccountConnectionId`: the connection has its own",
    )
}

pub(super) fn role_in_own_account(name: &str, role: &str, owner: AccountId, partition: Partition) -> Refusal {
    Refusal::new(
        Rule::RoleInOwnAccount,
        format!("`{name}`: `{role}` must be a role of the account `{owner}` itself in the partition `{partition}`"),
    )
}

pub(super) fn environment_name_mismatch() -> Refusal {
    Refusal::new(Rule::EnvironmentNameMismatch, "Idempotent parameter mismatch")
}

pub(super) fn environment_modified(name: &EnvironmentName) -> Refusal {
    Refusal::new(
        Rule::EnvironmentModified,
        format!(
            "the environment `{name}` was modified after it was created, the request that created it cannot be repeated"
        ),
    )
}

pub(super) fn management_provisions(connection: &ConnectionDetails) -> Refusal {
    let (id, manager) = (connection.id(), connection.management_account());
    Refusal::new(
        Rule::ManagementProvisions,
        format!("only the management account `{manager}` can provision with the environment account connection `{id}`"),
    )
}

pub(super) fn connection_names_environment(connection: &ConnectionDetails, name: &EnvironmentName) -> Refusal {
    let (id, its) = (connection.id(), connection.environment_name());
    Refusal::new(
        Rule::ConnectionNamesEnvironment,
        format!(
            "`environmentAccountConnectionId`: `{id}` is for the environment `{its}`, it must be for the environment \
             `{name}`"
        ),
    )
}

pub(super) fn connection_must_be_connected(id: ConnectionId) -> Refusal {
    Refusal::new(
        Rule::ConnectionMustBeConnected,
        format!("the environment account connection `{id}` is PENDING, accept it first"),
    )
}

pub(super) fn environment_quota(caller: &Caller, limit: u32) -> Refusal {
    let Caller { account, region } = caller;
    Refusal::new(
        Rule::EnvironmentQuota,
        format!(
            "the account `{account}` has all {limit} environments that it may have in `{region}`, delete one first"
        ),
    )
}

pub(super) fn deployment_type_parameters(deployment_type: DeploymentType, takes: &str) -> Refusal {
    let deployment_type = deployment_type.name();
    Refusal::new(Rule::DeploymentTypeParameters, format!("the deployment type {deployment_type} takes {takes}"))
}

pub(super) fn keep_provisioning_method(name: &EnvironmentName, method: &str, parameter: &str) -> Refusal {
    Refusal::new(
        Rule::KeepProvisioningMethod,
        format!("the environment `{name}` is provisioned {method}, `{parameter}` must be left out"),
    )
}

pub(super) fn keep_repository(name: &EnvironmentName) -> Refusal {
    Refusal::new(
        Rule::KeepProvisioningMethod,
        format!(
            "the environment `{name}` is provisioned from a repository, `provisioningRepository` must be its own or left \
             out"
        ),
    )
}

pub(super) fn same_environment_account(name: &EnvironmentName, connection: &ConnectionDetails) -> Refusal {
    let id = connection.id();
    Refusal::new(
        Rule::SameEnvironmentAccount,
        format!(
            "`environmentAccountConnectionId`: `{id}` must be of the environment account that the environment `{name}` \
             is provisioned in"
        ),
    )
}

pub(super) fn one_deployment_at_a_time(environment: &Deploying) -> Refusal {
    let (name, status) = (environment.name(), environment.work().status());
    Refusal::new(Rule::OneDeploymentAtATime, format!("the environment `{name}` is {status}, wait until that has ended"))
}

pub(super) fn deletion_started(name: &EnvironmentName) -> Refusal {
    Refusal::new(
        Rule::DeletionStarted,
        format!("the deletion of the environment `{name}` has started, it can only be deleted"),
    )
}

pub(super) fn unmanaged_cannot_deploy(name: &EnvironmentName, account: AccountId) -> Refusal {
    Refusal::new(
        Rule::UnmanagedCannotDeploy,
        format!(
            "the environment `{name}` has lost its environment account connection, accept a new one from the account \
             `{account}` first, or give one that is CONNECTED as `environmentAccountConnectionId`"
        ),
    )
}

pub(super) fn cancel_updates_only(name: &EnvironmentName) -> Refusal {
    Refusal::new(
        Rule::CancelUpdatesOnly,
        format!("the environment `{name}` is being created, only the deployment of an update can be cancelled"),
    )
}

pub(super) fn nothing_to_cancel(environment: &Environment) -> Refusal {
    let (name, status) = (environment.name(), environment.status());
    Refusal::new(
        Rule::NothingToCancel,
        format!("the environment `{name}` is {status}, only the deployment of an update can be cancelled"),
    )
}

pub(super) fn stale_report(environment: &Environment) -> Refusal {
    let (name, status) = (environment.name(), environment.status());
    Refusal::new(
        Rule::StaleReport,
        format!(
            "the environment `{name}` is {status}, the report must be of the deployment under way and an outcome that it \
             can have"
        ),
    )
}

pub(super) fn notify_needs_self_provisioning(name: &EnvironmentName) -> Refusal {
    Refusal::new(
        Rule::NotifyNeedsSelfProvisioning,
        format!(
            "the environment `{name}` has neither a repository nor a CodeBuild role, its deployments cannot be notified of"
        ),
    )
}

pub(super) fn deployment_not_found(name: &EnvironmentName, id: DeploymentId) -> Refusal {
    Refusal::new(Rule::DeploymentNotFound, format!("there is no deployment `{id}` of the environment `{name}`"))
}

pub(super) fn clean_up_too_large(environments: usize) -> Refusal {
    Refusal::new(
        Rule::CleanUpTooLarge,
        format!(
            "`identifiers` are of {environments} environments together, at most {CLEANED_UP_AT_ONCE} can be cleaned up at \
             once, name fewer"
        ),
    )
}

pub(super) fn resource_shared_too_widely(identifier: &ResourceIdentifier, environments: usize) -> Refusal {
    Refusal::new(
        Rule::ResourceSharedTooWidely,
        format!(
            "the resource `{identifier}` would be of {environments} environments, it may be of {SHARED_BY} of an account \
             and Region"
        ),
    )
}

pub(super) fn version_without_success() -> Refusal {
    Refusal::new(
        Rule::WellFormedInput,
        "`templateMajorVersion` and `templateMinorVersion` must be left out where `outcome` is not `SUCCEEDED`",
    )
}

pub(super) fn unmanaged_grants_nothing(name: &EnvironmentName) -> Refusal {
    Refusal::new(
        Rule::ProvisioningAuthority,
        format!(
            "the environment `{name}` has lost its environment account connection, nothing grants authority over it"
        ),
    )
}

pub(super) fn self_managed_grants_nothing(name: &EnvironmentName) -> Refusal {
    Refusal::new(
        Rule::ProvisioningAuthority,
        format!("the environment `{name}` is provisioned by its owner, nothing is to be provisioned for it here"),
    )
}
