//! Every interleaving of two requests comes to what one of the two orders comes to: from every state of a small world,
//! of connections or of environments, for every pair of everything that can be asked there. Of interleavings that differ
//! only in the order of two reads, one is run. The gate does so for two more worlds than `cargo test`.

use std::collections::BTreeSet;

use crate::search::{
    E1, HOME, M,
    ask::{ATTEMPTED, Ask, STALE, State},
    connection_arn, environment_arn,
    explore::states,
    faulty_store::{Fault, FaultyStore},
    id,
    race::{Task, Thread, race},
    role,
    worlds::{LEAST, ONE_ENVIRONMENT, ONE_RESOURCE, SWITCHED, TOKENS, World},
};
use account_connections::{
    operation::{Limits, Operation},
    run,
};
use serde_json::{Value, json};
use uuid::Uuid;

/// How many pairs of requests met, and in how many schedules.
type Met = (usize, u64);

// Everything that changes with the steps that a request takes.
const CONNECTIONS: Met = (20_088, 47_868);
const CLIENT_TOKENS: Met = (9_144, 30_700);
const ENVIRONMENTS: Met = (39_865, 43_358);
const RESOURCES: Met = (242_165, 296_354);
const MOVES: Met = (603, 112);
const SWITCHES: Met = (124_740, 264_440);
const ENVIRONMENT_COMES_BACK: u64 = 2_034;
const COUNT_COMES_BACK: u64 = 2_838;

/// The requests of a thread: its time, its fresh id and its role are its own. The first thread's time is the later one.
struct By<'s> {
    thread: u8,
    state: &'s State,
}

impl By<'_> {
    fn call(&self, account: &str, operation: &str, input: Value) -> Task {
        let ask = Ask::new(account, HOME, 10 - i64::from(self.thread), operation, input);
        let mut call = ask.call(self.state);
        call.fresh = self.fresh();
        let limits = Limits::new(3, 100);
        let context = self.state.model.context(&call).with_limits(limits);
        Task(Operation::read_host(operation, &call.input).unwrap(), context)
    }

    fn fresh(&self) -> String {
        Uuid::from_u128(100 + u128::from(self.thread)).to_string()
    }

    fn role(&self) -> String {
        role(E1, &format!("of-thread-{}", self.thread))
    }

    fn create(&self, token: &str, role_name: &str) -> Task {
        let input = json!({ "environmentName": "a", "managementAccountId": M, "roleArn": role(E1, role_name),
            "clientToken": token });
        self.call(E1, "CreateEnvironmentAccountConnection", input)
    }

    fn by_id(&self, account: &str, verb: &str, number: u128) -> Task {
        self.call(account, &format!("{verb}EnvironmentAccountConnection"), json!({ "id": id(number) }))
    }

    /// The creation of the environment with the connection of this number.
    fn create_environment(&self, number: u128) -> Task {
        let input = json!({ "name": "a", "templateName": "t", "templateMajorVersion": "1", "spec": "s",
            "environmentAccountConnectionId": id(number) });
        self.call(M, "CreateEnvironment", input)
    }

    /// What is done with a connection.
    fn with_connection(&self, number: u128) -> Vec<Task> {
        let update = json!({ "id": id(number), "roleArn": self.role() });
        vec![
            self.by_id(M, "Accept", number),
            self.by_id(M, "Reject", number),
            self.by_id(E1, "Delete", number),
            self.call(E1, "UpdateEnvironmentAccountConnection", update),
            self.create_environment(number),
        ]
    }

    /// The updates that attach an environment to a connection.
    fn attach(&self, number: u128) -> [Task; 2] {
        ["NONE", "CURRENT_VERSION"].map(|kind| {
            let input = json!({ "name": "a", "deploymentType": kind, "environmentAccountConnectionId": id(number) });
            self.call(M, "UpdateEnvironment", input)
        })
    }

    fn tag_connection(&self, number: u128) -> Task {
        let tags = json!([{ "key": "k", "value": format!("{}", self.thread) }]);
        self.call(E1, "TagResource", json!({ "resourceArn": connection_arn(HOME, E1, &id(number)), "tags": tags }))
    }

    /// A report; with success come a resource and another major version.
    fn report(&self, deployment: &str, outcome: &str) -> Task {
        let mut report = json!({ "name": "a", "deploymentId": deployment, "outcome": outcome });
        if outcome == "SUCCEEDED" {
            report["resources"] = json!([{ "identifier": "r" }]);
            report["templateMajorVersion"] = json!("2");
        }
        self.call(M, "ReportDeployment", report)
    }

    fn list_environments(&self) -> Task {
        let template = |major: &str| json!({ "templateName": "t", "majorVersion": major });
        self.call(M, "ListEnvironments", json!({ "environmentTemplates": [template("1"), template("2")] }))
    }
}

/// Everything that can be asked where there are two connections for one environment.
fn everything(by: &By<'_>) -> Vec<Task> {
    let list = "ListEnvironmentAccountConnections";
    let narrow = json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "maxResults": 1, "environmentName": "a" });
    let mut tasks = vec![
        by.create("", "r1"),
        by.call(M, list, json!({ "requestedBy": "MANAGEMENT_ACCOUNT" })),
        by.call(E1, list, narrow),
        by.call(M, "DeleteEnvironment", json!({ "name": "a" })),
    ];
    for number in [1, 2] {
        tasks.extend([by.by_id(M, "Get", number), by.tag_connection(number)]);
        tasks.extend(by.with_connection(number));
    }
    tasks
}

/// What deals with client tokens.
fn with_tokens(by: &By<'_>) -> Vec<Task> {
    vec![
        by.create("t", "r1"),
        by.create("t", "r2"),
        by.create("", "r1"),
        by.by_id(M, "Accept", 1),
        by.by_id(E1, "Delete", 1),
        by.by_id(E1, "Delete", 2),
    ]
}

/// Everything that can be asked, of an environment and of its connection.
fn everything_of_an_environment(by: &By<'_>) -> Vec<Task> {
    let (name, environment_name) = (json!({ "name": "a" }), json!({ "environmentName": "a" }));
    let arn = environment_arn(HOME, M, "a");
    let own = json!({ "name": "a", "templateName": "t", "templateMajorVersion": "1", "spec": "s",
        "codebuildRoleArn": role(M, "r1") });
    let description = json!({ "name": "a", "deploymentType": "NONE", "description": format!("{}", by.thread) });
    let tags = json!([{ "key": "k", "value": format!("{}", by.thread) }]);
    let mut tasks = vec![
        by.create("", "r1"),
        by.by_id(M, "Get", 1),
        by.call(M, "ListEnvironmentAccountConnections", json!({ "requestedBy": "MANAGEMENT_ACCOUNT" })),
        by.tag_connection(1),
        by.call(M, "CreateEnvironment", own),
        by.call(M, "GetEnvironment", name.clone()),
        by.list_environments(),
        by.call(M, "UpdateEnvironment", description),
        by.call(M, "UpdateEnvironment", json!({ "name": "a", "deploymentType": "CURRENT_VERSION" })),
        by.call(M, "CancelEnvironmentDeployment", environment_name.clone()),
        by.call(M, "DeleteEnvironment", name.clone()),
        by.call(M, "ListEnvironmentProvisionedResources", environment_name.clone()),
        by.call(M, "ListEnvironmentOutputs", environment_name),
        by.call(M, "NotifyResourceDeploymentStatusChange", json!({ "resourceArn": arn, "status": "SUCCEEDED" })),
        by.call(M, "TagResource", json!({ "resourceArn": arn, "tags": tags })),
        by.call(M, "UntagResource", json!({ "resourceArn": arn, "tagKeys": ["k"] })),
        by.call(M, "ListTagsForResource", json!({ "resourceArn": arn })),
        by.call(M, "ProvisioningAuthority", name),
        by.call(E1, "ListProvisionedResources", json!({})),
        by.call(E1, "CleanUpResources", json!({ "identifiers": ["r"] })),
        // Of a deployment that the other thread begins.
        by.report(&By { thread: 3 - by.thread, ..*by }.fresh(), "SUCCEEDED"),
    ];
    for deployment in [ATTEMPTED, STALE] {
        tasks.extend(["SUCCEEDED", "FAILED", "CANCELLED"].map(|outcome| by.report(deployment, outcome)));
    }
    tasks.extend(by.with_connection(1));
    tasks.extend(by.attach(1));
    tasks
}

/// What concerns connections and an environment that is, or comes to be, attached to either of two.
fn switches(by: &By<'_>) -> Vec<Task> {
    let mut tasks = vec![
        by.create("", "r1"),
        by.call(M, "UpdateEnvironment", json!({ "name": "a", "deploymentType": "CURRENT_VERSION" })),
        by.call(M, "DeleteEnvironment", json!({ "name": "a" })),
        by.call(M, "ProvisioningAuthority", json!({ "name": "a" })),
    ];
    tasks.extend([ATTEMPTED, STALE].map(|deployment| by.report(deployment, "SUCCEEDED")));
    for number in [1, 2] {
        tasks.extend(by.with_connection(number));
        tasks.extend(by.attach(number));
    }
    tasks
}

/// An environment that moves from one template version to another while both are listed.
fn moves(by: &By<'_>) -> Vec<Task> {
    vec![by.list_environments(), by.report(ATTEMPTED, "SUCCEEDED"), by.report(STALE, "SUCCEEDED")]
}

/// Lets every task of one thread meet every task of another, from every state of a world, over stores with this fault.
///
/// Where neither changes anything, the store is the same before every step, whoever takes it: they are not run.
fn meet(world: &World, tasks: fn(&By<'_>) -> Vec<Task>, fault: Option<Fault>) -> Result<Met, String> {
    meet_where(world, tasks, fault, |_, _| true)
}

/// Lets every two tasks meet once, and each meet itself: the later time is that of the first of them.
fn meet_once(world: &World, tasks: fn(&By<'_>) -> Vec<Task>) -> Result<Met, String> {
    meet_where(world, tasks, None, |one, other| one <= other)
}

/// The same of those tasks of the two threads, by their places, that are wanted.
fn meet_where(
    world: &World,
    tasks: fn(&By<'_>) -> Vec<Task>,
    fault: Option<Fault>,
    is_wanted: fn(usize, usize) -> bool,
) -> Result<Met, String> {
    let (mut pairs, mut schedules) = (0, 0);
    for state in &states(world) {
        let memory = &state.model.store.memory;
        let changes = |Task(operation, context): &Task| {
            let mut store = memory.clone();
            run(&mut store, operation.clone(), *context).map_or(true, |_| store != *memory)
        };
        let [ones, others] = [1, 2].map(|thread| {
            let tasks = tasks(&By { thread, state });
            tasks.into_iter().map(|task| (changes(&task), Thread::new(vec![task]))).collect::<Vec<_>>()
        });
        let all = (0..ones.len()).flat_map(|one| (0..others.len()).map(move |other| (one, other)));
        for (one, other) in all.filter(|(one, other)| is_wanted(*one, *other)) {
            pairs += 1;
            let ((one_changes, one), (other_changes, other)) = (&ones[one], &others[other]);
            if !one_changes && !other_changes {
                continue;
            }
            let threads = [one.clone(), other.clone()];
            schedules += match fault {
                Some(fault) => race(&FaultyStore::new(memory, fault), &threads)?,
                None => race(memory, &threads)?,
            };
        }
    }
    Ok((pairs, schedules))
}

#[test]
fn connections() {
    assert_eq!(meet(&LEAST, everything, None), Ok(CONNECTIONS));
}

#[test]
fn client_tokens() {
    assert_eq!(meet(&TOKENS, with_tokens, None), Ok(CLIENT_TOKENS));
}

#[test]
fn environments() {
    assert_eq!(meet_once(&ONE_ENVIRONMENT, everything_of_an_environment), Ok(ENVIRONMENTS));
    let by = By { thread: 1, state: &State::new(&ONE_ENVIRONMENT) };
    let asked =
        everything_of_an_environment(&by).iter().map(|Task(request, _)| request.name()).collect::<BTreeSet<_>>();
    assert_eq!(asked, Operation::NAMES.iter().copied().collect(), "everything is asked");
}

#[test]
#[ignore = "has many pairs: `.ci/run whole` runs it"]
fn environments_with_resources() {
    assert_eq!(meet_once(&ONE_RESOURCE, everything_of_an_environment), Ok(RESOURCES));
}

#[test]
#[ignore = "has many pairs: `.ci/run whole` runs it"]
fn environments_that_switch() {
    assert_eq!(meet_once(&SWITCHED, switches), Ok(SWITCHES));
}

#[test]
fn lists_beside_moves() {
    assert_eq!(meet(&ONE_ENVIRONMENT, moves, None), Ok(MOVES));
    assert!(meet(&ONE_ENVIRONMENT, moves, Some(Fault::ScansTorn)).is_err());
}

const FAULTS: [Fault; 12] = [
    Fault::ChecksNothing,
    Fault::ChecksWhatItWrites,
    Fault::ForgetsTheAbsent,
    Fault::WritesHalf,
    Fault::DoesNotDelete,
    Fault::LosesCommits,
    Fault::DeniesCommits,
    Fault::LoadsStale,
    Fault::LoadsTorn,
    Fault::ScansStale,
    Fault::ScansTorn,
    Fault::KeepsVersions,
];

/// A store that does not keep to its contract is noticed.
#[test]
fn faulty_stores_are_found() {
    assert_eq!(meet(&LEAST, everything, Some(Fault::None)), Ok(CONNECTIONS));
    let unnoticed = FAULTS.into_iter().filter(|fault| meet(&LEAST, everything, Some(*fault)).is_ok());
    assert_eq!(unnoticed.collect::<Vec<_>>(), []);
}

/// A thread that does two or three things alongside one that does one: only then can a key be deleted, come back and be
/// taken for what it was.
fn beside(threads: fn(&By<'_>, &By<'_>) -> [Vec<Task>; 2], fault: Fault) -> Result<u64, String> {
    let all = states(&LEAST);
    let schedules = all.iter().map(|state| {
        let [one, other] = [1, 2].map(|thread| By { thread, state });
        race(&FaultyStore::new(&state.model.store.memory, fault), &threads(&one, &other).map(Thread::new))
    });
    schedules.sum()
}

/// The environment goes and comes back attached to the other connection, while the first is deleted.
fn an_environment_comes_back(one: &By<'_>, other: &By<'_>) -> [Vec<Task>; 2] {
    // The deletion takes this id for its deployment, as every task of the second thread that needs one.
    let succeeded = other.report(&other.fresh(), "SUCCEEDED");
    let delete = other.call(M, "DeleteEnvironment", json!({ "name": "a" }));
    [vec![one.by_id(E1, "Delete", 1)], vec![delete, succeeded, other.create_environment(2)]]
}

/// The count of connections goes from two to none and comes back as one, while another is created.
fn a_count_comes_back(one: &By<'_>, other: &By<'_>) -> [Vec<Task>; 2] {
    let others = vec![other.by_id(E1, "Delete", 1), other.by_id(E1, "Delete", 2), other.create("", "r1")];
    [vec![one.create("", "r1")], others]
}

#[test]
fn versions_that_come_back_are_found() {
    assert_eq!(beside(an_environment_comes_back, Fault::None), Ok(ENVIRONMENT_COMES_BACK));
    assert_eq!(beside(a_count_comes_back, Fault::None), Ok(COUNT_COMES_BACK));
    assert!(beside(an_environment_comes_back, Fault::RestartsVersions).is_err());
    assert!(beside(a_count_comes_back, Fault::RestartsVersions).is_err());
}
