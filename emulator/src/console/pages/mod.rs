//! The pages, one per file.

pub(super) mod chooser;
pub(super) mod connection;
pub(super) mod connections;
pub(super) mod environment;
pub(super) mod environments;
pub(super) mod happened;
mod outcome;
pub(super) mod provisioned;
mod request;
