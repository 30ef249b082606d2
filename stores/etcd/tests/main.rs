//! The tests of account-connections-etcd, in one executable. They start their servers: `.ci/etcd` installs what they need.

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that goes wrong is to stop"
)]

mod access;
mod compaction;
mod contract;
mod faults;
mod hot;
mod limits;
mod names;
mod outbox;
mod server;
mod stale;
mod support;
