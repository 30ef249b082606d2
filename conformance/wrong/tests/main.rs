//! The tests of account-connections-wrong, in one executable.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

mod degraded;
mod real;
mod table;
