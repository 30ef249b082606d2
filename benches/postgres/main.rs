//! How long the model takes over PostgreSQL, against the same calls written by hand in SQL on the same tables, and a page
//! among a million connections against one among ten thousand. It starts its own server.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench postgres             # all: 5 minutes, 6 GB of disk below TMPDIR, 4 GB of memory
//! cargo bench -p account-connections-benches --bench postgres -- accept   # the rows with `accept` in their names
//! ```
//!
//! The limits are those of the project: with one client at most 1.3 times the time by hand; with eight, on different
//! connections, at least 0.8 times as many a second, and no conflict at all; with 64 tasks on one account at least half
//! as many. A page among a million takes longer than among ten thousand, where as many different pages are read, as often, on
//! both sides: its records are anywhere in a hundred times as much memory. That growth is at most 1.1 times that of the same page
//! by hand. Every page was read once before.
//! Nothing fails where a limit is exceeded, but for a conflict: the output says so.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, and ends at the first broken assumption"
)]

mod by_hand;
#[path = "../support/random.rs"]
mod random;
#[path = "../support/rows.rs"]
mod rows;
#[path = "../../stores/postgres/tests/server/mod.rs"]
mod server;
#[path = "../support/stored.rs"]
mod stored;
mod world;

use std::{
    cell::{OnceCell, RefCell},
    mem,
};

use rows::{Pair, Rows, both, ours, theirs};
use server::Server;
use tokio::runtime::Runtime;
use world::World;

/// At most this many times the time by hand.
const ONE_CLIENT: Option<f64> = Some(1.3);
const EIGHT_CLIENTS: Option<f64> = Some(1.0 / 0.8);
const ONE_ACCOUNT: Option<f64> = Some(1.0 / 0.5);
/// A page grows at most this many times as much as by hand.
const GROWTH: Option<f64> = Some(1.1);

/// How many calls one side makes before it is the other's turn.
const CALLS: usize = 32;

fn main() {
    // `cargo test --benches` would run every row once; it needs a server.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let runtime = Runtime::new().unwrap();
    let server = Server::start(&["shared_buffers=4GB", "max_wal_size=4GB"]);
    World::check(&runtime, &server, 500);

    // The last is what is called for to be changed, and is not to be used up.
    let (names, sizes) = (["few", "many", "changed"], [10_000, 1_000_000, 100_000]);
    let mut rows = Rows::from_args();
    let worlds: [OnceCell<RefCell<World<'_>>>; 3] = Default::default();
    // Made when it is first asked for: a filter may pass the row over.
    let world = |which: usize| {
        let new = || RefCell::new(World::new(&runtime, &server, names[which], sizes[which]));
        worlds[which].get_or_init(new).borrow_mut()
    };
    rows.measure("get, one client, against by hand", ONE_CLIENT, CALLS, |calls| world(2).get(calls));
    rows.measure("accept, one client, against by hand", ONE_CLIENT, CALLS, |calls| world(2).accept(calls, 1));
    let name = "accept, eight clients, against by hand";
    rows.measure(name, EIGHT_CLIENTS, 4 * CALLS, |calls| world(2).accept(calls.max(8), 8));
    let name = "256 creations by 64 tasks in one account, against by hand";
    rows.measure(name, ONE_ACCOUNT, 1, |_| world(2).create_in_one_account(4 * 64, 64));
    // Of as many accounts on both sides: the first is what the processor's caches hold, the second all that the smaller has.
    for of in [4, 50] {
        let mut are_read = false;
        let mut growth = |calls, by_hand| {
            let (mut few, mut many) = (world(0), world(1));
            if !mem::replace(&mut are_read, true) {
                few.read_each(of);
                many.read_each(of);
            }
            let first = few.random.below(2) == 0;
            let page = |world: &mut World<'_>| (world.page(of, calls, by_hand), ());
            both(first, || page(&mut many), || page(&mut few)).0
        };
        let name = format!("a page of 100 of {of} accounts, among {}, against {}", sizes[1], sizes[0]);
        rows.measure(&name, None, CALLS, |calls| growth(calls, false));
        rows.measure(&format!("{name} by hand"), None, CALLS, |calls| growth(calls, true));
        let name = format!("the growth of a page of 100 of {of} accounts, against by hand");
        rows.measure(&name, GROWTH, CALLS, |calls| {
            let (mut pair, by_hand) = (growth(calls, false), growth(calls, true));
            pair.theirs = pair.theirs.mul_f64(by_hand.ours.as_secs_f64() / by_hand.theirs.as_secs_f64());
            pair
        });
    }
    println!("{rows}");
}
