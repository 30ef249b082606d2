//! A report with everything in it.

use std::collections::BTreeMap;

use account_connections::{
    Rule,
    connection::{ConnectionStatus, ConnectionTrigger},
    environment::{DeploymentCondition, DeploymentStatus, DeploymentTrigger},
};
use serde_json::{Value, json};

use crate::{
    report::{
        Cell, Difference, Expected, Finding, Judged, JudgedLine, Lines, Place, Report, Severity, Suspect, Tally,
        Unreadable, Verdict,
    },
    trace::{Call, Reply},
};

pub(super) const OWNER: &str = "123456789222";
pub(super) const MANAGEMENT: &str = "123456789111";
pub(super) const ID: &str = "00000000-0000-4000-8000-000000000001";
/// What no report may show.
pub(super) const PASSWORD: &str = "correct horse battery staple";

pub(super) fn report() -> Report {
    let tally = |checked, broken| Tally { checked, broken };
    Report {
        subject: Some("connections <2.1> & co".into()),
        profile: "default".into(),
        verdict: Verdict::Violates,
        lines: Lines { checked: 41, narrowed: 3, not_checkable: 2, diverged: 8, events: 12 },
        judged: judged(),
        rules: BTreeMap::from([
            (Rule::StartsPending, tally(12, 0)),
            (Rule::ManagementDecides, tally(3, 0)),
            (Rule::RejectedIsFinal, tally(1, 5)),
            (Rule::FirstFailureWins, tally(0, 1)),
            (Rule::ListOrder, tally(4, 1)),
            (Rule::OutputsRecorded, tally(0, 1)),
            (Rule::EventOrder, tally(2, 1)),
        ]),
        not_run: BTreeMap::from([(Rule::Linearizable, "the recording is of one client".into())]),
        cells: cells(),
        findings: vec![rejected(), order(), outputs(), events()],
        unreadable: vec![Unreadable { place: at(9), error: "expected `,` or `}` at line 1 column 17".into() }],
        unused_permits: vec![(Rule::DeleteFrees, "the subject frees a token <b>later</b>".into())],
        covered: None,
        phases: Vec::new(),
        complete: true,
        notes: vec!["the recording begins in the middle: what was there before is not known".into()],
    }
}

pub(super) fn at(line: u64) -> Place {
    Place { file: "trace.jsonl".into(), line }
}

pub(super) fn call(account: &str, operation: &str, input: Value, reply: Reply) -> Call {
    Call::new(account.parse().unwrap(), "eu-west-1".parse().unwrap(), operation, input, reply)
}

pub(super) fn finding(rule: Rule, severity: Severity, call: Call, expected: Expected) -> Finding {
    let why = "5 of 6 outcomes that rest on it diverge".into();
    Finding::new(vec![Suspect { rule, explained: true, why }], severity, at(7), call, expected)
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
    finding.suspects.push(Suspect {
        rule: Rule::FirstFailureWins,
        explained: false,
        why: "it rests on the same outcomes".into(),
    });
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
        difference("/environmentAccountConnections/0/environmentName", Some("<script>alert(1)</script>"), Some("b")),
        difference("/environmentAccountConnections/1/environmentName", Some("b"), None),
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
        vec![difference("/outputs/0/valueString", Some(PASSWORD), None), difference("/spec", None, Some(&spec))];
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

fn difference(path: &str, expected: Option<&str>, got: Option<&str>) -> Difference {
    Difference { path: path.into(), expected: expected.map(Value::from), got: got.map(Value::from) }
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
    (2..).zip(what).map(|(line, as_what)| JudgedLine { place: at(line), as_what }).collect()
}

fn cells() -> BTreeMap<Cell, Tally> {
    let connection = |from, on, in_use| Cell::of_connection(from, on, in_use).unwrap();
    let deployment = |from, on, when| Cell::of_deployment(from, on, |condition| condition == when).unwrap();
    BTreeMap::from([
        (connection(None, ConnectionTrigger::Create, false), Tally { checked: 12, broken: 0 }),
        (
            connection(Some(ConnectionStatus::Pending), ConnectionTrigger::Accept, false),
            Tally { checked: 6, broken: 0 },
        ),
        (
            connection(Some(ConnectionStatus::Connected), ConnectionTrigger::Reject, true),
            Tally { checked: 2, broken: 0 },
        ),
        (
            connection(Some(ConnectionStatus::Rejected), ConnectionTrigger::Accept, false),
            Tally { checked: 1, broken: 5 },
        ),
        (
            deployment(Some(DeploymentStatus::InProgress), DeploymentTrigger::Cancel, DeploymentCondition::Update),
            Tally { checked: 1, broken: 0 },
        ),
        (
            deployment(Some(DeploymentStatus::Succeeded), DeploymentTrigger::Delete, DeploymentCondition::Unmanaged),
            Tally { checked: 0, broken: 1 },
        ),
    ])
}
