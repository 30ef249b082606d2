//! Whether the two sides say the same.

use account_connections::{
    Refusal, Rule,
    event::{Event, StatusChange},
    id::{ConnectionArn, EnvironmentArn, RoleArn},
    instruction,
    operation::{self, ConnectionShown, ConnectionSummary},
    page::Page,
};

use crate::baseline::{
    self, AccountResource, Arn, EnvironmentPlace, EnvironmentShown, Instruction, Means, Shown, Summary,
};

/// An answer of the baseline, to be compared with the crate's.
pub trait Alike<Ours> {
    fn alike(&self, ours: &Ours) -> bool;
}

impl Alike<ConnectionArn> for Arn {
    fn alike(&self, ours: &ConnectionArn) -> bool {
        (self.region, self.environment_account, self.id) == (ours.region, ours.environment_account, ours.id)
    }
}

impl Alike<ConnectionShown> for Shown {
    fn alike(&self, ours: &ConnectionShown) -> bool {
        self.arn.alike(&ours.summary.arn)
            && self.codebuild_role_arn == ours.codebuild_role_arn
            && self.component_role_arn == ours.summary.component_role_arn
            && self.environment_account_id == ours.summary.environment_account_id
            && self.environment_name == ours.summary.environment_name
            && self.id == ours.summary.id
            && self.last_modified_at == ours.summary.last_modified_at
            && self.management_account_id == ours.summary.management_account_id
            && self.requested_at == ours.summary.requested_at
            && self.role_arn == ours.summary.role_arn
            && self.status == ours.summary.status
    }
}

impl Alike<ConnectionSummary> for Summary {
    fn alike(&self, ours: &ConnectionSummary) -> bool {
        self.arn.alike(&ours.arn)
            && self.component_role_arn == ours.component_role_arn
            && self.environment_account_id == ours.environment_account_id
            && self.environment_name == ours.environment_name
            && self.id == ours.id
            && self.last_modified_at == ours.last_modified_at
            && self.management_account_id == ours.management_account_id
            && self.requested_at == ours.requested_at
            && self.role_arn == ours.role_arn
            && self.status == ours.status
    }
}

impl Alike<Page<ConnectionSummary>> for baseline::Page {
    fn alike(&self, ours: &Page<ConnectionSummary>) -> bool {
        self.0.alike(&ours.items) && self.1 == ours.next_token.is_some()
    }
}

impl Alike<EnvironmentArn> for EnvironmentPlace {
    fn alike(&self, ours: &EnvironmentArn) -> bool {
        (self.0, self.1, &self.2) == (ours.region, ours.management_account, &ours.name)
    }
}

impl Alike<operation::EnvironmentShown> for EnvironmentShown {
    fn alike(&self, ours: &operation::EnvironmentShown) -> bool {
        let summary = &ours.summary;
        self.arn.alike(&summary.arn)
            && self.arn.2 == summary.name
            && self.codebuild_role_arn == ours.codebuild_role_arn
            && self.component_role_arn == summary.component_role_arn
            && self.created_at == summary.created_at
            && self.deployment_status == summary.deployment_status
            && self.deployment_status_message == summary.deployment_status_message
            && self.description == summary.description
            && self.environment_account_connection_id == summary.environment_account_connection_id
            && self.environment_account_id == summary.environment_account_id
            && self.last_attempted_deployment_id == summary.last_attempted_deployment_id
            && self.last_deployment_attempted_at == summary.last_deployment_attempted_at
            && self.last_deployment_succeeded_at == summary.last_deployment_succeeded_at
            && self.last_succeeded_deployment_id == summary.last_succeeded_deployment_id
            && self.proton_service_role_arn == summary.proton_service_role_arn
            && self.provisioning_repository == ours.provisioning_repository
            && self.spec == ours.spec
            && self.template_major_version == summary.template_major_version
            && self.template_minor_version == summary.template_minor_version
            && self.template_name == summary.template_name
    }
}

impl Alike<operation::AccountResource> for AccountResource {
    fn alike(&self, ours: &operation::AccountResource) -> bool {
        self.environment.alike(&ours.environment_arn)
            && (&self.resource, self.unmanaged) == (&ours.resource, ours.unmanaged)
    }
}

impl Alike<Page<operation::AccountResource>> for (Vec<AccountResource>, bool) {
    fn alike(&self, ours: &Page<operation::AccountResource>) -> bool {
        self.0.alike(&ours.items) && self.1 == ours.next_token.is_some()
    }
}

impl Alike<Event> for baseline::Event {
    fn alike(&self, ours: &Event) -> bool {
        match (self, ours) {
            (Self::Connection(its), Event::ConnectionStatusChange(StatusChange { arn, at, previous, status, .. })) => {
                its.arn.alike(arn) && (its.at, its.previous, its.status) == (*at, *previous, *status)
            }
            (
                Self::Environment(its),
                Event::EnvironmentStatusChange(StatusChange { arn, at, previous, status, .. }),
            ) => its.arn.alike(arn) && (its.at, its.previous, its.status) == (*at, *previous, *status),
            _ => false,
        }
    }
}

impl Alike<instruction::Instruction> for Instruction {
    fn alike(&self, ours: &instruction::Instruction) -> bool {
        let version = &ours.template_version;
        self.environment.alike(&ours.environment_arn)
            && (self.kind, self.deployment_id) == (ours.kind, ours.deployment_id)
            && self.means.alike(&ours.means)
            && (&self.template_name, &self.spec) == (&ours.template_name, &ours.spec)
            && (&self.template_version.0, &self.template_version.1)
                == (&version.template_major_version, &version.template_minor_version)
    }
}

impl Alike<instruction::Means> for Means {
    fn alike(&self, ours: &instruction::Means) -> bool {
        let text = |role: &Option<RoleArn>| role.as_ref().map(ToString::to_string);
        let (account, service, codebuild, component) = match self {
            Self::Connection { account, service, codebuild, component } => {
                (account, text(service), codebuild, component)
            }
            Self::OwnRoles { account, service, codebuild, component } => {
                (account, service.as_ref().map(ToString::to_string), codebuild, component)
            }
            Self::Repository(its) => {
                return matches!(ours, instruction::Means::ProvisioningRepository(ours) if its == ours);
            }
        };
        let roles = [service, text(codebuild), text(component)];
        matches!(ours, instruction::Means::Grant(ours)
            if *account == ours.account()
                && [ours.role_arn(), ours.codebuild_role_arn(), ours.component_role_arn()]
                    == [roles[0].as_deref(), roles[1].as_deref(), roles[2].as_deref()])
    }
}

/// The baseline refuses with the rule alone: the kind goes with it, and no refusal is measured.
impl Alike<Refusal> for Rule {
    fn alike(&self, ours: &Refusal) -> bool {
        *self == ours.rule()
    }
}

impl<A: Alike<Ours>, Ours> Alike<Result<Ours, Refusal>> for Result<A, Rule> {
    fn alike(&self, ours: &Result<Ours, Refusal>) -> bool {
        match (self, ours) {
            (Ok(its), Ok(ours)) => its.alike(ours),
            (Err(its), Err(ours)) => its.alike(ours),
            _ => false,
        }
    }
}

impl<A: Alike<Ours>, Ours> Alike<Option<Ours>> for Option<A> {
    fn alike(&self, ours: &Option<Ours>) -> bool {
        match (self, ours) {
            (Some(its), Some(ours)) => its.alike(ours),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<A: Alike<Ours>, Ours> Alike<Vec<Ours>> for Vec<A> {
    fn alike(&self, ours: &Vec<Ours>) -> bool {
        self.len() == ours.len() && self.iter().zip(ours).all(|(its, ours)| its.alike(ours))
    }
}
