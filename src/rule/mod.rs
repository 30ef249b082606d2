//! Every rule of the model, by name: what it says and what it rests on.

mod basis;
mod kind;
mod set;
mod table;

pub use basis::Basis;
pub use kind::ErrorKind;
pub use set::Rules;
pub use table::{Rule, UnknownRule};
