//! Instructions: what the host is to carry out.

use serde::{Deserialize, Serialize};

use crate::{
    environment::{Authority, RepositoryShown, Spec, VersionPart, VersionParts},
    id::{DeploymentId, EnvironmentArn, TemplateName},
};

/// What the host is to do about an environment. It answers with a
/// [`ReportDeployment`](crate::operation::ReportDeployment) of the same deployment id, sooner or later.
///
/// An instruction is a value in the batch that begins its deployment, so a durable host keeps it in the same
/// transaction, and carries it out at least once. Once the deployment is over in the model (its connection was
/// deleted, say), a report of it is refused as a `stale-report` and harms nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Instruction {
    /// What to do.
    pub kind: InstructionKind,
    /// The environment.
    pub environment_arn: EnvironmentArn,
    /// The deployment: what to report on.
    pub deployment_id: DeploymentId,
    /// With what means.
    #[serde(flatten)]
    pub means: Means,
    /// The template to provision from.
    pub template_name: TemplateName,
    /// The parts of its version that are asked for: the newest in place of an absent one. A deletion, and an update
    /// that keeps the version, name the current one.
    #[serde(flatten)]
    pub template_version: TemplateVersionAsked,
    /// The inputs.
    pub spec: Spec,
}

/// The template version of an instruction, by the API's names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TemplateVersionAsked {
    /// The major part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_major_version: Option<VersionPart>,
    /// The minor part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_minor_version: Option<VersionPart>,
}

impl From<VersionParts> for TemplateVersionAsked {
    fn from(VersionParts { major, minor }: VersionParts) -> Self {
        Self { template_major_version: major, template_minor_version: minor }
    }
}

/// What an instruction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "a host has to carry out each of these")]
pub enum InstructionKind {
    /// Provision a new environment.
    Provision,
    /// Bring it to another spec or template version.
    Update,
    /// Give up the update under way, if there is time.
    Cancel,
    /// Take down everything that was provisioned.
    Deprovision,
}

/// With what means an instruction is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "a host has to know each of these")]
pub enum Means {
    /// In this account, with these roles.
    Authority(Authority),
    /// By the owner of the environment, from this repository: the host hands over the rendered template.
    ProvisioningRepository(RepositoryShown),
}
