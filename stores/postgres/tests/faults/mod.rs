//! What goes wrong under load, judged by the history of all calls, the last records and the outbox.

mod clients;
mod cut;
mod failover;
mod full;

mod kill;

use std::env;

/// How often each fault is played: once, or as often as `.ci/postgres --rounds` says.
fn rounds() -> std::ops::Range<u64> {
    let rounds = env::var("POSTGRES_ROUNDS").map(|rounds| rounds.parse().expect("a number of rounds"));
    0..rounds.unwrap_or(1)
}
