//! What the specification says comes of operations on environments (SPEC §4, and what becomes of environments when a
//! connection is accepted or deleted), worked out anew from what is the case.

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{
    Rule,
    connection::Connection,
    connection::ConnectionStatus,
    environment::DeploymentStatus,
    id::Side,
    id::{AccountId, Arn, ConnectionId, DeploymentId, EnvironmentArn, EnvironmentName, ResourceArn, RoleArn},
    operation::{
        CleanUpResources, CreateEnvironment, DeploymentOutcome, ListEnvironments, NotifiedStatus,
        NotifyResourceDeploymentStatusChange, Operation, ReportDeployment,
    },
};

use super::{
    environment::{Asked, EnvironmentShape, Method, Target, Version},
    environment_check::Granted,
    environment_key,
    facts::{Facts, Owner},
    predict::{Predicted, Prediction, Predictor, Shape},
};

/// What is said of environments.
#[derive(Clone, Debug, PartialEq)]
pub enum Told {
    /// Nothing.
    Nothing,
    /// One of them.
    Environment(Box<EnvironmentShape>),
    /// A list of them.
    Environments(Vec<EnvironmentShape>),
    /// The identifiers of an environment's resources.
    Resources(BTreeSet<String>),
    /// The resources in an account.
    AccountResources(Vec<(String, EnvironmentArn, bool)>),
    /// An authority.
    Authority(Granted),
}

/// The environments when a connection becomes this, or is gone: rules `accept-restores` and `delete-orphans`.
pub fn after_connection(facts: &Facts, id: ConnectionId, now: Option<&Shape>) -> BTreeMap<Owner, EnvironmentShape> {
    let mut environments = facts.shapes().clone();
    let was_connected = facts.connections.get(&id).map(|it| it.status()) == Some(ConnectionStatus::Connected);
    for environment in environments.values_mut() {
        let Method::CrossAccount(account, attached) = environment.method else { continue };
        match now {
            None if attached == Some(id) => orphan(environment, id),
            Some(now) if attached.is_none() && !was_connected && now.status == ConnectionStatus::Connected => {
                let its = (now.environment_account, now.management_account, &now.environment_name);
                if its == (account, environment.arn.management_account, environment.name()) {
                    environment.method = Method::CrossAccount(account, Some(id));
                }
            }
            _ => {}
        }
    }
    environments
}

fn orphan(environment: &mut EnvironmentShape, id: ConnectionId) {
    environment.method = Method::CrossAccount(environment.provisioned_in(), None);
    if environment.is_deploying() {
        let ended = match environment.status {
            DeploymentStatus::DeleteInProgress => DeploymentStatus::DeleteFailed,
            _ => DeploymentStatus::Failed,
        };
        environment.ends(ended, Some(format!("the environment account connection `{id}` was deleted")));
    }
}

/// What a report says.
struct Reported<'r> {
    deployment: Option<DeploymentId>,
    outcome: DeploymentOutcome,
    message: Option<String>,
    resources: Option<BTreeSet<String>>,
    version: [Option<&'r str>; 2],
}

impl Predictor<'_> {
    /// What comes of an operation on environments.
    pub fn of_environments(&self, operation: &Operation) -> Predicted {
        match operation {
            Operation::CreateEnvironment(request) => self.create_environment(request),
            Operation::GetEnvironment(request) => self.own(&request.name).map(|it| self.shows_environment(it)),
            Operation::ListEnvironments(request) => self.list_environments(request),
            Operation::UpdateEnvironment(request) => self.update_environment(request),
            Operation::CancelEnvironmentDeployment(request) => self.cancel(&request.environment_name),
            Operation::DeleteEnvironment(request) => self.delete_environment(&request.name),
            Operation::ListEnvironmentProvisionedResources(request) => {
                self.own(&request.environment_name).map(|it| Prediction::Tells(Told::Resources(it.resources.clone())))
            }
            Operation::NotifyResourceDeploymentStatusChange(request) => self.notify(request),
            Operation::ReportDeployment(request) => self.report(request),
            Operation::ProvisioningAuthority(request) => self.authority(&request.name),
            Operation::ListProvisionedResources(request) => match &request.next_token {
                Some(_) => Err(Rule::ForeignToken),
                None => Ok(Prediction::Tells(Told::AccountResources(self.provisioned_here()))),
            },
            Operation::CleanUpResources(request) => Ok(self.clean_up(request)),
            other => panic!("{other} is not part of the small world"),
        }
    }

    fn owner(&self, name: &EnvironmentName) -> Owner {
        (self.context.caller.account, name.clone())
    }

    /// Everything is in one Region: from another there is nothing.
    fn find(&self, name: &EnvironmentName) -> Option<&EnvironmentShape> {
        self.facts.shape(&self.owner(name)).filter(|it| it.arn.region == self.context.caller.region)
    }

    fn own(&self, name: &EnvironmentName) -> Predicted<&EnvironmentShape> {
        self.find(name).ok_or(Rule::EnvironmentNotFound)
    }

    /// The environment of an ARN: the caller's own in its Region.
    pub fn of_arn(&self, arn: &Arn) -> Option<&EnvironmentShape> {
        let Some(ResourceArn::Environment(arn)) = arn.resource() else { return None };
        let caller = self.context.caller;
        let is_own = (arn.region, arn.management_account) == (caller.region, caller.account);
        is_own.then(|| self.find(&arn.name)).flatten()
    }

    fn shows_environment(&self, environment: &EnvironmentShape) -> Prediction {
        Prediction::Tells(Told::Environment(Box::new(environment.clone())))
    }

    /// An environment changes, and the answer shows it.
    fn changes(&self, after: EnvironmentShape) -> Prediction {
        self.changes_and_tells(after.clone(), Told::Environment(Box::new(after)))
    }

    /// An environment changes to this.
    pub fn changes_and_tells(&self, after: EnvironmentShape, told: Told) -> Prediction {
        let mut environments = self.facts.shapes().clone();
        environments.insert(after.owner(), after);
        self.environments_become(environments, told)
    }

    fn environments_become(&self, environments: BTreeMap<Owner, EnvironmentShape>, told: Told) -> Prediction {
        if environments == *self.facts.shapes() {
            Prediction::Tells(told)
        } else {
            Prediction::EnvironmentsBecome(environments, told)
        }
    }

    /// An environment is gone; the answer shows it with this message.
    fn ends(&self, environment: &EnvironmentShape, message: Option<String>) -> Prediction {
        let mut environments = self.facts.shapes().clone();
        environments.remove(&environment.owner());
        let mut last = environment.clone();
        (last.status, last.message) = (DeploymentStatus::DeleteComplete, message);
        Prediction::EnvironmentsBecome(environments, Told::Environment(Box::new(last)))
    }

    /// Rule `role-in-own-account`: a service role is any ARN.
    fn roles_are_own(&self, roles: [Option<&str>; 3]) -> Predicted<()> {
        let account = self.context.caller.account.to_string();
        let is_own = |role: &&str| {
            let parts = role.split(':').collect::<Vec<_>>();
            (parts[1], parts[4]) == ("aws", account.as_str())
        };
        if roles.iter().flatten().all(is_own) { Ok(()) } else { Err(Rule::RoleInOwnAccount) }
    }

    /// The connection to provision with, where it is the caller's to do so and for this name.
    fn to_provision_with(&self, id: ConnectionId, name: &EnvironmentName) -> Predicted<&Connection> {
        let (connection, side) = self.visible(id)?;
        if side != Side::ManagementAccount {
            return Err(Rule::ManagementProvisions);
        }
        if connection.environment_name() != name {
            return Err(Rule::ConnectionNamesEnvironment);
        }
        Ok(connection)
    }

    fn create_environment(&self, request: &CreateEnvironment) -> Predicted {
        let service = request.proton_service_role_arn.as_ref().map(Arn::as_str);
        let [codebuild, component] =
            [&request.codebuild_role_arn, &request.component_role_arn].map(|it| it.as_ref().map(RoleArn::as_str));
        let connection = request.environment_account_connection_id;
        let repository = request.provisioning_repository.as_ref();
        let methods = [connection.is_some(), service.or(codebuild).is_some(), repository.is_some()];
        let given = methods.into_iter().filter(|given| *given).count();
        if given != 1 || (connection.is_some() && component.is_some()) {
            return Err(Rule::OneProvisioningMethod);
        }
        self.roles_are_own([service, codebuild, component])?;
        let owner = self.owner(&request.name);
        if let Some(there) = self.find(&request.name) {
            let same = self.facts.requests.get(&owner).is_some_and(|created_by| **created_by == *request);
            return if same { Ok(self.shows_environment(there)) } else { Err(Rule::EnvironmentNameMismatch) };
        }
        let text = |role: Option<&str>| role.map(ToOwned::to_owned);
        let method = match (connection, repository) {
            (Some(id), _) => {
                let connection = self.to_provision_with(id, &request.name)?;
                connected(connection)?;
                Method::CrossAccount(connection.environment_account(), Some(id))
            }
            (None, Some(repository)) => {
                Method::SelfManaged(serde_json::to_string(repository).unwrap(), text(component))
            }
            (None, None) => Method::SameAccount([service, codebuild, component].map(text)),
        };
        let account = self.context.caller.account;
        let count = self.facts.shapes().keys().filter(|(owner, _)| *owner == account).count();
        if count >= self.context.limits.environments_per_account as usize {
            return Err(Rule::EnvironmentQuota);
        }
        let minor = request.template_minor_version.as_ref().map(ToString::to_string);
        Ok(self.changes(EnvironmentShape {
            arn: arn(self.context.caller.region, &owner),
            description: request.description.as_ref().map(|it| it.as_str().to_owned()),
            template: request.template_name.to_string(),
            version: (request.template_major_version.to_string(), minor),
            spec: request.spec.as_str().to_owned(),
            tags: request.tags.iter().map(|tag| (tag.key, tag.value)).collect(),
            resources: BTreeSet::new(),
            created_at: self.context.now,
            attempted_at: self.context.now,
            attempted: self.context.fresh_id.into(),
            succeeded: None,
            status: DeploymentStatus::InProgress,
            message: None,
            method,
            target: None,
        }))
    }

    fn list_environments(&self, request: &ListEnvironments) -> Predicted {
        if request.next_token.is_some() {
            return Err(Rule::ForeignToken);
        }
        let caller = self.context.caller;
        let own = self.facts.shapes().values();
        let own = own.filter(|it| (it.arn.management_account, it.arn.region) == (caller.account, caller.region));
        let passes = |it: &&EnvironmentShape| {
            let is_its = |filter: &account_connections::operation::TemplateFilter| {
                (filter.template_name.as_str(), filter.major_version.as_str()) == (it.template.as_str(), &*it.version.0)
            };
            request.environment_templates.is_empty() || request.environment_templates.iter().any(is_its)
        };
        // They are kept in the order of their names.
        Ok(Prediction::Tells(Told::Environments(own.filter(passes).cloned().collect())))
    }

    fn cancel(&self, name: &EnvironmentName) -> Predicted {
        let environment = self.own(name)?;
        match environment.status {
            DeploymentStatus::InProgress if environment.target.is_none() => Err(Rule::CancelUpdatesOnly),
            DeploymentStatus::InProgress => {
                let mut after = environment.clone();
                (after.status, after.message) = (DeploymentStatus::Cancelling, None);
                Ok(self.changes(after))
            }
            DeploymentStatus::Cancelling | DeploymentStatus::Succeeded => Ok(self.shows_environment(environment)),
            _ => Err(Rule::NothingToCancel),
        }
    }

    fn delete_environment(&self, name: &EnvironmentName) -> Predicted {
        let environment = self.own(name)?;
        match environment.status {
            DeploymentStatus::DeleteInProgress => Ok(self.shows_environment(environment)),
            DeploymentStatus::InProgress | DeploymentStatus::Cancelling => Err(Rule::OneDeploymentAtATime),
            _ if environment.is_unmanaged() && !environment.resources.is_empty() => Err(Rule::UnmanagedCannotDelete),
            _ if environment.is_unmanaged() => Ok(self.ends(environment, None)),
            _ => {
                let mut after = environment.clone();
                (after.status, after.message) = (DeploymentStatus::DeleteInProgress, None);
                Ok(self.begins(environment, after))
            }
        }
    }

    /// A deployment begins, if the host's id for it was never the environment's.
    pub fn begins(&self, before: &EnvironmentShape, mut after: EnvironmentShape) -> Prediction {
        let id = DeploymentId::from(self.context.fresh_id);
        if before.attempted == id || before.succeeded.is_some_and(|(succeeded, _)| succeeded == id) {
            return Prediction::NoFreshId(environment_key(before.arn.management_account, before.name()));
        }
        after.attempted = id;
        self.changes(after)
    }

    fn report(&self, request: &ReportDeployment) -> Predicted {
        let version = [&request.template_major_version, &request.template_minor_version];
        if request.outcome != DeploymentOutcome::Succeeded && version.iter().any(|part| part.is_some()) {
            return Err(Rule::WellFormedInput);
        }
        let environment = self.own(&request.name)?;
        let resources = request.resources.as_ref();
        self.reported(
            environment,
            &Reported {
                deployment: Some(request.deployment_id),
                outcome: request.outcome,
                message: request.message.as_ref().map(|it| it.as_str().to_owned()),
                resources: resources.map(|all| all.iter().map(|it| it.identifier.to_string()).collect()),
                version: version.map(|part| part.as_ref().map(|it| it.as_str())),
            },
        )
    }

    fn notify(&self, request: &NotifyResourceDeploymentStatusChange) -> Predicted {
        let environment = self.of_arn(&request.resource_arn).ok_or(Rule::ArnNotFound)?;
        let under_way = Some(environment.attempted).filter(|_| environment.is_deploying());
        if request.deployment_id.is_some() && request.deployment_id != under_way {
            return Err(Rule::StaleReport);
        }
        let outcome = match request.status {
            None | Some(NotifiedStatus::InProgress) => return Ok(Prediction::Tells(Told::Nothing)),
            Some(NotifiedStatus::Succeeded) => DeploymentOutcome::Succeeded,
            Some(NotifiedStatus::Failed) => DeploymentOutcome::Failed,
        };
        let message = request.status_message.as_ref().map(|it| it.as_str().to_owned());
        let reported =
            Reported { deployment: request.deployment_id, outcome, message, resources: None, version: [None, None] };
        match self.reported(environment, &reported)? {
            Prediction::EnvironmentsBecome(environments, _) => {
                Ok(Prediction::EnvironmentsBecome(environments, Told::Nothing))
            }
            other => Ok(other),
        }
    }

    fn reported(&self, environment: &EnvironmentShape, report: &Reported<'_>) -> Predicted {
        use DeploymentOutcome::{Cancelled, Failed, Succeeded};
        use DeploymentStatus::{Cancelling, DeleteFailed, DeleteInProgress, InProgress};

        if report.deployment.is_some_and(|id| id != environment.attempted) {
            return Err(Rule::StaleReport);
        }
        let message = report.message.clone();
        let mut after = environment.clone();
        if let Some(resources) = &report.resources {
            after.resources.clone_from(resources);
        }
        match (environment.status, report.outcome) {
            (DeleteInProgress, Succeeded) => return Ok(self.ends(environment, message)),
            (DeleteInProgress, Failed) => after.ends(DeleteFailed, message),
            (InProgress | Cancelling, Failed) => after.ends(DeploymentStatus::Failed, message),
            (Cancelling, Cancelled) => {
                after.ends(DeploymentStatus::Cancelled, Some("User initiated cancellation.".into()));
            }
            (InProgress | Cancelling, Succeeded) => {
                after.succeeded = Some((environment.attempted, environment.later(self.context.now)));
                after.version = version_after(environment, report.version);
                if let Some(Target { spec, .. }) = &environment.target {
                    after.spec.clone_from(spec);
                }
                after.ends(DeploymentStatus::Succeeded, message);
            }
            _ => return Err(Rule::StaleReport),
        }
        Ok(self.changes(after))
    }

    fn authority(&self, name: &EnvironmentName) -> Predicted {
        match Granted::over(self.own(name)?, self.facts) {
            Granted::Repository(_) | Granted::Nothing => Err(Rule::ProvisioningAuthority),
            granted => Ok(Prediction::Tells(Told::Authority(granted))),
        }
    }

    /// What is provisioned in the caller's account and Region.
    fn provisioned_here(&self) -> Vec<(String, EnvironmentArn, bool)> {
        let mut here = self.facts.provisioned_in(self.context.caller.account);
        here.retain(|(_, arn, _)| arn.region == self.context.caller.region);
        here
    }

    fn clean_up(&self, request: &CleanUpResources) -> Prediction {
        let caller = self.context.caller;
        let mut environments = self.facts.shapes().clone();
        for it in environments.values_mut() {
            if (it.provisioned_in(), it.arn.region) == (caller.account, caller.region) {
                it.resources.retain(|resource| request.identifiers.iter().all(|gone| gone.as_str() != resource));
            }
        }
        self.environments_become(environments, Told::Nothing)
    }

    /// The connection that an update names: of the same environment account, and connected.
    pub fn to_switch_to(&self, id: ConnectionId, environment: &EnvironmentShape) -> Predicted<AccountId> {
        let connection = self.to_provision_with(id, environment.name())?;
        let account = connection.environment_account();
        match environment.method {
            Method::CrossAccount(its, _) if its == account => connected(connection).map(|()| account),
            _ => Err(Rule::SameEnvironmentAccount),
        }
    }

    /// The caller's own environment, with roles that are its own as well, if these are (for an update, whose checks of
    /// the parameters come between).
    pub fn own_with(
        &self,
        name: &EnvironmentName,
        check: impl FnOnce(&EnvironmentShape) -> Predicted<()>,
        roles: [Option<&str>; 3],
    ) -> Predicted<&EnvironmentShape> {
        let environment = self.own(name)?;
        check(environment)?;
        self.roles_are_own(roles)?;
        Ok(environment)
    }
}

fn connected(connection: &Connection) -> Predicted<()> {
    match connection.status() {
        ConnectionStatus::Connected => Ok(()),
        ConnectionStatus::Pending => Err(Rule::ConnectionMustBeConnected),
        ConnectionStatus::Rejected => Err(Rule::RejectedIsFinal),
    }
}

fn arn(region: account_connections::id::Region, (account, name): &Owner) -> EnvironmentArn {
    let arn = format!("arn:aws:proton:{region}:{account}:environment/{name}").parse::<Arn>().unwrap();
    let Some(ResourceArn::Environment(arn)) = arn.resource() else { panic!("{arn} is that of an environment") };
    arn
}

/// The version after a success: part by part what the report names, else what was asked for, else what there was; but
/// no minor part of another major version.
fn version_after(environment: &EnvironmentShape, [major, minor]: [Option<&str>; 2]) -> Version {
    let (old_major, old_minor) = environment.version.clone();
    let (asked_major, asked_minor) = match environment.target.as_ref().map(|target| &target.version) {
        // What a creation asked for is current from the start.
        None => (Some(old_major.clone()), old_minor.clone()),
        Some(Asked::Current | Asked::Major(None)) => (None, None),
        Some(Asked::Minor(minor)) => (None, minor.clone()),
        Some(Asked::Major(Some((major, minor)))) => (Some(major.clone()), minor.clone()),
    };
    let now = major.map(ToOwned::to_owned).or(asked_major).unwrap_or_else(|| old_major.clone());
    let kept = old_minor.filter(|_| now == old_major);
    (now, minor.map(ToOwned::to_owned).or(asked_minor).or(kept))
}
