//! The small world, searched completely: every state that a few accounts, names, tokens, roles and times can lead to,
//! and everything that can happen in each. The numbers are pinned, so that a change of any rule shows.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that goes wrong is to stop")]

#[path = "support/search/mod.rs"]
mod search;
mod support;

use std::collections::BTreeSet;

use account_connections::Rule;
use search::{World, explore::explore, faults, goals, real, worlds};

/// How large a world is: its states, the steps taken, and the steps that change something.
type Size = (usize, usize, usize);

/// Searches a world: how large it is, and which of these goals are out of its reach.
fn search(world: &World, goals: &BTreeSet<String>) -> (Size, Vec<String>) {
    let stats = explore(world, &real).unwrap_or_else(|violation| panic!("{violation}"));
    println!("{stats}");
    let known = &goals::of_connections() | &goals::of_environments();
    let unknown = stats.goals.difference(&known).collect::<Vec<_>>();
    assert!(unknown.is_empty(), "no goals: {unknown:?}");
    ((stats.states, stats.steps, stats.changes), goals.difference(&stats.goals).cloned().collect())
}

const NO_TAGS: [&str; 7] = [
    "TagResource changes nothing",
    "TagResource: arn-not-found",
    "TagResource: connection-tags-are-the-owners",
    "TagResource: tag-limit",
    "UntagResource changes nothing",
    "UntagResource: arn-not-found",
    "UntagResource: connection-tags-are-the-owners",
];
const NO_TOKENS: [&str; 2] =
    ["CreateEnvironmentAccountConnection: client-token-mismatch", "CreateEnvironmentAccountConnection changes nothing"];
const ENOUGH_IDS: [&str; 1] = ["CreateEnvironmentAccountConnection: no fresh id"];

/// What a world of connections has to come to.
fn expect(world: &World, size: Size, missed: &[&[&str]]) {
    let found = search(world, &goals::of_connections());
    let missed = missed.concat().into_iter().map(ToOwned::to_owned).collect::<BTreeSet<_>>();
    assert_eq!(found, (size, missed.into_iter().collect()), "its size, and the goals that are out of reach");
}

/// What one environment of one owner cannot reach, nor one that roles are not given for.
const TWO_NAMES: &str = "UpdateEnvironment: connection-names-environment";
const TWO_OWNERS: &str = "UpdateEnvironment: management-provisions";
const OWN_ROLES: [&str; 2] = ["UpdateEnvironment: role-in-own-account", "authority by roles of its own"];

/// What a world has to come to that reaches all goals of environments but these.
fn expect_all(world: &World, size: Size, missed: &[&str]) {
    let (found, unreached) = search(world, &goals::of_environments());
    let expected = missed.iter().copied().map(ToOwned::to_owned).collect::<BTreeSet<_>>();
    assert_eq!((found, unreached), (size, expected.into_iter().collect()), "its size, and the goals out of reach");
}

/// What a world has to come to that is there for some goals, and for what varies in it.
fn expect_some(world: &World, size: Size, reached: &[&str]) {
    let reached = reached.iter().copied().map(ToOwned::to_owned).collect();
    assert_eq!(search(world, &reached), (size, vec![]), "its size, and the goals out of reach");
}

/// Every rule that refuses anything is a goal of some search.
#[test]
fn every_refusal_is_a_goal() {
    let goals = &goals::of_connections() | &goals::of_environments();
    let refuses = Rule::ALL.iter().filter(|rule| rule.refuses_with().is_some());
    let missed = refuses.filter(|rule| !goals.iter().any(|goal| goal.ends_with(&format!(": {rule}"))));
    assert_eq!(missed.collect::<Vec<_>>(), Vec::<&Rule>::new());
}

#[test]
fn one_name() {
    expect(&worlds::ONE_NAME, (6_717, 872_825, 41_994), &[&NO_TAGS]);
}

#[test]
fn two_names() {
    expect(&worlds::TWO_NAMES, (2_163, 250_012, 11_787), &[&NO_TAGS, &ENOUGH_IDS]);
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
    expect(&worlds::TIMES, (1_467, 338_744, 15_812), &[&NO_TAGS, &NO_TOKENS, &ENOUGH_IDS]);
}

#[test]
fn environment() {
    expect_all(&worlds::ENVIRONMENT, (0, 0, 0), &[&[TWO_NAMES, TWO_OWNERS], &OWN_ROLES[..]].concat());
}

#[test]
fn provisioning() {
    expect_all(&worlds::PROVISIONING, (0, 0, 0), &[TWO_NAMES, TWO_OWNERS]);
}

#[test]
fn two_environments() {
    expect_some(&worlds::TWO_ENVIRONMENTS, (0, 0, 0), &[TWO_NAMES]);
}

#[test]
fn mutual_environments() {
    expect_some(&worlds::MUTUAL_ENVIRONMENTS, (0, 0, 0), &[TWO_OWNERS]);
}

#[test]
fn versions() {
    expect_some(&worlds::VERSIONS, (0, 0, 0), &[]);
}

#[test]
fn lent_roles() {
    expect_some(&worlds::LENT_ROLES, (0, 0, 0), &OWN_ROLES);
}

#[test]
fn texts() {
    expect_some(&worlds::TEXTS, (0, 0, 0), &["UpdateEnvironment changes nothing"]);
}

#[test]
fn resources() {
    expect_some(&worlds::RESOURCES, (0, 0, 0), &["cleaned up"]);
}

#[test]
fn deployment_times() {
    expect_some(&worlds::DEPLOYMENT_TIMES, (0, 0, 0), &[]);
}

#[test]
fn environment_quota() {
    expect_some(&worlds::ENVIRONMENT_QUOTA, (0, 0, 0), &["CreateEnvironment: environment-quota"]);
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
