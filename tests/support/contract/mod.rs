//! Stores that do not keep to their contract, each in one way.

#![allow(dead_code, unreachable_pub, reason = "each test binary uses its own part of this")]

mod fault;
mod faulty;
mod rows;

pub use fault::Fault;
pub use faulty::{FaultyFixture, block_on};
