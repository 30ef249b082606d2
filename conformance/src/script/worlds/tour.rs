//! Paths through a graph that reach everything.

use std::collections::{BTreeSet, VecDeque};

use account_connections::testing::subject::Reply;

use super::graph::{Edge, Graph, State};
use crate::script::{Episode, Phase, rehearsal::Rehearsal};

/// About how many calls an episode has, not counting looks.
const LENGTH: usize = 40;

/// Episodes in which everything that edges stand for comes up once.
pub(super) fn episodes(graph: &Graph, stands_for: &dyn Fn(&Edge) -> u32, name: &str) -> Vec<Episode> {
    let mut left = graph.nodes.iter().flat_map(|node| &node.edges).map(stands_for).collect::<BTreeSet<_>>();
    let mut episodes = Vec::new();
    while !left.is_empty() {
        let mut walk = Walk { graph, at: 0, state: State::new(), rehearsal: Rehearsal::new(), calls: 0 };
        while walk.calls < LENGTH {
            let Some(way) = walk.way_to(&|edge| left.contains(&stands_for(edge))) else { break };
            for edge in way {
                let is_new = left.remove(&stands_for(&edge));
                walk.go(edge, is_new.then(|| stands_for(&edge)));
            }
        }
        if walk.calls == 0 {
            break;
        }
        walk.rehearsal.list_all();
        episodes.push(walk.rehearsal.episode(format!("{name} {}", episodes.len() + 1), Phase::Cells));
    }
    episodes
}

struct Walk<'g> {
    graph: &'g Graph,
    at: usize,
    state: State,
    rehearsal: Rehearsal,
    calls: usize,
}

impl Walk<'_> {
    /// The shortest path from here to an edge like this, including that edge: edges that change nothing first.
    fn way_to(&self, is_wanted: &dyn Fn(&Edge) -> bool) -> Option<Vec<Edge>> {
        let mut came_by = vec![None; self.graph.nodes.len()];
        let mut waiting = VecDeque::from([self.at]);
        let mut seen = BTreeSet::from([self.at]);
        while let Some(at) = waiting.pop_front() {
            let edges = || self.graph.nodes.get(at).into_iter().flat_map(|node| &node.edges);
            let stays = edges().find(|edge| edge.to == at && is_wanted(edge));
            if let Some(edge) = stays.or_else(|| edges().find(|edge| is_wanted(edge))) {
                let (mut way, mut back) = (vec![*edge], at);
                while let Some((before, edge)) = came_by.get(back).copied().flatten() {
                    way.push(edge);
                    back = before;
                }
                way.reverse();
                return Some(way);
            }
            for edge in edges() {
                if seen.insert(edge.to) {
                    if let Some(slot) = came_by.get_mut(edge.to) {
                        *slot = Some((at, *edge));
                    }
                    waiting.push_back(edge.to);
                }
            }
        }
        None
    }

    fn go(&mut self, edge: Edge, cell: Option<u32>) {
        let Some(ask) = self.graph.world.asks.get(edge.ask) else { return };
        let reply = self.rehearsal.ask(ask.caller, ask.operation, &self.state.resolved(&ask.input));
        if let Some(step) = self.rehearsal.last_mut() {
            step.cell = cell;
        }
        self.calls += 1;
        if let Reply::Answer(answer) = reply {
            self.state.learn(ask, &answer);
        }
        self.at = edge.to;
    }
}
