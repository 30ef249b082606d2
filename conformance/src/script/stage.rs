//! Things in every state, to make calls about.

use std::collections::BTreeMap;

use account_connections::{id::Caller, testing::subject::Reply};
use serde_json::{Value, json};

use super::rehearsal::Rehearsal;

/// The callers in a rehearsal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Party {
    /// The management account.
    Management,
    /// The environment account.
    Environment,
    /// Another environment account, with a connection to the same management account.
    Other,
    /// An account that has nothing to do with any of them.
    Stranger,
}

pub(super) const MANAGEMENT: &str = "111111111111";
pub(super) const ENVIRONMENT: &str = "222222222222";
pub(super) const OTHER: &str = "333333333333";
pub(super) const STRANGER: &str = "444444444444";
pub(super) const HOME: &str = "us-east-1";
pub(super) const ELSEWHERE: &str = "eu-west-1";

impl Party {
    pub(super) const fn account(self) -> &'static str {
        match self {
            Self::Management => MANAGEMENT,
            Self::Environment => ENVIRONMENT,
            Self::Other => OTHER,
            Self::Stranger => STRANGER,
        }
    }

    pub(super) fn caller(self) -> Caller {
        caller(self.account(), HOME)
    }
}

#[expect(clippy::expect_used, reason = "the accounts and Regions of this module")]
pub(super) fn caller(account: &str, region: &str) -> Caller {
    Caller::new(account.parse().expect("an account"), region.parse().expect("a Region"))
}

pub(super) fn role(account: &str, name: &str) -> Value {
    json!(format!("arn:aws:iam::{account}:role/{name}"))
}

/// A rehearsal with named things: `$name` in an input stands for what the rehearsal calls it.
#[derive(Clone, Debug)]
pub(super) struct Stage {
    pub(super) rehearsal: Rehearsal,
    named: BTreeMap<String, String>,
}

impl Stage {
    pub(super) fn new() -> Self {
        let mut stage = Self { rehearsal: Rehearsal::new(), named: BTreeMap::new() };
        stage.name("never", "00000000-0000-0000-0000-ffffffffffff");
        stage
    }

    /// A connection in each status, for environments of these names: `$p`, `$c`, `$r` and, deleted, `$g`; `$c2` is from
    /// the other environment account.
    pub(super) fn connections(&mut self) -> &mut Self {
        use Party::{Environment, Management, Other};

        let ask = |name: &str, account: &str| json!({ "environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": role(account, "base") });
        let with_token = json!({
            "environmentName": "pend", "managementAccountId": MANAGEMENT, "roleArn": role(ENVIRONMENT, "base"),
            "clientToken": "taken", "tags": [{ "key": "team", "value": "a" }],
        });
        self.create("p", Environment, &with_token);
        self.create("c", Environment, &ask("conn", ENVIRONMENT));
        self.create("r", Environment, &ask("reje", ENVIRONMENT));
        self.create("g", Environment, &ask("gone", ENVIRONMENT));
        self.create("c2", Other, &ask("used", OTHER));
        self.ask(Management, "AcceptEnvironmentAccountConnection", &json!({ "id": "$c" }));
        self.ask(Management, "RejectEnvironmentAccountConnection", &json!({ "id": "$r" }));
        self.ask(Environment, "DeleteEnvironmentAccountConnection", &json!({ "id": "$g" }));
        self.ask(Management, "AcceptEnvironmentAccountConnection", &json!({ "id": "$c2" }));
        self
    }

    /// A connection in use, `$u`, with its environment `used`; and environments provisioned in other ways: `orphan`,
    /// which lost its connection, `own`, with a role of its own account, and `repo`, from a repository.
    pub(super) fn environments(&mut self) -> &mut Self {
        use Party::{Environment, Management};

        for (connection, name) in [("u", "used"), ("o", "orphan")] {
            let asked = json!({ "environmentName": name, "managementAccountId": MANAGEMENT,
                "roleArn": role(ENVIRONMENT, "base"), "codebuildRoleArn": role(ENVIRONMENT, "build") });
            self.create(connection, Environment, &asked);
            let id = format!("${connection}");
            self.ask(Management, "AcceptEnvironmentAccountConnection", &json!({ "id": id }));
            let created = json!({ "name": name, "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
                "environmentAccountConnectionId": id });
            self.ask(Management, "CreateEnvironment", &created);
            self.succeed(name);
        }
        self.ask(Environment, "DeleteEnvironmentAccountConnection", &json!({ "id": "$o" }));
        self.ask(
            Management,
            "CreateEnvironment",
            &json!({ "name": "own", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
                "protonServiceRoleArn": role(MANAGEMENT, "own"), "tags": [{ "key": "team", "value": "a" }] }),
        );
        self.succeed("own");
        self.ask(
            Management,
            "CreateEnvironment",
            &json!({ "name": "repo", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
                "provisioningRepository": { "branch": "main", "name": "owner/infra", "provider": "GITHUB" } }),
        );
        self
    }

    /// Environments with a deployment under way, or ended in other ways: `busy`, `updating`, `dying`, and `doomed`,
    /// whose deletion failed.
    pub(super) fn deployments(&mut self) -> &mut Self {
        use Party::Management;

        for name in ["busy", "updating", "dying", "doomed"] {
            let created = json!({ "name": name, "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
                "codebuildRoleArn": role(MANAGEMENT, "own") });
            self.ask(Management, "CreateEnvironment", &created);
            if name != "busy" {
                self.succeed(name);
            }
        }
        let update = json!({ "name": "updating", "deploymentType": "CURRENT_VERSION", "spec": "t" });
        if let Reply::Answer(answer) = self.ask(Management, "UpdateEnvironment", &update) {
            let deployment = answer.pointer("/environment/lastAttemptedDeploymentId").and_then(Value::as_str);
            self.name("updating.update", deployment.unwrap_or_default());
        }
        for name in ["dying", "doomed"] {
            self.ask(Management, "DeleteEnvironment", &json!({ "name": name }));
        }
        self.report("doomed", "FAILED");
        self
    }

    fn create(&mut self, name: &str, by: Party, asked: &Value) {
        if let Reply::Answer(answer) = self.ask(by, "CreateEnvironmentAccountConnection", asked) {
            let text = |place: &str| answer.pointer(place).and_then(Value::as_str).unwrap_or_default().to_owned();
            self.name(name, &text("/environmentAccountConnection/id"));
            self.name(&format!("{name}.arn"), &text("/environmentAccountConnection/arn"));
        }
    }

    fn succeed(&mut self, environment: &str) {
        self.report(environment, "SUCCEEDED");
    }

    fn report(&mut self, environment: &str, outcome: &str) {
        let name = environment;
        let Reply::Answer(answer) = self.ask(Party::Management, "GetEnvironment", &json!({ "name": name })) else {
            return;
        };
        let deployment = answer.pointer("/environment/lastAttemptedDeploymentId").cloned().unwrap_or_default();
        let input = json!({ "name": name, "deploymentId": deployment, "outcome": outcome });
        self.ask(Party::Management, "ReportDeployment", &input);
        if let Some(deployment) = deployment.as_str() {
            self.name(&format!("{name}.deployment"), deployment);
        }
    }

    pub(super) fn ask(&mut self, by: Party, operation: &str, input: &Value) -> Reply {
        let input = self.resolved(input);
        self.rehearsal.ask(by.caller(), operation, &input)
    }

    pub(super) fn name(&mut self, name: &str, value: &str) {
        self.named.insert(format!("${name}"), value.to_owned());
    }

    /// An input with the names replaced.
    pub(super) fn resolved(&self, input: &Value) -> Value {
        match input {
            Value::String(text) => Value::String(self.named.get(text).unwrap_or(text).clone()),
            Value::Array(items) => items.iter().map(|item| self.resolved(item)).collect(),
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, member)| (name.clone(), self.resolved(member))).collect())
            }
            other => other.clone(),
        }
    }
}
