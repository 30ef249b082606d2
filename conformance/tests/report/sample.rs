//! A report with everything in it.

use std::collections::BTreeMap;

use account_connections::{
    Rule,
    connection::{ConnectionStatus, ConnectionTrigger},
    environment::{DeploymentCondition, DeploymentStatus, DeploymentTrigger},
};
use serde_json::{Value, json};

use account_connections_conformance::{
    Judge, Profile,
    report::{
        Cell, Difference, Expected, Finding, Judged, JudgedLine, Place, Report, Severity, Suspect, Tally, Unreadable,
        Verdict,
    },
    trace::{Begins, Call, Header, Reply},
};

pub(super) const OWNER: &str = "123456789222";
pub(super) const MANAGEMENT: &str = "123456789111";
const ROLE: &str = "arn:aws:iam::123456789222:role/r";
pub(super) const ID: &str = "00000000-0000-4000-8000-000000000001";
/// What no report may show.
pub(super) const PASSWORD: &str = "correct horse battery staple";

pub(super) fn report() -> Report {
    let mut report = Report::new("default");
    report.subject = Some("connections <2.1> & co".into());
    report.verdict = Verdict::Violates;
    let lines = &mut report.lines;
    (lines.checked, lines.narrowed, lines.not_checkable, lines.diverged, lines.events) = (41, 3, 2, 8, 12);
    report.judged = judged();
    report.rules = BTreeMap::from([
        (Rule::StartsPending, tally(12, 0)),
        (Rule::ManagementDecides, tally(3, 0)),
        (Rule::RejectedIsFinal, tally(1, 5)),
        (Rule::FirstFailureWins, tally(0, 1)),
        (Rule::ListOrder, tally(4, 1)),
        (Rule::OutputsRecorded, tally(0, 1)),
        (Rule::EventOrder, tally(2, 1)),
    ]);
    report.not_run = BTreeMap::from([(Rule::Linearizable, "the recording is of one client".into())]);
    report.cells = cells();
    report.findings = vec![rejected(), order(), outputs(), events()];
    report.unreadable = vec![unreadable(at(9), "expected `,` or `}` at line 1 column 17")];
    report.unused_permits = vec![(Rule::DeleteFrees, "the subject frees a token <b>later</b>".into())];
    report.complete = true;
    report.notes = vec!["the recording begins in the middle: what was there before is not known".into()];
    report
}

fn tally(checked: u64, broken: u64) -> Tally {
    let mut tally = Tally::default();
    (tally.checked, tally.broken) = (checked, broken);
    tally
}

/// A report of a line that cannot be read, and of a connection that begins as no connection does.
fn judged_wrong() -> Report {
    let mut header = Header::new();
    header.begins = Begins::Empty;
    let mut judge = Judge::new(header, Profile::default());
    let input = json!({ "environmentName": "e", "managementAccountId": MANAGEMENT, "roleArn": ROLE });
    let answer = json!({ "environmentAccountConnection": {
        "arn": format!("arn:aws:proton:eu-west-1:{OWNER}:environment-account-connection/{ID}"), "id": ID,
        "environmentAccountId": OWNER, "environmentName": "e", "managementAccountId": MANAGEMENT, "roleArn": ROLE,
        "requestedAt": 1, "lastModifiedAt": 1, "status": "CONNECTED",
    } });
    let _ = judge.call(at(1), call(OWNER, "CreateEnvironmentAccountConnection", input, Reply::Answer(answer)));
    judge.unreadable(at(2), String::new());
    judge.finish()
}

pub(super) fn unreadable(place: Place, error: &str) -> Unreadable {
    let mut unreadable = judged_wrong().unreadable.remove(0);
    (unreadable.place, unreadable.error) = (place, error.into());
    unreadable
}

pub(super) fn judged_line(place: Place, as_what: Judged) -> JudgedLine {
    let mut line = judged_wrong().judged.remove(0);
    (line.place, line.as_what) = (place, as_what);
    line
}

pub(super) fn difference(path: &str, expected: Option<Value>, got: Option<Value>) -> Difference {
    let mut difference = judged_wrong().findings.remove(0).differences.remove(0);
    (difference.path, difference.expected, difference.got) = (path.into(), expected, got);
    difference
}

pub(super) fn at(line: u64) -> Place {
    let mut place = Place::default();
    (place.file, place.line) = ("trace.jsonl".into(), line);
    place
}

pub(super) fn call(account: &str, operation: &str, input: Value, reply: Reply) -> Call {
    Call::new(account.parse().unwrap(), "eu-west-1".parse().unwrap(), operation, input, reply)
}

pub(super) fn finding(rule: Rule, severity: Severity, call: Call, expected: Expected) -> Finding {
    let mut suspect = Suspect::new(rule, "5 of 6 outcomes that rest on it diverge");
    suspect.explained = true;
    Finding::new(vec![suspect], severity, at(7), call, expected)
}

fn rejected() -> Finding {
    let answer = |status| Reply::Answer(json!({ "environmentAccountConnection": { "id": ID, "status": status } }));
    let input = json!({
        "clientToken": "token-1", "environmentName": "simple-env", "managementAccountId": MANAGEMENT,
        "roleArn": "arn:aws:iam::123456789222:role/proton",
    });
    let message = format!("connection `{ID}` is REJECTED: only deletion leads out of it");
    let mut accept = call(MANAGEMENT, "AcceptEnvironmentAccountConnection", json!({ "id": ID }), answer("CONNECTED"));
    accept.client = Some("deploy-7".into());
    let expected = Expected::Refusal { rule: Rule::RejectedIsFinal, message };
    let mut finding = finding(Rule::RejectedIsFinal, Severity::Violates, accept, expected);
    finding.suspects.push(Suspect::new(Rule::FirstFailureWins, "it rests on the same outcomes"));
    finding.script = vec![
        (at(2), call(OWNER, "CreateEnvironmentAccountConnection", input, answer("PENDING"))),
        (at(4), call(MANAGEMENT, "RejectEnvironmentAccountConnection", json!({ "id": ID }), answer("REJECTED"))),
        (at(5), call(MANAGEMENT, "DeleteEnvironmentAccountConnection", json!({ "id": ID }), Reply::Unknown)),
    ];
    finding.more = 4;
    finding
}

fn order() -> Finding {
    let input = json!({ "requestedBy": "ENVIRONMENT_ACCOUNT", "nextToken": "eyJ" });
    let list = |names: &[&str]| {
        let summaries = names.iter().map(|name| json!({ "environmentName": name })).collect::<Vec<_>>();
        json!({ "environmentAccountConnections": summaries })
    };
    let listed = call(
        OWNER,
        "ListEnvironmentAccountConnections",
        input,
        Reply::Answer(list(&["b", "<script>alert(1)</script>"])),
    );
    let expected = Expected::Answer(list(&["<script>alert(1)</script>", "b"]));
    let mut finding = finding(Rule::ListOrder, Severity::Deviates, listed, expected);
    finding.differences = vec![
        of_texts("/environmentAccountConnections/0/environmentName", Some("<script>alert(1)</script>"), Some("b")),
        of_texts("/environmentAccountConnections/1/environmentName", Some("b"), None),
    ];
    finding
}

fn outputs() -> Finding {
    let spec = "proton: EnvironmentSpec\n".repeat(400);
    let outputs = json!([{ "key": "password", "valueString": PASSWORD }]);
    let input = json!({ "resourceArn": "arn:aws:proton:eu-west-1:123456789111:environment/e", "status": "SUCCEEDED", "outputs": outputs });
    let notify = call(MANAGEMENT, "NotifyResourceDeploymentStatusChange", input, Reply::Answer(json!({})));
    let mut got = call(
        MANAGEMENT,
        "ListEnvironmentOutputs",
        json!({ "environmentName": "e" }),
        Reply::Answer(json!({ "outputs": [], "spec": spec })),
    );
    got.region = "us-east-1".parse().unwrap();
    let expected = Expected::Answer(json!({ "outputs": outputs }));
    let mut finding = finding(Rule::OutputsRecorded, Severity::Permitted, got, expected);
    finding.script = vec![(at(6), notify)];
    finding.differences =
        vec![of_texts("/outputs/0/valueString", Some(PASSWORD), None), of_texts("/spec", None, Some(&spec))];
    finding
}

fn events() -> Finding {
    let delete = call(
        OWNER,
        "DeleteEnvironmentAccountConnection",
        json!({ "id": ID }),
        Reply::Error { kind: "ThrottlingException".into(), message: Some("too many races".into()) },
    );
    let expected = Expected::Other("the connection's event before the environment's".into());
    finding(Rule::EventOrder, Severity::Deviates, delete, expected)
}

fn of_texts(path: &str, expected: Option<&str>, got: Option<&str>) -> Difference {
    difference(path, expected.map(Value::from), got.map(Value::from))
}

fn judged() -> Vec<JudgedLine> {
    let unknown = || Judged::Narrowed("the connection was there before".into());
    let lost = || Judged::NotCheckable("there is no answer".into());
    let what = [
        Judged::Checked,
        unknown(),
        lost(),
        unknown(),
        lost(),
        Judged::Diverged,
        unknown(),
        unknown(),
        unknown(),
        unknown(),
    ];
    (2..).zip(what).map(|(line, as_what)| judged_line(at(line), as_what)).collect()
}

fn cells() -> BTreeMap<Cell, Tally> {
    let connection = |from, on, in_use| Cell::of_connection(from, on, in_use).unwrap();
    let deployment = |from, on, when| Cell::of_deployment(from, on, |condition| condition == when).unwrap();
    BTreeMap::from([
        (connection(None, ConnectionTrigger::Create, false), tally(12, 0)),
        (connection(Some(ConnectionStatus::Pending), ConnectionTrigger::Accept, false), tally(6, 0)),
        (connection(Some(ConnectionStatus::Connected), ConnectionTrigger::Reject, true), tally(2, 0)),
        (connection(Some(ConnectionStatus::Rejected), ConnectionTrigger::Accept, false), tally(1, 5)),
        (
            deployment(Some(DeploymentStatus::InProgress), DeploymentTrigger::Cancel, DeploymentCondition::Update),
            tally(1, 0),
        ),
        (
            deployment(Some(DeploymentStatus::Succeeded), DeploymentTrigger::Delete, DeploymentCondition::Unmanaged),
            tally(0, 1),
        ),
    ])
}
