//! The judge of live subjects is judged: by wrong implementations, by the right one, and by a line that loses answers.

pub(crate) mod http;
mod in_flight;
mod line;
mod races;
pub(crate) mod subject;
pub(crate) mod wrong;
