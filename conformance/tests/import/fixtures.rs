//! What each fixture becomes. After a change that is meant, `UPDATE=1` writes the expected files anew.

use std::{env, fs};

use super::{Import, aws_cli, boto3, cloud_trail, event_bridge, fixture, path};

fn check(expected: &str, import: Import, names: &[&str]) {
    let texts = names.iter().map(|name| fixture(name)).collect::<Vec<_>>();
    let files = names.iter().copied().zip(texts.iter().map(String::as_str)).collect::<Vec<_>>();
    let imported = import(&files);
    let problems = imported.problems.iter().map(|problem| format!("{problem}\n")).collect::<String>();
    let written = format!("{imported}\n{problems}");
    let expected = path(expected);
    if env::var_os("UPDATE").is_some() {
        fs::write(&expected, &written).unwrap();
    }
    assert_eq!(written, fs::read_to_string(&expected).unwrap(), "{}", expected.display());
}

#[test]
fn the_history_of_the_aws_cli() {
    check("aws-cli.expected", aws_cli, &["aws-cli.jsonl"]);
}

#[test]
fn boto3_with_the_hook() {
    check("boto3.expected", boto3, &["boto3.jsonl"]);
}

#[test]
fn the_trails_of_both_accounts() {
    check("cloudtrail.expected", cloud_trail, &["cloudtrail.json", "cloudtrail-environment-account.jsonl"]);
}

#[test]
fn events_that_were_looked_up_in_cloudtrail() {
    check("cloudtrail-looked-up.expected", cloud_trail, &["cloudtrail-looked-up.json"]);
}

#[test]
fn records_of_cloudtrail_that_cannot_be_read() {
    check("cloudtrail-bad.expected", cloud_trail, &["cloudtrail-bad.jsonl"]);
}

#[test]
fn events_of_eventbridge() {
    check("eventbridge.expected", event_bridge, &["eventbridge.json"]);
}
