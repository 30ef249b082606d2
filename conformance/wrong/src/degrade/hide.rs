//! Members that a recorder blacks out.

use std::collections::BTreeSet;

use account_connections::testing::subject::Reply;
use account_connections_conformance::trace::{Call, Line};
use serde_json::Value;

use super::Trace;

/// The members that the public API marks as sensitive, and roles; `message` is that of a report.
pub const SENSITIVE: &[&str] = &[
    "codebuildRoleArn",
    "componentRoleArn",
    "deploymentStatusMessage",
    "description",
    "outputs",
    "protonServiceRoleArn",
    "roleArn",
    "spec",
    "statusMessage",
];

/// The messages of errors, and of reports.
pub const ERROR_MESSAGES: &[&str] = &["message"];

const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";

/// With these members blacked out, of inputs and of answers; `message` is an error's, too.
#[must_use]
pub fn hidden((header, mut lines): Trace, members: &[&str]) -> Trace {
    for line in &mut lines {
        if let Line::Call(call) = line {
            hide(call, members);
        }
    }
    (header, lines)
}

fn hide(call: &mut Call, members: &[&str]) {
    let mut found = BTreeSet::new();
    black_out(&mut call.input, members, &mut found);
    match &mut call.reply {
        Reply::Answer(answer) => black_out(answer, members, &mut found),
        Reply::Error { message: Some(message), .. } if members.contains(&"message") => {
            *message = HIDDEN.into();
            found.insert("message".into());
        }
        Reply::Error { .. } | Reply::Unknown => {}
    }
    call.hidden.extend(found);
}

fn black_out(value: &mut Value, members: &[&str], found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                if members.contains(&name.as_str()) && !value.is_null() {
                    *value = HIDDEN.into();
                    found.insert(name.clone());
                } else {
                    black_out(value, members, found);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| black_out(item, members, found)),
        _ => {}
    }
}
