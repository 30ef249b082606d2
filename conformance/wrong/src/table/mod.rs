//! The wrong implementations, by what they get wrong.

mod authority;
mod change;
mod connection_checks;
mod connections;
mod deployments;
mod environment_checks;
mod environments;
mod events;
mod kinds;
mod lists;
mod order;
mod resources;
mod scripts;
mod shown;
mod tags;
mod times;
mod tokens;

use std::sync::LazyLock;

use crate::Wrong;

static ALL: LazyLock<Vec<Wrong>> = LazyLock::new(|| {
    [
        connections::all(),
        connection_checks::all(),
        tokens::all(),
        environments::all(),
        environment_checks::all(),
        deployments::all(),
        lists::all(),
        shown::all(),
        times::all(),
        tags::all(),
        resources::all(),
        authority::all(),
        kinds::all(),
        order::all(),
        events::all(),
    ]
    .concat()
});

/// All wrong implementations. No two have the same name.
#[must_use]
pub fn all() -> &'static [Wrong] {
    &ALL
}
