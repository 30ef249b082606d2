//! Every operation, on everything that there is, by everybody who may and some who may not.

use account_connections::operation::Operation;
use serde_json::{Value, json};

use super::world::{
    CONNECTED, CONNECTIONS, ELSEWHERES, ENVIRONMENTS, OURS, PENDING, REJECTED, Request, SPARE, Stored, USED, now,
    resources,
};
use crate::support::STRANGER;

/// All requests.
pub fn all(stored: &Stored) -> Vec<Request> {
    let mut requests = Requests { stored, all: Vec::new() };
    requests.creations();
    for number in CONNECTIONS {
        requests.on_connection(number);
    }
    for (name, connection) in ENVIRONMENTS {
        requests.on_environment(name, connection);
    }
    requests.lists();
    let missed = Operation::NAMES.iter().filter(|name| requests.all.iter().all(|it| it.operation.name() != **name));
    assert_eq!(missed.collect::<Vec<_>>(), Vec::<&&str>::new(), "every operation is there");
    requests.all
}

struct Requests<'s> {
    stored: &'s Stored,
    all: Vec<Request>,
}

impl Requests<'_> {
    fn add(&mut self, account: &str, operation: &str, input: &Value) {
        let operation = Operation::read_host(operation, input).unwrap();
        self.all.push(Request { caller: OURS.caller(account), operation });
    }

    fn creations(&mut self) {
        let create = "CreateEnvironmentAccountConnection";
        let (environment, management) = (OURS.environment, OURS.management);
        for (name, token) in [("new", None), ("new", Some("new")), ("pending", Some("pending")), ("new", Some("used"))]
        {
            let mut input = OURS.asks(name, environment);
            input["clientToken"] = json!(token);
            self.add(environment, create, &input);
        }
        let create = "CreateEnvironment";
        self.add(management, create, &OURS.creation("new", 0));
        self.add(management, create, &OURS.creation("connected", CONNECTED));
        self.add(management, create, &OURS.creation("pending", PENDING));
        self.add(management, create, &OURS.creation("rejected", REJECTED));
        self.add(environment, create, &OURS.creation("connected", CONNECTED));
        let mut repository = OURS.creation("self", 0);
        repository["name"] = json!("new");
        self.add(management, create, &repository);
        let mut other = OURS.creation("failed", 0);
        other["spec"] = json!("a: c");
        self.add(management, create, &other);
    }

    fn on_connection(&mut self, number: u128) {
        let id = json!({ "id": OURS.id(number) });
        let owner = if number == ELSEWHERES { OURS.other } else { OURS.environment };
        let arn = format!("arn:aws:proton:{}:{owner}:environment-account-connection/{}", OURS.region, OURS.id(number));
        let mut update = id.clone();
        update["componentRoleArn"] = json!(OURS.role(owner));
        for account in [OURS.management, owner, STRANGER] {
            for verb in ["Get", "Accept", "Reject", "Delete"] {
                self.add(account, &format!("{verb}EnvironmentAccountConnection"), &id);
            }
            self.add(account, "UpdateEnvironmentAccountConnection", &update);
            self.on_tags(account, &arn);
        }
    }

    fn on_tags(&mut self, account: &str, arn: &str) {
        let tags = json!([{ "key": "k", "value": "v" }]);
        self.add(account, "TagResource", &json!({ "resourceArn": arn, "tags": tags }));
        self.add(account, "UntagResource", &json!({ "resourceArn": arn, "tagKeys": ["k"] }));
        self.add(account, "ListTagsForResource", &json!({ "resourceArn": arn }));
    }

    fn on_environment(&mut self, name: &str, connection: u128) {
        let arn = format!("arn:aws:proton:{}:{}:environment/{name}", OURS.region, OURS.management);
        let deployment = OURS.deployment(&self.stored.ours, name);
        for account in [OURS.management, OURS.environment] {
            let by_name = json!({ "name": name });
            for operation in ["GetEnvironment", "DeleteEnvironment", "ProvisioningAuthority"] {
                self.add(account, operation, &by_name);
            }
            let by_name = json!({ "environmentName": name });
            for operation in ["CancelEnvironmentDeployment", "ListEnvironmentProvisionedResources"] {
                self.add(account, operation, &by_name);
            }
            let notice = json!({ "resourceArn": arn, "status": "FAILED" });
            self.add(account, "NotifyResourceDeploymentStatusChange", &notice);
            self.on_tags(account, &arn);
        }
        let manager = OURS.management;
        self.add(manager, "CreateEnvironment", &OURS.creation(name, connection));
        for outcome in ["SUCCEEDED", "FAILED", "CANCELLED"] {
            let mut report = json!({ "name": name, "deploymentId": deployment, "outcome": outcome });
            self.add(manager, "ReportDeployment", &report);
            report["resources"] = resources("another");
            self.add(manager, "ReportDeployment", &report);
        }
        let update = |deployment_type: &str| json!({ "name": name, "deploymentType": deployment_type });
        for deployment_type in ["NONE", "CURRENT_VERSION", "MINOR_VERSION", "MAJOR_VERSION"] {
            let mut input = update(deployment_type);
            input["description"] = json!("d");
            self.add(manager, "UpdateEnvironment", &input);
        }
        for number in [USED, SPARE, ELSEWHERES, CONNECTED] {
            let mut input = update("CURRENT_VERSION");
            input["environmentAccountConnectionId"] = json!(OURS.id(number));
            self.add(manager, "UpdateEnvironment", &input);
        }
    }

    /// Lists whole and in pages: the first, and the one after it.
    fn lists(&mut self) {
        let connections = "ListEnvironmentAccountConnections";
        for (account, side) in [
            (OURS.management, "MANAGEMENT_ACCOUNT"),
            (OURS.environment, "ENVIRONMENT_ACCOUNT"),
            (STRANGER, "MANAGEMENT_ACCOUNT"),
        ] {
            self.pages(account, connections, json!({ "requestedBy": side }));
            self.pages(account, connections, json!({ "requestedBy": side, "environmentName": "used" }));
            self.pages(account, connections, json!({ "requestedBy": side, "statuses": ["CONNECTED", "PENDING"] }));
        }
        let template = json!([{ "templateName": "t", "majorVersion": "2" }]);
        for account in [OURS.management, STRANGER] {
            self.pages(account, "ListEnvironments", json!({}));
            self.pages(account, "ListEnvironments", json!({ "environmentTemplates": template }));
        }
        for account in [OURS.management, OURS.environment, OURS.other] {
            self.pages(account, "ListProvisionedResources", json!({}));
            for identifiers in [&["shared"][..], &["shared", "stack of lost"], &["unknown"]] {
                self.add(account, "CleanUpResources", &json!({ "identifiers": identifiers }));
            }
        }
    }

    fn pages(&mut self, account: &str, operation: &str, mut input: Value) {
        self.add(account, operation, &input);
        input["maxResults"] = json!(2);
        self.add(account, operation, &input);
        let answer = self.stored.ours.clone().call(OURS.caller(account), now(), operation, &input).unwrap();
        if let Some(token) = answer.get("nextToken") {
            input["nextToken"] = token.clone();
            self.add(account, operation, &input);
        }
    }
}
