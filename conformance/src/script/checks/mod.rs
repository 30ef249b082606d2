//! Each rule alone, and each pair of an operation's rules: a call that would be answered, spoiled in one or two ways.

mod connections;
mod environments;

use std::collections::{BTreeMap, BTreeSet};

use account_connections::{Rule, id::Caller};
use serde_json::{Value, json};

use super::{
    Coverage, Episode, Phase,
    coverage::Target,
    stage::{ELSEWHERE, HOME, Party, Stage, caller},
};

/// A call that the model answers, and how it can be spoiled.
pub(super) struct Check {
    pub(super) by: Party,
    pub(super) operation: &'static str,
    pub(super) input: Value,
    /// Groups of ways; a call can have one from each group.
    pub(super) spoils: Vec<Vec<Spoil>>,
}

/// A change of a call.
#[derive(Clone, Debug)]
pub(super) enum Spoil {
    /// By another party.
    By(Party),
    /// In another Region.
    Elsewhere,
    /// With other values of these members; those that are `null` are left out.
    With(Value),
}

/// How many operations have their checks in one episode.
const TOGETHER: usize = 2;

/// How often each rule is reached alone, and how often each pair.
const ALONE: usize = 3;
const PAIR: usize = 2;

/// The checks, an episode for each operation; notes what they could cover.
pub(super) fn episodes(coverage: &mut Coverage) -> Vec<Episode> {
    let mut episodes = Vec::new();
    for (stage, checks) in [(with_connections(), connections::all()), (with_all(), environments::all())] {
        for some in checks.chunks(TOGETHER) {
            let mut stage = stage.clone();
            for check in some {
                spoil_all(&mut stage, check, coverage);
            }
            stage.rehearsal.look_at_all();
            let operations = some.iter().map(|check| check.operation).collect::<Vec<_>>().join(", ");
            episodes.push(stage.rehearsal.episode(format!("checks of {operations}"), Phase::Cells));
        }
    }
    episodes
}

fn with_connections() -> Stage {
    let mut stage = Stage::new();
    stage.rehearsal.is_watched = false;
    stage.connections();
    stage
}

pub(super) fn with_all() -> Stage {
    let mut stage = with_connections();
    stage.environments().deployments();
    stage
}

fn spoil_all(stage: &mut Stage, check: &Check, coverage: &mut Coverage) {
    let ways = check.spoils.iter().enumerate().flat_map(|(group, ways)| ways.iter().map(move |way| (group, way)));
    let alone = ways
        .filter_map(|(group, way)| {
            let rule = refused_by(stage, check, &[way])?;
            coverage.can(Target::Alone(check.operation, rule));
            Some((group, way, rule))
        })
        .collect::<Vec<_>>();
    let (mut times, mut kinds) = (BTreeMap::<Rule, usize>::new(), BTreeSet::new());
    for (_, way, rule) in &alone {
        let times = times.entry(*rule).or_default();
        *times += 1;
        if *times <= ALONE || kinds.insert(format!("{way:?}")) && *times <= 2 * ALONE {
            ask(stage, check, &[way], &[]);
        }
    }
    let mut pairs = BTreeMap::<(Rule, Rule), usize>::new();
    for (place, (group, one, first)) in alone.iter().enumerate() {
        for (other_group, other, second) in alone.iter().skip(place + 1) {
            if group == other_group || first == second {
                continue;
            }
            let Some(refused) = refused_by(stage, check, &[one, other]) else { continue };
            // A third one means that the two spoil each other.
            let also = if refused == *first { *second } else { *first };
            if refused != *first && refused != *second {
                continue;
            }
            let times = pairs.entry((refused, also)).or_default();
            *times += 1;
            coverage.can(Target::pair(check.operation, refused, also));
            if *times <= PAIR {
                ask(stage, check, &[one, other], &[also]);
            }
        }
    }
}

/// The rule that refuses a call that is spoiled this way.
fn refused_by(stage: &Stage, check: &Check, ways: &[&Spoil]) -> Option<Rule> {
    let (caller, input) = spoiled(stage, check, ways);
    stage.rehearsal.tried(caller, check.operation, &input).last()?.refused_by
}

fn ask(stage: &mut Stage, check: &Check, ways: &[&Spoil], also: &[Rule]) {
    let (caller, input) = spoiled(stage, check, ways);
    stage.rehearsal.ask(caller, check.operation, &input);
    if let Some(step) = stage.rehearsal.last_mut() {
        step.also_fails = also.to_vec();
        step.is_alone = also.is_empty();
    }
}

fn spoiled(stage: &Stage, check: &Check, ways: &[&Spoil]) -> (Caller, Value) {
    let (mut by, mut region, mut input) = (check.by, HOME, check.input.clone());
    for way in ways {
        match way {
            Spoil::By(other) => by = *other,
            Spoil::Elsewhere => region = ELSEWHERE,
            Spoil::With(members) => merge(&mut input, members),
        }
    }
    (caller(by.account(), region), stage.resolved(&input))
}

fn merge(input: &mut Value, members: &Value) {
    if let (Some(input), Some(members)) = (input.as_object_mut(), members.as_object()) {
        for (name, member) in members {
            match member {
                Value::Null => _ = input.remove(name),
                member => _ = input.insert(name.clone(), member.clone()),
            }
        }
    }
}

/// Values of one member.
fn each(member: &str, values: &[Value]) -> Vec<Spoil> {
    values.iter().map(|value| Spoil::With(json!({ member: value }))).collect()
}

/// Several members together.
fn with(each: &[Value]) -> Vec<Spoil> {
    each.iter().cloned().map(Spoil::With).collect()
}
