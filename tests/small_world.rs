//! The small world, searched completely: every state that a few accounts, names, tokens, roles and times can lead to,
//! and everything that can happen in each. The numbers are pinned, so that a change of any rule shows.

use std::collections::BTreeSet;

use account_connections::Rule;

use crate::search::{World, explore::explore, faults, goals, goals::Goal, real, worlds};

/// How large a world is: its states, the steps taken, and the steps that change something.
type Size = (usize, usize, usize);

/// Searches a world: how large it is, and which of these goals are out of its reach.
fn search(world: &World, goals: &BTreeSet<Goal>) -> (Size, Vec<String>) {
    let stats = explore(world, &real).unwrap_or_else(|violation| panic!("{violation}"));
    println!("{stats}");
    let known = &goals::of_connections() | &goals::of_environments();
    let unknown = stats.goals.difference(&known).map(ToString::to_string).collect::<Vec<_>>();
    assert!(unknown.is_empty(), "no goals: {unknown:?}");
    ((stats.states, stats.steps, stats.changes), sorted(goals.difference(&stats.goals)))
}

/// Their texts, in order.
fn sorted(goals: impl IntoIterator<Item: ToString>) -> Vec<String> {
    let mut texts = goals.into_iter().map(|goal| goal.to_string()).collect::<Vec<_>>();
    texts.sort_unstable();
    texts
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
    assert_eq!(found, (size, sorted(missed.concat())), "its size, and the goals that are out of reach");
}

/// What one environment of one owner cannot reach, nor one that roles are not given for.
const TWO_NAMES: &str = "UpdateEnvironment: connection-names-environment";
const TWO_OWNERS: &str = "UpdateEnvironment: management-provisions";
const OWN_ROLES: [&str; 2] = ["UpdateEnvironment: role-in-own-account", "authority by roles of its own"];

/// What a world has to come to that reaches all goals of environments but these.
fn expect_all(world: &World, size: Size, missed: &[&str]) {
    let found = search(world, &goals::of_environments());
    assert_eq!(found, (size, sorted(missed)), "its size, and the goals that are out of reach");
}

/// What a world has to come to that is there for what varies in it, and for some goals.
fn expect_some(world: &World, size: Size, reached: &[&str]) {
    let goals = goals::of_environments().into_iter().filter(|goal| reached.contains(&&*goal.to_string()));
    let goals = goals.collect::<BTreeSet<_>>();
    assert_eq!(goals.len(), reached.len(), "{reached:?} are goals");
    assert_eq!(search(world, &goals), (size, vec![]), "its size, and the goals that are out of reach");
}

/// Every rule that refuses anything is a goal of some search.
#[test]
fn every_refusal_is_a_goal() {
    let goals = &goals::of_connections() | &goals::of_environments();
    let refuses = Rule::ALL.iter().filter(|rule| rule.refuses_with().is_some());
    let is_goal = |rule: Rule| goals.iter().any(|goal| matches!(goal, Goal::Refused(_, its) if *its == rule));
    let missed = refuses.filter(|rule| !is_goal(**rule));
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
    expect_all(&worlds::ENVIRONMENT, (9_085, 3_207_005, 75_874), &[&[TWO_NAMES, TWO_OWNERS], &OWN_ROLES[..]].concat());
}

#[test]
fn provisioning() {
    expect_all(&worlds::PROVISIONING, (10_835, 3_705_570, 82_934), &[TWO_NAMES, TWO_OWNERS]);
}

#[test]
fn two_environments() {
    expect_some(&worlds::TWO_ENVIRONMENTS, (693, 191_268, 3_707), &[TWO_NAMES]);
}

#[test]
fn mutual_environments() {
    expect_some(&worlds::MUTUAL_ENVIRONMENTS, (693, 189_189, 3_782), &[TWO_OWNERS]);
}

#[test]
fn versions() {
    expect_some(&worlds::VERSIONS, (531, 161_424, 7_548), &[]);
}

#[test]
fn lent_roles() {
    expect_some(&worlds::LENT_ROLES, (1_029, 242_844, 7_662), &OWN_ROLES);
}

#[test]
fn texts() {
    expect_some(&worlds::TEXTS, (967, 244_651, 7_701), &["UpdateEnvironment changes nothing"]);
}

#[test]
fn resources() {
    expect_some(&worlds::RESOURCES, (313, 82_945, 2_508), &["cleaned up"]);
}

#[test]
fn deployment_times() {
    expect_some(&worlds::DEPLOYMENT_TIMES, (450, 202_050, 4_110), &[]);
}

#[test]
fn environment_quota() {
    expect_some(&worlds::ENVIRONMENT_QUOTA, (9, 2_682, 30), &["CreateEnvironment: environment-quota"]);
}

/// A search that finds nothing wrong shows something only if it would find what is wrong.
#[test]
fn faulty_models_are_found() {
    let mutants = faults::all().0;
    let found = mutants.iter().map(|mutant| {
        println!("{}", mutant.fault);
        (mutant, explore(&mutant.world, &*mutant.rules))
    });
    let missed = found.filter_map(|(mutant, found)| match found {
        Err(violation) if violation.contains(mutant.found_by) => None,
        Err(violation) => Some(format!("{}: found by another check: {violation}", mutant.fault)),
        Ok(stats) => Some(format!("{}: not found in {stats}", mutant.fault)),
    });
    let missed = missed.collect::<Vec<_>>();
    println!("{} faulty models", mutants.len());
    assert!(missed.is_empty(), "{}", missed.join("\n\n"));
}
