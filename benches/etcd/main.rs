//! How long the model takes over etcd, against calls written by hand that do the same, by one client and by eight; and a
//! page among a million connections against one among ten thousand.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench etcd              # all: some minutes, 12 GB below TMPDIR, 6 GB of memory
//! cargo bench -p account-connections-benches --bench etcd -- accept    # the rows with `accept` in their names
//! ```
//!
//! It starts etcd itself, one node: `.ci/etcd` installs it. The limits are those of the project. Both sides of a page read as
//! many different ones, as often, each of which was read once before; the same pages read by hand tell how much of a growth is
//! etcd's. Nothing fails where a limit is exceeded: the output says so.

#![allow(
    unreachable_pub,
    dead_code,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, and ends at the first broken assumption; not all of what it shares is used"
)]

mod by_hand;
#[path = "../support/random.rs"]
mod random;
#[path = "../support/rows.rs"]
mod rows;
#[path = "../../stores/etcd/src/rpc.rs"]
mod rpc;
#[path = "../../stores/etcd/tests/server/mod.rs"]
mod server;
#[path = "../support/stored.rs"]
mod stored;
mod world;

use std::{
    cell::{OnceCell, RefCell},
    mem,
};

use rows::{Pair, Rows, both, ours, theirs};
use server::Servers;
use world::{PER_MANAGER, World};

/// At most this many times the time by hand.
const ONE: Option<f64> = Some(1.3);
/// Eight clients do at least 0.8 of what they do by hand.
const EIGHT: Option<f64> = Some(1.25);
/// At most this many times the time among few connections.
const PAGE: Option<f64> = Some(1.5);

/// How many calls one side makes before it is the other's turn.
const CALLS: usize = 32;

fn main() {
    // `cargo test --benches` runs every row once.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let sizes = if measured { [10_000, 1_000_000] } else { [1_000, 2_000] };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let flags = ["--quota-backend-bytes", "8589934592"];
    let servers = runtime.block_on(Servers::start(1, &flags));
    let endpoint = &*servers.nodes[0].endpoint;
    World::check(&runtime, endpoint);

    let mut rows = Rows::from_args();
    let few = OnceCell::new();
    // Made when it is first asked for: a filter may pass the rows over.
    let few = || few.get_or_init(|| RefCell::new(World::new(&runtime, endpoint, "few", sizes[0])));
    rows.measure("get, 1 client, against by hand", ONE, CALLS, |calls| few().borrow_mut().get(calls));
    for (clients, limit) in [(1, ONE), (8, EIGHT)] {
        let name = format!("accept, {clients} at once, against by hand");
        rows.measure(&name, limit, CALLS, |calls| few().borrow_mut().accept(clients, calls));
    }

    let many = OnceCell::new();
    let many = || many.get_or_init(|| RefCell::new(World::new(&runtime, endpoint, "many", sizes[1])));
    // Of as many accounts on both sides: the first is what the processor's caches hold, the second all that the smaller has.
    for of in [4, sizes[0] / PER_MANAGER] {
        let mut are_read = false;
        for (who, limit) in [("", PAGE), (" by hand", None)] {
            let name = format!("a page of 100 of {of} accounts{who}, among {}, against {}", sizes[1], sizes[0]);
            rows.measure(&name, limit, CALLS, |calls| {
                let (mut few, mut many) = (few().borrow_mut(), many().borrow_mut());
                if !mem::replace(&mut are_read, true) {
                    few.read_each(of);
                    many.read_each(of);
                }
                let first = few.random.below(2) == 0;
                let page = |world: &mut World<'_>| (world.page(of, calls, limit.is_none()), ());
                both(first, || page(&mut many), || page(&mut few)).0
            });
        }
    }
    println!("{rows}");
    println!("The database has {}.", servers.control(&["endpoint", "status"]).split(", ").nth(3).unwrap_or_default());
}
