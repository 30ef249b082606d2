//! The scripts of the cases.

pub(super) mod commits;
pub(super) mod model;
pub(super) mod reads;
pub(super) mod scans;
mod sessions;
mod story;
pub(super) mod versions;

pub(super) use sessions::sessions;
