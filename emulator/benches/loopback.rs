//! How many calls a second the emulator answers over loopback, how long one takes, and the processor's time for one as a
//! ratio to that of a bare handler of the same library with the same sizes, in turns: eight clients, each with one
//! connection that is kept alive, bounded in count and in time.
//!
//! `cargo bench -p account-connections-emulator --bench loopback`. Clients and emulator share the machine.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "it measures time; what fails, fails loudly")]
#![allow(clippy::indexing_slicing, reason = "what fails, fails loudly")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::{
    env,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::json;
use support::{Client, ENVIRONMENT, MANAGEMENT, ROLE, Reply, Server, at_once};

const CLIENTS: usize = 8;
/// The most calls of each client, and the longest time.
const CALLS: usize = 20_000;
const TIME: Duration = Duration::from_secs(5);
/// How often the bare handler and the emulator take turns.
const TURNS: usize = 5;
/// The variable that makes this program a bare handler, with the size of its answers.
const BARE: &str = "BARE_HANDLER_WITH_ANSWERS_OF";

fn main() {
    if let Ok(size) = env::var(BARE) {
        return bare(size.parse().unwrap());
    }
    // `cargo test --benches` only wants to know that it runs.
    let calls = if env::args().any(|argument| argument == "--bench") { CALLS } else { 20 };
    compare(calls / TURNS);
    let get = |client: &mut Client, turn: &mut Turn<'_>| {
        client.call(turn.account, "GetEnvironmentAccountConnection", &json!({ "id": turn.id }))
    };
    measure("GetEnvironmentAccountConnection", calls, get);
    let list = |client: &mut Client, _: &mut Turn<'_>| {
        let input = json!({"requestedBy": "MANAGEMENT_ACCOUNT", "maxResults": 20});
        client.call(MANAGEMENT, "ListEnvironmentAccountConnections", &input)
    };
    measure("ListEnvironmentAccountConnections, 20 a page", calls, list);
    let write = |client: &mut Client, turn: &mut Turn<'_>| match turn.made.take() {
        None => {
            let reply = client.call(turn.account, "CreateEnvironmentAccountConnection", &creation(turn.account));
            turn.made = made(&reply);
            reply
        }
        Some(id) => client.call(turn.account, "DeleteEnvironmentAccountConnection", &json!({ "id": id })),
    };
    measure("Create- and DeleteEnvironmentAccountConnection", calls, write);
}

/// Reads each body, and answers with one of this size.
fn bare(size: usize) {
    let body = "x".repeat(size);
    let handler = move |_: axum::body::Bytes| std::future::ready(body.clone());
    let router = axum::Router::new().route("/", axum::routing::post(handler));
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("listening on http://{}", listener.local_addr().unwrap());
        axum::serve(axum::serve::ListenerExt::tap_io(listener, |stream| drop(stream.set_nodelay(true))), router)
            .await
            .unwrap();
    });
}

/// The processor's time of a get, as a ratio.
fn compare(calls: usize) {
    let emulator = Server::start_with(&[], Stdio::null());
    let id = emulator.client().create("one");
    let input = json!({ "id": id });
    let answer = emulator.client().call(ENVIRONMENT, "GetEnvironmentAccountConnection", &input).text;
    let mut bare = Command::new(env::current_exe().unwrap());
    bare.env(BARE, answer.len().to_string()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let bare = Server::spawned(&mut bare);
    let block = |server: &Server| {
        let before = server.processor_time();
        let counts = at_once(CLIENTS, |_| {
            let mut client = Client::to(server.address);
            for _ in 0..calls {
                let reply = client.call(ENVIRONMENT, "GetEnvironmentAccountConnection", &input);
                assert_eq!((reply.status, reply.text.len()), (200, answer.len()), "{reply:?}");
            }
            calls
        });
        (server.processor_time() - before).as_secs_f64() * 1e6 / counts.iter().sum::<usize>() as f64
    };
    // Both are warm.
    block(&bare);
    block(&emulator);
    let mut took = (0..TURNS).map(|_| (block(&bare), block(&emulator))).collect::<Vec<_>>();
    took.sort_by(|one, other| (one.1 / one.0).total_cmp(&(other.1 / other.0)));
    let (bare, emulator) = took[TURNS / 2];
    println!(
        "processor's time of a get: {emulator:.1} µs, bare {bare:.1} µs: {:.2} times (limit 1.4; {:.2} to {:.2})",
        emulator / bare,
        took[0].1 / took[0].0,
        took[TURNS - 1].1 / took[TURNS - 1].0,
    );
}

/// What a client calls with.
struct Turn<'t> {
    account: &'t str,
    /// A connection that is there all the time.
    id: &'t str,
    /// The connection that the call before made.
    made: Option<String>,
}

fn creation(account: &str) -> serde_json::Value {
    json!({"environmentName": "one", "managementAccountId": MANAGEMENT, "roleArn": ROLE.replace(ENVIRONMENT, account)})
}

/// The connection that a reply shows, where it shows one.
fn made(reply: &Reply) -> Option<String> {
    Some(reply.json().get("environmentAccountConnection")?.get("id")?.as_str()?.into())
}

/// Has each client make this many calls, and says how long they took.
fn measure(what: &str, calls: usize, call: impl Fn(&mut Client, &mut Turn<'_>) -> Reply + Sync) {
    let server = Server::start_with(&[], Stdio::null());
    // A store with something in it: 100 accounts with 4 connections each.
    let mut client = Client::to(server.address);
    for number in 0..400 {
        let account = format!("{:012}", number / 4);
        client.call(&account, "CreateEnvironmentAccountConnection", &creation(&account)).ok();
    }
    let began = Instant::now();
    let took = at_once(CLIENTS, |number| {
        let (mut client, account) = (Client::to(server.address), format!("5{number:011}"));
        let kept = client.call(&account, "CreateEnvironmentAccountConnection", &creation(&account));
        let kept = made(&kept).unwrap();
        let (mut turn, mut took) = (Turn { account: &account, id: &kept, made: None }, Vec::with_capacity(calls));
        for _ in 0..calls {
            let sent = Instant::now();
            let reply = call(&mut client, &mut turn);
            took.push(sent.elapsed());
            assert_eq!(reply.status, 200, "{reply:?}");
            if began.elapsed() > TIME {
                break;
            }
        }
        took
    });
    let seconds = began.elapsed().as_secs_f64();
    let mut took = took.concat();
    took.sort_unstable();
    let percentile = |part: usize| took.get((took.len() * part / 100).min(took.len() - 1)).unwrap().as_secs_f64() * 1e6;
    let rate = took.len() as f64 / seconds;
    println!(
        "{what}: {rate:.0} requests a second, 50% within {:.0} µs, 99% within {:.0} µs ({} calls, {CLIENTS} connections)",
        percentile(50),
        percentile(99),
        took.len(),
    );
}
