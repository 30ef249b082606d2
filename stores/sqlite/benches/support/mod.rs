//! What the benchmark consists of: the data, the hand-written side, and the rows that are measured and stated.

mod by_hand;
#[path = "../../../../benches/support/caches.rs"]
mod caches;
#[path = "../../../../benches/support/rows.rs"]
mod rows;
mod world;

pub use caches::Caches;
pub use rows::{Pair, Rows};
pub use world::World;
