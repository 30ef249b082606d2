//! A store with selectable faults, to see that a check of stores can fail.
//!
//! ```
//! use account_connections::testing::{
//!     faulty::{Fault, FaultyStore},
//!     store_contract::case,
//! };
//!
//! let fault = Fault::ChecksWhatItWrites;
//! let failure = case(fault.case()).expect("a case").check(FaultyStore::new([fault]));
//! println!("{}", failure.expect_err("it forgets what was only read"));
//! ```

mod fault;
mod rows;
mod store;

pub use fault::Fault;
pub use store::FaultyStore;
