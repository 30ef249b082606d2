//! Small worlds whose states are all found by searching: two connections for one environment and what can become of
//! them, an environment with roles in its own account, and one from a repository.

mod alphabet;
mod graph;
mod tour;

use graph::Graph;

use super::{Coverage, Episode, Phase, coverage::Target};

/// The names of the small worlds.
pub const WORLDS: [&str; 4] = ["connections", "environment", "own-roles", "repository"];

/// All transitions of a small world, as episodes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Exhausted {
    /// The episodes.
    pub episodes: Vec<Episode>,
    /// How many states there are.
    pub states: usize,
    /// How many calls can be made in them, all told.
    pub transitions: usize,
}

/// All transitions of the world of this name; `None` if there is none.
#[must_use]
pub fn exhaustive(world: &str) -> Option<Exhausted> {
    let graph = Graph::of(alphabet::world(world)?);
    let all = |edge: &graph::Edge| edge.number;
    let episodes = tour::episodes(&graph, &all, &format!("{world} exhaustively"));
    Some(Exhausted { episodes, states: graph.nodes.len(), transitions: graph.edges() })
}

/// A tour of each world that reaches each cell once: an operation, which side calls, the statuses of what is there, and
/// the outcome.
pub(super) fn episodes(coverage: &mut Coverage) -> Vec<Episode> {
    let mut episodes = Vec::new();
    for (number, world) in (0..).zip(WORLDS) {
        let Some(world_of_name) = alphabet::world(world) else { continue };
        let graph = Graph::of(world_of_name);
        for cell in graph.cells() {
            coverage.can(Target::Cell(numbered(number, cell)));
        }
        let mut tour = tour::episodes(&graph, &|edge: &graph::Edge| edge.cell, world);
        for step in tour.iter_mut().flat_map(|episode| &mut episode.steps) {
            step.cell = step.cell.map(|cell| numbered(number, cell));
        }
        episodes.append(&mut tour);
    }
    episodes.iter_mut().for_each(|episode| episode.phase = Phase::Cells);
    episodes
}

/// The number of a world's cell among all.
const fn numbered(world: u32, cell: u32) -> u32 {
    world * 100_000 + cell
}
