//! `--record`: what is recorded is a trace, and the judge finds nothing wrong with it.

use std::path::Path;

use account_connections_conformance::{
    Judge, Profile, Report, Verdict,
    report::Place,
    trace::{Line, Overlaps, Read, read},
};
use serde_json::{Value, json};

use crate::support::{ENVIRONMENT, MANAGEMENT, Server, across, at_once, own};

fn judged(path: &Path) -> (Report, usize) {
    let text = std::fs::read_to_string(path).unwrap();
    let mut lines = text.lines().zip(1..).map(|(line, number)| (number, read(line).unwrap()));
    let Some((_, Read::Header(header))) = lines.next() else { panic!("no header") };
    let (mut judge, mut together, mut count) = (Judge::new(header, Profile::default()), Overlaps::default(), 0);
    for (number, line) in lines {
        let Read::Line(Line::Call(call)) = line else { panic!("line {number}: {line:?}") };
        let mut place = Place::default();
        place.line = number;
        drop(judge.at_once(together.next(place, *call)));
        count += 1;
    }
    drop(judge.at_once(together.finish()));
    (judge.finish(), count)
}

#[test]
fn what_is_recorded_conforms() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("trace.jsonl");
    for flags in [&["--provisioner", "manual"][..], &["--clock", "manual:2026-01-01T00:00:00Z"]] {
        let server = Server::start(&[&["--record", path.to_str().unwrap()], flags].concat());
        let mut client = server.client();
        let id = client.connect("one");
        client.call(MANAGEMENT, "CreateEnvironment", &across("one", &id)).ok();
        if flags[0] == "--provisioner" {
            let report = json!({"outcome": "SUCCEEDED", "resources": [{"identifier": "a"}]});
            client.post(&format!("/_emulator/report/us-east-1/{MANAGEMENT}/one"), &report).ok();
            client.get(&format!("/_emulator/resources/us-east-1/{ENVIRONMENT}")).ok();
        } else {
            client.post("/_emulator/clock", &json!({"advance": "9h"})).ok();
        }
        client.environment("one");
        // Refused by its rule, by its shape, and not read at all.
        client.call(ENVIRONMENT, "AcceptEnvironmentAccountConnection", &json!({ "id": id }));
        client.call(ENVIRONMENT, "GetEnvironmentAccountConnection", &json!({"id": "x", "ignored": null}));
        client.call_in("us-east-1", ENVIRONMENT, "ListEnvironments", "{");
        client.call_in("us-east-1", ENVIRONMENT, "ListEnvironments", r#"{"maxResults": 1, "maxResults": 1}"#);
        // What is ignored cannot be recorded; the call can.
        let arn = format!("arn:aws:proton:us-east-1:{ENVIRONMENT}:environment-account-connection/{id}");
        let tag = format!(r#"{{"resourceArn": "{arn}", "tags": [{{"key": "k", "value": "v"}}], "ignored": 1e400}}"#);
        client.call_in("us-east-1", ENVIRONMENT, "TagResource", &tag).ok();
        client.call(ENVIRONMENT, "ListTagsForResource", &json!({ "resourceArn": arn })).ok();
        client.call(ENVIRONMENT, "DeleteEnvironmentAccountConnection", &json!({ "id": id })).ok();
        client.post(&format!("/_emulator/clean-up/us-east-1/{ENVIRONMENT}"), &json!({"identifiers": ["a"]})).ok();
        let list = json!({"requestedBy": "MANAGEMENT_ACCOUNT"});
        client.call(MANAGEMENT, "ListEnvironmentAccountConnections", &list).ok();
        // After a reset another one begins.
        client.post("/_emulator/reset", &json!({})).ok();
        at_once(4, |number| server.client().call(MANAGEMENT, "CreateEnvironment", &own(&format!("e{number}"))).ok());
        client.call(MANAGEMENT, "ListEnvironments", &json!({})).ok();

        let second = directory.path().join("trace.jsonl.2");
        for (path, least) in [(&path, 9), (&second, 5)] {
            let (report, count) = judged(path);
            assert_eq!(report.verdict, Verdict::Conforms, "{report:?}");
            assert!(count >= least, "{count} calls");
            std::fs::remove_file(path).unwrap();
        }
        // A new one with what is there would take somebody's work away.
        std::fs::write(&path, "mine").unwrap();
        let output = crate::support::command(&["--record", path.to_str().unwrap()]).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), said.matches('\n').count()), (Some(1), 1), "{said}");
        assert!(said.contains("trace.jsonl` cannot be made for a recording"), "{said}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "mine");
        std::fs::remove_file(&path).unwrap();
        drop(server);
    }
}

#[test]
fn a_fault_is_seen_in_a_recording() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("trace.jsonl");
    let server = Server::start(&["--record", path.to_str().unwrap()]);
    server.client().connect("one");
    drop(server);
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.matches("CONNECTED").count(), 1, "{text}");
    std::fs::write(&path, text.replace("CONNECTED", "REJECTED")).unwrap();
    assert_eq!(judged(&path).0.verdict, Verdict::Violates);
    let line = text.lines().nth(1).unwrap();
    let members = serde_json::from_str::<Value>(line).unwrap();
    assert!(members["end"].as_f64() >= members["start"].as_f64(), "{line}");
}
