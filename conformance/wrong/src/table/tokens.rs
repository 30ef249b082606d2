//! Client tokens.

use account_connections::{
    ErrorKind, Memory, Rule,
    store::{Key, Record, TokenUse},
    testing::subject::Reply,
};
use serde_json::{Map, Value, json};

use super::scripts;
use crate::{
    Wrong,
    fault::{Ask, Fault, refusal, refused_where},
    json::{each_shown, edited, later_text},
    world::words::*,
};

pub(super) fn all() -> Vec<Wrong> {
    [life(), comparison(), reach()].concat()
}

const HOUR: i64 = 60 * 60 * 1000;

fn life() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "tokens-never-expire",
            "A client token is good as long as its connection",
            [Rule::ClientTokenExpires],
            [Fault::Reads(|ask, _, _, record| {
                token_read(ask, record, |held| {
                    held.insert("requestedAt".into(), json!(ask.now));
                })
            })],
        ),
        Wrong::new(
            "tokens-expire-after-an-hour",
            "A client token is good for an hour",
            [Rule::ClientTokenExpires, Rule::ClientTokenReplay, Rule::ClientTokenMismatch],
            [Fault::Reads(|ask, _, _, record| token_read(ask, record, |held| age(held, -7 * HOUR)))],
        )
        .with_script(scripts::TOKEN_AFTER_TWO_HOURS),
        Wrong::new(
            "tokens-good-at-eight-hours",
            "At exactly eight hours a client token is still good",
            [Rule::ClientTokenExpires],
            [Fault::Reads(|ask, _, _, record| token_read(ask, record, |held| age(held, 1)))],
        )
        .with_script(scripts::TOKEN_AT_EIGHT_HOURS),
        Wrong::new(
            "replays-renew-tokens",
            "A client token is good for eight hours from its latest use",
            [Rule::ClientTokenExpires],
            [Fault::Then(|ask, _, memory| {
                let Some((key, record)) = used(ask, memory).filter(|_| ask.answered_by(Rule::ClientTokenReplay)) else {
                    return;
                };
                let renewed = edited(record, |held| {
                    held.insert("requestedAt".into(), json!(ask.now));
                });
                let key = key.clone();
                memory.insert(key, renewed);
            })],
        )
        .with_script(scripts::TOKEN_USED_BETWEEN),
        Wrong::new(
            "deleted-connections-keep-tokens",
            "The client token of a deleted connection stays used",
            [Rule::DeleteFrees, Rule::ClientTokenExpires],
            [
                Fault::Writes(|ask, _, write| {
                    !(ask.is(DELETE_CONNECTION) && matches!(write.key, Key::ClientToken { .. }))
                }),
                Fault::Says(|ask, reply, _| {
                    // The model finds that the connection is missing.
                    let is_missing = matches!(reply, Reply::Error { kind, .. } if kind == "InternalServerException");
                    if ask.is(CREATE_CONNECTION) && is_missing {
                        *reply = mismatch();
                    }
                }),
            ],
        ),
        Wrong::new(
            "tokens-are-ignored",
            "A request with a client token that was used creates another connection",
            [Rule::ClientTokenReplay, Rule::ClientTokenMismatch],
            [Fault::Asks(|ask, _| ask.leave_out(&["clientToken"]))],
        ),
        Wrong::new(
            "empty-tokens-count",
            "An empty client token is a token",
            [Rule::ClientTokenReplay, Rule::ClientTokenMismatch, Rule::WellFormedInput],
            [Fault::Asks(|ask, _| {
                if ask.text("clientToken") == Some("") {
                    ask.set("clientToken", "-");
                }
            })],
        ),
    ]
}

fn comparison() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "mismatches-replay",
            "A different request with a used client token returns the connection that was created with it",
            [Rule::ClientTokenMismatch],
            [Fault::Lets(Rule::ClientTokenMismatch, |ask, memory| {
                if let Some(request) = request(ask, memory) {
                    ask.input = Value::Object(request);
                }
            })],
        ),
        Wrong::new(
            "mismatches-update",
            "A different request with a used client token creates another connection",
            [Rule::ClientTokenMismatch],
            [Fault::Lets(Rule::ClientTokenMismatch, |ask, _| ask.leave_out(&["clientToken"]))],
        ),
        Wrong::new(
            "tags-are-not-compared",
            "A request that differs in its tags alone counts as identical",
            [Rule::ClientTokenMismatch],
            [Fault::Lets(Rule::ClientTokenMismatch, |ask, memory| {
                let tags = request(ask, memory).and_then(|request| request.get("tags").cloned());
                ask.set("tags", tags.unwrap_or_default());
            })],
        )
        .with_script(scripts::TOKEN_WITH_A_TAG),
        Wrong::new(
            "roles-are-not-compared",
            "A request that differs in its component role alone counts as identical",
            [Rule::ClientTokenMismatch],
            [Fault::Lets(Rule::ClientTokenMismatch, |ask, memory| {
                let role = request(ask, memory).and_then(|request| request.get("componentRoleArn").cloned());
                ask.set("componentRoleArn", role.unwrap_or_default());
            })],
        )
        .with_script(scripts::TOKEN_WITH_ANOTHER_ROLE),
        Wrong::new(
            "replays-show-the-beginning",
            "A replay shows the connection as it was created",
            [Rule::ClientTokenReplay],
            [Fault::Says(|ask, reply, _| {
                if ask.answered_by(Rule::ClientTokenReplay) {
                    each_shown(reply, |shown| {
                        shown.insert("status".into(), json!("PENDING"));
                        let requested = shown.get("requestedAt").cloned().unwrap_or_default();
                        shown.insert("lastModifiedAt".into(), requested);
                    });
                }
            })],
        ),
        Wrong::new(
            "replays-conflict",
            "A client token can be used once",
            [Rule::ClientTokenReplay],
            [Fault::Refuses(|ask, _| refused_where(ask, Rule::ClientTokenReplay, ErrorKind::Conflict))],
        ),
        Wrong::new(
            "quota-before-tokens",
            "Where the quota is used up a replay is refused",
            [Rule::ClientTokenReplay, Rule::FirstFailureWins, Rule::ConnectionQuota],
            [Fault::Says(|ask, reply, memory| {
                let usage = Key::Usage { region: ask.caller.region, account: ask.caller.account };
                let is_full = matches!(crate::world::record(memory, &usage),
                    Some(Record::Usage(usage)) if usage.connections >= ask.limits.connections_per_account);
                if ask.answered_by(Rule::ClientTokenReplay) && is_full {
                    *reply = refusal(ErrorKind::ServiceQuotaExceeded);
                }
            })],
        )
        .with_script(scripts::TOKEN_AT_THE_QUOTA),
    ]
}

fn reach() -> Vec<Wrong> {
    vec![
        Wrong::new(
            "tokens-of-all-accounts",
            "A client token that another account used is not good",
            [Rule::ClientTokenReplay, Rule::ClientTokenMismatch],
            [Fault::Refuses(|ask, memory| {
                let mut tokens = tokens(ask, memory);
                tokens.any(|(region, account, _)| region && !account).then(mismatch)
            })],
        ),
        Wrong::new(
            "tokens-of-all-regions",
            "A client token that was used in another Region is not good",
            [Rule::ClientTokenReplay, Rule::ClientTokenMismatch, Rule::SameRegion],
            [Fault::Refuses(|ask, memory| {
                let mut tokens = tokens(ask, memory);
                tokens.any(|(region, account, _)| !region && account).then(mismatch)
            })],
        ),
    ]
}

/// The uses of a creation's token: whether by its Region, whether by its account.
fn tokens<'m>(ask: &Ask, memory: &'m Memory) -> impl Iterator<Item = (bool, bool, &'m TokenUse)> {
    let asked = ask.text("clientToken").filter(|token| !token.is_empty() && ask.is(CREATE_CONNECTION));
    let (asked, caller) = (asked.map(String::from), ask.caller);
    memory.records().filter_map(move |(key, record)| match (key, record) {
        (Key::ClientToken { region, environment_account, token }, Record::ClientToken(used))
            if Some(token.as_str()) == asked.as_deref() =>
        {
            Some((region == caller.region, environment_account == caller.account, used.as_ref()))
        }
        _ => None,
    })
}

fn used<'m>(ask: &Ask, memory: &'m Memory) -> Option<(Key, &'m Record)> {
    memory.records().find(|(key, _)| match key {
        Key::ClientToken { region, environment_account, token } => {
            (*region, *environment_account) == (ask.caller.region, ask.caller.account)
                && Some(token.as_str()) == ask.text("clientToken")
        }
        _ => false,
    })
}

/// The request that used the token of this one.
fn request(ask: &Ask, memory: &Memory) -> Option<Map<String, Value>> {
    let Record::ClientToken(used) = used(ask, memory)?.1 else { return None };
    serde_json::to_value(&used.request).ok()?.as_object().cloned()
}

fn token_read(ask: &Ask, record: Option<Record>, change: impl FnOnce(&mut Map<String, Value>)) -> Option<Record> {
    match record {
        Some(record @ Record::ClientToken(_)) if ask.is(CREATE_CONNECTION) => Some(edited(&record, change)),
        record => record,
    }
}

fn age(held: &mut Map<String, Value>, millis: i64) {
    if let Some(at) = held.get_mut("requestedAt") {
        *at = later_text(at, millis);
    }
}

fn mismatch() -> Reply {
    Reply::error(ErrorKind::Validation, "Idempotent parameter mismatch")
}
