use serde::{Deserialize, Serialize};

use crate::{
    environment::{
        DeploymentStatus, Description, Environment, Provisioning, RepositoryShown, SelfManaged, Spec, StatusMessage,
        VersionPart,
    },
    id::{
        AccountId, Arn, ConnectionId, DeploymentId, EnvironmentArn, EnvironmentName, RoleArn, TemplateName, Timestamp,
    },
};

/// An environment as a list shows it: all but its spec, its CodeBuild role and its repository.
///
/// A cross-account environment always shows its environment account, its connection while it is attached, and no roles:
/// those are the connection's. The API's member `provisioning` is never there: it says that the template is
/// customer-managed, which this model does not know (rule `environment-shown`).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnvironmentSummary {
    /// The environment's ARN.
    pub arn: EnvironmentArn,
    /// The role for directly defined components.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<RoleArn>,
    /// When it was created.
    #[serde(with = "super::time")]
    pub created_at: Timestamp,
    /// The status of its latest deployment.
    pub deployment_status: DeploymentStatus,
    /// How that ended, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_status_message: Option<StatusMessage>,
    /// What its owner says about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// The connection that it is attached to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_account_connection_id: Option<ConnectionId>,
    /// The account that it is provisioned in, if that is another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment_account_id: Option<AccountId>,
    /// Its latest deployment.
    pub last_attempted_deployment_id: DeploymentId,
    /// When its latest creation or update began.
    #[serde(with = "super::time")]
    pub last_deployment_attempted_at: Timestamp,
    /// When its latest success was reported; absent until there is one.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "super::time::optional")]
    pub last_deployment_succeeded_at: Option<Timestamp>,
    /// The deployment that succeeded then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_succeeded_deployment_id: Option<DeploymentId>,
    /// Its name.
    pub name: EnvironmentName,
    /// Its service role in its own account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proton_service_role_arn: Option<Arn>,
    /// The major part of the template's current version.
    pub template_major_version: VersionPart,
    /// The minor part; absent until the host reports which one it took.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_minor_version: Option<VersionPart>,
    /// The template.
    pub template_name: TemplateName,
}

impl From<&Environment> for EnvironmentSummary {
    fn from(environment: &Environment) -> Self {
        let (own, self_managed) = (environment.own_roles(), self_managed(environment));
        let component = own.map_or(self_managed.and_then(|managed| managed.component.as_ref()), |own| own.component());
        let success = environment.last_success();
        Self {
            arn: environment.arn(),
            component_role_arn: component.cloned(),
            created_at: environment.created_at(),
            deployment_status: environment.status(),
            deployment_status_message: environment.status_message().cloned(),
            description: environment.description().cloned(),
            environment_account_connection_id: environment.attachment().map(|attachment| attachment.connection()),
            environment_account_id: environment.environment_account(),
            last_attempted_deployment_id: environment.last_attempted_deployment_id(),
            last_deployment_attempted_at: environment.last_deployment_attempted_at(),
            last_deployment_succeeded_at: success.map(|success| success.at),
            last_succeeded_deployment_id: success.map(|success| success.deployment_id),
            name: environment.name().clone(),
            proton_service_role_arn: own.and_then(|own| own.service()).cloned(),
            template_major_version: environment.template_version().major.clone(),
            template_minor_version: environment.template_version().minor.clone(),
            template_name: environment.template_name().clone(),
        }
    }
}

fn self_managed(environment: &Environment) -> Option<&SelfManaged> {
    match environment.provisioning() {
        Some(Provisioning::SelfManaged(managed)) => Some(managed),
        _ => None,
    }
}

/// An environment as the public API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct EnvironmentShown {
    /// What a list shows of it, too.
    #[serde(flatten)]
    pub summary: EnvironmentSummary,
    /// Its CodeBuild role in its own account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codebuild_role_arn: Option<RoleArn>,
    /// The repository of a self-managed environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provisioning_repository: Option<RepositoryShown>,
    /// Its current spec.
    pub spec: Spec,
}

impl EnvironmentShown {
    /// An environment that is gone: as it last was, but for the status.
    pub(crate) fn gone(environment: &Environment, spec: &Spec, message: Option<StatusMessage>) -> Self {
        let mut shown = Self::new(environment, spec);
        shown.summary.deployment_status = DeploymentStatus::DeleteComplete;
        shown.summary.deployment_status_message = message;
        shown
    }

    /// An environment with its current spec.
    pub(crate) fn new(environment: &Environment, spec: &Spec) -> Self {
        let (region, account) = (environment.region(), environment.management_account());
        let repository = self_managed(environment).map(|managed| managed.repository.clone());
        Self {
            summary: environment.into(),
            codebuild_role_arn: environment.own_roles().and_then(|own| own.codebuild()).cloned(),
            provisioning_repository: repository.map(|branch| RepositoryShown::new(region, account, branch)),
            spec: spec.clone(),
        }
    }
}
