//! How long the crate takes from the bytes of a request to the bytes of its response, against `serde_json` with structs
//! written by hand.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench wire               # everything, a minute
//! cargo bench -p account-connections-benches --bench wire -- accept     # the rows with `accept` in their names
//! ```
//!
//! The other side parses the same request into a struct, and prints the same response from one that is there already: it
//! checks no shapes and decides nothing. The limits are those of the project: to decode, decide and encode an accept, and
//! a page of 100 connections, takes at most one and a half times that time. That is the functions of these names, with what
//! the decision reads loaded before, and the batch that it makes. The rows with the steps of [`Step`], which decides again
//! after each load, and with the store in memory are for information. Nothing fails where a limit is exceeded: the output
//! says so.

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, and ends at the first broken assumption"
)]

#[allow(dead_code, unused_imports, reason = "each benchmark uses its own part of this")]
mod baseline;
#[allow(dead_code, unused_imports, reason = "each benchmark uses its own part of this")]
mod support;

use std::{hint::black_box, time::Duration};

use account_connections::{
    Memory, Outcome, Step,
    decide::{Reads, Stop, decide},
    drive,
    id::Side,
    id::{Caller, Timestamp},
    operation::{Answer, Context, ListEnvironmentAccountConnections, Operation},
    store::{Commit, Entry, Store as _, Versioned},
    wire::{self, Response},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use support::{Pair, Rows, World, ours, theirs};
use uuid::Uuid;

/// At most this many times the time of the structs written by hand.
const LIMIT: Option<f64> = Some(1.5);

/// How many calls one side makes before it is the other's turn.
const CALLS: usize = 16;
const PAGES: usize = 4;

/// A request as it comes in, and the response that it gets.
struct Exchange {
    target: String,
    body: Vec<u8>,
    context: Context,
    response: Value,
    /// The other side: it parses the request and prints this response.
    by_hand: Box<ByHand>,
}

type ByHand = dyn Fn(&[u8]) -> Vec<u8>;

fn main() {
    let mut world = World::of(1_000);
    let accepts = world.take_pending(100);
    let list = ListEnvironmentAccountConnections::new(Side::ManagementAccount);
    let pages = world.full_pages(&list);
    let store = &world.sides.store;
    let accepts = accepts.iter().map(|known| {
        let body = json!({ "id": known.id });
        let caller = known.caller(Side::ManagementAccount);
        Exchange::of::<AcceptInput, ConnectionOutput>("AcceptEnvironmentAccountConnection", &body, caller, store)
    });
    let pages = pages.iter().map(|page| {
        let body = serde_json::to_value(&page.request).unwrap();
        Exchange::of::<ListInput, ListOutput>("ListEnvironmentAccountConnections", &body, page.caller, store)
    });
    let (accepts, pages) = (accepts.collect::<Vec<_>>(), pages.collect::<Vec<_>>());
    assert!(pages.iter().all(|page| page.response["environmentAccountConnections"][99].is_object()));

    let mut rows = Rows::from_args();
    for (name, exchanges, most) in [("accept", &accepts, CALLS), ("page of 100", &pages, PAGES)] {
        let (mut reads, mut next) = (store.clone(), 0);
        rows.measure(&format!("{name}: decode, decide, encode"), LIMIT, most, |calls| {
            next += 1;
            both(&chosen(exchanges, next, calls), next, |these| once(&mut reads, these))
        });
        let (mut reads, mut next) = (store.clone(), 0);
        rows.measure(&format!("{name}: with every step, without the store"), None, most, |calls| {
            next += 1;
            both(&chosen(exchanges, next, calls), next, |these| without_store(&mut reads, these))
        });
        rows.measure(&format!("{name}: with the store in memory"), None, most, |calls| {
            next += 1;
            // What a block of accepts writes is not there for the next one.
            let mut written = store.clone();
            both(&chosen(exchanges, next, calls), next, |these| with_store(&mut written, these))
        });
    }
    println!("{rows}");
}

impl Exchange {
    fn of<I: DeserializeOwned, O: DeserializeOwned + Serialize + 'static>(
        operation: &str,
        body: &Value,
        caller: Caller,
        store: &Memory,
    ) -> Self {
        let now = Timestamp::from_unix_millis(1_700_000_000_123).unwrap();
        let (target, body) = (format!("{}{operation}", wire::TARGET_PREFIX), body.to_string().into_bytes());
        let context = Context::new(caller, now, Uuid::nil());
        let response = wire::serve(&mut store.clone(), &target, &body, context).response;
        assert_eq!(response.status, 200);
        let output = serde_json::from_slice::<O>(&response.body).unwrap();
        let by_hand = Box::new(move |body: &[u8]| {
            black_box(serde_json::from_slice::<I>(body).unwrap());
            serde_json::to_vec(&output).unwrap()
        });
        Self { target, body, context, response: serde_json::from_slice(&response.body).unwrap(), by_hand }
    }
}

#[derive(Deserialize)]
struct AcceptInput {
    #[expect(dead_code, reason = "it is only parsed")]
    id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "it is only parsed")]
struct ListInput {
    requested_by: String,
    environment_name: Option<String>,
    statuses: Option<Vec<String>>,
    max_results: Option<u32>,
    next_token: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ConnectionOutput {
    environment_account_connection: Connection,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct ListOutput {
    environment_account_connections: Vec<Connection>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Connection {
    arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    codebuild_role_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    component_role_arn: Option<String>,
    environment_account_id: String,
    environment_name: String,
    id: String,
    last_modified_at: f64,
    management_account_id: String,
    requested_at: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_arn: Option<String>,
    status: String,
}

/// This many exchanges, others each time.
fn chosen(exchanges: &[Exchange], turn: usize, count: usize) -> Vec<&Exchange> {
    exchanges.iter().cycle().skip(turn * count % exchanges.len()).take(count).collect()
}

/// Both sides, the one first and then the other; their responses are the same.
fn both(these: &[&Exchange], turn: usize, served: impl FnOnce(&[&Exchange]) -> (Duration, Vec<Response>)) -> Pair {
    let (pair, responses, printed) = support::both(!turn.is_multiple_of(2), || served(these), || by_hand(these));
    for ((exchange, response), printed) in these.iter().zip(&responses).zip(&printed) {
        let read = |body: &[u8]| serde_json::from_slice::<Value>(body).unwrap();
        assert_eq!(read(&response.body), exchange.response);
        assert_eq!(read(printed), exchange.response);
    }
    pair
}

/// Parses the requests and prints the responses.
fn by_hand(these: &[&Exchange]) -> (Duration, Vec<Vec<u8>>) {
    theirs(|| these.iter().map(|exchange| (exchange.by_hand)(&exchange.body)).collect())
}

/// Decodes, decides with all that is read, and encodes.
fn once(store: &mut Memory, these: &[&Exchange]) -> (Duration, Vec<Response>) {
    let reads = these.iter().map(|exchange| reads(store, exchange)).collect::<Vec<_>>();
    let once = |(Exchange { target, body, context, .. }, reads): (&&Exchange, _)| {
        let decided = decide(&wire::decode(target, body).unwrap(), context, reads).unwrap();
        black_box(decided.batch());
        wire::encode(&decided.into_result())
    };
    ours(|| these.iter().zip(&reads).map(once).collect())
}

/// All that a request reads.
fn reads(store: &mut Memory, Exchange { target, body, context, .. }: &Exchange) -> Reads {
    let operation = wire::decode(target, body).unwrap();
    let mut reads = Reads::new();
    loop {
        match decide(&operation, context, &reads) {
            Ok(_) => return reads,
            Err(Stop::Load(keys)) => {
                let Ok(found) = store.load(&keys);
                reads.loaded(keys, found).unwrap();
            }
            Err(Stop::Scan(scan)) => {
                let Ok(found) = store.scan(&scan);
                reads.scanned(scan, found).unwrap();
            }
            Err(stop) => panic!("{stop:?}"),
        }
    }
}

/// Decodes, brings to an outcome and encodes: of the time that goes by, only that between what the store is asked.
///
/// All of them take each step before any takes the next, so that the clock is read seldom.
fn without_store(store: &mut Memory, these: &[&Exchange]) -> (Duration, Vec<Response>) {
    let mut took = Duration::ZERO;
    let mut responses = Vec::with_capacity(these.len());
    let mut steps = Vec::with_capacity(these.len());
    let mut answered = Vec::with_capacity(these.len());

    let (first, ()) = ours(|| {
        for Exchange { target, body, context, .. } in these {
            steps.push(Step::begin(wire::decode(target, body).unwrap(), *context));
        }
    });
    took += first;
    while !steps.is_empty() {
        answered.extend(steps.drain(..).map(|step| Answered::by(store, step)));
        let (next, ()) = ours(|| {
            for answered in answered.drain(..) {
                match answered {
                    Answered::Loaded(load, found) => steps.push(load.resume(found)),
                    Answered::Scanned(scan, found) => steps.push(scan.resume(found)),
                    Answered::Committed(commit) => steps.push(commit.resume(Commit::Committed)),
                    Answered::Done(outcome) => responses.push(wire::encode(&outcome.result)),
                }
            }
        });
        took += next;
    }
    (took, responses)
}

/// A step, and what the store answers to it.
enum Answered {
    Loaded(drive::Loading<Operation>, Vec<Option<Versioned>>),
    Scanned(drive::Scanning<Operation>, Vec<Vec<Entry>>),
    /// As if it had been written: the next block accepts the same ones.
    Committed(drive::Committing<Operation>),
    Done(Outcome<Answer>),
}

impl Answered {
    fn by(store: &mut Memory, step: Step<Operation>) -> Self {
        match step {
            Step::Load(load) => {
                let Ok(found) = store.load(load.keys());
                Self::Loaded(load, found)
            }
            Step::Scan(scan) => {
                let Ok(found) = store.scan(scan.scan());
                Self::Scanned(scan, found)
            }
            Step::Commit(commit) => Self::Committed(commit),
            Step::Done(outcome) => Self::Done(outcome),
            Step::Failed(trouble) => panic!("{trouble}"),
        }
    }
}

/// Serves the requests.
fn with_store(store: &mut Memory, these: &[&Exchange]) -> (Duration, Vec<Response>) {
    let serve = |exchange: &&Exchange| wire::serve(store, &exchange.target, &exchange.body, exchange.context).response;
    ours(|| these.iter().map(serve).collect())
}
