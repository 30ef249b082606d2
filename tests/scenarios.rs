//! The rules of the model as transcripts: `tests/scenarios/*.txt`, of which `tests/scenarios/README.md` tells the form.
//!
//! Each scenario cites the rules that it is about. The tests hold every scenario against the model, and the scenarios
//! against `Rule::ALL`: none of the two may have a rule that the other has not.

mod play;
mod script;
mod second;
mod symbols;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use account_connections::{Rule, operation::Operation};
use play::{play, untouched};
use script::{Act, Scenario};

use crate::support::World;

/// All scenarios of all files, in the order of the files' names.
fn scenarios() -> Vec<Scenario> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let parsed = files.iter().flat_map(|file| {
        let name = file.file_name().unwrap().to_str().unwrap();
        script::parse(name, &fs::read_to_string(file).unwrap()).unwrap_or_else(|error| panic!("{error}"))
    });
    parsed.collect()
}

/// An outcome that rests on a rule.
pub(crate) struct Shown {
    /// Of the operations of which some outcome rests on it.
    pub(crate) operations: BTreeSet<String>,
    /// File and line of the first scenario that cites it, or else of the first that shows it.
    pub(crate) place: String,
}

/// The rules on which the outcomes of all scenarios rest.
pub(crate) fn shown() -> BTreeMap<Rule, Shown> {
    let mut shown = BTreeMap::<Rule, Shown>::new();
    let scenarios = scenarios();
    for scenario in &scenarios {
        let world = play::world_after(scenario).unwrap_or_else(|error| panic!("{error}"));
        for (operation, rules) in &world.rested {
            for rule in rules.iter() {
                let place = || scenario.place.clone();
                let known = shown.entry(rule).or_insert_with(|| Shown { operations: BTreeSet::new(), place: place() });
                known.operations.insert(operation.clone());
            }
        }
    }
    for (rule, known) in &mut shown {
        if let Some(citing) = scenarios.iter().find(|scenario| scenario.cites.contains(rule)) {
            known.place.clone_from(&citing.place);
        }
    }
    shown
}

/// All of them are played before the test fails, so that a changed rule shows everywhere at once.
#[test]
fn every_scenario_passes() {
    let failures = scenarios().iter().filter_map(|scenario| play(scenario).err()).collect::<Vec<_>>();

    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// That a cited rule exists, the parser sees: it reads the names as rules. What the wire does, the whole of an event,
/// and what comes of calls that are made at once, no scenario can show.
#[test]
fn every_rule_is_cited() {
    let cited = scenarios().into_iter().flat_map(|scenario| scenario.cites).collect::<BTreeSet<_>>();
    let shown = |name: &&str| !name.starts_with("wire-") && !["event-shape", "linearizable"].contains(name);
    let missing = Rule::ALL.iter().filter(|rule| !cited.contains(rule)).map(|rule| rule.name());
    let missing = missing.filter(shown).collect::<Vec<_>>();

    assert!(missing.is_empty(), "no scenario cites {missing:?}");
}

#[test]
fn every_operation_is_called() {
    let steps = scenarios().into_iter().flat_map(|scenario| scenario.steps);
    let called = steps.filter_map(|step| match step.act {
        Act::Call { operation, .. } => Some(operation),
        _ => None,
    });
    let called = called.collect::<BTreeSet<_>>();

    assert_eq!(called, Operation::NAMES.iter().map(|&name| name.to_owned()).collect());
}

/// The titles are how a failure, and later a conformance report, names a scenario.
#[test]
fn titles_are_unique() {
    let mut titles = BTreeSet::new();
    for Scenario { title, place, .. } in scenarios() {
        assert!(titles.insert(title.clone()), "{place}: a second scenario `{title}`");
    }
}

/// A scenario that passes, and of which each line can be made wrong.
const RIGHT: &str = r#"
## a rejected connection stays rejected
cites rejected-is-final

1 environment CreateEnvironmentAccountConnection
    {"environmentName": "prod", "managementAccountId": "$management", "roleArn": "$role"}
= {"id": "$1", "status": "PENDING", "codebuildRoleArn": null}
rests on starts-pending
* connection $1 -> PENDING

2 management at 1 AcceptEnvironmentAccountConnection {"id": "$1"}
= {"status": "CONNECTED"}
* connection $1 PENDING -> CONNECTED

3 management RejectEnvironmentAccountConnection {"id": "$1"}
= {"lastModifiedAt": "$t3"}
* connection $1 CONNECTED -> REJECTED

4 management AcceptEnvironmentAccountConnection {"id": "$1"}
! rejected-is-final ConflictException: `$1` is REJECTED

5 environment ListEnvironmentAccountConnections {"requestedBy": "ENVIRONMENT_ACCOUNT"}
= {"environmentAccountConnections": [{"id": "$1"}]}

record usage us-east-1 $environment
= {"connections": 1}

6 management CreateEnvironment
    {"name": "own", "templateName": "simple", "templateMajorVersion": "1", "spec": "a: b",
    "protonServiceRoleArn": "arn:aws:iam::$management:role/own"}
= {"deploymentStatus": "IN_PROGRESS"}
* environment own -> IN_PROGRESS
> provision own {"deploymentId": "$6", "spec": "a: b"}
"#;

/// What the runner says to the right scenario with `right` replaced by `wrong`.
fn altered(right: &str, wrong: &str) -> String {
    assert_eq!(RIGHT.matches(right).count(), 1, "{right}");
    let scenario = script::parse("altered", &RIGHT.replace(right, wrong)).and_then(|scenarios| {
        let [scenario] = scenarios.as_slice() else { panic!("one scenario") };
        play(scenario)
    });
    scenario.err().unwrap_or_else(|| panic!("`{wrong}` passes"))
}

#[test]
fn the_right_scenario_passes() {
    let scenarios = script::parse("right", RIGHT).unwrap();

    assert_eq!(scenarios.iter().map(play).collect::<Vec<_>>(), [Ok(())]);
}

/// A runner that lets everything pass would make all of the above worthless.
#[test]
fn a_wrong_expectation_is_noticed() {
    let wrong = [
        ("wrong rule", "! rejected-is-final", "! accept-again", "refused by `rejected-is-final`"),
        ("wrong kind", "ConflictException", "ValidationException", "ConflictException"),
        ("wrong message", "is REJECTED", "is ACCEPTED", "does not say"),
        ("refusal, not answer", r#"= {"lastModifiedAt": "$t3"}"#, "! accept-again ConflictException", "was answered"),
        ("answer, not refusal", "! rejected-is-final ConflictException: `$1` is REJECTED", "= {}", "was refused"),
        ("wrong value", r#""status": "PENDING""#, r#""status": "CONNECTED""#, "`/status` is"),
        ("wrong time", r#""$t3""#, r#""$t2""#, "`/lastModifiedAt` is"),
        ("member that is not there", r#""codebuildRoleArn": null"#, r#""codebuildRoleArn": """#, "is absent"),
        ("member that is there", r#""codebuildRoleArn": null"#, r#""roleArn": null"#, "`/roleArn` is"),
        ("one item too many", r#"[{"id": "$1"}]"#, r#"[{"id": "$1"}, {}]"#, "1 items"),
        ("one item too few", r#"[{"id": "$1"}]"#, "[]", "1 items"),
        ("missing event", "* connection $1 -> PENDING\n", "", "emitted"),
        ("event too many", "is REJECTED\n", "is REJECTED\n* connection $1 -> PENDING\n", "emitted"),
        ("wrong status", "CONNECTED -> REJECTED", "CONNECTED -> DELETED", "emitted"),
        ("wrong previous status", "CONNECTED -> REJECTED", "PENDING -> REJECTED", "emitted"),
        ("wrong event time", "CONNECTED -> REJECTED", "CONNECTED -> REJECTED at 2", "emitted"),
        ("wrong id", "* connection $1 -> PENDING", "* connection $2 -> PENDING", "emitted"),
        ("missing environment event", "* environment own -> IN_PROGRESS\n", "", "emitted"),
        ("wrong environment", "* environment own", "* environment other", "emitted"),
        ("missing instruction", "> provision own {\"deploymentId\": \"$6\", \"spec\": \"a: b\"}\n", "", "instructed"),
        ("wrong instruction", "> provision own", "> update own", "instructed"),
        ("instruction about another", "> provision own", "> provision other", "instructed"),
        ("instruction too many", "> provision own", "> provision own\n> provision own", "instructed"),
        ("wrong member of it", r#""deploymentId": "$6""#, r#""deploymentId": "$5""#, "`/deploymentId` is"),
        ("wrong record", r#"{"connections": 1}"#, r#"{"connections": 2}"#, "`/connections` is"),
        ("no such record", "record usage us-east-1 $environment", "record usage us-east-1 $stranger", "is null"),
        ("record that is there", r#"{"connections": 1}"#, "null", "not null"),
        ("cited refusal that is none", "cites rejected-is-final", "cites rejected-is-final tag-limit", "`tag-limit`"),
        ("rule that it does not rest on", "rests on starts-pending", "rests on starts-pending accept-again", "rest on"),
        ("unknown rule that it rests on", "rests on starts-pending", "rests on ends-pending", "not the name of a rule"),
        ("unknown rule", "cites rejected-is-final", "cites rejected-is-fatal", "not the name of a rule"),
        ("unknown symbol", r#"{"id": "$1", "#, r#"{"id": "$first", "#, "`$first`"),
        ("no expectation", "= {\"status\": \"CONNECTED\"}\n", "", "expectation"),
        ("two expectations", r#"= {"lastModifiedAt": "$t3"}"#, "= {}\n= {}", "expectation"),
        ("wrong number", "2 management at 1", "3 management at 1", "call 2"),
        ("unknown caller", "2 management at 1", "2 manager at 1", "`manager`"),
        ("broken JSON", r#"[{"id": "$1"}]"#, r#"[{"id": "$1"}"#, "expected `,`"),
        ("unknown line", "record usage", "recall usage", "`recall usage"),
    ];
    for (what, right, wrong, says) in wrong {
        let error = altered(right, wrong);
        assert!(error.contains(says), "{what}: {error}");
    }
}

/// A failure is to be found: it begins with the file and the line.
#[test]
fn a_failure_names_its_line() {
    let error = altered("$1 PENDING -> CONNECTED", "$1 PENDING -> REJECTED");

    assert!(error.starts_with("altered:11: "), "{error}");
    assert!(error.contains("a rejected connection stays rejected"), "{error}");
}

/// A model that breaks `refused-changes-nothing` cannot be had; a changed world can.
#[test]
fn a_change_by_a_refused_call_is_noticed() {
    let empty = World::default();
    let scenario = script::parse("right", RIGHT).unwrap().remove(0);
    let full = play::world_after(&scenario).unwrap();
    let without_events = World { events: Vec::new(), ..full.clone() };
    let mut with_another = full.clone();
    with_another.instructions.extend(full.instructions.last().cloned());

    assert_eq!(untouched(&full, &full), Ok(()));
    assert!(untouched(&empty, &without_events).unwrap_err().contains("store"));
    assert!(untouched(&without_events, &full).unwrap_err().contains("event"));
    assert!(untouched(&full, &with_another).unwrap_err().contains("instruction"));
}
