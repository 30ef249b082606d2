//! The responses in the guide's section on the AWS CLI, field by field, and the event of each change of status.
//!
//! The guide's ids end in `EXAMPLE11111`, which no UUID does; the same id with digits in that place stands for them.

use account_connections::{
    Memory, Service,
    clock::{FixedClock, Ids},
    event::Event,
    id::Timestamp,
    operation::Operation,
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ENVIRONMENT, MANAGEMENT, NAME, ROLE, caller};

const ID: &str = "a1b2c3d4-5678-90ab-cdef-111111111111";
const ARN: &str =
    "arn:aws:proton:us-east-1:123456789222:environment-account-connection/a1b2c3d4-5678-90ab-cdef-111111111111";

/// When the guide's connection was asked for, and when it was accepted.
const REQUESTED: &str = "2021-04-28T23:13:50.847Z";
const ACCEPTED: &str = "2021-04-28T23:15:33.486Z";
/// The guide shows no time of any later call.
const LATER: &str = "2021-04-29T08:00:00.000Z";

/// A host that has but one fresh id, the guide's.
struct GuidesId;

impl Ids for GuidesId {
    fn fresh(&mut self) -> Uuid {
        ID.parse().unwrap()
    }
}

/// The guide's two accounts, served by the crate's own front door.
struct Guide(Service<Memory, FixedClock, GuidesId>);

impl Guide {
    fn new() -> Self {
        Self(Service::new(Memory::new(), FixedClock(time(REQUESTED)), GuidesId))
    }

    /// The guide's connection, as its create example leaves it.
    fn pending(name: &str) -> Self {
        let mut guide = Self::new();
        guide.create(name);
        guide
    }

    /// The guide's connection, as its accept example leaves it.
    fn connected() -> Self {
        let mut guide = Self::pending(NAME);
        guide.call(MANAGEMENT, ACCEPTED, "AcceptEnvironmentAccountConnection", &json!({ "id": ID }));
        guide
    }

    /// The command of the create example.
    fn create(&mut self, name: &str) -> Value {
        let input = json!({ "environmentName": name, "roleArn": ROLE, "managementAccountId": MANAGEMENT });
        self.call(ENVIRONMENT, REQUESTED, "CreateEnvironmentAccountConnection", &input)
    }

    fn call(&mut self, account: &str, at: &str, operation: &str, input: &Value) -> Value {
        self.0.clock_mut().0 = time(at);
        let operation = Operation::read(operation, input).unwrap();
        serde_json::to_value(self.0.call(caller(account), operation).unwrap()).unwrap()
    }

    /// The last event, as EventBridge shows it.
    fn event(&mut self) -> Value {
        let events = self.0.take_events();
        serde_json::to_value(events.last().map(Event::event_bridge)).unwrap()
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn create() {
    let answer = Guide::new().create("simple-env-connected");

    let guide = json!({ "environmentAccountConnection": {
        "arn": ARN,
        "environmentAccountId": "123456789222",
        "environmentName": "simple-env-connected",
        "id": ID,
        "lastModifiedAt": "2021-04-28T23:13:50.847000+00:00",
        "managementAccountId": "123456789111",
        "requestedAt": "2021-04-28T23:13:50.847000+00:00",
        "roleArn": "arn:aws:iam::123456789222:role/service-role/env-account-proton-service-role",
        "status": "PENDING",
    } });
    assert_eq!(answer, guide);
}

#[test]
fn accept() {
    let mut guide = Guide::pending("simple-env-connected");
    let answer = guide.call(MANAGEMENT, ACCEPTED, "AcceptEnvironmentAccountConnection", &json!({ "id": ID }));

    assert_eq!(answer, connected());
}

#[test]
fn get() {
    for party in [MANAGEMENT, ENVIRONMENT] {
        let answer = Guide::connected().call(party, LATER, "GetEnvironmentAccountConnection", &json!({ "id": ID }));

        assert_eq!(answer, connected(), "{party}");
    }
}

/// What the guide shows of its connection once it was accepted.
fn connected() -> Value {
    json!({ "environmentAccountConnection": {
        "arn": ARN,
        "environmentAccountId": "123456789222",
        "environmentName": "simple-env-connected",
        "id": ID,
        "lastModifiedAt": "2021-04-28T23:15:33.486000+00:00",
        "managementAccountId": "123456789111",
        "requestedAt": "2021-04-28T23:13:50.847000+00:00",
        "roleArn": "arn:aws:iam::123456789222:role/service-role/env-account-proton-service-role",
        "status": "CONNECTED",
    } })
}

/// The guide's reject example shows `lastModifiedAt` equal to `requestedAt`, as if rejecting modified nothing, where
/// its accept example shows the later time. It is abridged; SPEC §3 has its own rule win: a change sets
/// `lastModifiedAt`.
#[test]
fn reject() {
    let mut guide = Guide::pending("simple-env-reject");
    let answer = guide.call(MANAGEMENT, ACCEPTED, "RejectEnvironmentAccountConnection", &json!({ "id": ID }));

    let guides = json!({ "environmentAccountConnection": {
        "arn": ARN,
        "status": "REJECTED",
        "environmentAccountId": "123456789222",
        "environmentName": "simple-env-reject",
        "id": ID,
        "lastModifiedAt": "2021-04-28T23:13:50.847000+00:00",
        "managementAccountId": "123456789111",
        "requestedAt": "2021-04-28T23:13:50.847000+00:00",
        "roleArn": "arn:aws:iam::123456789222:role/service-role/env-account-proton-service-role",
    } });
    assert_eq!(answer, modified(guides, "2021-04-28T23:15:33.486000+00:00"));
}

/// The guide's delete example shows a CONNECTED connection with `lastModifiedAt` equal to `requestedAt`, although its
/// accept and get examples show the later time for the same connection. It is abridged; SPEC §3 has its own rule win:
/// the answer is the connection's last state, so `lastModifiedAt` is when it was accepted.
#[test]
fn delete() {
    let mut guide = Guide::connected();
    let answer = guide.call(ENVIRONMENT, LATER, "DeleteEnvironmentAccountConnection", &json!({ "id": ID }));

    let guides = json!({ "environmentAccountConnection": {
        "arn": ARN,
        "environmentAccountId": "123456789222",
        "environmentName": "simple-env-connected",
        "id": ID,
        "lastModifiedAt": "2021-04-28T23:13:50.847000+00:00",
        "managementAccountId": "123456789111",
        "requestedAt": "2021-04-28T23:13:50.847000+00:00",
        "roleArn": "arn:aws:iam::123456789222:role/service-role/env-account-proton-service-role",
        "status": "CONNECTED",
    } });
    assert_eq!(answer, modified(guides, "2021-04-28T23:15:33.486000+00:00"));
}

/// An example of the guide with the one member replaced in which it is abridged.
fn modified(mut example: Value, last_modified_at: &str) -> Value {
    let member = example.pointer_mut("/environmentAccountConnection/lastModifiedAt").unwrap();
    *member = json!(last_modified_at);
    example
}

/// The guide says that one can "get or list environment account connections" and shows no list; the shape is the API
/// model's. A summary has the members of the get example, and this connection has no role that a summary leaves out.
#[test]
fn list() {
    for (party, side) in [(MANAGEMENT, "MANAGEMENT_ACCOUNT"), (ENVIRONMENT, "ENVIRONMENT_ACCOUNT")] {
        let mut guide = Guide::connected();
        let input = json!({ "requestedBy": side });
        let answer = guide.call(party, LATER, "ListEnvironmentAccountConnections", &input);

        let got = connected();
        let summary = got.get("environmentAccountConnection").unwrap();
        assert_eq!(answer, json!({ "environmentAccountConnections": [summary] }), "{party}");
    }
}

/// The event that EventBridge shows, with these times and details.
fn bridged(time: &str, detail: &Value) -> Value {
    json!({
        "version": "0",
        "detail-type": "AWS Proton Environment Account Connection Status Change",
        "source": "aws.proton",
        "account": "123456789222",
        "time": time,
        "region": "us-east-1",
        "resources": [ARN],
        "detail": detail,
    })
}

#[test]
fn event_of_a_creation_has_no_previous_status() {
    let event = Guide::pending(NAME).event();

    assert_eq!(event, bridged(REQUESTED, &json!({ "id": ID, "status": "PENDING" })));
}

#[test]
fn event_of_each_decision() {
    let decisions = [
        (Guide::pending(NAME), "AcceptEnvironmentAccountConnection", "PENDING", "CONNECTED"),
        (Guide::pending(NAME), "RejectEnvironmentAccountConnection", "PENDING", "REJECTED"),
        (Guide::connected(), "RejectEnvironmentAccountConnection", "CONNECTED", "REJECTED"),
    ];
    for (mut guide, operation, previous, status) in decisions {
        guide.call(MANAGEMENT, LATER, operation, &json!({ "id": ID }));

        let detail = json!({ "id": ID, "status": status, "previousStatus": previous });
        assert_eq!(guide.event(), bridged(LATER, &detail), "{operation} from {previous}");
    }
}

#[test]
fn event_of_each_deletion_has_the_status_deleted() {
    let mut rejected = Guide::pending(NAME);
    rejected.call(MANAGEMENT, ACCEPTED, "RejectEnvironmentAccountConnection", &json!({ "id": ID }));

    for (mut guide, previous) in
        [(Guide::pending(NAME), "PENDING"), (Guide::connected(), "CONNECTED"), (rejected, "REJECTED")]
    {
        guide.call(ENVIRONMENT, LATER, "DeleteEnvironmentAccountConnection", &json!({ "id": ID }));

        let detail = json!({ "id": ID, "status": "DELETED", "previousStatus": previous });
        assert_eq!(guide.event(), bridged(LATER, &detail), "from {previous}");
    }
}
