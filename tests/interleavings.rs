//! Every interleaving of two requests comes to what one of the two orders comes to: from every state of a small world,
//! of connections or of environments, for every pair of everything that can be asked there.

use std::collections::BTreeSet;

use account_connections::operation::{Context, Operation};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::search::{
    E1, M, World,
    explore::states,
    faulty_store::{Fault, FaultyStore},
    id, limits,
    moment::environment_arn,
    race::{Parts, Shown, Task, Thread, race},
    role,
    steps::caller,
    worlds::{LEAST, ONE_ENVIRONMENT, SWITCHED, TOKENS},
};
use crate::support::at;

/// A request, as the thread of this number makes it: its time, its fresh id and its role are its own. The first
/// thread's time is the later one.
fn call(thread: u8, account: &str, operation: &str, input: &Value) -> Task {
    let request = Operation::read_host(operation, input).unwrap();
    let (now, fresh_id) = (at(10 - i64::from(thread)), Uuid::from_u128(100 + u128::from(thread)));
    Task(request, Context::new(caller(account), now, fresh_id).with_limits(limits(3)))
}

fn create(thread: u8, token: &str, role_name: &str) -> Task {
    let input = json!({ "environmentName": "a", "managementAccountId": M, "roleArn": role(E1, role_name),
        "clientToken": token });
    call(thread, E1, "CreateEnvironmentAccountConnection", &input)
}

fn by_id(thread: u8, account: &str, verb: &str, number: u128) -> Task {
    call(thread, account, &format!("{verb}EnvironmentAccountConnection"), &json!({ "id": id(number) }))
}

/// The creation of the environment with the connection of this number.
fn create_environment(thread: u8, number: u128) -> Task {
    let input = json!({ "name": "a", "templateName": "t", "templateMajorVersion": "1", "spec": "s",
        "environmentAccountConnectionId": id(number) });
    call(thread, M, "CreateEnvironment", &input)
}

/// Everything that can be asked where there are two connections for one environment.
fn everything(thread: u8) -> Vec<Task> {
    let list = "ListEnvironmentAccountConnections";
    let mut tasks = vec![
        create(thread, "", "r1"),
        call(thread, M, list, &json!({ "requestedBy": "MANAGEMENT_ACCOUNT" })),
        call(
            thread,
            E1,
            list,
            &json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "maxResults": 1, "environmentName": "a" }),
        ),
        call(thread, M, "DeleteEnvironment", &json!({ "name": "a" })),
    ];
    for number in [1, 2] {
        let arn = format!("arn:aws:proton:us-east-1:{E1}:environment-account-connection/{}", id(number));
        let new_role = role(E1, &format!("of-thread-{thread}"));
        let tags = json!([{ "key": "k", "value": format!("{thread}") }]);
        tasks.extend([
            by_id(thread, M, "Get", number),
            by_id(thread, M, "Accept", number),
            by_id(thread, M, "Reject", number),
            by_id(thread, E1, "Delete", number),
            call(thread, E1, "UpdateEnvironmentAccountConnection", &json!({ "id": id(number), "roleArn": new_role })),
            call(thread, E1, "TagResource", &json!({ "resourceArn": arn, "tags": tags })),
            create_environment(thread, number),
        ]);
    }
    tasks
}

/// What deals with client tokens.
fn with_tokens(thread: u8) -> Vec<Task> {
    vec![
        create(thread, "t", "r1"),
        create(thread, "t", "r2"),
        create(thread, "", "r1"),
        by_id(thread, M, "Accept", 1),
        by_id(thread, E1, "Delete", 1),
        by_id(thread, E1, "Delete", 2),
    ]
}

/// Everything that can be asked, of an environment and of its connection.
fn everything_of_an_environment(thread: u8) -> Vec<Task> {
    let (name, environment_name) = (json!({ "name": "a" }), json!({ "environmentName": "a" }));
    let of = |kind: &str| json!({ "name": "a", "deploymentType": kind });
    let arn = environment_arn(M, "a");
    let connection_arn = format!("arn:aws:proton:us-east-1:{E1}:environment-account-connection/{}", id(1));
    let own = json!({ "name": "a", "templateName": "t", "templateMajorVersion": "1", "spec": "s",
        "codebuildRoleArn": role(M, "r1") });
    let tags = json!([{ "key": "k", "value": format!("{thread}") }]);
    let template = |major: &str| json!({ "templateName": "t", "majorVersion": major });
    let mut tasks = vec![
        create(thread, "", "r1"),
        by_id(thread, M, "Get", 1),
        call(thread, M, "ListEnvironmentAccountConnections", &json!({ "requestedBy": "MANAGEMENT_ACCOUNT" })),
        call(thread, E1, "TagResource", &json!({ "resourceArn": connection_arn, "tags": tags })),
        call(thread, M, "CreateEnvironment", &own),
        call(thread, M, "GetEnvironment", &name),
        call(thread, M, "ListEnvironments", &json!({ "environmentTemplates": [template("1"), template("2")] })),
        call(
            thread,
            M,
            "UpdateEnvironment",
            &json!({ "name": "a", "deploymentType": "NONE", "description": format!("{thread}") }),
        ),
        call(thread, M, "UpdateEnvironment", &of("CURRENT_VERSION")),
        call(thread, M, "CancelEnvironmentDeployment", &environment_name),
        call(thread, M, "DeleteEnvironment", &name),
        call(thread, M, "ListEnvironmentProvisionedResources", &environment_name),
        call(thread, M, "NotifyResourceDeploymentStatusChange", &json!({ "resourceArn": arn, "status": "SUCCEEDED" })),
        call(thread, M, "TagResource", &json!({ "resourceArn": arn, "tags": tags })),
        call(thread, M, "UntagResource", &json!({ "resourceArn": arn, "tagKeys": ["k"] })),
        call(thread, M, "ListTagsForResource", &json!({ "resourceArn": arn })),
        call(thread, M, "ProvisioningAuthority", &name),
        call(thread, E1, "ListProvisionedResources", &json!({})),
        call(thread, E1, "CleanUpResources", &json!({ "identifiers": ["r"] })),
        // Of a deployment that the other thread begins.
        report(thread, json!(Uuid::from_u128(103 - u128::from(thread))), "SUCCEEDED"),
    ];
    for deployment in under_way() {
        tasks.extend(["SUCCEEDED", "FAILED", "CANCELLED"].map(|outcome| report(thread, deployment.clone(), outcome)));
    }
    tasks.extend(with_connection(thread, 1));
    tasks
}

/// What concerns connections and an environment that is, or comes to be, attached to either of two.
fn switches(thread: u8) -> Vec<Task> {
    let mut tasks = vec![
        create(thread, "", "r1"),
        call(thread, M, "UpdateEnvironment", &json!({ "name": "a", "deploymentType": "CURRENT_VERSION" })),
        call(thread, M, "DeleteEnvironment", &json!({ "name": "a" })),
        call(thread, M, "ProvisioningAuthority", &json!({ "name": "a" })),
    ];
    tasks.extend(under_way().map(|deployment| report(thread, deployment, "SUCCEEDED")));
    tasks.extend([1, 2].into_iter().flat_map(|number| with_connection(thread, number)));
    tasks
}

/// The ids that the deployment under way can have in a state of a small world.
fn under_way() -> [Value; 2] {
    let (account, name) = (M.parse().unwrap(), "a".parse().unwrap());
    [1, 2].map(|number| json!(ONE_ENVIRONMENT.deployment(account, &name, number)))
}

/// A report; with success come a resource and another major version.
fn report(thread: u8, deployment: Value, outcome: &str) -> Task {
    let mut report = json!({ "name": "a", "deploymentId": deployment, "outcome": outcome });
    if outcome == "SUCCEEDED" {
        report["resources"] = json!([{ "identifier": "r" }]);
        report["templateMajorVersion"] = json!("2");
    }
    call(thread, M, "ReportDeployment", &report)
}

/// What is done with a connection, and with an environment to be attached to it.
fn with_connection(thread: u8, number: u128) -> Vec<Task> {
    let new_role = role(E1, &format!("of-thread-{thread}"));
    let with =
        |kind: &str| json!({ "name": "a", "deploymentType": kind, "environmentAccountConnectionId": id(number) });
    vec![
        by_id(thread, M, "Accept", number),
        by_id(thread, M, "Reject", number),
        by_id(thread, E1, "Delete", number),
        call(thread, E1, "UpdateEnvironmentAccountConnection", &json!({ "id": id(number), "roleArn": new_role })),
        create_environment(thread, number),
        call(thread, M, "UpdateEnvironment", &with("NONE")),
        call(thread, M, "UpdateEnvironment", &with("CURRENT_VERSION")),
    ]
}

/// Lets every task of one thread meet every task of another, from all these states. How many pairs met, and in how many
/// schedules.
fn meet<S: Shown>(from: &[S], tasks: fn(u8) -> Vec<Task>, parts: Parts) -> Result<(usize, u64), String> {
    let (mut pairs, mut schedules) = (0, 0);
    for store in from {
        for one in tasks(1) {
            for other in tasks(2) {
                schedules += race(store, &[Thread::new(vec![one.clone()]), Thread::new(vec![other])], parts)?;
                pairs += 1;
            }
        }
    }
    println!("{} states, {pairs} pairs, {schedules} schedules", from.len());
    Ok((pairs, schedules))
}

const WHOLE: Parts = Parts { loads: false, scans: false };
/// The contract of `load` does not say that all keys are of one moment.
const KEY_BY_KEY: Parts = Parts { loads: true, scans: false };
const RANGE_BY_RANGE: Parts = Parts { loads: false, scans: true };

#[test]
fn everything_meets_everything() {
    assert_eq!(meet(&states(&LEAST), everything, WHOLE), Ok((20_088, 106_880)));
}

#[test]
fn everything_meets_everything_key_by_key() {
    assert_eq!(meet(&states(&LEAST), everything, KEY_BY_KEY), Ok((20_088, 247_872)));
}

#[test]
fn client_tokens() {
    assert_eq!(meet(&states(&TOKENS), with_tokens, WHOLE), Ok((9_144, 67_148)));
}

#[test]
fn client_tokens_key_by_key() {
    let one_connection = World { ids: 1, ..TOKENS };
    assert_eq!(meet(&states(&one_connection), with_tokens, KEY_BY_KEY), Ok((720, 24_188)));
}

#[test]
fn everything_is_asked() {
    let asked = everything_of_an_environment(1).iter().map(|Task(request, _)| request.name()).collect::<BTreeSet<_>>();
    assert_eq!(asked, Operation::NAMES.iter().copied().collect());
}

#[test]
fn environments() {
    assert_eq!(meet(&states(&ONE_ENVIRONMENT), everything_of_an_environment, WHOLE), Ok((114_345, 429_430)));
}

#[test]
fn environments_key_by_key() {
    assert_eq!(meet(&states(&ONE_ENVIRONMENT), everything_of_an_environment, KEY_BY_KEY), Ok((114_345, 683_072)));
}

/// An environment that moves from one template version to another while both are listed.
fn moves(thread: u8) -> Vec<Task> {
    let template = |major: &str| json!({ "templateName": "t", "majorVersion": major });
    let list = json!({ "environmentTemplates": [template("1"), template("2")] });
    let mut tasks = vec![call(thread, M, "ListEnvironments", &list)];
    tasks.extend(under_way().map(|deployment| report(thread, deployment, "SUCCEEDED")));
    tasks
}

#[test]
fn environments_range_by_range() {
    assert_eq!(meet(&states(&ONE_ENVIRONMENT), moves, WHOLE), Ok((945, 2_264)));
    assert!(meet(&states(&ONE_ENVIRONMENT), moves, RANGE_BY_RANGE).is_err());
}

#[test]
fn environments_that_switch() {
    assert_eq!(meet(&states(&SWITCHED), switches, WHOLE), Ok((200_800, 1_287_712)));
}

fn with_fault(world: &World, fault: Fault) -> Vec<FaultyStore> {
    states(world).into_iter().map(|memory| FaultyStore::new(memory, fault)).collect()
}

const FAULTS: [Fault; 10] = [
    Fault::ChecksNothing,
    Fault::ChecksWhatItWrites,
    Fault::ForgetsTheAbsent,
    Fault::WritesHalf,
    Fault::DoesNotDelete,
    Fault::LosesCommits,
    Fault::DeniesCommits,
    Fault::LoadsStale,
    Fault::ScansStale,
    Fault::KeepsVersions,
];

/// A store that does not keep to its contract is noticed.
#[test]
fn faulty_stores_are_found() {
    assert_eq!(meet(&with_fault(&LEAST, Fault::None), everything, WHOLE), Ok((20_088, 106_880)));
    let unnoticed = FAULTS.into_iter().filter(|fault| meet(&with_fault(&LEAST, *fault), everything, WHOLE).is_ok());
    assert_eq!(unnoticed.collect::<Vec<_>>(), []);
    assert!(meet(&with_fault(&LEAST, Fault::None), everything, RANGE_BY_RANGE).is_err());
}

#[test]
fn faulty_stores_of_environments_are_found() {
    let meets = |fault| meet(&with_fault(&ONE_ENVIRONMENT, fault), everything_of_an_environment, WHOLE);
    let unnoticed = FAULTS.into_iter().filter(|fault| meets(*fault).is_ok());
    assert_eq!(unnoticed.collect::<Vec<_>>(), []);
}

/// A thread that does two or three things beside one that does one: only then a key can be deleted, come back and be
/// taken for what it was.
fn beside(threads: [Vec<Task>; 2], fault: Fault) -> Result<u64, String> {
    let schedules =
        with_fault(&LEAST, fault).into_iter().map(|store| race(&store, &threads.clone().map(Thread::new), WHOLE));
    schedules.sum()
}

#[test]
fn versions_that_come_back_are_found() {
    // The deletion takes this id for its deployment, as every task of the second thread that needs one.
    let report = json!({ "name": "a", "deploymentId": Uuid::from_u128(102), "outcome": "SUCCEEDED" });
    let succeeded = call(2, M, "ReportDeployment", &report);
    // The environment goes and comes back attached to the other connection, while the first is deleted.
    let environment = [
        vec![by_id(1, E1, "Delete", 1)],
        vec![call(2, M, "DeleteEnvironment", &json!({ "name": "a" })), succeeded, create_environment(2, 2)],
    ];
    // The count of connections goes from two to none and comes back as one, while another is created.
    let count =
        [vec![create(1, "", "r1")], vec![by_id(2, E1, "Delete", 1), by_id(2, E1, "Delete", 2), create(2, "", "r1")]];
    assert_eq!(beside(environment.clone(), Fault::None), Ok(20_732));
    assert_eq!(beside(count.clone(), Fault::None), Ok(9_811));
    assert!(beside(environment, Fault::RestartsVersions).is_err());
    assert!(beside(count, Fault::RestartsVersions).is_err());
}
