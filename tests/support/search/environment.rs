//! How an environment is, in everything that can be said of it: what is compared with what was to be.

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{
    environment::DeploymentStatus,
    environment::{Environment, Provisioning, TargetVersion, VersionPart, Work},
    id::{AccountId, ConnectionId, DeploymentId, EnvironmentArn, EnvironmentName, Timestamp},
    operation::{EnvironmentShown, EnvironmentSummary},
    tag::{TagKey, TagValue},
};

use super::facts::Owner;

/// The major and the minor part of a template version.
pub type Version = (String, Option<String>);

/// How an environment is.
#[derive(Clone, Debug, PartialEq)]
pub struct EnvironmentShape {
    /// Its ARN.
    pub arn: EnvironmentArn,
    /// What its owner says of it.
    pub description: Option<String>,
    /// The template.
    pub template: String,
    /// The current version.
    pub version: Version,
    /// The current spec.
    pub spec: String,
    /// Its owner's tags.
    pub tags: BTreeMap<TagKey, TagValue>,
    /// The identifiers of its resources.
    pub resources: BTreeSet<String>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When the latest creation or update began.
    pub attempted_at: Timestamp,
    /// The latest deployment.
    pub attempted: DeploymentId,
    /// The latest deployment that succeeded, and when.
    pub succeeded: Option<(DeploymentId, Timestamp)>,
    /// The status of the latest deployment.
    pub status: DeploymentStatus,
    /// What became of it, in words.
    pub message: Option<String>,
    /// How it is provisioned.
    pub method: Method,
    /// What the update under way is to bring it to.
    pub target: Option<Target>,
}

/// How an environment is provisioned.
#[derive(Clone, Debug, PartialEq)]
pub enum Method {
    /// In this account, with the roles of this connection; with none while it is unmanaged.
    CrossAccount(AccountId, Option<ConnectionId>),
    /// In its own account: the service, CodeBuild and component role.
    SameAccount([Option<String>; 3]),
    /// From this repository, with this component role.
    SelfManaged(String, Option<String>),
}

/// What an update is to bring an environment to.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The spec.
    pub spec: String,
    /// The template version that was asked for: the major part, the minor part, and whether the version stays, whatever
    /// it is.
    pub version: Asked,
}

/// Which template version was asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Asked {
    /// The current one.
    Current,
    /// This minor version of the current major version, or the newest.
    Minor(Option<String>),
    /// This version, or the newest.
    Major(Option<Version>),
}

impl From<&Environment> for EnvironmentShape {
    fn from(environment: &Environment) -> Self {
        let work = match environment {
            Environment::Deploying(deploying) => Some(deploying.work()),
            _ => None,
        };
        let version = environment.template_version();
        Self {
            arn: environment.arn(),
            description: environment.description().map(|it| it.as_str().to_owned()),
            template: environment.template_name().to_string(),
            version: (version.major.to_string(), version.minor.as_ref().map(ToString::to_string)),
            spec: environment.spec().as_str().to_owned(),
            tags: environment.tags().iter().map(|tag| (tag.key, tag.value)).collect(),
            resources: environment.resources().iter().map(|it| it.identifier.to_string()).collect(),
            created_at: environment.created_at(),
            attempted_at: environment.last_deployment_attempted_at(),
            attempted: environment.last_attempted_deployment_id(),
            succeeded: environment.last_success().map(|success| (success.deployment_id, success.at)),
            status: environment.status(),
            message: environment.status_message().map(|it| it.as_str().to_owned()),
            method: method(environment),
            target: match work {
                Some(Work::Update(target) | Work::Cancel(target)) => {
                    Some(Target { spec: target.spec.as_str().to_owned(), version: (&target.version).into() })
                }
                _ => None,
            },
        }
    }
}

fn method(environment: &Environment) -> Method {
    let text = |role: Option<&account_connections::id::RoleArn>| role.map(ToString::to_string);
    match environment.provisioning() {
        None => Method::CrossAccount(environment.account_provisioned_in(), None),
        Some(Provisioning::Attached(to)) => Method::CrossAccount(to.environment_account(), Some(to.connection())),
        Some(Provisioning::SameAccount(roles)) => {
            let service = roles.service().map(ToString::to_string);
            Method::SameAccount([service, text(roles.codebuild()), text(roles.component())])
        }
        Some(Provisioning::SelfManaged(managed)) => {
            let repository = serde_json::to_string(&managed.repository).unwrap();
            Method::SelfManaged(repository, text(managed.component.as_ref()))
        }
    }
}

impl From<&TargetVersion> for Asked {
    fn from(version: &TargetVersion) -> Self {
        match version {
            TargetVersion::Current => Self::Current,
            TargetVersion::Minor(minor) => Self::Minor(minor.as_ref().map(ToString::to_string)),
            TargetVersion::Major(version) => Self::Major(
                version.as_ref().map(|it| (it.major.to_string(), it.minor.as_ref().map(ToString::to_string))),
            ),
        }
    }
}

impl EnvironmentShape {
    /// Whose it is, and its name.
    pub fn owner(&self) -> Owner {
        (self.arn.management_account, self.arn.name.clone())
    }

    /// Its name.
    pub fn name(&self) -> &EnvironmentName {
        &self.arn.name
    }

    /// The connection that it is attached to.
    pub fn attached_to(&self) -> Option<ConnectionId> {
        match self.method {
            Method::CrossAccount(_, connection) => connection,
            _ => None,
        }
    }

    /// Whether it is a cross-account environment without its connection.
    pub fn is_unmanaged(&self) -> bool {
        matches!(self.method, Method::CrossAccount(_, None))
    }

    /// The account in which its resources are.
    pub fn provisioned_in(&self) -> AccountId {
        match self.method {
            Method::CrossAccount(account, _) => account,
            _ => self.arn.management_account,
        }
    }

    /// Whether a deployment is under way.
    pub fn is_deploying(&self) -> bool {
        use DeploymentStatus::{Cancelling, DeleteInProgress, InProgress};
        matches!(self.status, InProgress | Cancelling | DeleteInProgress)
    }

    /// Its deployment is over: it comes to this status, with this message, and has no target any more.
    pub fn ends(&mut self, status: DeploymentStatus, message: Option<String>) {
        (self.status, self.message, self.target) = (status, message, None);
    }

    /// When something at the host's time `now` happens to it.
    pub fn later(&self, now: Timestamp) -> Timestamp {
        let succeeded = self.succeeded.map(|(_, at)| at);
        [Some(self.created_at), Some(self.attempted_at), succeeded].into_iter().flatten().fold(now, Timestamp::max)
    }

    /// Whether an answer shows it, and nothing more, as SPEC §4 says that it is shown.
    pub fn is_shown_by(&self, shown: &EnvironmentShown) -> bool {
        let repository = match &self.method {
            Method::SelfManaged(repository, _) => Some(repository.clone()),
            _ => None,
        };
        let arn = shown.provisioning_repository.as_ref().map(|it| it.arn.clone());
        let shown_repository = shown.provisioning_repository.as_ref().map(|it| &it.branch);
        self.is_listed_by(&shown.summary)
            && shown.codebuild_role_arn.as_ref().map(ToString::to_string) == self.own_roles()[1]
            && shown_repository.map(|it| serde_json::to_string(it).unwrap()) == repository
            && arn.is_none_or(|arn| arn.starts_with(&format!("arn:aws:proton:{}:", self.arn.region)))
            && shown.spec.as_str() == self.spec
    }

    /// Whether an entry of a list shows it.
    pub fn is_listed_by(&self, summary: &EnvironmentSummary) -> bool {
        let account = match self.method {
            Method::CrossAccount(account, _) => Some(account),
            _ => None,
        };
        let [service, _, component] = self.own_roles();
        let text = |text: &Option<VersionPart>| text.as_ref().map(ToString::to_string);
        (&summary.arn, &summary.name, summary.created_at) == (&self.arn, self.name(), self.created_at)
            && summary.deployment_status == self.status
            && summary.deployment_status_message.as_ref().map(|it| it.as_str()) == self.message.as_deref()
            && summary.description.as_ref().map(|it| it.as_str()) == self.description.as_deref()
            && (summary.environment_account_id, summary.environment_account_connection_id)
                == (account, self.attached_to())
            && (summary.last_attempted_deployment_id, summary.last_deployment_attempted_at)
                == (self.attempted, self.attempted_at)
            && summary.last_succeeded_deployment_id.zip(summary.last_deployment_succeeded_at) == self.succeeded
            && summary.last_succeeded_deployment_id.is_some() == summary.last_deployment_succeeded_at.is_some()
            && summary.proton_service_role_arn.as_ref().map(ToString::to_string) == service
            && summary.component_role_arn.as_ref().map(ToString::to_string) == component
            && summary.provisioning.is_some() == matches!(self.method, Method::SelfManaged(..))
            && summary.template_major_version.as_str() == self.version.0
            && text(&summary.template_minor_version) == self.version.1
            && summary.template_name.as_str() == self.template
    }

    /// The service, CodeBuild and component role that it has itself.
    fn own_roles(&self) -> [Option<String>; 3] {
        match &self.method {
            Method::SameAccount(roles) => roles.clone(),
            Method::SelfManaged(_, component) => [None, None, component.clone()],
            Method::CrossAccount(..) => [None, None, None],
        }
    }
}
