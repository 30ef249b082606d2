//! The instant provisioner: what it reports on an instruction.

use account_connections::{
    environment::DeploymentStatus,
    environment::{ProvisionedResource, ProvisioningEngine, ResourceIdentifier, Resources},
    id::AccountId,
    instruction::{Instruction, InstructionKind, Means},
    operation::{DeploymentOutcome, EnvironmentShown, GetEnvironment, ReportDeployment},
};

/// What it has to know before it reports: the current environment.
pub(crate) fn question(instruction: &Instruction) -> GetEnvironment {
    instruction.environment_arn.name.clone().into()
}

/// Whether the environment still waits for the outcome of the instruction.
pub(crate) fn is_awaited(instruction: &Instruction, shown: &EnvironmentShown) -> bool {
    use DeploymentStatus::{Cancelling, DeleteInProgress, InProgress};

    let is_under_way = matches!(shown.summary.deployment_status, InProgress | Cancelling | DeleteInProgress);
    is_under_way && shown.summary.last_attempted_deployment_id == instruction.deployment_id
}

/// Its report: success, or that the cancellation is done. `None` for a creation or an update if the owner provisions
/// from a repository, and is the one who knows; and for an update that is being cancelled, for which the instruction to
/// cancel comes next.
pub(crate) fn report(instruction: &Instruction, shown: &EnvironmentShown) -> Option<ReportDeployment> {
    let report = |outcome| ReportDeployment::of(instruction, outcome);
    Some(match instruction.kind {
        InstructionKind::Update if shown.summary.deployment_status == DeploymentStatus::Cancelling => return None,
        InstructionKind::Provision | InstructionKind::Update => {
            let Means::Grant(grant) = &instruction.means else { return None };
            let mut report = report(DeploymentOutcome::Succeeded);
            report.resources = resources(instruction, grant.account());
            if lacks_minor_version(instruction, shown) {
                report.template_minor_version = "0".parse().ok();
            }
            report
        }
        InstructionKind::Deprovision => report(DeploymentOutcome::Succeeded),
        InstructionKind::Cancel => report(DeploymentOutcome::Cancelled),
    })
}

/// Whether no minor version is asked for, and the environment has none of the major version that it gets.
fn lacks_minor_version(instruction: &Instruction, shown: &EnvironmentShown) -> bool {
    let (asked, has) = (&instruction.template_version, &shown.summary);
    let keeps_major = asked.template_major_version.as_ref().is_none_or(|major| *major == has.template_major_version);
    asked.template_minor_version.is_none() && !(keeps_major && has.template_minor_version.is_some())
}

/// The stack of the environment.
fn resources(instruction: &Instruction, account: AccountId) -> Option<Resources> {
    let mut stack = ProvisionedResource::new(stack_arn(instruction, account)?);
    stack.name = format!("AWSProton-{}", instruction.environment_arn.name).parse().ok();
    stack.provisioning_engine = Some(ProvisioningEngine::CloudFormation);
    Resources::try_from(vec![stack]).ok()
}

/// The API accepts 200 characters. A long name in a Region with a long name would have more: the end of the name is
/// left out, and the deployment id still makes the ARN unique.
fn stack_arn(instruction: &Instruction, account: AccountId) -> Option<ResourceIdentifier> {
    const LONGEST: usize = 200;
    let region = instruction.environment_arn.region;
    let start = format!("arn:{}:cloudformation:{region}:{account}:stack/AWSProton-", region.partition());
    let end = format!("/{}", instruction.deployment_id);
    let room = LONGEST.saturating_sub(start.len() + end.len());
    let name = instruction.environment_arn.name.as_str().chars().take(room).collect::<String>();
    format!("{start}{name}{end}").parse().ok()
}
