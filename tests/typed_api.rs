//! What holds by way of JSON holds by way of the types, too.

use account_connections::{
    environment::ResourceIdentifier,
    id::EnvironmentName,
    id::Side,
    operation::{
        CleanUpResources, CreateEnvironment, CreateEnvironmentAccountConnection, DeploymentOutcome, DeploymentType,
        Identifiers, ListEnvironmentAccountConnections, ListEnvironmentProvisionedResources, ListTagsForResource,
        NotifyResourceDeploymentStatusChange, Operation, ReadError, ReportDeployment, UpdateEnvironment,
        UpdateEnvironmentAccountConnection,
    },
    tag::{NotTags, Tag, TagKey, TagKeys, Tags},
};
use serde_json::{Value, json};

const ID: &str = "a1b2c3d4-5678-90ab-cdef-111111111111";
const ARN: &str = "arn:aws:proton:us-east-1:123456789111:environment/e";
const ROLE: &str = "arn:aws:iam::123456789222:role/r";

/// A constructor asks for what the API requires, and gives the request with the least input.
#[test]
fn a_constructor_gives_the_least_input() {
    let name = || "e".parse::<EnvironmentName>().unwrap();
    let (id, role, account) = (ID.parse().unwrap(), ROLE.parse().unwrap(), "123456789111".parse().unwrap());
    let (template, major, spec) = ("t".parse().unwrap(), "1".parse().unwrap(), "a: b".parse().unwrap());
    let built: [(Operation, Value); 9] = [
        (
            CreateEnvironmentAccountConnection::new(name(), account, role).into(),
            json!({ "environmentName": "e", "managementAccountId": "123456789111", "roleArn": ROLE }),
        ),
        (
            ListEnvironmentAccountConnections::new(Side::ManagementAccount).into(),
            json!({ "requestedBy": "MANAGEMENT_ACCOUNT" }),
        ),
        (UpdateEnvironmentAccountConnection::new(id).into(), json!({ "id": ID })),
        (
            CreateEnvironment::new(name(), template, major, spec).into(),
            json!({ "name": "e", "templateName": "t", "templateMajorVersion": "1", "spec": "a: b" }),
        ),
        (
            UpdateEnvironment::new(name(), DeploymentType::CurrentVersion).into(),
            json!({ "name": "e", "deploymentType": "CURRENT_VERSION" }),
        ),
        (ListEnvironmentProvisionedResources::from(name()).into(), json!({ "environmentName": "e" })),
        (
            ReportDeployment::new(name(), ID.parse().unwrap(), DeploymentOutcome::Failed).into(),
            json!({ "name": "e", "deploymentId": ID, "outcome": "FAILED" }),
        ),
        (NotifyResourceDeploymentStatusChange::new(ARN.parse().unwrap()).into(), json!({ "resourceArn": ARN })),
        (ListTagsForResource::new(ARN.parse().unwrap()).into(), json!({ "resourceArn": ARN })),
    ];
    for (operation, input) in built {
        assert_eq!(serde_json::to_value(&operation).unwrap(), input);
        assert_eq!(Operation::read_host(operation.name(), input).unwrap(), operation);
    }
}

/// A caller who gives the name gets at none of the host's own operations.
#[test]
fn a_caller_cannot_name_an_operation_of_the_hosts() {
    for name in Operation::NAMES {
        let read = Operation::read(name, json!({}));
        assert_eq!(matches!(read, Err(ReadError::UnknownOperation(_))), !Operation::is_public_name(name), "{name}");
        let read = Operation::read_host(name, json!({}));
        assert!(!matches!(read, Err(ReadError::UnknownOperation(_))), "{name}");
    }
    assert!(!Operation::is_public_name("CleanUpResources"));
}

/// Rule `reserved-tag-prefix`: no user's tags can be built with such a key, whoever builds them.
#[test]
fn reserved_keys_are_in_no_users_tags() {
    for key in ["aws:proton:account", "AWS:x", "aWs:"] {
        let key = key.parse::<TagKey>().unwrap();
        let tag = Tag { key: key.clone(), value: "v".parse().unwrap() };

        assert_eq!(Tags::try_from(vec![tag.clone()]), Err(NotTags::Reserved));
        assert_eq!(TagKeys::try_from(vec![key]), Err(NotTags::Reserved));
        assert!(serde_json::from_value::<Tags>(serde_json::json!([tag])).is_err());
    }
}

#[test]
fn tags_are_few_and_of_different_keys() {
    let tag = |number: usize| Tag { key: format!("k{number}").parse().unwrap(), value: "v".parse().unwrap() };

    assert_eq!(Tags::try_from((0..50).map(tag).collect::<Vec<_>>()).unwrap().len(), Tags::LIMIT);
    assert_eq!(Tags::try_from((0..51).map(tag).collect::<Vec<_>>()), Err(NotTags::TooMany));
    assert_eq!(Tags::try_from(vec![tag(1), tag(1)]), Err(NotTags::KeyTwice));
}

/// A clean-up stays one commit, and what the types let be built can be read again.
#[test]
fn identifiers_are_few() {
    let identifiers = |count: usize| (0..count).map(|number| format!("i{number}").parse().unwrap());
    let list = |count| identifiers(count).collect::<Vec<ResourceIdentifier>>();

    let most = CleanUpResources::new(Identifiers::try_from(list(Identifiers::LIMIT)).unwrap());
    let written = serde_json::to_value(&most).unwrap();
    assert_eq!(Operation::read_host("CleanUpResources", &written).unwrap(), Operation::CleanUpResources(most));

    let refused = Identifiers::try_from(list(Identifiers::LIMIT + 1)).unwrap_err();
    assert_eq!(refused.to_string(), "must be a list of at most 50 identifiers");
}
