//! What happened: the account's own calls and events.

use account_connections::event::Event;
use maud::{Markup, html};

use crate::console::{
    heard::{Call, Heard},
    layout::{self, Room},
    moves, parts,
    parts::Table,
    view::{Failure, View},
};

/// The most lines of the table.
const SHOWN: usize = 100;

/// The latest calls and events, newest first.
pub(in crate::console) fn show(view: &View<'_>) -> Result<Markup, Failure> {
    let calls = view.console.emulator.heard().of(view.at.0);
    let events = view.events()?;
    let calls = calls.iter().map(|call| (call.at, called(view, call)));
    let events = events.iter().filter(|event| is_of(view, event)).map(|event| (event.at(), told(event)));
    // Within one moment, the events come first: a call is answered after what it caused.
    let mut lines = events.chain(calls).collect::<Vec<_>>();
    lines.sort_by_key(|(at, _)| *at);
    let rows = lines.into_iter().rev().take(SHOWN).map(|(_, line)| line);
    let table = Table {
        id: "happened",
        caption: "Calls and events",
        columns: &["Time", "Caller", "Operation", "Outcome"],
        rows: rows.collect(),
        empty: html! {
            p {
                "This account has not called yet, or nothing of it is remembered. What it does in the console, or with an \
                 AWS client whose access key ID is " code { (view.at.account()) } ", shows here."
            }
        },
    };
    let body = html! {
        p.lead {
            "The latest " (SHOWN) " of this account's own calls and events in this Region, newest first. At most "
            (Heard::CALLS) " calls are remembered, until the emulator ends. What the console merely reads is not among them."
        }
        (table.markup())
    };
    Ok(layout::page(view, Room::Happened, "What happened", body))
}

fn called(view: &View<'_>, Call { at, operation, refused }: &Call) -> Vec<Markup> {
    let outcome = html! {
        @match refused {
            None => span.badge.good { "ok" },
            Some(refused) => { (parts::badge("refused")) (parts::refusal(refused)) }
        }
    };
    vec![parts::time(*at), html! { (view.at.account()) }, html! { code { (operation) } }, outcome]
}

fn told(event: &Event) -> Vec<Markup> {
    let (what, outcome) = match event {
        Event::ConnectionStatusChange(change) => (format!("connection {}", change.arn.id), moves::statuses(change)),
        Event::EnvironmentStatusChange(change) => (format!("environment {}", change.arn.name), moves::statuses(change)),
        _ => (String::new(), html! {}),
    };
    vec![parts::time(event.at()), html! { span.note { "AWS Proton" } }, html! { "Event: " (what) }, outcome]
}

/// Whether an event is on this account's bus: a connection's is on the environment account's, an environment's on its
/// owner's.
fn is_of(view: &View<'_>, event: &Event) -> bool {
    let bus = match event {
        Event::ConnectionStatusChange(change) => (change.arn.environment_account, change.arn.region),
        Event::EnvironmentStatusChange(change) => (change.arn.management_account, change.arn.region),
        _ => return false,
    };
    bus == (view.at.account(), view.at.region())
}
