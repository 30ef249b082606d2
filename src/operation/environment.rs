use alloc::collections::BTreeSet;

use serde::Serialize;

use super::readable;
use crate::{
    environment::{Description, RepositoryBranch, Spec, VersionPart},
    id::{Arn, ConnectionId, EnvironmentName, RoleArn, TemplateName},
    page::{NextToken, PageSize},
    tag::Tags,
    words::words,
};

/// The management account creates an environment, by exactly one of three methods: with a connection, with roles of
/// its own, or from a repository (rule `one-provisioning-method`).
///
/// Answered with the environment, IN_PROGRESS; the host is instructed to provision it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreateEnvironment {
    /// The name, which a replay repeats (rule `environment-name-replay`).
    pub name: EnvironmentName,
    /// The template to provision from.
    pub template_name: TemplateName,
    /// The major part of its version.
    pub template_major_version: VersionPart,
    /// The minor part; the host takes the newest where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_minor_version: Option<VersionPart>,
    /// The inputs.
    pub spec: Spec,
    /// What to say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// To provision it in another account: a CONNECTED connection of this environment name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_account_connection_id: Option<ConnectionId>,
    /// To provision it in the caller's own account: a role for CloudFormation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proton_service_role_arn: Option<Arn>,
    /// To provision it in the caller's own account: a role for CodeBuild.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebuild_role_arn: Option<RoleArn>,
    /// A role for directly defined components; not with a connection, which has its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<RoleArn>,
    /// To provision it oneself: the repository that takes the rendered template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioning_repository: Option<RepositoryBranch>,
    /// Its first tags.
    #[serde(skip_serializing_if = "Tags::is_empty")]
    pub tags: Tags,
}

impl CreateEnvironment {
    /// A request with nothing optional. A method of provisioning is yet to be given: a connection, roles of the caller's
    /// own or a repository; without one it is refused (rule `one-provisioning-method`).
    ///
    /// ```
    /// use account_connections::{id::ConnectionId, operation::CreateEnvironment};
    ///
    /// # fn main() -> Result<(), account_connections::id::Malformed> {
    /// # let connection = ConnectionId::from(uuid::Uuid::from_u128(1));
    /// let (name, template) = ("simple-env".parse()?, "fargate".parse()?);
    /// let mut request = CreateEnvironment::new(name, template, "1".parse()?, "proton: EnvironmentSpec".parse()?);
    /// request.environment_account_connection_id = Some(connection);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn new(
        name: EnvironmentName,
        template_name: TemplateName,
        template_major_version: VersionPart,
        spec: Spec,
    ) -> Self {
        Self {
            name,
            template_name,
            template_major_version,
            template_minor_version: None,
            spec,
            description: None,
            environment_account_connection_id: None,
            proton_service_role_arn: None,
            codebuild_role_arn: None,
            component_role_arn: None,
            provisioning_repository: None,
            tags: Tags::default(),
        }
    }
}

readable! {
    CreateEnvironment {
        name: EnvironmentName = required "name",
        template_name: TemplateName = required "templateName",
        template_major_version: VersionPart = required "templateMajorVersion",
        template_minor_version: VersionPart = optional "templateMinorVersion",
        spec: Spec = required "spec",
        description: Description = optional "description",
        environment_account_connection_id: ConnectionId = optional "environmentAccountConnectionId",
        proton_service_role_arn: Arn = optional "protonServiceRoleArn",
        codebuild_role_arn: RoleArn = optional "codebuildRoleArn",
        component_role_arn: RoleArn = optional "componentRoleArn",
        provisioning_repository: RepositoryBranch = optional "provisioningRepository",
        tags: Tags = or_default "tags",
    }
}

/// The management account changes an environment: at once its description, roles, repository and connection (rule
/// `connection-switch-is-immediate`), and by a deployment its spec and template version.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UpdateEnvironment {
    /// The environment.
    pub name: EnvironmentName,
    /// What to deploy, and so which of the other parameters it takes (rule `deployment-type-parameters`).
    pub deployment_type: DeploymentType,
    /// New inputs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<Spec>,
    /// The major part of the template's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_major_version: Option<VersionPart>,
    /// The minor part; the host takes the newest where it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_minor_version: Option<VersionPart>,
    /// What to say of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// Another connection to the same environment account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub environment_account_connection_id: Option<ConnectionId>,
    /// Another role for CloudFormation, of a same-account environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proton_service_role_arn: Option<Arn>,
    /// Another role for CodeBuild, of a same-account environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub codebuild_role_arn: Option<RoleArn>,
    /// Another role for directly defined components, of an environment without a connection.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component_role_arn: Option<RoleArn>,
    /// Another repository, of a self-managed environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provisioning_repository: Option<RepositoryBranch>,
}

impl UpdateEnvironment {
    /// A request that names the environment and what to deploy, and changes nothing else.
    #[must_use]
    pub const fn new(name: EnvironmentName, deployment_type: DeploymentType) -> Self {
        Self {
            name,
            deployment_type,
            spec: None,
            template_major_version: None,
            template_minor_version: None,
            description: None,
            environment_account_connection_id: None,
            proton_service_role_arn: None,
            codebuild_role_arn: None,
            component_role_arn: None,
            provisioning_repository: None,
        }
    }
}

readable! {
    UpdateEnvironment {
        name: EnvironmentName = required "name",
        deployment_type: DeploymentType = required "deploymentType",
        spec: Spec = optional "spec",
        template_major_version: VersionPart = optional "templateMajorVersion",
        template_minor_version: VersionPart = optional "templateMinorVersion",
        description: Description = optional "description",
        environment_account_connection_id: ConnectionId = optional "environmentAccountConnectionId",
        proton_service_role_arn: Arn = optional "protonServiceRoleArn",
        codebuild_role_arn: RoleArn = optional "codebuildRoleArn",
        component_role_arn: RoleArn = optional "componentRoleArn",
        provisioning_repository: RepositoryBranch = optional "provisioningRepository",
    }
}

words! {
    /// What an update deploys.
    #[expect(clippy::exhaustive_enums, reason = "the four types of the public API")]
    pub enum DeploymentType {
        /// Nothing.
        None = "NONE",
        /// The current template version, perhaps with another spec.
        CurrentVersion = "CURRENT_VERSION",
        /// Another minor version of the current major version: the newest where none is named.
        MinorVersion = "MINOR_VERSION",
        /// Another major version, which is higher: the newest where none is named.
        MajorVersion = "MAJOR_VERSION",
    }
}

/// A request that names an environment of the caller's and nothing else.
macro_rules! by_name {
    ($($(#[$doc:meta])* $name:ident { $field:ident = $member:literal })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            /// The environment.
            pub $field: EnvironmentName,
        }

        readable! { $name { $field: EnvironmentName = required $member, } }

        impl From<EnvironmentName> for $name {
            fn from($field: EnvironmentName) -> Self {
                Self { $field }
            }
        }
    )*};
}

by_name! {
    /// The management account looks at an environment.
    GetEnvironment { name = "name" }
    /// The management account deletes an environment. The host is instructed to deprovision it; only when that is done,
    /// the environment is gone, and its connection no longer in use.
    DeleteEnvironment { name = "name" }
    /// The management account gives up the deployment of an update, if there is time.
    CancelEnvironmentDeployment { environment_name = "environmentName" }
    /// The host asks the one question of provisioning: may Proton act on this environment now, in which account, with
    /// which roles? (Rule `provisioning-authority`; the caller is the management account. Not in the public API.)
    ProvisioningAuthority { name = "name" }
}

/// The management account lists what was provisioned for an environment, all of it on one page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListEnvironmentProvisionedResources {
    /// The environment.
    pub environment_name: EnvironmentName,
    /// The API has a token here that can only be empty.
    #[serde(skip)]
    pub next_token: EmptyToken,
}

readable! {
    ListEnvironmentProvisionedResources {
        environment_name: EnvironmentName = required "environmentName",
        next_token: EmptyToken = or_default "nextToken",
    }
}

impl From<EnvironmentName> for ListEnvironmentProvisionedResources {
    fn from(environment_name: EnvironmentName) -> Self {
        Self { environment_name, next_token: EmptyToken }
    }
}

/// The API's shape `EmptyNextToken`: an empty text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EmptyToken;

/// The management account lists its environments in a Region, in the order of their names, by the page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListEnvironments {
    /// Only those of these templates and current major versions; empty for all.
    #[serde(skip_serializing_if = "TemplateFilters::is_empty")]
    pub environment_templates: TemplateFilters,
    /// The most environments on a page; 100 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<PageSize>,
    /// Where to go on: what the page before gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<NextToken>,
}

readable! {
    ListEnvironments {
        environment_templates: TemplateFilters = or_default "environmentTemplates",
        max_results: PageSize = optional "maxResults",
        next_token: NextToken = optional "nextToken",
    }
}

/// A template and a major version to filter by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateFilter {
    /// The template.
    pub template_name: TemplateName,
    /// The major part of its current version.
    pub major_version: VersionPart,
}

/// A set of templates to filter by; the empty one filters nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct TemplateFilters(BTreeSet<TemplateFilter>);

impl TemplateFilters {
    /// Whether it filters nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In order, each once.
    pub fn iter(&self) -> impl Iterator<Item = &TemplateFilter> {
        self.0.iter()
    }
}

impl FromIterator<TemplateFilter> for TemplateFilters {
    fn from_iter<I: IntoIterator<Item = TemplateFilter>>(filters: I) -> Self {
        Self(filters.into_iter().collect())
    }
}

/// An account lists all resources that are provisioned in it, with the environments that they are from, in the order of
/// their identifiers, then of the environments' ARNs, by the page (rule `account-sees-its-resources`; not in the public
/// API).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListProvisionedResources {
    /// The most resources on a page; 100 by default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_results: Option<PageSize>,
    /// Where to go on: what the page before gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_token: Option<NextToken>,
}

readable! {
    ListProvisionedResources {
        max_results: PageSize = optional "maxResults",
        next_token: NextToken = optional "nextToken",
    }
}
