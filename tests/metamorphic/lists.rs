//! Properties of lists.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::voice::{Voice, ask, connection, environment, whole_list};
use super::{Finding, New};
use crate::{
    oracle::Call,
    system::{
        Heard, System,
        scripts::{ACCOUNTS, HOME, LIMITS},
    },
};

const ITEMS: &str = "environmentAccountConnections";
/// Each side, with the member that names the account on it.
const SIDES: [(&str, &str); 2] =
    [("ENVIRONMENT_ACCOUNT", "environmentAccountId"), ("MANAGEMENT_ACCOUNT", "managementAccountId")];
const STATUSES: [&[&str]; 5] =
    [&[], &["PENDING"], &["REJECTED", "CONNECTED"], &["CONNECTED"], &["PENDING", "CONNECTED", "REJECTED"]];

/// After a script, every list is what the account can get one by one: those in which it stands on that side, that pass
/// the filters, in the order of their times and ids. The premise: how many connections were listed.
pub fn list_is_get<S: System>(new: New<'_, S>, calls: &[Call]) -> Finding {
    let mut system = new(LIMITS);
    let voice = Voice::alone(&mut system, calls);
    let ids: BTreeSet<&str> = calls.iter().map(|call| call.fresh.as_str()).collect();
    let callers: BTreeSet<(&str, &str)> =
        calls.iter().map(|call| (call.account.as_str(), call.region.as_str())).collect();
    let names: BTreeSet<Option<String>> = voice
        .said
        .iter()
        .map(|(_, heard)| Some(connection(heard)?["environmentName"].as_str()?.to_owned()))
        .chain([None])
        .collect();
    let mut listed = 0;
    for (account, region) in callers {
        let seen = visible(&mut system, account, region, &ids);
        for (side, member) in SIDES {
            for name in &names {
                for (place, statuses) in STATUSES.iter().enumerate() {
                    let mut expected = seen.clone();
                    expected.retain(|shown| shown[member] == account);
                    expected.retain(|shown| name.as_ref().is_none_or(|name| shown["environmentName"] == *name));
                    expected.retain(|shown| {
                        statuses.is_empty() || statuses.iter().any(|status| shown["status"] == *status)
                    });
                    expected.iter_mut().for_each(leave_out_what_lists_do);
                    let input = json!({"requestedBy": side, "environmentName": name, "statuses": statuses});
                    let first = ask(account, region, "ListEnvironmentAccountConnections", input);
                    listed += same(&first, &whole_list(&mut system, &first, ITEMS, 1 + place)?, &expected)?;
                }
            }
        }
    }
    Ok(listed)
}

/// The connections that an account can get, in the order of lists.
fn visible<S: System>(system: &mut S, account: &str, region: &str, ids: &BTreeSet<&str>) -> Vec<Value> {
    let get = |id: &&str| system.call(&ask(account, region, "GetEnvironmentAccountConnection", json!({"id": id})));
    let answers: Vec<Heard> = ids.iter().map(get).collect();
    let mut seen: Vec<Value> = answers.iter().filter_map(connection).cloned().collect();
    seen.sort_by_key(place);
    seen
}

/// The time and the id of a connection: in their order it is listed.
type Place = (String, String);

/// The times are texts of one length, so that they are ordered as times.
fn place(shown: &Value) -> Place {
    (shown["requestedAt"].to_string(), shown["id"].to_string())
}

fn leave_out_what_lists_do(shown: &mut Value) {
    if let Some(members) = shown.as_object_mut() {
        members.remove("codebuildRoleArn");
    }
}

/// After a script, each account's list of environments is what it can get one by one, and its list of resources is what
/// the environments that are provisioned in it have, whoever owns them. The premise: how many things were listed.
pub fn environment_list_is_get<S: System>(new: New<'_, S>, calls: &[Call]) -> Finding {
    let mut system = new(LIMITS);
    let voice = Voice::alone(&mut system, calls);
    let callers: BTreeSet<(&str, &str)> =
        calls.iter().map(|call| (call.account.as_str(), call.region.as_str())).collect();
    let names: BTreeSet<&str> =
        voice.said.iter().filter_map(|(_, heard)| environment(heard)?["name"].as_str()).collect();
    let (mut listed, mut resources) = (0, Vec::new());
    for (account, region) in &callers {
        let mut own = Vec::new();
        for name in &names {
            let get = ask(account, region, "GetEnvironment", json!({"name": name}));
            if let Some(shown) = environment(&system.call(&get)) {
                let input = json!({"environmentName": name});
                let list = ask(account, region, "ListEnvironmentProvisionedResources", input);
                for resource in whole_answer(&mut system, &list, "provisionedResources")? {
                    resources.push((shown.clone(), resource));
                }
                own.push(shown.clone());
            }
        }
        for major in [None, Some("1")] {
            let mut expected = own.clone();
            let filters = major.map(|major| json!([{"templateName": "vpc", "majorVersion": major}]));
            expected.retain(|shown| {
                filters.is_none() || shown["templateName"] == "vpc" && shown["templateMajorVersion"] == json!(major)
            });
            for member in ["spec", "codebuildRoleArn", "provisioningRepository"] {
                expected.iter_mut().for_each(|shown| _ = shown.as_object_mut().and_then(|it| it.remove(member)));
            }
            let first = ask(account, region, "ListEnvironments", json!({"environmentTemplates": filters}));
            listed += same(&first, &whole_list(&mut system, &first, "environments", 1)?, &expected)?;
        }
    }
    for (account, region) in &callers {
        let mut expected: Vec<Value> = Vec::new();
        for (shown, resource) in &resources {
            let arn: Vec<&str> = shown["arn"].as_str().unwrap_or_default().split(':').collect();
            let place = shown["environmentAccountId"].as_str();
            if arn[3] == *region && place.unwrap_or(arn[4]) == *account {
                let mut resource = resource.clone();
                resource["environmentArn"] = shown["arn"].clone();
                resource["unmanaged"] = json!(place.is_some() && shown.get("environmentAccountConnectionId").is_none());
                expected.push(resource);
            }
        }
        let text = |resource: &Value, member: &str| resource[member].as_str().unwrap_or_default().to_owned();
        let first = ask(account, region, "ListProvisionedResources", json!({}));
        let found = whole_list(&mut system, &first, "resources", 2)?;
        let left_over = found.iter().filter(|found| !expected.contains(found) && is_left_over(&voice, found, account));
        // In one Region, ARNs of environments are in the order of their accounts and names.
        expected.extend(left_over.cloned().collect::<Vec<_>>());
        expected.sort_by_key(|resource| (text(resource, "identifier"), text(resource, "environmentArn")));
        listed += same(&first, &found, &expected)?;
    }
    Ok(listed)
}

/// Whether a resource may be what remained of an environment that was unmanaged when it was deleted.
fn is_left_over(voice: &Voice, resource: &Value, account: &str) -> bool {
    let deleted = voice.said.iter().filter(|(call, _)| call.operation == "DeleteEnvironment");
    let mut shown = deleted.filter_map(|(_, heard)| environment(heard));
    resource["unmanaged"] == true
        && shown.any(|shown| {
            shown["deploymentStatus"] == "DELETE_COMPLETE"
                && shown["arn"] == resource["environmentArn"]
                && shown["environmentAccountId"] == account
        })
}

/// How many things a list shows, if they are those that were expected.
fn same(list: &Call, found: &[Value], expected: &[Value]) -> Finding {
    if found == expected {
        return Ok(found.len());
    }
    Err(format!("{list:?}: {found:#?}\n  one by one: {expected:#?}"))
}

/// The items of a list that has no pages.
fn whole_answer<S: System>(system: &mut S, list: &Call, items: &str) -> Result<Vec<Value>, String> {
    let answer = system.call(list).result.map_err(|refused| format!("{list:?}: {refused:?}"))?;
    Ok(answer[items].as_array().cloned().unwrap_or_default())
}

/// A system that forgets to filter lists by status.
#[derive(Clone)]
pub struct Careless<S>(pub S);

impl<S: System> System for Careless<S> {
    fn call(&mut self, call: &Call) -> Heard {
        let mut call = call.clone();
        if let Some(members) = call.input.as_object_mut() {
            members.remove("statuses");
        }
        self.0.call(&call)
    }

    fn records(&self) -> Vec<String> {
        self.0.records()
    }
}

/// Rule `stable-pages`: while a script goes on, an account turns the pages of a list, one connection on each. It meets
/// each connection that was there all the time once, and none twice, in order. The premise: how many lists of several
/// connections were followed over a change.
pub fn pages_are_stable<S: System>(new: New<'_, S>, calls: &[Call]) -> Finding {
    let (before, meanwhile) = calls.split_at(calls.len() * 2 / 3);
    let ids: BTreeSet<&str> = calls.iter().map(|call| call.fresh.as_str()).collect();
    let mut system = new(LIMITS);
    Voice::alone(&mut system, before);
    let mut changed = 0;
    for account in ACCOUNTS {
        for (side, member) in SIDES {
            let mut system = system.clone();
            let input = json!({"requestedBy": side, "maxResults": 1});
            let mut list = ask(account, HOME, "ListEnvironmentAccountConnections", input);
            let places = |system: &mut S| -> Vec<Place> {
                let seen = visible(system, account, HOME, &ids);
                seen.iter().filter(|shown| shown[member] == account).map(place).collect()
            };

            let at_first = places(&mut system);
            let mut met: Vec<Place> = Vec::new();
            let (mut voice, mut meanwhile) = (Voice::default(), meanwhile.iter());
            loop {
                let answer = system.call(&list).result.map_err(|refused| format!("{list:?}: {refused:?}"))?;
                met.extend(answer[ITEMS].as_array().into_iter().flatten().map(place));
                let Some(token) = answer.get("nextToken") else { break };
                list.input["nextToken"] = token.clone();
                for call in meanwhile.by_ref().take(10) {
                    voice.say(&mut system, call);
                }
            }
            let at_last = places(&mut system);

            if !met.is_sorted_by(|left, right| left < right) {
                return Err(format!("out of order, or twice: {met:#?}"));
            }
            let throughout: Vec<&Place> = at_first.iter().filter(|place| at_last.contains(place)).collect();
            if let Some(missed) = throughout.iter().find(|place| !met.contains(place)) {
                return Err(format!("missed {missed:?} among {met:#?}"));
            }
            changed += usize::from(throughout.len() > 1 && at_first != at_last);
        }
    }
    Ok(changed)
}
