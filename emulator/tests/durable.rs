//! A state in a file: everything is found again, however the emulator ended.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Duration,
};

use account_connections::{
    Memory, Service,
    clock::{RandomIds, SystemClock},
    id::Caller,
    invariant,
    operation::{CreateEnvironmentAccountConnection, Limits},
    store::{Commit, Overlay, Store as _},
};
use account_connections_sqlite::{Sqlite, rusqlite};
use serde_json::{Value, json};

use crate::support::{
    Client, ENVIRONMENT, MANAGEMENT, REGION, ROLE, Server, across, at_once, command, own, self_managed,
};

const STRANGER: &str = "999999999111";

/// A file for a state, in its own directory.
struct State {
    directory: tempfile::TempDir,
}

impl State {
    fn new() -> Self {
        Self { directory: tempfile::tempdir().unwrap() }
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("state.db")
    }

    fn start(&self, flags: &[&str]) -> Server {
        Server::start(&[&["--store", &flag(&self.path())], flags].concat())
    }

    /// Overwrites the records whose keys are like this one with an SQL expression, past all checksums.
    fn spoil(&self, text: &str, like: &str) {
        let database = rusqlite::Connection::open(self.path()).unwrap();
        let spoil = format!("UPDATE record SET record = {text} WHERE key LIKE '{like}'");
        assert!(database.execute(&spoil, []).unwrap() > 0, "{spoil}");
    }

    /// The store itself, while no emulator has it.
    fn open(&self) -> Sqlite {
        Sqlite::open(self.path()).unwrap()
    }

    /// How many instructions wait.
    fn waiting(&self) -> usize {
        self.open().instructions().read(usize::MAX).unwrap().len()
    }
}

fn flag(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn make(client: &mut Client, input: &Value) -> Value {
    client.call(MANAGEMENT, "CreateEnvironment", input).ok()["environment"].clone()
}

fn status(client: &mut Client, name: &str) -> Value {
    client.environment(name)["deploymentStatus"].clone()
}

/// Everything that can be seen.
fn all(client: &mut Client) -> Vec<Value> {
    let mut seen = Vec::new();
    for (account, side) in [(MANAGEMENT, "MANAGEMENT_ACCOUNT"), (ENVIRONMENT, "ENVIRONMENT_ACCOUNT")] {
        let listed = client.call(account, "ListEnvironmentAccountConnections", &json!({"requestedBy": side})).ok();
        for connection in listed["environmentAccountConnections"].as_array().unwrap() {
            let one = json!({"id": connection["id"]});
            seen.push(client.call(account, "GetEnvironmentAccountConnection", &one).ok());
            let tags = client.call(account, "ListTagsForResource", &json!({"resourceArn": connection["arn"]}));
            seen.push(tags.json());
        }
        let listed = client.call(account, "ListEnvironments", &json!({})).ok();
        for environment in listed["environments"].as_array().unwrap() {
            let name = &environment["name"];
            seen.push(client.environment(name.as_str().unwrap()));
            seen.push(client.call(account, "ListEnvironmentOutputs", &json!({ "environmentName": name })).ok());
            seen.push(client.call(account, "ListTagsForResource", &json!({"resourceArn": environment["arn"]})).ok());
        }
        seen.extend([listed, client.get(&format!("/_emulator/resources/{REGION}/{account}")).ok()]);
    }
    seen.push(client.get("/_emulator/events").ok());
    seen
}

#[test]
fn everything_is_found_again_after_a_restart() {
    let state = State::new();
    let server = state.start(&[]);
    let mut client = server.client();
    let [one, two, gone] = ["one", "two", "gone"].map(|name| client.connect(name));
    let rejected = client.create("three");
    client.call(MANAGEMENT, "RejectEnvironmentAccountConnection", &json!({"id": rejected})).ok();
    make(&mut client, &across("one", &one));
    make(&mut client, &own("own"));
    let repo = make(&mut client, &self_managed("repo"));
    let outputs = json!({"resourceArn": repo["arn"], "outputs": [{"key": "a", "valueString": "1"}]});
    client.call(MANAGEMENT, "NotifyResourceDeploymentStatusChange", &outputs).ok();
    // One environment has lost its connection, and its resources not yet; of another one only they are left over.
    for (name, connection) in [("two", &two), ("gone", &gone)] {
        make(&mut client, &across(name, connection));
        client.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &json!({ "id": connection })).ok();
    }
    client.call(MANAGEMENT, "DeleteEnvironment", &json!({"name": "gone"})).ok();
    let arn = format!("arn:aws:proton:us-east-1:{ENVIRONMENT}:environment-account-connection/{one}");
    let tags = json!({"resourceArn": arn, "tags": [{"key": "team", "value": "a"}]});
    client.call(ENVIRONMENT, "TagResource", &tags).ok();
    let mut token = json!({"environmentName": "four", "managementAccountId": MANAGEMENT, "roleArn": ROLE});
    token["clientToken"] = "t".into();
    let four = client.call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &token).ok();
    let mut page = json!({"requestedBy": "MANAGEMENT_ACCOUNT", "maxResults": 1});
    let first = client.call(MANAGEMENT, "ListEnvironmentAccountConnections", &page).ok();
    page["nextToken"] = first["nextToken"].clone();
    let second = client.call(MANAGEMENT, "ListEnvironmentAccountConnections", &page).ok();

    let before = all(&mut client);
    assert!(before.len() > 15 && before.last().unwrap()["events"].as_array().unwrap().len() > 10);
    server.log();
    for _ in 0..2 {
        let server = state.start(&[]);
        let mut client = server.client();
        assert_eq!(all(&mut client), before);
        assert_eq!(client.call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &token).ok(), four);
        assert_eq!(client.call(MANAGEMENT, "ListEnvironmentAccountConnections", &page).ok(), second);
        server.log();
    }
}

#[test]
fn what_was_answered_survives_a_kill() {
    let (killed, answered) = (8, AtomicUsize::new(0));
    let state = State::new();
    let mut kept: Vec<(String, String)> = Vec::new();
    for kill in 0..killed {
        let server = state.start(&[]);
        let (address, kept_now) = (server.address, kept.len());
        let died = thread::scope(|scope| {
            let answered = &answered;
            let clients = (0..6).map(|number| {
                scope.spawn(move || busy(&mut Client::to(address), &format!("k{kill}c{number}"), answered))
            });
            let clients = clients.collect::<Vec<_>>();
            // It dies in the middle, whatever the machine's speed.
            let goal = answered.load(Ordering::SeqCst) + 30 + 17 * kill;
            while answered.load(Ordering::SeqCst) < goal {
                thread::sleep(Duration::from_millis(1));
            }
            server.signal("KILL");
            clients.into_iter().map(|client| client.join().unwrap()).collect::<Vec<_>>()
        });
        drop(server);
        kept.extend(died.into_iter().flatten());
        assert!(kept.len() > kept_now);

        let mut store = state.open();
        store.verify().unwrap();
        let records = store.records().unwrap();
        assert_eq!(invariant::check(records.iter().map(|entry| (&entry.key, &entry.record)), Limits::default()), []);
        drop(store);
        assert_eq!(state.waiting(), 0, "an instruction was committed and not carried out");
    }
    let server = state.start(&[]);
    let mut client = server.client();
    for (name, id) in &kept {
        let shown = client.call(ENVIRONMENT, "GetEnvironmentAccountConnection", &json!({"id": id})).ok();
        assert_eq!(shown["environmentAccountConnection"]["status"], "CONNECTED");
        assert_eq!(status(&mut client, name), "SUCCEEDED");
    }
    println!("{killed} kills, {} answered calls, {} environments found again", answered.into_inner(), kept.len());
}

/// Makes connections and environments until the emulator dies: the environments that were answered, and their
/// connections.
fn busy(client: &mut Client, prefix: &str, answered: &AtomicUsize) -> Vec<(String, String)> {
    let mut kept = Vec::new();
    for number in 0.. {
        let name = format!("{prefix}n{number}");
        let mut call = |account: &str, operation: &str, input: &Value| {
            let reply = client.try_call(account, operation, input)?;
            answered.fetch_add(1, Ordering::SeqCst);
            Some(reply.ok())
        };
        let input = json!({"environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": ROLE});
        let Some(created) = call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &input) else { break };
        let id = created["environmentAccountConnection"]["id"].as_str().unwrap().to_owned();
        let accepted = call(MANAGEMENT, "AcceptEnvironmentAccountConnection", &json!({"id": id}));
        if accepted.is_none() || call(MANAGEMENT, "CreateEnvironment", &across(&name, &id)).is_none() {
            break;
        }
        kept.push((name, id));
    }
    kept
}

#[test]
fn instructions_that_were_left_are_carried_out_at_the_next_start() {
    let state = State::new();
    let server = state.start(&["--provisioner", "manual"]);
    let mut client = server.client();
    let report = |client: &mut Client, name: &str, outcome: &str| {
        client.post(&format!("/_emulator/report/{REGION}/{MANAGEMENT}/{name}"), &json!({"outcome": outcome})).ok();
    };
    let orphan = client.connect("orphan");
    make(&mut client, &across("orphan", &orphan));
    for name in ["new", "updated", "cancelled", "deleted", "reported"] {
        make(&mut client, &own(name));
    }
    make(&mut client, &self_managed("repo"));
    for name in ["updated", "cancelled", "deleted", "reported"] {
        report(&mut client, name, "SUCCEEDED");
    }
    for name in ["updated", "cancelled"] {
        let update = json!({"name": name, "deploymentType": "CURRENT_VERSION", "spec": "c: d"});
        client.call(MANAGEMENT, "UpdateEnvironment", &update).ok();
    }
    client.call(MANAGEMENT, "CancelEnvironmentDeployment", &json!({"environmentName": "cancelled"})).ok();
    client.call(MANAGEMENT, "DeleteEnvironment", &json!({"name": "deleted"})).ok();
    client.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &json!({"id": orphan})).ok();
    server.signal("KILL");
    drop(server);
    assert_eq!(state.waiting(), 11);

    // Who carries nothing out only forgets what nobody waits for any more.
    state.start(&["--provisioner", "manual"]).log();
    assert_eq!(state.waiting(), 6, "new, updated, cancelled (two), deleted, repo");

    let server = state.start(&["--provisioner", "instant"]);
    let mut client = server.client();
    for (name, expected) in [
        ("new", "SUCCEEDED"),
        ("updated", "SUCCEEDED"),
        ("cancelled", "CANCELLED"),
        ("reported", "SUCCEEDED"),
        ("orphan", "FAILED"),
        // Its owner's to report.
        ("repo", "IN_PROGRESS"),
    ] {
        assert_eq!(status(&mut client, name), expected, "{name}");
    }
    assert_eq!(
        (&client.environment("updated")["spec"], &client.environment("cancelled")["spec"]),
        (&json!("c: d"), &json!("a: b"))
    );
    let gone = client.call(MANAGEMENT, "GetEnvironment", &json!({"name": "deleted"}));
    assert_eq!(gone.kind(), "ResourceNotFoundException");
    let seen = client.get(&format!("/_emulator/resources/{REGION}/{MANAGEMENT}")).ok();
    let names = seen["resources"].as_array().unwrap().iter().map(|resource| resource["name"].as_str().unwrap());
    let mut names = names.collect::<Vec<_>>();
    names.sort_unstable();
    assert_eq!(names, ["AWSProton-new", "AWSProton-updated"]);
    // Nor does it leave any itself.
    let update = json!({"name": "new", "deploymentType": "CURRENT_VERSION", "spec": "c: d"});
    client.call(MANAGEMENT, "UpdateEnvironment", &update).ok();
    client.call(MANAGEMENT, "DeleteEnvironment", &json!({"name": "new"})).ok();
    assert!(server.log().iter().all(|line| !line.contains("left")));
    assert_eq!(state.waiting(), 0);
}

#[test]
fn reset_forgets_everything_for_good() {
    let state = State::new();
    let server = state.start(&["--provisioner", "manual"]);
    let mut client = server.client();
    let nothing = all(&mut client);
    let one = client.connect("one");
    make(&mut client, &across("one", &one));
    assert_ne!(all(&mut client), nothing);
    client.post("/_emulator/reset", &json!({})).ok();
    assert_eq!(all(&mut client), nothing);
    server.log();
    assert_eq!(state.waiting(), 0);
    let server = state.start(&[]);
    assert_eq!(all(&mut server.client()), nothing);
    server.client().connect("one");
}

#[test]
fn the_last_10_000_events_are_kept() {
    let state = State::new();
    let mut connections = Service::new(Overlay::new(Memory::new()), SystemClock, RandomIds);
    let caller = Caller::new(ENVIRONMENT.parse().unwrap(), REGION.parse().unwrap());
    let (name, management, role) = ("one".parse().unwrap(), MANAGEMENT.parse().unwrap(), ROLE.parse().unwrap());
    let create = CreateEnvironmentAccountConnection::new(name, management, role);
    for _ in 0..5_100 {
        let id = connections.create(caller, create.clone()).unwrap().summary.id;
        connections.delete(caller, id).unwrap();
    }
    let batch = connections.store().clone().into_batch().unwrap();
    let mut told = batch.events().iter().map(|event| json!(event.event_bridge())).collect::<Vec<_>>();
    assert_eq!(state.open().commit(&batch).unwrap(), Commit::Committed);

    let server = state.start(&[]);
    let mut client = server.client();
    let shown = |client: &mut Client| client.get("/_emulator/events").ok()["events"].as_array().unwrap().clone();
    assert_eq!(shown(&mut client), told[200..]);
    for _ in 0..600 {
        let id = client.create("one");
        client.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &json!({ "id": id })).ok();
    }
    let now = shown(&mut client);
    told.extend_from_slice(&now[8_800..]);
    assert_eq!(now, told[1_400..]);
    server.log();
    // Old ones do not pile up while it runs, either.
    assert!(state.open().events().read(usize::MAX).unwrap().len() < 10_300);
}

#[test]
fn several_emulators_on_one_file_have_one_state() {
    let state = State::new();
    let servers = [(); 2].map(|()| state.start(&["--connections-per-account", "5"]));
    let id = servers[0].client().create("one");
    servers[1].client().call(MANAGEMENT, "AcceptEnvironmentAccountConnection", &json!({ "id": id })).ok();
    make(&mut servers[0].client(), &across("one", &id));
    assert_eq!(status(&mut servers[1].client(), "one"), "SUCCEEDED");
    let replies = at_once(16, |number| {
        let input = json!({"environmentName": "x", "managementAccountId": MANAGEMENT, "roleArn": ROLE});
        servers[number % 2].client().call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &input).status
    });
    assert_eq!(replies.iter().filter(|status| **status == 200).count(), 4);
}

#[test]
fn who_reads_does_not_wait_for_who_writes() {
    let state = State::new();
    let server = state.start(&[]);
    let id = server.client().connect("one");
    let locked = rusqlite::Connection::open(state.path()).unwrap();
    locked.execute_batch("BEGIN IMMEDIATE").unwrap();
    thread::scope(|scope| {
        let writers = (0..20).map(|number| {
            let mut client = server.client();
            scope.spawn(move || client.call(MANAGEMENT, "CreateEnvironment", &own(&format!("e{number}"))).ok())
        });
        let writers = writers.collect::<Vec<_>>();
        let mut client = server.client();
        for _ in 0..40 {
            client.call(ENVIRONMENT, "GetEnvironmentAccountConnection", &json!({ "id": id })).ok();
            client.call(MANAGEMENT, "ListEnvironments", &json!({})).ok();
            client.get("/_emulator/events").ok();
            // Refused, so nothing is to be written.
            let refused = client.call(ENVIRONMENT, "AcceptEnvironmentAccountConnection", &json!({ "id": id }));
            assert_eq!(refused.kind(), "AccessDeniedException");
        }
        assert!(writers.iter().all(|writer| !writer.is_finished()));
        locked.execute_batch("ROLLBACK").unwrap();
        for writer in writers {
            assert_eq!(writer.join().unwrap()["environment"]["deploymentStatus"], "IN_PROGRESS");
        }
        assert_eq!(client.call(MANAGEMENT, "ListEnvironments", &json!({})).text.matches("SUCCEEDED").count(), 20);
    });
}

/// All have decided on the same count before the first of them can commit. Each loses one race at the most.
#[test]
fn of_48_clients_that_come_at_once_none_is_turned_away() {
    let state = State::new();
    let server = state.start(&[]);
    let mut clients = (0..48).map(|_| server.client()).collect::<Vec<_>>();
    clients[0].create("first");
    let locked = rusqlite::Connection::open(state.path()).unwrap();
    locked.execute_batch("BEGIN IMMEDIATE").unwrap();
    thread::scope(|scope| {
        let waiting = clients.iter_mut().map(|client| scope.spawn(|| client.create("one"))).collect::<Vec<_>>();
        thread::sleep(Duration::from_millis(500));
        locked.execute_batch("ROLLBACK").unwrap();
        waiting.into_iter().for_each(|client| drop(client.join().unwrap()));
    });
}

#[test]
fn a_database_that_cannot_be_used_is_one_line_and_status_1() {
    let state = State::new();
    let directory = state.directory.path();
    let file = |name: &str| directory.join(name);
    fs::write(file("text"), "no database at all, but a text of some length\n".repeat(100)).unwrap();
    let other = |name: &str, sql: &str| {
        rusqlite::Connection::open(file(name)).unwrap().execute_batch(sql).unwrap();
    };
    other("another", "CREATE TABLE mine (x); PRAGMA application_id = 7");
    drop(Sqlite::open(file("newer")).unwrap());
    other("newer", "PRAGMA user_version = 999");
    let cases = [
        (directory.to_owned(), "has to be a file in a directory that exists"),
        (file("none").join("state.db"), "has to be a file in a directory that exists"),
        (file("text"), "is not an SQLite database"),
        (file("another"), "is the database of another program"),
        (file("newer"), "has schema version 999"),
        (PathBuf::from(":memory:"), "cannot be used with a write-ahead log"),
    ];
    for (path, why) in cases {
        let before = fs::read(&path).ok();
        let output = command(&["--listen", "127.0.0.1:0", "--store", &flag(&path)]).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{path:?}: {stderr}");
        assert!(output.stdout.is_empty());
        assert!(stderr.starts_with(&format!("error: `{}` ", path.display())), "{stderr}");
        assert!(stderr.contains(why) && stderr.matches('\n').count() == 1, "{stderr}");
        assert_eq!(fs::read(&path).ok(), before, "{path:?} was changed");
    }
}

#[test]
fn trouble_of_the_store_is_told_to_the_log_and_not_to_the_caller() {
    let state = State::new();
    let server = state.start(&[]);
    let mut client = server.client();
    let id = client.create("one");
    make(&mut client, &own("own"));
    state.spoil("json_set(record, '$.connection.status', 'SPOILED')", "connection %");
    state.spoil("'{}'", "% resources");
    let (kind, message) = client.call(ENVIRONMENT, "GetEnvironmentAccountConnection", &json!({ "id": id })).error();
    assert_eq!((kind.as_str(), message.as_str()), ("InternalServerException", "the service is in trouble"));
    // The update itself reads no resources. Its report does, and nothing was written then.
    let before = client.environment("own");
    let update = json!({"name": "own", "deploymentType": "CURRENT_VERSION"});
    assert_eq!(client.call(MANAGEMENT, "UpdateEnvironment", &update).kind(), "InternalServerException");
    assert_eq!(client.environment("own"), before);
    let log = server.log();
    for key in [format!("connection {REGION} {id}"), format!("environment {REGION} {MANAGEMENT} own resources")] {
        let told = format!("InternalServerException: the record under the key `{key}` cannot be read");
        assert_eq!(log.iter().filter(|line| line.contains(&told)).count(), 1, "{log:?}");
    }
}

#[test]
fn a_damaged_connection_is_trouble_for_its_parties_and_does_not_exist_for_a_stranger() {
    let spoiled = "json_set(record, '$.connection.status', 'SPOILED')";
    let untold = [(ENVIRONMENT, false), (MANAGEMENT, false), (STRANGER, false)];
    let told = [(ENVIRONMENT, true), (MANAGEMENT, true), (STRANGER, false)];
    for (text, accounts) in [("'no JSON'", untold), ("CAST(x'00ff' AS TEXT)", untold), (spoiled, told)] {
        let state = State::new();
        let server = state.start(&[]);
        let mut client = server.client();
        let (id, unknown) = (client.connect("one"), "00000000-0000-4000-8000-000000000000");
        state.spoil(text, "connection %");
        for (account, is_told) in accounts {
            for operation in ["Get", "Accept", "Reject", "Update", "Delete", "CreateEnvironment", "ListTags", "Tag"] {
                let mut ask = |id: &str| {
                    let (operation, input) = about(operation, id);
                    let reply = client.call(account, &operation, &input);
                    (reply.status, reply.text.replace(id, "<id>"))
                };
                let (found, absent) = (ask(&id), ask(unknown));
                if is_told {
                    assert!(found.1.contains("InternalServerException"), "{operation} by {account}: {found:?}");
                } else {
                    assert_eq!(found, absent, "{operation} by {account}, over {text}");
                }
            }
        }
    }
}

/// An operation on a connection, by a short name, and its input.
fn about(operation: &str, id: &str) -> (String, Value) {
    let arn = format!("arn:aws:proton:{REGION}:{ENVIRONMENT}:environment-account-connection/{id}");
    match operation {
        "CreateEnvironment" => (operation.into(), across("one", id)),
        "ListTags" => ("ListTagsForResource".into(), json!({ "resourceArn": arn })),
        "Tag" => ("TagResource".into(), json!({"resourceArn": arn, "tags": [{"key": "team", "value": "a"}]})),
        verb => {
            let mut input = json!({ "id": id });
            if verb == "Update" {
                input["roleArn"] = ROLE.into();
            }
            (format!("{verb}EnvironmentAccountConnection"), input)
        }
    }
}
