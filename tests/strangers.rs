//! A stranger's race tells nothing: whatever a stranger asks for comes to the same, after as many attempts and by the
//! same kinds of steps, in every state of others as where there is nothing of theirs, even while they keep writing
//! between the stranger's steps, and where the records of their connections cannot be read.

use std::collections::{BTreeMap, BTreeSet};

use crate::search::{
    E1, HOME, M, alphabet,
    ask::{ATTEMPTED, Ask, State},
    deployment,
    explore::states,
    id,
    race::{Reply, Task, reply},
    role,
    worlds::{LEAST, ONE_ENVIRONMENT, World},
};
use crate::support::advance;
use account_connections::{
    Memory, Step,
    operation::Operation,
    store::{Key, Record},
};
use serde_json::json;

/// The stranger, and an environment account and a management account that know the stranger.
const STRANGER: &str = "999999999111";
const ITS_ENVIRONMENT: &str = "999999999222";
const ITS_MANAGEMENT: &str = "999999999333";

/// The others: connections of each status, with tags, client tokens and two roles, in use or not, and environments of
/// each status, with a resource and without.
const OTHERS: [World; 2] = [
    World { accounts: &[M, E1], tags: &["v", "w"], tokens: &["", "t"], ids: 1, ..LEAST },
    World { tags: &["v"], ..ONE_ENVIRONMENT },
];

/// What the stranger tries with what is the others'. It asks the same management account for a connection, too.
const OF_OTHERS: World = World {
    accounts: &[STRANGER],
    pairs: &[(E1, M), (STRANGER, M)],
    tags: &["v"],
    tokens: &["", "t"],
    ..ONE_ENVIRONMENT
};

/// What it does with its own environment and the others' connections.
const ITS_OWN: World = World {
    accounts: &[STRANGER],
    pairs: &[(ITS_ENVIRONMENT, STRANGER)],
    names: &["a", "b"],
    tags: &["v"],
    ..ONE_ENVIRONMENT
};

/// The stranger has a connection of each side, and an environment with one of them.
fn own() -> State {
    let create = "CreateEnvironmentAccountConnection";
    let connection = |account, name, management, token| {
        json!({ "environmentName": name, "managementAccountId": management, "roleArn": role(account, "r1"),
            "clientToken": token })
    };
    let environment = json!({ "name": "b", "templateName": "t", "templateMajorVersion": "1", "spec": "s",
        "environmentAccountConnectionId": id(8) });
    let report = json!({ "name": "b", "deploymentId": ATTEMPTED, "outcome": "SUCCEEDED",
        "resources": [{ "identifier": "r" }] });
    let asks = [
        (id(8), ITS_ENVIRONMENT, create, connection(ITS_ENVIRONMENT, "b", STRANGER, "")),
        (id(9), STRANGER, create, connection(STRANGER, "a", ITS_MANAGEMENT, "t")),
        (id(0), STRANGER, "AcceptEnvironmentAccountConnection", json!({ "id": id(8) })),
        (deployment(8), STRANGER, "CreateEnvironment", environment),
        (id(0), STRANGER, "ReportDeployment", report),
    ];
    let mut state = State::new(&ITS_OWN);
    for (fresh, account, operation, input) in asks {
        let ask = Ask::new(account, HOME, 0, operation, input);
        let (call, before) = (ask.call(&state), state.oracle.clone());
        state.make(&ask, &crate::oracle::Call { fresh, ..call }, &before).unwrap();
        assert!(!state.oracle.is_like(&before), "{ask}");
    }
    state
}

/// Everything that the stranger asks for.
fn tasks(own: &State) -> Vec<Task> {
    let steps = [OF_OTHERS, ITS_OWN].iter().flat_map(alphabet::all).flatten().collect::<Vec<_>>();
    let asks = steps.iter().map(|ask| crate::oracle::Call { fresh: id(0xf), ..ask.call(own) });
    let read = |call: crate::oracle::Call| {
        Some(Task(Operation::read_host(&call.operation, &call.input).ok()?, own.model.context(&call)))
    };
    asks.filter_map(read).collect()
}

/// What a stranger notices of a request: how each attempt went, and the outcome.
type Noticed = (Vec<&'static str>, Reply);

/// Carries out a request while the others write everything that is theirs before each step.
fn noticed(mut store: Memory, others: &Memory, Task(operation, context): Task) -> Noticed {
    let mut kinds = Vec::new();
    let mut step = Step::begin(operation, context);
    loop {
        if let Some(reply) = reply(&step) {
            return (kinds, reply);
        }
        kinds.push(match step {
            Step::Load(_) => "load",
            Step::Scan(_) => "scan",
            _ => "commit",
        });
        write(&mut store, others);
        step = advance(step, &mut store).unwrap();
    }
}

/// Writes everything that others have, whatever it was.
fn write(store: &mut Memory, others: &Memory) {
    for (key, record) in others.records() {
        store.insert(key.clone(), record.clone());
    }
}

/// The same where the record of no connection can be read, but its parties can be told, and none of their tags.
fn damaged(others: &Memory) -> Memory {
    let mut damaged = others.clone();
    let of_connections = others.records().filter(|(key, _)| matches!(key, Key::Connection { .. }));
    for (key, record) in of_connections {
        let parties = serde_json::from_value(serde_json::to_value(record).unwrap()).ok();
        damaged.insert(key.clone(), Record::unreadable("is damaged", parties));
    }
    damaged
}

#[test]
fn a_stranger_notices_nothing_of_others() {
    let own = own();
    let memory = &own.model.store.memory;
    let tasks = tasks(&own);
    let asked = tasks.iter().map(|Task(request, _)| request.name()).collect::<BTreeSet<_>>();
    assert_eq!(asked, Operation::NAMES.iter().copied().collect(), "everything is asked");

    let alone = |task: &Task| noticed(memory.clone(), &Memory::new(), task.clone());
    let alone = tasks.iter().map(alone).collect::<Vec<_>>();
    let mut told = BTreeMap::new();
    let mut compared = 0;
    for state in OTHERS.iter().flat_map(states) {
        let others = state.model.store.memory;
        for others in [damaged(&others), others] {
            let mut both = memory.clone();
            write(&mut both, &others);
            for (task, expected) in tasks.iter().zip(&alone) {
                let found = noticed(both.clone(), &others, task.clone());
                if found != *expected {
                    told.entry(task.0.name()).or_insert_with(|| format!("{:?}\n  {found:?}\n  {expected:?}", task.0));
                }
                compared += 1;
            }
        }
    }
    println!("{compared} requests compared");
    let told = told.into_iter().map(|(name, how)| format!("{name} tells: {how}")).collect::<Vec<_>>();
    assert!(told.is_empty(), "{}", told.join("\n"));
}
