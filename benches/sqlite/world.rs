//! Connections in a file: made from a seed, so that every run has the same ones.

use std::{
    cell::RefCell,
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use account_connections::{
    Request,
    id::{AccountId, Caller, ConnectionId, Timestamp},
    operation::{
        AcceptEnvironmentAccountConnection, Context, CreateEnvironmentAccountConnection,
        DeleteEnvironmentAccountConnection, GetEnvironmentAccountConnection,
    },
    run,
    store::{Commit, Overlay, Store},
};
use account_connections_sqlite::{Options, Sqlite, Synchronous};
use uuid::Uuid;

use super::{Pair, both, by_hand, ours, random::Random, theirs};

/// A file with this many connections. The two sides share one handle on it, and so its caches.
pub struct World {
    store: Sqlite,
    pub random: Random,
    now: i64,
    /// PENDING all of them, in no order.
    known: Vec<Known>,
}

/// A connection, as far as somebody has to know it who calls for it.
#[derive(Clone, Copy, Debug)]
struct Known {
    number: u64,
    id: ConnectionId,
}

/// How many connections each environment account has.
const PER_ACCOUNT: u64 = 5;
const MANAGERS: u64 = 1_000;
/// How many connections are created in one commit.
const TOGETHER: usize = 50_000;

impl World {
    /// A new file with this many connections, made by the model.
    pub fn new(path: PathBuf, size: u64, synchronous: Synchronous) -> Self {
        let mut random = Random(20_200_720);
        let mut known = (0..size).map(|number| Known { number, id: random.id() }).collect::<Vec<_>>();
        let mut store = Options::new().synchronous(Synchronous::Process).open(&path).unwrap();
        store.connection().execute_batch("PRAGMA synchronous = OFF; PRAGMA cache_size = -400000").unwrap();
        let mut now = 1_619_651_630_847;
        for chunk in known.chunks(TOGETHER) {
            let mut overlay = Overlay::new(&mut store);
            for known in chunk {
                now += 1;
                run(&mut overlay, known.request(), context(known.environment(), known.id, now))
                    .unwrap()
                    .result
                    .unwrap();
            }
            let batch = overlay.into_batch().unwrap();
            assert_eq!(store.commit(&batch).unwrap(), Commit::Committed);
        }
        store.connection().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
        drop(store);
        // So that nothing is on its way to the disk while calls are timed.
        File::open(&path).unwrap().sync_all().unwrap();
        // So that the next one is never the one that was created next.
        for place in (1..known.len()).rev() {
            let other = random.below(place + 1);
            known.swap(place, other);
        }
        let store = Options::new().synchronous(synchronous).create(false).open(&path).unwrap();
        Self { store, random, now, known }
    }

    /// How long this many gets take, of the first connections or of any; before each of them comes `before`.
    pub fn get(&mut self, of: Option<usize>, count: usize, mut before: impl FnMut(&Self)) -> Duration {
        let mut took = Duration::ZERO;
        for _ in 0..count {
            let known = self.known[self.random.below(of.unwrap_or(self.known.len()))];
            let get = GetEnvironmentAccountConnection::new(known.id);
            before(self);
            took += self.time(vec![(known.manager(), get)]);
        }
        took
    }

    /// Empties SQLite's cache: what is read next comes from the operating system.
    pub fn forget_pages(&self) {
        self.store.connection().execute_batch("PRAGMA shrink_memory").unwrap();
    }

    /// How long this many accepts take on each side, of different connections; afterwards they are PENDING again.
    pub fn accept(&mut self, count: usize) -> Pair {
        let ours = (0..count).map(|_| self.take()).collect::<Vec<_>>();
        let theirs = (0..count).map(|_| self.take()).collect::<Vec<_>>();
        // By lot and not in turns, because turns would go with what else a block does.
        let (first, world) = (self.random.below(2) == 0, RefCell::new(&mut *self));
        let our_side = || (world.borrow_mut().accept_ours(&ours), ());
        let (pair, ..) = both(first, our_side, || (world.borrow_mut().accept_by_hand(&theirs), ()));
        self.renew(ours.into_iter().chain(theirs));
        pair
    }

    /// All rows after all connections were accepted by us, and all rows after they were by hand: the same bytes.
    pub fn check(directory: &Path, size: u64) {
        let [mut ours, mut by_hand] =
            ["ours", "by hand"].map(|name| Self::new(directory.join(name), size, Synchronous::Process));
        let (all, now) = (ours.known.clone(), ours.now);
        ours.accept_ours(&all);
        by_hand.accept_by_hand(&all);
        assert_eq!(ours.now, now + 1);
        let (ours, by_hand) = (ours.rows(), by_hand.rows());
        assert!(ours.iter().filter(|row| row.contains("CONNECTED")).count() >= 6 * all.len());
        for (ours, by_hand) in ours.iter().zip(&by_hand) {
            assert_eq!(ours, by_hand, "the two sides write different rows");
        }
        assert_eq!(ours.len(), by_hand.len());
        println!("{} accepts: both sides write the same {} rows\n", all.len(), ours.len());
    }

    fn rows(&self) -> Vec<String> {
        let tables = "SELECT concat_ws('|', place, key, version, record, checksum) FROM record
            UNION ALL SELECT concat_ws('|', key, version, checksum) FROM listing
            UNION ALL SELECT concat_ws('|', sequence, item, checksum) FROM event
            UNION ALL SELECT concat_ws('|', last, opposite) FROM sequence";
        let mut statement = self.store.connection().prepare(tables).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn take(&mut self) -> Known {
        let place = self.random.below(self.known.len());
        self.known.swap_remove(place)
    }

    fn accept_ours(&mut self, these: &[Known]) -> Duration {
        self.write_log_back();
        self.now += 1;
        let calls = these.iter().map(|known| (known.manager(), AcceptEnvironmentAccountConnection::new(known.id)));
        self.time(calls.collect())
    }

    fn accept_by_hand(&mut self, these: &[Known]) -> Duration {
        self.write_log_back();
        self.now += 1;
        let now = Timestamp::from_unix_millis(self.now).unwrap();
        let calls = these.iter().map(|known| (known.manager(), known.id)).collect::<Vec<_>>();
        let accept = |(caller, id)| by_hand::accept(self.store.connection(), caller, id, now);
        let (took, answers) = theirs(|| calls.into_iter().map(accept).collect::<Vec<_>>());
        assert!(answers.into_iter().all(|answer| answer.unwrap().is_ok()));
        took
    }

    /// Deletes connections and asks for others in their place.
    fn renew(&mut self, these: impl Iterator<Item = Known>) {
        for Known { number, id } in these {
            let known = Known { number, id: self.random.id() };
            let delete = DeleteEnvironmentAccountConnection::new(id);
            let context = |id| context(known.environment(), id, self.now);
            run(&mut self.store, delete, context(id)).unwrap().result.unwrap();
            run(&mut self.store, known.request(), context(known.id)).unwrap().result.unwrap();
            self.known.push(known);
        }
        self.store.events().keep_newest(0).unwrap();
    }

    /// Begins the log anew: otherwise SQLite writes it back in the middle of some block or other, at the cost of one side.
    fn write_log_back(&self) {
        self.store.connection().execute_batch("PRAGMA wal_checkpoint(RESTART)").unwrap();
    }

    /// The time of all calls; their answers are looked at and dropped outside of it.
    fn time<R: Request>(&mut self, calls: Vec<(Caller, R)>) -> Duration {
        let (nothing_fresh, now) = (Uuid::nil().into(), self.now);
        let call = |(caller, request)| run(&mut self.store, request, context(caller, nothing_fresh, now)).unwrap();
        let (took, outcomes) = ours(|| calls.into_iter().map(call).collect::<Vec<_>>());
        assert!(outcomes.into_iter().all(|outcome| outcome.result.is_ok()));
        took
    }
}

impl Known {
    fn environment(&self) -> Caller {
        caller(210_000_000_000 + 7919 * (self.number / PER_ACCOUNT))
    }

    fn manager(&self) -> Caller {
        caller(123_456_789_000 + self.number % MANAGERS)
    }

    fn request(&self) -> CreateEnvironmentAccountConnection {
        let account = self.environment().account;
        let role = |what: &str| format!("arn:aws:iam::{account}:role/service-role/proton-{what}").parse().unwrap();
        let name = format!("payments-staging-{:05}", self.number % 100_000).parse().unwrap();
        let service = role("environment-provisioning");
        let mut request = CreateEnvironmentAccountConnection::new(name, self.manager().account, service);
        if self.number.is_multiple_of(4) {
            request.component_role_arn = Some(role("components"));
        }
        if self.number.is_multiple_of(16) {
            request.codebuild_role_arn = Some(role("codebuild"));
        }
        // As the SDKs send one: a UUID of their own, here the id the other way round.
        let token = Uuid::from_u128(!self.id.as_uuid().as_u128());
        request.client_token = Some(token.to_string().parse().unwrap());
        request
    }
}

fn caller(account: u64) -> Caller {
    Caller::new(format!("{account:012}").parse::<AccountId>().unwrap(), "us-east-1".parse().unwrap())
}

fn context(caller: Caller, fresh: ConnectionId, now: i64) -> Context {
    let now = Timestamp::from_unix_millis(now).unwrap();
    Context::new(caller, now, *fresh.as_uuid())
}
