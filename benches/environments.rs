//! How long the crate takes for operations on environments, against the same rules written by hand (`baseline`).
//!
//! ```text
//! cargo bench -p account-connections-benches --bench environments              # everything, 2 minutes and 2 GB
//! cargo bench -p account-connections-benches --bench environments -- create    # the rows with `create` in the name
//! ```
//!
//! The limits are those of the project: CreateEnvironment, a report, UpdateEnvironment and DeleteEnvironment at most 2.5
//! times the baseline's time at any size; and reading an account's resources costs the same, whether there are 10 or
//! 1,000 environments elsewhere. The other rows are for information. Nothing fails where a limit is exceeded: the output
//! says so.
//!
//! Half of the environments are cross-account, half are provisioned in their owners' accounts. An environment is about
//! ten records with its connection, its resources and the index entries of all: 100,000 are a million.

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

use account_connections::operation::DeploymentType;
use support::{Environments, Pair, Rows, both, environment_rules};

/// At most this many times the baseline's time.
const CALL: Option<f64> = Some(2.5);
/// The same time, but for what a measurement varies by.
const SAME: Option<f64> = Some(1.25);

/// How many calls one side makes before it is the other's turn: less time than a busy machine leaves a program alone.
const CALLS: usize = 64;
const PAGES: usize = 8;

fn main() {
    // `cargo test --benches` runs every row once.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let (calls, sizes) = if measured { (100_000, [10_000, 100_000]) } else { (20_000, [1_000, 2_000]) };
    environment_rules::check(calls);

    let mut rows = Rows::from_args();
    for size in sizes {
        let mut environments = Environments::of(size);
        println!("{size} environments are {} records\n", environments.sides.store.len());
        operations(&mut rows, size, &mut environments);
    }
    reads(&mut rows);
    println!("{rows}");
}

/// The operations on one environment, in the order of its life.
fn operations(rows: &mut Rows, size: usize, environments: &mut Environments) {
    let of = format!("among {size}, against the baseline");
    let mut row = |name: &str, block: &mut dyn FnMut(&mut Environments, &mut [support::Site]) -> Pair| {
        rows.measure(&format!("{name} {of}"), CALL, CALLS, |calls| {
            let mut sites = environments.take(calls);
            let pair = block(environments, &mut sites);
            environments.put_back(sites);
            pair
        });
    };
    row("create an environment", &mut |environments, sites| {
        let (pair, _) = replaced(environments, sites);
        pair
    });
    row("report a creation", &mut |environments, sites| {
        let (_, pair) = replaced(environments, sites);
        pair
    });
    row("update with a deployment", &mut |environments, sites| {
        let pair = environments.update(sites, DeploymentType::CurrentVersion);
        environments.succeed(sites);
        pair
    });
    row("update without a deployment", &mut |environments, sites| environments.update(sites, DeploymentType::None));
    row("report an update", &mut |environments, sites| {
        environments.update(sites, DeploymentType::CurrentVersion);
        environments.succeed(sites)
    });
    row("delete an environment", &mut |environments, sites| {
        let pair = environments.delete(sites);
        environments.gone(sites);
        created(environments, sites);
        pair
    });
    row("report a deletion", &mut |environments, sites| {
        environments.delete(sites);
        let pair = environments.gone(sites);
        created(environments, sites);
        pair
    });
}

/// Environments are deleted and created again: how long the creation takes, and the report of it.
fn replaced(environments: &mut Environments, sites: &mut [support::Site]) -> (Pair, Pair) {
    environments.delete(sites);
    environments.gone(sites);
    created(environments, sites)
}

fn created(environments: &mut Environments, sites: &mut [support::Site]) -> (Pair, Pair) {
    environments.renew(sites);
    (environments.create(sites), environments.succeed(sites))
}

/// Pages of a hundred of an account's 250 resources: with many environments elsewhere, against few.
fn reads(rows: &mut Rows) {
    let [mut few, mut many] = [10, 1_000].map(|elsewhere| Environments::of(elsewhere).with_reader());
    let [its, theirs] = [&mut many, &mut few].map(Environments::reader_pages);
    for (number, (page, fewer)) in its.iter().zip(&theirs).enumerate().take(2) {
        rows.measure(&format!("page {} of resources, against the baseline", number + 1), None, PAGES, |calls| {
            many.read(page, calls)
        });
        let name = format!("page {} of resources with 1000 environments elsewhere, against 10", number + 1);
        rows.measure(&name, SAME, PAGES, |calls| {
            let (many_pages, few_pages) = (vec![page.0.clone(); calls], vec![fewer.0.clone(); calls]);
            let first = few.sides.random.below(2) == 0;
            both(first, || (many.time_reads(&many_pages), ()), || (few.time_reads(&few_pages), ())).0
        });
    }
}
