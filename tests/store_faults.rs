//! A store that does not do what it has to: every operation over every fault, at each call that the operation makes.
//!
//! The trouble names the key. Nothing is written but by a commit that is committed, nothing panics, and no answer has
//! anything in it of an account that the caller may see nothing of.

mod damage;
mod entries;
mod faults;
mod requests;
mod spoiled;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{
    ErrorKind, HostError, Memory,
    drive::ATTEMPTS,
    operation::Answer,
    store::{Key, Record, Trouble},
    wire,
};
use faults::{Expected, Fault, contradicts, outcome};
use spoiled::{Broken, Came, Spoiled, Spoiling, carry_out};
use uuid::Uuid;
use world::{ABROAD, FRESH, OURS, Request, Stored, THEIRS};

use crate::support::STRANGER;

/// How many faults of each kind came to what.
type Counts = BTreeMap<(&'static str, String), usize>;

fn written(counts: &Counts) -> String {
    counts.iter().map(|((fault, outcome), count)| format!("{fault}: {outcome}: {count}\n")).collect()
}

/// How many faults of each kind come to what.
const COUNTS: &str = include_str!("store_faults/counts.txt");

#[test]
fn every_fault_of_a_store_is_trouble_that_names_the_key() {
    let stored = Stored::new();
    let requests = requests::all(&stored);
    let mut counts = Counts::new();
    for request in &requests {
        let without =
            carry_out(&stored.memory, &Spoiling::default(), &request.operation, stored.context(request.caller));
        let (undamaged, store) = &without;
        check(request, undamaged, store, &stored.memory, &Spoiling::default());
        let conflict = Spoiling { conflicts: 1, ..Spoiling::default() };
        let (_, after) = carry_out(&stored.memory, &conflict, &request.operation, stored.context(request.caller));
        for fault in faults::all(&stored, &request.operation, undamaged, &store.calls, &after.calls) {
            let outcome = meet(&stored, request, &fault, undamaged);
            *counts.entry((fault.name, outcome)).or_default() += 1;
        }
    }
    let (written, total) = (written(&counts), counts.values().sum::<usize>());
    assert!(
        written == COUNTS,
        "{} requests met {total} faults, not as in tests/store_faults/counts.txt:\n{written}",
        requests.len()
    );
}

/// What a request comes to with this fault, once that was checked.
fn meet(stored: &Stored, request: &Request, fault: &Fault, undamaged: &Came) -> String {
    let memory = fault.memory.as_ref().unwrap_or(&stored.memory);
    let mut context = stored.context(request.caller);
    context.fresh_id = fault.id.unwrap_or(context.fresh_id);
    let (came, store) = carry_out(memory, &fault.spoiling, &request.operation, context);
    assert!(
        !contradicts(&fault.expected, &request.operation, (&came, &store), undamaged),
        "{}\n{request:?}\n{came:?}\nwas to come to {:?}, and without a fault to\n{undamaged:?}",
        fault.name,
        fault.expected,
    );
    check(request, &came, &store, memory, &fault.spoiling);
    outcome(&came, undamaged)
}

/// What holds of all that a request comes to, whatever the store did.
fn check(request: &Request, came: &Came, store: &Spoiled, before: &Memory, spoiling: &Spoiling) {
    let commits = store.commits().collect::<Vec<_>>();
    let is_answer = matches!(came, Ok(outcome) if outcome.result.is_ok());
    assert!(commits.len() <= ATTEMPTS as usize, "{request:?}");
    if !is_answer && !spoiling.writes_before {
        assert!(store.memory == *before, "{request:?} is no success and has written something");
    }
    if let Err(HostError::Trouble(Trouble::Contended { .. })) = came {
        assert_eq!(commits.len(), ATTEMPTS as usize, "{request:?}");
    }
    if let (Ok(outcome), Some(last)) = (came, commits.last()) {
        assert_eq!((&outcome.events, &outcome.instructions), (&last.events, &last.instructions), "{request:?}");
    }
    let said = match came {
        Ok(outcome) => match &outcome.result {
            Ok(answer) => serde_json::to_string(answer).unwrap(),
            Err(refusal) => {
                let last = commits.last();
                assert!(
                    last.is_none_or(|it| it.writes.is_empty() && it.events.is_empty() && it.instructions.is_empty())
                );
                format!("{refusal:?}")
            }
        },
        Err(error) => {
            let (kind, retryable, status) = treatment(error);
            assert_eq!((error.kind(), error.retryable()), (kind, retryable), "{error}");
            let response = wire::trouble(error);
            assert_eq!(response.status, status, "{error}");
            if let HostError::Trouble(trouble) = error {
                let key = key_of(trouble);
                assert!(key.is_none_or(|key| trouble.to_string().contains(&format!("`{key}`"))), "{trouble}");
            }
            String::from_utf8(response.body).unwrap()
        }
    };
    let may_know = may_know(request);
    for account in [OURS, THEIRS].into_iter().flat_map(|cast| [cast.management, cast.environment, cast.other]) {
        assert!(may_know.contains(account) || !said.contains(account), "{request:?} tells of {account}: {said}");
    }
    assert!(!said.contains(ABROAD.region), "{request:?} tells of another Region: {said}");
}

/// What a host has to make of trouble: the kind, whether to try again, the status code.
fn treatment(error: &HostError<Broken>) -> (ErrorKind, bool, u16) {
    match error {
        HostError::Trouble(Trouble::Contended { .. }) => (ErrorKind::Throttling, true, 400),
        HostError::Trouble(Trouble::IdNotFresh(_)) => (ErrorKind::InternalServer, true, 500),
        _ => (ErrorKind::InternalServer, false, 500),
    }
}

fn key_of(trouble: &Trouble) -> Option<&Key> {
    match trouble {
        Trouble::WrongRecord(key) | Trouble::WrongScan(key) | Trouble::Missing(key) | Trouble::IdNotFresh(key) => {
            Some(key)
        }
        Trouble::VersionWentBackwards { key, .. } => Some(key),
        _ => None,
    }
}

/// The accounts that the caller of a request has to do with, and those that he names himself.
fn may_know(request: &Request) -> String {
    let (account, input) = (request.caller.account.to_string(), serde_json::to_string(&request.operation).unwrap());
    let known: &[&str] = match account.as_str() {
        STRANGER => &[],
        it if it == OURS.management => &[OURS.environment, OURS.other],
        _ => &[OURS.management],
    };
    format!("{account} {} {input}", known.join(" "))
}

/// A fresh id that is in use is trouble where it would be used a second time, and makes no difference elsewhere.
#[test]
fn every_id_that_is_not_fresh_is_trouble_that_names_its_key() {
    const NAME: &str = "the fresh id is in use";

    let stored = Stored::new();
    let mut connections = Vec::new();
    let mut deployments = BTreeMap::<_, Vec<Uuid>>::new();
    for (key, record) in stored.memory.records() {
        match (key, record) {
            (Key::Connection { id, .. }, _) => connections.push((key.clone(), *id.as_uuid())),
            (_, Record::Environment(environment)) => {
                let ids = deployments.entry(key.clone()).or_default();
                ids.push(*environment.last_attempted_deployment_id().as_uuid());
                ids.extend(environment.last_success().map(|success| *success.deployment_id.as_uuid()));
            }
            _ => {}
        }
    }
    let mut counts = Counts::new();
    for request in &requests::all(&stored) {
        let context = stored.context(request.caller);
        let (undamaged, _) = carry_out(&stored.memory, &Spoiling::default(), &request.operation, context);
        let Ok(outcome) = &undamaged else { panic!("{request:?}: {undamaged:?}") };
        let answer = outcome.result.as_ref().map(|answer| serde_json::to_value(answer).unwrap());
        let shown = |member: &str, id: &str| answer.as_ref().is_ok_and(|it| it[member][id] == serde_json::json!(FRESH));
        let (asks, deploys) =
            (shown("environmentAccountConnection", "id"), shown("environment", "lastAttemptedDeploymentId"));
        let environment = outcome.result.as_ref().ok().and_then(|answer| match answer {
            Answer::Environment(shown) => Some(Key::Environment {
                region: request.caller.region,
                management_account: request.caller.account,
                name: shown.summary.name.clone(),
            }),
            _ => None,
        });
        let used = deployments.values().flatten().chain(connections.iter().map(|(_, id)| id));
        // Where none is used, two of them show it.
        let most = if asks || deploys { usize::MAX } else { 2 };
        for id in used.copied().collect::<BTreeSet<_>>().into_iter().take(most) {
            let here = Key::Connection { region: request.caller.region, id: id.into() };
            let not_fresh = |key: &Key| Expected::Trouble(Trouble::IdNotFresh(Box::new(key.clone())));
            let expected = if asks && connections.iter().any(|(key, _)| *key == here) {
                not_fresh(&here)
            } else if let Some(key) =
                environment.as_ref().filter(|key| deploys && deployments.get(key).is_some_and(|ids| ids.contains(&id)))
            {
                not_fresh(key)
            } else if asks || deploys {
                continue;
            } else {
                Expected::Same
            };
            let fault = Fault { id: Some(id), ..Fault::new(NAME, expected, Spoiling::default()) };
            *counts.entry((NAME, meet(&stored, request, &fault, &undamaged))).or_default() += 1;
        }
    }
    assert_eq!(written(&counts), "the fresh id is in use: IdNotFresh: 68\nthe fresh id is in use: the same: 1394\n");
}
