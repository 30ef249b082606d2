//! A store with faults to choose from: to see that a check of stores can fail.
//!
//! ```
//! use account_connections::testing::{
//!     faulty::{Fault, FaultyStore},
//!     store_contract::case,
//! };
//!
//! let failure = case("write_skew").expect("a case").check(FaultyStore::new([Fault::ChecksWhatItWrites]));
//! println!("{}", failure.expect_err("it forgets what was only read"));
//! ```

mod fault;
mod rows;
mod store;

pub use fault::Fault;
pub use store::FaultyStore;
