//! Everything that can be asked in a world, in every state.

use serde_json::{Value, json};

use super::{
    ABROAD, HOME,
    ask::{ATTEMPTED, Ask, Fresh, STALE},
    connection_arn, deployment, environment_arn, id, role,
    worlds::{Environments, Kind, World},
};

/// One call, or several that are looked at only as a whole.
pub type Step = Vec<Ask>;

/// Everything that can happen in a world.
pub fn all(world: &World) -> Vec<Step> {
    let mut steps = Vec::new();
    for (&account, &time) in world.accounts.iter().flat_map(|it| world.times.iter().map(move |time| (it, time))) {
        let mut by = By { world, account, region: HOME, time, steps: &mut steps };
        by.creates_connections();
        by.lists_connections();
        for number in 1..=world.ids {
            by.decides(&id(number));
            by.tags_connection(&id(number));
        }
        match &world.environments {
            Some(environments) => by.environments(environments),
            None => by.whole_environments(),
        }
        if world.abroad {
            by.region = ABROAD;
            by.abroad();
        }
    }
    steps
}

/// What no state is asked for: every operation without its input, lists with pages of nothing.
pub fn malformed(world: &World) -> Vec<Step> {
    let mut steps = Vec::new();
    let by = &mut By { world, account: world.accounts[0], region: HOME, time: 0, steps: &mut steps };
    for operation in account_connections::operation::Operation::NAMES {
        by.call(operation, json!({ "maxResults": 0, "nextToken": "-" }));
    }
    let arn = environment_arn(HOME, by.account, "a");
    by.call("ListTagsForResource", json!({ "resourceArn": arn, "nextToken": "01" }));
    let reserved = json!([{ "key": "AWS:proton", "value": "" }]);
    by.call("TagResource", json!({ "resourceArn": arn, "tags": reserved }));
    by.call("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["aws:"] }));
    let connection = json!({ "environmentName": "a", "managementAccountId": by.account, "tags": reserved });
    by.call("CreateEnvironmentAccountConnection", connection);
    by.call("CreateEnvironment", with(&by.creation("a", &["s"], "1"), "tags", reserved));
    steps
}

/// The calls of one account at one time.
struct By<'w> {
    world: &'w World,
    account: &'static str,
    region: &'static str,
    time: i64,
    steps: &'w mut Vec<Step>,
}

/// With one member more.
fn with(input: &Value, member: &str, value: impl Into<Value>) -> Value {
    let mut input = input.clone();
    input[member] = value.into();
    input
}

const FOREIGN: &str = "123456789999";
const WITH: &str = "environmentAccountConnectionId";

impl By<'_> {
    fn ask(&self, operation: &str, input: Value) -> Ask {
        Ask::new(self.account, self.region, self.time, operation, input)
    }

    fn call(&mut self, operation: &str, input: Value) {
        self.steps.push(vec![self.ask(operation, input)]);
    }

    /// A list whole, with a token that nobody issued, and in pages of one: the first and the second.
    fn list(&mut self, operation: &str, input: &Value) {
        self.call(operation, input.clone());
        self.call(operation, with(input, "nextToken", "01"));
        let page = with(input, "maxResults", 1);
        let next = with(&page, "nextToken", json!({ "$token": 0 }));
        self.steps.push(vec![self.ask(operation, page), self.ask(operation, next)]);
    }

    fn mine(&self, name: &str) -> String {
        role(self.account, name)
    }

    fn tags(&self) -> Option<Value> {
        self.world.tags.first().map(|value| json!([{ "key": "k", "value": value }]))
    }

    fn creates_connections(&mut self) {
        const CREATE: &str = "CreateEnvironmentAccountConnection";
        let World { pairs, names, tokens, roles, .. } = *self.world;
        let mine = self.mine(roles[0]);
        let account = self.account;
        for (_, management) in pairs.iter().filter(|(environment, _)| *environment == account) {
            let tags = self.tags();
            let input = |name: &str, token: &str| {
                json!({ "environmentName": name, "managementAccountId": management, "roleArn": mine,
                    "clientToken": token, "tags": tags })
            };
            for (name, token) in names.iter().flat_map(|name| tokens.iter().map(move |token| (name, token))) {
                self.call(CREATE, input(name, token));
            }
            for token in tokens.iter().filter(|token| !token.is_empty()) {
                self.call(CREATE, with(&input(names[0], token), "componentRoleArn", &*mine));
            }
            self.call(CREATE, with(&input(names[0], ""), "roleArn", role(FOREIGN, roles[0])));
            self.call(CREATE, with(&input(names[0], ""), "roleArn", Value::Null));
        }
        let alone = json!({ "environmentName": names[0], "managementAccountId": self.account, "roleArn": mine });
        self.call(CREATE, alone);
    }

    fn lists_connections(&mut self) {
        const LIST: &str = "ListEnvironmentAccountConnections";
        self.list(LIST, &json!({ "requestedBy": "MANAGEMENT_ACCOUNT" }));
        self.call(LIST, json!({ "requestedBy": "ENVIRONMENT_ACCOUNT" }));
        self.call(LIST, json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "statuses": ["CONNECTED", "REJECTED"] }));
        self.call(LIST, json!({ "requestedBy": "MANAGEMENT_ACCOUNT", "environmentName": self.world.names[0] }));
    }

    fn decides(&mut self, id: &str) {
        for verb in ["Get", "Accept", "Reject", "Delete", "Update"] {
            self.call(&format!("{verb}EnvironmentAccountConnection"), json!({ "id": id }));
        }
        let roles = self.world.roles.iter().map(|name| self.mine(name)).chain([role(FOREIGN, "r1")]);
        for role in roles.collect::<Vec<_>>() {
            self.call("UpdateEnvironmentAccountConnection", json!({ "id": id, "roleArn": role }));
        }
    }

    fn tags_connection(&mut self, id: &str) {
        for (environment, _) in self.world.pairs {
            self.tags_arn(&connection_arn(self.region, environment, id));
        }
    }

    fn tags_arn(&mut self, arn: &str) {
        self.call("ListTagsForResource", json!({ "resourceArn": arn }));
        let tags = self.world.tags;
        let Some(first) = tags.first() else { return };
        self.call("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["absent"] }));
        for value in tags {
            self.call("TagResource", json!({ "resourceArn": arn, "tags": [{ "key": "k", "value": value }] }));
        }
        // Fifty more than there are; where the one that there is can go, they would be no more than can be.
        if tags.len() == 1 {
            let many = (0..50).map(|number| json!({ "key": format!("k{number}"), "value": first }));
            self.call("TagResource", json!({ "resourceArn": arn, "tags": many.collect::<Vec<_>>() }));
        } else {
            self.call("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["k"] }));
        }
    }

    /// Where there is nothing.
    fn abroad(&mut self) {
        self.call("ListEnvironmentAccountConnections", json!({ "requestedBy": "ENVIRONMENT_ACCOUNT" }));
        for number in 1..=self.world.ids {
            self.decides(&id(number));
            self.tags_connection(&id(number));
        }
        if self.world.environments.is_some() {
            self.touches(self.world.owners()[0]);
            self.call("ListProvisionedResources", json!({}));
        }
    }

    fn creation(&self, name: &str, specs: &[&str], major: &str) -> Value {
        json!({ "name": name, "templateName": "t", "templateMajorVersion": major, "spec": specs[0],
            "tags": self.tags() })
    }

    /// The environment is created with a connection, and its deployment succeeds; it is deleted, and that succeeds.
    fn whole_environments(&mut self) {
        if !self.world.owners().contains(&self.account) || self.time != self.world.times[0] {
            return;
        }
        for name in self.world.names {
            let report = json!({ "name": name, "deploymentId": ATTEMPTED, "outcome": "SUCCEEDED" });
            for number in 1..=self.world.ids {
                let input = with(&self.creation(name, &["s"], "1"), WITH, id(number));
                let [create, report] = [("CreateEnvironment", input), ("ReportDeployment", report.clone())]
                    .map(|(operation, input)| self.ask(operation, input));
                self.steps.push(vec![create, report]);
            }
            let delete = self.ask("DeleteEnvironment", json!({ "name": name }));
            self.steps.push(vec![delete, self.ask("ReportDeployment", report)]);
        }
    }

    fn environments(&mut self, its: &Environments) {
        if self.world.owners().contains(&self.account) {
            self.lists_environments();
            for name in self.world.names {
                self.creates(name, its);
                self.updates(name, its);
                self.ends(name, its);
                self.notifies(name, its);
                self.reports(name, its);
                self.reads(self.account, name);
                self.tags_arn(&environment_arn(HOME, self.account, name));
            }
        } else {
            self.touches(self.world.owners()[0]);
        }
        self.resources(its);
    }

    fn creates(&mut self, name: &str, its: &Environments) {
        const CREATE: &str = "CreateEnvironment";
        let base = self.creation(name, its.specs, its.versions[0].0);
        let mine = self.mine(self.world.roles[0]);
        let repository = json!({ "name": "o/r", "branch": "b", "provider": "GITHUB" });
        for kind in its.kinds {
            match kind {
                Kind::Connection => {
                    for number in 1..=self.world.ids {
                        let input = with(&base, WITH, id(number));
                        self.call(CREATE, input.clone());
                        self.call(CREATE, with(&input, "componentRoleArn", &*mine));
                        // The connection is not for this name.
                        self.call(CREATE, with(&input, "name", "other"));
                    }
                }
                Kind::OwnRoles => {
                    let input = with(&base, "protonServiceRoleArn", &*mine);
                    self.call(CREATE, input.clone());
                    if its.specs.len() > 1 {
                        self.call(CREATE, with(&input, "templateMinorVersion", its.versions[0].1));
                    }
                    self.call(CREATE, with(&input, "provisioningRepository", repository.clone()));
                }
                Kind::Repository => self.call(CREATE, with(&base, "provisioningRepository", repository.clone())),
            }
        }
        self.call(CREATE, base.clone());
        self.call(CREATE, with(&base, "codebuildRoleArn", role(FOREIGN, "r1")));
    }

    /// Each type of deployment with the parameters that it takes, with and without a connection, and with those that it
    /// does not take.
    fn updates(&mut self, name: &str, its: &Environments) {
        const UPDATE: &str = "UpdateEnvironment";
        let of = |kind: &str| json!({ "name": name, "deploymentType": kind });
        let none = of("NONE");
        let mut all = vec![none.clone(), with(&none, "spec", its.specs[0]), with(&none, "templateMinorVersion", "0")];
        for kind in its.types {
            all.extend(deployments(&of(kind), kind, its));
        }
        for number in 1..=self.world.ids {
            all.extend(["NONE"].iter().chain(its.types).map(|kind| with(&of(kind), WITH, id(number))));
        }
        for name in its.roles {
            let mine = self.mine(name);
            let members = ["protonServiceRoleArn", "codebuildRoleArn", "componentRoleArn"];
            all.extend(members.map(|member| with(&none, member, &*mine)));
        }
        all.push(with(&none, "componentRoleArn", role(FOREIGN, "r1")));
        let branches = ["b"].iter().chain(its.roles);
        let repository = |branch: &str| json!({ "name": "o/r", "branch": branch, "provider": "GITHUB" });
        all.extend(branches.map(|branch| with(&none, "provisioningRepository", repository(branch))));
        all.extend(its.descriptions.iter().map(|it| with(&none, "description", *it)));
        for input in all {
            self.call(UPDATE, input);
        }
        for (kind, fresh) in its.types.iter().flat_map(|kind| [(kind, Fresh::Attempted), (kind, Fresh::Stale)]) {
            self.steps.push(vec![self.ask(UPDATE, of(kind)).with(fresh)]);
        }
    }

    fn ends(&mut self, name: &str, its: &Environments) {
        if its.cancels {
            self.call("CancelEnvironmentDeployment", json!({ "environmentName": name }));
        }
        self.call("DeleteEnvironment", json!({ "name": name }));
        self.steps.push(vec![self.ask("DeleteEnvironment", json!({ "name": name })).with(Fresh::Attempted)]);
    }

    /// What the public API can report: of the deployment under way, and of this one or that.
    fn notifies(&mut self, name: &str, its: &Environments) {
        const NOTIFY: &str = "NotifyResourceDeploymentStatusChange";
        for id in [Value::Null, json!(ATTEMPTED), json!(STALE)] {
            let plain = json!({ "resourceArn": environment_arn(HOME, self.account, name), "deploymentId": id });
            self.call(NOTIFY, plain.clone());
            for status in ["IN_PROGRESS", "SUCCEEDED", "FAILED"].iter().filter(|it| its.fails || **it != "FAILED") {
                self.call(NOTIFY, with(&plain, "status", *status));
            }
            for message in its.messages {
                self.call(NOTIFY, with(&with(&plain, "status", "SUCCEEDED"), "statusMessage", *message));
            }
        }
    }

    fn reports(&mut self, name: &str, its: &Environments) {
        for id in [ATTEMPTED, STALE] {
            let of = |outcome: &str| json!({ "name": name, "deploymentId": id, "outcome": outcome });
            let outcomes = ["SUCCEEDED", "CANCELLED", "FAILED"].iter().filter(|it| its.fails || **it != "FAILED");
            let plain = outcomes.map(|outcome| of(outcome)).collect::<Vec<_>>();
            let mut all = plain.clone();
            for told in told_of(its.resources) {
                all.extend(plain.iter().map(|report| with(report, "resources", told.clone())));
            }
            for message in its.messages {
                all.extend(plain.iter().map(|report| with(report, "message", *message)));
            }
            for (major, minor) in its.versions.iter().filter(|_| its.specs.len() > 1) {
                let resolved = with(&of("SUCCEEDED"), "templateMinorVersion", *minor);
                all.push(with(&of("SUCCEEDED"), "templateMajorVersion", *major));
                all.push(with(&resolved, "templateMajorVersion", *major));
                all.push(resolved);
            }
            for report in all {
                self.call("ReportDeployment", report);
            }
        }
    }

    fn reads(&mut self, owner: &str, name: &str) {
        self.call("GetEnvironment", json!({ "name": name }));
        self.call("ListEnvironmentProvisionedResources", json!({ "environmentName": name }));
        for id in [Value::Null, json!(STALE)] {
            self.call("ListEnvironmentOutputs", json!({ "environmentName": name, "deploymentId": id }));
        }
        self.call("ProvisioningAuthority", json!({ "name": name }));
        self.call("ListTagsForResource", json!({ "resourceArn": environment_arn(HOME, owner, name), "maxResults": 2 }));
    }

    fn lists_environments(&mut self) {
        let of = |major: &str| json!({ "templateName": "t", "majorVersion": major });
        let other = json!({ "templateName": "u", "majorVersion": "1" });
        self.list("ListEnvironments", &json!({}));
        for templates in [json!([of("1")]), json!([of("2"), of("1")]), json!([other])] {
            self.call("ListEnvironments", json!({ "environmentTemplates": templates }));
        }
    }

    /// What an account sees of what was provisioned in it, and what it cleans up: each resource alone, all, and what
    /// there is not.
    fn resources(&mut self, its: &Environments) {
        self.list("ListProvisionedResources", &json!({}));
        let all = its.resources;
        let each = all.iter().map(|it| json!([it])).chain([json!(["absent"])]);
        for identifiers in each.chain((all.len() > 1).then(|| json!(all))) {
            self.call("CleanUpResources", json!({ "identifiers": identifiers }));
        }
    }

    /// Anything of an owner's, tried by somebody whose it is not: with every operation once.
    fn touches(&mut self, owner: &str) {
        let name = self.world.names[0];
        for number in 1..=self.world.ids {
            let input = with(&self.creation(name, &["s"], "1"), WITH, id(number));
            self.call("CreateEnvironment", input);
        }
        self.call("ListEnvironments", json!({}));
        self.reads(owner, name);
        for kind in ["NONE", "CURRENT_VERSION"] {
            self.call("UpdateEnvironment", json!({ "name": name, "deploymentType": kind }));
        }
        self.call("CancelEnvironmentDeployment", json!({ "environmentName": name }));
        self.call("DeleteEnvironment", json!({ "name": name }));
        let report = json!({ "name": name, "deploymentId": deployment(1), "outcome": "SUCCEEDED" });
        self.call("ReportDeployment", report);
        let arn = environment_arn(self.region, owner, name);
        self.call("NotifyResourceDeploymentStatusChange", json!({ "resourceArn": arn, "status": "SUCCEEDED" }));
        self.call("TagResource", json!({ "resourceArn": arn, "tags": [{ "key": "k", "value": "" }] }));
        self.call("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["k"] }));
    }
}

/// The updates with a deployment of this type.
fn deployments(plain: &Value, kind: &str, its: &Environments) -> Vec<Value> {
    let mut all = vec![plain.clone()];
    all.extend(its.specs.iter().skip(1).map(|spec| with(plain, "spec", *spec)));
    for (major, minor) in its.versions {
        let major = with(plain, "templateMajorVersion", *major);
        all.push(major.clone());
        if kind != "CURRENT_VERSION" && its.specs.len() > 1 {
            all.push(with(plain, "templateMinorVersion", *minor));
            all.push(with(&major, "templateMinorVersion", *minor));
        }
    }
    all
}

/// What can be told of resources: that there are none, each alone, and all of them.
fn told_of(resources: &[&str]) -> Vec<Value> {
    let named = |resources: &[&str]| resources.iter().map(|it| json!({ "identifier": it })).collect::<Value>();
    let mut all = vec![json!([])];
    all.extend(resources.iter().map(|it| named(&[it])));
    all.extend((resources.len() > 1).then(|| named(resources)));
    all
}
