//! By what the judge is judged: [wrong implementations](all), each this crate's model with one fault around it, and
//! [recordings that lack something](degrade).

pub mod degrade;
mod fault;
mod json;
mod store;
mod subject;
mod table;
mod world;
mod wrong;

pub use subject::WrongSubject;
pub use table::all;
pub use wrong::{Scripted, Way, Wrong};
