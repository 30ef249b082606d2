//! Tags.

use std::collections::BTreeSet;

use account_connections::{
    ErrorKind, Memory, Rule,
    store::{ConnectionPart, EnvironmentPart, Key, Record},
    testing::subject::Reply,
};
use serde_json::{Value, json};

use super::change::touch;
use crate::{
    Wrong,
    fault::{Ask, Fault},
    json::listed,
    world::{self, words::*},
};

pub(super) fn all() -> Vec<Wrong> {
    [set(), checked(), managed()].concat()
}

fn set() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "tags-are-not-replaced",
            "Setting a tag that is there leaves its value",
            [Rule::SetTags],
            [Fault::Writes(|ask, memory, write| {
                let Some(Record::Tags(before)) = world::record(memory, &write.key) else { return true };
                if let (true, Some(Record::Tags(after))) = (ask.is(TAG), &write.record) {
                    let kept = after.iter().map(|tag| before.iter().find(|old| old.key == tag.key).unwrap_or(tag));
                    write.record = serde_json::from_value(json!({ "tags": kept.collect::<Vec<_>>() })).ok();
                }
                true
            })],
        ),
        Wrong::new(
            "tags-replace-all",
            "Setting tags removes all others",
            [Rule::SetTags],
            [Fault::Writes(|ask, _, write| {
                if let (true, Some(Record::Tags(after))) = (ask.is(TAG), &write.record) {
                    let given = ask.input.get("tags").and_then(Value::as_array).into_iter().flatten();
                    let given = given.filter_map(|tag| tag.get("key")?.as_str()).collect::<Vec<_>>();
                    let kept = after.iter().filter(|tag| given.contains(&tag.key.as_str())).collect::<Vec<_>>();
                    write.record = serde_json::from_value(json!({ "tags": kept })).ok();
                }
                true
            })],
        ),
        Wrong::new(
            "untagging-does-nothing",
            "Removing tags leaves them",
            [Rule::SetTags],
            [Fault::Forgets(|ask, _| !ask.is(UNTAG))],
        ),
        Wrong::new(
            "creation-loses-tags",
            "The tags of a creation are lost",
            [Rule::SetTags, Rule::StartsPending, Rule::StartsDeploying],
            [Fault::Forgets(|ask, write| {
                !(ask.is_one_of(&[CREATE_CONNECTION, CREATE]) && matches!(write.record, Some(Record::Tags(_))))
            })],
        ),
        Wrong::new(
            "absent-tags-cannot-be-removed",
            "Removing a tag that is not there fails",
            [Rule::SetTags],
            [Fault::Refuses(|ask, _| {
                let mut keys = ask.input.get("tagKeys").and_then(Value::as_array).into_iter().flatten();
                let is_absent = ask.is(UNTAG) && keys.any(|key| key == "absent");
                is_absent.then(|| Reply::error(ErrorKind::Validation, "there is no tag `absent`"))
            })],
        ),
        Wrong::new(
            "tagging-modifies",
            "Tagging a connection sets the time of its modification",
            [Rule::SetTags, Rule::ModificationTime],
            [Fault::Then(|ask, _, memory| {
                if ask.is(TAG) && !ask.refused {
                    touch(ask, memory);
                }
            })],
        ),
        Wrong::new(
            "tag-keys-in-lower-case",
            "Upper and lower case are the same in a tag's key",
            [Rule::SetTags],
            [Fault::Asks(|ask, _| {
                for tag in ask.input.get_mut("tags").and_then(Value::as_array_mut).into_iter().flatten() {
                    if let Some(key) = tag.get_mut("key")
                        && let Some(text) = key.as_str().filter(|text| !text.to_lowercase().starts_with("aws:"))
                    {
                        *key = json!(text.to_lowercase());
                    }
                }
            })],
        ),
    ]
}

fn checked() -> Vec<Wrong> {
    fn as_owner(ask: &mut Ask, memory: &Memory) {
        if let Some((_, named)) = world::named(ask, memory) {
            ask.caller.account = named.environment_account();
        }
    }
    vec![
        Wrong::new(
            "management-tags",
            "The management account can read and change the tags of a connection",
            [Rule::ConnectionTagsAreTheOwners],
            [Fault::Lets(Rule::ConnectionTagsAreTheOwners, as_owner)],
        ),
        Wrong::new(
            "management-reads-tags",
            "The management account can read the tags of a connection",
            [Rule::ConnectionTagsAreTheOwners],
            [Fault::Lets(Rule::ConnectionTagsAreTheOwners, |ask, memory| {
                if ask.is(LIST_TAGS) {
                    as_owner(ask, memory);
                }
            })],
        ),
        Wrong::new(
            "strangers-tag",
            "Any account can read and change the tags of a connection",
            [Rule::ArnNotFound, Rule::PartiesOnly, Rule::ConnectionTagsAreTheOwners],
            [Fault::Lets(Rule::ArnNotFound, as_owner)],
        ),
        Wrong::new(
            "unknown-arns-have-no-tags",
            "The tags of an ARN of nothing are an empty list",
            [Rule::ArnNotFound],
            [Fault::Says(|ask, reply, _| {
                if ask.is(LIST_TAGS) && ask.refused_by(Rule::ArnNotFound) {
                    *reply = Reply::Answer(json!({ "tags": [] }));
                }
            })],
        ),
        Wrong::new(
            "no-tag-limit",
            "Tags beyond the limit are ignored",
            [Rule::TagLimit],
            [Fault::Says(|ask, reply, _| {
                if ask.refused_by(Rule::TagLimit) {
                    *reply = Reply::Answer(json!({}));
                }
            })],
        ),
        Wrong::new(
            "tag-limit-counts-what-is-set",
            "The tags that are set count in the limit besides those that they replace",
            [Rule::TagLimit],
            [Fault::Refuses(|ask, memory| {
                let set = ask.input.get("tags").and_then(Value::as_array).filter(|_| ask.is(TAG))?.len();
                let (_, connection) = world::named(ask, memory)?;
                let (region, id) = (connection.region(), connection.id());
                let there = match world::record(memory, &Key::Connection { region, id, part: ConnectionPart::Tags }) {
                    Some(Record::Tags(tags)) => tags.len(),
                    _ => 0,
                };
                (there + set > 50).then(|| too_many(ask))
            })],
        ),
        Wrong::new(
            "reserved-keys-are-ignored",
            "Tags with a reserved key are ignored",
            [Rule::ReservedTagPrefix],
            [Fault::Lets(Rule::ReservedTagPrefix, |ask, _| {
                let is_reserved = |key: &Value| key.as_str().is_some_and(|key| key.to_lowercase().starts_with("aws:"));
                if let Some(tags) = ask.input.get_mut("tags").and_then(Value::as_array_mut) {
                    tags.retain(|tag| !tag.get("key").is_some_and(is_reserved));
                }
                if let Some(keys) = ask.input.get_mut("tagKeys").and_then(Value::as_array_mut) {
                    keys.retain(|key| !is_reserved(key));
                }
            })],
        ),
        Wrong::new(
            "reserved-in-lower-case-only",
            "A key that begins with `aws:` in upper case is not reserved",
            [Rule::ReservedTagPrefix],
            [Fault::Lets(Rule::ReservedTagPrefix, |ask, _| {
                let is_lower = |key: &Value| key.as_str().is_some_and(|key| key.starts_with("aws:"));
                let is_other = |key: &Value| {
                    key.as_str().is_some_and(|key| key.to_lowercase().starts_with("aws:") && !key.starts_with("aws:"))
                };
                if let Some(tags) = ask.input.get_mut("tags").and_then(Value::as_array_mut)
                    && !tags.iter().filter_map(|tag| tag.get("key")).any(is_lower)
                {
                    tags.retain(|tag| !tag.get("key").is_some_and(is_other));
                }
            })],
        ),
    ]
}

fn managed() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "no-managed-tags",
            "An environment has no managed tags",
            [Rule::ManagedTags],
            [Fault::Says(|ask, reply, _| {
                if let (true, Some(tags)) = (ask.is(LIST_TAGS), listed(reply)) {
                    tags.retain(|tag| {
                        !tag.get("key").and_then(Value::as_str).is_some_and(|key| key.starts_with("aws:"))
                    });
                }
            })],
        ),
        Wrong::new(
            "connections-have-managed-tags",
            "A connection has a managed tag",
            [Rule::ManagedTags],
            [Fault::Says(|ask, reply, memory| {
                let account = world::named(ask, memory).map(|(_, connection)| connection.environment_account());
                if let (true, Some(account), Some(tags)) =
                    (ask.is(LIST_TAGS) && !ask.has("nextToken"), account, listed(reply))
                {
                    tags.insert(0, json!({ "key": "aws:proton:account", "value": account }));
                }
            })],
        ),
        Wrong::new(
            "managed-account-is-the-other",
            "The managed tag `aws:proton:account` names the environment account",
            [Rule::ManagedTags],
            [Fault::Says(|ask, reply, memory| {
                let account = world::own(ask, memory).and_then(|(_, environment)| environment.environment_account());
                if let (true, Some(account), Some(tags)) = (ask.is(LIST_TAGS), account, listed(reply)) {
                    for tag in tags.iter_mut().filter(|tag| tag.get("key") == Some(&json!("aws:proton:account"))) {
                        *tag = json!({ "key": "aws:proton:account", "value": account });
                    }
                }
            })],
        ),
        Wrong::new(
            "managed-tags-count",
            "The managed tags of an environment count in the limit",
            [Rule::TagLimit, Rule::ManagedTags],
            [Fault::Refuses(|ask, memory| {
                let (key, _) = world::own(ask, memory).filter(|_| ask.is(TAG))?;
                let there = match world::part(memory, &key, EnvironmentPart::Tags) {
                    Some((_, Record::Tags(tags))) => tags.iter().map(|tag| tag.key.to_string()).collect(),
                    _ => Vec::new(),
                };
                let set = ask.input.get("tags").and_then(Value::as_array).into_iter().flatten();
                let set = set.filter_map(|tag| tag.get("key")?.as_str().map(String::from));
                let after = there.into_iter().chain(set).collect::<BTreeSet<_>>();
                (after.len() > 47).then(|| too_many(ask))
            })],
        ),
    ]
}

fn too_many(ask: &Ask) -> Reply {
    let arn = ask.text("resourceArn").unwrap_or_default();
    Reply::error(ErrorKind::Validation, format!("`{arn}` has too many tags"))
}
