//! What the specification says comes of UpdateEnvironment.

use account_connections::{
    Rule,
    environment::DeploymentStatus,
    environment::VersionPart,
    id::{Arn, RoleArn},
    operation::{DeploymentType, UpdateEnvironment},
};

use super::{
    environment::{Asked, EnvironmentShape, Method, Target},
    environment_predict::Told,
    predict::{Predicted, Predictor},
};

impl Predictor<'_> {
    /// What comes of it.
    pub fn update_environment(&self, request: &UpdateEnvironment) -> Predicted {
        let service = request.proton_service_role_arn.as_ref().map(Arn::as_str);
        let [codebuild, component] =
            [&request.codebuild_role_arn, &request.component_role_arn].map(|it| it.as_ref().map(RoleArn::as_str));
        let check = |environment: &EnvironmentShape| {
            takes_these_parameters(request, environment)?;
            keeps_its_method(request, environment)
        };
        let environment = self.own_with(&request.name, check, [service, codebuild, component])?;
        let connection = request.environment_account_connection_id;
        let mut after = environment.clone();
        if let Some(id) = connection {
            after.method = Method::CrossAccount(self.to_switch_to(id, environment)?, Some(id));
        }
        if environment.is_deploying() {
            return Err(Rule::OneDeploymentAtATime);
        }
        if environment.status == DeploymentStatus::DeleteFailed {
            return Err(Rule::DeletionStarted);
        }
        let deploys = request.deployment_type != DeploymentType::None;
        if after.is_unmanaged() && deploys {
            return Err(Rule::UnmanagedCannotDeploy);
        }

        // At once.
        if let Some(description) = &request.description {
            after.description = Some(description.as_str().to_owned());
        }
        match &mut after.method {
            Method::CrossAccount(..) => {}
            Method::SameAccount(roles) => {
                for (role, given) in roles.iter_mut().zip([service, codebuild, component]) {
                    *role = given.map(ToOwned::to_owned).or(role.take());
                }
            }
            Method::SelfManaged(repository, role) => {
                if let Some(given) = &request.provisioning_repository {
                    *repository = serde_json::to_string(given).unwrap();
                }
                *role = component.map(ToOwned::to_owned).or(role.take());
            }
        }
        if !deploys {
            return Ok(self.changes_and_tells(after.clone(), Told::Environment(Box::new(after))));
        }
        // And by the deployment.
        after.target = Some(target(request, environment));
        after.attempted_at = environment.later(self.context.now);
        (after.status, after.message) = (DeploymentStatus::InProgress, None);
        Ok(self.begins(environment, after))
    }
}

/// Rule `deployment-type-parameters`.
fn takes_these_parameters(request: &UpdateEnvironment, environment: &EnvironmentShape) -> Predicted<()> {
    let number = |part: &str| part.parse::<u64>().unwrap();
    let current = number(&environment.version.0);
    let major = request.template_major_version.as_ref().map(|it| number(it.as_str()));
    let minor = request.template_minor_version.is_some();
    let right = match request.deployment_type {
        DeploymentType::None => request.spec.is_none() && major.is_none() && !minor,
        DeploymentType::CurrentVersion => major.is_none() && !minor,
        DeploymentType::MinorVersion => major.is_none_or(|major| major == current),
        DeploymentType::MajorVersion => major.map_or(!minor, |major| major > current),
    };
    if right { Ok(()) } else { Err(Rule::DeploymentTypeParameters) }
}

/// Rule `keep-provisioning-method`.
fn keeps_its_method(request: &UpdateEnvironment, environment: &EnvironmentShape) -> Predicted<()> {
    let connection = request.environment_account_connection_id.is_some();
    let (service, codebuild) = (request.proton_service_role_arn.is_some(), request.codebuild_role_arn.is_some());
    let (component, repository) = (request.component_role_arn.is_some(), request.provisioning_repository.is_some());
    let strange = match environment.method {
        Method::CrossAccount(..) => service || codebuild || component || repository,
        Method::SameAccount(_) => connection || repository,
        Method::SelfManaged(..) => connection || service || codebuild,
    };
    if strange { Err(Rule::KeepProvisioningMethod) } else { Ok(()) }
}

fn target(request: &UpdateEnvironment, environment: &EnvironmentShape) -> Target {
    let text = |part: &Option<VersionPart>| part.as_ref().map(ToString::to_string);
    let (major, minor) = (text(&request.template_major_version), text(&request.template_minor_version));
    Target {
        spec: request.spec.as_ref().map_or_else(|| environment.spec.clone(), |spec| spec.as_str().to_owned()),
        version: match request.deployment_type {
            DeploymentType::None | DeploymentType::CurrentVersion => Asked::Current,
            DeploymentType::MinorVersion => Asked::Minor(minor),
            DeploymentType::MajorVersion => Asked::Major(major.map(|major| (major, minor))),
        },
    }
}
