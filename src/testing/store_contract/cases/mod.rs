//! The cases. In a script, each answer is compared at once; in a race, the outcome is checked.

pub(super) mod commits;
pub(super) mod model;
pub(super) mod outbox;
pub(super) mod races;
pub(super) mod reads;
pub(super) mod worker;
