use alloc::collections::BTreeSet;

use serde::Serialize;

use super::{
    input::EmptyToken,
    request::{request, request_by},
};
use crate::{
    environment::{Description, RepositoryBranch, Spec, VersionPart},
    id::words,
    id::{Arn, ConnectionId, DeploymentId, EnvironmentName, RoleArn, TemplateName},
    page::{NextToken, PageSize},
    tag::Tags,
};

request! {
    /// The management account creates an environment, by exactly one of three methods: with a connection, with its own
    /// roles, or from a repository (rule `one-provisioning-method`).
    ///
    /// Answered with the environment, IN_PROGRESS; the host is instructed to provision it.
    pub struct CreateEnvironment {
        /// The name, which a replay repeats (rule `environment-name-replay`).
        name: required(EnvironmentName) = "name",
        /// The template to provision from.
        template_name: required(TemplateName) = "templateName",
        /// The major part of its version.
        template_major_version: required(VersionPart) = "templateMajorVersion",
        /// The minor part; if it is absent, the host takes the newest.
        template_minor_version: optional(VersionPart) = "templateMinorVersion",
        /// The inputs.
        spec: required(Spec) = "spec",
        /// What to say about it.
        description: optional(Description) = "description",
        /// To provision it in another account: a CONNECTED connection for this environment name.
        environment_account_connection_id: optional(ConnectionId) = "environmentAccountConnectionId",
        /// To provision it in the caller's own account: a role for CloudFormation.
        proton_service_role_arn: optional(Arn) = "protonServiceRoleArn",
        /// To provision it in the caller's own account: a role for CodeBuild.
        codebuild_role_arn: optional(RoleArn) = "codebuildRoleArn",
        /// A role for directly defined components; not with a connection, which has its own.
        component_role_arn: optional(RoleArn) = "componentRoleArn",
        /// To provision it oneself: the repository that takes the rendered template.
        provisioning_repository: optional(RepositoryBranch) = "provisioningRepository",
        /// Its first tags.
        tags: default(Tags) = "tags",
    }

    /// A request with nothing optional. A method of provisioning is still to be given: a connection, the caller's own
    /// roles or a repository; without one it is refused (rule `one-provisioning-method`).
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
    pub fn new;
}

request! {
    /// The management account changes an environment: its description, roles, repository and connection at once (rule
    /// `connection-switch-is-immediate`), and its spec and template version by a deployment.
    pub struct UpdateEnvironment {
        /// The environment.
        name: required(EnvironmentName) = "name",
        /// What to deploy, and so which of the other parameters it takes (rule `deployment-type-parameters`).
        deployment_type: required(DeploymentType) = "deploymentType",
        /// New inputs.
        spec: optional(Spec) = "spec",
        /// The major part of the template's version.
        template_major_version: optional(VersionPart) = "templateMajorVersion",
        /// The minor part; if it is absent, the host takes the newest.
        template_minor_version: optional(VersionPart) = "templateMinorVersion",
        /// What to say about it.
        description: optional(Description) = "description",
        /// Another connection to the same environment account.
        environment_account_connection_id: optional(ConnectionId) = "environmentAccountConnectionId",
        /// Another role for CloudFormation, of a same-account environment.
        proton_service_role_arn: optional(Arn) = "protonServiceRoleArn",
        /// Another role for CodeBuild, of a same-account environment.
        codebuild_role_arn: optional(RoleArn) = "codebuildRoleArn",
        /// Another role for directly defined components, of an environment without a connection.
        component_role_arn: optional(RoleArn) = "componentRoleArn",
        /// Another repository, of a self-managed environment.
        provisioning_repository: optional(RepositoryBranch) = "provisioningRepository",
    }

    /// A request that names the environment and what to deploy, and changes nothing else.
    pub fn new;
}

words! {
    /// What an update deploys.
    #[expect(clippy::exhaustive_enums, reason = "the four types of the public API")]
    pub enum DeploymentType {
        /// Nothing.
        None = "NONE",
        /// The current template version, perhaps with another spec.
        CurrentVersion = "CURRENT_VERSION",
        /// Another minor version of the current major version: the newest if none is named.
        MinorVersion = "MINOR_VERSION",
        /// Another major version, which is higher: the newest if none is named.
        MajorVersion = "MAJOR_VERSION",
    }
}

request_by! {
    EnvironmentName, "The environment.":
    /// The management account looks at an environment.
    GetEnvironment { name = "name" }
    /// The management account deletes an environment. The host is instructed to deprovision it; only when that is done
    /// is the environment gone, and its connection no longer in use.
    DeleteEnvironment { name = "name" }
    /// The management account gives up the deployment of an update, if there is time.
    CancelEnvironmentDeployment { environment_name = "environmentName" }
    /// The host asks the one question of provisioning: may Proton act on this environment now, in which account, with
    /// which roles? (Rule `provisioning-authority`; the caller is the management account. Not in the public API.)
    ProvisioningAuthority { name = "name" }
}

request! {
    /// The management account lists what was provisioned for an environment, all of it on one page.
    pub struct ListEnvironmentProvisionedResources {
        /// The environment.
        environment_name: required(EnvironmentName) = "environmentName",
    }

    checked {
        next_token: EmptyToken = "nextToken",
    }

    /// All of them, for this environment.
    pub fn new;
}

impl From<EnvironmentName> for ListEnvironmentProvisionedResources {
    fn from(environment_name: EnvironmentName) -> Self {
        Self::new(environment_name)
    }
}

request! {
    /// The management account lists the outputs of an environment, all of them on one page (rule `outputs-recorded`).
    pub struct ListEnvironmentOutputs {
        /// The environment.
        environment_name: required(EnvironmentName) = "environmentName",
        /// The last attempted deployment, or none (rule `deployment-not-found`).
        deployment_id: optional(DeploymentId) = "deploymentId",
    }

    checked {
        next_token: EmptyToken = "nextToken",
    }

    /// All of them, for this environment.
    pub fn new;
}

request! {
    /// The management account lists its environments in a Region, page by page, in the order of their names.
    #[derive(Default)]
    pub struct ListEnvironments {
        /// Only those of these templates and current major versions; empty for all.
        environment_templates: default(TemplateFilters) = "environmentTemplates",
        /// The most environments on a page; 100 by default.
        max_results: optional(PageSize) = "maxResults",
        /// Where to continue: what the previous page gave.
        next_token: optional(NextToken) = "nextToken",
    }

    /// The first page.
    pub fn new;
}

/// A template and a major version to filter by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TemplateFilter {
    /// The template.
    pub template_name: TemplateName,
    /// The major part of its current version.
    pub major_version: VersionPart,
}

impl TemplateFilter {
    /// Those of this template whose current version has this major part.
    #[must_use]
    pub const fn new(template_name: TemplateName, major_version: VersionPart) -> Self {
        Self { template_name, major_version }
    }
}

/// A set of templates to filter by; an empty one filters nothing.
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

request! {
    /// An account lists all resources provisioned in it, with the environments that they are from, page by page, in the
    /// order of their identifiers, then of the environments' ARNs (rule `account-sees-its-resources`; not in the public
    /// API).
    #[derive(Default)]
    pub struct ListProvisionedResources {
        /// The most resources on a page; 100 by default.
        max_results: optional(PageSize) = "maxResults",
        /// Where to continue: what the previous page gave.
        next_token: optional(NextToken) = "nextToken",
    }

    /// The first page.
    pub fn new;
}
