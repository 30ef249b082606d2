//! Everything that can be done with environments: each operation is a step of its own.

use account_connections::{id::EnvironmentName, operation::DeploymentType};
use serde_json::{Value, json};

use super::{
    ABROAD, Environments, HOME, Kind, World, id,
    moment::{Host, environment_arn},
    role,
    steps::{By, Step},
};

/// Adds the steps of a world with environments.
pub fn add(world: &World, environments: &Environments, steps: &mut Vec<Step>) {
    let owners = world.owners();
    for (&account, &at) in world.accounts.iter().flat_map(|account| world.times.iter().map(move |at| (account, at))) {
        let by = By { account, region: HOME, at, steps };
        let mut its = Its { world, environments, by, owner: account };
        if owners.contains(&account) {
            its.lists();
            for name in world.names {
                its.creates(name);
                its.updates(name);
                its.ends(name);
                its.notifies(name);
                its.reports(name);
                its.reads(name);
                its.tags(name);
            }
        } else {
            its.touches(owners[0]);
        }
        its.resources();
        its.by.region = ABROAD;
        its.touches(owners[0]);
    }
    let by = By { account: owners[0], region: HOME, at: world.times[0], steps };
    Its { world, environments, by, owner: owners[0] }.malformed();
}

/// What one account does with the environments of one owner.
struct Its<'s> {
    world: &'s World,
    environments: &'s Environments,
    by: By<'s>,
    owner: &'static str,
}

/// With a member more.
fn with(input: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut input = input.clone();
    input[member] = value.into();
    input
}

impl Its<'_> {
    fn arn(&self, name: &str) -> String {
        environment_arn(self.owner, name)
    }

    fn deployment(&self, name: &str, number: u128) -> Value {
        let name = name.parse::<EnvironmentName>().unwrap();
        json!(self.world.deployment(self.owner.parse().unwrap(), &name, number))
    }

    fn own_role(&self, name: &str) -> Value {
        json!(role(self.by.account, name))
    }

    fn creation(&self, name: &str) -> Value {
        let tags = self.world.tags.first().map(|value| json!([{ "key": "k", "value": value }]));
        json!({ "name": name, "templateName": "t", "templateMajorVersion": self.environments.versions[0].0,
            "spec": self.environments.specs[0], "tags": tags })
    }

    fn creates(&mut self, name: &str) {
        const CREATE: &str = "CreateEnvironment";
        let (base, service) = (self.creation(name), self.own_role(self.world.roles[0]));
        let repository = json!({ "name": "o/r", "branch": "b", "provider": "GITHUB" });
        let connection = "environmentAccountConnectionId";
        for kind in self.environments.kinds {
            match kind {
                Kind::Connection => {
                    for id in self.world.ids() {
                        let input = with(&base, connection, json!(id));
                        self.by.call(CREATE, input.clone());
                        self.by.call_of(Host::NoRoom, CREATE, input.clone());
                        self.by.call(CREATE, with(&input, "componentRoleArn", service.clone()));
                        // The connection is not for this name.
                        self.by.call(CREATE, with(&input, "name", "other"));
                    }
                }
                Kind::OwnRoles => {
                    let input = with(&base, "protonServiceRoleArn", service.clone());
                    self.by.call(CREATE, input.clone());
                    self.by.call_of(Host::NoRoom, CREATE, input.clone());
                    if self.environments.specs.len() > 1 {
                        self.by.call(CREATE, with(&input, "templateMinorVersion", self.environments.versions[0].1));
                    }
                    self.by.call(CREATE, with(&input, "provisioningRepository", repository.clone()));
                }
                Kind::Repository => {
                    let input = with(&base, "provisioningRepository", repository.clone());
                    self.by.call(CREATE, input.clone());
                    self.by.call_of(Host::NoRoom, CREATE, input);
                }
            }
        }
        self.by.call(CREATE, base.clone());
        let foreign = role("123456789999", self.world.roles[0]);
        self.by.call(CREATE, with(&base, "codebuildRoleArn", foreign));
    }

    /// Each type of deployment with the parameters that it takes, with and without a connection, and with those that it
    /// does not take.
    fn updates(&mut self, name: &str) {
        const UPDATE: &str = "UpdateEnvironment";
        let of = |kind: DeploymentType| json!({ "name": name, "deploymentType": kind.name() });
        let none = of(DeploymentType::None);
        let mut all = vec![none.clone()];
        all.extend(self.environments.types.iter().flat_map(|&kind| self.deployments(&of(kind), kind)));
        for id in self.world.ids() {
            let plain = [none.clone()].into_iter().chain(self.environments.types.iter().map(|&kind| of(kind)));
            all.extend(plain.map(|input| with(&input, "environmentAccountConnectionId", json!(id))));
        }
        for role in self.environments.roles {
            let role = self.own_role(role);
            all.extend(
                ["protonServiceRoleArn", "codebuildRoleArn", "componentRoleArn"]
                    .map(|it| with(&none, it, role.clone())),
            );
        }
        all.push(with(&none, "componentRoleArn", role("123456789999", self.world.roles[0])));
        let repository = |branch: &str| json!({ "name": "o/r", "branch": branch, "provider": "GITHUB" });
        all.push(with(&none, "provisioningRepository", repository("b")));
        all.extend(self.environments.roles.iter().map(|it| with(&none, "provisioningRepository", repository(it))));
        all.extend(self.environments.descriptions.iter().map(|it| with(&none, "description", *it)));
        all.push(with(&none, "spec", self.environments.specs[0]));
        all.push(with(&none, "templateMinorVersion", "0"));
        for input in all {
            self.by.call(UPDATE, input);
        }
        for kind in self.environments.types {
            self.by.call_of(Host::RepeatsTheLatest, UPDATE, of(*kind));
            self.by.call_of(Host::RepeatsTheLastSuccess, UPDATE, of(*kind));
        }
    }

    /// The updates with a deployment of this type.
    fn deployments(&self, plain: &Value, kind: DeploymentType) -> Vec<Value> {
        let mut all = vec![plain.clone()];
        all.extend(self.environments.specs.iter().skip(1).map(|spec| with(plain, "spec", *spec)));
        let one_spec = self.environments.specs.len() == 1;
        for (major, minor) in self.environments.versions {
            let major = with(plain, "templateMajorVersion", *major);
            all.push(major.clone());
            if kind != DeploymentType::CurrentVersion && !one_spec {
                all.push(with(plain, "templateMinorVersion", *minor));
                all.push(with(&major, "templateMinorVersion", *minor));
            }
        }
        all
    }

    fn ends(&mut self, name: &str) {
        if self.environments.cancels {
            self.by.call("CancelEnvironmentDeployment", json!({ "environmentName": name }));
        }
        self.by.call("DeleteEnvironment", json!({ "name": name }));
        self.by.call_of(Host::RepeatsTheLatest, "DeleteEnvironment", json!({ "name": name }));
    }

    /// What the public API can report: of the deployment under way, and of this one or that.
    fn notifies(&mut self, name: &str) {
        const NOTIFY: &str = "NotifyResourceDeploymentStatusChange";
        let ids = [Value::Null, self.deployment(name, 1), self.deployment(name, 2)];
        for id in ids {
            let plain = json!({ "resourceArn": self.arn(name), "deploymentId": id });
            self.by.call(NOTIFY, plain.clone());
            self.by.call(NOTIFY, with(&plain, "status", "IN_PROGRESS"));
            self.by.call(NOTIFY, with(&plain, "status", "SUCCEEDED"));
            if self.environments.fails {
                self.by.call(NOTIFY, with(&plain, "status", "FAILED"));
            }
            for message in self.environments.messages {
                self.by.call(NOTIFY, with(&with(&plain, "status", "SUCCEEDED"), "statusMessage", *message));
            }
        }
    }

    fn reports(&mut self, name: &str) {
        const REPORT: &str = "ReportDeployment";
        for id in [1, 2].map(|number| self.deployment(name, number)) {
            let of = |outcome: &str| json!({ "name": name, "deploymentId": id, "outcome": outcome });
            let mut reports = vec![of("SUCCEEDED"), of("CANCELLED")];
            if self.environments.fails {
                reports.push(of("FAILED"));
            }
            let mut all = reports.clone();
            for told in told_of(self.environments.resources) {
                all.extend(reports.iter().map(|report| with(report, "resources", told.clone())));
            }
            for message in self.environments.messages {
                all.extend(reports.iter().map(|report| with(report, "message", *message)));
            }
            for (major, minor) in self.environments.versions {
                let resolved = with(&of("SUCCEEDED"), "templateMinorVersion", *minor);
                all.push(with(&of("FAILED"), "templateMajorVersion", *major));
                if self.environments.specs.len() > 1 {
                    all.push(with(&of("SUCCEEDED"), "templateMajorVersion", *major));
                    all.push(with(&resolved, "templateMajorVersion", *major));
                    all.push(resolved);
                }
            }
            for report in all {
                self.by.call(REPORT, report);
            }
        }
    }

    fn reads(&mut self, name: &str) {
        self.by.call("GetEnvironment", json!({ "name": name }));
        self.by.call("ListEnvironmentProvisionedResources", json!({ "environmentName": name }));
        self.by.call("ProvisioningAuthority", json!({ "name": name }));
        self.by.call("ListTagsForResource", json!({ "resourceArn": self.arn(name) }));
    }

    fn tags(&mut self, name: &str) {
        let arn = self.arn(name);
        let Some(value) = self.world.tags.first() else { return };
        self.by.call("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["absent"] }));
        // Fifty more than there are; where the one that there is can go, they would fill more than a page.
        if self.world.tags.len() == 1 {
            let many = (0..50).map(|number| json!({ "key": format!("k{number}"), "value": value }));
            self.by.call("TagResource", json!({ "resourceArn": arn, "tags": many.collect::<Vec<_>>() }));
        }
        for value in self.world.tags {
            self.by.call("TagResource", json!({ "resourceArn": arn, "tags": [{ "key": "k", "value": value }] }));
        }
        if self.world.tags.len() > 1 {
            self.by.call("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["k"] }));
        }
    }

    fn lists(&mut self) {
        let of = |major: &str| json!({ "templateName": "t", "majorVersion": major });
        self.by.call("ListEnvironments", json!({}));
        self.by.call("ListEnvironments", json!({ "environmentTemplates": [of("1")] }));
        self.by.call("ListEnvironments", json!({ "environmentTemplates": [of("2")] }));
        self.by.call("ListEnvironments", json!({ "environmentTemplates": [of("2"), of("1")] }));
        let other = json!({ "templateName": "u", "majorVersion": "1" });
        self.by.call("ListEnvironments", json!({ "environmentTemplates": [other] }));
        self.by.call("ListEnvironments", json!({ "nextToken": "01" }));
    }

    /// What an account sees of what was provisioned in it, and what it cleans up: each resource alone, all, and what
    /// there is not.
    fn resources(&mut self) {
        self.by.call("ListProvisionedResources", json!({}));
        self.by.call("ListProvisionedResources", json!({ "nextToken": "01" }));
        self.by.call("CleanUpResources", json!({ "identifiers": ["absent"] }));
        let all = self.environments.resources;
        for resource in all {
            self.by.call("CleanUpResources", json!({ "identifiers": [resource] }));
        }
        if all.len() > 1 {
            self.by.call("CleanUpResources", json!({ "identifiers": all }));
        }
    }

    /// Whatever there is, tried by somebody whose it is not: with every operation once.
    fn touches(&mut self, owner: &'static str) {
        let name = self.world.names[0];
        self.owner = owner;
        for id in self.world.ids() {
            let input = with(&self.creation(name), "environmentAccountConnectionId", json!(id));
            self.by.call("CreateEnvironment", input);
        }
        self.by.call("ListEnvironments", json!({}));
        self.reads(name);
        for kind in ["NONE", "CURRENT_VERSION"] {
            self.by.call("UpdateEnvironment", json!({ "name": name, "deploymentType": kind }));
        }
        self.by.call("CancelEnvironmentDeployment", json!({ "environmentName": name }));
        self.by.call("DeleteEnvironment", json!({ "name": name }));
        let id = self.deployment(name, 1);
        self.by.call("ReportDeployment", json!({ "name": name, "deploymentId": id, "outcome": "SUCCEEDED" }));
        let mut arns = vec![self.arn(name)];
        if self.by.region == ABROAD {
            self.resources();
            // Where there is nothing.
            arns.push(self.arn(name).replace(HOME, ABROAD));
        }
        for arn in arns {
            let notified = json!({ "resourceArn": arn, "status": "SUCCEEDED" });
            self.by.call("NotifyResourceDeploymentStatusChange", notified);
            self.by.call("TagResource", json!({ "resourceArn": arn, "tags": [{ "key": "k", "value": "" }] }));
            self.by.call("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["k"] }));
        }
    }

    fn malformed(&mut self) {
        self.by.call("GetEnvironment", json!({ "name": "-" }));
        self.by.call("CreateEnvironment", json!({ "name": "a" }));
        // An ARN of something else.
        let arn = format!("arn:aws:proton:{HOME}:{}:environment-account-connection/{}", self.by.account, id(1));
        self.by.call("NotifyResourceDeploymentStatusChange", json!({ "resourceArn": arn, "status": "SUCCEEDED" }));
    }
}

/// What can be told of resources: that there are none, each alone, and all of them.
fn told_of(resources: &[&str]) -> Vec<Value> {
    let mut all = vec![json!([])];
    if !resources.is_empty() {
        all.extend(resources.iter().map(|it| json!([{ "identifier": it }])));
    }
    if resources.len() > 1 {
        all.push(resources.iter().map(|it| json!({ "identifier": it })).collect());
    }
    all
}
