//! The judge of live subjects is judged: by wrong implementations, by the right one, and by a line that loses answers.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

mod http;
mod in_flight;
mod line;
mod races;
mod subject;
mod wrong;
