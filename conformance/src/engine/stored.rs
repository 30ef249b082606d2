//! Records made of what answers show, and members of records by their names in the public API.
//!
//! A [`Record`] can be read from text only if the model could have written it: that is how records are made here.

use std::collections::BTreeMap;

use account_connections::{
    environment::{Environment, Work},
    id::EnvironmentArn,
    operation::{ConnectionShown, EnvironmentSummary},
    store::{ConnectionPart, EnvironmentPart, Key, Record},
};
use serde_json::{Map, Value, json};

use super::json::{at, set};
use crate::trace::time;

/// The members of the API that are times.
pub(super) const TIMES: [&str; 5] =
    ["requestedAt", "lastModifiedAt", "createdAt", "lastDeploymentAttemptedAt", "lastDeploymentSucceededAt"];

/// What an answer shows of a connection or environment, by its members.
pub(super) fn members(record: &Record) -> Map<String, Value> {
    let shown = match record {
        Record::Connection(connection) => serde_json::to_value(ConnectionShown::from(connection.as_ref())),
        Record::Environment(environment) => serde_json::to_value(EnvironmentSummary::from(environment.as_ref())),
        Record::Spec(spec) => serde_json::to_value(BTreeMap::from([("spec", spec)])),
        _ => return Map::new(),
    };
    let mut members = match shown {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    if let Record::Environment(environment) = record
        && let Some(role) = environment.own_roles().and_then(|roles| roles.codebuild())
    {
        members.insert("codebuildRoleArn".into(), json!(role));
    }
    members
}

/// The record with another value of a member, or without it. `None` if it has no such member, or the model could not
/// have written that.
pub(super) fn with_member(record: &Record, member: &str, value: Option<&Value>) -> Option<Record> {
    let mut whole = serde_json::to_value(record).ok()?;
    let value = match value {
        Some(shown) if TIMES.contains(&member) => json!(time(shown)?),
        Some(shown) => shown.clone(),
        None => Value::Null,
    };
    match record {
        Record::Connection(_) => {
            whole.pointer_mut("/connection")?.as_object_mut()?.insert(member.into(), value);
        }
        Record::Environment(_) => {
            let state = whole.pointer_mut("/environment")?.as_object_mut()?.values_mut().next()?;
            let (path, name) = environment_path(state, member)?;
            let mut parent = state;
            for step in path {
                parent = parent.get_mut(step)?;
            }
            parent.as_object_mut()?.insert(name.into(), value);
        }
        Record::Spec(_) => *whole.pointer_mut("/spec")? = value,
        _ => return None,
    }
    serde_json::from_value(whole).ok()
}

/// Where an environment's record has a member.
fn environment_path(state: &Value, member: &str) -> Option<(Vec<&'static str>, &'static str)> {
    let success = || {
        if state.get("lastSuccess").is_some() {
            return Some(vec!["lastSuccess"]);
        }
        let kinds = ["succeeded", "failed", "cancelled", "deleteFailed"];
        let kind =
            kinds.into_iter().find(|kind| state.pointer(&format!("/ended/{kind}")).is_some_and(Value::is_object));
        kind.map(|kind| vec!["ended", kind])
    };
    let method =
        || ["sameAccount", "selfManaged"].into_iter().find(|kind| at(state, "provisioning").get(kind).is_some());
    Some(match member {
        "description" => (vec!["details"], "description"),
        "templateName" => (vec!["details"], "templateName"),
        "templateMajorVersion" => (vec!["details", "templateVersion"], "major"),
        "templateMinorVersion" => (vec!["details", "templateVersion"], "minor"),
        "createdAt" => (vec!["details"], "createdAt"),
        "lastAttemptedDeploymentId" => (vec!["details"], "lastAttemptedDeploymentId"),
        "lastDeploymentAttemptedAt" => (vec!["details"], "lastDeploymentAttemptedAt"),
        "deploymentStatusMessage" => (vec!["details"], "statusMessage"),
        "lastDeploymentSucceededAt" => (success()?, "at"),
        "lastSucceededDeploymentId" => (success()?, "deploymentId"),
        "protonServiceRoleArn" => (vec!["provisioning", "sameAccount"], "service"),
        "codebuildRoleArn" => (vec!["provisioning", "sameAccount"], "codebuild"),
        "componentRoleArn" => (vec!["provisioning", method()?], "component"),
        _ => return None,
    })
}

/// The connection that an answer shows, as a record.
pub(super) fn connection(shown: &Value) -> Option<Record> {
    let mut stored = shown.as_object()?.clone();
    let region = stored.get("arn")?.as_str()?.split(':').nth(3)?.to_owned();
    stored.remove("arn");
    stored.insert("region".into(), json!(region));
    for member in ["requestedAt", "lastModifiedAt"] {
        let at = stored.get(member).and_then(time)?;
        stored.insert(member.into(), json!(at));
    }
    serde_json::from_value(json!({ "connection": stored })).ok()
}

/// The environments that an answer may show, as records: a deployment under way may be of several kinds.
pub(super) fn environments(shown: &Value) -> Vec<Record> {
    let Some(states) = states(shown) else { return Vec::new() };
    states.into_iter().filter_map(|state| serde_json::from_value(json!({ "environment": state })).ok()).collect()
}

fn states(shown: &Value) -> Option<Vec<Value>> {
    let get = |member: &str| shown.get(member).filter(|value| !value.is_null()).cloned();
    let arn = get("arn")?.as_str()?.parse::<EnvironmentArn>().ok()?;
    let at = |member: &str| get(member).and_then(|value| time(&value)).map(|at| json!(at));
    let mut details = object([
        ("region", Some(json!(arn.region))),
        ("managementAccountId", Some(json!(arn.management_account))),
        ("name", Some(json!(arn.name))),
        ("description", get("description")),
        ("templateName", get("templateName")),
        (
            "templateVersion",
            Some(object([("major", get("templateMajorVersion")), ("minor", get("templateMinorVersion"))])),
        ),
        ("createdAt", at("createdAt")),
        ("lastAttemptedDeploymentId", get("lastAttemptedDeploymentId")),
        ("lastDeploymentAttemptedAt", at("lastDeploymentAttemptedAt")),
        ("statusMessage", get("deploymentStatusMessage")),
    ]);
    let success = match (get("lastSucceededDeploymentId"), at("lastDeploymentSucceededAt")) {
        (Some(id), Some(at)) => Some(json!({ "deploymentId": id, "at": at })),
        _ => None,
    };
    let account = get("environmentAccountId");
    let provisioning = match (get("environmentAccountConnectionId"), &account, get("provisioningRepository")) {
        (Some(connection), Some(account), _) => {
            Some(json!({ "attached": { "connectionId": connection, "accountId": account } }))
        }
        (None, Some(_), _) => None,
        (_, None, Some(repository)) => Some(json!({ "selfManaged": object([
            ("repository", Some(object(["name", "provider", "branch"].map(|member| (member, repository.get(member).cloned()))))),
            ("component", get("componentRoleArn")),
        ]) })),
        (_, None, None) => Some(json!({ "sameAccount": object([
            ("service", get("protonServiceRoleArn")),
            ("codebuild", get("codebuildRoleArn")),
            ("component", get("componentRoleArn")),
        ]) })),
    };
    let target = json!({ "newSpec": true, "version": { "major": null } });
    let works = match get("deploymentStatus")?.as_str()? {
        // A creation has had no success, and has not been attempted again.
        "IN_PROGRESS" if success.is_some() || at("createdAt") != at("lastDeploymentAttemptedAt") => {
            vec![json!({ "update": target })]
        }
        "IN_PROGRESS" => vec![json!("create"), json!({ "update": target })],
        "CANCELLING" => vec![json!({ "cancel": target })],
        "DELETE_IN_PROGRESS" => vec![json!("delete")],
        status => {
            let ended = match (status, &success) {
                ("SUCCEEDED", Some(success)) => json!({ "succeeded": success }),
                ("FAILED", success) => json!({ "failed": success }),
                ("CANCELLED", success) => json!({ "cancelled": success }),
                ("DELETE_FAILED", success) => json!({ "deleteFailed": success }),
                _ => return None,
            };
            let unmodified = settled(&details, provisioning.as_ref(), account.as_ref(), &ended);
            set(&mut details, "modified", json!(true));
            let modified = settled(&details, provisioning.as_ref(), account.as_ref(), &ended);
            return Some(vec![unmodified, modified]);
        }
    };
    let provisioning = provisioning?;
    let deploying = |work: Value| {
        let mut details = details.clone();
        set(&mut details, "modified", json!(work != "create"));
        json!({ "deploying": object([
            ("details", Some(details)),
            ("provisioning", Some(provisioning.clone())),
            ("work", Some(work)),
            ("lastSuccess", success.clone()),
        ]) })
    };
    Some(works.into_iter().map(deploying).collect())
}

fn settled(details: &Value, provisioning: Option<&Value>, account: Option<&Value>, ended: &Value) -> Value {
    match provisioning {
        Some(provisioning) => {
            json!({ "settled": { "details": details, "provisioning": provisioning, "ended": ended } })
        }
        None => json!({ "unmanaged": { "details": details, "environmentAccountId": account, "ended": ended } }),
    }
}

/// An object of the members that are present.
fn object<const N: usize>(members: [(&str, Option<Value>); N]) -> Value {
    let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
    Value::Object(members.collect::<Map<_, _>>())
}

/// Whether a record is of an environment that is being created.
pub(super) fn is_a_creation(record: &Record) -> bool {
    matches!(record, Record::Environment(environment)
        if matches!(environment.as_ref(), Environment::Deploying(deploying) if *deploying.work() == Work::Create))
}

/// Where the spec of the environment with this head is.
pub(super) fn spec_key(head: &Key) -> Option<Key> {
    match head.clone() {
        Key::Environment { region, management_account, name, .. } => {
            Some(Key::Environment { region, management_account, name, part: EnvironmentPart::Spec })
        }
        _ => None,
    }
}

/// All keys under which parts of the thing with this head are stored; the key itself if it is not a head.
pub(super) fn parts(head: &Key) -> Vec<Key> {
    match head.clone() {
        Key::Connection { region, id, part: ConnectionPart::Head } => {
            [ConnectionPart::Head, ConnectionPart::Tags].map(|part| Key::Connection { region, id, part }).into()
        }
        Key::Environment { region, management_account, name, part: EnvironmentPart::Head } => {
            let arn = EnvironmentArn::new(region, management_account, name);
            let parts = [
                EnvironmentPart::Head,
                EnvironmentPart::Outputs,
                EnvironmentPart::Request,
                EnvironmentPart::Resources,
                EnvironmentPart::Spec,
                EnvironmentPart::Tags,
                EnvironmentPart::TargetSpec,
            ];
            parts.map(|part| environment_key(&arn, part)).into()
        }
        other => vec![other],
    }
}

pub(super) fn environment_key(arn: &EnvironmentArn, part: EnvironmentPart) -> Key {
    Key::Environment { region: arn.region, management_account: arn.management_account, name: arn.name.clone(), part }
}
