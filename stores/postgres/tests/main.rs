//! The tests of account-connections-postgres, in one executable. They start their servers: `.ci/postgres` installs what they need.

#![allow(
    unreachable_pub,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that goes wrong is to stop, and waits for servers"
)]

mod calls;
mod contract;
mod faults;
mod hot;
mod order;
mod outbox;
mod proxy;
mod server;
mod stored_form;
mod support;
mod tls;
mod trouble;
