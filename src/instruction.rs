//! Instructions, for anyone who provisions: what the host is to carry out.
//!
//! # At least once, by an outbox
//!
//! 1. The store keeps a batch's instructions in an outbox, in the transaction that writes the batch. So there is an
//!    instruction if and only if its deployment began.
//! 2. A worker takes the oldest instruction and carries it out, with the deployment id and the kind as the key by which
//!    its own provider recognizes a repetition.
//! 3. It reports the outcome with [`ReportDeployment`](crate::operation::ReportDeployment), as the environment's
//!    [owner](Instruction::owner).
//! 4. Only when the report has an outcome, answer or refusal, does it remove the instruction. If the worker dies before
//!    that, the instruction is carried out and reported once more. That is answered as before (rule `report-again`), or
//!    refused: as a `stale-report` if it says something else, or as `environment-not-found` if the environment is gone
//!    by then.
//!
//! Before each step that touches the other account the worker can ask
//! [`ProvisioningAuthority`](crate::operation::ProvisioningAuthority): the connection may have been deleted in the
//! meantime.
//!
//! A [`Cancel`](InstructionKind::Cancel) is about the deployment of an `Update` that came before it, and has its
//! deployment id: one report, whatever the outcome, answers both. So a worker that is ever to cancel anything looks for
//! one while it carries out the update; one that finds it afterwards reports once more, is told that all is well or is
//! refused, and removes it.
//!
//! ```
//! use account_connections::{Memory, Service, id::Caller, instruction::Instruction};
//! use account_connections::operation::{CreateEnvironment, DeploymentOutcome, ReportDeployment};
//! # use account_connections::clock::{CountedIds, FixedClock};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let clock = FixedClock("2021-04-28T23:20:00Z".parse()?);
//! # let mut connections = Service::new(Memory::new(), clock, CountedIds::default());
//! # let management = Caller::new("123456789111".parse()?, "us-east-1".parse()?);
//! # let (name, template) = ("simple-env".parse()?, "simple".parse()?);
//! # let mut create = CreateEnvironment::new(name, template, "1".parse()?, "a: b".parse()?);
//! # create.proton_service_role_arn = Some("arn:aws:iam::123456789111:role/own".parse()?);
//! connections.create_environment(management, create)?;
//! let mut outbox = connections.take_instructions();
//!
//! // The worker carries the oldest out, reports it, and dies before it can remove it; then another one comes.
//! let oldest: &Instruction = &outbox[0];
//! let report = ReportDeployment::of(oldest, DeploymentOutcome::Succeeded);
//! assert!(connections.report_deployment(oldest.owner(), report.clone()).is_ok());
//! assert!(connections.report_deployment(oldest.owner(), report).is_ok());
//! outbox.remove(0);
//! # Ok(())
//! # }
//! ```

use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use crate::{
    environment::{Authority, RepositoryShown, Spec, VersionPart, VersionParts},
    id::words,
    id::{AccountId, Caller, DeploymentId, EnvironmentArn, TemplateName},
};

/// What the host is to do about an environment. It answers with a
/// [`ReportDeployment`](crate::operation::ReportDeployment) of the same deployment id, sooner or later.
///
/// An instruction is a value in the batch that begins its deployment, so a durable host keeps it in the same
/// transaction, and carries it out at least once. Once the deployment is over in the model (its connection was deleted,
/// say), a report on it is refused and does no harm.
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
    /// The means to do it with.
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

impl Instruction {
    /// The environment's management account in the environment's Region: the caller of the report, and of
    /// [`ProvisioningAuthority`](crate::operation::ProvisioningAuthority).
    #[must_use]
    pub const fn owner(&self) -> Caller {
        Caller::new(self.environment_arn.management_account, self.environment_arn.region)
    }
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

words! {
    /// What an instruction is for.
    #[expect(clippy::exhaustive_enums, reason = "a host has to carry out each of these")]
    pub enum InstructionKind {
        /// Provision a new environment.
        Provision = "provision",
        /// Bring it to another spec or template version.
        Update = "update",
        /// Give up the update under way, if there is time: its deployment id is that of the update.
        Cancel = "cancel",
        /// Take down everything that was provisioned.
        Deprovision = "deprovision",
    }
}

/// The means with which an instruction is carried out.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::exhaustive_enums, reason = "a host has to know each of these")]
pub enum Means {
    /// In this account, with these roles.
    #[serde(rename = "authority")]
    Grant(Grant),
    /// By the owner of the environment, from this repository: the host hands over the rendered template.
    ProvisioningRepository(RepositoryShown),
}

/// What a connection, or a management account's own roles, granted when an instruction began: in which account to act,
/// and with which roles.
///
/// A worker reads it back from an outbox; one with a role of an account other than its own cannot be read. It says what
/// was granted then; [`ProvisioningAuthority`](crate::operation::ProvisioningAuthority) says what is granted now.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grant(#[serde(deserialize_with = "granted")] Authority);

impl Grant {
    pub(crate) const fn of(authority: Authority) -> Self {
        Self(authority)
    }

    /// The account to act in.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.0.account()
    }

    /// The ARN of the role for provisioning with CloudFormation.
    #[must_use]
    pub fn role_arn(&self) -> Option<&str> {
        self.0.role_arn()
    }

    /// The ARN of the role for provisioning with CodeBuild.
    #[must_use]
    pub fn codebuild_role_arn(&self) -> Option<&str> {
        self.0.codebuild_role_arn()
    }

    /// The ARN of the role for directly defined components.
    #[must_use]
    pub fn component_role_arn(&self) -> Option<&str> {
        self.0.component_role_arn()
    }
}

fn granted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Authority, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Members {
        account_id: AccountId,
        role_arn: Option<String>,
        codebuild_role_arn: Option<String>,
        component_role_arn: Option<String>,
    }

    const EXPECTED: &str = "a grant must have a service or CodeBuild role, and only roles of its account";
    let Members { account_id, role_arn, codebuild_role_arn, component_role_arn } = Members::deserialize(deserializer)?;
    let authority = Authority::could_be(account_id, [role_arn, codebuild_role_arn, component_role_arn]);
    authority.ok_or_else(|| D::Error::custom(EXPECTED))
}
