//! How long the crate takes over its in-memory store, against the same rules written by hand (`baseline`).
//!
//! ```text
//! cargo bench -p account-connections-benches --bench connections              # everything, 2 minutes and 3 GB
//! cargo bench -p account-connections-benches --bench connections -- accept    # the rows with `accept` in the name
//! ```
//!
//! The limits are those of the project: a get at most 1.8 times the baseline's time, an operation that writes at most 1.2
//! times, a page no more than it takes; and a page of 100 among a million connections at most 1.5 times its time among ten
//! thousand. The other rows are for information. Nothing fails where a limit is exceeded: the output says so.
//!
//! A row is added with [`Rows::measure`]: a name, a limit or none, and a block of calls on both sides.

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock, and ends at the first broken assumption"
)]

#[allow(dead_code, unused_imports, reason = "each benchmark uses its own part of this")]
mod baseline;
#[allow(dead_code, unused_imports, reason = "each benchmark uses its own part of this")]
mod support;

use std::cell::RefCell;

use account_connections::{connection::ConnectionStatus, id::Side, operation::ListEnvironmentAccountConnections};
use support::{Caches, HOT_NAME, PageOf, Rows, World, both, rules};

/// At most this many times the baseline's time.
const GET: Option<f64> = Some(1.8);
const WRITE: Option<f64> = Some(1.2);
const PAGE: Option<f64> = Some(1.0);
/// At most this many times the time among few connections.
const GROWTH: Option<f64> = Some(1.5);

/// How many calls one side makes before it is the other's turn: less time than a busy machine leaves a program alone.
const CALLS: usize = 64;
const PAGES: usize = 8;

fn main() {
    // `cargo test --benches` runs every row once.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let (calls, sizes) = if measured { (100_000, [10_000, 1_000_000]) } else { (2_000, [10_000, 20_000]) };
    rules::check(calls);

    let mut rows = Rows::from_args();
    let mut worlds = sizes.map(World::of);
    for world in &mut worlds {
        connections(&mut rows, world);
    }
    let [small, large] = &mut worlds;
    pages(&mut rows, small, large);
    println!("{rows}");
}

/// The operations on one connection.
fn connections(rows: &mut Rows, world: &mut World) {
    let of = format!("among {}, against the baseline", world.size());
    rows.measure(&format!("get {of}"), GET, CALLS, |calls| {
        let these = (0..calls).map(|_| world.any()).collect::<Vec<_>>();
        world.get(&these)
    });
    rows.measure(&format!("accept {of}"), WRITE, CALLS, |calls| {
        let these = world.take_pending(calls);
        let pair = world.accept(&these);
        world.renew(&these);
        pair
    });
    rows.measure(&format!("reject {of}"), WRITE, CALLS, |calls| {
        let these = world.take_pending(calls);
        let pair = world.reject(&these);
        world.renew(&these);
        pair
    });
    rows.measure(&format!("reject CONNECTED {of}"), WRITE, CALLS, |calls| {
        let these = world.take_pending(calls);
        world.accept(&these);
        let pair = world.reject(&these);
        world.renew(&these);
        pair
    });
    rows.measure(&format!("create {of}"), WRITE, CALLS, |calls| {
        let these = world.take_pending(calls);
        world.delete(&these);
        let others = world.others(&these);
        let pair = world.create(&others);
        world.put_back(others);
        pair
    });
    rows.measure(&format!("delete {of}"), WRITE, CALLS, |calls| {
        let these = world.take_pending(calls);
        let pair = world.delete(&these);
        let others = world.others(&these);
        world.create(&others);
        world.put_back(others);
        pair
    });
}

/// Pages of a hundred: against the baseline, and among many connections against few.
///
/// A page costs as many records wherever it is and however many connections there are (`tests/listing.rs` counts them).
/// What does depend on their number is whether the processor's caches still hold the records. So many are compared with
/// few where the caches are the same to both: with first pages, which they hold, and with pages from anywhere once they
/// hold nothing of them. Pages from anywhere as the caches happen to be are for information: of a million connections
/// they hold next to none, of ten thousand a good part.
fn pages(rows: &mut Rows, small: &mut World, large: &mut World) {
    let all = ListEnvironmentAccountConnections::new(Side::ManagementAccount);
    let pending = [ConnectionStatus::Pending].into_iter().collect();
    let name = HOT_NAME.parse().unwrap();
    let lists = [
        ("all", all.clone()),
        ("PENDING", {
            let mut it = all.clone();
            it.statuses = pending;
            it
        }),
        ("one name", {
            let mut it = all;
            it.environment_name = Some(name);
            it
        }),
    ];
    let mut caches = Caches::default();
    for (of, list) in lists {
        let [few, many] = [small.full_pages(&list), large.full_pages(&list)];
        for (world, pages) in [(&mut *small, &few), (&mut *large, &many)] {
            let name = format!("page of {of} among {}, against the baseline", world.size());
            rows.measure(&name, PAGE, PAGES, |calls| {
                let these = world.choose(pages, calls);
                world.pages(&these)
            });
        }
        let sizes = format!("among {}, against {}", large.size(), small.size());
        let first = |pages: &[PageOf]| pages.iter().filter(|page| page.after.is_none()).cloned().collect::<Vec<_>>();
        let mut row = |which, limit, most, [few, many]: [&[PageOf]; 2], before: &mut dyn FnMut()| {
            rows.measure(&format!("{which} of {of} {sizes}"), limit, most, |calls| {
                let (few, many) = (small.choose(few, calls), large.choose(many, calls));
                let (first, before) = (small.sides.random.below(2) == 0, RefCell::new(&mut *before));
                let time = |world: &mut World, pages| (world.time_pages(pages, &mut **before.borrow_mut()), ());
                both(first, || time(large, &many), || time(small, &few)).0
            });
        };
        row("first page, cached,", GROWTH, PAGES, [&first(&few), &first(&many)], &mut || ());
        row("any page, uncached,", GROWTH, 1, [&few, &many], &mut || caches.fill());
        row("any page, as found,", None, PAGES, [&few, &many], &mut || ());
    }
}
