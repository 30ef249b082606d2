//! Connections in a schema: made from a seed, so that every run has the same ones.

use std::time::Duration;

use account_connections::{
    Memory, Request,
    id::{AccountId, Caller, ConnectionId, Side, Timestamp},
    operation::{
        AcceptEnvironmentAccountConnection, Context, CreateEnvironmentAccountConnection,
        GetEnvironmentAccountConnection, Limits, ListEnvironmentAccountConnections,
    },
    run, run_async,
    store::{Key, Record},
};
use account_connections_postgres::{
    Options, Postgres,
    tokio_postgres::{Config, NoTls, binary_copy::BinaryCopyInWriter, types::Type},
};
use deadpool_postgres::{Manager, Pool};
use tokio::{runtime::Runtime, task::JoinSet};
use uuid::Uuid;

use super::{Pair, both, by_hand, ours, random::Random, server::Server, theirs};

/// A schema with this many connections. Each of the two sides has its own connections to the server, as many as the other.
pub struct World<'s> {
    runtime: &'s Runtime,
    store: Postgres,
    by_hand: Pool,
    /// The two sides that read pages have one connection each: what is measured is not which of several comes next.
    reader: Postgres,
    reader_by_hand: Pool,
    pub random: Random,
    now: i64,
    /// PENDING all of them, in no order.
    known: Vec<Known>,
    managers: u64,
    hot: u64,
}

/// A connection, as far as somebody has to know it who calls for it.
#[derive(Clone, Copy, Debug)]
struct Known {
    number: u64,
    id: ConnectionId,
    managers: u64,
}

/// How many connections each environment account has, and each management account.
const PER_ACCOUNT: u64 = 5;
const PER_MANAGER: u64 = 200;
/// How many connections are made at once.
const TOGETHER: usize = 5_000;
/// How many connections to the server each side has.
const AT_ONCE: usize = 16;

impl<'s> World<'s> {
    /// A new schema of this name with this many connections, made by the model and copied into the tables.
    pub fn new(runtime: &'s Runtime, server: &Server, schema: &str, size: u64) -> Self {
        let (mut random, managers) = (Random(20_200_720), (size / PER_MANAGER).max(1));
        let known = (0..size).map(|number| Known { number, id: random.id(), managers });
        let (mut known, mut now) = (known.collect::<Vec<_>>(), 1_619_651_630_847);
        let options = Options::new().schema(schema).connections(AT_ONCE);
        let store = runtime.block_on(options.migrate(&server.url())).unwrap();
        for chunk in known.chunks(TOGETHER) {
            let mut memory = Memory::new();
            for known in chunk {
                now += 1;
                let context = context(known.environment(), known.id, now);
                run(&mut memory, known.request(), context).unwrap().result.unwrap();
            }
            runtime.block_on(copy(server, schema, &memory));
        }
        let client = runtime.block_on(server.connect());
        let warm_up = format!("SELECT pg_prewarm('{schema}.record'), pg_prewarm('{schema}.record_pkey')");
        for prepare in ["VACUUM ANALYZE", "CHECKPOINT", "CREATE EXTENSION IF NOT EXISTS pg_prewarm", &warm_up] {
            runtime.block_on(client.batch_execute(prepare)).unwrap();
        }
        let megabytes = format!("SELECT pg_total_relation_size('{schema}.record') / 1000000");
        let megabytes = runtime.block_on(client.query_one(&megabytes, &[])).unwrap().get::<_, i64>(0);
        println!("{size} connections in the schema `{schema}`: {megabytes} MB");
        // So that the next one is never the one that was created next.
        for place in (1..known.len()).rev() {
            let other = random.below(place + 1);
            known.swap(place, other);
        }
        let mut address = server.url().parse::<Config>().unwrap();
        address.options(format!("-c search_path={schema}"));
        let [by_hand, reader_by_hand] = [AT_ONCE, 1].map(|connections| {
            Pool::builder(Manager::new(address.clone(), NoTls)).max_size(connections).build().unwrap()
        });
        let reader = runtime.block_on(options.connections(1).open(&server.url())).unwrap();
        let mut world = Self { runtime, store, by_hand, reader, reader_by_hand, random, now, known, managers, hot: 0 };
        // A creation by hand knows of none that is the account's first.
        let first = world.hot();
        runtime.block_on(world.create_ours(&[first], 1));
        world
    }

    /// How long this many gets of any connections take on each side, one after the other.
    pub fn get(&mut self, count: usize) -> Pair {
        let these = (0..count).map(|_| self.known[self.random.below(self.known.len())]).collect::<Vec<_>>();
        let calls = these.iter().map(|known| (known.manager(), GetEnvironmentAccountConnection::new(known.id)));
        let calls = calls.collect::<Vec<_>>();
        let (first, world) = (self.random.below(2) == 0, &*self);
        let by_hand = || async {
            let client = world.by_hand.get().await.unwrap();
            for known in &these {
                by_hand::get(&client, known.manager(), known.id).await.unwrap();
            }
        };
        let (pair, ..) = both(
            first,
            || ours(|| world.runtime.block_on(each(world.store.clone(), world.now, calls))),
            || theirs(|| world.runtime.block_on(by_hand())),
        );
        pair
    }

    /// How long this many accepts take on each side, of different connections, by this many clients at once.
    pub fn accept(&mut self, count: usize, clients: usize) -> Pair {
        let [ours_these, their_these] = [0, 1].map(|_| self.known.split_off(self.known.len().saturating_sub(count)));
        assert_eq!([&ours_these, &their_these].map(Vec::len), [count; 2], "all connections are accepted by now");
        let first = self.random.below(2) == 0;
        self.now += 1;
        let world = &*self;
        let (pair, attempts, ()) = both(
            first,
            || ours(|| world.runtime.block_on(world.accept_ours(&ours_these, clients))),
            || theirs(|| world.runtime.block_on(world.accept_by_hand(&their_these, clients))),
        );
        assert_eq!(attempts, count, "accepts of different connections met in a conflict");
        pair
    }

    /// How long this many creations in one account take on each side, by this many tasks at once.
    pub fn create_in_one_account(&mut self, count: usize, tasks: usize) -> Pair {
        self.now += 1;
        let [ours_these, their_these] = [0, 1].map(|_| (0..count).map(|_| self.hot()).collect::<Vec<_>>());
        let first = self.random.below(2) == 0;
        let world = &*self;
        let (pair, ..) = both(
            first,
            || ours(|| world.runtime.block_on(world.create_ours(&ours_these, tasks))),
            || theirs(|| world.runtime.block_on(world.create_by_hand(&their_these, tasks))),
        );
        pair
    }

    /// How long this many pages of a hundred take, of this many accounts that are spread over all, by the model or by hand.
    pub fn page(&mut self, of: u64, count: usize, by_hand: bool) -> Duration {
        let numbers = (0..count).map(|_| self.random.below(of as usize) as u64).collect::<Vec<_>>();
        self.pages(of, numbers, by_hand)
    }

    /// Reads a page of each of this many accounts, both ways: a server's process maps a piece of the shared memory when it first
    /// comes to it, which is not what is measured.
    pub fn read_each(&mut self, of: u64) {
        for by_hand in [false, true] {
            self.pages(of, (0..of).collect(), by_hand);
        }
    }

    fn pages(&self, of: u64, numbers: Vec<u64>, by_hand: bool) -> Duration {
        let managers = numbers.into_iter().map(|number| caller(123_456_789_000 + number * (self.managers / of)));
        if !by_hand {
            let list = |manager| (manager, ListEnvironmentAccountConnections::new(Side::ManagementAccount));
            let calls = managers.map(list).collect();
            return ours(|| self.runtime.block_on(each(self.reader.clone(), self.now, calls))).0;
        }
        let managers = managers.collect::<Vec<_>>();
        let pages = async {
            let client = self.reader_by_hand.get().await.unwrap();
            for manager in managers {
                assert_eq!(by_hand::page(&client, manager).await.unwrap().len(), 100);
            }
        };
        ours(|| self.runtime.block_on(pages)).0
    }

    /// All rows after all connections were accepted and some were created by us, and all rows after they were by hand: the
    /// same but for their versions.
    pub fn check(runtime: &Runtime, server: &Server, size: u64) {
        let rows = [("ours", true), ("by_hand", false)].map(|(schema, is_ours)| {
            let mut world = World::new(runtime, server, schema, size);
            let (known, hot) = (world.known.clone(), (0..20).map(|_| world.hot()).collect::<Vec<_>>());
            runtime.block_on(async {
                if is_ours {
                    world.accept_ours(&known, 1).await;
                    world.create_ours(&hot, 1).await;
                } else {
                    world.accept_by_hand(&known, 1).await;
                    world.create_by_hand(&hot, 1).await;
                }
                let sql = format!(
                    "SELECT concat_ws('|', convert_from(key, 'UTF8'), record, convert_from(leads_to, 'UTF8')) FROM \
                     {schema}.record UNION ALL SELECT item FROM {schema}.event ORDER BY 1"
                );
                let rows = server.connect().await.query(&sql, &[]).await.unwrap();
                rows.iter().map(|row| row.get::<_, String>(0)).collect::<Vec<_>>()
            })
        });
        let [ours, by_hand] = &rows;
        assert!(ours.iter().filter(|row| row.contains("CONNECTED")).count() >= 6 * size as usize);
        for (ours, by_hand) in ours.iter().zip(by_hand) {
            assert_eq!(ours, by_hand, "the two sides write different rows");
        }
        assert_eq!(ours.len(), by_hand.len());
        println!("{size} accepts and 20 creations: both sides write the same {} rows\n", ours.len());
    }

    /// What is created next in the one account.
    fn hot(&mut self) -> (String, ConnectionId) {
        self.hot += 1;
        (format!("hot-{}", self.hot), self.random.id())
    }

    /// How often the accepts were decided.
    async fn accept_ours(&self, these: &[Known], clients: usize) -> usize {
        let mut tasks = JoinSet::new();
        for these in these.chunks(these.len().div_ceil(clients)) {
            let calls = these.iter().map(|known| (known.manager(), AcceptEnvironmentAccountConnection::new(known.id)));
            tasks.spawn(each(self.store.clone(), self.now, calls.collect()));
        }
        tasks.join_all().await.into_iter().sum()
    }

    async fn accept_by_hand(&self, these: &[Known], clients: usize) {
        let (mut tasks, now) = (JoinSet::new(), moment(self.now));
        for these in these.chunks(these.len().div_ceil(clients)) {
            let (pool, these) = (self.by_hand.clone(), these.to_vec());
            tasks.spawn(async move {
                for known in these {
                    let client = pool.get().await.unwrap();
                    by_hand::accept(&client, known.manager(), known.id, now).await.unwrap();
                }
            });
        }
        tasks.join_all().await;
    }

    async fn create_ours(&self, these: &[(String, ConnectionId)], tasks: usize) {
        let mut all = JoinSet::new();
        for these in these.chunks(these.len().div_ceil(tasks)) {
            let (mut store, these, now) = (self.store.clone(), these.to_vec(), self.now);
            all.spawn(async move {
                for (name, id) in these {
                    let (name, manager) = (name.parse().unwrap(), hot_parties()[1].account);
                    let request = CreateEnvironmentAccountConnection::new(name, manager, HOT_ROLE.parse().unwrap());
                    let outcome = run_async(&mut store, request, context(hot_parties()[0], id, now)).await.unwrap();
                    outcome.result.unwrap();
                }
            });
        }
        all.join_all().await;
    }

    async fn create_by_hand(&self, these: &[(String, ConnectionId)], tasks: usize) {
        let (mut all, now) = (JoinSet::new(), moment(self.now));
        for these in these.chunks(these.len().div_ceil(tasks)) {
            let (pool, these) = (self.by_hand.clone(), these.to_vec());
            all.spawn(async move {
                for (name, id) in these {
                    let client = pool.get().await.unwrap();
                    by_hand::create(&client, hot_parties(), &name, HOT_ROLE, id, now).await.unwrap();
                }
            });
        }
        all.join_all().await;
    }
}

/// Makes calls one after the other. How often they were decided.
async fn each<R: Request>(store: Postgres, now: i64, calls: Vec<(Caller, R)>) -> usize {
    let mut attempts = 0;
    for (caller, request) in calls {
        // As a service does: a handle for each request.
        let outcome = run_async(&mut store.clone(), request, context(caller, Uuid::nil().into(), now)).await.unwrap();
        assert!(outcome.result.is_ok());
        attempts += outcome.attempts as usize;
    }
    attempts
}

/// Copies all records of a model into the tables.
async fn copy(server: &Server, schema: &str, memory: &Memory) {
    let client = server.connect().await;
    client.batch_execute("SET synchronous_commit = off").await.unwrap();
    let sink = client.copy_in(&format!("COPY {schema}.record FROM STDIN BINARY")).await.unwrap();
    let writer = BinaryCopyInWriter::new(sink, &[Type::BYTEA, Type::INT8, Type::TEXT, Type::BYTEA]);
    let mut writer = std::pin::pin!(writer);
    let bytes = |key: &Key| key.to_string().into_bytes();
    for (key, record) in memory.records() {
        let text = (*record != Record::IndexEntry).then(|| serde_json::to_string(record).unwrap());
        writer.as_mut().write(&[&bytes(&key), &0_i64, &text, &key.leads_to().as_ref().map(bytes)]).await.unwrap();
    }
    writer.finish().await.unwrap();
}

const HOT_ROLE: &str = "arn:aws:iam::123456789222:role/service-role/proton-environment-provisioning";

/// The one account, and the one that it wants connections with.
fn hot_parties() -> [Caller; 2] {
    [caller(123_456_789_222), caller(999_999_999_111)]
}

impl Known {
    fn environment(&self) -> Caller {
        caller(210_000_000_000 + 7919 * (self.number / PER_ACCOUNT))
    }

    fn manager(&self) -> Caller {
        caller(123_456_789_000 + self.number % self.managers)
    }

    fn request(&self) -> CreateEnvironmentAccountConnection {
        let account = self.environment().account;
        let role = format!("arn:aws:iam::{account}:role/service-role/proton-environment-provisioning");
        let name = format!("payments-staging-{:05}", self.number % 100_000).parse().unwrap();
        let mut request = CreateEnvironmentAccountConnection::new(name, self.manager().account, role.parse().unwrap());
        // As the SDKs send one: a UUID of their own, here the id the other way round.
        let token = Uuid::from_u128(!self.id.as_uuid().as_u128());
        request.client_token = Some(token.to_string().parse().unwrap());
        request
    }
}

fn caller(account: u64) -> Caller {
    Caller::new(format!("{account:012}").parse::<AccountId>().unwrap(), "us-east-1".parse().unwrap())
}

fn moment(millis: i64) -> Timestamp {
    Timestamp::from_unix_millis(millis).unwrap()
}

fn context(caller: Caller, fresh: ConnectionId, now: i64) -> Context {
    Context::new(caller, moment(now), *fresh.as_uuid()).with_limits(Limits::new(u32::MAX, u32::MAX))
}
