//! What the benchmark consists of: the data, the two sides on it, and the rows that are measured and stated.

mod alike;
mod data;
mod rows;
pub mod rules;
mod world;

pub use data::{HOT_NAME, Known};
pub use rows::{Pair, Rows};
pub use world::{PageOf, World};
