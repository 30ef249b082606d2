//! Calls that show what random ones hardly would.

use crate::{Scripted, world::words::*};

const MANAGEMENT: &str = "111111111111";
const ENVIRONMENT: &str = "222222222222";

const fn call(at: u32, account: &'static str, operation: &'static str, input: &'static str) -> Scripted {
    Scripted { at, account, operation, input }
}

const ASKED: &str = r#"{"environmentName": "dev", "managementAccountId": "111111111111",
    "roleArn": "arn:aws:iam::222222222222:role/own"}"#;

const ASKED_WITH_TOKEN: &str = r#"{"environmentName": "dev", "managementAccountId": "111111111111",
    "roleArn": "arn:aws:iam::222222222222:role/own", "clientToken": "t1"}"#;

const ASKED_WITH_COMPONENT_ROLE: &str = r#"{"environmentName": "dev", "managementAccountId": "111111111111",
    "roleArn": "arn:aws:iam::222222222222:role/own", "componentRoleArn": "arn:aws:iam::222222222222:role/own",
    "clientToken": "t1"}"#;

const OWN: &str = r#"{"name": "dev", "templateName": "vpc", "templateMajorVersion": "9", "spec": "s",
    "protonServiceRoleArn": "arn:aws:iam::111111111111:role/own"}"#;

const SUCCEEDED: &str =
    r#"{"name": "dev", "deploymentId": "00000000-0000-0000-0000-000000000001", "outcome": "SUCCEEDED"}"#;

/// An environment loses its connection, and another one that was accepted before is accepted again.
pub(super) const ACCEPTED_AGAIN: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(1, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(2, MANAGEMENT, ACCEPT, r#"{"id": "00000000-0000-0000-0000-000000000001"}"#),
    call(3, MANAGEMENT, ACCEPT, r#"{"id": "00000000-0000-0000-0000-000000000002"}"#),
    call(
        4,
        MANAGEMENT,
        CREATE,
        r#"{"name": "dev", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
            "environmentAccountConnectionId": "00000000-0000-0000-0000-000000000001"}"#,
    ),
    call(5, ENVIRONMENT, DELETE_CONNECTION, r#"{"id": "00000000-0000-0000-0000-000000000001"}"#),
    call(6, MANAGEMENT, ACCEPT, r#"{"id": "00000000-0000-0000-0000-000000000002"}"#),
    call(7, MANAGEMENT, GET, r#"{"name": "dev"}"#),
];

pub(super) const TOKEN_AFTER_TWO_HOURS: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
    call(2 * 3600, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
];

pub(super) const TOKEN_AT_EIGHT_HOURS: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
    call(8 * 3600, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
];

pub(super) const TOKEN_USED_BETWEEN: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
    call(7 * 3600, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
    call(9 * 3600, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
];

pub(super) const TOKEN_WITH_ANOTHER_ROLE: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
    call(1, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_COMPONENT_ROLE),
];

/// From major version 9 to 10.
pub(super) const MAJOR_TEN: &[Scripted] = &[
    call(0, MANAGEMENT, CREATE, OWN),
    call(1, MANAGEMENT, REPORT, SUCCEEDED),
    call(2, MANAGEMENT, UPDATE, r#"{"name": "dev", "deploymentType": "MAJOR_VERSION", "templateMajorVersion": "10"}"#),
];

pub(super) const CREATED_WHILE_DELETED: &[Scripted] = &[
    call(0, MANAGEMENT, CREATE, OWN),
    call(1, MANAGEMENT, REPORT, SUCCEEDED),
    call(2, MANAGEMENT, DELETE, r#"{"name": "dev"}"#),
    call(3, MANAGEMENT, CREATE, OWN),
];

/// A foreign role is given while the creation is under way.
pub(super) const FOREIGN_ROLE_MEANWHILE: &[Scripted] = &[
    call(0, MANAGEMENT, CREATE, OWN),
    call(
        1,
        MANAGEMENT,
        UPDATE,
        r#"{"name": "dev", "deploymentType": "NONE",
            "protonServiceRoleArn": "arn:aws:iam::222222222222:role/own"}"#,
    ),
];

/// Outputs are recorded, and then none.
pub(super) const NO_OUTPUTS: &[Scripted] = &[
    call(
        0,
        MANAGEMENT,
        CREATE,
        r#"{"name": "dev", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
            "codebuildRoleArn": "arn:aws:iam::111111111111:role/own"}"#,
    ),
    call(
        1,
        MANAGEMENT,
        NOTIFY,
        r#"{"resourceArn": "arn:aws:proton:us-east-1:111111111111:environment/dev",
            "outputs": [{"key": "k", "valueString": "v"}]}"#,
    ),
    call(
        2,
        MANAGEMENT,
        NOTIFY,
        r#"{"resourceArn": "arn:aws:proton:us-east-1:111111111111:environment/dev", "outputs": []}"#,
    ),
    call(3, MANAGEMENT, LIST_OUTPUTS, r#"{"environmentName": "dev"}"#),
];
