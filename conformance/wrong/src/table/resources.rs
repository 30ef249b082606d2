//! What deployments provisioned.

use account_connections::{
    Rule,
    store::{EnvironmentPart, Key, Record},
};
use serde_json::{Value, json};

use super::scripts;
use crate::{
    Way, Wrong,
    fault::Fault,
    json::{edited, listed},
    world::words::*,
};

pub(super) fn all() -> Vec<Wrong> {
    let by_host = [reported(), seen(), cleaned_up()].concat();
    by_host.into_iter().map(|wrong| wrong.seen_by(Way::Host)).collect()
}

fn reported() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "empty-resources-are-ignored",
            "A report of no resources leaves those recorded",
            [Rule::ResourcesReplaced],
            [Fault::Asks(|ask, _| {
                if ask.is(REPORT) && ask.input.get("resources") == Some(&json!([])) {
                    ask.leave_out(&["resources"]);
                }
            })],
        ),
        Wrong::new(
            "absent-resources-clear",
            "A report that gives no resources removes those recorded",
            [Rule::ResourcesReplaced],
            [Fault::Asks(|ask, _| {
                if ask.is(REPORT) && !ask.has("resources") {
                    ask.set("resources", json!([]));
                }
            })],
        ),
        Wrong::new(
            "resources-with-success-only",
            "The resources of a report of failure are not recorded",
            [Rule::ResourcesReplaced],
            [Fault::Asks(|ask, _| {
                if ask.is(REPORT) && ask.text("outcome") != Some("SUCCEEDED") {
                    ask.leave_out(&["resources"]);
                }
            })],
        ),
        Wrong::new(
            "resources-lose-their-engine",
            "A resource does not show what provisioned it",
            [Rule::ResourcesReplaced, Rule::AccountSeesItsResources, Rule::EnvironmentShown],
            [Fault::Says(|ask, reply, _| {
                if ask.is_one_of(&[LIST_RESOURCES, LIST_ACCOUNT]) {
                    for resource in listed(reply).into_iter().flatten().filter_map(Value::as_object_mut) {
                        resource.remove("provisioningEngine");
                    }
                }
            })],
        ),
        Wrong::new(
            "failed-deletion-clears",
            "A deletion that failed leaves no resources",
            [Rule::ResourcesReplaced, Rule::ReportOutcome],
            [Fault::Asks(|ask, memory| {
                let is_deleting =
                    crate::world::own(ask, memory).is_some_and(|(_, it)| it.status().name() == "DELETE_IN_PROGRESS");
                if ask.is(REPORT) && is_deleting && ask.text("outcome") == Some("FAILED") {
                    ask.set("resources", json!([]));
                }
            })],
        ),
    ]
}

fn seen() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "account-sees-nothing",
            "An account does not see what is provisioned in it",
            [Rule::AccountSeesItsResources],
            [Fault::Lists(|ask, entries| {
                if ask.is(LIST_ACCOUNT) {
                    entries.clear();
                }
            })],
        ),
        Wrong::new(
            "account-sees-the-unmanaged",
            "An account sees only what environments left that lost their connection",
            [Rule::AccountSeesItsResources],
            [Fault::Says(|ask, reply, _| {
                if let (true, Some(resources)) = (ask.is(LIST_ACCOUNT), listed(reply)) {
                    resources.retain(|resource| resource.get("unmanaged") == Some(&json!(true)));
                }
            })],
        ),
        Wrong::new(
            "unmanaged-is-not-told",
            "An account is not told that an environment lost its connection",
            [Rule::AccountSeesItsResources, Rule::DeleteOrphans],
            [Fault::Writes(|ask, _, write| {
                !(ask.is(DELETE_CONNECTION) && matches!(write.key, Key::ProvisionedResource { .. }))
            })],
        ),
        Wrong::new(
            "restored-is-not-told",
            "An account is not told that an environment is attached again",
            [Rule::AccountSeesItsResources, Rule::AcceptRestores],
            [Fault::Writes(|ask, _, write| {
                !(ask.is_one_of(&[ACCEPT, UPDATE]) && matches!(write.key, Key::ProvisionedResource { .. }))
            })],
        )
        .with_script(scripts::RESTORED),
        Wrong::new(
            "nothing-is-left-over",
            "What remains of a deleted unmanaged environment is forgotten",
            [Rule::LeftOver],
            [Fault::Writes(|ask, _, write| {
                if ask.is(DELETE) && matches!(write.key, Key::ProvisionedResource { .. }) {
                    write.record = None;
                }
                true
            })],
        ),
        Wrong::new(
            "left-over-is-managed",
            "What remains of a deleted unmanaged environment is listed as if it were managed",
            [Rule::LeftOver, Rule::AccountSeesItsResources],
            [Fault::Writes(|ask, _, write| {
                if let (true, Some(record @ Record::ProvisionedResource(_))) = (ask.is(DELETE), &write.record) {
                    write.record = Some(edited(record, |held| {
                        for word in held.get_mut("by").and_then(Value::as_array_mut).into_iter().flatten() {
                            if let Some(word) = word.as_object_mut() {
                                word.insert("unmanaged".into(), json!(false));
                            }
                        }
                    }));
                }
                true
            })],
        ),
    ]
}

fn cleaned_up() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "clean-up-does-nothing",
            "What was cleaned up is still recorded",
            [Rule::AccountSeesItsResources],
            [Fault::Forgets(|ask, _| !ask.is(CLEAN_UP))],
        ),
        Wrong::new(
            "clean-up-hides",
            "What was cleaned up is still listed to the management account",
            [Rule::AccountSeesItsResources],
            [Fault::Writes(|ask, _, write| {
                !(ask.is(CLEAN_UP) && matches!(write.key, Key::Environment { part: EnvironmentPart::Resources, .. }))
            })],
        ),
        Wrong::new(
            "left-over-stays",
            "What is left over cannot be cleaned up",
            [Rule::LeftOver, Rule::AccountSeesItsResources],
            [Fault::Forgets(|ask, write| {
                !(ask.is(CLEAN_UP) && matches!(write.key, Key::ProvisionedResource { .. }) && write.record.is_none())
            })],
        ),
    ]
}
