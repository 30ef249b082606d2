//! Many clients at once, in front of servers inside of the test, so that the whole state can be checked at the end.
//!
//! Over memory and over a file. Where `EMULATOR_STORES` has others, such as `postgres://postgres@127.0.0.1/postgres
//! etcd:http://127.0.0.1:2379`, over two emulators on each of them, too; they are emptied before each test, so the tests
//! have to come one after the other: `.ci/emulator-stores` does that.

use std::{
    env,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use account_connections_emulator::{Emulator, Log, Options, serve};
use serde_json::json;
use tokio::{net::TcpListener, runtime::Runtime, task::JoinHandle};

use crate::support::{Client, ENVIRONMENT, MANAGEMENT, ROLE, Server, across, at_once};

/// Emulators on one store.
struct Servers {
    addresses: Vec<SocketAddr>,
    next: AtomicUsize,
}

impl Servers {
    /// A client of the next one.
    fn client(&self) -> Client {
        Client::to(self.addresses[self.next.fetch_add(1, Ordering::Relaxed) % self.addresses.len()])
    }
}

/// Runs `clients` against each store, and checks what they leave behind.
fn served(flags: &[&str], clients: fn(&Servers)) {
    served_from(flags, 1, clients);
    let directory = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", directory.path().join("state.db").display());
    served_from(&[flags, &["--store", &file]].concat(), 1, clients);
    for store in stores() {
        served_from(&[flags, &["--store", &store]].concat(), 2, clients);
    }
}

/// Those that the tests are told of, without anything in them.
fn stores() -> Vec<String> {
    let stores = env::var("EMULATOR_STORES").unwrap_or_default();
    let stores = stores.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let runtime = Runtime::new().unwrap();
    for store in &stores {
        let (address, stop, server) = start(&runtime, &emulator(&["--store", store]));
        Client::to(address).post("/_emulator/reset", &json!({})).ok();
        drop(stop);
        runtime.block_on(server).unwrap();
    }
    stores
}

fn emulator(flags: &[&str]) -> Arc<Emulator> {
    let arguments = [&["emulator"], flags].concat().into_iter().map(Into::into);
    Arc::new(Emulator::new(&Options::from_arguments(arguments).unwrap(), Log::nowhere()).unwrap())
}

/// Serves it until the sender is dropped.
fn start(
    runtime: &Runtime,
    emulator: &Arc<Emulator>,
) -> (SocketAddr, tokio::sync::oneshot::Sender<()>, JoinHandle<()>) {
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let emulator = Arc::clone(emulator);
    let server = async move { serve(listener, emulator, async { drop(stopped.await) }).await.unwrap() };
    (address, stop, runtime.spawn(server))
}

fn served_from(flags: &[&str], count: usize, clients: fn(&Servers)) {
    let runtime = Runtime::new().unwrap();
    let emulators = (0..count).map(|_| emulator(flags)).collect::<Vec<_>>();
    let started = emulators.iter().map(|emulator| start(&runtime, emulator)).collect::<Vec<_>>();
    let addresses = started.iter().map(|(address, ..)| *address).collect();
    clients(&Servers { addresses, next: AtomicUsize::new(0) });
    for (_, stop, server) in started {
        drop(stop);
        runtime.block_on(server).unwrap();
    }
    assert_eq!(emulators[0].audit().unwrap(), []);
}

/// What was instructed and not carried out, two emulators that start at once carry out once.
#[test]
fn what_is_left_is_carried_out_once() {
    let directory = tempfile::tempdir().unwrap();
    let file = format!("sqlite:{}", directory.path().join("state.db").display());
    for store in [vec![file], stores()].concat() {
        let flags = |provisioner| ["--store", &store, "--provisioner", provisioner].map(str::to_owned);
        let names = (0..20).map(|number| format!("e{number}")).collect::<Vec<_>>();
        let runtime = Runtime::new().unwrap();
        let (address, stop, server) = start(&runtime, &emulator(&flags("manual").each_ref().map(|flag| &**flag)));
        let mut client = Client::to(address);
        for name in &names {
            let role = format!("arn:aws:iam::{MANAGEMENT}:role/proton");
            let input = json!({"name": name, "templateName": "vpc", "templateMajorVersion": "1", "spec": "{}", "protonServiceRoleArn": role});
            client.call(MANAGEMENT, "CreateEnvironment", &input).ok();
        }
        drop((stop, client));
        runtime.block_on(server).unwrap();

        let start_instantly = || emulator(&flags("instant").each_ref().map(|flag| &**flag));
        let other = thread::scope(|threads| {
            let starting = threads.spawn(start_instantly);
            start_instantly();
            starting.join().unwrap()
        });
        // Whichever of them had an instruction, it is carried out by now.
        let (address, stop, server) = start(&runtime, &other);
        let mut client = Client::to(address);
        let shown = client.call(MANAGEMENT, "ListEnvironments", &json!({})).ok();
        let shown = shown["environments"].as_array().unwrap();
        assert!(shown.iter().all(|one| one["deploymentStatus"] == "SUCCEEDED"), "{store}: {shown:?}");
        let events = client.get("/_emulator/events").ok();
        assert_eq!(
            (shown.len(), events["events"].as_array().unwrap().len()),
            (names.len(), 2 * names.len()),
            "{store}"
        );
        drop((stop, client));
        runtime.block_on(server).unwrap();
        assert_eq!(other.audit().unwrap(), []);
    }
}

#[test]
fn of_64_clients_that_want_the_last_places_five_get_them() {
    served(&["--connections-per-account", "5"], |servers| {
        let input = |number| json!({"environmentName": format!("e{number}"), "managementAccountId": MANAGEMENT, "roleArn": ROLE});
        let replies = at_once(64, |number| {
            servers.client().call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &input(number))
        });
        let (created, refused) = replies.iter().partition::<Vec<_>, _>(|reply| reply.status == 200);
        assert_eq!(created.len(), 5);
        assert!(refused.iter().all(|reply| reply.kind() == "ServiceQuotaExceededException"));
    });
}

#[test]
fn of_64_clients_with_one_token_all_get_the_same_connection() {
    served(&[], |servers| {
        let input =
            json!({"environmentName": "one", "managementAccountId": MANAGEMENT, "roleArn": ROLE, "clientToken": "t"});
        let replies =
            at_once(64, |_| servers.client().call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &input).ok());
        assert!(replies.iter().all(|reply| *reply == replies[0]));
        let events = servers.client().get("/_emulator/events").ok();
        assert_eq!(events["events"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn of_those_who_accept_and_those_who_reject_the_last_word_is_a_rejection() {
    served(&[], |servers| {
        let id = servers.client().create("one");
        let replies = at_once(64, |number| {
            let operation = ["AcceptEnvironmentAccountConnection", "RejectEnvironmentAccountConnection"][number % 2];
            (number % 2, servers.client().call(MANAGEMENT, operation, &json!({ "id": id })))
        });
        for (rejected, reply) in replies {
            // Who accepts may come too late; who rejects never does.
            if reply.status != 200 {
                assert_eq!((rejected, reply.kind().as_str()), (0, "ConflictException"));
            }
        }
        let shown = servers.client().call(MANAGEMENT, "GetEnvironmentAccountConnection", &json!({ "id": id })).ok();
        assert_eq!(shown["environmentAccountConnection"]["status"], "REJECTED");
    });
}

#[test]
fn whatever_64_clients_do_no_answer_is_of_no_order() {
    served(&["--connections-per-account", "8"], |servers| {
        at_once(64, |number| {
            let mut client = servers.client();
            for step in 0..30 {
                let name = format!("e{}", (number + step) % 3);
                let listed = client.call(
                    MANAGEMENT,
                    "ListEnvironmentAccountConnections",
                    &json!({"requestedBy": "MANAGEMENT_ACCOUNT", "environmentName": name}),
                );
                let listed = listed.ok()["environmentAccountConnections"].clone();
                let id = listed[0]["id"].as_str().unwrap_or("00000000-0000-0000-0000-000000000000").to_owned();
                let one = json!({ "id": id });
                let reply = match (number * 7 + step * 5) % 8 {
                    0 | 1 => client.call(
                        ENVIRONMENT,
                        "CreateEnvironmentAccountConnection",
                        &json!({"environmentName": name, "managementAccountId": MANAGEMENT, "roleArn": ROLE}),
                    ),
                    2 => client.call(MANAGEMENT, "AcceptEnvironmentAccountConnection", &one),
                    3 => client.call(MANAGEMENT, "CreateEnvironment", &across(&name, &id)),
                    4 => client.call(MANAGEMENT, "DeleteEnvironment", &json!({ "name": name })),
                    5 => client.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &one),
                    6 => client.call(MANAGEMENT, "RejectEnvironmentAccountConnection", &one),
                    _ => client.get(&format!("/_emulator/resources/us-east-1/{ENVIRONMENT}")),
                };
                // Refused or not; never in trouble, and never with a deployment under way.
                assert!(
                    reply.status == 200 || !matches!(&*reply.kind(), "ThrottlingException" | "InternalServerException")
                );
                let environments = client.call(MANAGEMENT, "ListEnvironments", &json!({})).ok();
                assert!(!environments.to_string().contains("IN_PROGRESS"), "{environments}");
            }
        });
    });
}

#[test]
fn nobody_waits_for_a_client_that_is_slow() {
    served(&[], |servers| {
        // Half a request each, and an answer that is not fetched.
        let mut slow = (0..64).map(|_| servers.client()).collect::<Vec<_>>();
        for client in &mut slow {
            client.send(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{");
        }
        let mut quick = servers.client();
        (0..5).for_each(|number| _ = quick.create(&format!("e{number}")));
    });
}

/// A pipe holds some 64 KiB, a quarter of this log.
fn with_a_long_log() -> Server {
    let server = Server::start(&[]);
    at_once(4, |_| {
        let mut client = server.client();
        (0..1_000).for_each(|_| _ = client.call(ENVIRONMENT, "ListEnvironments", &json!({})).ok());
    });
    server
}

#[test]
fn nobody_waits_for_whoever_should_read_the_log() {
    assert_eq!(with_a_long_log().log().len(), 4_000);
}

pub(crate) fn nor_does_the_end_for_long() {
    let server = with_a_long_log();
    server.signal("TERM");
    assert_eq!(server.end_unread().code(), Some(0));
}
