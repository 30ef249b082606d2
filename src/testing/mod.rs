//! Tools for testing your own code (feature `testing`): the contract of a store as a list of cases, the rules as
//! scenarios, random sessions, and the check that a concurrent history is equivalent to some serial order.

#[cfg(feature = "arbitrary")]
mod arbitrary;
pub mod counterfactual;
pub mod faulty;
#[cfg(feature = "wire")]
pub mod fuzz;
pub mod history;
pub mod scenario;
pub mod script;
pub mod session;
mod shared_memory;
pub mod store_contract;
#[cfg(feature = "proptest")]
pub mod strategy;
pub mod subject;

pub use shared_memory::SharedMemory;
