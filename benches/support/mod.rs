//! What the benchmark consists of: the data, the two sides on it, and the rows that are measured and stated.

mod alike;
mod caches;
mod data;
pub mod environment_rules;
mod environments;
mod random;
mod rows;
pub mod rules;
mod sides;
mod world;

pub use caches::Caches;
pub use data::{HOT_NAME, Known};
pub use environments::{Environments, Site};
pub use rows::{Pair, Rows, both, ours, theirs};
pub use sides::{Asked, Sides};
pub use world::{PageOf, World};
