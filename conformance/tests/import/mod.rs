//! `import`: fixtures, recordings made of sessions, damaged recordings, and the command line.

mod command;
mod damaged;
mod fixtures;
mod history;
mod sessions;

use std::{fs, path::PathBuf};

use account_connections_conformance::import::{Accounts, AwsCli, Boto3, CloudTrail, EventBridge, Imported, Row};

/// Where a fixture is.
fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn fixture(name: &str) -> String {
    fs::read_to_string(path(name)).unwrap()
}

/// Who reads a text.
type Import = fn(&[(&str, &str)]) -> Imported;

/// Rows of the AWS CLI's table, one a line.
fn aws_cli(files: &[(&str, &str)]) -> Imported {
    let mut source = AwsCli::new(Accounts::default());
    for (file, text) in files {
        let rows = text.lines().filter_map(|line| serde_json::from_str::<Row>(line).ok());
        source.read(file, (1..).zip(rows));
    }
    source.finish()
}

fn boto3(files: &[(&str, &str)]) -> Imported {
    let mut source = Boto3::new(Accounts::default());
    files.iter().for_each(|(file, text)| source.read(file, text));
    source.finish()
}

fn cloud_trail(files: &[(&str, &str)]) -> Imported {
    let mut source = CloudTrail::new();
    files.iter().for_each(|(file, text)| source.read(file, text));
    source.finish()
}

fn event_bridge(files: &[(&str, &str)]) -> Imported {
    let mut source = EventBridge::new();
    files.iter().for_each(|(file, text)| source.read(file, text));
    source.finish()
}
