//! What in requests is the same: absent and empty, one order and another, JSON and types.

use account_connections::{
    Refusal,
    operation::{CreateEnvironmentAccountConnection, Operation, ReadError},
};
use serde_json::{Value, json};

use crate::refusals::inputs::well_formed;

fn read(operation: &str, input: &Value) -> Result<Operation, ReadError<serde_json::Error>> {
    Operation::read_host(operation, input)
}

fn refused(operation: &str, input: &Value) -> Refusal {
    match read(operation, input) {
        Err(ReadError::Refused(refusal)) => refusal,
        other => panic!("{operation} {input}: {other:?}"),
    }
}

fn with(operation: &str, member: &str, value: Value) -> Value {
    let mut input = well_formed(operation);
    input[member] = value;
    input
}

/// An empty description is a description, no resources at all are a report of them, and so on.
#[test]
fn empty_counts_as_absent_for_tokens_tags_and_filters_and_nowhere_else() {
    for (name, member, empty, is_absent) in [
        ("CreateEnvironmentAccountConnection", "clientToken", json!(""), true),
        ("CreateEnvironmentAccountConnection", "tags", json!([]), true),
        ("CreateEnvironment", "tags", json!([]), true),
        ("ListEnvironmentAccountConnections", "statuses", json!([]), true),
        ("ListEnvironments", "environmentTemplates", json!([]), true),
        ("ListEnvironmentProvisionedResources", "nextToken", json!(""), true),
        ("ListEnvironmentOutputs", "nextToken", json!(""), true),
        ("CreateEnvironment", "description", json!(""), false),
        ("UpdateEnvironment", "description", json!(""), false),
        ("NotifyResourceDeploymentStatusChange", "statusMessage", json!(""), false),
        ("NotifyResourceDeploymentStatusChange", "outputs", json!([]), false),
        ("ReportDeployment", "message", json!(""), false),
        ("ReportDeployment", "resources", json!([]), false),
    ] {
        let absent = read(name, &with(name, member, Value::Null)).unwrap();
        let given = read(name, &with(name, member, empty.clone())).unwrap();
        assert_eq!(given == absent, is_absent, "{name} {member}");
        assert!(is_absent || json!(given)[member] == empty, "{name} {member}");
    }
}

/// Neither the order of a list nor, where it may have one, a repetition makes another request.
#[test]
fn lists_are_sets() {
    let tags = [json!({ "key": "a", "value": "1" }), json!({ "key": "b", "value": "2" })];
    let templates = ["1", "2"].map(|major| json!({ "templateName": "a", "majorVersion": major }));
    let resources = ["a", "b"].map(|identifier| json!({ "identifier": identifier }));
    let outputs = ["a", "b"].map(|key| json!({ "key": key, "valueString": "v" }));
    for (name, member, [a, b], repeats) in [
        ("ListEnvironmentAccountConnections", "statuses", ["PENDING", "REJECTED"].map(Value::from), true),
        ("ListEnvironments", "environmentTemplates", templates, true),
        ("UntagResource", "tagKeys", ["a", "b"].map(Value::from), true),
        ("CleanUpResources", "identifiers", ["a", "b"].map(Value::from), true),
        ("CreateEnvironmentAccountConnection", "tags", tags.clone(), false),
        ("CreateEnvironment", "tags", tags.clone(), false),
        ("TagResource", "tags", tags, false),
        ("ReportDeployment", "resources", resources, false),
        ("NotifyResourceDeploymentStatusChange", "outputs", outputs, false),
    ] {
        let list = |items: &[&Value]| read(name, &with(name, member, json!(items))).unwrap();
        let again = if repeats { list(&[&b, &a, &b]) } else { list(&[&b, &a]) };
        assert_eq!(list(&[&a, &b]), again, "{name} {member}");
        assert_ne!(list(&[&a]), again, "{name} {member}");
    }
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

/// What `Operation::read` takes is what the model is called with: the two ways to read a request agree.
#[test]
fn requests_deserialize_alike() {
    const CREATE: &str = "CreateEnvironmentAccountConnection";
    let alone = |input: &Value| serde_json::from_value::<CreateEnvironmentAccountConnection>(input.clone());
    let input = well_formed(CREATE);
    assert_eq!(Operation::from(alone(&input).unwrap()), read(CREATE, &input).unwrap());

    let wrong = with(CREATE, "environmentName", json!(""));
    assert!(alone(&wrong).unwrap_err().to_string().contains(refused(CREATE, &wrong).message()));
}
