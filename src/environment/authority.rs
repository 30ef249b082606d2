use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::OwnRoles;
use crate::{connection::Connected, id::AccountId};

/// The model's word that Proton may act on an environment now: in which account, and with which roles.
///
/// Only a decision makes one, from a connection that is CONNECTED and to which the environment is attached, or from a
/// same-account environment's own roles (rule `provisioning-authority`). The roles of an instruction are those of an
/// authority and of nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authority {
    account_id: AccountId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    codebuild_role_arn: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    component_role_arn: Option<String>,
}

impl Authority {
    /// The account to act in.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account_id
    }

    /// The ARN of the role to provision with by CloudFormation: the connection's, or the environment's own.
    #[must_use]
    pub fn role_arn(&self) -> Option<&str> {
        self.role_arn.as_deref()
    }

    /// The ARN of the role to provision with by CodeBuild.
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

    /// What a management account grants over its own environment in itself.
    pub(crate) fn of_own_roles(account_id: AccountId, roles: &OwnRoles) -> Self {
        Self {
            account_id,
            role_arn: roles.service().map(|role| role.as_str().into()),
            codebuild_role_arn: roles.codebuild().map(|role| role.as_str().into()),
            component_role_arn: roles.component().map(|role| role.as_str().into()),
        }
    }
}
