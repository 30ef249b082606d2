//! Connections in a name space: made from a seed, so that every run has the same ones.

use std::{collections::BTreeMap, time::Duration};

use account_connections::{
    Memory,
    id::{AccountId, Caller, ConnectionId, Timestamp},
    operation::{
        AcceptEnvironmentAccountConnection, Context, CreateEnvironmentAccountConnection,
        GetEnvironmentAccountConnection, ListEnvironmentAccountConnections,
    },
    page::PageSize,
    run, run_async,
    store::Record,
};
use account_connections_etcd::{Etcd, Options};
use bytes::Bytes;
use tokio::{runtime::Runtime, task::JoinSet};
use uuid::Uuid;

use super::{
    Pair, both,
    by_hand::{ByHand, put},
    ours,
    random::Random,
    rpc::{DeleteRangeRequest, RequestOp, TxnRequest},
    theirs,
};

/// A name space with this many connections.
pub struct World<'r> {
    runtime: &'r Runtime,
    store: Etcd,
    by_hand: ByHand,
    pub random: Random,
    size: u64,
    now: i64,
    /// PENDING all of them, in no order.
    known: Vec<Known>,
}

/// A connection, as far as somebody has to know it who calls for it.
#[derive(Clone)]
struct Known {
    manager: Caller,
    id: ConnectionId,
    /// What an accept changes, as it is before.
    records: Vec<(Bytes, Bytes)>,
}

/// How many connections each environment account has.
const PER_ACCOUNT: u64 = 5;
/// How many connections each management account has, more than a page.
pub const PER_MANAGER: u64 = 200;
/// How many operations are in one transaction, and how many transactions under way at once, while a world is made.
const TOGETHER: usize = 120;
const AT_ONCE: usize = 16;

impl<'r> World<'r> {
    /// A new name space with this many connections, made by the model in memory and put where the store would.
    pub fn new(runtime: &'r Runtime, endpoint: &str, name: &str, size: u64) -> Self {
        let store = runtime.block_on(Options::new().name_space(name).connect([endpoint])).unwrap();
        let by_hand = runtime.block_on(async { ByHand::new(endpoint, name) });
        let (mut random, mut now, mut memory) = (Random(20_200_720), 1_619_651_630_847, Memory::new());
        let mut known = Vec::new();
        for number in 0..size {
            now += 1;
            let (id, environment) = (random.id(), caller(210_000_000_000 + number / PER_ACCOUNT));
            let manager = caller(123_456_789_000 + number / PER_MANAGER);
            let request = request(number, environment, manager);
            run(&mut memory, request, context(environment, id, now)).unwrap().result.unwrap();
            known.push(Known { manager, id, records: Vec::new() });
        }
        let places = known.iter().enumerate().map(|(place, known)| (known.id, place)).collect::<BTreeMap<_, _>>();
        let mut puts = Vec::new();
        for (key, record) in memory.records() {
            let value = match record {
                Record::IndexEntry => Bytes::new(),
                record => serde_json::to_vec(record).unwrap().into(),
            };
            let target = key.leads_to().unwrap_or_else(|| key.clone()).to_string();
            let pair = (by_hand.record(&key.to_string()), value);
            let id = target.strip_prefix("connection us-east-1 ").map(|id| id.parse().unwrap());
            if let Some(place) = id.and_then(|id: ConnectionId| places.get(&id)) {
                known[*place].records.push(pair.clone());
            }
            puts.push(put(pair.0, pair.1));
        }
        drop((memory, places));
        runtime.block_on(write(&by_hand, puts));
        for place in (1..known.len()).rev() {
            let other = random.below(place + 1);
            known.swap(place, other);
        }
        Self { runtime, store, by_hand, random, size, now, known }
    }

    /// How long this many gets take on each side.
    pub fn get(&mut self, count: usize) -> Pair {
        let these = (0..count).map(|_| self.known[self.random.below(self.known.len())].clone()).collect::<Vec<_>>();
        let (first, runtime, now) = (self.random.below(2) == 0, self.runtime, self.now);
        let store = &mut self.store;
        let by_model = async {
            for Known { manager, id, .. } in &these {
                let get = GetEnvironmentAccountConnection::new(*id);
                let outcome = run_async(store, get, context(*manager, nothing(), now)).await.unwrap();
                assert!(outcome.result.is_ok());
            }
        };
        let by_hand = async {
            for Known { manager, id, .. } in &these {
                self.by_hand.get(*manager, *id).await.unwrap().unwrap();
            }
        };
        both(first, || ours(|| runtime.block_on(by_model)), || theirs(|| runtime.block_on(by_hand))).0
    }

    /// How long this many accepts take on each side, of different connections, by this many clients; afterwards they are PENDING
    /// again.
    pub fn accept(&mut self, clients: usize, count: usize) -> Pair {
        let [first, second] = [(); 2].map(|()| (0..count).map(|_| self.take()).collect::<Vec<_>>());
        self.now += 1;
        let (ours_first, runtime) = (self.random.below(2) == 0, self.runtime);
        let ours = || ours(|| runtime.block_on(self.accept_ours(clients, &first)));
        let by_hand = || theirs(|| runtime.block_on(self.accept_by_hand(clients, &second)));
        let (pair, ..) = both(ours_first, ours, by_hand);
        runtime.block_on(async {
            self.renew(first.iter().chain(&second)).await;
            self.store.events().keep_newest(0).await.unwrap();
        });
        self.known.extend(first.into_iter().chain(second));
        pair
    }

    /// How long this many first pages take, of this many management accounts that are spread over all, by the model or by hand.
    pub fn page(&mut self, of: u64, count: usize, by_hand: bool) -> Duration {
        let numbers = (0..count).map(|_| self.random.below(of as usize) as u64).collect();
        self.pages(of, numbers, by_hand)
    }

    /// Reads the first page of each of this many accounts, both ways: etcd maps a piece of its file when it first comes to it,
    /// which is not what is measured.
    pub fn read_each(&mut self, of: u64) {
        for by_hand in [false, true] {
            self.pages(of, (0..of).collect(), by_hand);
        }
    }

    fn pages(&mut self, of: u64, numbers: Vec<u64>, by_hand: bool) -> Duration {
        let step = self.size / PER_MANAGER / of;
        let managers = numbers.into_iter().map(|number| caller(123_456_789_000 + number * step)).collect::<Vec<_>>();
        let (now, store) = (self.now, &mut self.store);
        let pages = async {
            for manager in managers {
                if by_hand {
                    assert_eq!(self.by_hand.page(manager).await.unwrap().len(), 100);
                    continue;
                }
                let mut list = ListEnvironmentAccountConnections::new("MANAGEMENT_ACCOUNT".parse().unwrap());
                list.max_results = Some(PageSize::MAX);
                let outcome = run_async(store, list, context(manager, nothing(), now)).await.unwrap();
                assert_eq!(outcome.result.unwrap().items.len(), 100);
            }
        };
        ours(|| self.runtime.block_on(pages)).0
    }

    /// After an accept by us in one name space, and by hand in another: the same bytes under the same keys.
    pub fn check(runtime: &Runtime, endpoint: &str) {
        let [ours, by_hand] = ["ours", "by-hand"].map(|name| {
            let mut world = World::new(runtime, endpoint, name, 400);
            world.now += 1;
            let known = world.known.clone();
            if name == "ours" {
                runtime.block_on(world.accept_ours(1, &known));
            } else {
                runtime.block_on(world.accept_by_hand(1, &known));
            }
            let events = runtime.block_on(world.store.events().read(usize::MAX)).unwrap();
            (
                runtime.block_on(world.store.records()).unwrap(),
                events.into_iter().map(|event| event.item).collect::<Vec<_>>(),
            )
        });
        assert!(ours.0.iter().filter(|entry| entry.key.to_string().contains("CONNECTED")).count() == 4 * 400);
        assert_eq!(ours, by_hand, "the two sides write something else");
        println!("400 accepts: both sides write the same {} records and {} events\n", ours.0.len(), ours.1.len());
    }

    async fn accept_ours(&self, clients: usize, these: &[Known]) {
        let mut tasks = JoinSet::new();
        for part in parts(clients, these) {
            let (mut store, now) = (self.store.clone(), self.now);
            tasks.spawn(async move {
                for (manager, id) in part {
                    let accept = AcceptEnvironmentAccountConnection::from(id);
                    let outcome = run_async(&mut store, accept, context(manager, nothing(), now)).await.unwrap();
                    assert!(outcome.result.is_ok() && outcome.attempts == 1, "a conflict about different connections");
                }
            });
        }
        tasks.join_all().await;
    }

    async fn accept_by_hand(&self, clients: usize, these: &[Known]) {
        let mut tasks = JoinSet::new();
        for part in parts(clients, these) {
            let (by_hand, now) = (self.by_hand.clone(), Timestamp::from_unix_millis(self.now).unwrap());
            tasks.spawn(async move {
                for (manager, id) in part {
                    by_hand.accept(manager, id, now).await.unwrap().unwrap();
                }
            });
        }
        tasks.join_all().await;
    }

    /// Makes connections PENDING again.
    async fn renew(&self, these: impl Iterator<Item = &Known>) {
        let mut operations = Vec::new();
        for (key, value) in these.flat_map(|known| &known.records) {
            operations.push(put(key.clone(), value.clone()));
            let connected = String::from_utf8_lossy(key).replace(" PENDING ", " CONNECTED ");
            if connected.as_bytes() != key {
                operations.push(DeleteRangeRequest { key: connected.into(), ..DeleteRangeRequest::default() }.into());
            }
        }
        write(&self.by_hand, operations).await;
    }

    fn take(&mut self) -> Known {
        let place = self.random.below(self.known.len());
        self.known.swap_remove(place)
    }
}

/// The same number for each client, as far as it goes.
fn parts(clients: usize, these: &[Known]) -> impl Iterator<Item = Vec<(Caller, ConnectionId)>> {
    let part = these.chunks(these.len().div_ceil(clients).max(1));
    part.map(|part| part.iter().map(|known| (known.manager, known.id)).collect())
}

/// Carries out operations in any order.
async fn write(by_hand: &ByHand, operations: Vec<RequestOp>) {
    let mut tasks = JoinSet::new();
    for success in operations.chunks(TOGETHER) {
        if tasks.len() == AT_ONCE {
            tasks.join_next().await.unwrap().unwrap();
        }
        let (by_hand, txn) = (by_hand.clone(), TxnRequest { success: success.to_vec(), ..TxnRequest::default() });
        tasks.spawn(async move { drop(by_hand.call(txn).await.unwrap()) });
    }
    tasks.join_all().await;
}

fn request(number: u64, environment: Caller, manager: Caller) -> CreateEnvironmentAccountConnection {
    let account = environment.account;
    let role = format!("arn:aws:iam::{account}:role/service-role/proton-environment-provisioning").parse().unwrap();
    let name = format!("payments-staging-{:05}", number % 100_000).parse().unwrap();
    let mut request = CreateEnvironmentAccountConnection::new(name, manager.account, role);
    // As the SDKs send one.
    request.client_token = Some(Uuid::from_u128(number.into()).to_string().parse().unwrap());
    request
}

fn caller(account: u64) -> Caller {
    Caller::new(format!("{account:012}").parse::<AccountId>().unwrap(), "us-east-1".parse().unwrap())
}

fn nothing() -> ConnectionId {
    Uuid::nil().into()
}

fn context(caller: Caller, fresh: ConnectionId, now: i64) -> Context {
    Context::new(caller, Timestamp::from_unix_millis(now).unwrap(), *fresh.as_uuid())
}
