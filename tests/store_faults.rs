//! A store that does not do what it has to: everything that can be asked in a small world, over every fault, at each
//! call that a request makes.
//!
//! No fault gives a wrong answer: what is wrong is named, or the request ends as without it. What nothing can tell, in a
//! damaged store, grants nothing: nobody hears of accounts that are strangers to the caller, Proton acts for nobody
//! that has not lent a role for this very environment, and nobody cleans up what is another's.

mod faults;
mod spoiled;

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{
    ErrorKind, Fault, HostError, Memory, Outcome,
    drive::ATTEMPTS,
    id::AccountId,
    operation::{Answer, Context, Operation},
    store::{Key, Record},
    wire,
};
use serde_json::Value;

use crate::{
    oracle,
    search::{
        E1, E2, M, alphabet,
        ask::State,
        explore::states,
        worlds::{Environments, Kind, LEAST, LITTLE, ONE_RESOURCE, World},
    },
    support::is_as_in,
};
use faults::{Expected, Wrong, is_connection};
use spoiled::{Came, Spoiled, Spoiling, carry_out};

/// Two environment accounts with the same client token, whose connections are in use or not.
const CONNECTIONS: World =
    World { pairs: &[(E1, M), (E2, M)], accounts: &[M, E1, E2], tokens: &["t"], tags: &["v"], ..LEAST };

/// An environment in each status, with a resource and tags or without.
const ENVIRONMENT: World = World { tags: &["v"], ..ONE_RESOURCE };

/// Two environments in the owner's own account, with a resource in common.
const ENVIRONMENTS: World = World {
    accounts: &[M, E1],
    pairs: &[],
    ids: 0,
    names: &["a", "b"],
    environments: Some(Environments { kinds: &[Kind::OwnRoles], resources: &["r"], ..LITTLE }),
    ..LEAST
};

/// Of the states of each in which there are all connections that there can be and an environment, as many as this, evenly
/// spread, and the first two.
const STATES: usize = 8;

/// How many faults of each kind end a request in which way: `tests/store_faults/counts.txt`.
#[test]
fn no_fault_of_a_store_gives_a_wrong_answer() {
    let mut counts = BTreeMap::<(&str, String), usize>::new();
    for world in [CONNECTIONS, ENVIRONMENT, ENVIRONMENTS] {
        let (states, steps) = (states(&world), alphabet::all(&world));
        let is_full = |state: &&State| {
            state.oracle.connections().count() as u128 == world.ids && state.oracle.environments().next().is_some()
        };
        let all = states.iter().filter(is_full).collect::<Vec<_>>();
        let some = states.iter().take(2).chain(all.iter().step_by(all.len().div_ceil(STATES)).copied());
        for (state, ask) in some.flat_map(|state| steps.iter().flatten().map(move |ask| (state, ask))) {
            let call = ask.call(state);
            let Ok(operation) = Operation::read_host(&call.operation, &call.input) else { continue };
            let request = Request { state, operation, context: state.model.context(&call), call };
            let memory = &state.model.store.memory;
            let (right, store) = carry_out(memory, &Spoiling::Nothing, &request.operation, request.context);
            for wrong in faults::all(memory, &store.calls) {
                *counts.entry((wrong.name, request.meets(&wrong, &right))).or_default() += 1;
            }
        }
    }
    let written = counts.iter().map(|((name, end), count)| format!("{name}: {end}: {count}\n")).collect::<String>();
    is_as_in("tests/store_faults/counts.txt", &written);
}

struct Request<'s> {
    state: &'s State,
    call: oracle::Call,
    operation: Operation,
    context: Context,
}

impl Request<'_> {
    /// How it ends with something wrong, once that was checked.
    fn meets(&self, wrong: &Wrong, right: &Came) -> String {
        let memory = wrong.memory.as_ref().unwrap_or(&self.state.model.store.memory);
        let (came, store) = carry_out(memory, &wrong.spoiling, &self.operation, self.context);
        let is_right = match (&wrong.expected, &came) {
            (Expected::Same(conflicts), came) => *came == later(right, *conflicts),
            // A commit tells, and where there is none, nothing does.
            (Expected::SeenLater, came) => !store.commits() || *came == later(right, 1),
            (Expected::Contended, Err(HostError::Contended { attempts })) => *attempts == ATTEMPTS.get(),
            (Expected::Fault(fault), Err(HostError::Fault(came))) => came == fault,
            (Expected::Damaged(fault, key, parties), came) => self.tells_parties(fault, key, parties, came, right),
            (Expected::Broken(number), Err(HostError::Read(broken) | HostError::Commit(broken))) => broken.0 == *number,
            (Expected::Harmless, _) => true,
            _ => false,
        };
        let told = || format!("{}: {:?}\n{came:?}\nwithout it\n{right:?}", wrong.name, self.call);
        assert!(is_right, "was to come to {:?}: {}", wrong.expected, told());
        if let Err(what) = self.check(&came, memory, &store, &wrong.spoiling) {
            panic!("{what}: {}", told());
        }
        ending(&came, right)
    }

    /// Whether damage to what is under a key is told to those whose it is, and a connection's to nobody else.
    fn tells_parties(&self, fault: &Fault, key: &Key, parties: &[AccountId], came: &Came, right: &Came) -> bool {
        let fault = Err(HostError::Fault(fault.clone()));
        if *came == Err(HostError::Fault(Fault::IdNotFresh(Box::new(key.clone())))) {
            return matches!(self.operation, Operation::CreateEnvironmentAccountConnection(_));
        }
        if !is_connection(key) || parties.contains(&self.context.caller.account) {
            return *came == fault || (0..=1).any(|conflicts| *came == later(right, conflicts));
        }
        let mut without = self.state.model.store.memory.clone();
        without.remove(key);
        let (absent, _) = carry_out(&without, &Spoiling::Nothing, &self.operation, self.context);
        // A record of the caller's own may tell that it has to be there.
        let is_missed = absent == Err(HostError::Fault(Fault::Missing(Box::new(key.clone()))));
        *came == absent || is_missed && *came == fault
    }

    /// What holds of every ending.
    fn check(&self, came: &Came, before: &Memory, after: &Spoiled, spoiling: &Spoiling) -> Result<(), String> {
        let is_answer = matches!(came, Ok(outcome) if outcome.result.is_ok());
        if !is_answer && !matches!(spoiling, Spoiling::BreaksLate(_)) && *before != after.memory {
            return Err("it is no success and has written something".into());
        }
        let said = match came {
            Ok(outcome) => said(outcome),
            Err(error) => {
                let response = wire::trouble(error);
                let (kind, retryable, status) = treatment(error);
                if (error.kind(), error.retryable(), response.status) != (kind, retryable, status) {
                    return Err(format!("the host is told otherwise than {kind:?}, {retryable}, {status}"));
                }
                String::from_utf8(response.body).unwrap()
            }
        };
        let known = self.known();
        if let Some(account) =
            [M, E1, E2].into_iter().find(|account| said.contains(account) && !known.contains(account))
        {
            return Err(format!("it tells of {account}"));
        }
        let lenders = self.lenders();
        let granted = serde_json::from_str::<Value>(&said).unwrap_or_default();
        if let Some(account) = authorities(&granted).into_iter().find(|account| !lenders.contains(account)) {
            return Err(format!("{account} has lent nothing"));
        }
        let resources = |memory: &Memory| {
            let records = memory.records();
            let others = records.filter(
                |(_, record)| matches!(record, Record::Resources(it) if it.account != self.context.caller.account),
            );
            others.map(|(key, record)| (key.clone(), record.clone())).collect::<Vec<_>>()
        };
        let cleans_up = matches!(self.operation, Operation::CleanUpResources(_));
        if cleans_up && resources(before) != resources(&after.memory) {
            return Err("what is another's was cleaned up".into());
        }
        Ok(())
    }

    /// The accounts that the caller may hear of.
    fn known(&self) -> String {
        let concern = self.state.oracle.concerning(&self.call.account);
        format!("{} {} {}", self.call.account, concern.concat(), self.call.input)
    }

    /// The accounts with whose roles Proton may act where the caller asks for it.
    fn lenders(&self) -> BTreeSet<String> {
        let oracle = &self.state.oracle;
        let input = &self.call.input;
        let lent = |id: &str| {
            oracle
                .connections()
                .find(|it| it.id == id && it.status == "CONNECTED" && it.management_account == self.call.account)
        };
        let attached = oracle.environments().filter(|it| it.management_account == self.call.account);
        let ids = attached.filter_map(|it| it.connection).chain(input["environmentAccountConnectionId"].as_str());
        let accounts = ids.filter_map(lent).map(|it| it.environment_account.to_owned());
        accounts.chain([self.call.account.clone()]).collect()
    }
}

/// What is said to the caller and to the host, as one value.
fn said(outcome: &Outcome<Answer>) -> String {
    let events = outcome.events.iter().map(|event| serde_json::to_value(event.event_bridge()).unwrap());
    let result = match &outcome.result {
        Ok(answer) => serde_json::to_value(answer).unwrap(),
        Err(refusal) => Value::String(format!("{refusal:?}")),
    };
    let instructions = serde_json::to_value(&outcome.instructions).unwrap();
    Value::Array(events.chain([result, instructions]).collect()).to_string()
}

/// The accounts of all authorities in a value.
fn authorities(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(members) => {
            let own = value["authority"]["accountId"].as_str().map(ToOwned::to_owned);
            own.into_iter().chain(members.values().flat_map(authorities)).collect()
        }
        Value::Array(items) => items.iter().flat_map(authorities).collect(),
        _ => BTreeSet::new(),
    }
}

/// The same ending this many conflicts later.
fn later(right: &Came, conflicts: u32) -> Came {
    let mut right = right.clone();
    if let Ok(outcome) = &mut right {
        outcome.attempts += conflicts;
    }
    right
}

/// What a host has to make of trouble: the kind, whether to try again, the status code.
fn treatment<E>(error: &HostError<E>) -> (ErrorKind, bool, u16) {
    match error {
        HostError::Contended { .. } => (ErrorKind::Throttling, true, 400),
        HostError::Read(_) | HostError::Fault(Fault::IdNotFresh(_)) => (ErrorKind::InternalServer, true, 500),
        _ => (ErrorKind::InternalServer, false, 500),
    }
}

/// How a request ended, in a few words.
fn ending(came: &Came, right: &Came) -> String {
    match (came, right) {
        (Ok(it), Ok(right))
            if it.result == right.result && it.events == right.events && it.instructions == right.instructions =>
        {
            "the same".into()
        }
        (Ok(it), _) => match &it.result {
            Ok(_) => "another answer".into(),
            Err(refusal) => format!("refused: {}", refusal.rule()),
        },
        (Err(HostError::Fault(fault)), _) => format!("{fault:?}").split(['(', ' ']).next().unwrap().to_owned(),
        (Err(error), _) => format!("{error:?}").split(['(', ' ']).next().unwrap().to_owned(),
    }
}
