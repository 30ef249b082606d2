//! SPEC §7.0: no batch has more than 120 expectations or more than 120 writes.
//!
//! Every kind of call with as much to write as it can have, over a store that notes the largest batch of each operation.

use std::collections::BTreeMap;

use account_connections::{Refusal, Rule, store::Batch};
use serde_json::{Value, json};

use crate::support::{
    ENVIRONMENT, MANAGEMENT, NAME, REGION, ROLE, World, at, caller,
    watched::{Note, Watched},
};

const MOST: usize = 120;

/// The sizes of the last batch: its expectations and its writes.
#[derive(Clone, Debug, Default, PartialEq)]
struct Last(usize, usize);

impl Note for Last {
    fn commit(&mut self, batch: &Batch) {
        *self = Self(batch.expectations().len(), batch.writes().len());
    }
}

/// A world that is asked for as much as it gives.
#[derive(Default)]
struct Reaching {
    world: World<Watched<Last>>,
    /// The most expectations and the most writes of each operation.
    largest: BTreeMap<String, (usize, usize)>,
}

impl Reaching {
    fn try_call(&mut self, account: &str, operation: &str, input: &Value) -> Result<Value, Refusal> {
        self.world.store.noted = Last::default();
        let answer = self.world.call(caller(account), at(0), operation, input);
        let Last(expectations, writes) = self.world.store.noted;
        let largest = self.largest.entry(operation.to_owned()).or_default();
        *largest = (largest.0.max(expectations), largest.1.max(writes));
        answer
    }

    fn call(&mut self, account: &str, operation: &str, input: &Value) -> Value {
        let answer = self.try_call(account, operation, input);
        answer.unwrap_or_else(|refusal| panic!("{operation} {input}: {refusal}"))
    }

    /// The id of a connection that was accepted, with all that it can have.
    fn connect(&mut self) -> Value {
        let request = json!({
            "environmentName": NAME, "managementAccountId": MANAGEMENT, "roleArn": ROLE, "codebuildRoleArn": ROLE,
            "componentRoleArn": ROLE, "tags": tags(), "clientToken": format!("{}", self.world.calls),
        });
        let shown = self.call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &request);
        let id = shown["environmentAccountConnection"]["id"].clone();
        self.call(MANAGEMENT, "AcceptEnvironmentAccountConnection", &json!({ "id": id }));
        id
    }

    fn create(&mut self, name: &str, members: &Value) {
        let mut input = json!({
            "name": name, "templateName": "t", "templateMajorVersion": "1", "templateMinorVersion": "0",
            "spec": "a: b", "description": "d", "tags": tags(),
        });
        for (name, member) in members.as_object().unwrap() {
            input[name] = member.clone();
        }
        self.call(MANAGEMENT, "CreateEnvironment", &input);
    }

    /// Tells how the last deployment of an environment ended, and with these resources.
    fn report(&mut self, name: &str, outcome: &str, resources: &[String]) {
        let shown = self.call(MANAGEMENT, "GetEnvironment", &json!({ "name": name }));
        let resources = resources.iter().map(|identifier| json!({ "identifier": identifier })).collect::<Vec<_>>();
        let report = json!({
            "name": name, "deploymentId": shown["environment"]["lastAttemptedDeploymentId"], "outcome": outcome,
            "resources": resources,
        });
        self.call(MANAGEMENT, "ReportDeployment", &report);
    }

    /// An update that changes everything, to this major version.
    fn update(&mut self, name: &str, major: u32, connection: &Value) {
        let update = json!({
            "name": name, "deploymentType": "MAJOR_VERSION", "templateMajorVersion": major.to_string(),
            "templateMinorVersion": "7", "spec": format!("a: {major}"), "description": format!("{major}"),
            "environmentAccountConnectionId": connection,
        });
        self.call(MANAGEMENT, "UpdateEnvironment", &update);
    }

    fn delete(&mut self, name: &str) {
        self.call(MANAGEMENT, "DeleteEnvironment", &json!({ "name": name }));
    }

    fn disconnect(&mut self, id: &Value) {
        self.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &json!({ "id": id }));
    }

    fn clean_up(&mut self, account: &str, identifiers: &[String]) {
        self.call(account, "CleanUpResources", &json!({ "identifiers": identifiers }));
    }

    fn tell_outputs(&mut self) {
        let arn = format!("arn:aws:proton:{REGION}:{MANAGEMENT}:environment/{NAME}");
        let outputs = (0..50).map(|n| json!({ "key": format!("k{n}"), "valueString": "v" })).collect::<Vec<_>>();
        let told = json!({ "resourceArn": arn, "outputs": outputs, "statusMessage": "m" });
        self.call(MANAGEMENT, "NotifyResourceDeploymentStatusChange", &told);
    }
}

fn tags() -> Value {
    (1..=50).map(|n| json!({ "key": format!("k{n}"), "value": "v" })).collect()
}

/// Fifty resources of a kind.
fn fifty(kind: &str) -> Vec<String> {
    (0..50).map(|n| format!("{kind} {n}")).collect()
}

#[test]
fn no_batch_is_larger_than_a_store_can_take() {
    let mut reaching = Reaching::default();
    one_environment(&mut reaching);
    many_environments(&mut reaching);

    println!("{:#?}", reaching.largest);
    for (operation, (expectations, writes)) in &reaching.largest {
        assert!(*expectations <= MOST && *writes <= MOST, "{operation}: {expectations} expectations, {writes} writes");
    }
    // Those that were thought of as the largest are.
    for operation in ["ReportDeployment", "CleanUpResources"] {
        let (expectations, writes) = reaching.largest[operation];
        assert!(expectations >= 100 && writes >= 100, "{operation}: {expectations} expectations, {writes} writes");
    }
    for operation in [
        "AcceptEnvironmentAccountConnection",
        "DeleteEnvironment",
        "DeleteEnvironmentAccountConnection",
        "UpdateEnvironment",
    ] {
        assert!(reaching.largest[operation].1 > 50, "{operation}: {:?}", reaching.largest[operation]);
    }
}

/// All that can happen to an environment with fifty resources, fifty tags and fifty outputs.
fn one_environment(reaching: &mut Reaching) {
    let first = reaching.connect();
    reaching.create(NAME, &json!({ "environmentAccountConnectionId": first }));
    reaching.report(NAME, "SUCCEEDED", &fifty("a"));
    reaching.tell_outputs();
    // Fifty resources replaced by fifty others, with a new version and a new spec, over another connection.
    let second = reaching.connect();
    reaching.update(NAME, 2, &second);
    reaching.report(NAME, "SUCCEEDED", &fifty("b"));
    reaching.update(NAME, 3, &first);
    reaching.report(NAME, "FAILED", &fifty("a"));
    // The loss of the connection in the midst of an update, and the ways back.
    reaching.update(NAME, 4, &second);
    reaching.disconnect(&second);
    reaching.update(NAME, 4, &first);
    reaching.disconnect(&first);
    let third = reaching.connect();
    // A deletion that fails and leaves others, and one that succeeds and names yet others.
    reaching.delete(NAME);
    reaching.report(NAME, "FAILED", &fifty("b"));
    reaching.delete(NAME);
    reaching.report(NAME, "SUCCEEDED", &fifty("a"));
    // What is left over of one, and what a later one of that name takes over.
    reaching.create(NAME, &json!({ "environmentAccountConnectionId": third }));
    reaching.report(NAME, "SUCCEEDED", &fifty("a"));
    reaching.tell_outputs();
    reaching.disconnect(&third);
    reaching.delete(NAME);
    let fourth = reaching.connect();
    reaching.create(NAME, &json!({ "environmentAccountConnectionId": fourth }));
    reaching.report(NAME, "SUCCEEDED", &fifty("b"));
    reaching.update(NAME, 2, &fourth);
    reaching.report(NAME, "SUCCEEDED", &fifty("a"));
    reaching.disconnect(&fourth);
    reaching.clean_up(ENVIRONMENT, &fifty("a"));
    reaching.delete(NAME);
}

/// All that can happen to fifty resources of many environments.
fn many_environments(reaching: &mut Reaching) {
    let own = json!({ "protonServiceRoleArn": format!("arn:aws:iam::{MANAGEMENT}:role/own") });
    let (a, b) = (fifty("a"), fifty("b"));
    // Each resource of its own environment, which has others too.
    for (number, identifier) in a.iter().enumerate() {
        let name = format!("e{number}");
        reaching.create(&name, &own);
        reaching.report(&name, "SUCCEEDED", &[identifier.clone(), format!("other {number}")]);
    }
    reaching.clean_up(MANAGEMENT, &a);
    // As many of as many environments as may be: fifty, and each resource of twenty of them.
    for number in 0..50 {
        let name = format!("e{number}");
        let update = json!({ "name": name, "deploymentType": "CURRENT_VERSION" });
        reaching.call(MANAGEMENT, "UpdateEnvironment", &update);
        let shared = (0..20).map(|step| a[(number + step) % 50].clone()).collect::<Vec<_>>();
        reaching.report(&name, "SUCCEEDED", &shared);
    }
    reaching.clean_up(MANAGEMENT, &a);
    // The same of eighty environments, which is more than may be; then of fewer of the resources, as the refusal says.
    for number in 0..80 {
        let name = format!("f{number}");
        reaching.create(&name, &own);
        let shared = (0..10).map(|step| b[(number + step) % 50].clone()).collect::<Vec<_>>();
        reaching.report(&name, "SUCCEEDED", &shared);
    }
    let all = reaching.try_call(MANAGEMENT, "CleanUpResources", &json!({ "identifiers": b }));
    if let Err(refusal) = all {
        assert_eq!(refusal.rule(), Rule::CleanUpTooLarge);
    }
    for some in b.chunks(10) {
        reaching.clean_up(MANAGEMENT, some);
    }
    // Twenty environments that all have the same fifty, which one of them replaces.
    for number in 0..20 {
        let name = format!("e{number}");
        reaching.delete(&name);
        reaching.report(&name, "FAILED", &a);
    }
    reaching.delete("e0");
    reaching.report("e0", "FAILED", &b);
    reaching.delete("e1");
    reaching.report("e1", "SUCCEEDED", &b);
    reaching.clean_up(MANAGEMENT, &a);
}
