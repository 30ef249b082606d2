//! Calls that show what random ones hardly would.

use crate::{Scripted, world::words::*};

const MANAGEMENT: &str = "111111111111";
const ENVIRONMENT: &str = "222222222222";
const ANOTHER: &str = "333333333333";

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

const ASKED_WITH_TAG: &str = r#"{"environmentName": "dev", "managementAccountId": "111111111111",
    "roleArn": "arn:aws:iam::222222222222:role/own", "tags": [{"key": "k", "value": "v"}], "clientToken": "t1"}"#;

const OWN: &str = r#"{"name": "dev", "templateName": "vpc", "templateMajorVersion": "9", "spec": "s",
    "protonServiceRoleArn": "arn:aws:iam::111111111111:role/own"}"#;

const SUCCEEDED: &str =
    r#"{"name": "dev", "deploymentId": "00000000-0000-0000-0000-000000000001", "outcome": "SUCCEEDED"}"#;

/// In a script the call of this number takes the id of this number.
const FIRST: &str = r#"{"id": "00000000-0000-0000-0000-000000000001"}"#;

const ATTACHED_TO_FIRST: &str = r#"{"name": "dev", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
    "environmentAccountConnectionId": "00000000-0000-0000-0000-000000000001"}"#;

/// An environment loses its connection, and another one that was accepted before is accepted again.
pub(super) const ACCEPTED_AGAIN: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(1, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(2, MANAGEMENT, ACCEPT, FIRST),
    call(3, MANAGEMENT, ACCEPT, r#"{"id": "00000000-0000-0000-0000-000000000002"}"#),
    call(4, MANAGEMENT, CREATE, ATTACHED_TO_FIRST),
    call(5, ENVIRONMENT, DELETE_CONNECTION, FIRST),
    call(6, MANAGEMENT, ACCEPT, r#"{"id": "00000000-0000-0000-0000-000000000002"}"#),
    call(7, MANAGEMENT, GET, r#"{"name": "dev"}"#),
];

/// An environment loses its connection, and another account is accepted for its name.
pub(super) const ACCEPTED_FOR_ANOTHER: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(1, MANAGEMENT, ACCEPT, FIRST),
    call(2, MANAGEMENT, CREATE, ATTACHED_TO_FIRST),
    call(3, ENVIRONMENT, DELETE_CONNECTION, FIRST),
    call(
        4,
        ANOTHER,
        CREATE_CONNECTION,
        r#"{"environmentName": "dev", "managementAccountId": "111111111111",
            "roleArn": "arn:aws:iam::333333333333:role/own"}"#,
    ),
    call(5, MANAGEMENT, ACCEPT, r#"{"id": "00000000-0000-0000-0000-000000000005"}"#),
    call(6, MANAGEMENT, GET, r#"{"name": "dev"}"#),
];

/// An environment with a resource loses its connection and gets another.
pub(super) const RESTORED: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(1, MANAGEMENT, ACCEPT, FIRST),
    call(2, MANAGEMENT, CREATE, ATTACHED_TO_FIRST),
    call(
        3,
        MANAGEMENT,
        REPORT,
        r#"{"name": "dev", "deploymentId": "00000000-0000-0000-0000-000000000003", "outcome": "SUCCEEDED",
            "resources": [{"identifier": "r"}]}"#,
    ),
    call(4, ENVIRONMENT, DELETE_CONNECTION, FIRST),
    call(5, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(6, MANAGEMENT, ACCEPT, r#"{"id": "00000000-0000-0000-0000-000000000006"}"#),
    call(7, ENVIRONMENT, LIST_ACCOUNT, "{}"),
];

/// A connection for another environment, in the hands of the environment account.
pub(super) const PROVISIONED_BY_ITSELF: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(
        1,
        ENVIRONMENT,
        CREATE,
        r#"{"name": "prod", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
            "environmentAccountConnectionId": "00000000-0000-0000-0000-000000000001"}"#,
    ),
];

/// An unknown connection, and roles next to it.
pub(super) const TWO_METHODS: &[Scripted] = &[call(
    0,
    MANAGEMENT,
    CREATE,
    r#"{"name": "dev", "templateName": "vpc", "templateMajorVersion": "1", "spec": "s",
        "environmentAccountConnectionId": "00000000-0000-0000-0000-000000000009",
        "protonServiceRoleArn": "arn:aws:iam::111111111111:role/own"}"#,
)];

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

pub(super) const TOKEN_WITH_A_TAG: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
    call(1, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TAG),
];

/// As many connections as an account may have in a session.
pub(super) const TOKEN_AT_THE_QUOTA: &[Scripted] = &[
    call(0, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
    call(1, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(2, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(3, ENVIRONMENT, CREATE_CONNECTION, ASKED),
    call(4, ENVIRONMENT, CREATE_CONNECTION, ASKED_WITH_TOKEN),
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
