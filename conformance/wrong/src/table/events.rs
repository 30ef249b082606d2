//! Events.

use account_connections::Rule;
use serde_json::{Value, json};

use crate::{Way, Wrong, fault::Fault, json::later_text};

pub(super) fn all() -> Vec<Wrong> {
    let all = [emitted(), shaped()].concat();
    all.into_iter().map(|wrong| wrong.seen_by(Way::Events)).collect()
}

fn emitted() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "no-event-of-acceptance",
            "That a connection becomes CONNECTED emits nothing",
            [Rule::EventPerChange],
            [Fault::Emits(|events| events.retain(|event| in_detail(event, "status") != Some("CONNECTED")))],
        ),
        Wrong::new(
            "no-event-of-deletion",
            "That something is gone emits nothing",
            [Rule::EventPerChange],
            [Fault::Emits(|events| events.retain(|event| in_detail(event, "status") != Some("DELETED")))],
        ),
        Wrong::new(
            "no-event-of-creation",
            "A creation emits nothing",
            [Rule::EventPerChange],
            [Fault::Emits(|events| events.retain(|event| in_detail(event, "previousStatus").is_some()))],
        ),
        Wrong::new(
            "no-event-of-cancelling",
            "That a deployment is being cancelled emits nothing",
            [Rule::EventPerChange],
            [Fault::Emits(|events| events.retain(|event| in_detail(event, "status") != Some("CANCELLING")))],
        ),
        Wrong::new(
            "no-event-of-orphans",
            "What becomes of the environment of a deleted connection emits nothing",
            [Rule::EventPerChange, Rule::DeleteOrphans],
            [Fault::Emits(|events| events.truncate(1))],
        ),
        Wrong::new(
            "events-come-twice",
            "Each event is emitted twice",
            [Rule::EventPerChange],
            [Fault::Emits(|events| *events = events.iter().flat_map(|event| [event.clone(), event.clone()]).collect())],
        ),
        Wrong::new(
            "environment-before-connection",
            "One operation's events are the environment's before the connection's",
            [Rule::EventOrder],
            [Fault::Emits(|events| events.reverse())],
        ),
    ]
}

fn shaped() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "events-without-previous",
            "An event does not have the previous status",
            [Rule::EventPerChange, Rule::EventShape],
            [Fault::Emits(|events| {
                for detail in details(events) {
                    detail.remove("previousStatus");
                }
            })],
        ),
        Wrong::new(
            "events-with-the-same-previous",
            "An event has its status as the previous one",
            [Rule::EventPerChange],
            [Fault::Emits(|events| {
                for detail in details(events) {
                    let status = detail.get("status").cloned().unwrap_or_default();
                    detail.entry("previousStatus").and_modify(|previous| *previous = status);
                }
            })],
        ),
        Wrong::new(
            "creation-with-previous",
            "The event of a creation has a previous status",
            [Rule::EventPerChange],
            [Fault::Emits(|events| {
                for detail in details(events) {
                    detail.entry("previousStatus").or_insert(json!("PENDING"));
                }
            })],
        ),
        Wrong::new(
            "gone-is-complete",
            "The last event of an environment that is gone has status DELETE_COMPLETE",
            [Rule::EventPerChange, Rule::EventShape],
            [Fault::Emits(|events| {
                for detail in details(events).filter(|detail| detail.contains_key("name")) {
                    if detail.get("status") == Some(&json!("DELETED")) {
                        detail.insert("status".into(), json!("DELETE_COMPLETE"));
                    }
                }
            })],
        ),
        Wrong::new(
            "events-are-late",
            "An event has a time a second after the operation's",
            [Rule::EventTime],
            [Fault::Emits(|events| change(events, "time", |time| later_text(time, 1000)))],
        ),
        Wrong::new(
            "events-on-another-bus",
            "An event is of an account that has nothing to do with it",
            [Rule::EventShape],
            [Fault::Emits(|events| change(events, "account", |_| json!("123456789012")))],
        ),
        Wrong::new(
            "events-of-another-source",
            "An event's source is not Proton's",
            [Rule::EventShape],
            [Fault::Emits(|events| change(events, "source", |_| json!("account-connections")))],
        ),
        Wrong::new(
            "one-detail-type",
            "All events have the detail-type of environments",
            [Rule::EventShape],
            [Fault::Emits(|events| {
                change(events, "detail-type", |_| json!("AWS Proton Environment Status Change"));
            })],
        ),
        Wrong::new(
            "events-without-resources",
            "An event names no resource",
            [Rule::EventShape],
            [Fault::Emits(|events| change(events, "resources", |_| json!([])))],
        ),
    ]
}

fn in_detail<'e>(event: &'e Value, member: &str) -> Option<&'e str> {
    event.get("detail")?.get(member)?.as_str()
}

fn details(events: &mut [Value]) -> impl Iterator<Item = &mut serde_json::Map<String, Value>> {
    events.iter_mut().filter_map(|event| event.get_mut("detail")?.as_object_mut())
}

fn change(events: &mut [Value], member: &str, to: fn(&Value) -> Value) {
    for value in events.iter_mut().filter_map(|event| event.get_mut(member)) {
        *value = to(value);
    }
}
