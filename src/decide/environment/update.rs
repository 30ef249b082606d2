use core::cmp::Ordering;

use alloc::sync::Arc;

use super::{authority, connected, fetched, fresh_deployment, keys, roles_are_own, shown, to_provision_with};
use crate::{
    connection::Connected,
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    environment::{
        Changes, DeploymentStatus, Environment, GivenRoles, Provisioning, Settled, Target, TargetVersion,
        TemplateVersion,
    },
    operation::{DeploymentType, EnvironmentShown, UpdateEnvironment},
    refusal::Refusal,
    rule::Rule,
    store::{EnvironmentPart, Key},
};

impl Decide for UpdateEnvironment {
    type Answer = EnvironmentShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentShown, Halt> {
        let caller = desk.context.caller;
        let connection = self.environment_account_connection_id.map(|id| Key::connection(caller.region, id));
        desk.fetch(keys(&self.name, &[EnvironmentPart::Spec], caller).chain(connection))?;
        let environment = fetched(&self.name, desk)?.ok_or_else(|| refusals::environment_not_found(&self.name))?;
        self.parameters_fit_deployment_type(environment)?;
        self.keeps_provisioning_method(environment)?;
        roles_are_own(&self.given_roles(), desk.context)?;
        let connection = self.connection(environment, desk)?;
        let settled = self.settled(environment, connection)?;

        let current = desk.spec(environment)?;
        let updated = match settled {
            Condition::Settled(settled) if self.deployment_type != DeploymentType::None => {
                let deployment = fresh_deployment(Some(environment), desk.context)?;
                let target = self.spec.as_ref().filter(|spec| **spec != **current);
                let deploying = settled.deploying(self.target(target.is_some()), deployment, desk.context.now);
                desk.instruct(authority::instruction(&deploying, target.unwrap_or(current), desk)?);
                if let Some(target) = target {
                    desk.put_target_spec(environment, target);
                }
                deploying.into()
            }
            Condition::Settled(settled) => settled.into(),
            Condition::Unmanaged(unmanaged) => unmanaged,
        };
        if environment.is_unmanaged() && !updated.is_unmanaged() {
            desk.mark_resources(environment, false)?;
        }
        let updated = if updated == **environment { updated } else { updated.modified() };
        if let Environment::Deploying(_) = updated {
            desk.rests_on(Rule::UpdateDeploys);
        }
        if self.changes_at_once() {
            desk.rests_on(Rule::ConnectionSwitchIsImmediate);
        }
        let updated = Arc::new(updated);
        desk.put_environment(Some(environment), &updated);
        Ok(shown(&updated, current, desk))
    }
}

/// The environment with what changes at once (rule `connection-switch-is-immediate`).
enum Condition {
    /// A deployment can begin.
    Settled(Settled),
    /// None can.
    Unmanaged(Environment),
}

impl UpdateEnvironment {
    const fn given_roles(&self) -> GivenRoles<'_> {
        GivenRoles {
            service: self.proton_service_role_arn.as_ref(),
            codebuild: self.codebuild_role_arn.as_ref(),
            component: self.component_role_arn.as_ref(),
        }
    }

    const fn changes_at_once(&self) -> bool {
        self.description.is_some()
            || self.environment_account_connection_id.is_some()
            || self.proton_service_role_arn.is_some()
            || self.codebuild_role_arn.is_some()
            || self.component_role_arn.is_some()
    }

    /// Rule `deployment-type-parameters`.
    fn parameters_fit_deployment_type(&self, environment: &Environment) -> Result<(), Refusal> {
        let refuse = |what| Err(refusals::deployment_type_parameters(self.deployment_type, what));
        let current = &environment.template_version().major;
        let (major, minor) = (&self.template_major_version, &self.template_minor_version);
        match self.deployment_type {
            DeploymentType::None if self.spec.is_some() => refuse("no `spec`"),
            DeploymentType::None | DeploymentType::CurrentVersion if major.is_some() => {
                refuse("no `templateMajorVersion`")
            }
            DeploymentType::None | DeploymentType::CurrentVersion if minor.is_some() => {
                refuse("no `templateMinorVersion`")
            }
            DeploymentType::MinorVersion if major.as_ref().is_some_and(|major| major != current) => {
                refuse("no `templateMajorVersion` other than the current one")
            }
            DeploymentType::MajorVersion
                if major.as_ref().is_some_and(|major| major.cmp_as_number(current) != Ordering::Greater) =>
            {
                refuse("only a `templateMajorVersion` that is higher than the current one")
            }
            DeploymentType::MajorVersion if minor.is_some() && major.is_none() => {
                refuse("a `templateMinorVersion` only together with a `templateMajorVersion`")
            }
            _ => Ok(()),
        }
    }

    /// Rule `keep-provisioning-method`.
    fn keeps_provisioning_method(&self, environment: &Environment) -> Result<(), Refusal> {
        let refuse = |method, what| Err(refusals::keep_provisioning_method(&self.name, method, what));
        let connection = self.environment_account_connection_id.is_some();
        let (service, codebuild) = (self.proton_service_role_arn.is_some(), self.codebuild_role_arn.is_some());
        let (component, repository) = (self.component_role_arn.is_some(), self.provisioning_repository.is_some());
        match environment.provisioning() {
            Some(Provisioning::SameAccount(_)) => match (connection, repository) {
                (true, _) => refuse("with roles of its own account", "environmentAccountConnectionId"),
                (_, true) => refuse("with roles of its own account", "provisioningRepository"),
                _ => Ok(()),
            },
            Some(Provisioning::SelfManaged(own)) => match (connection, service, codebuild) {
                (true, ..) => refuse("from a repository", "environmentAccountConnectionId"),
                (_, true, _) => refuse("from a repository", "protonServiceRoleArn"),
                (.., true) => refuse("from a repository", "codebuildRoleArn"),
                _ if self.provisioning_repository.as_ref().is_some_and(|it| *it != own.repository) => {
                    Err(refusals::keep_repository(&self.name))
                }
                _ => Ok(()),
            },
            Some(Provisioning::Attached(_)) | None => match (service, codebuild, component, repository) {
                (true, ..) => refuse("with a connection", "protonServiceRoleArn"),
                (_, true, ..) => refuse("with a connection", "codebuildRoleArn"),
                (_, _, true, _) => refuse("with a connection", "componentRoleArn"),
                (.., true) => refuse("with a connection", "provisioningRepository"),
                _ => Ok(()),
            },
        }
    }

    /// The connection to switch to, if one is given.
    fn connection<'a>(&self, environment: &Environment, desk: &mut Desk<'a>) -> Result<Option<&'a Connected>, Halt> {
        let Some(id) = self.environment_account_connection_id else { return Ok(None) };
        let connection = to_provision_with(id, &self.name, desk)?;
        if environment.environment_account() != Some(connection.environment_account()) {
            return Err(refusals::same_environment_account(&self.name, connection).into());
        }
        Ok(Some(connected(connection)?))
    }

    /// Rules `one-deployment-at-a-time`, `deletion-started` and `unmanaged-cannot-deploy`.
    fn settled(&self, environment: &Environment, connection: Option<&Connected>) -> Result<Condition, Refusal> {
        let changes = Changes { description: self.description.as_ref(), roles: self.given_roles(), connection };
        match environment.clone() {
            Environment::Deploying(deploying) => Err(refusals::one_deployment_at_a_time(&deploying)),
            _ if environment.status() == DeploymentStatus::DeleteFailed => Err(refusals::deletion_started(&self.name)),
            Environment::Settled(settled) => Ok(Condition::Settled(settled.changed(&changes))),
            Environment::Unmanaged(unmanaged) => match connection {
                Some(connected) => Ok(Condition::Settled(unmanaged.restored(connected).changed(&changes))),
                None if self.deployment_type != DeploymentType::None => {
                    Err(refusals::unmanaged_cannot_deploy(&self.name, unmanaged.environment_account()))
                }
                None => Ok(Condition::Unmanaged(unmanaged.described(changes.description).into())),
            },
        }
    }

    fn target(&self, new_spec: bool) -> Target {
        let (major, minor) = (self.template_major_version.clone(), self.template_minor_version.clone());
        let version = match self.deployment_type {
            DeploymentType::None | DeploymentType::CurrentVersion => TargetVersion::Current,
            DeploymentType::MinorVersion => TargetVersion::Minor(minor),
            DeploymentType::MajorVersion => TargetVersion::Major(major.map(|major| TemplateVersion::new(major, minor))),
        };
        Target::new(new_spec, version)
    }
}
