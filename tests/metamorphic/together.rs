//! Properties of scripts that are played to the same system, and should not notice each other.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::voice::{ELSEWHERE, STRANGERS, Voice, ask, connection, environment, reads};
use super::{Finding, New};
use crate::{
    oracle::Call,
    system::{Heard, Refused, System, scripts::LIMITS},
};

/// SPEC §7.11 for accounts that have nothing in common: two scripts, the second by strangers to the first, are answered
/// beside each other as each is alone. The choices say who speaks next, and which of the strangers' calls are about
/// things of the others. The premise: how many of those there were while the thing was there.
pub fn strangers<S: System>(new: New<'_, S>, ours: &[Call], theirs: &[Call], choices: &[usize]) -> Finding {
    let our_voice = Voice::alone(&mut new(LIMITS), ours);
    let mut theirs: Vec<Call> = theirs.iter().map(|call| STRANGERS.call(call)).collect();
    for (call, choice) in theirs.iter_mut().zip(choices.iter().cycle()) {
        if *choice >= 50 {
            meddle(call, &our_voice, choice - 50);
        }
    }
    let their_voice = Voice::alone(&mut new(LIMITS), &theirs);

    let mut both = new(LIMITS);
    let (mut one, mut other) = (Voice::default(), Voice::default());
    let (mut ours, mut theirs) = (ours.iter(), theirs.iter());
    let mut found = 0;
    for choice in choices.iter().cycle() {
        if choice % 2 == 0 && ours.len() > 0 || theirs.len() == 0 {
            let Some(call) = ours.next() else { break };
            one.say(&mut both, call);
        } else if let Some(call) = theirs.next() {
            found += usize::from(names_something(call, &one));
            other.say(&mut both, call);
        }
    }
    our_voice.compare(&one).map_err(|what| format!("a stranger was noticed: {what}"))?;
    their_voice.compare(&other).map_err(|what| format!("a stranger noticed something: {what}"))?;
    Ok(found)
}

/// Makes a call about something that it has no business with: a connection, a resource or a page of these others.
fn meddle(call: &mut Call, others: &Voice, choice: usize) {
    let answers: Vec<&Heard> = others.said.iter().map(|(_, heard)| heard).collect();
    let pick = |values: Vec<&Value>| (!values.is_empty()).then(|| values[choice % values.len()].clone());
    let connections = || answers.iter().filter_map(|heard| connection(heard));
    let ids = || pick(connections().map(|shown| &shown["id"]).collect());
    let arns = || {
        let environments = answers.iter().filter_map(|heard| environment(heard));
        pick(connections().chain(environments).map(|shown| &shown["arn"]).collect())
    };
    let tokens = || {
        let answered = answers.iter().filter_map(|heard| heard.result.as_ref().ok());
        pick(answered.filter_map(|answer| answer.get("nextToken")).collect())
    };
    for (member, value) in
        [("id", ids()), ("environmentAccountConnectionId", ids()), ("resourceArn", arns()), ("nextToken", tokens())]
    {
        let is_member = call.input.get(member).is_some() || member == "nextToken" && call.operation.starts_with("List");
        if let Some(value) = value
            && is_member
        {
            // Only in the Region of the thing would a leak show.
            call.region = others.said[0].0.region.clone();
            call.input[member] = value;
        }
    }
}

/// Whether a call is about something that was shown to this voice.
fn names_something(call: &Call, others: &Voice) -> bool {
    ["id", "environmentAccountConnectionId", "resourceArn", "nextToken"].iter().any(|member| {
        let named = call.input.get(*member);
        named.is_some_and(|named| {
            let shown = others.said.iter().filter_map(|(_, heard)| connection(heard).or(environment(heard)));
            let mut shown = shown.flat_map(|shown| [&shown["id"], &shown["arn"]]);
            shown.any(|shown| shown == named)
                || others.said.iter().any(|(_, heard)| heard.result.as_ref().is_ok_and(|it| it["nextToken"] == *named))
        })
    })
}

/// Rule `same-region`: a script and its mirror image in other Regions, turn by turn, are answered alike but for the
/// words in which the Regions differ; the first as if it were alone; and neither can see the other. The premise: how
/// many calls were accepted.
pub fn regions<S: System>(new: New<'_, S>, calls: &[Call], choices: &[usize]) -> Finding {
    let alone = Voice::alone(&mut new(LIMITS), calls);
    let mut both = new(LIMITS);
    let (mut here, mut there) = (Voice::default(), Voice::default());
    for (call, choice) in calls.iter().zip(choices.iter().cycle()) {
        let image = ELSEWHERE.call(call);
        if choice % 2 == 0 {
            here.say(&mut both, call);
            there.say(&mut both, &image);
        } else {
            there.say(&mut both, &image);
            here.say(&mut both, call);
        }
    }
    alone.compare(&here).map_err(|what| format!("another Region was noticed: {what}"))?;
    for ((call, heard), (_, image)) in here.said.iter().zip(&there.said) {
        let (left, right) = (ELSEWHERE.text(&readable(heard)), readable(image));
        if left != right {
            return Err(format!("{call:?}: {left}\n  in the other Region: {right}"));
        }
    }
    for shown in here.said.iter().filter_map(|(_, heard)| connection(heard)) {
        let (id, arn) = (&shown["id"], shown["arn"].as_str().unwrap_or_default());
        let region = ELSEWHERE.text(arn.split(':').nth(3).unwrap_or_default());
        for account in [&shown["environmentAccountId"], &shown["managementAccountId"]] {
            let account = account.as_str().unwrap_or_default();
            let get = ask(account, &region, "GetEnvironmentAccountConnection", json!({"id": id}));
            if both.call(&get).result.is_ok() {
                return Err(format!("seen from another Region: {get:?}"));
            }
        }
    }
    Ok(here.said.iter().filter(|(_, heard)| heard.result.is_ok()).count())
}

/// What was heard, but for what is each Region's own: page tokens, and how much of a malformed text is repeated.
fn readable(heard: &Heard) -> String {
    let result = match &heard.result {
        Ok(answer) => {
            let mut answer = answer.clone();
            if let Some(token) = answer.get_mut("nextToken") {
                *token = json!("a token");
            }
            answer
        }
        Err(Refused { kind, rule, .. }) if rule == "well-formed-input" => json!([kind, rule]),
        Err(Refused { kind, rule, message }) => json!([kind, rule, message]),
    };
    json!([result, heard.events, heard.instructions]).to_string()
}

/// SPEC §7.11 for an account among others: without anything that concerns only others, it is answered as with it.
///
/// What the others' accepted calls did to connections of the account, and to environments in it, happens in both
/// worlds. The premise: how many accepted calls of others are left out.
pub fn non_interference<S: System>(new: New<'_, S>, calls: &[Call], account: &str) -> Finding {
    let mut kept = Voice::alone(&mut new(LIMITS), calls);
    let accepted = |voice: &Voice| voice.said.iter().filter(|(_, heard)| heard.result.is_ok()).count();
    let before = accepted(&kept);
    let mut places = BTreeMap::new();
    kept.said.retain(|(call, heard)| {
        if let Some(shown) = environment(heard) {
            places.insert(shown["arn"].to_string(), shown["environmentAccountId"].clone());
        }
        call.account == account || heard.result.is_ok() && concerns(call, heard, account, &places)
    });
    kept.compare(&Voice::alone(&mut new(LIMITS), kept.said.iter().map(|(call, _)| call)))?;
    Ok(before - accepted(&kept))
}

/// Whether this accepted call of another account changes something that the account may see.
///
/// The places are the accounts that environments are provisioned in, by their ARNs, as they were last shown.
fn concerns(call: &Call, heard: &Heard, account: &str, places: &BTreeMap<String, Value>) -> bool {
    if let Some(shown) = connection(heard) {
        return !reads(&call.operation)
            && (shown["environmentAccountId"] == account || shown["managementAccountId"] == account);
    }
    if let Some(shown) = environment(heard) {
        return !reads(&call.operation) && shown["environmentAccountId"] == account;
    }
    match call.operation.as_str() {
        "NotifyResourceDeploymentStatusChange" => {
            places.get(&call.input["resourceArn"].to_string()).is_some_and(|place| place == account)
        }
        // It may take away what an environment of the account shows.
        "CleanUpResources" => true,
        _ => false,
    }
}
