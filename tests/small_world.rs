//! The small world, searched completely: every state that a few accounts, names, tokens, roles and times can lead to,
//! and everything that can happen in each. The numbers are pinned, so that a change of any rule shows.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that goes wrong is to stop")]

#[path = "support/search/mod.rs"]
mod search;
mod support;

use account_connections::Rule;
use search::{World, explore::explore, faults, real, worlds};

/// Searches a world and says how large it is: its states, the steps taken and the steps that change something, and
/// which goals are out of its reach.
fn search(world: &World) -> (usize, usize, usize, Vec<String>) {
    let stats = explore(world, &real).unwrap_or_else(|violation| panic!("{violation}"));
    println!("{stats}");
    let unknown = stats.goals.iter().filter(|goal| !goals().contains(goal)).collect::<Vec<_>>();
    assert!(unknown.is_empty(), "no goals: {unknown:?}");
    let missed = goals().into_iter().filter(|goal| !stats.goals.contains(goal)).collect();
    (stats.states, stats.steps, stats.changes, missed)
}

/// What there is to reach: every refusal, every operation without effect, and the turns of the story.
fn goals() -> Vec<String> {
    let refusals = Rule::ALL.iter().filter(|rule| rule.refuses_with().is_some() && !about_environments(**rule));
    let refusals = refusals.map(|rule| format!("refused: {rule}"));
    let without_effect =
        ["Create", "Get", "ListEnvironmentAccountConnections", "Update", "Accept", "Reject", "TagResource"]
            .into_iter()
            .chain(["UntagResource", "ListTagsForResource"])
            .map(|name| format!("{name} changes nothing"));
    let turns = ["Accept restores", "Delete orphans", "Delete from REJECTED", "Reject from CONNECTED", "in use"]
        .into_iter()
        .chain(["no free id", "replaced", "unmanaged"]);
    refusals.chain(without_effect).chain(turns.map(Into::into)).collect()
}

/// What is refused in worlds with environments only: those have a search of their own.
fn about_environments(rule: Rule) -> bool {
    rule == Rule::EnvironmentNotFound || (Rule::OneProvisioningMethod..=Rule::ProvisioningAuthority).contains(&rule)
}

const NO_TAGS: [&str; 3] = ["refused: tag-limit", "TagResource changes nothing", "UntagResource changes nothing"];
const NO_TOKENS: [&str; 2] = ["refused: client-token-mismatch", "Create changes nothing"];

/// What a world has to come to.
fn expect(world: &World, (states, steps, changes): (usize, usize, usize), missed: &[&[&str]]) {
    let found = search(world);
    let mut missed = missed.concat();
    missed.sort_by_key(|goal| goals().iter().position(|known| known == goal));
    assert_eq!((found.0, found.1, found.2), (states, steps, changes), "states, steps and changes");
    assert_eq!(found.3, missed, "the goals that are out of reach");
}

#[test]
fn one_name() {
    expect(&worlds::ONE_NAME, (6_717, 872_825, 41_994), &[&NO_TAGS]);
}

#[test]
fn two_names() {
    expect(&worlds::TWO_NAMES, (2_163, 250_012, 11_787), &[&NO_TAGS, &["no free id"]]);
}

#[test]
fn three_connections() {
    expect(&worlds::THREE_IDS, (2_671, 432_653, 17_144), &[&NO_TAGS, &NO_TOKENS]);
}

#[test]
fn mutual_connections() {
    expect(&worlds::MUTUAL, (597, 71_983, 3_126), &[&NO_TAGS, &NO_TOKENS]);
}

#[test]
fn tags() {
    expect(&worlds::TAGS, (651, 139_820, 5_150), &[&["replaced"]]);
}

#[test]
fn times() {
    expect(&worlds::TIMES, (1_467, 338_744, 15_812), &[&NO_TAGS, &NO_TOKENS, &["no free id"]]);
}

/// A search that finds nothing wrong shows something only if it would find what is wrong.
#[test]
fn faulty_models_are_found() {
    let mutants = faults::all().0;
    let found = mutants.iter().map(|mutant| (mutant, explore(&mutant.world, &*mutant.rules)));
    let missed = found.filter_map(|(mutant, found)| match found {
        Err(violation) if violation.contains(mutant.found_by) => None,
        Err(violation) => Some(format!("{}: found by another check: {violation}", mutant.fault)),
        Ok(stats) => Some(format!("{}: not found in {stats}", mutant.fault)),
    });
    let missed = missed.collect::<Vec<_>>();
    println!("{} faulty models", mutants.len());
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}
