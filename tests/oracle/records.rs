//! What the oracle remembers, and how it is shown.

use super::{Oracle, partition, time, without_nulls};
use serde_json::{Value, json};

/// An environment account connection.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Connection {
    pub(super) region: String,
    pub(super) id: String,
    pub(super) environment_account: String,
    pub(super) management_account: String,
    pub(super) environment_name: String,
    pub(super) role: Option<String>,
    pub(super) codebuild_role: Option<String>,
    pub(super) component_role: Option<String>,
    pub(super) status: &'static str,
    pub(super) requested_at: i64,
    pub(super) last_modified_at: i64,
    /// Sorted by key.
    pub(super) tags: Vec<(String, String)>,
    pub(super) client_token: Option<String>,
    pub(super) request: Value,
}

impl Connection {
    pub(super) fn arn(&self) -> String {
        format!(
            "arn:{}:proton:{}:{}:environment-account-connection/{}",
            partition(&self.region),
            self.region,
            self.environment_account,
            self.id
        )
    }

    /// `EnvironmentAccountConnection` of the API.
    pub(super) fn show(&self) -> Value {
        let mut shown = self.summary();
        if let Some(role) = &self.codebuild_role {
            shown["codebuildRoleArn"] = json!(role);
        }
        shown
    }

    /// `EnvironmentAccountConnectionSummary` of the API.
    pub(super) fn summary(&self) -> Value {
        without_nulls(&json!({
            "arn": self.arn(),
            "componentRoleArn": self.component_role,
            "environmentAccountId": self.environment_account,
            "environmentName": self.environment_name,
            "id": self.id,
            "lastModifiedAt": time::cli(self.last_modified_at),
            "managementAccountId": self.management_account,
            "requestedAt": time::cli(self.requested_at),
            "roleArn": self.role,
            "status": self.status,
        }))
    }
}

/// An environment.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Environment {
    pub(super) region: String,
    pub(super) management_account: String,
    pub(super) name: String,
    pub(super) description: Option<String>,
    pub(super) template_name: String,
    pub(super) major_version: String,
    pub(super) minor_version: Option<String>,
    pub(super) spec: String,
    /// Of a cross-account environment only.
    pub(super) environment_account: Option<String>,
    /// Of an attached environment only.
    pub(super) connection_id: Option<String>,
    pub(super) service_role: Option<String>,
    pub(super) codebuild_role: Option<String>,
    pub(super) component_role: Option<String>,
    /// Of a self-managed environment only: branch, name and provider.
    pub(super) repository: Option<Value>,
    pub(super) status: &'static str,
    pub(super) status_message: Option<String>,
    pub(super) created_at: i64,
    pub(super) attempted_at: i64,
    pub(super) succeeded_at: Option<i64>,
    pub(super) attempted_id: String,
    pub(super) succeeded_id: Option<String>,
    pub(super) under_way: Option<Deployment>,
    pub(super) resources: Vec<Resource>,
    /// Keys and values, in the order in which they were given.
    pub(super) outputs: Vec<(String, String)>,
    /// Whether an update changed something or started a deployment, or a deletion was asked for, at any time.
    pub(super) modified: bool,
    /// Sorted by key, without the managed ones.
    pub(super) tags: Vec<(String, String)>,
    pub(super) request: Value,
}

/// A deployment under way; its id is the environment's `attempted_id`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Deployment {
    /// `create`, `update` or `delete`.
    pub(super) kind: &'static str,
    pub(super) spec: String,
    /// What the host is told to deploy; the newest version where no part is named.
    pub(super) major_version: Option<String>,
    pub(super) minor_version: Option<String>,
    /// What the caller named.
    pub(super) asked_major: Option<String>,
    pub(super) asked_minor: Option<String>,
}

/// A provisioned resource.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Resource {
    pub(super) identifier: String,
    pub(super) name: Option<String>,
    pub(super) engine: Option<String>,
}

impl Resource {
    pub(super) fn show(&self) -> Value {
        without_nulls(&json!({
            "identifier": self.identifier,
            "name": self.name,
            "provisioningEngine": self.engine,
        }))
    }
}

impl Environment {
    pub(super) fn arn(&self) -> String {
        self.arn_of(&format!("environment/{}", self.name))
    }

    /// An ARN in the management account.
    fn arn_of(&self, resource: &str) -> String {
        format!("arn:{}:proton:{}:{}:{resource}", partition(&self.region), self.region, self.management_account)
    }

    pub(super) fn template_arn(&self) -> String {
        self.arn_of(&format!("environment-template/{}", self.template_name))
    }

    pub(super) fn is_unmanaged(&self) -> bool {
        self.environment_account.is_some() && self.connection_id.is_none()
    }

    /// The account that infrastructure is provisioned in.
    pub(super) fn provisioned_in(&self) -> &str {
        match &self.environment_account {
            Some(account) => account,
            None => &self.management_account,
        }
    }

    pub(super) fn has(&self, identifier: &str) -> bool {
        self.resources.iter().any(|resource| resource.identifier == identifier)
    }

    /// The latest time stored.
    pub(super) fn latest(&self) -> i64 {
        self.created_at.max(self.attempted_at).max(self.succeeded_at.unwrap_or(0))
    }

    /// `RepositoryBranch` of the API.
    pub(super) fn show_repository(&self) -> Option<Value> {
        let repository = self.repository.as_ref()?;
        let provider = repository["provider"].as_str()?;
        let name = repository["name"].as_str()?;
        let arn = format!("repository/{}:{name}", provider.to_lowercase());
        Some(json!({
            "arn": self.arn_of(&arn),
            "branch": repository["branch"],
            "name": name,
            "provider": provider,
        }))
    }

    /// `Environment` of the API.
    pub(super) fn show(&self) -> Value {
        let mut shown = self.summary();
        shown["codebuildRoleArn"] = json!(self.codebuild_role);
        shown["provisioningRepository"] = json!(self.show_repository());
        shown["spec"] = json!(self.spec);
        without_nulls(&shown)
    }

    /// `EnvironmentSummary` of the API.
    pub(super) fn summary(&self) -> Value {
        without_nulls(&json!({
            "arn": self.arn(),
            "componentRoleArn": self.component_role,
            "createdAt": time::cli(self.created_at),
            "deploymentStatus": self.status,
            "deploymentStatusMessage": self.status_message,
            "description": self.description,
            "environmentAccountConnectionId": self.connection_id,
            "environmentAccountId": self.environment_account,
            "lastAttemptedDeploymentId": self.attempted_id,
            "lastDeploymentAttemptedAt": time::cli(self.attempted_at),
            "lastDeploymentSucceededAt": self.succeeded_at.map(time::cli),
            "lastSucceededDeploymentId": self.succeeded_id,
            "name": self.name,
            "protonServiceRoleArn": self.service_role,
            "templateMajorVersion": self.major_version,
            "templateMinorVersion": self.minor_version,
            "templateName": self.template_name,
        }))
    }
}

impl Oracle {
    /// Records that a connection has a new status; a first one has no previous status.
    pub(super) fn connection_event(&mut self, connection: &Connection, status: &str, previous: Option<&str>, at: i64) {
        self.emit(
            "AWS Proton Environment Account Connection Status Change",
            &connection.environment_account,
            &connection.region,
            &connection.arn(),
            &json!({"id": connection.id, "status": status, "previousStatus": previous}),
            at,
        );
    }

    /// Records that an environment has a new status; a first one has no previous status.
    pub(super) fn environment_event(
        &mut self,
        environment: &Environment,
        status: &str,
        previous: Option<&str>,
        at: i64,
    ) {
        self.emit(
            "AWS Proton Environment Status Change",
            &environment.management_account,
            &environment.region,
            &environment.arn(),
            &json!({"name": environment.name, "status": status, "previousStatus": previous}),
            at,
        );
    }

    fn emit(&mut self, detail_type: &str, account: &str, region: &str, arn: &str, detail: &Value, at: i64) {
        let at = if self.holds("event-time") { at } else { at - at % 1000 };
        let mut event = without_nulls(&json!({
            "version": "0",
            "source": "aws.proton",
            "detail-type": detail_type,
            "account": account,
            "region": region,
            "time": time::event(at),
            "resources": [arn],
            "detail": detail,
        }));
        if !self.holds("event-shape") {
            event["resources"] = json!([]);
        }
        if !self.holds("event-per-change") {
            self.events.push(event.clone());
        }
        self.events.push(event);
    }
}
