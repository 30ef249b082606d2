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

/// What no recording shows under the profile that names are compared by, and why.
pub const BEYOND: &[(&str, &str)] = &[
    ("well-formed-input-is-internal-server", HOSTS),
    ("connection-quota-is-throttling", HOSTS),
    ("foreign-token-is-internal-server", HOSTS),
    ("environment-quota-is-throttling", HOSTS),
    ("same-environment-account-before-connection-names-environment", SAME),
    ("unmanaged-cannot-deploy-before-deletion-started", SAME),
];
const HOSTS: &str = "trouble of a host says nothing about the protocol";
const SAME: &str = "both checks refuse with the same kind, and name the same thing";
