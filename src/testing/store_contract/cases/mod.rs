//! The cases: in a script, what is asked is compared as it is asked; in a race, the outcome is looked at.

pub(super) mod commits;
pub(super) mod model;
pub(super) mod outbox;
pub(super) mod races;
pub(super) mod reads;
pub(super) mod worker;
