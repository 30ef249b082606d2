//! Deployments: what is under way, what the host is to do, what it reports, and what it provisioned.

use std::{collections::BTreeMap, ops::Bound};

use account_connections::{
    Rule,
    environment::DeploymentStatus,
    environment::{ProvisionedResource, RepositoryShown, ResourceIdentifier, Resources, Spec, VersionPart},
    id::{
        AccountId, Arn, Caller, ConnectionId, DeploymentId, EnvironmentName, Region, RoleArn, TemplateName, Timestamp,
    },
    instruction::InstructionKind,
    operation::{DeploymentOutcome, ReportDeployment},
};

use super::{
    Baseline, Call, Event, Shown,
    environments::{EnvironmentPlace, EnvironmentShown, by_template},
};

/// What a deployment does. Nothing measured cancels one.
#[derive(Debug)]
pub(super) enum Work {
    Create,
    Update(Target),
    Delete,
}

#[derive(Debug)]
pub(super) struct Target {
    pub(super) spec: Spec,
    pub(super) version: Asked,
}

/// Which template version an update asks for.
#[derive(Debug)]
pub(super) enum Asked {
    Current,
    Minor(Option<VersionPart>),
    Major(Option<VersionPart>, Option<VersionPart>),
}

/// The major and the minor part of a template version: those that are asked for.
pub type VersionParts = (Option<VersionPart>, Option<VersionPart>);

impl Asked {
    pub(super) fn to_take(&self, shown: &EnvironmentShown) -> VersionParts {
        let major = || Some(shown.template_major_version.clone());
        match self {
            Self::Current => (major(), shown.template_minor_version.clone()),
            Self::Minor(minor) => (major(), minor.clone()),
            Self::Major(major, minor) => (major.clone(), minor.clone()),
        }
    }

    fn parts(&self) -> VersionParts {
        match self {
            Self::Current => (None, None),
            Self::Minor(minor) => (None, minor.clone()),
            Self::Major(major, minor) => (major.clone(), minor.clone()),
        }
    }
}

/// What the host is to do: all that the crate's `Instruction` has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    pub kind: InstructionKind,
    pub environment: EnvironmentPlace,
    pub deployment_id: DeploymentId,
    pub means: Means,
    pub template_name: TemplateName,
    pub template_version: VersionParts,
    pub spec: Spec,
}

/// In which account and with which roles, or from which repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Means {
    Connection { account: AccountId, service: Option<RoleArn>, codebuild: Option<RoleArn>, component: Option<RoleArn> },
    OwnRoles { account: AccountId, service: Option<Arn>, codebuild: Option<RoleArn>, component: Option<RoleArn> },
    Repository(RepositoryShown),
}

/// A resource as the account sees it in which it is: all that the crate's `AccountResource` has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountResource {
    pub resource: ProvisionedResource,
    pub environment: EnvironmentPlace,
    pub unmanaged: bool,
}

/// Where a resource stands in its account's list.
pub type ResourcePlace = (ResourceIdentifier, AccountId, EnvironmentName);

/// Which resources are in which account, and from which environment: the resource itself where that one is gone.
pub(super) type ByAccount =
    BTreeMap<(Region, AccountId, ResourceIdentifier, AccountId, EnvironmentName), Option<ProvisionedResource>>;

impl Baseline {
    /// ReportDeployment.
    pub fn report(&mut self, call: Call, report: ReportDeployment) -> Result<EnvironmentShown, Rule> {
        use DeploymentOutcome::{Cancelled, Failed, Succeeded};
        if report.outcome != Succeeded
            && (report.template_major_version.is_some() || report.template_minor_version.is_some())
        {
            return Err(Rule::WellFormedInput);
        }
        let place = (call.caller.region, call.caller.account, report.name);
        let environment = self.environments.get_mut(&place).ok_or(Rule::EnvironmentNotFound)?;
        let shown = &mut environment.shown;
        if shown.last_attempted_deployment_id != report.deployment_id {
            return Err(Rule::StaleReport);
        }
        let Some(work) = &environment.work else {
            return match (report.outcome, shown.deployment_status) {
                (Succeeded, DeploymentStatus::Succeeded)
                | (Failed, DeploymentStatus::Failed | DeploymentStatus::DeleteFailed)
                | (Cancelled, DeploymentStatus::Cancelled) => Ok(shown.clone()),
                _ => Err(Rule::StaleReport),
            };
        };
        let (before, at) = (shown.deployment_status, shown.later(call.now));
        let mut listed = None;
        let status = match (work, report.outcome) {
            (Work::Delete, Succeeded) => return Ok(self.environment_gone(&place, report.message, call.now)),
            (Work::Delete, Failed) => DeploymentStatus::DeleteFailed,
            (_, Failed) => DeploymentStatus::Failed,
            // Its pull request was closed.
            (Work::Create | Work::Update(_), Cancelled) if shown.provisioning_repository.is_some() => {
                DeploymentStatus::Cancelled
            }
            (_, Cancelled) => return Err(Rule::StaleReport),
            (_, Succeeded) => {
                let (asked_major, asked_minor) = match work {
                    Work::Update(target) => {
                        shown.spec = target.spec.clone();
                        target.version.parts()
                    }
                    _ => (Some(shown.template_major_version.clone()), shown.template_minor_version.clone()),
                };
                let minor = report.template_minor_version.or(asked_minor);
                let major = report.template_major_version.or(asked_major);
                match major.filter(|major| *major != shown.template_major_version) {
                    Some(major) => {
                        listed = Some(by_template(shown));
                        (shown.template_major_version, shown.template_minor_version) = (major, minor);
                    }
                    None => shown.template_minor_version = minor.or_else(|| shown.template_minor_version.take()),
                }
                shown.last_deployment_succeeded_at = Some(at);
                shown.last_succeeded_deployment_id = Some(shown.last_attempted_deployment_id);
                DeploymentStatus::Succeeded
            }
        };
        shown.become_(status, report.message);
        environment.work = None;
        let shown = shown.clone();
        if let Some(listed) = listed {
            self.by_template.remove(&listed);
            self.by_template.insert(by_template(&shown));
        }
        if let Some(resources) = report.resources {
            let had = std::mem::replace(&mut environment.resources, resources.clone());
            self.keep_resources(&shown, &had, &resources);
        }
        self.events.push(Event::environment(&shown, at, Some(before), Some(status)));
        Ok(shown)
    }

    /// ListProvisionedResources, from after a place on: the request's token is not looked at.
    pub fn resources(
        &self,
        caller: Caller,
        size: usize,
        after: Option<&ResourcePlace>,
    ) -> (Vec<AccountResource>, bool) {
        let Caller { account, region } = caller;
        let start = match after {
            Some((identifier, owner, name)) => {
                Bound::Excluded((region, account, identifier.clone(), *owner, name.clone()))
            }
            None => {
                let name = "0".parse().unwrap();
                Bound::Included((region, account, "\0".parse().unwrap(), "000000000000".parse().unwrap(), name))
            }
        };
        let range = self.by_account.range((start, Bound::Unbounded));
        let mut own = range.take_while(|((its, of, ..), _)| (*its, *of) == (region, account));
        let items = own.by_ref().take(size).map(|((_, _, identifier, owner, name), left_over)| {
            let place = (region, *owner, name.clone());
            if let Some(resource) = left_over {
                return AccountResource { resource: resource.clone(), unmanaged: true, environment: place };
            }
            let environment = &self.environments[&place];
            AccountResource {
                resource: environment.resources.get(identifier).unwrap().clone(),
                unmanaged: environment.shown.is_unmanaged(),
                environment: place,
            }
        });
        (items.collect(), own.next().is_some())
    }

    /// Brings the account's list from what an environment had to what it has.
    pub(super) fn keep_resources(&mut self, of: &EnvironmentShown, had: &Resources, has: &Resources) {
        let (region, owner, name) = &of.arn;
        let account = of.account_provisioned_in();
        let key = |identifier: &ResourceIdentifier| (*region, account, identifier.clone(), *owner, name.clone());
        for resource in had.iter().filter(|resource| has.get(&resource.identifier).is_none()) {
            self.by_account.remove(&key(&resource.identifier));
        }
        for resource in has.iter().filter(|resource| had.get(&resource.identifier).is_none()) {
            self.by_account.insert(key(&resource.identifier), None);
        }
    }

    /// What an unmanaged environment that is gone had stays in its account's list.
    pub(super) fn leave_over(&mut self, of: &EnvironmentShown, had: &Resources) {
        let (region, owner, name) = &of.arn;
        for resource in had.iter() {
            let identifier = resource.identifier.clone();
            let key = (*region, of.account_provisioned_in(), identifier, *owner, name.clone());
            self.by_account.insert(key, Some(resource.clone()));
        }
    }

    pub(super) fn instruct(
        &mut self,
        kind: InstructionKind,
        shown: &EnvironmentShown,
        template_version: VersionParts,
        spec: Spec,
    ) {
        let means = match (shown.environment_account_connection_id, &shown.provisioning_repository) {
            (Some(id), _) => {
                let connection = &self.connections[&(shown.arn.0, id)].shown;
                Means::Connection {
                    account: connection.environment_account_id,
                    service: connection.role_arn.clone(),
                    codebuild: connection.codebuild_role_arn.clone(),
                    component: connection.component_role_arn.clone(),
                }
            }
            (None, Some(repository)) => Means::Repository(repository.clone()),
            (None, None) => Means::OwnRoles {
                account: shown.arn.1,
                service: shown.proton_service_role_arn.clone(),
                codebuild: shown.codebuild_role_arn.clone(),
                component: shown.component_role_arn.clone(),
            },
        };
        self.instructions.push(Instruction {
            kind,
            environment: shown.arn.clone(),
            deployment_id: shown.last_attempted_deployment_id,
            means,
            template_name: shown.template_name.clone(),
            template_version,
            spec,
        });
    }

    /// An unmanaged environment of the connection's name and accounts is attached to it.
    pub(super) fn restore(&mut self, by: &Shown) {
        if let Some(environment) = self.environments.get_mut(&super::environment_of(by)) {
            let shown = &mut environment.shown;
            if shown.is_unmanaged() && shown.environment_account_id == Some(by.environment_account_id) {
                shown.environment_account_connection_id = Some(by.id);
            }
        }
    }

    /// The environment that is attached to a connection, which is gone, is unmanaged.
    pub(super) fn orphan(&mut self, id: ConnectionId, place: &EnvironmentPlace, now: Timestamp) {
        let Some(environment) = self.environments.get_mut(place) else { return };
        let shown = &mut environment.shown;
        if shown.environment_account_connection_id != Some(id) {
            return;
        }
        shown.environment_account_connection_id = None;
        if let Some(work) = environment.work.take() {
            let before = shown.deployment_status;
            let is_deletion = matches!(work, Work::Delete);
            let status = if is_deletion { DeploymentStatus::DeleteFailed } else { DeploymentStatus::Failed };
            let message = format!("the environment account connection `{id}` was deleted");
            let at = shown.later(now);
            shown.become_(status, message.parse().ok());
            self.events.push(Event::environment(shown, at, Some(before), Some(status)));
        }
    }
}
