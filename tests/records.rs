//! What a store hands back: every record reads back as itself, and one that the model could not have written is not one.

use account_connections::{
    Fault, HostError, Memory,
    instruction::Instruction,
    invariant::{self, Invariant},
    operation::{CleanUpResources, Context, Identifiers},
    run,
    store::{ConnectionPart, EnvironmentPart, Key, Parties, Record},
};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ENVIRONMENT, MANAGEMENT, REGION, STRANGER, World, at, caller};

/// The parts of a role ARN, which each of them has.
fn role(partition: &str, account: &str) -> String {
    format!("arn:{partition}:iam::{account}:role/path/name")
}

/// A world with everything that has roles or is in another account, in every state that tells.
fn world() -> World {
    let mut world = World::default();
    let own = role("aws", MANAGEMENT);
    let template = json!({ "templateName": "vpc", "templateMajorVersion": "1", "spec": "s" });
    let create_environment = |world: &mut World, name: &str, member: &str, value: Value| {
        let mut input = template.clone();
        input["name"] = json!(name);
        input[member] = value;
        if member != "environmentAccountConnectionId" {
            input["componentRoleArn"] = json!(own);
        }
        let shown = world.call(caller(MANAGEMENT), at(2), "CreateEnvironment", &input).unwrap();
        let report = json!({ "name": name, "deploymentId": shown["environment"]["lastAttemptedDeploymentId"],
            "outcome": "SUCCEEDED", "resources": [{ "identifier": name, "provisioningEngine": "CLOUDFORMATION" }] });
        if !name.ends_with("under-way") {
            world.call(caller(MANAGEMENT), at(3), "ReportDeployment", &report).unwrap();
        }
        if name == "build" {
            let outputs = json!({ "resourceArn": shown["environment"]["arn"],
                "outputs": [{ "key": "b", "valueString": "1" }, { "key": "a", "valueString": "2" }] });
            world.call(caller(MANAGEMENT), at(3), "NotifyResourceDeploymentStatusChange", &outputs).unwrap();
        }
    };
    for name in ["pending", "rejected", "connected", "attached", "attached-under-way", "unmanaged"] {
        let lent = role("aws", ENVIRONMENT);
        let input = json!({ "environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": lent,
            "codebuildRoleArn": lent, "componentRoleArn": lent, "clientToken": name,
            "tags": [{ "key": "k", "value": "v" }] });
        world.limits.connections_per_account = 9;
        let asked = world.call(caller(ENVIRONMENT), at(0), "CreateEnvironmentAccountConnection", &input).unwrap();
        let id = &asked["environmentAccountConnection"]["id"];
        let decide = |world: &mut World, account, verb: &str| {
            let operation = format!("{verb}EnvironmentAccountConnection");
            world.call(caller(account), at(1), &operation, &json!({ "id": id })).unwrap();
        };
        match name {
            "pending" => {}
            "rejected" => decide(&mut world, MANAGEMENT, "Reject"),
            _ => decide(&mut world, MANAGEMENT, "Accept"),
        }
        if name.starts_with("attached") || name == "unmanaged" {
            create_environment(&mut world, name, "environmentAccountConnectionId", id.clone());
        }
        if name == "unmanaged" {
            decide(&mut world, ENVIRONMENT, "Delete");
        }
    }
    let repository = json!({ "branch": "main", "name": "o/r", "provider": "GITHUB" });
    for under_way in ["", "-under-way"] {
        create_environment(&mut world, &format!("service{under_way}"), "protonServiceRoleArn", json!(own));
        create_environment(&mut world, &format!("build{under_way}"), "codebuildRoleArn", json!(own));
        create_environment(&mut world, &format!("repository{under_way}"), "provisioningRepository", repository.clone());
    }
    world
}

fn records(world: &World) -> Vec<(Key, Value)> {
    world.store.records().map(|(key, record)| (key, serde_json::to_value(record).unwrap())).collect()
}

/// The connections and the environments: all that authority can come from.
fn that_grant(world: &World) -> Vec<(Key, Value)> {
    let grants = |key: &Key| {
        matches!(
            key,
            Key::Connection { part: ConnectionPart::Head, .. } | Key::Environment { part: EnvironmentPart::Head, .. }
        )
    };
    records(world).into_iter().filter(|(key, _)| grants(key)).collect()
}

#[test]
fn every_record_reads_back_as_itself() {
    let world = world();
    let mut copy = Memory::new();
    for (key, record) in records(&world) {
        let record = serde_json::from_value::<Record>(record).unwrap();
        assert!(record.belongs_to(&key), "{key}");
        copy.insert(key, record);
    }
    assert!(copy.records().eq(world.store.records()));
}

/// Rules `role-in-environment-account` and `role-in-own-account` hold of what is stored, too: whoever can write to the
/// database of a host by mistake lends nobody's roles.
#[test]
fn a_record_with_a_role_of_another_account_is_none() {
    let mut roles = 0;
    for (key, record) in that_grant(&world()) {
        for (path, text) in texts(&record) {
            if !text.contains(":role/") {
                continue;
            }
            roles += 1;
            let account = if text.contains(MANAGEMENT) { MANAGEMENT } else { ENVIRONMENT };
            for foreign in [role("aws", STRANGER), role("aws-cn", account), role("aws-us-gov", account)] {
                let mut damaged = record.clone();
                *damaged.pointer_mut(&path).unwrap() = json!(foreign);
                assert!(serde_json::from_value::<Record>(damaged).is_err(), "{key} with {foreign} at {path}");
            }
        }
    }
    assert_eq!(roles, 5 * 3 + 2 * (2 + 2 + 1), "connections have three roles each, an environment its own");
}

/// An outbox is a store, too: an instruction lends no role of another account than the one it is to be carried out in.
#[test]
fn an_instruction_with_a_role_of_another_account_is_none() {
    let mut roles = 0;
    for instruction in world().instructions {
        let written = serde_json::to_value(&instruction).unwrap();
        assert_eq!(serde_json::from_value::<Instruction>(written.clone()).unwrap(), instruction);
        for (path, text) in texts(&written) {
            if text.contains(":role/") {
                roles += 1;
                for foreign in [role("aws", STRANGER), "any text".into()] {
                    let mut damaged = written.clone();
                    *damaged.pointer_mut(&path).unwrap() = json!(foreign);
                    assert!(serde_json::from_value::<Instruction>(damaged).is_err(), "{foreign} at {path}");
                }
            }
        }
    }
    assert_eq!(roles, 3 * 3 + 4 * 2, "a connection lends three roles, an environment of its own account has two");
}

#[test]
fn a_record_of_one_account_with_itself_is_none() {
    let mut environments = 0;
    for (key, record) in that_grant(&world()) {
        for (path, text) in texts(&record) {
            if text == ENVIRONMENT {
                environments += 1;
                let mut damaged = record.clone();
                *damaged.pointer_mut(&path).unwrap() = json!(MANAGEMENT);
                assert!(serde_json::from_value::<Record>(damaged).is_err(), "{key} with the owner at {path}");
            }
        }
    }
    assert_eq!(environments, 5 + 3, "connections, and cross-account environments");
}

#[test]
fn a_connection_that_lends_nothing_is_none() {
    for (key, mut record) in that_grant(&world()) {
        if let Some(connection) = record.get_mut("connection") {
            let members = connection.as_object_mut().unwrap();
            assert!(members.remove("roleArn").is_some() && members.remove("codebuildRoleArn").is_some());
            assert!(serde_json::from_value::<Record>(record).is_err(), "{key}");
        }
    }
}

/// Rule `account-sees-its-resources`: another's resources are as unknown to an account as any, whatever a record under
/// its own key says.
#[test]
fn a_record_of_another_accounts_resource_cleans_up_nothing() {
    let mut world = world();
    let region = REGION.parse().unwrap();
    let own = |account: &str| Key::ProvisionedResource {
        region,
        account: account.parse().unwrap(),
        identifier: "attached".parse().unwrap(),
    };
    let record = world.store.get(&own(ENVIRONMENT)).unwrap().clone();
    world.store.insert(own(STRANGER), record);
    let before = world.store.clone();

    let clean_up = CleanUpResources::new(Identifiers::try_from(vec!["attached".parse().unwrap()]).unwrap());
    let context = Context::new(caller(STRANGER), at(9), Uuid::nil()).with_limits(world.limits);
    let trouble = run(&mut world.store, clean_up, context).unwrap_err();

    assert_eq!(trouble, HostError::Fault(Fault::WrongRecord(Box::new(own(STRANGER)))));
    assert_eq!(world.store, before);
}

#[test]
fn what_cannot_be_read_is_no_record_that_could_be_stored() {
    let mut world = world();
    let records = world.store.records().map(|(key, record)| (key, record.clone())).collect::<Vec<_>>();
    for (key, record) in records {
        let mut text = serde_json::to_value(&record).unwrap();
        let parties = serde_json::from_value::<Parties>(text.clone()).ok();
        assert_eq!(parties.is_some(), matches!(record, Record::Connection(_)), "{key}");
        if parties.is_some() {
            text["connection"]["status"] = json!("SPOILED");
            assert_eq!(serde_json::from_value::<Parties>(text["connection"].clone()).ok(), parties);
            assert_eq!(serde_json::from_value::<Parties>(json!({ "spoiled": text["connection"] })).ok(), parties);
            assert!(serde_json::from_value::<Parties>(json!({ "a": text["connection"], "b": {} })).is_err());
        }
        let unreadable = Record::unreadable("is damaged", parties);
        assert!(serde_json::to_string(&unreadable).is_err());
        world.store.insert(key.clone(), unreadable);
        let found = invariant::check(world.store.records(), world.limits);
        let what = (Invariant::RecordBelongsToKey, "the record cannot be read", vec![key]);
        assert_eq!((found[0].invariant, found[0].what.as_str(), found[0].keys.clone()), what);
        world.store.insert(what.2[0].clone(), record);
    }
    assert!(serde_json::from_value::<Record>(json!({ "unreadable": {} })).is_err());
}

/// All texts in a value, with where they are.
fn texts(value: &Value) -> Vec<(String, String)> {
    let inside = |name: &str, value| {
        texts(value).into_iter().map(move |(path, text)| (format!("/{name}{path}"), text)).collect::<Vec<_>>()
    };
    match value {
        Value::String(text) => vec![(String::new(), text.clone())],
        Value::Object(members) => members.iter().flat_map(|(name, value)| inside(name, value)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(at, value)| inside(&at.to_string(), value)).collect()
        }
        _ => Vec::new(),
    }
}
