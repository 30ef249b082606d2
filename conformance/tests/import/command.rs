//! The command line of `import`: wrong use ends with status 2, and says what would be right.

use super::fixture;
use crate::command::run;

#[test]
fn wrong_use() {
    for (arguments, said) in [
        (&["import"][..], "Usage: account-connections-conformance import <COMMAND>"),
        (&["import", "cloudtail", "x"], "a similar subcommand exists: 'cloudtrail'"),
        (&["import", "aws-cli"], "<FILE>..."),
        (&["import", "boto3"], "<FILE>..."),
        (&["import", "boto3", "--hook", "x"], "'--hook' cannot be used with"),
        (&["import", "aws-cli", "no.db"], "cannot read no.db as a history of the AWS CLI, an SQLite file"),
        (&["import", "aws-cli", "README.md"], "cannot read README.md as a history of the AWS CLI, an SQLite file"),
        (&["import", "aws-cli", "x", "--account", "123456789012"], "e.g. `AKIAIOSFODNN7EXAMPLE=123456789012`"),
        (&["import", "aws-cli", "x", "--account", "KEY=12"], "`12` must be an account id of 12 characters"),
        (&["import", "aws-cli", "x", "--begins", "full"], "[possible values: empty, unknown]"),
        (&["import", "cloudtrail", "no.json"], "cannot read no.json: No such file"),
        (&["import", "cloudtrail", "-"], "nothing of AWS Proton is in there: the trail must have management events"),
        (&["import", "eventbridge", "-", "--trace", "README.md"], "README.md: record 1: "),
    ] {
        let (status, _, complaint) = run(arguments, b"");
        assert_eq!(status, Some(2), "{arguments:?}: {complaint}");
        assert!(complaint.contains(said), "{arguments:?}: {complaint}");
    }
}

#[test]
fn what_is_no_text() {
    for (input, said) in [
        (&b"\x1f\x8b\x08\x00"[..], "error: cannot read -: it is compressed, `gunzip` unpacks it\n"),
        (b"{\"Records\": [\xff]}", "error: cannot read -: invalid utf-8 sequence of 1 bytes from index 13\n"),
    ] {
        assert_eq!(run(&["import", "cloudtrail", "-"], input), (Some(2), String::new(), said.into()));
    }
}

#[test]
fn what_the_recording_does_not_tell_is_in_the_header() {
    let flags = ["--subject", "ours", "--begins", "empty", "--clock", "none", "--connections-per-account", "5"];
    let more = ["--environments-per-account", "6"];
    let arguments = [&["import", "boto3", "-"][..], &flags, &more].concat();
    let (status, trace, complaint) = run(&arguments, fixture("boto3.jsonl").as_bytes());
    assert_eq!((status, complaint.as_str()), (Some(0), ""));
    let (header, calls) = trace.split_once('\n').unwrap();
    assert_eq!(
        header,
        r#"{"trace":1,"subject":"ours","quotas":{"connections":5,"environments":6},"begins":"empty","clock":"none"}"#
    );
    assert_eq!(calls.lines().count(), fixture("boto3.expected").lines().count() - 2);
}

#[test]
fn events_come_after_a_trace() {
    let arguments = ["import", "eventbridge", "cloudtrail.json", "--trace", "-", "--complete"];
    let trace = fixture("boto3.expected");
    let (status, joined, complaint) = run(&arguments, trace.trim_end().as_bytes());
    assert_eq!(status, Some(2), "a trail has no events: {complaint}");
    assert!(complaint.contains("cloudtrail.json: record 1: no text `source`"), "{complaint}");
    assert_eq!(joined, trace.trim_end().replacen("}\n", ",\"events\":\"complete\"}\n", 1) + "\n");
}

#[test]
fn the_hook_is_printed() {
    let (status, hook, complaint) = run(&["import", "boto3", "--hook"], b"");
    assert_eq!((status, complaint.as_str()), (Some(0), ""));
    assert!(hook.contains("\ndef record(source, path):\n"), "{hook}");
}
