//! The texts of all refusals but those of the input's shape. None says more than its caller may know.

use alloc::format;

use crate::{
    Rule,
    connection::ConnectionDetails,
    error::Refusal,
    id::{AccountId, Arn, Caller, ConnectionId, EnvironmentName, Partition, RoleArn},
    tags::Tags,
};

pub(super) fn connection_not_found(id: ConnectionId) -> Refusal {
    Refusal::new(Rule::ConnectionNotFound, format!("there is no environment account connection `{id}`"))
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
            "the environment account `{account}` may have {limit} environment account connections in `{region}`, \
             delete one first"
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
