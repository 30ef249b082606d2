//! Traces from what others recorded.
//!
//! A recording is read file by file, and makes a trace at the end: its calls in chronological order, and whatever could
//! not be read. Nothing here does I/O: a file is given as its text, a database as its rows.
//!
//! | recorded by | read by | what is missing |
//! | --- | --- | --- |
//! | the AWS CLI's own history | [`AwsCli`] | nothing |
//! | boto3, with a hook | [`Boto3`] | nothing |
//! | CloudTrail | [`CloudTrail`] | reads, blacked-out members, parts of a second |
//! | an archive of EventBridge | [`EventBridge`] | calls |

mod accounts;
mod aws_cli;
mod boto3;
mod cloud_trail;
mod documents;
mod event_bridge;
mod exchange;
mod hidden;

use std::fmt;

pub use accounts::Accounts;
pub use aws_cli::{AwsCli, Row};
pub use boto3::Boto3;
pub use cloud_trail::CloudTrail;
pub use event_bridge::EventBridge;

use crate::trace::{Call, Header, Line};

/// A trace made from a recording.
///
/// Its `Display` is the trace. What no recording tells has to be set in the header by someone who knows it.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Imported {
    /// What is known about the recording.
    pub header: Header,
    /// What happened, oldest first.
    pub lines: Vec<Line>,
    /// What could not be read, and is missing from the trace.
    pub problems: Vec<Problem>,
}

/// A record that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {}{error}", self.place())]
#[non_exhaustive]
pub struct Problem {
    /// The file.
    pub file: String,
    /// The record's number in it, from 1; `None` if it is the file that is wrong.
    pub record: Option<u64>,
    /// What is wrong.
    pub error: String,
}

impl Imported {
    /// From calls in any order.
    fn new(mut calls: Vec<Call>, problems: Vec<Problem>) -> Self {
        // Calls of the same moment stay in the order in which they were recorded.
        calls.sort_by_key(|call| call.start);
        let lines = calls.into_iter().map(|call| Line::Call(Box::new(call))).collect();
        Self { header: Header::new(), lines, problems }
    }
}

impl fmt::Display for Imported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.header)?;
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl Problem {
    /// A record in a file is wrong.
    #[must_use]
    pub fn new(file: &str, record: u64, error: impl Into<String>) -> Self {
        Self { file: file.into(), record: Some(record), error: error.into() }
    }

    fn place(&self) -> String {
        self.record.map_or_else(String::new, |record| format!("record {record}: "))
    }
}
