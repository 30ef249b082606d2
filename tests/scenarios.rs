//! The scenarios of `account_connections::testing::scenario`; their texts are in `src/testing/scenario/transcripts`.
//!
//! Each scenario cites the rules that it is about. The tests hold every scenario against the model, and the scenarios
//! against `Rule::ALL`: none of the two may have a rule that the other has not.

mod checked;
mod closed;
mod second;

use std::{collections::BTreeSet, fs, path::Path};

use account_connections::{
    Rule,
    operation::Operation,
    testing::{
        scenario::{self, Act, Call, Played, Player, Scenario},
        subject::{Model, Reply, Subject},
    },
};
use checked::{Checked, untouched};
use serde_json::json;

use crate::support::{ENVIRONMENT, MANAGEMENT, ROLE, caller};

/// Plays a scenario to the model, with everything that can be checked.
fn play(scenario: &Scenario) -> Result<Played, String> {
    Player::new().with_messages().play(scenario, &mut Checked::default()).map_err(|failure| failure.to_string())
}

/// All of them are played before the test fails, so that a changed rule shows everywhere at once.
#[test]
fn every_scenario_passes() {
    let played = scenario::all().iter().map(play);
    let failures = played.filter_map(|played| match played {
        Ok(played) if played.is_whole() => None,
        Ok(played) => Some(played.to_string()),
        Err(failure) => Some(failure),
    });
    let failures = failures.collect::<Vec<_>>();

    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_file_ships() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src/testing/scenario/transcripts");
    let files = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let ship = scenario::all().iter().map(|scenario| scenario.file.clone()).collect::<BTreeSet<_>>();

    assert_eq!(files.filter(|name| name.ends_with(".txt")).collect::<BTreeSet<_>>(), ship);
}

/// That a cited rule exists, the parser sees: it reads the names as rules. What the wire does, the whole of an event,
/// and what comes of calls that are made at once, no scenario can show.
#[test]
fn every_rule_is_cited() {
    let cited = scenario::all().iter().flat_map(|scenario| &scenario.cites).collect::<BTreeSet<_>>();
    let shown = |name: &&str| !name.starts_with("wire-") && !["event-shape", "linearizable"].contains(name);
    let missing = Rule::ALL.iter().filter(|rule| !cited.contains(rule)).map(|rule| rule.name());
    let missing = missing.filter(shown).collect::<Vec<_>>();

    assert!(missing.is_empty(), "no scenario cites {missing:?}");
}

#[test]
fn every_operation_is_called() {
    let steps = scenario::all().iter().flat_map(|scenario| &scenario.steps);
    let called = steps.filter_map(|step| match &step.act {
        Act::Call(Call { operation, .. }) => Some(*operation),
        _ => None,
    });

    assert_eq!(called.collect::<BTreeSet<_>>(), Operation::NAMES.iter().copied().collect());
}

/// The titles are how a failure and a conformance report name a scenario.
#[test]
fn titles_are_unique() {
    let mut titles = BTreeSet::new();
    for scenario in scenario::all() {
        assert!(titles.insert(&scenario.title), "{}: a second scenario `{}`", scenario.place(), scenario.title);
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

7 stranger GetEnvironmentAccountConnection {"id": "$1"}
! connection-not-found ResourceNotFoundException: there is no
"#;

/// What the right scenario is told with `right` replaced by `wrong`.
fn altered(right: &str, wrong: &str) -> String {
    assert_eq!(RIGHT.matches(right).count(), 1, "{right}");
    let scenarios = match scenario::parse("altered", &RIGHT.replace(right, wrong)) {
        Ok(scenarios) => scenarios,
        Err(error) => return error.to_string(),
    };
    let [scenario] = scenarios.as_slice() else { panic!("one scenario") };
    play(scenario).expect_err(wrong)
}

#[test]
fn the_right_scenario_passes() {
    let scenarios = scenario::parse("right", RIGHT).unwrap();

    assert!(scenarios.iter().map(play).all(|played| played.unwrap().is_whole()));
}

/// A runner that lets everything pass would make all of the above worthless.
#[test]
fn a_wrong_expectation_is_noticed() {
    let wrong = [
        ("wrong rule", "! connection-not-found", "! arn-not-found", "refused by `connection-not-found`"),
        ("wrong kind", "ConflictException", "ValidationException", "ConflictException"),
        ("wrong message", "is REJECTED", "is ACCEPTED", "does not say"),
        ("refusal, not answer", r#"= {"lastModifiedAt": "$t3"}"#, "! accept-again ConflictException", "was answered"),
        ("answer, not refusal", "! connection-not-found ResourceNotFoundException: there is no", "= {}", "was refused"),
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

/// A model that breaks `refused-changes-nothing` cannot be had; a changed one can.
#[test]
fn a_change_by_a_refused_call_is_noticed() {
    let mut created = Model::default();
    let connection = json!({ "environmentName": "prod", "managementAccountId": MANAGEMENT, "roleArn": ROLE });
    let environment = json!({
        "name": "own", "templateName": "simple", "templateMajorVersion": "1", "spec": "a: b",
        "protonServiceRoleArn": format!("arn:aws:iam::{MANAGEMENT}:role/own"),
    });
    for (account, operation, input) in [
        (ENVIRONMENT, "CreateEnvironmentAccountConnection", connection),
        (MANAGEMENT, "CreateEnvironment", environment),
    ] {
        let reply = created.call(caller(account), operation, &input);
        assert!(matches!(reply, Reply::Answer(_)), "{reply:?}");
    }
    let mut without_events = created.clone();
    without_events.events();
    let mut without_instructions = created.clone();
    without_instructions.inside().unwrap().instructions();

    assert_eq!(untouched(&created, &created), Ok(()));
    assert!(untouched(&Model::default(), &created).unwrap_err().contains("store"));
    assert!(untouched(&without_events, &created).unwrap_err().contains("event"));
    assert!(untouched(&without_instructions, &created).unwrap_err().contains("instruction"));
}
