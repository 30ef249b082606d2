//! The states of a small world, and what leads from one to another.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use account_connections::{
    Rule,
    testing::subject::{Inside as _, Model, Reply, Subject as _},
};
use serde_json::{Value, json};

use super::alphabet::{Ask, NAME, World};
use crate::script::stage::{ENVIRONMENT, HOME, MANAGEMENT, caller};

/// All states that a world can reach.
#[derive(Debug)]
pub(super) struct Graph {
    pub(super) world: World,
    pub(super) nodes: Vec<Node>,
}

/// A state.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) edges: Vec<Edge>,
}

/// A call that can be made in a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Edge {
    /// Which call of the alphabet.
    pub(super) ask: usize,
    /// The state after it.
    pub(super) to: usize,
    /// What it has in common with others: see [`Graph::cells`].
    pub(super) cell: u32,
    /// Its own number.
    pub(super) number: u32,
}

/// What a state is remembered by, and how it continues.
#[derive(Clone, Debug)]
pub(super) struct State {
    model: Model,
    pub(super) slots: Vec<String>,
    pub(super) deployment: String,
    /// What began the latest deployment.
    work: &'static str,
}

/// An upper bound on the states of a world: none has as many.
const MOST: usize = 4000;

impl Graph {
    pub(super) fn of(world: World) -> Self {
        let mut begin = State::new();
        let mut numbers = BTreeMap::from([(begin.key(), 0)]);
        let (mut waiting, mut nodes) = (VecDeque::from([begin]), Vec::new());
        let (mut cells, mut number) = (BTreeMap::<String, u32>::new(), 0);
        while let Some(mut state) = waiting.pop_front() {
            let (mut edges, key) = (Vec::new(), state.key());
            for (place, ask) in world.asks.iter().enumerate() {
                if !state.can(ask, world.connections) {
                    continue;
                }
                let mut next = state.clone();
                let outcome = next.make(ask);
                let key_of_next = if outcome.is_ok_and(|changes| changes) { next.key() } else { key.clone() };
                let known = numbers.len();
                let to = *numbers.entry(key_of_next).or_insert(known);
                if to == known && known < MOST {
                    waiting.push_back(next);
                }
                let known = u32::try_from(cells.len()).unwrap_or_default();
                let outcome = outcome.map_err(Rule::name);
                let cell = *cells.entry(format!("{} {} {outcome:?}", ask.label, state.seen_by(ask))).or_insert(known);
                edges.push(Edge { ask: place, to, cell, number });
                number += 1;
            }
            nodes.push(Node { edges });
        }
        Self { world, nodes }
    }

    /// How many calls can be made in all states together.
    pub(super) fn edges(&self) -> usize {
        self.nodes.iter().map(|node| node.edges.len()).sum()
    }

    /// Its cells: an operation, which side calls, the statuses of the connection, the other connection and the
    /// environment, and the outcome.
    pub(super) fn cells(&self) -> BTreeSet<u32> {
        self.nodes.iter().flat_map(|node| &node.edges).map(|edge| edge.cell).collect()
    }
}

impl State {
    pub(super) fn new() -> Self {
        Self { model: Model::default(), slots: Vec::new(), deployment: NEVER.into(), work: "" }
    }

    /// Whether a call can be made here.
    pub(super) fn can(&self, ask: &Ask, connections: usize) -> bool {
        if ask.creates { self.slots.len() < connections } else { ask.slot.is_none_or(|slot| slot < self.slots.len()) }
    }

    /// The input with ids.
    pub(super) fn resolved(&self, input: &Value) -> Value {
        match input {
            Value::String(text) => match text.as_str() {
                "$0" => json!(self.slots.first()),
                "$1" => json!(self.slots.get(1)),
                "$d" => json!(self.deployment),
                _ => input.clone(),
            },
            Value::Object(members) => {
                Value::Object(members.iter().map(|(name, member)| (name.clone(), self.resolved(member))).collect())
            }
            other => other.clone(),
        }
    }

    /// Takes note of an answer.
    pub(super) fn learn(&mut self, ask: &Ask, answer: &Value) {
        if ask.creates
            && let Some(id) = answer.pointer("/environmentAccountConnection/id").and_then(Value::as_str)
        {
            self.slots.push(id.to_owned());
        }
        let attempted = answer.pointer("/environment/lastAttemptedDeploymentId").and_then(Value::as_str);
        if let Some(attempted) = attempted.filter(|attempted| **attempted != self.deployment) {
            self.deployment = attempted.to_owned();
            self.work = ask.operation;
        }
    }

    /// Makes a call: returns whether it may have changed something, or the rule that refuses it.
    fn make(&mut self, ask: &Ask) -> Result<bool, Rule> {
        let reply = self.model.call(ask.caller, ask.operation, &self.resolved(&ask.input));
        // Nobody looks at them, and each state has a copy.
        drop(self.model.events());
        drop(self.model.instructions());
        match (reply, self.model.refused_by()) {
            (_, Some(rule)) => Err(rule),
            (Reply::Answer(answer), None) => {
                self.learn(ask, &answer);
                Ok(!ask.operation.starts_with("Get"))
            }
            _ => Ok(false),
        }
    }

    /// What is there, as far as it matters.
    fn key(&mut self) -> String {
        let statuses = (0..self.slots.len()).map(|slot| self.status(slot)).collect::<Vec<_>>();
        format!("{statuses:?} {}", self.environment(None))
    }

    /// The part of it that a call can depend on.
    fn seen_by(&mut self, ask: &Ask) -> String {
        let others = (0..self.slots.len()).filter(|other| Some(*other) != ask.slot).collect::<Vec<_>>();
        let others = others.into_iter().map(|other| self.status(other)).collect::<Vec<_>>();
        let Some(slot) = ask.slot else {
            // It makes no difference which of the two connections it is.
            let is_free = others.iter().any(|status| status == "CONNECTED");
            return format!("{} {is_free}", self.environment(Some(usize::MAX)));
        };
        let is_free = others.first().is_some_and(|status| status == "CONNECTED");
        let seen = self.environment(Some(slot));
        let (mut words, is_about_it) = (seen.split(' '), !seen.contains("there"));
        let (status, attached) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let seen = match ask.operation {
            "DeleteEnvironmentAccountConnection" if is_about_it => seen,
            "UpdateEnvironment" => format!("{status} {attached}"),
            // Of what is under way, only that it is.
            _ => format!("{attached} {}", status.contains("ING") || status.contains("PROGRESS")),
        };
        format!("{} {is_free} {seen}", self.status(slot))
    }

    fn status(&mut self, slot: usize) -> String {
        let input = json!({ "id": self.slots.get(slot) });
        let shown = self.shown("GetEnvironmentAccountConnection", ENVIRONMENT, &input);
        text(&shown, "/environmentAccountConnection/status").unwrap_or("gone").to_owned()
    }

    fn environment(&mut self, from: Option<usize>) -> String {
        let shown = self.shown("GetEnvironment", MANAGEMENT, &json!({ "name": NAME }));
        let Some(status) = text(&shown, "/environment/deploymentStatus") else { return "none".into() };
        let attached = text(&shown, "/environment/environmentAccountConnectionId");
        let slot = attached.and_then(|id| self.slots.iter().position(|slot| slot == id));
        let attached = match (slot, from) {
            (Some(slot), Some(from)) if slot == from => "here".into(),
            (Some(_), Some(_)) => "there".into(),
            (None, Some(_)) => "unmanaged".into(),
            (slot, _) => format!("{slot:?}"),
        };
        let has_succeeded = text(&shown, "/environment/lastSucceededDeploymentId").is_some();
        // What is under way matters only as long as it is.
        let work = if status.ends_with("IN_PROGRESS") { self.work } else { "" };
        format!("{status} {attached} {has_succeeded} {work}")
    }

    fn shown(&mut self, operation: &str, account: &str, input: &Value) -> Value {
        match self.model.call(caller(account, HOME), operation, input) {
            Reply::Answer(answer) => answer,
            _ => Value::Null,
        }
    }
}

const NEVER: &str = "00000000-0000-0000-0000-ffffffffffff";

fn text<'v>(shown: &'v Value, place: &str) -> Option<&'v str> {
    shown.pointer(place).and_then(Value::as_str)
}
