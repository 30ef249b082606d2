//! Checks of the oracle itself.

#![allow(clippy::expect_used, reason = "this is test code: a broken assumption ends the test")]

use crate::oracle::script::LIMITS;
use crate::oracle::{Call, Limits, Oracle, Reply, agrees, reach_test, resolve_tokens};
use serde_json::{Value, json};

const MANAGEMENT: &str = "123456789111";
const ENVIRONMENT: &str = "123456789222";
const ROLE: &str = "arn:aws:iam::123456789222:role/service-role/env-account-proton-service-role";
const NAME: &str = "simple-env-connected";
const ID: &str = "a1b2c3d4-5678-90ab-cdef-000000000001";

/// 2021-04-28T23:13:50.847Z
const REQUESTED: i64 = 1_619_651_630_847;
/// 2021-04-28T23:15:33.486Z
const ACCEPTED: i64 = 1_619_651_733_486;

/// An oracle, and a host that counts its ids.
struct World {
    oracle: Oracle,
    now: i64,
    count: u32,
}

impl World {
    fn new() -> Self {
        Self::with(LIMITS)
    }

    fn with(limits: Limits) -> Self {
        Self { oracle: Oracle::new(limits), now: REQUESTED, count: 0 }
    }

    fn call(&mut self, account: &str, operation: &str, input: Value) -> Reply {
        self.count += 1;
        self.oracle.call(&Call {
            account: account.to_owned(),
            region: "us-east-1".to_owned(),
            now: self.now,
            fresh: format!("a1b2c3d4-5678-90ab-cdef-{:012x}", self.count),
            operation: operation.to_owned(),
            input,
        })
    }

    #[track_caller]
    fn answer(&mut self, account: &str, operation: &str, input: Value) -> Value {
        match self.call(account, operation, input) {
            Reply::Answer(answer) => answer,
            refused => panic!("{operation}: {refused:?}"),
        }
    }

    #[track_caller]
    fn refused(&mut self, account: &str, operation: &str, input: Value) -> String {
        match self.call(account, operation, input) {
            Reply::Refused { kind, rule } => format!("{kind} {rule}"),
            answer => panic!("{operation}: {answer:?}"),
        }
    }

    /// The guide's request: the first call's id is `ID`.
    fn request(&mut self) -> Value {
        let input = json!({"environmentName": NAME, "roleArn": ROLE, "managementAccountId": MANAGEMENT});
        self.answer(ENVIRONMENT, "CreateEnvironmentAccountConnection", input)
    }

    fn accept(&mut self, id: &str) -> Value {
        let input = json!({"id": id});
        self.answer(MANAGEMENT, "AcceptEnvironmentAccountConnection", input)
    }

    /// An environment on a connected connection, by the third call.
    fn create(&mut self) -> Value {
        self.answer(MANAGEMENT, "CreateEnvironment", creation())
    }

    /// A deployed environment with one resource.
    fn deployed() -> Self {
        let mut world = Self::new();
        world.request();
        world.accept(ID);
        let id = world.create()["environment"]["lastAttemptedDeploymentId"].clone();
        world.answer(
            MANAGEMENT,
            "ReportDeployment",
            json!({
                "name": NAME,
                "deploymentId": id,
                "outcome": "SUCCEEDED",
                "templateMinorVersion": "0",
                "resources": [{"identifier": "stack"}],
            }),
        );
        world
    }

    fn environment(&mut self) -> Value {
        let input = json!({"name": NAME});
        self.answer(MANAGEMENT, "GetEnvironment", input)["environment"].clone()
    }
}

fn creation() -> Value {
    json!({
        "name": NAME,
        "spec": "spec",
        "templateName": "vpc",
        "templateMajorVersion": "1",
        "environmentAccountConnectionId": ID,
    })
}

#[test]
fn the_guides_request_and_acceptance() {
    let mut world = World::new();
    let mut shown = json!({"environmentAccountConnection": {
        "arn": format!("arn:aws:proton:us-east-1:123456789222:environment-account-connection/{ID}"),
        "environmentAccountId": ENVIRONMENT,
        "environmentName": NAME,
        "id": ID,
        "lastModifiedAt": "2021-04-28T23:13:50.847000+00:00",
        "managementAccountId": MANAGEMENT,
        "requestedAt": "2021-04-28T23:13:50.847000+00:00",
        "roleArn": ROLE,
        "status": "PENDING",
    }});
    assert_eq!(world.request(), shown);
    world.now = ACCEPTED;
    shown["environmentAccountConnection"]["status"] = json!("CONNECTED");
    shown["environmentAccountConnection"]["lastModifiedAt"] = json!("2021-04-28T23:15:33.486000+00:00");
    assert_eq!(world.accept(ID), shown);
    let input = json!({"id": ID});
    let got = world.answer(ENVIRONMENT, "GetEnvironmentAccountConnection", input);
    assert_eq!(got, shown);
    let events = world.oracle.events();
    assert_eq!(events.len(), 2);
    assert_eq!(events[1]["detail"], json!({"id": ID, "status": "CONNECTED", "previousStatus": "PENDING"}));
    assert_eq!(events[1]["time"], "2021-04-28T23:15:33.486Z");
}

#[test]
fn a_rejection_is_final() {
    let mut world = World::new();
    world.request();
    let input = json!({"id": ID});
    let reject = "RejectEnvironmentAccountConnection";
    let rejected = world.answer(MANAGEMENT, reject, input.clone());
    assert_eq!(rejected["environmentAccountConnection"]["status"], "REJECTED");
    assert_eq!(world.answer(MANAGEMENT, reject, input.clone()), rejected);
    assert_eq!(
        world.refused(MANAGEMENT, "AcceptEnvironmentAccountConnection", input),
        "ConflictException rejected-is-final"
    );
}

#[test]
fn each_party_keeps_to_its_part() {
    let mut world = World::new();
    world.request();
    let input = json!({"id": ID});
    assert_eq!(
        world.refused(MANAGEMENT, "DeleteEnvironmentAccountConnection", input.clone()),
        "AccessDeniedException environment-account-owns"
    );
    assert_eq!(
        world.refused(ENVIRONMENT, "AcceptEnvironmentAccountConnection", input.clone()),
        "AccessDeniedException management-decides"
    );
    assert_eq!(
        world.refused("333333333333", "GetEnvironmentAccountConnection", input),
        "ResourceNotFoundException connection-not-found"
    );
}

#[test]
fn a_connection_in_use_cannot_be_rejected() {
    let mut world = World::deployed();
    let reject = "RejectEnvironmentAccountConnection";
    assert_eq!(world.refused(MANAGEMENT, reject, json!({"id": ID})), "ConflictException no-reject-while-in-use");
    let input = json!({"name": NAME});
    let deleted = world.answer(MANAGEMENT, "DeleteEnvironment", input);
    let id = &deleted["environment"]["lastAttemptedDeploymentId"];
    let gone =
        world.answer(MANAGEMENT, "ReportDeployment", json!({"name": NAME, "deploymentId": id, "outcome": "SUCCEEDED"}));
    assert_eq!(gone["environment"]["deploymentStatus"], "DELETE_COMPLETE");
    world.answer(MANAGEMENT, reject, json!({"id": ID}));
    let statuses: Vec<&str> =
        world.oracle.events().iter().filter_map(|event| event["detail"]["status"].as_str()).collect();
    let expected = "PENDING CONNECTED IN_PROGRESS SUCCEEDED DELETE_IN_PROGRESS DELETED REJECTED";
    assert_eq!(statuses.join(" "), expected);
}

#[test]
fn a_new_connection_restores_an_orphan() {
    let mut world = World::deployed();
    let update = json!({"name": NAME, "deploymentType": "CURRENT_VERSION"});
    world.answer(MANAGEMENT, "UpdateEnvironment", update.clone());
    let input = json!({"id": ID});
    world.answer(ENVIRONMENT, "DeleteEnvironmentAccountConnection", input);

    let orphan = world.environment();
    assert_eq!(orphan["deploymentStatus"], "FAILED");
    assert!(agrees(&orphan["deploymentStatusMessage"], &json!(format!("the connection `{ID}` was deleted"))));
    assert_eq!(orphan.get("environmentAccountConnectionId"), None);
    assert_eq!(world.refused(MANAGEMENT, "UpdateEnvironment", update), "ConflictException unmanaged-cannot-deploy");
    let resources = world.answer(ENVIRONMENT, "ListProvisionedResources", json!({}));
    assert_eq!(resources["resources"][0]["unmanaged"], true);

    let request = world.request();
    let new = &request["environmentAccountConnection"]["id"];
    world.accept(new.as_str().expect("an id"));
    let restored = world.environment();
    assert_eq!(&restored["environmentAccountConnectionId"], new);
    let authority = world.answer(MANAGEMENT, "ProvisioningAuthority", json!({"name": NAME}));
    let expected = json!({"authority": {"accountId": ENVIRONMENT, "roleArn": ROLE}});
    assert_eq!(authority, expected);
}

#[test]
fn what_an_orphan_leaves_over_is_its_accounts_to_clean_up() {
    let mut world = World::deployed();
    let orphan = world.environment();
    world.answer(ENVIRONMENT, "DeleteEnvironmentAccountConnection", json!({"id": ID}));
    let gone = world.answer(MANAGEMENT, "DeleteEnvironment", json!({"name": NAME}));
    assert_eq!(gone["environment"]["deploymentStatus"], "DELETE_COMPLETE");
    assert_eq!(gone["environment"]["lastAttemptedDeploymentId"], orphan["lastAttemptedDeploymentId"]);
    assert_eq!(
        world.refused(MANAGEMENT, "GetEnvironment", json!({"name": NAME})),
        "ResourceNotFoundException environment-not-found"
    );
    assert_eq!(world.answer(MANAGEMENT, "DeleteEnvironment", json!({"name": NAME})), json!({}));

    let left = json!({"resources": [{"identifier": "stack", "environmentArn": orphan["arn"], "unmanaged": true}]});
    assert_eq!(world.answer(ENVIRONMENT, "ListProvisionedResources", json!({})), left);
    let identifiers = json!({"identifiers": ["stack", "unknown"]});
    world.answer("333333333333", "CleanUpResources", identifiers.clone());
    assert_eq!(world.answer(ENVIRONMENT, "ListProvisionedResources", json!({})), left);
    world.answer(ENVIRONMENT, "CleanUpResources", identifiers);
    assert_eq!(world.answer(ENVIRONMENT, "ListProvisionedResources", json!({})), json!({"resources": []}));
}

#[test]
fn a_later_environment_takes_over_what_it_reports() {
    let mut world = World::deployed();
    world.answer(ENVIRONMENT, "DeleteEnvironmentAccountConnection", json!({"id": ID}));
    world.answer(MANAGEMENT, "DeleteEnvironment", json!({"name": NAME}));
    let id = world.request()["environmentAccountConnection"]["id"].clone();
    world.accept(id.as_str().expect("an id"));
    let mut creation = creation();
    creation["environmentAccountConnectionId"] = id;
    world.answer(MANAGEMENT, "CreateEnvironment", creation);
    let listed = world.answer(MANAGEMENT, "ListEnvironmentProvisionedResources", json!({"environmentName": NAME}));
    assert_eq!(listed, json!({"provisionedResources": []}));

    let deployment = world.environment()["lastAttemptedDeploymentId"].clone();
    let mut report = json!({"name": NAME, "deploymentId": deployment, "outcome": "SUCCEEDED"});
    report["resources"] = json!([{"identifier": "stack"}]);
    world.answer(MANAGEMENT, "ReportDeployment", report);
    let resources = world.answer(ENVIRONMENT, "ListProvisionedResources", json!({}));
    assert_eq!(resources["resources"].as_array().map(Vec::len), Some(1));
    assert_eq!(resources["resources"][0]["unmanaged"], false);
}

#[test]
fn a_resource_has_few_environments_and_a_clean_up_not_many() {
    let (mut world, mut refused) = (World::with(Limits { connections: 0, environments: 60 }), Vec::new());
    for call in reach_test::wide() {
        match world.oracle.call(&call) {
            Reply::Answer(_) => {}
            Reply::Refused { kind, rule } => refused.push(format!("{kind} {rule}")),
        }
    }
    let too_much = ["ValidationException resource-shared-too-widely", "ValidationException clean-up-too-large"];
    assert_eq!(refused, too_much);
}

#[test]
fn a_client_token_makes_a_request_repeatable() {
    let mut world = World::new();
    let mut input = json!({
        "environmentName": NAME,
        "roleArn": ROLE,
        "managementAccountId": MANAGEMENT,
        "clientToken": "token",
        "tags": [{"key": "a", "value": "1"}, {"key": "b", "value": ""}],
    });
    let create = "CreateEnvironmentAccountConnection";
    let first = world.answer(ENVIRONMENT, create, input.clone());
    world.now += 1000;
    input["tags"] = json!([{"key": "b", "value": ""}, {"key": "a", "value": "1"}]);
    input["componentRoleArn"] = Value::Null;
    assert_eq!(world.answer(ENVIRONMENT, create, input.clone()), first);
    input["environmentName"] = json!("other");
    assert_eq!(world.refused(ENVIRONMENT, create, input), "ValidationException client-token-mismatch");
    assert_eq!(world.oracle.events().len(), 1);
}

#[test]
fn a_client_token_expires_after_eight_hours() {
    let mut world = World::new();
    let mut input = json!({"environmentName": NAME, "roleArn": ROLE, "managementAccountId": MANAGEMENT});
    input["clientToken"] = json!("token");
    let (create, delete) = ("CreateEnvironmentAccountConnection", "DeleteEnvironmentAccountConnection");
    let requested = |world: &mut World, hours: i64, ms: i64| {
        world.now = REQUESTED + hours * 3_600_000 + ms;
        world.answer(ENVIRONMENT, create, input.clone())["environmentAccountConnection"]["id"].clone()
    };
    let first = requested(&mut world, 0, 0);
    assert_eq!(requested(&mut world, 8, -1), first);
    let second = requested(&mut world, 8, 0);
    assert_ne!(second, first);

    // Neither the clock nor the end of either gives the token back to the older one.
    assert_eq!(requested(&mut world, 1, 0), second);
    world.answer(ENVIRONMENT, delete, json!({"id": first}));
    assert_eq!(requested(&mut world, 9, 0), second);
    world.answer(ENVIRONMENT, delete, json!({"id": second}));
    assert_ne!(requested(&mut world, 9, 0), second);
    assert_eq!(world.answer(ENVIRONMENT, delete, json!({"id": second})), json!({}));
}

#[test]
fn a_modified_environment_has_no_second_creation() {
    let mut world = World::deployed();
    let create = "CreateEnvironment";
    let same = json!({"name": NAME, "deploymentType": "NONE", "environmentAccountConnectionId": ID});
    world.answer(MANAGEMENT, "UpdateEnvironment", same);
    assert_eq!(world.answer(MANAGEMENT, create, creation())["environment"], world.environment());
    for description in ["new", ""] {
        let update = json!({"name": NAME, "deploymentType": "NONE", "description": description});
        world.answer(MANAGEMENT, "UpdateEnvironment", update);
        assert_eq!(world.refused(MANAGEMENT, create, creation()), "ConflictException environment-modified");
    }
    let mut another = creation();
    another["spec"] = json!("another");
    assert_eq!(world.refused(MANAGEMENT, create, another), "ValidationException environment-name-mismatch");
}

#[test]
fn accepting_again_restores_an_orphan() {
    let mut world = World::deployed();
    let second = world.request()["environmentAccountConnection"]["id"].clone();
    let accepted = world.accept(second.as_str().expect("an id"));
    world.answer(ENVIRONMENT, "DeleteEnvironmentAccountConnection", json!({"id": ID}));
    assert_eq!(world.environment().get("environmentAccountConnectionId"), None);
    world.now += 1;
    let events = world.oracle.events().len();
    assert_eq!(world.accept(second.as_str().expect("an id")), accepted);
    assert_eq!(world.environment()["environmentAccountConnectionId"], second);
    assert_eq!(world.oracle.events().len(), events);
}

#[test]
fn a_self_managed_environment_is_notified_of() {
    let mut world = World::new();
    let mut own = creation();
    own.as_object_mut().expect("members").remove("environmentAccountConnectionId");
    own["provisioningRepository"] = json!({"branch": "main", "name": "owner/infra", "provider": "GITHUB"});
    let created = world.answer(MANAGEMENT, "CreateEnvironment", own)["environment"].clone();
    assert_eq!(created.get("provisioning"), None);

    let (notify, list) = ("NotifyResourceDeploymentStatusChange", "ListEnvironmentOutputs");
    let mut told = json!({"resourceArn": created["arn"], "deploymentId": created["lastAttemptedDeploymentId"]});
    told["outputs"] = json!([{"key": "b", "valueString": "1"}, {"key": "a", "valueString": "2"}]);
    told["statusMessage"] = json!("planning");
    assert_eq!(world.answer(MANAGEMENT, notify, told.clone()), json!({}));
    assert_eq!(world.environment()["deploymentStatusMessage"], "planning");
    let sorted = json!({"outputs": [{"key": "a", "valueString": "2"}, {"key": "b", "valueString": "1"}]});
    assert_eq!(world.answer(MANAGEMENT, list, json!({"environmentName": NAME})), sorted);

    told["status"] = json!("SUCCEEDED");
    told.as_object_mut().expect("members").remove("outputs");
    world.answer(MANAGEMENT, notify, told.clone());
    let deployed = world.environment();
    assert_eq!(
        (&deployed["deploymentStatus"], &deployed["deploymentStatusMessage"]),
        (&json!("SUCCEEDED"), &json!("planning"))
    );
    told["statusMessage"] = json!("again");
    told["outputs"] = json!([]);
    world.answer(MANAGEMENT, notify, told.clone());
    assert_eq!(world.environment(), deployed);
    assert_eq!(world.answer(MANAGEMENT, list, json!({"environmentName": NAME})), json!({"outputs": []}));
    told["status"] = json!("FAILED");
    assert_eq!(world.refused(MANAGEMENT, notify, told.clone()), "ConflictException stale-report");
    assert_eq!(world.refused(ENVIRONMENT, notify, told), "ResourceNotFoundException arn-not-found");
    let another = json!({"environmentName": NAME, "deploymentId": ID.replace('a', "b")});
    assert_eq!(world.refused(MANAGEMENT, list, another), "ResourceNotFoundException deployment-not-found");
}

#[test]
fn nobody_notifies_of_what_the_service_provisions() {
    let mut world = World::deployed();
    let told = json!({"resourceArn": world.environment()["arn"]});
    let notify = "NotifyResourceDeploymentStatusChange";
    let refused = "ValidationException notify-needs-self-provisioning";
    assert_eq!(world.refused(MANAGEMENT, notify, told.clone()), refused);
    let role = json!({"id": ID, "codebuildRoleArn": ROLE});
    world.answer(ENVIRONMENT, "UpdateEnvironmentAccountConnection", role);
    assert_eq!(world.answer(MANAGEMENT, notify, told.clone()), json!({}));
    world.answer(ENVIRONMENT, "DeleteEnvironmentAccountConnection", json!({"id": ID}));
    assert_eq!(world.refused(MANAGEMENT, notify, told), refused);
}

#[test]
fn pages_are_stable() {
    let mut world = World::new();
    for _ in 0..3 {
        world.request();
        world.now += 1;
    }
    let list = "ListEnvironmentAccountConnections";
    let mut input = json!({"requestedBy": "MANAGEMENT_ACCOUNT", "maxResults": 1});
    let name = "environmentAccountConnections";
    let first = world.answer(MANAGEMENT, list, input.clone());
    world.answer(ENVIRONMENT, "DeleteEnvironmentAccountConnection", json!({"id": first[name][0]["id"]}));
    input["nextToken"] = json!({"$token": 0});
    let other_party = json!({"requestedBy": "ENVIRONMENT_ACCOUNT", "nextToken": {"$token": 0}});
    assert_eq!(world.refused(ENVIRONMENT, list, other_party), "ValidationException foreign-token");
    input["maxResults"] = json!(2);
    let rest = world.answer(MANAGEMENT, list, input);
    assert_eq!(rest[name].as_array().map(Vec::len), Some(2));
    assert_eq!(rest.get("nextToken"), None);
}

#[test]
fn an_environment_has_managed_tags() {
    let mut world = World::deployed();
    let arn = format!("arn:aws:proton:us-east-1:{MANAGEMENT}:environment/{NAME}");
    let tags = json!({"resourceArn": arn, "tags": [{"key": "a", "value": "1"}]});
    world.answer(MANAGEMENT, "TagResource", tags);
    let listed = world.answer(MANAGEMENT, "ListTagsForResource", json!({"resourceArn": arn}));
    let template = format!("arn:aws:proton:us-east-1:{MANAGEMENT}:environment-template/vpc");
    assert_eq!(
        listed["tags"],
        json!([
            {"key": "a", "value": "1"},
            {"key": "aws:proton:account", "value": MANAGEMENT},
            {"key": "aws:proton:environment", "value": arn},
            {"key": "aws:proton:template", "value": template},
        ])
    );
    let arn = format!("arn:aws:proton:us-east-1:{ENVIRONMENT}:environment-account-connection/{ID}");
    assert_eq!(
        world.refused(MANAGEMENT, "ListTagsForResource", json!({"resourceArn": arn})),
        "AccessDeniedException connection-tags-are-the-owners"
    );
}

#[test]
fn an_update_can_be_cancelled() {
    let mut world = World::deployed();
    let update = json!({"name": NAME, "deploymentType": "MINOR_VERSION", "spec": "new"});
    world.answer(MANAGEMENT, "UpdateEnvironment", update);
    let cancel = "CancelEnvironmentDeployment";
    let cancelling = world.answer(MANAGEMENT, cancel, json!({"environmentName": NAME}));
    let id = &cancelling["environment"]["lastAttemptedDeploymentId"];
    let cancelled =
        world.answer(MANAGEMENT, "ReportDeployment", json!({"name": NAME, "deploymentId": id, "outcome": "CANCELLED"}));
    let environment = &cancelled["environment"];
    assert_eq!(environment["deploymentStatus"], "CANCELLED");
    assert_eq!(environment["deploymentStatusMessage"], "User initiated cancellation.");
    assert_eq!(environment["spec"], "spec");
    assert_eq!(environment["templateMinorVersion"], "0");
    let instructions = world.oracle.instructions();
    let kinds: Vec<&Value> = instructions.iter().map(|i| &i["kind"]).collect();
    assert_eq!(kinds, ["provision", "update", "cancel"]);
    assert_eq!(instructions[2]["spec"], "new");
}

#[test]
fn symbolic_tokens_are_resolved() {
    let issued = ["a".to_owned(), "b".to_owned()];
    let input = json!({"maxResults": 1, "nextToken": {"$token": 3}});
    let resolved = json!({"maxResults": 1, "nextToken": "b"});
    assert_eq!(resolve_tokens(&input, &issued), resolved);
    assert_eq!(resolve_tokens(&input, &[]), json!({"maxResults": 1}));
    assert_eq!(resolve_tokens(&resolved, &issued), resolved);
    let next = json!({"nextToken": "ours"});
    assert!(agrees(&next, &json!({"nextToken": "theirs"})));
    assert!(!agrees(&next, &json!({})));
}
