use serde::{Deserialize, Serialize};

use super::{Description, StatusMessage, TemplateVersion};
use crate::id::{AccountId, DeploymentId, EnvironmentArn, EnvironmentName, Region, TemplateName, Timestamp};

/// What an environment is in any state: what a list shows of it.
///
/// Its spec, its resources and its tags are separate records, so that a list reads none of them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EnvironmentDetails(pub(super) Details);

/// The fields, in a private type: what can be read from text is not yet an [`EnvironmentDetails`].
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Details {
    pub(super) region: Region,
    pub(super) management_account_id: AccountId,
    pub(super) name: EnvironmentName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Description>,
    pub(super) template_name: TemplateName,
    pub(super) template_version: TemplateVersion,
    pub(super) created_at: Timestamp,
    pub(super) last_attempted_deployment_id: DeploymentId,
    pub(super) last_deployment_attempted_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status_message: Option<StatusMessage>,
    #[serde(default, skip_serializing_if = "core::ops::Not::not")]
    pub(super) modified: bool,
}

/// What an environment is built from, with its rules already checked.
#[derive(Debug)]
pub(crate) struct Creation {
    pub(crate) region: Region,
    pub(crate) management_account: AccountId,
    pub(crate) name: EnvironmentName,
    pub(crate) description: Option<Description>,
    pub(crate) template_name: TemplateName,
    pub(crate) template_version: TemplateVersion,
    pub(crate) deployment: DeploymentId,
    pub(crate) now: Timestamp,
}

impl From<Creation> for EnvironmentDetails {
    fn from(creation: Creation) -> Self {
        Self(Details {
            region: creation.region,
            management_account_id: creation.management_account,
            name: creation.name,
            description: creation.description,
            template_name: creation.template_name,
            template_version: creation.template_version,
            created_at: creation.now,
            last_attempted_deployment_id: creation.deployment,
            last_deployment_attempted_at: creation.now,
            status_message: None,
            modified: false,
        })
    }
}

impl EnvironmentDetails {
    /// The only Region in which the environment exists.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.0.region
    }

    /// The account that owns the environment.
    #[must_use]
    pub const fn management_account(&self) -> AccountId {
        self.0.management_account_id
    }

    /// The name, unique among the management account's environments in the Region.
    #[must_use]
    pub const fn name(&self) -> &EnvironmentName {
        &self.0.name
    }

    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> EnvironmentArn {
        EnvironmentArn::new(self.0.region, self.0.management_account_id, self.0.name.clone())
    }

    /// What the management account says about it.
    #[must_use]
    pub const fn description(&self) -> Option<&Description> {
        self.0.description.as_ref()
    }

    /// The template that it is made from.
    #[must_use]
    pub const fn template_name(&self) -> &TemplateName {
        &self.0.template_name
    }

    /// The current version of the template.
    #[must_use]
    pub const fn template_version(&self) -> &TemplateVersion {
        &self.0.template_version
    }

    /// When it was created.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.0.created_at
    }

    /// The latest deployment: a creation, an update or a deletion.
    #[must_use]
    pub const fn last_attempted_deployment_id(&self) -> DeploymentId {
        self.0.last_attempted_deployment_id
    }

    /// When the latest creation or update began.
    #[must_use]
    pub const fn last_deployment_attempted_at(&self) -> Timestamp {
        self.0.last_deployment_attempted_at
    }

    /// How the latest deployment ended, in words.
    #[must_use]
    pub const fn status_message(&self) -> Option<&StatusMessage> {
        self.0.status_message.as_ref()
    }

    /// Whether an update changed it or began a deployment, or its deletion was asked for (rule `environment-modified`).
    #[must_use]
    pub const fn is_modified(&self) -> bool {
        self.0.modified
    }

    pub(super) fn with_message(mut self, message: Option<StatusMessage>) -> Self {
        self.0.status_message = message;
        self
    }
}
