//! How many bytes a connection takes in memory, with all that belongs to it: index entries, client token, environment.
//!
//! ```text
//! cargo bench -p account-connections-benches --bench memory
//! ```

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a benchmark ends at the first broken assumption"
)]

#[allow(dead_code, unused_imports, reason = "each benchmark uses its own part of this")]
mod baseline;
#[allow(dead_code, unused_imports, reason = "each benchmark uses its own part of this")]
mod support;

use std::alloc::System;

use cap::Cap;
use support::World;

#[global_allocator]
static BYTES: Cap<System> = Cap::new(System, usize::MAX);

/// The bytes that a connection takes at most.
const LIMIT: usize = 1_100;

fn main() {
    // `cargo test --benches` looks whether it runs.
    let measured = std::env::args().any(|arg| arg == "--bench");
    let size = if measured { 10_000 } else { 100 };
    let [ours, theirs] = [true, false].map(|ours| World::of(size).sides.bytes(ours, || BYTES.allocated()) / size);
    let kept = if ours <= LIMIT { "kept" } else { "EXCEEDED" };
    println!("bytes of a connection among {size}: crate {ours}, baseline {theirs}; at most {LIMIT}: {kept}");
}
