//! Stores that do not keep to their contract, each in one way.

mod fault;
mod faulty;
mod rows;

pub use fault::Fault;
pub use faulty::{FaultyFixture, block_on};
