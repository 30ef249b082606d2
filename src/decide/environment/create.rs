use alloc::sync::Arc;

use super::{authority, connected, find, fresh_deployment, roles_are_own, shown, to_provision_with};
use crate::{
    decide::{
        desk::{Desk, Halt},
        refusals,
        sealed::Decide,
    },
    environment::{
        Attachment, Creation, Deploying, Environment, GivenRoles, OwnRoles, Provisioning, SelfManaged, TemplateVersion,
    },
    operation::{CreateEnvironment, EnvironmentShown},
    refusal::Refusal,
    rule::Rule,
    store::{EnvironmentPart, Key, Usage},
};

impl Decide for CreateEnvironment {
    type Answer = EnvironmentShown;

    fn decide(&self, desk: &mut Desk<'_>) -> Result<EnvironmentShown, Halt> {
        let context = desk.context;
        let (caller, limit) = (context.caller, context.limits.environments_per_account);
        self.names_one_method()?;
        roles_are_own(&self.given_roles(), context)?;
        let head = Key::own_environment(&caller, &self.name, EnvironmentPart::Head);
        let connection = self.environment_account_connection_id.map(|id| Key::connection(caller.region, id));
        desk.fetch([head, Key::usage(&caller)].into_iter().chain(connection))?;
        if let Some(environment) = find(&self.name, &[], desk)? {
            return self.replayed(environment, desk);
        }
        let provisioning = self.provisioning(desk)?;
        let usage = desk.usage(&caller)?;
        if usage.environments >= limit {
            return Err(refusals::environment_quota(&caller, limit).into());
        }

        let creation = Creation {
            region: caller.region,
            management_account: caller.account,
            name: self.name.clone(),
            description: self.description.clone(),
            template_name: self.template_name.clone(),
            template_version: TemplateVersion::new(
                self.template_major_version.clone(),
                self.template_minor_version.clone(),
            ),
            deployment: fresh_deployment(None, context)?,
            now: context.now,
        };
        let deploying = Deploying::created(creation, provisioning);
        desk.instruct(authority::instruction(&deploying, &self.spec, desk)?);
        let environment = Arc::new(Environment::from(deploying));
        desk.put_usage(&caller, Usage { environments: usage.environments.saturating_add(1), ..usage });
        desk.put_environment(None, &environment);
        desk.put_request(&environment, self);
        desk.put_spec(&environment, &Arc::new(self.spec.clone()));
        if !self.tags.is_empty() {
            desk.put_tags(Key::of_environment(&environment, EnvironmentPart::Tags), self.tags.clone());
        }
        desk.rests_on(Rule::StartsDeploying);
        Ok(shown(&environment, &self.spec, desk))
    }
}

impl CreateEnvironment {
    const fn given_roles(&self) -> GivenRoles<'_> {
        GivenRoles {
            service: self.proton_service_role_arn.as_ref(),
            codebuild: self.codebuild_role_arn.as_ref(),
            component: self.component_role_arn.as_ref(),
        }
    }

    /// Rule `one-provisioning-method`.
    fn names_one_method(&self) -> Result<(), Refusal> {
        let by_connection = self.environment_account_connection_id.is_some();
        let by_own_roles = self.proton_service_role_arn.is_some() || self.codebuild_role_arn.is_some();
        let by_repository = self.provisioning_repository.is_some();
        match (by_connection, by_own_roles, by_repository) {
            (true, false, false) if self.component_role_arn.is_some() => {
                Err(refusals::component_role_is_the_connections())
            }
            (true, false, false) | (false, true, false) | (false, false, true) => Ok(()),
            _ => Err(refusals::one_provisioning_method()),
        }
    }

    /// Rules `environment-name-mismatch`, `environment-modified` and `environment-name-replay`.
    fn replayed(&self, environment: &Environment, desk: &mut Desk<'_>) -> Result<EnvironmentShown, Halt> {
        let part = |part| Key::of_environment(environment, part);
        desk.fetch([part(EnvironmentPart::Request), part(EnvironmentPart::Spec)])?;
        if **desk.environment_request(environment)? != *self {
            return Err(refusals::environment_name_mismatch().into());
        }
        if environment.is_modified() {
            return Err(refusals::environment_modified(&self.name).into());
        }
        desk.rests_on(Rule::EnvironmentNameReplay);
        let spec = desk.spec(environment)?;
        Ok(shown(environment, spec, desk))
    }

    fn provisioning(&self, desk: &mut Desk<'_>) -> Result<Provisioning, Halt> {
        let (service, codebuild) = (self.proton_service_role_arn.clone(), self.codebuild_role_arn.clone());
        let component = self.component_role_arn.clone();
        if let Some(id) = self.environment_account_connection_id {
            let connection = to_provision_with(id, &self.name, desk)?;
            Ok(Provisioning::Attached(Attachment::to(connected(connection)?)))
        } else if let Some(repository) = self.provisioning_repository.clone() {
            Ok(Provisioning::SelfManaged(SelfManaged::new(repository, component)))
        } else {
            let roles = OwnRoles::new(service, codebuild, component);
            Ok(Provisioning::SameAccount(roles.ok_or_else(refusals::one_provisioning_method)?))
        }
    }
}
