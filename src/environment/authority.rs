use alloc::string::String;

use serde::Serialize;

use super::OwnRoles;
use crate::{
    connection::Connected,
    id::{AccountId, Arn, Partition, RoleArn},
};

/// The model's word that Proton may act on an environment now: in which account, and with which roles.
///
/// Only a decision makes one, from a connection that is CONNECTED and to which the environment is attached, or from a
/// same-account environment's own roles (rule `provisioning-authority`). It cannot be read from text: what a worker
/// reads back with an instruction is a [`Grant`](crate::instruction::Grant).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
// INVARIANT: there is a role for CloudFormation or CodeBuild, and each role is of the account.
pub struct Authority {
    account_id: AccountId,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    codebuild_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    component_role_arn: Option<String>,
}

impl Authority {
    /// The account to act in.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account_id
    }

    /// The ARN of the role for provisioning with CloudFormation: the connection's, or the environment's own.
    #[must_use]
    pub fn role_arn(&self) -> Option<&str> {
        self.role_arn.as_deref()
    }

    /// The ARN of the role for provisioning with CodeBuild.
    #[must_use]
    pub fn codebuild_role_arn(&self) -> Option<&str> {
        self.codebuild_role_arn.as_deref()
    }

    /// The ARN of the role for directly defined components.
    #[must_use]
    pub fn component_role_arn(&self) -> Option<&str> {
        self.component_role_arn.as_deref()
    }

    /// What a connection grants over the environment that is attached to it.
    pub(crate) fn of_connection(connected: &Connected) -> Self {
        let roles = connected.roles();
        Self {
            account_id: connected.environment_account(),
            role_arn: roles.service().map(|role| role.as_str().into()),
            codebuild_role_arn: roles.codebuild().map(|role| role.as_str().into()),
            component_role_arn: roles.component().map(|role| role.as_str().into()),
        }
    }

    /// What a management account grants over an environment of its own, provisioned in itself.
    pub(crate) fn of_own_roles(account_id: AccountId, roles: &OwnRoles) -> Self {
        Self {
            account_id,
            role_arn: roles.service().map(|role| role.as_str().into()),
            codebuild_role_arn: roles.codebuild().map(|role| role.as_str().into()),
            component_role_arn: roles.component().map(|role| role.as_str().into()),
        }
    }

    /// These members, if an authority could have them.
    pub(crate) fn could_be(
        account_id: AccountId,
        [role_arn, codebuild_role_arn, component_role_arn]: [Option<String>; 3],
    ) -> Option<Self> {
        let could_be = (role_arn.is_some() || codebuild_role_arn.is_some())
            && [&role_arn, &codebuild_role_arn, &component_role_arn]
                .into_iter()
                .flatten()
                .all(|role| is_of(role, account_id));
        could_be.then_some(Self { account_id, role_arn, codebuild_role_arn, component_role_arn })
    }
}

/// Whether the text is the ARN of something of this account: an IAM role, or what the API accepts as a service role.
fn is_of(role: &str, account: AccountId) -> bool {
    Partition::ALL.iter().any(|&partition| {
        role.parse::<RoleArn>().is_ok_and(|role| role.is_of(account, partition))
            || role.parse::<Arn>().is_ok_and(|arn| arn.is_of(account, partition))
    })
}
