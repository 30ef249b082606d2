//! Environments: what is kept of them, and the operations that begin a deployment.

use std::cmp::Ordering;

use account_connections::{
    Rule,
    connection::ConnectionStatus,
    environment::DeploymentStatus,
    environment::{Description, RepositoryShown, Resources, Spec, StatusMessage, VersionPart},
    id::{
        AccountId, Arn, Caller, ConnectionId, DeploymentId, EnvironmentName, Region, RoleArn, TemplateName, Timestamp,
    },
    instruction::InstructionKind,
    operation::{CreateEnvironment, DeploymentType, UpdateEnvironment},
    tag::Tags,
};

use super::{
    Baseline, Call, Event, Shown,
    deployments::{Asked, Target, Work},
};

/// Where an environment is: its ARN, too, consists of these.
pub type EnvironmentPlace = (Region, AccountId, EnvironmentName);

/// An environment, and the request that created it.
#[derive(Debug)]
pub(super) struct Environment {
    pub(super) shown: EnvironmentShown,
    /// The deployment under way: the last that was attempted.
    pub(super) work: Option<Work>,
    pub(super) resources: Resources,
    request: CreateEnvironment,
    /// Whether an update changed it, or a deletion began, since it was created.
    modified: bool,
    /// Nothing measured reads them, but each environment has to hold them.
    _tags: Tags,
}

/// An environment as an answer shows it: all that the crate's `EnvironmentShown` has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentShown {
    pub arn: EnvironmentPlace,
    pub codebuild_role_arn: Option<RoleArn>,
    pub component_role_arn: Option<RoleArn>,
    pub created_at: Timestamp,
    pub deployment_status: DeploymentStatus,
    pub deployment_status_message: Option<StatusMessage>,
    pub description: Option<Description>,
    pub environment_account_connection_id: Option<ConnectionId>,
    pub environment_account_id: Option<AccountId>,
    pub last_attempted_deployment_id: DeploymentId,
    pub last_deployment_attempted_at: Timestamp,
    pub last_deployment_succeeded_at: Option<Timestamp>,
    pub last_succeeded_deployment_id: Option<DeploymentId>,
    pub proton_service_role_arn: Option<Arn>,
    pub provisioning_repository: Option<RepositoryShown>,
    pub spec: Spec,
    pub template_major_version: VersionPart,
    pub template_minor_version: Option<VersionPart>,
    pub template_name: TemplateName,
}

impl EnvironmentShown {
    pub(super) fn account_provisioned_in(&self) -> AccountId {
        self.environment_account_id.unwrap_or(self.arn.1)
    }

    pub(super) fn is_unmanaged(&self) -> bool {
        self.environment_account_id.is_some() && self.environment_account_connection_id.is_none()
    }

    pub(super) fn later(&self, now: Timestamp) -> Timestamp {
        let latest = self.created_at.max(self.last_deployment_attempted_at);
        now.max(self.last_deployment_succeeded_at.map_or(latest, |at| at.max(latest)))
    }

    /// Changes the status, with the message that goes with it.
    pub(super) fn become_(&mut self, status: DeploymentStatus, message: Option<StatusMessage>) {
        self.deployment_status = status;
        self.deployment_status_message = message;
    }
}

impl Baseline {
    /// CreateEnvironment.
    pub fn create_environment(&mut self, call: Call, request: CreateEnvironment) -> Result<EnvironmentShown, Rule> {
        let Caller { account, region } = call.caller;
        let (service, codebuild) = (&request.proton_service_role_arn, &request.codebuild_role_arn);
        let by_roles = service.is_some() || codebuild.is_some();
        let methods =
            [request.environment_account_connection_id.is_some(), by_roles, request.provisioning_repository.is_some()];
        let with_two_roles = methods[0] && request.component_role_arn.is_some();
        if methods.into_iter().filter(|method| *method).count() != 1 || with_two_roles {
            return Err(Rule::OneProvisioningMethod);
        }
        own_roles(call.caller, service.as_ref(), [codebuild.as_ref(), request.component_role_arn.as_ref()])?;
        let place = (region, account, request.name.clone());
        if let Some(environment) = self.environments.get(&place) {
            if environment.request != request {
                return Err(Rule::EnvironmentNameMismatch);
            }
            if environment.modified {
                return Err(Rule::EnvironmentModified);
            }
            return Ok(environment.shown.clone());
        }
        let connection = match request.environment_account_connection_id {
            Some(id) => Some(connected(self.to_provision_with(call.caller, id, &request.name)?)?),
            None => None,
        };
        let environment_account = connection.map(|connection| connection.environment_account_id);
        let count = self.counts.entry((region, account)).or_default();
        if count.environments >= call.limits.environments_per_account {
            return Err(Rule::EnvironmentQuota);
        }
        count.environments += 1;

        let repository = request.provisioning_repository.clone();
        let shown = EnvironmentShown {
            arn: place.clone(),
            codebuild_role_arn: codebuild.clone(),
            component_role_arn: request.component_role_arn.clone(),
            created_at: call.now,
            deployment_status: DeploymentStatus::InProgress,
            deployment_status_message: None,
            description: request.description.clone(),
            environment_account_connection_id: request.environment_account_connection_id,
            environment_account_id: environment_account,
            last_attempted_deployment_id: DeploymentId::from(*call.fresh.as_uuid()),
            last_deployment_attempted_at: call.now,
            last_deployment_succeeded_at: None,
            last_succeeded_deployment_id: None,
            proton_service_role_arn: service.clone(),
            provisioning_repository: repository.map(|branch| RepositoryShown::new(region, account, branch)),
            spec: request.spec.clone(),
            template_major_version: request.template_major_version.clone(),
            template_minor_version: request.template_minor_version.clone(),
            template_name: request.template_name.clone(),
        };
        let asked = (Some(request.template_major_version.clone()), request.template_minor_version.clone());
        self.instruct(InstructionKind::Provision, &shown, asked, shown.spec.clone());
        self.by_template.insert(by_template(&shown));
        self.events.push(Event::environment(&shown, call.now, None, Some(DeploymentStatus::InProgress)));
        let environment = Environment {
            shown: shown.clone(),
            work: Some(Work::Create),
            resources: Resources::default(),
            _tags: request.tags.clone(),
            request,
            modified: false,
        };
        self.environments.insert(place, environment);
        Ok(shown)
    }

    /// UpdateEnvironment.
    pub fn update_environment(&mut self, call: Call, request: UpdateEnvironment) -> Result<EnvironmentShown, Rule> {
        let place = (call.caller.region, call.caller.account, request.name.clone());
        let environment = self.environments.get(&place).ok_or(Rule::EnvironmentNotFound)?;
        let shown = &environment.shown;
        parameters_fit(&request, shown)?;
        keeps_method(&request, shown)?;
        let roles = [request.codebuild_role_arn.as_ref(), request.component_role_arn.as_ref()];
        own_roles(call.caller, request.proton_service_role_arn.as_ref(), roles)?;
        let given = request.environment_account_connection_id;
        if let Some(id) = given {
            let connection = self.to_provision_with(call.caller, id, &request.name)?;
            if shown.environment_account_id != Some(connection.environment_account_id) {
                return Err(Rule::SameEnvironmentAccount);
            }
            connected(connection)?;
        }
        if environment.work.is_some() {
            return Err(Rule::OneDeploymentAtATime);
        }
        if shown.deployment_status == DeploymentStatus::DeleteFailed {
            return Err(Rule::DeletionStarted);
        }
        let deploys = request.deployment_type != DeploymentType::None;
        if shown.is_unmanaged() && deploys && given.is_none() {
            return Err(Rule::UnmanagedCannotDeploy);
        }

        let target = deploys.then(|| {
            let (major, minor) = (request.template_major_version.clone(), request.template_minor_version.clone());
            let version = match request.deployment_type {
                DeploymentType::None | DeploymentType::CurrentVersion => Asked::Current,
                DeploymentType::MinorVersion => Asked::Minor(minor),
                DeploymentType::MajorVersion => Asked::Major(major, minor),
            };
            Target { spec: request.spec.clone().unwrap_or_else(|| shown.spec.clone()), version }
        });
        let Some(environment) = self.environments.get_mut(&place) else { return Err(Rule::EnvironmentNotFound) };
        let shown = &mut environment.shown;
        let before = shown.deployment_status;
        // `|` and not `||`: what is given is to replace all of it.
        environment.modified |= deploys
            | replace(&mut shown.description, request.description)
            | replace(&mut shown.proton_service_role_arn, request.proton_service_role_arn)
            | replace(&mut shown.codebuild_role_arn, request.codebuild_role_arn)
            | replace(&mut shown.component_role_arn, request.component_role_arn)
            | replace(&mut shown.environment_account_connection_id, given);
        if let Some(target) = target {
            shown.last_deployment_attempted_at = shown.later(call.now);
            shown.last_attempted_deployment_id = DeploymentId::from(*call.fresh.as_uuid());
            shown.become_(DeploymentStatus::InProgress, None);
            let (asked, spec) = (target.version.to_take(shown), target.spec.clone());
            environment.work = Some(Work::Update(target));
            let shown = shown.clone();
            self.instruct(InstructionKind::Update, &shown, asked, spec);
            self.events.push(Event::environment(
                &shown,
                shown.later(call.now),
                Some(before),
                Some(shown.deployment_status),
            ));
            return Ok(shown);
        }
        Ok(shown.clone())
    }

    /// DeleteEnvironment.
    pub fn delete_environment(&mut self, call: Call, name: &EnvironmentName) -> Result<Option<EnvironmentShown>, Rule> {
        let place = (call.caller.region, call.caller.account, name.clone());
        let Some(environment) = self.environments.get_mut(&place) else { return Ok(None) };
        match environment.work {
            Some(Work::Delete) => return Ok(Some(environment.shown.clone())),
            Some(_) => return Err(Rule::OneDeploymentAtATime),
            None if environment.shown.is_unmanaged() => {
                return Ok(Some(self.environment_gone(&place, None, call.now)));
            }
            None => {}
        }
        environment.modified = true;
        let shown = &mut environment.shown;
        let (before, at) = (shown.deployment_status, shown.later(call.now));
        shown.last_attempted_deployment_id = DeploymentId::from(*call.fresh.as_uuid());
        shown.become_(DeploymentStatus::DeleteInProgress, None);
        environment.work = Some(Work::Delete);
        let shown = shown.clone();
        let asked = (Some(shown.template_major_version.clone()), shown.template_minor_version.clone());
        self.instruct(InstructionKind::Deprovision, &shown, asked, shown.spec.clone());
        self.events.push(Event::environment(&shown, at, Some(before), Some(shown.deployment_status)));
        Ok(Some(shown))
    }

    /// The environment is gone, and all that belongs to it but what an unmanaged one leaves over.
    pub(super) fn environment_gone(
        &mut self,
        place: &EnvironmentPlace,
        message: Option<StatusMessage>,
        now: Timestamp,
    ) -> EnvironmentShown {
        let Environment { mut shown, resources, .. } = self.environments.remove(place).unwrap();
        if shown.is_unmanaged() {
            self.leave_over(&shown, &resources);
        } else {
            self.keep_resources(&shown, &resources, &Resources::default());
        }
        let counts = (place.0, place.1);
        let count = self.counts.get_mut(&counts).unwrap();
        count.environments -= 1;
        if *count == super::Count::default() {
            self.counts.remove(&counts);
        }
        self.by_template.remove(&by_template(&shown));
        self.events.push(Event::environment(&shown, shown.later(now), Some(shown.deployment_status), None));
        shown.become_(DeploymentStatus::DeleteComplete, message);
        shown
    }

    fn to_provision_with(&self, caller: Caller, id: ConnectionId, name: &EnvironmentName) -> Result<&Shown, Rule> {
        let connection = self.visible(caller, id)?;
        if connection.management_account_id != caller.account {
            return Err(Rule::ManagementProvisions);
        }
        if connection.environment_name != *name {
            return Err(Rule::ConnectionNamesEnvironment);
        }
        Ok(connection)
    }
}

/// Takes what is given in place of what there was; whether that is something else.
fn replace<T: PartialEq>(old: &mut Option<T>, given: Option<T>) -> bool {
    let changes = given.is_some() && given != *old;
    if changes {
        *old = given;
    }
    changes
}

/// What a list of the environments of one template reads.
pub(super) type ByTemplate = (Region, AccountId, TemplateName, VersionPart, EnvironmentName);

pub(super) fn by_template(shown: &EnvironmentShown) -> ByTemplate {
    let (region, account, name) = shown.arn.clone();
    (region, account, shown.template_name.clone(), shown.template_major_version.clone(), name)
}

fn connected(connection: &Shown) -> Result<&Shown, Rule> {
    match connection.status {
        ConnectionStatus::Connected => Ok(connection),
        ConnectionStatus::Pending => Err(Rule::ConnectionMustBeConnected),
        ConnectionStatus::Rejected => Err(Rule::RejectedIsFinal),
    }
}

fn own_roles(caller: Caller, service: Option<&Arn>, roles: [Option<&RoleArn>; 2]) -> Result<(), Rule> {
    let partition = caller.region.partition();
    let is_own = service.is_none_or(|role| role.is_of(caller.account, partition))
        && roles.into_iter().flatten().all(|role| role.is_of(caller.account, partition));
    if is_own { Ok(()) } else { Err(Rule::RoleInOwnAccount) }
}

fn parameters_fit(request: &UpdateEnvironment, shown: &EnvironmentShown) -> Result<(), Rule> {
    let (major, minor) = (request.template_major_version.as_ref(), request.template_minor_version.as_ref());
    let current = &shown.template_major_version;
    let fit = match request.deployment_type {
        DeploymentType::None => request.spec.is_none() && major.is_none() && minor.is_none(),
        DeploymentType::CurrentVersion => major.is_none() && minor.is_none(),
        DeploymentType::MinorVersion => major.is_none_or(|major| major == current),
        DeploymentType::MajorVersion => match major {
            Some(major) => major.cmp_as_number(current) == Ordering::Greater,
            None => minor.is_none(),
        },
    };
    if fit { Ok(()) } else { Err(Rule::DeploymentTypeParameters) }
}

fn keeps_method(request: &UpdateEnvironment, shown: &EnvironmentShown) -> Result<(), Rule> {
    let connection = request.environment_account_connection_id.is_some();
    let roles = request.proton_service_role_arn.is_some() || request.codebuild_role_arn.is_some();
    let (component, repository) = (request.component_role_arn.is_some(), request.provisioning_repository.as_ref());
    let keeps = if shown.environment_account_id.is_some() {
        !roles && !component && repository.is_none()
    } else if let Some(own) = &shown.provisioning_repository {
        !connection && !roles && repository.is_none_or(|repository| *repository == own.branch)
    } else {
        !connection && repository.is_none()
    };
    if keeps { Ok(()) } else { Err(Rule::KeepProvisioningMethod) }
}
