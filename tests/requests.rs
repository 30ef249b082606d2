//! How requests are read: JSON types first, shapes second, and what counts as absent.

use account_connections::{
    Refusal, Rule,
    operation::{Operation, ReadError},
};
use serde_json::{Value, json};

use crate::support::{ENVIRONMENT, MANAGEMENT, ROLE, World, at, caller, fresh};

/// Each operation with an input that has all of its members, in the order of `Operation::NAMES`.
fn full() -> Vec<(&'static str, Value)> {
    Operation::NAMES.iter().map(|&name| (name, full_input(name))).collect()
}

fn full_input(operation: &str) -> Value {
    let (id, role) = (fresh(1), ROLE);
    let arn = format!("arn:aws:proton:us-east-1:{ENVIRONMENT}:environment-account-connection/{id}");
    let repository = json!({ "branch": "main", "name": "owner/name", "provider": "GITHUB" });
    match operation {
        "CreateEnvironmentAccountConnection" => json!({
            "environmentName": "prod", "managementAccountId": MANAGEMENT, "roleArn": role, "codebuildRoleArn": role,
            "componentRoleArn": role, "tags": [{ "key": "k", "value": "v" }], "clientToken": "once",
        }),
        "ListEnvironmentAccountConnections" => json!({
            "requestedBy": "MANAGEMENT_ACCOUNT", "environmentName": "prod", "statuses": ["PENDING"], "maxResults": 10,
            "nextToken": "AA==",
        }),
        "UpdateEnvironmentAccountConnection" => {
            json!({ "id": id, "roleArn": role, "codebuildRoleArn": role, "componentRoleArn": role })
        }
        "CreateEnvironment" => json!({
            "name": "prod", "templateName": "simple", "templateMajorVersion": "1", "templateMinorVersion": "0",
            "spec": "a: b", "description": "d", "environmentAccountConnectionId": id, "protonServiceRoleArn": role,
            "codebuildRoleArn": role, "componentRoleArn": role, "provisioningRepository": repository,
            "tags": [{ "key": "k", "value": "v" }],
        }),
        "UpdateEnvironment" => json!({
            "name": "prod", "deploymentType": "NONE", "spec": "a: b", "templateMajorVersion": "1",
            "templateMinorVersion": "0", "description": "d", "environmentAccountConnectionId": id,
            "protonServiceRoleArn": role, "codebuildRoleArn": role, "componentRoleArn": role,
            "provisioningRepository": repository,
        }),
        "GetEnvironment" | "DeleteEnvironment" | "ProvisioningAuthority" => json!({ "name": "prod" }),
        "CancelEnvironmentDeployment" => json!({ "environmentName": "prod" }),
        "ListEnvironmentProvisionedResources" => json!({ "environmentName": "prod", "nextToken": "" }),
        "ListEnvironmentOutputs" => json!({ "environmentName": "prod", "deploymentId": id, "nextToken": "" }),
        "ListEnvironments" => json!({
            "environmentTemplates": [{ "templateName": "simple", "majorVersion": "1" }], "maxResults": 10,
            "nextToken": "AA==",
        }),
        "NotifyResourceDeploymentStatusChange" => json!({
            "resourceArn": arn, "status": "FAILED", "deploymentId": id, "statusMessage": "m",
            "outputs": [{ "key": "k", "valueString": "v" }],
        }),
        "ReportDeployment" => json!({
            "name": "prod", "deploymentId": id, "outcome": "SUCCEEDED", "message": "m",
            "resources": [{ "identifier": "i", "name": "n", "provisioningEngine": "TERRAFORM" }],
            "templateMajorVersion": "1", "templateMinorVersion": "0",
        }),
        "ListProvisionedResources" => json!({ "maxResults": 10, "nextToken": "AA==" }),
        "CleanUpResources" => json!({ "identifiers": ["i"] }),
        "TagResource" => json!({ "resourceArn": arn, "tags": [{ "key": "k", "value": "" }] }),
        "UntagResource" => json!({ "resourceArn": arn, "tagKeys": ["k"] }),
        "ListTagsForResource" => json!({ "resourceArn": arn, "maxResults": 10, "nextToken": "AA==" }),
        _ => json!({ "id": id }),
    }
}

fn of(operation: &'static str) -> (&'static str, Value) {
    (operation, full_input(operation))
}

/// The operations with a member of this name, with their full inputs.
fn with_member(member: &str) -> Vec<(&'static str, Value)> {
    full().into_iter().filter(|(_, input)| input.get(member).is_some()).collect()
}

/// What an operation checks and does not keep: a token that can only be empty.
fn is_kept(operation: &str, member: &str) -> bool {
    !matches!((operation, member), ("ListEnvironmentProvisionedResources" | "ListEnvironmentOutputs", "nextToken"))
}

/// An input as its request is written again.
fn kept(operation: &str, input: &Value) -> Value {
    let mut input = input.clone();
    input.as_object_mut().unwrap().retain(|member, _| is_kept(operation, member));
    input
}

/// Each member of each operation, with the operation's full input.
fn members() -> Vec<(&'static str, Value, String)> {
    let all = full().into_iter().flat_map(|(operation, input)| {
        let members = input.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        members.into_iter().map(move |member| (operation, input.clone(), member))
    });
    all.collect()
}

fn read(operation: &str, input: &Value) -> Result<Operation, ReadError<serde_json::Error>> {
    Operation::read_host(operation, input)
}

fn refused(operation: &str, input: &Value) -> Refusal {
    match read(operation, input) {
        Err(ReadError::Refused(refusal)) => refusal,
        other => panic!("{operation} {input}: {other:?}"),
    }
}

/// The input is not of the right types: the wire has its own answer for it.
fn is_of_wrong_type(operation: &str, input: &Value) -> bool {
    matches!(read(operation, input), Err(ReadError::Input(_)))
}

fn without(input: &Value, member: &str) -> Value {
    let mut input = input.clone();
    input.as_object_mut().unwrap().remove(member);
    input
}

fn with(input: &Value, member: &str, value: Value) -> Value {
    let mut input = input.clone();
    input[member] = value;
    input
}

#[test]
fn every_operation_is_read_and_written_again() {
    assert_eq!(full().len(), 23);
    for (name, input) in full() {
        let operation = read(name, &input).unwrap();
        assert_eq!((operation.name(), operation.to_string()), (name, name.to_owned()));
        assert_eq!(json!(operation), kept(name, &input), "{name}");
        // From text as from a tree.
        let text = input.to_string();
        let from_text = Operation::read_host(name, &mut serde_json::Deserializer::from_str(&text)).unwrap();
        assert_eq!(from_text, operation, "{name}");
    }
}

#[test]
fn an_absent_member_is_not_written() {
    for (name, input, member) in members() {
        let smaller = without(&input, &member);
        if let Ok(operation) = read(name, &smaller) {
            assert_eq!(json!(operation), kept(name, &smaller), "{name} without {member}");
        }
    }
}

#[test]
fn unknown_members_are_ignored() {
    for (name, input) in full() {
        let operation = read(name, &input).unwrap();
        for unknown in [json!(1), json!(null), json!({ "id": [] }), json!("x")] {
            assert_eq!(read(name, &with(&input, "Id", unknown)).unwrap(), operation, "{name}");
        }
    }
    let nested = [
        ("TagResource", "tags"),
        ("CreateEnvironment", "provisioningRepository"),
        ("ListEnvironments", "environmentTemplates"),
        ("ReportDeployment", "resources"),
        ("NotifyResourceDeploymentStatusChange", "outputs"),
    ];
    for (name, member) in nested {
        let mut more = full_input(name);
        let one = more[member].as_array_mut().map_or(json!(null), |items| items[0].clone());
        match one {
            Value::Null => more[member]["colour"] = json!(1),
            _ => more[member][0]["colour"] = json!(1),
        }
        assert_eq!(read(name, &more).unwrap(), read(name, &full_input(name)).unwrap(), "{name}");
    }
}

#[test]
fn null_is_absent() {
    for (name, input, member) in members() {
        let (absent, null) = (without(&input, &member), with(&input, &member, Value::Null));
        match (read(name, &absent), read(name, &null)) {
            (Ok(absent), Ok(null)) => assert_eq!(absent, null, "{name} {member}"),
            (Err(ReadError::Refused(absent)), Err(ReadError::Refused(null))) => {
                assert_eq!(absent, null, "{name} {member}");
                assert_eq!(absent.message(), format!("`{member}` is missing: it is required"), "{name}");
            }
            other => panic!("{name} {member}: {other:?}"),
        }
    }
}

#[test]
fn empty_counts_as_absent_for_tokens_tags_and_filters() {
    for (name, member, empty) in [
        ("CreateEnvironmentAccountConnection", "clientToken", json!("")),
        ("CreateEnvironmentAccountConnection", "tags", json!([])),
        ("CreateEnvironment", "tags", json!([])),
        ("ListEnvironmentAccountConnections", "statuses", json!([])),
        ("ListEnvironments", "environmentTemplates", json!([])),
        ("ListEnvironmentProvisionedResources", "nextToken", json!("")),
        ("ListEnvironmentOutputs", "nextToken", json!("")),
    ] {
        let input = full_input(name);
        let absent = read(name, &without(&input, member)).unwrap();
        assert_eq!(read(name, &with(&input, member, empty)).unwrap(), absent, "{name} {member}");
    }
}

/// An empty description is a description, no resources at all are a report of them, and so on.
#[test]
fn empty_is_a_value_of_its_own_elsewhere() {
    for (name, member, empty) in [
        ("CreateEnvironment", "description", json!("")),
        ("UpdateEnvironment", "description", json!("")),
        ("NotifyResourceDeploymentStatusChange", "statusMessage", json!("")),
        ("NotifyResourceDeploymentStatusChange", "outputs", json!([])),
        ("ReportDeployment", "message", json!("")),
        ("ReportDeployment", "resources", json!([])),
    ] {
        let input = full_input(name);
        let absent = read(name, &without(&input, member)).unwrap();
        let given = read(name, &with(&input, member, empty.clone())).unwrap();
        assert_ne!(given, absent, "{name} {member}");
        assert_eq!(json!(given)[member], empty, "{name} {member}");
    }
}

/// Neither the order nor a repetition in a filter, nor the order of tags, makes another request.
#[test]
fn sets_are_sets() {
    let (list, input) = of("ListEnvironmentAccountConnections");
    let statuses = |statuses: &[&str]| read(list, &with(&input, "statuses", json!(statuses))).unwrap();
    assert_eq!(statuses(&["PENDING", "REJECTED"]), statuses(&["REJECTED", "PENDING", "REJECTED"]));

    for (create, input) in with_member("tags") {
        let (a, b) = (json!({ "key": "a", "value": "1" }), json!({ "key": "b", "value": "2" }));
        let tags = |tags: [&Value; 2]| read(create, &with(&input, "tags", json!(tags))).unwrap();
        assert_eq!(tags([&a, &b]), tags([&b, &a]));
    }

    for (name, member) in [("UntagResource", "tagKeys"), ("CleanUpResources", "identifiers")] {
        let input = full_input(name);
        let keys = |keys: &[&str]| read(name, &with(&input, member, json!(keys))).unwrap();
        assert_eq!(keys(&["a", "b"]), keys(&["b", "a", "b"]));
    }

    let (list, input) = of("ListEnvironments");
    let (a, b) =
        (json!({ "templateName": "a", "majorVersion": "1" }), json!({ "templateName": "a", "majorVersion": "2" }));
    let templates = |all: &[&Value]| read(list, &with(&input, "environmentTemplates", json!(all))).unwrap();
    assert_eq!(templates(&[&a, &b]), templates(&[&b, &a, &b]));

    let (report, input) = of("ReportDeployment");
    let (a, b) = (json!({ "identifier": "a" }), json!({ "identifier": "b" }));
    let resources = |all: [&Value; 2]| read(report, &with(&input, "resources", json!(all))).unwrap();
    assert_eq!(resources([&a, &b]), resources([&b, &a]));

    let (notify, input) = of("NotifyResourceDeploymentStatusChange");
    let (a, b) = (json!({ "key": "a", "valueString": "1" }), json!({ "key": "b", "valueString": "2" }));
    let outputs = |all: [&Value; 2]| read(notify, &with(&input, "outputs", json!(all))).unwrap();
    assert_eq!(outputs([&a, &b]), outputs([&b, &a]));
}

#[test]
fn a_wrong_type_is_no_refusal() {
    let types = [json!("x"), json!(5), json!(1.5), json!(true), json!([]), json!([5]), json!({}), json!([null])];
    for (name, input, member) in members() {
        let right = &input[&member];
        for wrong in &types {
            // Of a list, the items' type counts too.
            let same = match (right, wrong) {
                (Value::Number(_), Value::Number(number)) => number.is_i64(),
                (Value::Array(_), Value::Array(items)) => items.is_empty(),
                _ => std::mem::discriminant(right) == std::mem::discriminant(wrong),
            };
            if !same {
                assert!(is_of_wrong_type(name, &with(&input, &member, wrong.clone())), "{name} {member}: {wrong}");
            }
        }
    }
}

#[test]
fn an_input_that_is_no_object_is_of_the_wrong_type() {
    for (name, input) in full() {
        let values = input.as_object().unwrap().values().cloned().collect::<Vec<_>>();
        for wrong in [json!(null), json!("x"), json!(5), json!(true), json!([]), json!(values)] {
            assert!(is_of_wrong_type(name, &wrong), "{name}: {wrong}");
        }
    }
}

#[test]
fn a_tag_that_is_no_object_is_of_the_wrong_type() {
    for (name, input) in with_member("tags") {
        for wrong in [json!([null]), json!(["k"]), json!([["k", "v"]]), json!([{ "key": 5, "value": "v" }])] {
            assert!(is_of_wrong_type(name, &with(&input, "tags", wrong.clone())), "{name}: {wrong}");
        }
    }
}

/// The same of every other structure in a request.
#[test]
fn a_structure_that_is_no_object_is_of_the_wrong_type() {
    let wrong = [
        ("CreateEnvironment", "provisioningRepository", json!("owner/name")),
        ("CreateEnvironment", "provisioningRepository", json!(["main", "owner/name", "GITHUB"])),
        ("UpdateEnvironment", "provisioningRepository", json!({ "branch": 5, "name": "o/n", "provider": "GITHUB" })),
        ("ListEnvironments", "environmentTemplates", json!([["simple", "1"]])),
        ("ListEnvironments", "environmentTemplates", json!([{ "templateName": "simple", "majorVersion": 1 }])),
        ("ReportDeployment", "resources", json!([["i", "n", "TERRAFORM"]])),
        ("ReportDeployment", "resources", json!([{ "identifier": "i", "name": 5 }])),
        ("ReportDeployment", "resources", json!([{ "identifier": "i", "provisioningEngine": {} }])),
        ("NotifyResourceDeploymentStatusChange", "outputs", json!([["k", "v"]])),
        ("NotifyResourceDeploymentStatusChange", "outputs", json!([{ "key": "k", "valueString": 5 }])),
        ("CleanUpResources", "identifiers", json!([{ "identifier": "i" }])),
    ];
    for (name, member, wrong) in wrong {
        assert!(is_of_wrong_type(name, &with(&full_input(name), member, wrong.clone())), "{name}: {wrong}");
    }
}

/// A wrong type anywhere comes before a wrong shape anywhere: the input could not be read at all.
#[test]
fn types_come_before_shapes() {
    let (name, input) = of("CreateEnvironmentAccountConnection");
    let wrong = with(&with(&input, "environmentName", json!("")), "clientToken", json!(5));
    assert!(is_of_wrong_type(name, &wrong));
}

/// Members are checked in the order in which the request lists them, whatever the order in the input.
#[test]
fn the_first_malformed_member_is_the_answer() {
    for text in [
        r#"{"environmentName": "", "managementAccountId": "", "roleArn": ""}"#,
        r#"{"roleArn": "", "managementAccountId": "", "environmentName": ""}"#,
    ] {
        let input = serde_json::from_str::<Value>(text).unwrap();
        let refusal = refused("CreateEnvironmentAccountConnection", &input);
        assert!(refusal.message().starts_with("`environmentName`: "), "{}", refusal.message());
        let mut text = serde_json::Deserializer::from_str(text);
        let from_text = Operation::read_host("CreateEnvironmentAccountConnection", &mut text);
        assert!(matches!(from_text, Err(ReadError::Refused(same)) if same == refusal));
    }
}

fn tags(count: usize) -> Value {
    (1..=count).map(|number| json!({ "key": format!("k{number}"), "value": "v" })).collect()
}

#[test]
fn fifty_tags_are_read_and_no_more() {
    for (name, input) in with_member("tags") {
        assert!(read(name, &with(&input, "tags", tags(50))).is_ok(), "{name}");
        for count in [51, 52, 10_000] {
            let refusal = refused(name, &with(&input, "tags", tags(count)));
            assert_eq!(refusal.rule(), Rule::WellFormedInput);
            assert!(refusal.message().contains("at most 50"), "{}", refusal.message());
        }
    }
    let (name, input) = of("UntagResource");
    let keys = |count: usize| with(&input, "tagKeys", (0..count).map(|number| json!(format!("k{number}"))).collect());
    assert!(read(name, &keys(50)).is_ok());
    assert!(refused(name, &keys(51)).message().contains("at most 50"));
}

/// A commit has to stay one: resources, identifiers and outputs are counted like tags.
#[test]
fn fifty_resources_identifiers_and_outputs_are_read_and_no_more() {
    let resource = |number: usize| json!({ "identifier": format!("i{number}") });
    let identifier = |number: usize| json!(format!("i{number}"));
    let output = |number: usize| json!({ "key": format!("k{number}"), "valueString": "v" });
    let lists: [(_, _, &dyn Fn(usize) -> Value); 3] = [
        ("ReportDeployment", "resources", &resource),
        ("CleanUpResources", "identifiers", &identifier),
        ("NotifyResourceDeploymentStatusChange", "outputs", &output),
    ];
    for (name, member, item) in lists {
        let list = |count: usize| with(&full_input(name), member, (0..count).map(item).collect());
        assert!(read(name, &list(50)).is_ok(), "{name}");
        for count in [51, 10_000] {
            let refusal = refused(name, &list(count));
            assert_eq!(refusal.rule(), Rule::WellFormedInput, "{name}");
            assert!(refusal.message().contains("at most 50"), "{}", refusal.message());
        }
    }
}

#[test]
fn a_page_has_one_to_a_hundred_items() {
    assert_eq!(with_member("maxResults").len(), 4);
    for (name, input) in with_member("maxResults") {
        for (size, right) in [(0, false), (1, true), (100, true), (101, false), (i64::MIN, false), (i64::MAX, false)] {
            let size = with(&input, "maxResults", json!(size));
            match read(name, &size) {
                Ok(_) => assert!(right, "{size}"),
                Err(ReadError::Refused(refusal)) => assert!(!right, "{refusal}"),
                Err(other) => panic!("{other}"),
            }
        }
    }
}

/// Members that may have any text: what is wrong with one is its length alone.
fn is_free_text(member: &str) -> bool {
    matches!(
        member,
        "spec"
            | "description"
            | "statusMessage"
            | "message"
            | "identifiers"
            | "resources"
            | "outputs"
            | "provisioningRepository"
    )
}

/// A value with this text in place of every text in it.
fn spoiled(right: &Value, text: &str) -> Value {
    match right {
        Value::String(_) => json!(text),
        Value::Number(_) => json!(0),
        Value::Array(items) => items.iter().map(|item| spoiled(item, text)).collect(),
        Value::Object(members) => {
            members.iter().map(|(name, member)| (name.clone(), spoiled(member, text))).collect::<Value>()
        }
        other => other.clone(),
    }
}

/// However large a member is: the refusal is short, and nothing in it is invisible.
#[test]
fn refusals_of_large_and_strange_members_are_short() {
    let texts = ["x".repeat(10_000_000), "\u{202e}\0\n".repeat(1_000_000), "`\"'\\".repeat(100), "\u{7f}".to_owned()];
    for (name, input, member) in members() {
        for text in &texts {
            if input[&member].is_number() {
                continue;
            }
            let wrong = with(&input, &member, spoiled(&input[&member], text));
            if is_free_text(&member) && text.len() <= 400 && read(name, &wrong).is_ok() {
                continue;
            }
            let refusal = refused(name, &wrong);
            assert!(refusal.message().len() < 1500, "{}", refusal.message());
            assert!(refusal.message().chars().all(|c| !c.is_control() && c != '\u{202e}'), "{}", refusal.message());
        }
    }
}

#[test]
fn an_unknown_operation_is_no_refusal() {
    for name in ["", "getEnvironmentAccountConnection", "CreateService", "GetEnvironmentAccountConnection ", "Create\n"]
    {
        match read(name, &json!({})) {
            Err(error @ ReadError::UnknownOperation(_)) => {
                let message = error.to_string();
                assert!(message.contains("is not an operation"), "{message}");
                assert!(message.chars().all(|c| !c.is_control()), "{message:?}");
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    let long = read(&"x".repeat(10_000_000), &json!({})).unwrap_err().to_string();
    assert!(long.len() < 1000, "{long}");
}

/// What `Operation::read` takes is what the model is called with: the two ways to read a request agree.
#[test]
fn requests_deserialize_alike() {
    let input = &full_input("CreateEnvironmentAccountConnection");
    let read =
        serde_json::from_value::<account_connections::operation::CreateEnvironmentAccountConnection>(input.clone());
    assert_eq!(Operation::from(read.unwrap()), self::read("CreateEnvironmentAccountConnection", input).unwrap());

    let wrong = with(input, "environmentName", json!(""));
    let error =
        serde_json::from_value::<account_connections::operation::CreateEnvironmentAccountConnection>(wrong.clone());
    let refusal = refused("CreateEnvironmentAccountConnection", &wrong);
    assert!(error.unwrap_err().to_string().contains(refusal.message()));
}

/// A request that was refused while being read never meets the store.
#[test]
fn a_malformed_request_changes_nothing() {
    let mut world = <World>::default();
    for (name, input, member) in members() {
        for text in ["\n".to_owned(), "x".repeat(60_000)] {
            if text == "\n" && is_free_text(&member) {
                continue;
            }
            let wrong = with(&input, &member, spoiled(&input[&member], &text));
            let refusal = world.call(caller(ENVIRONMENT), at(0), name, &wrong).unwrap_err();
            assert_eq!(refusal.rule(), Rule::WellFormedInput, "{name} {member}");
        }
    }
    assert!(world.store.is_empty() && world.events.is_empty() && world.instructions.is_empty());
}
