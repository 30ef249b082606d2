use serde::{Deserialize, Serialize};

use super::{Description, Resources, Spec, StatusMessage, TemplateVersion};
use crate::{
    id::{AccountId, DeploymentId, EnvironmentArn, EnvironmentName, Region, TemplateName, Timestamp},
    tag::Tags,
};

/// What an environment is in whatever state.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentDetails {
    pub(super) region: Region,
    pub(super) management_account_id: AccountId,
    pub(super) name: EnvironmentName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<Description>,
    pub(super) template_name: TemplateName,
    pub(super) template_version: TemplateVersion,
    pub(super) spec: Spec,
    #[serde(default, skip_serializing_if = "Tags::is_empty")]
    pub(super) tags: Tags,
    #[serde(default, skip_serializing_if = "Resources::is_empty")]
    pub(super) resources: Resources,
    pub(super) created_at: Timestamp,
    pub(super) last_attempted_deployment_id: DeploymentId,
    pub(super) last_deployment_attempted_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) status_message: Option<StatusMessage>,
}

/// What an environment is built from, its rules already checked.
#[derive(Debug)]
pub(crate) struct Creation {
    pub(crate) region: Region,
    pub(crate) management_account: AccountId,
    pub(crate) name: EnvironmentName,
    pub(crate) description: Option<Description>,
    pub(crate) template_name: TemplateName,
    pub(crate) template_version: TemplateVersion,
    pub(crate) spec: Spec,
    pub(crate) tags: Tags,
    pub(crate) deployment: DeploymentId,
    pub(crate) now: Timestamp,
}

impl From<Creation> for EnvironmentDetails {
    fn from(creation: Creation) -> Self {
        Self {
            region: creation.region,
            management_account_id: creation.management_account,
            name: creation.name,
            description: creation.description,
            template_name: creation.template_name,
            template_version: creation.template_version,
            spec: creation.spec,
            tags: creation.tags,
            resources: Resources::default(),
            created_at: creation.now,
            last_attempted_deployment_id: creation.deployment,
            last_deployment_attempted_at: creation.now,
            status_message: None,
        }
    }
}

impl EnvironmentDetails {
    /// The only Region in which the environment exists.
    #[must_use]
    pub const fn region(&self) -> Region {
        self.region
    }

    /// The account that owns the environment.
    #[must_use]
    pub const fn management_account(&self) -> AccountId {
        self.management_account_id
    }

    /// The name, unique among the management account's environments in the Region.
    #[must_use]
    pub const fn name(&self) -> &EnvironmentName {
        &self.name
    }

    /// The ARN.
    #[must_use]
    pub fn arn(&self) -> EnvironmentArn {
        EnvironmentArn::new(self.region, self.management_account_id, self.name.clone())
    }

    /// What the management account says of it.
    #[must_use]
    pub const fn description(&self) -> Option<&Description> {
        self.description.as_ref()
    }

    /// The template that it is made from.
    #[must_use]
    pub const fn template_name(&self) -> &TemplateName {
        &self.template_name
    }

    /// The current version of the template.
    #[must_use]
    pub const fn template_version(&self) -> &TemplateVersion {
        &self.template_version
    }

    /// The current spec.
    #[must_use]
    pub const fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The management account's tags.
    #[must_use]
    pub const fn tags(&self) -> &Tags {
        &self.tags
    }

    /// What was provisioned, by the latest report, less what was cleaned up.
    #[must_use]
    pub const fn resources(&self) -> &Resources {
        &self.resources
    }

    /// When it was created.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// The latest deployment: a creation, an update or a deletion.
    #[must_use]
    pub const fn last_attempted_deployment_id(&self) -> DeploymentId {
        self.last_attempted_deployment_id
    }

    /// When the latest creation or update began.
    #[must_use]
    pub const fn last_deployment_attempted_at(&self) -> Timestamp {
        self.last_deployment_attempted_at
    }

    /// What became of the latest deployment, in words.
    #[must_use]
    pub const fn status_message(&self) -> Option<&StatusMessage> {
        self.status_message.as_ref()
    }

    pub(super) fn with_message(mut self, message: Option<StatusMessage>) -> Self {
        self.status_message = message;
        self
    }
}
