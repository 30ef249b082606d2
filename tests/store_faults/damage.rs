//! Records of the right thing that do not agree with the records beside them.

use account_connections::{
    operation::{Answer, Operation},
    store::{Key, Record, Trouble},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    faults::Expected,
    spoiled::Came,
    world::{ABROAD, CONNECTED, OURS, PENDING, SPARE, THEIRS, USED},
};

const NAME: &str = "a record does not agree with others";

/// The damaged records that can be under a key instead of the right one.
pub fn damaged(
    key: &Key,
    right: Option<&Record>,
    operation: &Operation,
    undamaged: &Came,
) -> Vec<(&'static str, Record, Expected)> {
    let Some(right) = right else { return Vec::new() };
    let value = serde_json::to_value(right).unwrap();
    let changed = |path: &str, to: Value| {
        let mut value = value.clone();
        *value.pointer_mut(path).unwrap() = to;
        let record = serde_json::from_value::<Record>(value).unwrap();
        (record != *right).then_some(record)
    };
    let others =
        [OURS.id(PENDING), OURS.id(CONNECTED), OURS.id(USED), OURS.id(SPARE), THEIRS.id(USED), ABROAD.id(USED)];
    match (key, right) {
        // A token of another connection of the same account, of a stranger's, of one that is not there.
        (Key::ClientToken { .. }, _) => {
            let is_replayed = matches!(undamaged, Ok(it) if it.result.is_ok());
            let record = others.into_iter().filter_map(|id| Some((id, changed("/clientToken/connection", json!(id))?)));
            let expected = |id| if is_replayed { missing_connection(key, id) } else { Expected::Same };
            record.map(|(id, record)| (NAME, record, expected(id))).collect()
        }
        // Nothing is counted, or more than there can be.
        (Key::Usage { .. }, _) => {
            let counts = [0, u32::MAX].into_iter().filter_map(|count| {
                let usage = json!({ "usage": { "connections": count, "environments": count } });
                let record = serde_json::from_value::<Record>(usage).unwrap();
                (record != *right).then_some(record)
            });
            counts.map(|record| (NAME, record.clone(), Expected::Takes(key.clone(), record))).collect()
        }
        // An environment that is attached to a connection which is not for it.
        (Key::Environment { .. }, Record::Environment(environment)) => {
            let state = value["environment"].as_object().unwrap().keys().next().unwrap().clone();
            let Some(attachment) = environment.attachment() else { return Vec::new() };
            let path = format!("/environment/{state}/provisioning/attached/connectionId");
            let to = others.into_iter().filter(|id| *id != *attachment.connection().as_uuid());
            let to = to.filter(|id| environment.name().as_str() != "used" || *id != OURS.id(SPARE));
            to.filter_map(|id| {
                let record = changed(&path, json!(id))?;
                let expected = if asks_for_authority(operation, undamaged) {
                    missing_connection(key, id)
                } else {
                    Expected::Takes(key.clone(), record.clone())
                };
                Some((NAME, record, expected))
            })
            .collect()
        }
        // A resource that is from an environment which is not there, or not from this one.
        (Key::ProvisionedResource { region, account, .. }, _) => {
            let arn = |name| format!("arn:aws:proton:{}:{}:environment/{name}", OURS.region, OURS.management);
            let name = |name: &str| name.parse().unwrap();
            let nowhere = Key::Environment {
                region: *region,
                management_account: OURS.management.parse().unwrap(),
                name: name("nowhere"),
            };
            let is_clean_up = matches!(operation, Operation::CleanUpResources(_));
            let in_trouble = |trouble, record: &Record| {
                if is_clean_up { Expected::Trouble(trouble) } else { Expected::Takes(key.clone(), record.clone()) }
            };
            let from = |environment| changed("/provisionedResource/by/0/environmentArn", json!(arn(environment)));
            let nowhere = from("nowhere").map(|it| (in_trouble(Trouble::Missing(Box::new(nowhere)), &it), it));
            // The one is provisioned in another account, the other has no such resource.
            let of_another = if account.to_string() == OURS.management { "used" } else { "self" };
            let elsewhere = [of_another, "bare"].into_iter().filter_map(from);
            let elsewhere = elsewhere.map(|it| (in_trouble(Trouble::WrongRecord(Box::new(key.clone())), &it), it));
            nowhere.into_iter().chain(elsewhere).map(|(expected, record)| (NAME, record, expected)).collect()
        }
        _ => Vec::new(),
    }
}

fn missing_connection(key: &Key, id: Uuid) -> Expected {
    let (Key::ClientToken { region, .. } | Key::Environment { region, .. }) = key else { panic!("{key}") };
    Expected::Trouble(Trouble::Missing(Box::new(Key::Connection { region: *region, id: id.into() })))
}

/// Whether a request that came to this asked whether Proton may act on the environment, with the connection that it is
/// attached to.
fn asks_for_authority(operation: &Operation, undamaged: &Came) -> bool {
    let Ok(outcome) = undamaged else { return false };
    let is_given =
        matches!(operation, Operation::UpdateEnvironment(it) if it.environment_account_connection_id.is_some());
    !is_given && (matches!(outcome.result, Ok(Answer::Authority(_))) || !outcome.instructions.is_empty())
}
