use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::OwnRoles;
use crate::{
    connection::Connected,
    id::{AccountId, Arn, Partition, RoleArn},
    sound::sound_serde,
};

/// The model's word that Proton may act on an environment now: in which account, and with which roles.
///
/// Only a decision makes one, from a connection that is CONNECTED and to which the environment is attached, or from a
/// same-account environment's own roles (rule `provisioning-authority`). The roles of an instruction are those of an
/// authority and of nothing else. An instruction is read back from an outbox, so an authority can be, too: one with a
/// role of another account cannot.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", remote = "Self")]
// INVARIANT: there is a role for CloudFormation or CodeBuild, and each role is of the account.
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

    fn is_sound(&self) -> bool {
        let roles = [self.role_arn(), self.codebuild_role_arn(), self.component_role_arn()];
        (self.role_arn.is_some() || self.codebuild_role_arn.is_some())
            && roles.into_iter().flatten().all(|role| is_of(role, self.account_id))
    }
}

/// Whether the text is the ARN of something of this account: of an IAM role, or of what the API lets be a service role.
fn is_of(role: &str, account: AccountId) -> bool {
    Partition::ALL.iter().any(|&partition| {
        role.parse::<RoleArn>().is_ok_and(|role| role.is_of(account, partition))
            || role.parse::<Arn>().is_ok_and(|arn| arn.is_of(account, partition))
    })
}

sound_serde! {
    Authority: "an authority must have a service or CodeBuild role, and only roles of its account"
}
