use alloc::{boxed::Box, sync::Arc, vec::Vec};

use super::{authority, connected, fresh_deployment, key, roles_are_own, to_provision_with};
use crate::{
    decide::{refusals, sealed::Decide, visibility},
    environment::{
        Attachment, Creation, Deploying, Environment, GivenRoles, OwnRoles, Provisioning, SelfManaged, TemplateVersion,
    },
    operation::{Context, CreateEnvironment, EnvironmentShown},
    refusal::Refusal,
    store::{Key, Plan, Record, Stop, Trouble, Usage},
};

impl Decide for CreateEnvironment {
    type Answer = EnvironmentShown;

    fn first_reads(&self, context: &Context) -> Vec<Key> {
        let (region, account) = (context.caller.region, context.caller.account);
        let connection = self.environment_account_connection_id.map(|id| visibility::key(id, context));
        [key(&self.name, context), Key::Usage { region, account }].into_iter().chain(connection).collect()
    }

    fn decide(&self, context: &Context, plan: &mut Plan<'_>) -> Result<EnvironmentShown, Stop> {
        let (region, account) = (context.caller.region, context.caller.account);
        self.names_one_method()?;
        roles_are_own(&self.given_roles(), context)?;
        if let Some(environment) = plan.environment(region, account, &self.name)? {
            return self.replayed(environment, plan);
        }
        let provisioning = self.provisioning(context, plan)?;
        let usage = plan.usage(region, account)?;
        if usage.environments >= context.limits.environments_per_account {
            return Err(refusals::environment_quota(&context.caller, context.limits.environments_per_account).into());
        }

        let creation = Creation {
            region,
            management_account: account,
            name: self.name.clone(),
            description: self.description.clone(),
            template_name: self.template_name.clone(),
            template_version: TemplateVersion::new(
                self.template_major_version.clone(),
                self.template_minor_version.clone(),
            ),
            spec: self.spec.clone(),
            tags: self.tags.clone(),
            deployment: fresh_deployment(None, context)?,
            now: context.now,
        };
        let deploying = Deploying::created(creation, provisioning);
        plan.instruct(authority::instruction(&deploying, plan)?);
        let environment = Arc::new(Environment::from(deploying));
        plan.put_usage(region, account, Usage { environments: usage.environments.saturating_add(1), ..usage });
        let request_key = Key::EnvironmentRequest { region, management_account: account, name: self.name.clone() };
        plan.put(request_key, Record::EnvironmentRequest(Arc::new(self.clone())));
        plan.put_environment(None, &environment, context.now)?;
        Ok(environment.as_ref().into())
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

    /// Rules `environment-name-replay` and `environment-name-mismatch`.
    fn replayed(&self, environment: &Environment, plan: &Plan<'_>) -> Result<EnvironmentShown, Stop> {
        match plan.environment_request(environment)? {
            Some(request) if **request == *self => Ok(environment.into()),
            Some(_) => Err(refusals::environment_name_mismatch().into()),
            None => Err(Trouble::Missing(Box::new(Key::of_environment_request(environment))).into()),
        }
    }

    fn provisioning(&self, context: &Context, plan: &Plan<'_>) -> Result<Provisioning, Stop> {
        let (service, codebuild) = (self.proton_service_role_arn.clone(), self.codebuild_role_arn.clone());
        let component = self.component_role_arn.clone();
        if let Some(id) = self.environment_account_connection_id {
            let connection = to_provision_with(id, &self.name, context, plan)?;
            Ok(Provisioning::Attached(Attachment::to(connected(connection)?)))
        } else if let Some(repository) = self.provisioning_repository.clone() {
            Ok(Provisioning::SelfManaged(SelfManaged::new(repository, component)))
        } else {
            let roles = OwnRoles::new(service, codebuild, component);
            Ok(Provisioning::SameAccount(roles.ok_or_else(refusals::one_provisioning_method)?))
        }
    }
}
