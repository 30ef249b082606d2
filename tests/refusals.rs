//! The texts of all refusals: carried out, and compared with `tests/refusals/malformed.txt` and
//! `tests/refusals/by-rule.txt`, where they can be read in a row.
//!
//! After a change that is meant, `UPDATE=1 cargo test -p account-connections-tests refusals` writes the files anew.

mod cases;
pub(crate) mod inputs;
pub(crate) mod world;

use std::{collections::BTreeSet, fmt::Write as _, fs, path::Path};

use account_connections::{Refusal, Rule, operation::Operation};
use inputs::{is_required, well_formed, wrong_values};
use serde_json::{Value, json};
use world::{
    CONNECTED, ELSEWHERE, ENVIRONMENTS, PENDING, REJECTED, UNKNOWN, USED, arn, by_id, call, creation, deployment,
    environment_arn, own_role, tag, tags, world,
};

use crate::support::{ENVIRONMENT, MANAGEMENT, REGION, ROLE, STRANGER, World, fresh};

const LIST: &str = "ListEnvironmentAccountConnections";

/// A refusal, and what was refused.
struct Refused {
    operation: &'static str,
    /// The malformed member, if that is what it is about.
    member: Option<String>,
    /// What is wrong about it.
    what: String,
    refusal: Refusal,
}

impl Refused {
    fn place(&self) -> String {
        format!("{} {:?} {}: {}", self.operation, self.member, self.what, self.refusal.message())
    }
}

fn refused(operation: &'static str, (account, region): (&str, &str), input: &Value) -> Refusal {
    match call(&mut world(), account, region, operation, input) {
        Err(refusal) => refusal,
        Ok(answer) => panic!("{operation} {input} was answered: {answer}"),
    }
}

/// Each member of each operation, wrong in every way that it can be.
fn malformed() -> Vec<Refused> {
    let mut all = Vec::new();
    for &operation in Operation::NAMES {
        let input = well_formed(operation);
        for member in input.as_object().unwrap().keys() {
            let mut wrong = wrong_values(operation, member);
            if is_required(operation, member) {
                wrong.insert(0, Value::Null);
            }
            for wrong in wrong {
                let mut input = input.clone();
                input[member] = wrong.clone();
                let refusal = refused(operation, (ENVIRONMENT, REGION), &input);
                all.push(Refused { operation, member: Some(member.clone()), what: shortened(&wrong), refusal });
            }
        }
    }
    all
}

fn shortened(value: &Value) -> String {
    let text = value.to_string();
    match value {
        Value::Array(items) if items.len() > 2 => format!("{} items", items.len()),
        _ if text.len() > 80 => format!("{}… ({} bytes)", text.chars().take(60).collect::<String>(), text.len()),
        _ => text,
    }
}

/// What is well formed, and refused by each of the other rules.
fn by_rules() -> Vec<Refused> {
    let cases = [cases::on_connections(), cases::on_environments(), cases::on_tags()].concat();
    let cases = cases.into_iter().map(|(operation, what, by, input)| {
        let refusal = refused(operation, by, &input);
        Refused { operation, member: None, what: what.to_owned(), refusal }
    });
    cases.collect()
}

fn all() -> Vec<Refused> {
    malformed().into_iter().chain(by_rules()).collect()
}

fn line(refusal: &Refusal) -> String {
    format!("{} {refusal}", refusal.rule())
}

/// The texts on malformed members, each member's once: it is the same in every operation.
fn write_malformed(texts: &mut String) {
    let mut members = Vec::<(String, Vec<Refused>)>::new();
    for refused in malformed() {
        let member = refused.member.clone().unwrap();
        match members.iter_mut().find(|(known, _)| *known == member) {
            Some((_, all)) => all.push(refused),
            None => members.push((member, vec![refused])),
        }
    }
    for (member, all) in members {
        writeln!(texts, "\n{member}").unwrap();
        let mut written = Vec::<&Refused>::new();
        for refused in &all {
            match written.iter().find(|known| known.what == refused.what) {
                Some(known) => assert_eq!(known.refusal, refused.refusal, "{}", refused.place()),
                None => {
                    writeln!(texts, "  {}\n    {}", refused.what, line(&refused.refusal)).unwrap();
                    written.push(refused);
                }
            }
        }
    }
}

fn write_by_rules(texts: &mut String) {
    let mut last = "";
    for Refused { operation, what, refusal, .. } in by_rules() {
        if last != operation {
            writeln!(texts, "\n{operation}").unwrap();
        }
        last = operation;
        writeln!(texts, "  {what}\n    {}", line(&refusal)).unwrap();
    }
}

#[test]
fn every_text_is_as_written_down() {
    let mut malformed = "# Malformed members, the same in every operation that has them\n".to_owned();
    write_malformed(&mut malformed);
    let mut by_rules = "# What is well formed, and refused by a rule\n".to_owned();
    write_by_rules(&mut by_rules);
    for (name, texts) in [("malformed.txt", malformed), ("by-rule.txt", by_rules)] {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("refusals").join(name);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&file, &texts).unwrap();
        }
        let written = fs::read_to_string(file).unwrap();
        let (is, was) = (texts.lines().collect::<Vec<_>>(), written.lines().collect::<Vec<_>>());
        assert!(is == was, "tests/refusals/{name} differs:\n{}", difference(&was, &is));
    }
}

/// Lines that were and are no longer, lines that are and were not.
fn difference(was: &[&str], is: &[&str]) -> String {
    let same = was.iter().zip(is).take_while(|(was, is)| was == is).count();
    let rest = |lines: &[&str]| lines.iter().skip(same).rev().map(|&line| line.to_owned()).collect::<Vec<_>>();
    let (was, is) = (rest(was), rest(is));
    let end = was.iter().zip(&is).take_while(|(was, is)| was == is).count();
    let changed =
        |sign, lines: &[String]| lines.iter().skip(end).rev().map(|line| format!("{sign}{line}\n")).collect::<String>();
    format!("line {}:\n{}{}", same + 1, changed('-', &was), changed('+', &is))
}

#[test]
fn difference_shows_the_changed_lines() {
    assert_eq!(difference(&["a", "b", "c", "d"], &["a", "x", "y", "d"]), "line 2:\n-b\n-c\n+x\n+y\n");
    assert_eq!(difference(&["a"], &["a", "b"]), "line 2:\n+b\n");
    assert_eq!(difference(&["a", "a"], &["a"]), "line 2:\n-a\n");
}

#[test]
fn every_refusing_rule_has_a_text() {
    let written = all().iter().map(|refused| refused.refusal.rule()).collect::<BTreeSet<_>>();
    let refusing = Rule::ALL.iter().copied().filter(|rule| rule.refuses_with().is_some());

    assert_eq!(written, refusing.collect());
}

#[test]
fn a_refusal_has_the_kind_of_its_rule() {
    for refused in all() {
        let refusal = &refused.refusal;
        assert_eq!(Some(refusal.kind()), refusal.rule().refuses_with(), "{}", refused.place());
        assert_eq!(refusal.to_string(), format!("{}: {}", refusal.kind(), refusal.message()), "{}", refused.place());
    }
}

/// The style of this crate's messages. One text is fixed by the specification, capital letter and all.
#[test]
fn every_message_has_the_same_style() {
    for refused in all() {
        let (message, place) = (refused.refusal.message(), refused.place());
        if message == "Idempotent parameter mismatch" {
            continue;
        }
        assert!(message.starts_with(|first: char| first.is_lowercase() || first == '`'), "{place}");
        assert!(message.ends_with(|last: char| last.is_alphanumeric() || last == '`'), "{place}");
        assert!(!message.contains(". ") && !message.contains("  "), "{place}");
        assert!(message.chars().all(|c| !c.is_control()), "{place}");
        assert_eq!(message.matches('`').count() % 2, 0, "{place}");
        assert!(message.len() <= 400, "{place}");
        if let Some(member) = &refused.member {
            assert!(message.starts_with(&format!("`{member}`")), "{place}");
        }
    }
}

/// Each operation on an existing connection, in such variants that any check before the visibility would show.
fn on(id: u128) -> Vec<(&'static str, Value)> {
    let role = format!("arn:aws:iam::{STRANGER}:role/r");
    vec![
        ("GetEnvironmentAccountConnection", by_id(id)),
        ("AcceptEnvironmentAccountConnection", by_id(id)),
        ("RejectEnvironmentAccountConnection", by_id(id)),
        ("UpdateEnvironmentAccountConnection", by_id(id)),
        ("UpdateEnvironmentAccountConnection", json!({ "id": fresh(id), "roleArn": ROLE })),
        ("UpdateEnvironmentAccountConnection", json!({ "id": fresh(id), "roleArn": role })),
        ("TagResource", json!({ "resourceArn": arn(id), "tags": tag("new", "v") })),
        ("TagResource", json!({ "resourceArn": arn(id), "tags": tags(50) })),
        ("UntagResource", json!({ "resourceArn": arn(id), "tagKeys": ["k01"] })),
        ("ListTagsForResource", json!({ "resourceArn": arn(id) })),
        ("ListTagsForResource", json!({ "resourceArn": arn(id), "nextToken": "AA==" })),
        ("CreateEnvironment", with_connection(id)),
    ]
}

/// An environment of the name that most connections here are not for.
fn with_connection(id: u128) -> Value {
    let mut input = creation("used", UNKNOWN);
    input["environmentAccountConnectionId"] = json!(fresh(id));
    input
}

/// Rules `same-region` and `parties-only`: to whoever cannot see it, a connection is as one that was never created.
#[test]
fn no_refusal_tells_that_a_connection_exists() {
    let hidden_from = [(STRANGER, REGION), (STRANGER, ELSEWHERE), (ENVIRONMENT, ELSEWHERE), (MANAGEMENT, ELSEWHERE)];
    let mut compared = 0;
    for (account, region) in hidden_from {
        for id in [PENDING, CONNECTED, USED, REJECTED] {
            for ((operation, input), (_, unknown)) in on(id).iter().zip(on(UNKNOWN)) {
                let place = format!("{operation} {input} by {account} in {region}");
                let existing = call(&mut world(), account, region, operation, input).unwrap_err();
                let absent = call(&mut world(), account, region, operation, &unknown).unwrap_err();

                assert!(existing.message().contains(&fresh(id)), "{place}: {existing}");
                let renamed = existing.message().replace(&fresh(id), &fresh(UNKNOWN));
                assert_eq!((existing.rule(), renamed.as_str()), (absent.rule(), absent.message()), "{place}");
                compared += 1;
            }
        }
    }
    // All on connections and tags but creation, deletion (which refuses nothing that is not there) and the list of
    // connections, and what provisions with a connection, each in a variant at least. An update with a connection needs
    // an environment first: see below.
    let operations = on(PENDING).into_iter().map(|(operation, _)| operation).collect::<BTreeSet<_>>();
    let about = |name: &&&str| {
        name.contains("Connection") || name.to_lowercase().contains("tag") || **name == "CreateEnvironment"
    };
    assert_eq!(operations.len(), Operation::NAMES.iter().filter(about).count() - 3);
    assert_eq!(compared, 4 * 4 * 12);
}

/// An ARN that names another account than the connection's own is not the connection's, not even for its parties.
#[test]
fn no_refusal_tells_that_an_id_is_in_an_arn_of_another_account() {
    let [existing, absent] = [PENDING, UNKNOWN].map(|id| arn(id).replace(ENVIRONMENT, MANAGEMENT));
    for account in [ENVIRONMENT, MANAGEMENT, STRANGER] {
        let [existing, absent] = [&existing, &absent].map(|arn| {
            let input = json!({ "resourceArn": arn });
            call(&mut world(), account, REGION, "ListTagsForResource", &input).unwrap_err()
        });
        let renamed = existing.message().replace(&fresh(PENDING), &fresh(UNKNOWN));
        assert_eq!((existing.rule(), renamed.as_str()), (absent.rule(), absent.message()), "{account}");
    }
}

/// What a stranger lists, and what it is told about a token, is what it would be in an empty world.
#[test]
fn no_list_tells_that_a_connection_exists() {
    let page = json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "maxResults": 1 });
    let page = call(&mut world(), ENVIRONMENT, REGION, LIST, &page).unwrap();
    let token = page.get("nextToken").unwrap();
    for (account, region) in [(STRANGER, REGION), (ENVIRONMENT, ELSEWHERE), (MANAGEMENT, ELSEWHERE)] {
        for side in ["ENVIRONMENT_ACCOUNT", "MANAGEMENT_ACCOUNT"] {
            for input in [
                json!({ "requestedBy": side }),
                json!({ "requestedBy": side, "environmentName": "pending", "statuses": ["PENDING"] }),
                json!({ "requestedBy": side, "nextToken": token }),
            ] {
                let there = call(&mut world(), account, region, LIST, &input);
                let empty = call(&mut World::default(), account, region, LIST, &input);
                assert_eq!(there, empty, "{input} by {account} in {region}");
            }
        }
    }
}

/// A stranger who has an environment of the same name learns no more by an update of it with another's connection.
#[test]
fn no_update_tells_that_a_connection_exists() {
    let mut world = world();
    let own = json!({
        "name": "used", "templateName": "simple", "templateMajorVersion": "1", "spec": "a: b",
        "environmentAccountConnectionId": fresh(world.calls + 1),
    });
    let role = format!("arn:aws:iam::{ENVIRONMENT}:role/r");
    let request = json!({ "environmentName": "used", "managementAccountId": STRANGER, "roleArn": role });
    world.limits.connections_per_account = 5;
    call(&mut world, ENVIRONMENT, REGION, "CreateEnvironmentAccountConnection", &request).unwrap();
    let id = json!({ "id": fresh(world.calls) });
    call(&mut world, STRANGER, REGION, "AcceptEnvironmentAccountConnection", &id).unwrap();
    call(&mut world, STRANGER, REGION, "CreateEnvironment", &own).unwrap();
    for id in [PENDING, CONNECTED, USED, REJECTED] {
        let [existing, absent] = [id, UNKNOWN].map(|id| {
            let input =
                json!({ "name": "used", "deploymentType": "NONE", "environmentAccountConnectionId": fresh(id) });
            call(&mut world, STRANGER, REGION, "UpdateEnvironment", &input).unwrap_err()
        });
        let renamed = existing.message().replace(&fresh(id), &fresh(UNKNOWN));
        assert_eq!((existing.rule(), renamed.as_str()), (absent.rule(), absent.message()), "{id}");
    }
}

/// Each operation on an existing environment, in such variants that any check before the look-up would show.
fn on_environment(name: &str, deployment: &Value) -> Vec<(&'static str, Value)> {
    let by_name = || json!({ "name": name });
    let update = |deployment_type: &str, member: &str, value: Value| {
        ("UpdateEnvironment", json!({ "name": name, "deploymentType": deployment_type, member: value }))
    };
    let report =
        |outcome: &str| json!({ "name": name, "deploymentId": deployment, "outcome": outcome, "resources": [] });
    let arn = environment_arn(name);
    vec![
        ("GetEnvironment", by_name()),
        ("ProvisioningAuthority", by_name()),
        ("CancelEnvironmentDeployment", json!({ "environmentName": name })),
        ("ListEnvironmentProvisionedResources", json!({ "environmentName": name })),
        ("ListEnvironmentOutputs", json!({ "environmentName": name })),
        ("ListEnvironmentOutputs", json!({ "environmentName": name, "deploymentId": deployment })),
        ("ListEnvironmentOutputs", json!({ "environmentName": name, "deploymentId": fresh(UNKNOWN) })),
        update("NONE", "description", json!("d")),
        update("NONE", "spec", json!("a: c")),
        update("MAJOR_VERSION", "templateMajorVersion", json!("1")),
        update("CURRENT_VERSION", "codebuildRoleArn", json!(own_role())),
        update("CURRENT_VERSION", "environmentAccountConnectionId", json!(fresh(USED))),
        update("CURRENT_VERSION", "environmentAccountConnectionId", json!(fresh(UNKNOWN))),
        ("ReportDeployment", report("SUCCEEDED")),
        ("ReportDeployment", report("CANCELLED")),
        ("NotifyResourceDeploymentStatusChange", json!({ "resourceArn": arn, "status": "SUCCEEDED" })),
        ("NotifyResourceDeploymentStatusChange", json!({ "resourceArn": arn })),
        ("NotifyResourceDeploymentStatusChange", json!({ "resourceArn": arn, "deploymentId": fresh(UNKNOWN) })),
        ("TagResource", json!({ "resourceArn": arn, "tags": tags(50) })),
        ("UntagResource", json!({ "resourceArn": arn, "tagKeys": ["k01"] })),
        ("ListTagsForResource", json!({ "resourceArn": arn })),
        ("ListTagsForResource", json!({ "resourceArn": arn, "nextToken": "AA==" })),
    ]
}

/// Rule `environment-is-managements`: to anyone but its owner, the account that it is provisioned in included, an
/// environment is as one that was never created.
#[test]
fn no_refusal_tells_that_an_environment_exists() {
    let hidden_from = [(STRANGER, REGION), (ENVIRONMENT, REGION), (ENVIRONMENT, ELSEWHERE), (MANAGEMENT, ELSEWHERE)];
    for (account, region) in hidden_from {
        for name in ENVIRONMENTS {
            let deployment = deployment(&world(), name);
            for ((operation, input), (_, unknown)) in
                on_environment(name, &deployment).iter().zip(on_environment("unknown", &deployment))
            {
                let place = format!("{operation} {input} by {account} in {region}");
                let existing = call(&mut world(), account, region, operation, input).unwrap_err();
                let absent = call(&mut world(), account, region, operation, &unknown).unwrap_err();

                assert!(existing.message().ends_with(&format!("{name}`")), "{place}: {existing}");
                let renamed = existing.message().replace(&format!("{name}`"), "unknown`");
                assert_eq!((existing.rule(), renamed.as_str()), (absent.rule(), absent.message()), "{place}");
            }
        }
    }
}

/// What a stranger lists, cleans up, deletes or creates under a name that another has used, is as it would be in an empty world.
#[test]
fn no_answer_tells_that_an_environment_exists() {
    let own = |account: &str| {
        let mut input = creation("failed", UNKNOWN);
        input["protonServiceRoleArn"] = json!(format!("arn:aws:iam::{account}:role/own"));
        input
    };
    let page = json!({ "maxResults": 1 });
    let tokens =
        [(MANAGEMENT, "ListEnvironments"), (ENVIRONMENT, "ListProvisionedResources")].map(|(of, operation)| {
            let page = call(&mut world(), of, REGION, operation, &page).unwrap();
            page.get("nextToken").unwrap().clone()
        });
    let empty = World { calls: world().calls, ..World::default() };
    for (account, region) in [(STRANGER, REGION), (ENVIRONMENT, ELSEWHERE), (MANAGEMENT, ELSEWHERE)] {
        let [environments, resources] = &tokens;
        for (operation, input) in [
            ("ListEnvironments", json!({})),
            (
                "ListEnvironments",
                json!({ "environmentTemplates": [{ "templateName": "simple", "majorVersion": "2" }] }),
            ),
            ("ListEnvironments", json!({ "nextToken": environments })),
            ("ListProvisionedResources", json!({})),
            ("ListProvisionedResources", json!({ "nextToken": resources })),
            ("CleanUpResources", json!({ "identifiers": ["stack of used", "stack of failed"] })),
            ("DeleteEnvironment", json!({ "name": "failed" })),
            ("DeleteEnvironmentAccountConnection", by_id(PENDING)),
            ("CreateEnvironment", own(account)),
        ] {
            let mut full = world();
            let there = call(&mut full, account, region, operation, &input);
            let nowhere = call(&mut empty.clone(), account, region, operation, &input);
            assert_eq!(there, nowhere, "{operation} {input} by {account} in {region}");
            if operation != "CreateEnvironment" {
                assert_eq!(full.store, world().store, "{account} in {region}");
            }
        }
    }
}
