//! The cases: in a script, what is asked is compared as it is asked; in a race, what came of it is looked at.

pub(super) mod reads;
