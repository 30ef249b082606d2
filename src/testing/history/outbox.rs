//! What an outbox has to have, once all calls have ended.

use alloc::{
    collections::BTreeMap,
    format,
    string::{String, ToString as _},
    vec::Vec,
};

use serde::Serialize;

use super::{Effects, Ending, Recorded};
use crate::{
    event::{Event, StatusChange},
    store::{Key, Record},
    testing::store_contract::Outbox,
};

/// All that answered calls emitted, once each and in an order that they can have been made in; besides that only what calls
/// of unknown ending may have emitted; and events of which each begins where the one before it of the same thing ended, down
/// to the last records.
pub(super) fn check(outbox: &Outbox, calls: &[Recorded], last: Option<&BTreeMap<Key, Record>>) -> Result<(), String> {
    check_items("event", &outbox.events, calls, |effects| &effects.events)?;
    check_items("instruction", &outbox.instructions, calls, |effects| &effects.instructions)?;
    check_chains(&outbox.events, last)
}

fn check_items<'c, T: Serialize + 'c>(
    what: &str,
    found: &[T],
    calls: &'c [Recorded],
    emitted: impl Fn(&'c Effects) -> &'c [T],
) -> Result<(), String> {
    // Each with the calls that emitted it and are not found yet.
    let mut expected = BTreeMap::<String, Vec<&Recorded>>::new();
    let mut all_is_known = true;
    for call in calls {
        match &call.ending {
            Ending::Answered { effects: Some(effects), .. } => {
                for item in emitted(effects) {
                    expected.entry(json(item)).or_default().push(call);
                }
            }
            Ending::Answered { effects: None, .. } | Ending::Unknown(_) => all_is_known = false,
            Ending::Refused(_) | Ending::Contended | Ending::Troubled(_) => {}
        }
    }
    let emitters = expected.iter().map(|(text, calls)| (text.clone(), calls.len())).collect::<BTreeMap<_, _>>();
    let mut places = BTreeMap::<String, usize>::new();
    for item in found {
        *places.entry(json(item)).or_default() += 1;
    }
    // Whose an item is, is sure where one call emitted it and it is there once: a call of unknown ending may have emitted
    // the same, at the same time.
    let is_sure = |text: &String| emitters.get(text) == Some(&1) && places.get(text) == Some(&1);
    // Of those items so far, the one whose call began last.
    let mut latest = None::<(u64, String)>;
    for item in found {
        let text = json(item);
        let Some(calls) = expected.get_mut(&text) else {
            if all_is_known {
                return Err(format!("no call emitted this {what}, or not this often: {text}"));
            }
            continue;
        };
        if let Some(call) = calls.pop()
            && is_sure(&text)
        {
            if let Some((_, before)) = latest.as_ref().filter(|(began, _)| call.end < *began) {
                return Err(format!(
                    "this {what} stands behind one of a call that began later: {text}, behind {before}"
                ));
            }
            if latest.as_ref().is_none_or(|(began, _)| *began < call.start) {
                latest = Some((call.start, text.clone()));
            }
        }
        if calls.is_empty() {
            expected.remove(&text);
        }
    }
    match expected.into_keys().next() {
        Some(text) => Err(format!("an answered call emitted this {what}, and it is not there: {text}")),
        None => Ok(()),
    }
}

fn check_chains(events: &[Event], last: Option<&BTreeMap<Key, Record>>) -> Result<(), String> {
    let mut statuses = BTreeMap::<String, &'static str>::new();
    for event in events {
        let (arn, [previous, status]) = match event {
            Event::ConnectionStatusChange(StatusChange { arn, previous, status, .. }) => {
                (arn.to_string(), [previous, status].map(|status| status.map(|status| status.name())))
            }
            Event::EnvironmentStatusChange(StatusChange { arn, previous, status, .. }) => {
                (arn.to_string(), [previous, status].map(|status| status.map(|status| status.name())))
            }
        };
        let before = match status {
            Some(status) => statuses.insert(arn, status),
            None => statuses.remove(&arn),
        };
        if before != previous {
            let was = before.unwrap_or("nothing");
            return Err(format!("an event does not begin where the one before it ended, {was}: {}", json(event)));
        }
    }
    let Some(last) = last else { return Ok(()) };
    for record in last.values() {
        let (arn, status) = match record {
            Record::Connection(connection) => (connection.arn().to_string(), connection.status().name()),
            Record::Environment(environment) => (environment.arn().to_string(), environment.status().name()),
            _ => continue,
        };
        if statuses.remove(&arn) != Some(status) {
            return Err(format!("{arn} is {status} in the last state, and its events do not end so"));
        }
    }
    match statuses.pop_first() {
        Some((arn, status)) => Err(format!("{arn} is {status} by its events, and is not in the last state")),
        None => Ok(()),
    }
}

fn json(item: &impl Serialize) -> String {
    // Nothing in an event or instruction is unknown to JSON.
    serde_json::to_string(item).unwrap_or_default()
}
