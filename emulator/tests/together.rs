//! Many clients at once, in front of a server inside of the test, so that the whole state can be checked at the end.

use std::{net::SocketAddr, sync::Arc};

use account_connections_emulator::{Emulator, Log, Options, serve};
use serde_json::json;

use crate::support::{Client, ENVIRONMENT, MANAGEMENT, ROLE, Server, across, at_once};

/// Runs `clients` against a server with each store, and checks what they leave behind.
fn served(flags: &[&str], clients: fn(SocketAddr)) {
    served_from(flags, clients);
    let directory = tempfile::tempdir().unwrap();
    let store = format!("sqlite:{}", directory.path().join("state.db").display());
    served_from(&[flags, &["--store", &store]].concat(), clients);
}

fn served_from(flags: &[&str], clients: fn(SocketAddr)) {
    let arguments = [&["emulator"], flags].concat().into_iter().map(Into::into);
    let options = Options::from_arguments(arguments).unwrap();
    let emulator = Arc::new(Emulator::new(&options, Log::nowhere()).unwrap());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let clients = tokio::task::spawn_blocking(move || clients(address));
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let server = tokio::spawn(serve(listener, Arc::clone(&emulator), async { drop(stopped.await) }));
        clients.await.unwrap();
        drop(stop);
        server.await.unwrap().unwrap();
    });
    assert_eq!(emulator.audit().unwrap(), []);
}

#[test]
fn of_64_clients_that_want_the_last_places_five_get_them() {
    served(&["--connections-per-account", "5"], |address| {
        let input = |number| json!({"environmentName": format!("e{number}"), "managementAccountId": MANAGEMENT, "roleArn": ROLE});
        let replies = at_once(64, |number| {
            Client::to(address).call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &input(number))
        });
        let (created, refused) = replies.iter().partition::<Vec<_>, _>(|reply| reply.status == 200);
        assert_eq!(created.len(), 5);
        assert!(refused.iter().all(|reply| reply.kind() == "ServiceQuotaExceededException"));
    });
}

#[test]
fn of_64_clients_with_one_token_all_get_the_same_connection() {
    served(&[], |address| {
        let input =
            json!({"environmentName": "one", "managementAccountId": MANAGEMENT, "roleArn": ROLE, "clientToken": "t"});
        let replies =
            at_once(64, |_| Client::to(address).call(ENVIRONMENT, "CreateEnvironmentAccountConnection", &input).ok());
        assert!(replies.iter().all(|reply| *reply == replies[0]));
        let events = Client::to(address).get("/_emulator/events").ok();
        assert_eq!(events["events"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn of_those_who_accept_and_those_who_reject_the_last_word_is_a_rejection() {
    served(&[], |address| {
        let id = Client::to(address).create("one");
        let replies = at_once(64, |number| {
            let operation = ["AcceptEnvironmentAccountConnection", "RejectEnvironmentAccountConnection"][number % 2];
            (number % 2, Client::to(address).call(MANAGEMENT, operation, &json!({ "id": id })))
        });
        for (rejected, reply) in replies {
            // Who accepts may come too late; who rejects never does.
            if reply.status != 200 {
                assert_eq!((rejected, reply.kind().as_str()), (0, "ConflictException"));
            }
        }
        let shown = Client::to(address).call(MANAGEMENT, "GetEnvironmentAccountConnection", &json!({ "id": id })).ok();
        assert_eq!(shown["environmentAccountConnection"]["status"], "REJECTED");
    });
}

#[test]
fn whatever_64_clients_do_no_answer_is_of_no_order() {
    served(&["--connections-per-account", "8"], |address| {
        at_once(64, |number| {
            let mut client = Client::to(address);
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
    served(&[], |address| {
        // Half a request each, and an answer that is not fetched.
        let mut slow = (0..64).map(|_| Client::to(address)).collect::<Vec<_>>();
        for client in &mut slow {
            client.send(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{");
        }
        let mut quick = Client::to(address);
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

#[test]
fn nor_does_the_end_for_long() {
    let server = with_a_long_log();
    server.signal("TERM");
    assert_eq!(server.end_unread().code(), Some(0));
}
