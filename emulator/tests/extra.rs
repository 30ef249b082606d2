//! The paths under `/_emulator/`, each with good and bad input.

use serde_json::{Value, json};

use crate::support::{Client, ENVIRONMENT, MANAGEMENT, Server, across};

const REPORT: &str = "/_emulator/report/us-east-1/123456789111/one";
const CLEAN_UP: &str = "/_emulator/clean-up/us-east-1/123456789222";
const RESOURCES: &str = "/_emulator/resources/us-east-1/123456789222";

/// Bodies that are refused before anything is looked up.
const UNREAD: [&[u8]; 7] = [b"", b"[]", b"null", b"\"x\"", b"{", b"{}x", b"\xff"];

/// An environment in another account whose creation is under way: its deployment.
fn deploying(client: &mut Client) -> String {
    let connection = client.connect("one");
    client.call(MANAGEMENT, "CreateEnvironment", &across("one", &connection)).ok();
    client.environment("one")["lastAttemptedDeploymentId"].as_str().unwrap().into()
}

fn stack(identifier: &str) -> Value {
    json!({"identifier": identifier, "name": "a stack", "provisioningEngine": "TERRAFORM"})
}

#[test]
fn a_report_in_full() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    let deployment = deploying(&mut client);
    let report = json!({"deploymentId": deployment, "outcome": "SUCCEEDED", "message": "as asked",
        "resources": [stack("b"), stack("a")], "templateMajorVersion": "2", "templateMinorVersion": "7", "unknown": 1});
    client.post(REPORT, &report).ok();
    let shown = client.environment("one");
    assert_eq!(shown["deploymentStatus"], "SUCCEEDED");
    assert_eq!(shown["deploymentStatusMessage"], "as asked");
    assert_eq!((&shown["templateMajorVersion"], &shown["templateMinorVersion"]), (&json!("2"), &json!("7")));
    let input = json!({"environmentName": "one"});
    let resources = client.call(MANAGEMENT, "ListEnvironmentProvisionedResources", &input).ok();
    assert_eq!(resources["provisionedResources"], json!([stack("a"), stack("b")]));
    // Repeated, it is no news; another one is late.
    let events = client.get("/_emulator/events").ok();
    client.post(REPORT, &report).ok();
    assert_eq!(client.post(REPORT, &json!({"outcome": "FAILED"})).kind(), "ConflictException");
    assert_eq!((client.environment("one"), client.get("/_emulator/events").ok()), (shown, events));
}

#[test]
fn a_report_without_a_deployment_is_of_the_last_one() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    deploying(&mut client);
    let failed = json!({"deploymentId": null, "outcome": "FAILED", "message": "no", "resources": [stack("a")]});
    client.post(REPORT, &failed).ok();
    client.post(REPORT, &json!({"outcome": "FAILED", "message": "again"})).ok();
    let shown = client.environment("one");
    assert_eq!((&shown["deploymentStatus"], &shown["deploymentStatusMessage"]), (&json!("FAILED"), &json!("no")));
    let (kind, message) = client.post(REPORT, &json!({"outcome": "SUCCEEDED"})).error();
    assert_eq!(kind, "ConflictException", "{message}");
}

#[test]
fn bad_reports() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    let deployment = deploying(&mut client);
    for body in UNREAD {
        assert_eq!(client.request("POST", REPORT, &[], body).kind(), "SerializationException");
    }
    for (body, kind) in [
        (json!({"outcome": 1}), "SerializationException"),
        (json!({"outcome": "SUCCEEDED", "resources": {}}), "SerializationException"),
        (json!({"outcome": "SUCCEEDED", "deploymentId": 1}), "SerializationException"),
        (json!({}), "ValidationException"),
        (json!({"outcome": null}), "ValidationException"),
        (json!({"outcome": "DONE"}), "ValidationException"),
        (json!({"outcome": "SUCCEEDED", "deploymentId": "x"}), "ValidationException"),
        (json!({"outcome": "SUCCEEDED", "templateMajorVersion": "01"}), "ValidationException"),
        (json!({"outcome": "FAILED", "templateMajorVersion": "1"}), "ValidationException"),
        (json!({"outcome": "CANCELLED", "templateMinorVersion": "1"}), "ValidationException"),
        (json!({"outcome": "SUCCEEDED", "resources": [{"name": "x"}]}), "ValidationException"),
        (json!({"outcome": "SUCCEEDED", "resources": [stack("a"), stack("a")]}), "ValidationException"),
        (json!({"outcome": "SUCCEEDED", "deploymentId": "00000000-0000-0000-0000-000000000001"}), "ConflictException"),
        (json!({"outcome": "CANCELLED"}), "ConflictException"),
    ] {
        assert_eq!(client.post(REPORT, &body).kind(), kind, "{body}");
    }
    let good = json!({"outcome": "SUCCEEDED"});
    for (path, kind) in [
        ("/_emulator/report/nowhere/123456789111/one", "ValidationException"),
        ("/_emulator/report/us-east-1/1234/one", "ValidationException"),
        ("/_emulator/report/us-east-1/123456789111/o%20ne", "ValidationException"),
        ("/_emulator/report/us-east-1/123456789111/%ff", "ValidationException"),
        ("/_emulator/report/us-east-1/123456789111/two", "ResourceNotFoundException"),
        ("/_emulator/report/us-east-1/123456789222/one", "ResourceNotFoundException"),
        ("/_emulator/report/us-east-2/123456789111/one", "ResourceNotFoundException"),
    ] {
        assert_eq!(client.post(path, &good).kind(), kind, "{path}");
    }
    // The shape comes first, with a deployment as without.
    for body in [
        json!({"outcome": "FAILED", "templateMinorVersion": "1"}),
        json!({"outcome": "FAILED", "templateMinorVersion": "1", "deploymentId": deployment}),
    ] {
        let path = "/_emulator/report/us-east-1/123456789111/two";
        assert_eq!(client.post(path, &body).kind(), "ValidationException", "{body}");
    }
    assert_eq!(client.environment("one")["deploymentStatus"], "IN_PROGRESS");
}

#[test]
fn an_account_sees_and_cleans_up_what_is_in_it() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    deploying(&mut client);
    client.post(REPORT, &json!({"outcome": "SUCCEEDED", "resources": [stack("a"), {"identifier": "b"}]})).ok();
    let arn = "arn:aws:proton:us-east-1:123456789111:environment/one";
    let expected = |unmanaged| {
        json!({"resources": [
            {"identifier": "a", "name": "a stack", "provisioningEngine": "TERRAFORM", "environmentArn": arn, "unmanaged": unmanaged},
            {"identifier": "b", "environmentArn": arn, "unmanaged": unmanaged},
        ]})
    };
    assert_eq!(client.get(RESOURCES).ok(), expected(false));
    assert_eq!(client.get("/_emulator/resources/us-east-1/123456789111").ok(), json!({"resources": []}));
    assert_eq!(client.get("/_emulator/resources/us-east-2/123456789222").ok(), json!({"resources": []}));

    let id = client.environment("one")["environmentAccountConnectionId"].clone();
    client.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &json!({ "id": id })).ok();
    assert_eq!(client.get(RESOURCES).ok(), expected(true));
    // What an environment leaves over is the account's.
    let gone = client.call(MANAGEMENT, "DeleteEnvironment", &json!({"name": "one"})).ok();
    assert_eq!(gone["environment"]["deploymentStatus"], "DELETE_COMPLETE");
    assert_eq!(client.get(RESOURCES).ok(), expected(true));

    // Another account has nothing to say of them.
    client.post("/_emulator/clean-up/us-east-1/123456789111", &json!({"identifiers": ["a", "b"]})).ok();
    assert_eq!(client.get(RESOURCES).ok(), expected(true));
    for _ in 0..2 {
        client.post(CLEAN_UP, &json!({"identifiers": ["a", "b", "unknown"]})).ok();
        assert_eq!(client.get(RESOURCES).ok(), json!({"resources": []}));
    }
}

#[test]
fn all_resources_come_at_once() {
    let server = Server::start(&["--provisioner", "manual"]);
    let mut client = server.client();
    for name in ["one", "two", "three"] {
        let connection = client.connect(name);
        client.call(MANAGEMENT, "CreateEnvironment", &across(name, &connection)).ok();
        let stacks = (0..50).map(|number| stack(&format!("{name} {number}"))).collect::<Vec<_>>();
        let path = format!("/_emulator/report/us-east-1/123456789111/{name}");
        client.post(&path, &json!({"outcome": "SUCCEEDED", "resources": stacks})).ok();
    }
    let seen = client.get(RESOURCES).ok();
    assert_eq!(seen["resources"].as_array().unwrap().len(), 150);
    assert!(seen.get("nextToken").is_none());
}

#[test]
fn a_clock_that_is_set_by_hand() {
    let server = Server::start(&["--clock", "manual:2026-01-01T02:00:00+02:00"]);
    let mut client = server.client();
    let at = |client: &mut Client, id: &str| {
        let shown = client.call(ENVIRONMENT, "GetEnvironmentAccountConnection", &json!({ "id": id })).ok();
        shown["environmentAccountConnection"]["requestedAt"].as_f64().unwrap()
    };
    let first = client.create("one");
    let begin = at(&mut client, &first);
    assert_eq!(begin, 1_767_225_600.0);
    for (body, now) in [
        (json!({"advance": "90m"}), "2026-01-01T01:30:00.000Z"),
        (json!({"advance": "2d"}), "2026-01-03T01:30:00.000Z"),
        (json!({"advance": "1s", "now": null}), "2026-01-03T01:30:01.000Z"),
        (json!({"now": "1960-02-29T12:00:00.5Z"}), "1960-02-29T12:00:00.500Z"),
        (json!({"now": "9999-12-31T23:59:59Z"}), "9999-12-31T23:59:59.000Z"),
    ] {
        assert_eq!(client.post("/_emulator/clock", &body).ok(), json!({ "now": now }), "{body}");
        client.create("one");
    }
    for body in [
        json!({}),
        json!({"advance": "1h", "now": "2026-01-01T00:00:00Z"}),
        json!({"advance": 90}),
        json!({"advance": "90"}),
        json!({"advance": "m"}),
        json!({"advance": "-1m"}),
        json!({"advance": "1.5h"}),
        json!({"advance": "1µ"}),
        json!({"advance": "99999999999999999999d"}),
        json!({"advance": "1d"}),
        json!({"now": "tomorrow"}),
        json!({"now": 0}),
    ] {
        assert_eq!(client.post("/_emulator/clock", &body).kind(), "ValidationException", "{body}");
    }
    // A token is good for eight hours.
    let token = json!({"environmentName": "t", "managementAccountId": MANAGEMENT, "clientToken": "t",
        "roleArn": "arn:aws:iam::123456789222:role/x"});
    let mut create = |now: &str| {
        client.post("/_emulator/clock", &json!({ "now": now })).ok();
        let made = client.call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &token).ok();
        made["environmentAccountConnection"]["id"].as_str().unwrap().to_owned()
    };
    let made = create("2026-01-01T00:00:00Z");
    assert_eq!(create("2026-01-01T07:59:59.999Z"), made);
    assert_ne!(create("2026-01-01T08:00:00Z"), made);

    let server = Server::start(&[]);
    let (kind, message) = server.client().post("/_emulator/clock", &json!({"advance": "1s"})).error();
    assert_eq!(kind, "ValidationException");
    assert!(message.contains("--clock manual"), "{message}");
}

#[test]
fn refusals_name_their_rule_and_what_it_rests_on() {
    let server = Server::start(&[]);
    let mut client = server.client();
    let id = client.create("one");
    let mut said = |operation: &str, input: Value| {
        let reply = client.call(ENVIRONMENT, operation, &input);
        ["rule", "basis"].map(|part| reply.header(&format!("x-account-connections-{part}")).unwrap_or("-").to_owned())
    };
    let accept = "AcceptEnvironmentAccountConnection";
    assert_eq!(said(accept, json!({ "id": id })), ["management-decides", "documented"]);
    assert_eq!(said(accept, json!({"id": "x"})), ["well-formed-input", "API model"]);
    assert_eq!(said("Nothing", json!({})), ["-", "-"]);
    // What was done names the rules that it rests on.
    let [rules, bases] = said("GetEnvironmentAccountConnection", json!({ "id": id }));
    assert!(rules.contains("same-region") || rules.contains("parties-only"), "{rules}");
    assert_eq!(rules.matches(", ").count(), bases.matches(", ").count());
}

#[test]
fn bad_resources_and_clean_ups() {
    let server = Server::start(&[]);
    let mut client = server.client();
    for path in ["/_emulator/resources/here/123456789222", "/_emulator/resources/us-east-1/me"] {
        assert_eq!(client.get(path).kind(), "ValidationException");
    }
    for body in UNREAD {
        assert_eq!(client.request("POST", CLEAN_UP, &[], body).kind(), "SerializationException");
    }
    for (body, kind) in [
        (json!({"identifiers": "a"}), "SerializationException"),
        (json!({"identifiers": [1]}), "SerializationException"),
        (json!({}), "ValidationException"),
        (json!({"identifiers": [""]}), "ValidationException"),
        (json!({"identifiers": (0..51).map(|number| number.to_string()).collect::<Vec<_>>()}), "ValidationException"),
    ] {
        assert_eq!(client.post(CLEAN_UP, &body).kind(), kind, "{body}");
    }
    for path in ["/_emulator/clean-up/here/123456789222", "/_emulator/clean-up/us-east-1/me"] {
        assert_eq!(client.post(path, &json!({"identifiers": ["a"]})).kind(), "ValidationException");
    }
}

#[test]
fn events_in_order_and_everything_forgotten() {
    let server = Server::start(&["--connections-per-account", "1"]);
    let mut client = server.client();
    assert_eq!(client.get("/_emulator/events").ok(), json!({"events": []}));
    let id = client.connect("one");
    client.call(MANAGEMENT, "CreateEnvironment", &across("one", &id)).ok();
    let events = client.get("/_emulator/events").ok()["events"].clone();
    let said = events.as_array().unwrap().iter().map(|event| {
        let part = |name: &str| event["detail"][name].as_str().unwrap_or("none").to_owned();
        format!("{} {} {}", event["detail-type"].as_str().unwrap(), part("previousStatus"), part("status"))
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            "AWS Proton Environment Account Connection Status Change none PENDING",
            "AWS Proton Environment Account Connection Status Change PENDING CONNECTED",
            "AWS Proton Environment Status Change none IN_PROGRESS",
            "AWS Proton Environment Status Change IN_PROGRESS SUCCEEDED",
        ]
    );
    let first = &events[0];
    assert_eq!((&first["source"], &first["version"]), (&json!("aws.proton"), &json!("0")));
    assert_eq!((&first["account"], &first["region"]), (&json!(ENVIRONMENT), &json!("us-east-1")));
    assert_eq!(first["detail"], json!({"id": id, "status": "PENDING"}));
    let arn = format!("arn:aws:proton:us-east-1:{ENVIRONMENT}:environment-account-connection/{id}");
    assert_eq!(first["resources"], json!([arn]));
    assert!(first["time"].as_str().unwrap().ends_with('Z') && first.get("id").is_none());

    client.request("POST", "/_emulator/reset", &[], b"").ok();
    assert_eq!(client.get("/_emulator/events").ok(), json!({"events": []}));
    assert_eq!(client.get(RESOURCES).ok(), json!({"resources": []}));
    let listed = client.call(MANAGEMENT, "ListEnvironments", &json!({})).ok();
    assert_eq!(listed, json!({"environments": []}));
    let get = client.call(MANAGEMENT, "GetEnvironmentAccountConnection", &json!({ "id": id }));
    assert_eq!(get.kind(), "ResourceNotFoundException");
    // The quota too.
    client.create("one");
}

#[test]
fn of_the_events_the_last_10000_are_kept() {
    let server = Server::start(&[]);
    let mut client = server.client();
    // Two events for each connection that comes and goes.
    for number in 0..5_010 {
        let id = client.create(&format!("e{number}"));
        client.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &json!({ "id": id })).ok();
    }
    let last = client.create("last");
    let events = client.get("/_emulator/events").ok()["events"].clone();
    let events = events.as_array().unwrap();
    assert_eq!(events.len(), 10_000);
    assert_eq!(events[9_999]["detail"]["id"], last);
    // Of 10021, the first 21 are gone: 10 whole connections and the creation of one.
    assert_eq!(
        (&events[0]["detail"]["status"], &events[1]["detail"]["status"]),
        (&json!("DELETED"), &json!("PENDING"))
    );
}
