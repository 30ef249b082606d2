//! How long the model takes over a file, against an accept written by hand in SQL on the same file, and among a million
//! connections against ten thousand.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench sqlite              # all: 3 minutes, 5 GB of disk below TMPDIR
//! cargo bench -p account-connections-benches --bench sqlite -- accept    # the rows with `accept` in their names
//! ```
//!
//! The limits are those of the project: an accept at most 1.3 times the time of the hand-written one with the same
//! durability, a get among a million connections at most 1.5 times its time among ten thousand, eight threads that share a
//! file at least five times the commits of eight with a handle each. Nothing fails where a limit is exceeded: the output
//! says so.

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, and ends at the first broken assumption"
)]

mod by_hand;
#[path = "../support/caches.rs"]
mod caches;
#[path = "../support/random.rs"]
mod random;
#[path = "../support/rows.rs"]
mod rows;
#[path = "../support/stored.rs"]
mod stored;
mod threads;
mod world;

use std::cell::{OnceCell, RefCell};

use account_connections_sqlite::Synchronous;
use caches::Caches;
use rows::{Pair, Rows, both, ours, theirs};
use threads::Threads;
use world::World;

/// At most this many times the time by hand.
const ACCEPT: Option<f64> = Some(1.3);
/// At most this many times the time among few connections.
const GET: Option<f64> = Some(1.5);
/// At most this part of the time with a handle each: five times as many commits.
const THREADS: Option<f64> = Some(0.2);

/// How many calls one side makes before it is the other's turn.
const CALLS: usize = 32;

fn main() {
    // `cargo test --benches` runs every row once.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let (checked, sizes) = if measured { (2_000, [10_000, 1_000_000]) } else { (200, [1_000, 2_000]) };
    let directory = tempfile::tempdir().unwrap();
    World::check(directory.path(), checked);

    let mut rows = Rows::from_args();
    let new =
        |of: &str, size, synchronous| World::new(directory.path().join(format!("{of} {size}")), size, synchronous);
    for (synchronous, survives) in
        [(Synchronous::Power, "a loss of power"), (Synchronous::Process, "the end of the process")]
    {
        // Made when it is first asked for: a filter may pass the row over.
        let mut world = None;
        let name = format!("accept that survives {survives}, against by hand");
        rows.measure(&name, ACCEPT, CALLS, |calls| {
            world.get_or_insert_with(|| new(survives, sizes[0], synchronous)).accept(calls)
        });
    }
    gets(&mut rows, sizes, |size| new("gets", size, Synchronous::Power));
    let mut threads = None;
    rows.measure("create by 8 threads that share the file, against a handle each", THREADS, 64 * CALLS, |calls| {
        threads.get_or_insert_with(|| Threads::new(directory.path())).create(calls)
    });
    println!("{rows}");
    if let Some(threads) = threads {
        let [median, late] = threads.latencies();
        println!("a creation by one of 8 threads that share the file: median {median:?}, 99th percentile {late:?}");
    }
}

/// Gets among many connections against gets among few.
///
/// Among ten thousand connections SQLite's cache holds all that a get of any of them reads. Among a million it holds most of
/// what leads to a record, and the record's own page comes from the operating system: gets as the caches are found tell
/// what that costs. Two more rows tell what the caches make of it: gets of a few connections, which they hold, and gets of
/// any once they hold nothing.
fn gets(rows: &mut Rows, sizes: [u64; 2], new: impl Fn(u64) -> World) {
    let worlds = OnceCell::new();
    let worlds = || worlds.get_or_init(|| RefCell::new(sizes.map(&new)));
    let mut caches = Caches::default();
    let mut row = |how, limit, most, of: Option<usize>, before: &mut dyn FnMut(&World)| {
        let name = format!("get, {how}, among {}, against {}", sizes[1], sizes[0]);
        rows.measure(&name, limit, most, |calls| {
            let [few, many] = &mut *worlds().borrow_mut();
            let (first, before) = (few.random.below(2) == 0, RefCell::new(&mut *before));
            let time = |world: &mut World| (world.get(of, calls, &mut **before.borrow_mut()), ());
            both(first, || time(many), || time(few)).0
        });
    };
    row("cached", GET, CALLS, Some(HOT), &mut |_| ());
    row("uncached", GET, 1, None, &mut |world| {
        world.forget_pages();
        caches.fill();
    });
    row("as found", GET, CALLS, None, &mut |_| ());
}

/// So few connections that SQLite's cache holds what their gets read.
const HOT: usize = 32;
