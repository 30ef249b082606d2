//! Calls on environments.

use super::{
    Draft, all,
    known::{KnownConnection, is_under_way},
    world::{NEVER_ISSUED, valid},
};
use crate::{
    connection::ConnectionStatus,
    environment::DeploymentStatus::{Cancelled, DeleteFailed, Failed, InProgress, Succeeded},
    environment::{RepositoryBranch, RepositoryProvider, VersionPart},
    id::{AccountId, Caller, ConnectionId, EnvironmentArn, EnvironmentName, Region},
    operation::{
        CancelEnvironmentDeployment, CreateEnvironment, DeleteEnvironment, DeploymentType, EnvironmentSummary,
        GetEnvironment, ListEnvironmentProvisionedResources, Operation, ProvisioningAuthority, UpdateEnvironment,
    },
};

/// What an operation takes that names an environment.
pub(super) struct Target {
    pub(super) arn: EnvironmentArn,
    /// Where there is such an environment.
    pub(super) shown: Option<EnvironmentSummary>,
}

impl Draft<'_> {
    pub(super) fn create_environment(&mut self) -> (Caller, Operation) {
        let connection = (self.random.below(100) < 68).then(|| self.connection_to_create_with());
        let (caller, name) = match &connection {
            Some(connection) => {
                let name = if self.random.below(100) < 90 { connection.name.clone() } else { self.name() };
                (self.by_management(connection), name)
            }
            None => (Caller::new(valid("111111111111"), self.region()), self.name()),
        };
        let mut request = self.creation(name);
        let Caller { account, region } = caller;
        match connection {
            Some(connection) => {
                request.environment_account_connection_id = Some(connection.arn.id);
                match self.random.below(100) {
                    0..93 => {}
                    93..96 => request.proton_service_role_arn = Some(self.service_role(account, region)),
                    _ => request.component_role_arn = Some(self.role(account, region)),
                }
            }
            None => match self.random.below(100) {
                0..40 => request.proton_service_role_arn = Some(self.service_role(account, region)),
                40..55 => request.codebuild_role_arn = Some(self.role(account, region)),
                55..70 => {
                    request.codebuild_role_arn = Some(self.role(account, region));
                    request.component_role_arn = Some(self.role(account, region));
                }
                70..93 => request.provisioning_repository = Some(self.repository()),
                _ => {}
            },
        }
        (caller, request.into())
    }

    pub(super) fn update_environment(&mut self) -> (Caller, Operation) {
        let at_rest = |shown: &EnvironmentSummary| matches!(shown.deployment_status, Succeeded | Failed | Cancelled);
        let target = self.environment(at_rest);
        let major = target.shown.as_ref().map_or_else(|| valid("1"), |shown| shown.template_major_version.clone());
        let mut request = self.deployment(target.arn.name.clone(), &major);
        if let Some(shown) = &target.shown {
            self.change_provisioning(shown, &mut request);
        }
        if self.random.below(100) < 30 {
            request.description = Some(valid(self.random.of(["", "new", "newer"])));
        }
        (self.by_owner(&target), request.into())
    }

    pub(super) fn cancel_deployment(&mut self) -> (Caller, Operation) {
        let updating = |shown: &EnvironmentSummary| {
            shown.deployment_status == InProgress && shown.last_succeeded_deployment_id.is_some()
        };
        let target = self.environment(updating);
        (self.by_owner(&target), CancelEnvironmentDeployment::from(target.arn.name).into())
    }

    pub(super) fn delete_environment(&mut self) -> (Caller, Operation) {
        let at_rest = |shown: &EnvironmentSummary| !is_under_way(shown.deployment_status);
        let unmanaged = |shown: &EnvironmentSummary| {
            shown.environment_account_id.is_some() && shown.environment_account_connection_id.is_none()
        };
        let failed = |shown: &EnvironmentSummary| shown.deployment_status == DeleteFailed;
        let target = match self.random.below(100) {
            0..60 => self.environment(at_rest),
            60..80 => self.environment(unmanaged),
            _ => self.environment(failed),
        };
        (self.by_owner(&target), DeleteEnvironment::from(target.arn.name).into())
    }

    pub(super) fn get_environment(&mut self) -> (Caller, Operation) {
        let target = self.environment(|_| true);
        (self.by_owner(&target), GetEnvironment::from(target.arn.name).into())
    }

    pub(super) fn authority(&mut self) -> (Caller, Operation) {
        let target = self.environment(|_| true);
        (self.by_owner(&target), ProvisioningAuthority::from(target.arn.name).into())
    }

    pub(super) fn list_environment_resources(&mut self) -> (Caller, Operation) {
        let target = self.environment(|_| true);
        let environment_name = target.arn.name.clone();
        let request = ListEnvironmentProvisionedResources { environment_name };
        (self.by_owner(&target), request.into())
    }

    /// An environment, mostly one that is there, and that is wanted.
    pub(super) fn environment(&mut self, wanted: impl Fn(&EnvironmentSummary) -> bool) -> Target {
        let known = all(self.known.environments());
        let mut fitting = known.clone();
        if self.random.below(100) < 75 {
            fitting.retain(|shown| wanted(shown));
        }
        let found = match self.random.below(100) {
            0..95 if fitting.is_empty() => self.random.latest(known.into_iter()),
            0..95 => self.random.latest(fitting.into_iter()),
            _ => None,
        };
        match found {
            Some(shown) => Target { arn: shown.arn.clone(), shown: Some(shown.clone()) },
            None => {
                let arn = EnvironmentArn::new(self.region(), self.account(), self.name());
                Target { arn, shown: None }
            }
        }
    }

    pub(super) fn by_owner(&mut self, Target { arn, shown }: &Target) -> Caller {
        let provisioned_in = shown.as_ref().and_then(|shown| shown.environment_account_id);
        self.caller(arn.management_account, provisioned_in.unwrap_or(arn.management_account), arn.region)
    }

    /// A connection to create an environment with: mostly connected, and without one.
    fn connection_to_create_with(&mut self) -> KnownConnection {
        let taken = |connection: &KnownConnection| {
            self.known.environments().any(|shown| {
                (shown.arn.region, shown.arn.management_account, &shown.name)
                    == (connection.arn.region, connection.management_account, &connection.name)
            })
        };
        let usable =
            |connection: &&KnownConnection| connection.status == ConnectionStatus::Connected && !taken(connection);
        let usable = all(self.known.connections().filter(usable));
        match self.random.below(100) {
            0..75 if !usable.is_empty() => self.random.latest(usable.into_iter()).cloned(),
            _ => None,
        }
        .unwrap_or_else(|| self.connection(None))
    }

    /// A creation without the method by which it is provisioned.
    fn creation(&mut self, name: EnvironmentName) -> CreateEnvironment {
        CreateEnvironment {
            name,
            template_name: valid(self.random.of(["vpc", "vpc", "fargate-env"])),
            template_major_version: valid(self.random.of(["1", "1", "1", "2"])),
            template_minor_version: (self.random.below(100) < 30).then(|| valid("0")),
            spec: valid(self.random.of(["proton: EnvironmentSpec", "s2"])),
            description: (self.random.below(100) < 15).then(|| valid("for tests")),
            environment_account_connection_id: None,
            proton_service_role_arn: None,
            codebuild_role_arn: None,
            component_role_arn: None,
            provisioning_repository: None,
            tags: self.first_tags(),
        }
    }

    /// An update with what it deploys: mostly what its type of deployment takes.
    fn deployment(&mut self, name: EnvironmentName, current: &VersionPart) -> UpdateEnvironment {
        use DeploymentType::{CurrentVersion, MajorVersion, MinorVersion, None as Nothing};

        let higher = current.as_str().parse::<u64>().ok().and_then(|major| major.checked_add(1));
        let higher = valid(&alloc::format!("{}", higher.unwrap_or(u64::MAX)));
        let current = current.clone();
        let (deployment_type, major, minor) = match self.random.below(100) {
            0..15 => (Nothing, None, None),
            15..40 => (CurrentVersion, None, None),
            40..50 => (MinorVersion, None, Some("1")),
            50..60 => (MinorVersion, Some(current), Some("20")),
            60..65 => (MinorVersion, None, None),
            65..80 => (MajorVersion, Some(higher), Some("0")),
            80..90 => (MajorVersion, None, None),
            90..92 => (Nothing, Some(current), None),
            92..94 => (CurrentVersion, None, Some("0")),
            94..96 => (MinorVersion, Some(higher), None),
            96..98 => (MajorVersion, Some(current), Some("7")),
            _ => (MajorVersion, None, Some("3")),
        };
        let spec = valid(self.random.of(["s3", "s4"]));
        UpdateEnvironment {
            name,
            deployment_type,
            spec: (deployment_type != Nothing && self.random.below(100) < 40).then_some(spec),
            template_major_version: major,
            template_minor_version: minor.map(valid),
            description: None,
            environment_account_connection_id: None,
            proton_service_role_arn: None,
            codebuild_role_arn: None,
            component_role_arn: None,
            provisioning_repository: None,
        }
    }

    /// The connection, role or repository of an update: mostly one that the environment may have.
    fn change_provisioning(&mut self, shown: &EnvironmentSummary, request: &mut UpdateEnvironment) {
        let (account, region): (AccountId, Region) = (shown.arn.management_account, shown.arn.region);
        let fits = match self.random.below(100) {
            0..50 => return,
            50..93 => true,
            _ => false,
        };
        let crosses = shown.environment_account_id.is_some();
        match (crosses == fits, shown.provisioning.is_some() == fits) {
            (true, _) => request.environment_account_connection_id = Some(self.connection_to_switch_to(shown)),
            (_, true) => request.provisioning_repository = Some(self.repository()),
            _ if self.random.of([true, false]) => request.component_role_arn = Some(self.role(account, region)),
            _ => request.proton_service_role_arn = Some(self.service_role(account, region)),
        }
    }

    /// Mostly a connection that can take the place of the environment's own.
    fn connection_to_switch_to(&mut self, shown: &EnvironmentSummary) -> ConnectionId {
        let same_name = self.known.connections().filter(|connection| {
            (connection.arn.region, connection.management_account, &connection.name)
                == (shown.arn.region, shown.arn.management_account, &shown.name)
                && Some(connection.arn.id) != shown.environment_account_connection_id
        });
        let same_name = all(same_name);
        match self.random.below(100) {
            0..75 => self.random.latest(same_name.into_iter()).map(|connection| connection.arn.id),
            75..95 => Some(self.connection(None).arn.id),
            _ => None,
        }
        .unwrap_or(NEVER_ISSUED.into())
    }

    fn repository(&mut self) -> RepositoryBranch {
        let (branch, name, provider) = self.random.of([
            ("main", "owner/infra", RepositoryProvider::Github),
            ("dev branch", "o/r/x y", RepositoryProvider::GithubEnterprise),
        ]);
        RepositoryBranch { branch: valid(branch), name: valid(name), provider }
    }
}
