//! What an outbox must contain once all calls have ended.

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

/// Everything that answered calls emitted, once each and in an order in which they can have been made; otherwise only
/// what calls of unknown ending may have emitted; and events that each begin where the previous one about the same
/// thing ended, down to the last records.
pub(super) fn check(outbox: &Outbox, calls: &[Recorded], last: Option<&BTreeMap<Key, Record>>) -> Result<(), String> {
    check_items("event", &outbox.events, calls, |effects| &effects.events)?;
    check_items("instruction", &outbox.instructions, calls, |effects| &effects.instructions)?;
    check_chains(&outbox.events, last)
}

/// Where an item comes from.
#[derive(Default)]
struct Item<'c> {
    /// The calls that were answered and emitted it.
    emitted_by: Vec<&'c Recorded>,
    /// How often it is there.
    found: usize,
}

fn check_items<'c, T: Serialize + 'c>(
    what: &str,
    found: &[T],
    calls: &'c [Recorded],
    emitted: impl Fn(&'c Effects) -> &'c [T],
) -> Result<(), String> {
    let found = found.iter().map(json).collect::<Vec<_>>();
    let mut items = BTreeMap::<String, Item<'_>>::new();
    let mut all_is_known = true;
    for call in calls {
        match &call.ending {
            Ending::Answered { effects: Some(effects), .. } => {
                for item in emitted(effects) {
                    items.entry(json(item)).or_default().emitted_by.push(call);
                }
            }
            Ending::Answered { effects: None, .. } | Ending::Unknown(_) => all_is_known = false,
            Ending::Refused(_) | Ending::Contended | Ending::Troubled(_) => {}
        }
    }
    for text in &found {
        items.entry(text.clone()).or_default().found += 1;
    }
    for (text, Item { emitted_by, found }) in &items {
        if *found < emitted_by.len() {
            return Err(format!("an answered call emitted this {what}, and it is not there: {text}"));
        }
        if *found > emitted_by.len() && all_is_known {
            return Err(format!("no call emitted this {what}, or not this often: {text}"));
        }
    }
    // Of the items so far, the one whose call began last. An item's origin is certain if one call emitted it and it is
    // there once: a call of unknown ending may have emitted the same, at the same time.
    let mut latest = None::<(u64, &str)>;
    for text in &found {
        let Some(Item { emitted_by, found: 1 }) = items.get(text) else { continue };
        let [call] = emitted_by.as_slice() else { continue };
        if let Some((_, before)) = latest.filter(|(began, _)| call.end < *began) {
            return Err(format!("this {what} stands behind one of a call that began later: {text}, behind {before}"));
        }
        latest = latest.max(Some((call.start, text)));
    }
    Ok(())
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
    // Everything in an event or instruction can be JSON.
    serde_json::to_string(item).unwrap_or_default()
}
