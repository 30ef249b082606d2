//! How long the model takes over PostgreSQL, against the same calls written by hand in SQL on the same tables, and a page
//! among a million connections against one among ten thousand. It starts a server of its own.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench postgres             # all: 5 minutes, 6 GB of disk below TMPDIR, 4 GB of memory
//! cargo bench -p account-connections-benches --bench postgres -- accept   # the rows with `accept` in their names
//! ```
//!
//! The limits are those of the project: with one client at most 1.3 times the time by hand; with eight, on different
//! connections, at least 0.8 times as many a second, and no conflict at all; with 64 tasks on one account at least half
//! as many. A page among a million at most 1.5 times its time among ten thousand, where as many different pages are read, as
//! often, on both sides; the same pages read by hand tell how much of a growth is the database's.
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

use std::cell::{OnceCell, RefCell};

use rows::{Pair, Rows, both, ours, theirs};
use server::Server;
use tokio::runtime::Runtime;
use world::World;

/// At most this many times the time by hand.
const ONE_CLIENT: Option<f64> = Some(1.3);
const EIGHT_CLIENTS: Option<f64> = Some(1.0 / 0.8);
const ONE_ACCOUNT: Option<f64> = Some(1.0 / 0.5);
/// At most this many times the time among few connections.
const PAGE: Option<f64> = Some(1.5);

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

    let sizes = [10_000, 1_000_000];
    let mut rows = Rows::from_args();
    let worlds: [OnceCell<RefCell<World<'_>>>; 2] = Default::default();
    // Made when it is first asked for: a filter may pass the row over.
    let world = |which: usize| {
        let new = || RefCell::new(World::new(&runtime, &server, ["few", "many"][which], sizes[which]));
        worlds[which].get_or_init(new).borrow_mut()
    };
    rows.measure("get, one client, against by hand", ONE_CLIENT, CALLS, |calls| world(0).get(calls));
    rows.measure("accept, one client, against by hand", ONE_CLIENT, CALLS, |calls| world(0).accept(calls, 1));
    let name = "accept, eight clients, against by hand";
    rows.measure(name, EIGHT_CLIENTS, 4 * CALLS, |calls| world(0).accept(calls.max(8), 8));
    let name = "256 creations by 64 tasks in one account, against by hand";
    rows.measure(name, ONE_ACCOUNT, 1, |_| world(0).create_in_one_account(4 * 64, 64));
    // Of as many accounts on both sides: the first is what the processor's caches hold, the second all that the smaller has.
    for of in [4, 50] {
        for (who, limit) in [("", PAGE), (" by hand", None)] {
            let name = format!("a page of 100 of {of} accounts{who}, among {}, against {}", sizes[1], sizes[0]);
            rows.measure(&name, limit, CALLS, |calls| {
                let (mut few, mut many) = (world(0), world(1));
                let first = few.random.below(2) == 0;
                let page = |world: &mut World<'_>| (world.page(of, calls, limit.is_none()), ());
                both(first, || page(&mut many), || page(&mut few)).0
            });
        }
    }
    println!("{rows}");
}
