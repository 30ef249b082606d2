//! Who carries deployments out: the emulator, or whoever reports them.

use serde_json::{Value, json};

use crate::support::{Client, ENVIRONMENT, MANAGEMENT, ROLE, Reply, Server, across, own, self_managed};

fn create(client: &mut Client, input: &Value) -> Value {
    client.call(MANAGEMENT, "CreateEnvironment", input).ok()["environment"].clone()
}

fn update(client: &mut Client, input: &Value) -> Value {
    client.call(MANAGEMENT, "UpdateEnvironment", input).ok()["environment"].clone()
}

fn resources(client: &mut Client, name: &str) -> Value {
    let input = json!({ "environmentName": name });
    client.call(MANAGEMENT, "ListEnvironmentProvisionedResources", &input).ok()["provisionedResources"].clone()
}

fn status(client: &mut Client, name: &str) -> String {
    client.environment(name)["deploymentStatus"].as_str().unwrap().to_owned()
}

fn notify(client: &mut Client, arn: &Value, status: &str) -> Reply {
    let outputs = json!([{"key": "a", "valueString": "1"}]);
    let input = json!({"resourceArn": arn, "status": status, "outputs": outputs});
    client.call(MANAGEMENT, "NotifyResourceDeploymentStatusChange", &input)
}

#[test]
fn instant_answers_in_progress_and_is_done_before_the_next_request() {
    let server = Server::start(&["--provisioner", "instant"]);
    let mut client = server.client();
    let connection = client.connect("across");
    let created = create(&mut client, &across("across", &connection));
    assert_eq!(created["deploymentStatus"], "IN_PROGRESS");
    assert!(created.get("templateMinorVersion").is_none());
    let shown = client.environment("across");
    assert_eq!((&shown["deploymentStatus"], &shown["templateMinorVersion"]), (&json!("SUCCEEDED"), &json!("0")));
    let deployment = shown["lastSucceededDeploymentId"].as_str().unwrap();
    assert_eq!(created["lastAttemptedDeploymentId"], deployment);
    let stack = json!({
        "identifier": format!("arn:aws:cloudformation:us-east-1:{ENVIRONMENT}:stack/AWSProton-across/{deployment}"),
        "name": "AWSProton-across",
        "provisioningEngine": "CLOUDFORMATION",
    });
    assert_eq!(resources(&mut client, "across"), json!([stack]));

    create(&mut client, &own("own"));
    let own = resources(&mut client, "own")[0]["identifier"].as_str().unwrap().to_owned();
    assert!(own.starts_with("arn:aws:cloudformation:us-east-1:123456789111:stack/AWSProton-own/"), "{own}");

    let deleted = client.call(MANAGEMENT, "DeleteEnvironment", &json!({"name": "across"})).ok();
    assert_eq!(deleted["environment"]["deploymentStatus"], "DELETE_IN_PROGRESS");
    let gone = client.call(MANAGEMENT, "GetEnvironment", &json!({"name": "across"}));
    assert_eq!(gone.kind(), "ResourceNotFoundException");
    let seen = client.get(&format!("/_emulator/resources/us-east-1/{ENVIRONMENT}")).ok();
    assert_eq!(seen, json!({"resources": []}));
}

#[test]
fn instant_takes_minor_version_0_where_there_is_none() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let version = |shown: &Value| {
        let part = |name| shown[name].as_str().unwrap().to_owned();
        format!("{}.{}", part("templateMajorVersion"), part("templateMinorVersion"))
    };
    let mut asked = own("own");
    asked["templateMinorVersion"] = "3".into();
    create(&mut client, &asked);
    assert_eq!(version(&client.environment("own")), "1.3");
    for (input, after) in [
        (json!({"name": "own", "deploymentType": "CURRENT_VERSION", "spec": "c: d"}), "1.3"),
        (json!({"name": "own", "deploymentType": "MINOR_VERSION"}), "1.3"),
        (json!({"name": "own", "deploymentType": "MINOR_VERSION", "templateMinorVersion": "5"}), "1.5"),
        (json!({"name": "own", "deploymentType": "MAJOR_VERSION"}), "1.5"),
        (json!({"name": "own", "deploymentType": "MAJOR_VERSION", "templateMajorVersion": "2"}), "2.0"),
        (
            json!({"name": "own", "deploymentType": "MAJOR_VERSION", "templateMajorVersion": "4",
                "templateMinorVersion": "7"}),
            "4.7",
        ),
    ] {
        update(&mut client, &input);
        let shown = client.environment("own");
        assert_eq!(version(&shown), after, "{input}");
        assert_eq!((&shown["deploymentStatus"], &shown["spec"]), (&json!("SUCCEEDED"), &json!("c: d")));
        // The stack is named after the deployment that made it.
        let stack = resources(&mut client, "own")[0]["identifier"].as_str().unwrap().to_owned();
        assert!(stack.ends_with(shown["lastSucceededDeploymentId"].as_str().unwrap()), "{stack}");
    }
}

#[test]
fn instant_fits_the_longest_name_into_an_identifier() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let name = "n".repeat(100);
    for (region, partition, account) in [("us-east-1", "aws", MANAGEMENT), ("us-gov-west-1", "aws-us-gov", MANAGEMENT)]
    {
        let mut input = own(&name);
        input["protonServiceRoleArn"] = format!("arn:{partition}:iam::{account}:role/own").into();
        client.call_in(region, account, "CreateEnvironment", &input.to_string()).ok();
        let seen = client.get(&format!("/_emulator/resources/{region}/{account}")).ok();
        let resource = &seen["resources"][0];
        assert_eq!(resource["name"], format!("AWSProton-{name}"));
        assert!(resource["identifier"].as_str().unwrap().len() <= 200, "{resource}");
    }
}

#[test]
fn instant_reports_where_codebuild_provisions_too() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let mut input = own("built");
    input["codebuildRoleArn"] = "arn:aws:iam::123456789111:role/build".into();
    create(&mut client, &input);
    assert_eq!(status(&mut client, "built"), "SUCCEEDED");
    assert_eq!(resources(&mut client, "built")[0]["name"], "AWSProton-built");
}

#[test]
fn instant_leaves_the_creations_and_updates_of_self_managed_environments_to_their_owner() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let arn = create(&mut client, &self_managed("repo"))["arn"].clone();
    assert_eq!(status(&mut client, "repo"), "IN_PROGRESS");
    notify(&mut client, &arn, "SUCCEEDED").ok();
    assert_eq!(status(&mut client, "repo"), "SUCCEEDED");
    assert_eq!(resources(&mut client, "repo"), json!([]));
    let outputs = client.call(MANAGEMENT, "ListEnvironmentOutputs", &json!({"environmentName": "repo"})).ok();
    assert_eq!(outputs, json!({"outputs": [{"key": "a", "valueString": "1"}]}));

    let change = json!({"name": "repo", "deploymentType": "CURRENT_VERSION", "spec": "c: d"});
    update(&mut client, &change);
    assert_eq!(status(&mut client, "repo"), "IN_PROGRESS");
    let cancelled = client.call(MANAGEMENT, "CancelEnvironmentDeployment", &json!({"environmentName": "repo"})).ok();
    assert_eq!(cancelled["environment"]["deploymentStatus"], "CANCELLING");
    let shown = client.environment("repo");
    assert_eq!((&shown["deploymentStatus"], &shown["spec"]), (&json!("CANCELLED"), &json!("a: b")));

    // A pull request that was closed.
    update(&mut client, &change);
    client.post("/_emulator/report/us-east-1/123456789111/repo", &json!({"outcome": "CANCELLED"})).ok();
    assert_eq!(status(&mut client, "repo"), "CANCELLED");

    let delete = json!({"name": "repo"});
    let deleted = client.call(MANAGEMENT, "DeleteEnvironment", &delete).ok();
    assert_eq!(deleted["environment"]["deploymentStatus"], "DELETE_IN_PROGRESS");
    assert_eq!(client.call(MANAGEMENT, "GetEnvironment", &delete).kind(), "ResourceNotFoundException");
    assert_eq!(client.call(MANAGEMENT, "DeleteEnvironment", &delete).ok(), json!({}));
}

#[test]
fn manual_confirms_nothing_by_itself() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    let report = |client: &mut Client, outcome: &str| {
        let report = json!({"outcome": outcome, "message": "so"});
        client.post("/_emulator/report/us-east-1/123456789111/own", &report).ok()
    };
    let arn = create(&mut client, &own("own"))["arn"].clone();
    assert_eq!(status(&mut client, "own"), "IN_PROGRESS");
    // It is not the one who provisions.
    assert_eq!(notify(&mut client, &arn, "SUCCEEDED").kind(), "ValidationException");
    report(&mut client, "SUCCEEDED");
    assert_eq!(status(&mut client, "own"), "SUCCEEDED");
    assert_eq!(resources(&mut client, "own"), json!([]));

    update(&mut client, &json!({"name": "own", "deploymentType": "CURRENT_VERSION"}));
    client.call(MANAGEMENT, "CancelEnvironmentDeployment", &json!({"environmentName": "own"})).ok();
    assert_eq!(status(&mut client, "own"), "CANCELLING");
    report(&mut client, "CANCELLED");
    assert_eq!(status(&mut client, "own"), "CANCELLED");

    client.call(MANAGEMENT, "DeleteEnvironment", &json!({"name": "own"})).ok();
    assert_eq!(status(&mut client, "own"), "DELETE_IN_PROGRESS");
    report(&mut client, "FAILED");
    assert_eq!(status(&mut client, "own"), "DELETE_FAILED");
    assert_eq!(client.environment("own")["deploymentStatusMessage"], "so");
}

#[test]
fn the_quotas_are_flags() {
    let server = Server::start(&["--connections-per-account", "2", "--environments-per-account", "1"]);
    let mut client = server.client();
    let connection = client.connect("one");
    client.create("two");
    let third = json!({"environmentName": "three", "managementAccountId": MANAGEMENT, "roleArn": ROLE});
    let refused = client.call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &third);
    assert_eq!(refused.kind(), "ServiceQuotaExceededException");
    create(&mut client, &across("one", &connection));
    assert_eq!(client.call(MANAGEMENT, "CreateEnvironment", &own("own")).kind(), "ServiceQuotaExceededException");
}
