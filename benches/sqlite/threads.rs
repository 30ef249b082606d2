//! Many threads on one file, whose commits survive a loss of power.

use std::{
    path::Path,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use account_connections::{
    id::{AccountId, Caller},
    operation::{Context, CreateEnvironmentAccountConnection},
    run,
    store::Store,
};
use account_connections_sqlite::{Options, Shared, Sqlite};
use uuid::Uuid;

use super::{Pair, both, ours, theirs};

const THREADS: u64 = 8;

/// Two files: the threads of the one share it, those of the other have a handle each.
pub struct Threads {
    shared: Shared,
    each: Vec<Sqlite>,
    next: AtomicU64,
    is_shared_first: bool,
    /// How long each call over the shared one took.
    latencies: Vec<Duration>,
}

impl Threads {
    pub fn new(directory: &Path) -> Self {
        // SQLite's waiting is unfair: no call is to fail for it.
        let options = Options::new().busy_timeout(Duration::from_secs(60));
        let shared = options.open_shared(directory.join("shared")).unwrap();
        let each = (0..THREADS).map(|_| options.open(directory.join("each")).unwrap()).collect();
        Self { shared, each, next: AtomicU64::new(0), is_shared_first: false, latencies: Vec::new() }
    }

    /// How long this many creations take, with the threads at work at once.
    pub fn create(&mut self, count: usize) -> Pair {
        self.is_shared_first = !self.is_shared_first;
        let Self { shared, each, next, is_shared_first, latencies } = self;
        let (pair, took, _) = both(
            *is_shared_first,
            || ours(|| at_work(&mut vec![shared.clone(); THREADS as usize], count, next)),
            || theirs(|| at_work(each, count, next)),
        );
        latencies.extend(took);
        pair
    }

    /// The median and the 99th percentile.
    pub fn latencies(mut self) -> [Duration; 2] {
        self.latencies.sort_unstable();
        [50, 99].map(|percent| self.latencies[(self.latencies.len() - 1) * percent / 100])
    }
}

fn at_work<S: Store<Error: std::fmt::Debug> + Send>(
    handles: &mut [S],
    count: usize,
    next: &AtomicU64,
) -> Vec<Duration> {
    let end = next.fetch_add(count as u64, Relaxed) + count as u64;
    let number = AtomicU64::new(end - count as u64);
    let creations = |store: &mut S| {
        let mut took = Vec::new();
        loop {
            let number = number.fetch_add(1, Relaxed);
            if number >= end {
                return took;
            }
            let begin = Instant::now();
            create(store, number);
            took.push(begin.elapsed());
        }
    };
    thread::scope(|threads| {
        let threads = handles.iter_mut().map(|store| threads.spawn(move || creations(store))).collect::<Vec<_>>();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    })
}

/// Each connection is between its own two accounts, so that none has to wait for another but for the disk.
fn create<S: Store<Error: std::fmt::Debug>>(store: &mut S, number: u64) {
    let account = |first: u64| format!("{:012}", first + number).parse::<AccountId>().unwrap();
    let (environment, management) = (account(100_000_000_000), account(500_000_000_000));
    let role = format!("arn:aws:iam::{environment}:role/proton").parse().unwrap();
    let request = CreateEnvironmentAccountConnection::new("prod".parse().unwrap(), management, role);
    let caller = Caller::new(environment, "us-east-1".parse().unwrap());
    let context = Context::new(caller, "2021-04-28T23:13:50.847Z".parse().unwrap(), Uuid::from_u128(number.into()));
    run(store, request, context).unwrap().result.unwrap();
}
