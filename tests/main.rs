//! The tests of account-connections, in one executable: it links once, and all that is slow runs side by side.
//!
//! `cargo test -p account-connections-tests` runs all of them, and with a name after it those of one file.

#![allow(
    unreachable_pub,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that goes wrong is to stop"
)]

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod arns;
mod batches;
mod deployments;
mod differential;
mod embedding;
mod foreign_histories;
mod fuzz;
mod guide_examples;
mod identifiers;
mod interleavings;
mod keys;
mod linearizability;
mod listing;
mod metamorphic;
mod page_tokens;
mod pictures;
mod records;
mod refusals;
mod requests;
mod scenarios;
mod scripts;
mod sessions;
mod sizes;
mod small_world;
mod specification;
mod store_contract;
mod store_faults;
mod strangers;
mod strategies;
mod timestamps;
mod transitions;
mod typed_api;
mod wire;

// What they share.
mod oracle;
#[path = "support/search/mod.rs"]
mod search;
mod support;
mod system;
mod texts;
